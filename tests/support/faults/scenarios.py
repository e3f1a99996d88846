"""The commands that faults are tried on, and what must hold of the folder after each."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from support.faults.shim import Run

REFERENCES = ("R-1", "R-2", "R-3")
LEDGER = "government.ledger"
INIT = ("init", "--government", "Testland")
IMPORT = ("import", "old.jsonl", "--government", "Testland")
PARTIAL_IMPORT = ("import", "old-first.jsonl", *IMPORT[2:], "--source", "old.jsonl")
RECORD = ("record", "new.jsonl")


@dataclass(frozen=True)
class Scenario:
    """One command: what was run before it, and which file it makes, if it makes one that may stand already."""

    name: str
    before: tuple[tuple[str, ...], ...]
    command: tuple[str, ...]
    makes: str = ""
    records: bool = False


def documents(*, older: bool) -> Iterable[str]:
    """Three decisions, one after the other; of an older register, with their record times."""
    for number, reference in enumerate(REFERENCES, 1):
        document = {
            "authority": "Council",
            "reference": reference,
            "effective": "2026-01-01",
            "changes": [
                {"change": "establish-cluster", "cluster": f"c{number}", "title": "C", "purpose": "x" * 3000},
                {"change": "add-segment", "segment": f"c{number}/s", "title": "S"},
            ],
        }
        if older:
            document["recorded_at"] = f"2026-01-0{number}T00:00:00Z"
        yield json.dumps(document) + "\n"


def prepared(folder: Path) -> None:
    """Put the documents into an empty folder."""
    folder.mkdir(parents=True)
    (folder.parent / "tmp").mkdir()
    for name, older in (("new", False), ("old", True)):
        lines = list(documents(older=older))
        (folder / f"{name}.jsonl").write_text("".join(lines))
        (folder / f"{name}-first.jsonl").write_text(lines[0] + ("{}\n" if older else ""))  # an import stops there


def _output(command: str, suffix: str, *more: str) -> Scenario:
    made = f"out{suffix}"
    return Scenario(f"{command}{suffix}", (INIT, RECORD, ("show",)), (command, "-o", made, *more), makes=made)


SCENARIOS = (
    Scenario("init", (), INIT, makes=LEDGER),
    Scenario("import", (), IMPORT, records=True),
    Scenario("import-again", (PARTIAL_IMPORT,), IMPORT, records=True),
    Scenario("record", (INIT,), RECORD, records=True),
    Scenario("record-with-views", (INIT, ("record", "new-first.jsonl"), ("show",)), RECORD, records=True),
    Scenario("record-together", (INIT,), ("record", "--together", "new.jsonl"), records=True),
    _output("snapshot", ".json"),
    _output("snapshot", ".csv"),
    _output("snapshot", ".xlsx"),
    _output("snapshot", ".parquet"),
    _output("snapshot", ".sqlite"),
    _output("export", ".jsonl"),
    Scenario(
        "snapshot-over", (INIT, RECORD, ("snapshot", "-o", "out.json")), ("snapshot", "-o", "out.json", "--force")
    ),
    Scenario("copy", (INIT, RECORD), ("copy", "copy.ledger"), makes="copy.ledger"),
    Scenario("copy-as-trial", (INIT, RECORD), ("copy", "--as-trial", "copy.ledger"), makes="copy.ledger"),
    Scenario("backup", (INIT, RECORD), ("backup", "-o", "backup.ledger"), makes="backup.ledger"),
    Scenario("first-show", (INIT, RECORD), ("show",)),
    Scenario("views-rebuild", (INIT, RECORD, ("show",)), ("views", "rebuild")),
)


def acknowledged(run: Run) -> list[str]:
    """The references of the decisions that a run gave a receipt for."""
    return [reference for reference in REFERENCES if f'ecorded: "{reference}"' in run.out]


def one_sentence(run: Run) -> bool:
    """Whether a run that failed said so in one line of words, beside the notice that its memory could not be kept."""
    lines = [line for line in run.said.splitlines() if not line.startswith("What was seen of this ledger could not")]
    return len(lines) == 1 and "Traceback" not in run.said and "fault of cluster-ledger" not in run.said
