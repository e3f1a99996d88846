"""The comparison of two checkouts: what each of them answers about the same demonstration (see scripts/compare)."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

DAY, EARLIER = "2026-11-25", "2025-06-01"
LATER_KNOWN = "p60"

# The demonstration, recorded by a clock of its own. `NAME` of what stands where differs between checkouts is looked up.
RECORDED = """
import sys
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from ledger.application import Ledger
from ledger.events.envelope import Recorder

def found(*names):
    for name in names:
        try:
            return import_module(name)
        except ModuleNotFoundError:
            continue
    raise SystemExit(f"none of {names} is in this checkout")

read = found("ledger.documents.formats", "ledger.reading").read_documents
documents, path = Path(sys.argv[1]), sys.argv[2]
instants = iter(datetime(2026, 11, 2, 10, tzinfo=UTC) + timedelta(hours=number) for number in range(10_000))
with Ledger.create(path, government="Illyria", origin="illyria.example", timezone="Europe/Vienna",
                   recorder=Recorder(id="Registry", basis="configured"), clock=lambda: next(instants)) as ledger:
    for file in sorted(documents.glob("*.yaml")):
        for document in read(file.read_bytes(), file.name):
            ledger.record(document.fields)
"""
DOCUMENTS = ("examples/demo", "demo-data")  # of the demonstration, where checkouts of now and then keep them
THINGS = ("wellbeing", "living-places", "culture")
POINT = ("--effective", DAY, "--known", LATER_KNOWN)
FORMS = (("--format", "json"), ())
FILES = (
    *((f"snapshot.{form}", ("snapshot", *POINT)) for form in ("json", "csv", "sqlite", "parquet", "xlsx")),
    ("log.jsonl", ("export",)),
    ("structure.jsonld", ("export", "--format", "org")),
    ("record.json", ("export", "--format", "prov")),
    *((f"{name}.svg", ("chart", name)) for name in ("timeline", "matrix", "flows", "execution")),
    ("report.html", ("report",)),
    ("report.pdf", ("report",)),
)


def asked() -> list[tuple[str, ...]]:
    """Return the commands whose answers are printed."""
    reading = [
        *(("show", *more) for more in ((), POINT, *((thing,) for thing in THINGS))),
        *((command, thing) for command in ("history", "why") for thing in THINGS),
        ("log",),
        ("diff", EARLIER, DAY),
        ("replay", "--from", EARLIER, "--to", DAY),
        *((command,) for command in ("matrix", "agility", "lags", "notices", "rules", "check", "verify")),
        ("restate", "missions", "--from", EARLIER),
        ("agility", "--by", "year"),
    ]
    return [("schema", "decision"), *((*command, *form) for command in reading for form in FORMS)]


def answers(checkout: Path, ledger: Path, folder: Path) -> dict[str, str]:
    """Return what a checkout answers, each by what was asked, as a digest of the bytes and the exit code."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("CLUSTER_LEDGER", "PYTHON"))},
        "PYTHONPATH": str(checkout),
        "PYTHONDONTWRITEBYTECODE": "1",
        "CLUSTER_LEDGER": ledger.name,
        "XDG_CACHE_HOME": str(folder / "cache"),
        "XDG_STATE_HOME": str(folder / "state"),
        "HOME": str(folder),
        "COLUMNS": "100",
    }
    found = {}

    def run(*command: str) -> subprocess.CompletedProcess[bytes]:
        line = [sys.executable, "-m", "commands.main", *command]
        return subprocess.run(line, env=environment, cwd=ledger.parent, capture_output=True, stdin=subprocess.DEVNULL)

    for command in asked():
        done = run(*command)
        found[" ".join(command)] = f"{done.returncode} {_digest(done.stdout + done.stderr)}"
    for name, command in FILES:
        made = folder / name
        done = run(*command, "-o", str(made))
        content = b"".join(part.read_bytes() for part in _parts(made))
        found[" ".join((*command, "-o", name))] = f"{done.returncode} {_digest(content)}"
    for golden in sorted((checkout / "tests" / "golden").rglob("*.json")):
        found[f"golden {golden.name}"] = _digest(golden.read_bytes())
    return found


def _parts(made: Path) -> list[Path]:
    return sorted(made.rglob("*")) if made.is_dir() else [made] if made.exists() else []


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


def main(before: Path, after: Path) -> int:
    """Compare; return 0 where every answer is the same, 1 where one is not or where nothing was answered."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        ledger = folder / "demonstration" / "government.ledger"
        ledger.parent.mkdir()
        documents = next(path for name in DOCUMENTS if (path := before / "scripts" / name).is_dir())
        recorded = [sys.executable, "-c", RECORDED, str(documents), str(ledger)]
        subprocess.run(recorded, env={**os.environ, "PYTHONPATH": str(before)}, check=True)
        found = []
        for name, checkout in (("before", before), ("after", after)):
            (folder / name).mkdir()
            found.append(answers(checkout, ledger, folder / name))
    differing = sorted(key for key in found[0].keys() | found[1].keys() if found[0].get(key) != found[1].get(key))
    for key in differing:
        print(f"{key}: {found[0].get(key, 'absent')} before, {found[1].get(key, 'absent')} after")
    failed = [key for key, said in found[0].items() if said.startswith("2 ")]
    for key in failed:
        print(f"{key}: not understood, so nothing is compared")
    print(json.dumps({"answers": len(found[0]), "differing": len(differing)}))
    return 1 if differing or failed else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
