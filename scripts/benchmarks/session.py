"""The session of one benchmark: the sizes that are asked for, and the ledgers of those sizes, each made once."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable
from functools import cache
from hashlib import sha256
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple

from benchmarks.government import Government
from benchmarks.processes import Desk, python
from ledger.application.migration import import_register
from ledger.events.envelope import Recorder
from projections.views.schema import VERSION

_FLUSHES = 50


class Session(NamedTuple):
    """What a family is measured with: sizes in events, and a folder for what is kept until the end."""

    folder: Path
    ledgers: Path  # where ledgers are made and their views filled; a folder that was named keeps them for the next run
    sizes: tuple[int, ...]
    rounds_max: int
    beside: Path | None = None  # an older checkout

    def rounds(self, wanted: int) -> int:
        """Return how many rounds are measured."""
        return max(1, min(wanted, self.rounds_max))

    def ledger(self, events: int) -> Path:
        """Return a government's ledger of so many events; it is made where it is not there yet. Never write to it."""
        made = self.ledgers / f"government-{events}-{_kind()}.ledger"
        if not made.exists():
            _say(f"  a ledger of {events:,} events is made ...")
            part = made.with_suffix(".part")
            part.unlink(missing_ok=True)
            python("-m", "benchmarks.session", str(part), str(events))()
            part.rename(made)
        return made

    def copied(self, events: int, name: str) -> Path:
        """Return a copy of that ledger that may be written to, under a name of its own."""
        path = self.folder / f"{name}-{events}.ledger"
        shutil.copyfile(self.ledger(events), path)
        return path

    def desk(self, events: int) -> Desk:
        """Return that ledger with views that are filled. Never write to it."""
        return self._filled(Desk(self.ledger(events), self.ledgers / f"views-{events}-{_kind()}-{VERSION}"))

    def recording_desk(self, events: int) -> Desk:
        """Return a copy of that ledger that may be written to, with filled views of its own; the same one each time."""
        ledger = self.folder / f"recorded-{events}.ledger"
        if not ledger.exists():
            self.copied(events, "recorded")
        return self._filled(Desk(ledger, self.folder / f"views-recorded-{events}"))

    def _filled(self, desk: Desk) -> Desk:
        if not desk.views.exists():
            _say(f"  {desk.views.name} are filled ...")
            part = desk.views.with_suffix(".part")
            shutil.rmtree(part, ignore_errors=True)
            part.mkdir()
            desk._replace(views=part).asks("views", "rebuild")()
            part.rename(desk.views)
        return desk

    def own_folder(self, name: str) -> Path:
        """Return an empty folder."""
        path = self.folder / name
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir(parents=True)
        return path


@cache
def _kind() -> str:
    """Return what tells ledgers apart that another generator made."""
    code = [Path(__file__).with_name(name).read_bytes() for name in ("government.py", "documents.py")]
    return sha256(b"".join(code)).hexdigest()[:8]


def flush_of(folder: Path) -> float:
    """Return the seconds that a flush of one more page takes on the disk of a folder: the median of some."""
    took = []
    with (folder / "flushed").open("wb") as file:
        for _ in range(_FLUSHES):
            file.write(b"\0" * 4096)
            file.flush()
            began = perf_counter()
            os.fsync(file.fileno())
            took.append(perf_counter() - began)
    return sorted(took)[_FLUSHES // 2]


def made(path: Path, found: Iterable[dict[str, Any]]) -> Path:
    """Import decisions into a new ledger; return its path."""
    recorder = Recorder(id="desk", basis="configured")
    import_register(path, found, government="Exampleland", source="register.jsonl", recorder=recorder)
    return path


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    made(Path(sys.argv[1]), Government(int(sys.argv[2])).documents())
