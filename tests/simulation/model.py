"""The naive model: what a ledger is to hold, as lists of dictionaries; it knows nothing of the program.

It is told what was asked for and what came of it, and sees the stored lines as bytes. Every answer is worked out anew
from all lines (`support/naive.py`), every root from all leaves (RFC 9162, 2.1.1).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from support import naive

Document = dict[str, Any]
Key = tuple[str, str]
HEADER = ("change", "effective", "corrects")  # of a change: what stands beside its data


class Difference(BaseException):
    """What is not as the model has it; `kind` says of which sort it is in a few words, the same for the same fault.

    No part of the program in which it is found may take it for an error of its own.
    """

    def __init__(self, kind: str, words: str) -> None:
        super().__init__(f"{kind}: {words}")
        self.kind = kind


class Acknowledged(NamedTuple):
    """What a receipt says."""

    positions: tuple[int, ...]
    recorded_at: str
    size: int
    root: str


def leaf(line: bytes) -> bytes:
    """Return the hash of a leaf (RFC 9162, 2.1.1)."""
    return hashlib.sha256(b"\x00" + line).digest()


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Return the root of a tree of leaf hashes, by the definition of RFC 9162, 2.1.1."""
    if len(leaves) < 2:
        return leaves[0] if leaves else hashlib.sha256().digest()
    cut = 1
    while 2 * cut < len(leaves):
        cut *= 2
    return hashlib.sha256(b"\x01" + root_of(leaves[:cut]) + root_of(leaves[cut:])).digest()


