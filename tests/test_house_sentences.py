"""Sentences of the sources: an article stands before a noun that is put in, and one sentence tells of a name.

And nothing is shown as Python writes it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.command_line import ROOT

SOURCES = [path for room in ("commands", "ledger", "projections") for path in sorted((ROOT / room).rglob("*.py"))]
ONE_PLACE = ROOT / "ledger" / "errors" / "root.py"
ARTICLE = re.compile(r"(?:^|\W)[Aa]n? $")
IN_TEMPLATE = re.compile(r"\b[Aa]n? \{")
UNKNOWN = re.compile(r'is called "|There is no (?!file )\w+ "|\bunknown (?:id|name) "', re.IGNORECASE)
CONTAINERS = (ast.List, ast.Tuple, ast.Set, ast.Dict, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
MAKERS = {"dict", "frozenset", "list", "set", "sorted", "tuple", "vars"}
OF_PROGRAMMERS = {"AttributeError", "TypeError", "ValueError"}  # who reads these has the code before them


def faults(source: str) -> Iterator[str]:
    """Yield what a file puts into sentences by hand: articles, names that are not known, values as Python has them."""
    tree = ast.parse(source)
    for text in ast.walk(tree):
        if isinstance(text, ast.JoinedStr):
            yield from _articles(text)
            yield from _values(text, _of_programmers(tree))
        if isinstance(text, ast.Constant) and isinstance(text.value, str) and text.value not in _docstrings(tree):
            if UNKNOWN.search(text.value):
                yield f'{text.lineno}: "{text.value}" tells of a name that is not known'
            if IN_TEMPLATE.search(text.value):
                yield f"{text.lineno}: an article before a name in a template"


def _docstrings(tree: ast.Module) -> set[str | None]:
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    return {ast.get_docstring(one, clean=False) for one in ast.walk(tree) if isinstance(one, documented)}


def _of_programmers(tree: ast.Module) -> set[int]:
    raised = (one for one in ast.walk(tree) if isinstance(one, ast.Raise) and isinstance(one.exc, ast.Call))
    return {
        id(inner)
        for one in raised
        if ast.unparse(one.exc.func) in OF_PROGRAMMERS  # type: ignore[union-attr]
        for inner in ast.walk(one)
    }


def _articles(text: ast.JoinedStr) -> Iterator[str]:
    for before, value in zip(text.values, text.values[1:], strict=False):
        if isinstance(before, ast.Constant) and ARTICLE.search(str(before.value)):
            yield f"{text.lineno}: an article before {{{ast.unparse(value)}}}"


def _values(text: ast.JoinedStr, excused: set[int]) -> Iterator[str]:
    for one in text.values:
        if not isinstance(one, ast.FormattedValue) or id(text) in excused:
            continue
        made = isinstance(one.value, ast.Call) and ast.unparse(one.value.func) in MAKERS
        if one.conversion == ord("r") or made or isinstance(one.value, CONTAINERS):
            yield f"{text.lineno}: {{{ast.unparse(one.value)}}} as Python writes it"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_articles_names_that_are_not_known_and_values_are_put_in_words_in_one_place(path: Path) -> None:
    assert path == ONE_PLACE or list(faults(path.read_text("utf-8"))) == []


@pytest.mark.parametrize(
    "wrong",
    [
        "f'it is a {kind}'",
        "f'A {kind} is needed'",
        "SENTENCE = 'It is an {kind}'",
        "f'No cluster is called \"{id_}\".'",
        "f'There is no event \"{id_}\".'",
        "f'it has {names!r}'",
        "f'it has {sorted(names)}'",
        "f'it has {[one for one in names]}'",
    ],
)
def test_what_is_put_in_by_hand_is_found(wrong: str) -> None:
    assert len(list(faults(wrong))) == 1


@pytest.mark.parametrize(
    "right",
    [
        "f'it is {with_article(kind)}'",
        "f'it has {listed(names)}'",
        "raise ValueError(f'{x!r}')",
        "def f():\n    'Return whether it is called \"x\".'",
        "f'a law of {x}'",
    ],
)
def test_what_is_right_is_let_stand(right: str) -> None:
    assert list(faults(right)) == []
