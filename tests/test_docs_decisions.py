"""The page on decision documents lists every change as the registry has it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ledger.documents.composed import COMPOSED, WRITTEN
from ledger.documents.decision import read_decision
from ledger.documents.formats import read_documents
from ledger.events.change import Change
from ledger.events.registry import ASKED_FOR

PAGE = (Path(__file__).parents[1] / "docs" / "decisions.md").read_text("utf-8")


@pytest.mark.parametrize("name", ASKED_FOR)
def test_every_change_is_listed_with_its_fields_and_its_event(name: str) -> None:
    change = WRITTEN[name]
    assert f"| `{name}` | {fields(change)} | `{change.TYPE}` | {said(change)} |" in PAGE


@pytest.mark.parametrize("name", sorted(COMPOSED.keys() - ASKED_FOR.keys()))
def test_every_composed_change_is_listed_with_its_fields_and_the_known_changes_that_it_becomes(name: str) -> None:
    change = COMPOSED[name]
    row = next(line for line in PAGE.splitlines() if line.startswith(f"| `{name}` | {fields(change)} | "))
    _, _, _, becomes, meaning, _ = row.split("|")
    assert set(re.findall("`([a-z-]+)`", becomes)) <= ASKED_FOR.keys() and meaning.strip() == said(change)


def fields(change: type[Change]) -> str:
    return ", ".join(
        (info.alias or field) + ("" if info.is_required() else "?") for field, info in change.model_fields.items()
    )


def said(change: type[Change]) -> str:
    return (change.__doc__ or "").strip().splitlines()[0]


def test_no_other_change_is_listed() -> None:
    listed = [line.split("`")[1] for line in PAGE.splitlines() if line.startswith("| `")]
    assert sorted(listed) == sorted(WRITTEN)


def test_its_examples_can_be_read() -> None:
    texts = [block.split("```")[0] for block in PAGE.split("```yaml\n")[1:]]
    documents = [document for text in texts for document in read_documents(text.encode(), "docs/decisions.md")]
    assert [len(read_decision(document.fields).changes) for document in documents] == [2, 3]


def test_its_python_runs_as_it_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    exec(PAGE.split("```python\n")[1].split("```")[0], {})  # noqa: S102 - the block that a newcomer would run
    size, root = capsys.readouterr().out.split()
    assert size == "2" and root.startswith("sha256:")
