"""The catalogue of rules: what it lists is what the rules say, and each rule is tested both ways."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from ledger.rules import catalogue

TESTS = Path(__file__).parent
SOURCES = (TESTS.parent / "ledger", TESTS.parent / "projections")
RULES = {rule.name: rule for rule in catalogue.RULES}


class Trial(NamedTuple):
    """What the class of a rule's tests holds."""

    rule: str
    speaks: int
    silent: int


def trials() -> Iterator[Trial]:
    """The classes of tests that name their rule, read without being run."""
    for file in sorted(TESTS.glob("test_rules_*.py")):
        classes = [node for node in ast.parse(file.read_text()).body if isinstance(node, ast.ClassDef)]
        methods = {one.name: [node.name for node in one.body if isinstance(node, ast.FunctionDef)] for one in classes}
        for one in classes:
            own = methods[one.name] + [name for base in one.bases for name in methods.get(getattr(base, "id", ""), [])]
            for node in one.body:
                if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "RULE":
                    rule = ast.literal_eval(node.value)
                    yield Trial(
                        rule,
                        sum(name.startswith("test_speaks") for name in own),
                        sum(name.startswith("test_silent") for name in own),
                    )


def named_in_tests() -> set[str]:
    """The texts that the other tests of rules hold."""
    files = [file for file in TESTS.glob("test_rules_*.py") if file.name != Path(__file__).name]
    nodes = [node for file in files for node in ast.walk(ast.parse(file.read_text()))]
    return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}


CLASSES = [one for one in trials() if one.rule]
NAMED = named_in_tests() | {one.rule for one in CLASSES}


def test_no_two_rules_have_one_name_and_no_two_classes_of_tests_one_rule() -> None:
    assert len(RULES) == len(catalogue.RULES)
    assert len({one.rule for one in CLASSES}) == len(CLASSES)


@pytest.mark.parametrize("one", CLASSES, ids=lambda one: one.rule)
def test_the_tests_of_a_rule_make_it_speak_and_keep_silent(one: Trial) -> None:
    assert one.rule in RULES
    assert one.speaks and one.silent


@pytest.mark.parametrize("rule", sorted(RULES))
def test_every_rule_of_the_catalogue_is_tested(rule: str) -> None:
    assert rule in NAMED


def test_every_rule_that_the_program_speaks_of_is_in_the_catalogue_and_the_other_way_round() -> None:
    """Rules are spoken of in `Notice("name", ...)`, `_notice("name", ...)`; some names are put together."""
    texts = [file.read_text() for folder in SOURCES for file in folder.rglob("*.py") if file.name != "catalogue.py"]
    spoken = {name for text in texts for name in re.findall(r'[nN]otice\(\s*"([a-z-]+)"', text)}
    assert spoken <= set(RULES)
    put_together = {"missing-purpose", "missing-scope", "missing-statement"}
    held_in = {name for name in RULES for text in texts if f'"{name}"' in text}
    assert set(RULES) - held_in <= put_together


@pytest.mark.parametrize("rule", catalogue.RULES, ids=lambda rule: rule.name)
def test_a_rule_has_a_plain_name_and_one_line_that_says_what_is_expected(rule: catalogue.Rule) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.name)
    assert rule.line[0].isupper() and rule.line.endswith(".") and rule.line.isprintable() and len(rule.line) < 100
    assert (rule.kind == "flagged") == (rule.severity != "error")
