"""Plurals: no sentence says "1 decisions"; a number and its noun are put together in one place."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.command_line import ROOT

from ledger.plurals import counted, plural

SOURCES = [path for room in ("commands", "ledger", "projections") for path in sorted((ROOT / room).rglob("*.py"))]
ONE_PLACE = ROOT / "ledger" / "plurals.py"
# How a count is called where it is put into a text. What is "some of the" count is more than one, and so is what is
# told beside a limit, which has a name in capital letters.
COUNTS = {
    *("again", "behind", "changes", "count", "decisions", "days", "events", "lines", "most", "n", "number", "rows"),
    *("size", "spread", "things", "total", "written", "documents", "already_recorded", "retroactive_days"),
}
NOUNS = re.compile(r" (?:[a-z]+ )?(?:are|were|[a-z]{3,}s)\b")
VERBS = re.compile(r" (?:does|has|is|loses|says|this|was|is asked|[a-z]+ss)\b")


def parts(path: Path) -> Iterator[tuple[ast.FormattedValue, str]]:
    """Yield the values that stand in texts of a file, each with the words after it; none of a text that is guarded."""
    tree = ast.parse(path.read_text("utf-8"))
    guarded = {
        id(inner) for one in ast.walk(tree) if isinstance(one, ast.IfExp) for inner in ast.walk(one) if inner is not one
    }
    for text in ast.walk(tree):
        if isinstance(text, ast.JoinedStr) and id(text) not in guarded and not names_a_limit(text):
            for before, value, after in zip([None, *text.values], text.values, text.values[1:], strict=False):
                some = isinstance(before, ast.Constant) and re.search(r" of (the )?$| to $", str(before.value))
                if isinstance(value, ast.FormattedValue) and isinstance(after, ast.Constant) and not some:
                    yield value, str(after.value)


def names_a_limit(text: ast.JoinedStr) -> bool:
    return any(isinstance(one, ast.Name) and one.id.isupper() for one in ast.walk(text))


def is_count(value: ast.expr) -> bool:
    match value:
        case ast.Call(func=ast.Name(id="len")):
            return True
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name in COUNTS
        case ast.BinOp():
            return is_count(value.left)
    return False


def by_hand(path: Path) -> Iterator[str]:
    """Yield the places of a file at which a number and a noun in the plural are put together."""
    for value, after in parts(path):
        if is_count(value.value) and NOUNS.match(after) and not VERBS.match(after):
            yield f"{path.relative_to(ROOT)}:{value.lineno}: {{{ast.unparse(value.value)}}}{after[:30]}"
    for one in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(one, ast.IfExp) and {ast.unparse(one.body), ast.unparse(one.orelse)} & {"'s'", "'es'"}:
            yield f"{path.relative_to(ROOT)}:{one.lineno}: {ast.unparse(one)}"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_sentence_makes_its_plural_by_hand(path: Path) -> None:
    assert path == ONE_PLACE or list(by_hand(path)) == []


def test_a_plural_that_is_made_by_hand_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("test_house_plurals.ROOT", tmp_path, raising=False)
    monkeypatch.setitem(globals(), "ROOT", tmp_path)
    file = tmp_path / "wrong.py"
    file.write_text('f"{len(x)} decisions stand"\nf"{count:,} more changes"\nf"{n} day{\'\' if n == 1 else \'s\'}"\n')
    assert len(list(by_hand(file))) == 3
    file.write_text('f"{id_} holds"\nf"{counted(n, \'day\')} ago"\nf"{count} is so"\n"1" if n == 1 else f"{n} days"\n')
    assert list(by_hand(file)) == []


def test_a_number_and_its_noun_agree() -> None:
    assert [counted(number, "decision") for number in (0, 1, 2, 2000)] == [
        "0 decisions", "1 decision", "2 decisions", "2,000 decisions"
    ]  # fmt: skip
    assert (counted(1, "is", "are"), counted(2, "entry", "entries"), plural(-1, "day")) == ("1 is", "2 entries", "day")