class Model:
    """What was asked for, what stands, and what follows from it."""

    def __init__(self) -> None:
        self.raw: list[bytes] = []
        self.lines: list[dict[str, Any]] = []
        self.asked: dict[Key, Document] = {}  # every document that was ever handed in
        self.acknowledged: dict[Key, Acknowledged] = {}
        self._standing: dict[int, list[naive.Said]] = {}

    # What stands

    def need(self, holds: bool, kind: str, words: object) -> None:
        """Raise `Difference` unless something holds."""
        if not holds:
            raise Difference(kind, str(words))

    def observe(self, rows: Sequence[tuple[int, bytes]]) -> None:
        """Take in the stored lines, all of them with their positions, as they are now; raises `Difference`."""
        found = [line for _, line in rows]
        self.need([place for place, _ in rows] == list(range(1, len(rows) + 1)), "positions are not dense", rows[-3:])
        self.need(found[: len(self.raw)] == self.raw, "a line was altered or is gone", f"{len(self.raw)} lines stood")
        for line in found[len(self.raw) :]:
            self.raw.append(line)
            self._take({**json.loads(line), "position": len(self.raw)})
        if self.lines:
            part, parts = self.lines[-1]["decision"]["part"]
            self.need(part == parts, "half a decision stands", self.lines[-1]["decision"]["reference"])

    def _take(self, line: dict[str, Any]) -> None:
        """Take in one line: in its place among the others, and what somebody asked for."""
        where, before = f"p{line['position']}", self.lines[-1] if self.lines else None
        versions = [one["version"] for one in self.lines if one["stream"] == line["stream"]]
        self.need(line["version"] == len(versions) + 1, "versions are not dense", where)
        (part, parts), key = line["decision"]["part"], naive.decision_of(line)
        if part > 1:
            own = before is not None and before["decision"]["part"] == [part - 1, parts] and _same(before, line)
            self.need(own, "half a decision stands", where)
        else:
            whole = before is None or before["decision"]["part"][0] == before["decision"]["part"][1]
            self.need(whole, "half a decision stands", where)
            self.need(key not in map(naive.decision_of, self.lines), "a decision stands twice", f"{where}, {key[1]}")
            if before is not None:
                later = line["recorded_at"] > before["recorded_at"]
                same = "migrated" in line and line["recorded_at"] == before["recorded_at"]
                self.need(later or same, "record times do not grow", where)
        self.lines.append(line)
        self._hold_content(line, part, parts, key)

    def _hold_content(self, line: dict[str, Any], part: int, parts: int, key: Key) -> None:
        """Hold a line to the change of the document that it came of."""
        if key not in self.asked:
            self.need(key[1] in ("constitution", "register taken over"), "nobody asked for a decision", key[1])
            return
        changes = self.asked[key]["changes"]
        self.need(parts == len(changes), "a decision has other parts than were asked for", key[1])
        wanted = {name: value for name, value in changes[part - 1].items() if name not in HEADER}
        said = {name: value for name, value in line["data"].items() if name in wanted}
        self.need(said == wanted, "an event says other than was asked for", f"{key[1]}, part {part}")

    def stands(self, key: Key) -> list[int]:
        """Return the positions of a decision; empty where it does not stand."""
        return [line["position"] for line in self.lines if naive.decision_of(line) == key]

    # What came of it

    def ask(self, document: Document) -> None:
        """Note that a document is handed in; the same reference is the same document."""
        self.asked.setdefault(key_of(document), document)

    def acknowledge(self, document: Document, receipt: Acknowledged) -> None:
        """Note a receipt: it must be of what stands, and stand for ever."""
        key = key_of(document)
        before = self.acknowledged.setdefault(key, receipt)
        self.need(before == receipt, "a decision has two receipts", key[1])

    def hold_acknowledged(self) -> None:
        """Hold every receipt to what stands: its decision is there once, at its positions, under its root."""
        leaves = [leaf(line) for line in self.raw]
        for key, receipt in self.acknowledged.items():
            there = self.stands(key)
            self.need(there == list(receipt.positions), "an acknowledged decision is not there", f"{key[1]}: {there}")
            at = self.lines[receipt.positions[-1] - 1]["recorded_at"]
            self.need(at == receipt.recorded_at, "a receipt has another record time", key[1])
            self.need(root_text(leaves[: receipt.size]) == receipt.root, "a receipt has another root", key[1])

    def hold_absent(self, document: Document, why: str) -> None:
        """Hold that nothing of a document stands, which was not recorded because of something."""
        key = key_of(document)
        self.need(key in self.acknowledged or not self.stands(key), f"what was not recorded ({why}) stands", key[1])

    def root(self, size: int) -> str:
        """Return the root of the first `size` lines."""
        return root_text([leaf(line) for line in self.raw[:size]])

    # What was so

    def ends(self) -> list[int]:
        """Return the last position of each decision, 0 before them."""
        return [0, *(one["position"] for one in self.lines if one["decision"]["part"][0] == one["decision"]["part"][1])]

    def end_by(self, position: int) -> int:
        """Return the last position that ends a decision, up to one."""
        return max(end for end in self.ends() if end <= position)

    def known_by(self, instant: str) -> int:
        """Return the last position recorded at or before an instant, spelt as record times are."""
        return max((one["position"] for one in self.lines if one["recorded_at"] <= instant), default=0)

    def said(self, known: int) -> list[naive.Said]:
        """Return what stands at a position that ends a decision."""
        if known not in self._standing:
            self._standing[known] = naive.standing(self.lines[:known])
        return self._standing[known]

    def structure(self, day: int, known: int) -> dict[str, naive.Values]:
        """Return the structure on a day as known at a position."""
        return naive.structure(self.said(known), day)

    def history(self, id_: str, known: int) -> dict[int, str]:
        """Return the events that change a thing, by position, each with how it stands."""
        lines = self.lines[:known]
        return {
            line["position"]: naive.reading(line, lines).state
            for line in lines
            if id_ in [said[0] for said in naive.says(naive.noun_and_verb(line), line["data"], "..")][:1]
            or (id_ == "government" and naive.noun_and_verb(line) == "register.taken-over")
        }

    def things(self, known: int) -> list[str]:
        """Return the ids of which anything is said, in order of record."""
        return list(dict.fromkeys(one.thing for one in self.said(known)))

    def days(self, known: int) -> list[int]:
        """Return every day on which something turns."""
        return sorted({one.day for one in self.said(known)})


def key_of(document: Document) -> Key:
    """Return the name of a decision."""
    return document["authority"], document["reference"]


def root_text(leaves: Sequence[bytes]) -> str:
    """Return a root as receipts spell it."""
    return f"sha256:{root_of(leaves).hex()}"


def _same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return naive.decision_of(one) == naive.decision_of(other) and one["recorded_at"] == other["recorded_at"]
