"""The size and root that were last seen of a ledger, kept beside its views, so that an older copy in its place is told.

This is what one reader knows, and no proof for anybody else: whoever may write to the folder can take it away.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from ledger import clock
from ledger.application.moments import Known
from ledger.application.reader import Reader
from ledger.errors import ProofError
from ledger.instants import stamp
from ledger.integrity.tree import parse_root

_TEXT_BYTES_MAX = 1_000_000
_MIDDLE, _END = ".seen.", ".part"  # of the names of files that are not in place yet


class Seen(NamedTuple):
    """A size, the root of the tree of that size, and when the last event in it was recorded."""

    size: int
    root: str
    recorded_at: str

    @property
    def said(self) -> str:
        """This as part of a sentence."""
        return f"position {self.size} (recorded {self.recorded_at}, root {self.root})"


class Replaced(NamedTuple):
    """A notice: the ledger does not hold what was seen of it; `there` is its root at that size, None where shorter."""

    before: Seen
    now: Seen
    there: str | None

    @property
    def message(self) -> str:
        """The notice as a sentence."""
        if self.there is None:
            found = f"it ends at {self.now.said}, and was read here up to {self.before.said}"
        else:
            found = f"at {self.before.said} it has another root now, {self.there}; it ends at {self.now.said}"
        return (
            f"This is not the ledger as it was last read here: {found}. An older copy may stand in its place. Find out "
            "which is the true one; to go on with this one: cluster-ledger views accept --because REASON"
        )


class LastSeen:
    """What was last seen of one ledger."""

    def __init__(self, folder: Path, ledger_id: str) -> None:
        self.path = folder / f"{ledger_id}.seen"

    def replaced(self, ledger: Reader) -> Replaced | None:
        """Return the notice that a ledger does not hold what was last seen of it, or None."""
        before, now = self._read()[0], _seen(ledger.known())
        if before is None:
            return None
        if before.size > now.size:
            return Replaced(before, now, None)
        there = ledger.known_at(before.size).root
        return None if there == before.root else Replaced(before, now, there)

    def see(self, ledger: Reader) -> Replaced | None:
        """Keep the head of a ledger as the last that was seen, or return the notice that it is another ledger.

        Raises `OSError` where nothing can be kept.
        """
        notice = self.replaced(ledger)
        if notice is None:
            before, accepted = self._read()
            now = _seen(ledger.known())
            if before is None or before.size < now.size:
                self._write(now, accepted)
        return notice

    def accept(self, ledger: Reader, because: str, at: Callable[[], Any] = clock.now) -> Replaced | None:
        """Take a ledger as the true one though it is not the one that was seen; return what was accepted, or None.

        That and the reason are kept. Raises `OSError` where nothing can be kept.
        """
        notice = self.replaced(ledger)
        if notice is not None:
            _, accepted = self._read()
            entry = {
                "in_place_of": notice.before._asdict(),
                "ledger": notice.now._asdict(),
                "because": because,
                "accepted_at": stamp(at()),
            }
            self._write(notice.now, [*accepted, entry])
        return notice

    def _read(self) -> tuple[Seen | None, list[Any]]:
        """Return what is kept, and what was accepted; (None, []) where there is nothing that can be read."""
        try:
            with self.path.open("rb") as file:
                found = json.loads(file.read(_TEXT_BYTES_MAX))
            seen = Seen(found["size"], found["root"], found["recorded_at"])
            parse_root(seen.root)
            sound = type(seen.size) is int and 0 <= seen.size < 2**63 and isinstance(seen.recorded_at, str)
            return (seen, list(found["accepted"])) if sound else (None, [])
        except (OSError, ValueError, KeyError, TypeError, RecursionError, ProofError):
            return None, []

    def _write(self, seen: Seen, accepted: list[Any]) -> None:
        """Put another file in place of what is kept, and take away those that were not put in place."""
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        for left in self.path.parent.glob(f"{self.path.stem}{_MIDDLE}*{_END}"):
            left.unlink(missing_ok=True)
        text = json.dumps({**seen._asdict(), "accepted": accepted}, indent=1) + "\n"
        handle, name = tempfile.mkstemp(_END, f"{self.path.stem}{_MIDDLE}", self.path.parent)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            os.replace(name, self.path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise


def _seen(known: Known) -> Seen:
    return Seen(known.size, known.root, "never" if known.at is None else stamp(known.at))
