"""The page on decision documents lists every change as the registry has it."""

from __future__ import annotations

from pathlib import Path

import pytest

from ledger.documents.decision import read_decision
from ledger.documents.formats import read_documents
from ledger.events.registry import ASKED_FOR, BY_NAME

PAGE = (Path(__file__).parents[1] / "docs" / "decisions.md").read_text("utf-8")


@pytest.mark.parametrize("name", ASKED_FOR)
def test_every_change_is_listed_with_its_fields_and_its_event(name: str) -> None:
    change = BY_NAME[name]
    fields = [
        (info.alias or field) + ("" if info.is_required() else "?") for field, info in change.model_fields.items()
    ]
    said = (change.__doc__ or "").strip().splitlines()[0]
    assert f"| `{name}` | {', '.join(fields)} | `{change.TYPE}` | {said} |" in PAGE


def test_no_other_change_is_listed() -> None:
    listed = [line.split("`")[1] for line in PAGE.splitlines() if line.startswith("| `")]
    assert sorted(listed) == sorted(ASKED_FOR)


def test_its_example_can_be_read() -> None:
    text = PAGE.split("```yaml\n")[1].split("```")[0]
    [document] = read_documents(text.encode(), "docs/decisions.md")
    assert len(read_decision(document.fields).changes) == 2


def test_its_python_runs_as_it_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    exec(PAGE.split("```python\n")[1].split("```")[0], {})  # noqa: S102 - the block that a newcomer would run
    size, root = capsys.readouterr().out.split()
    assert size == "2" and root.startswith("sha256:")
