"""The conversion of a source register to decision documents as an import takes them, one for each row."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

from support.source_register import Register, Row, days

Change = dict[str, Any]
BEGINS = {"department": "establish-cluster", "division": "add-segment", "body": "launch-mission"}
ENDS = {"department": "dissolve-cluster", "division": "retire-segment", "target": "withdraw-objective"}
RETURNS = {"department": "reestablish-cluster", "division": "reinstate-segment", "body": "resume-mission"}
FIELD = {"department": "cluster", "division": "segment", "body": "mission", "target": "objective"}
AUTHORITY = "Register of units"


def ids_of(register: Register) -> dict[str, str]:
    """Return the id that each unit has in the ledger: of a division or target, it begins with its first parent's."""
    first = {row.unit: row.said.get("parents", ())[:1] for row in register.rows if row.what == "began"}
    found = {unit: unit.lower() for unit in register.kinds}
    parts = [unit for unit, kind in register.kinds.items() if kind in ("division", "target")]
    return found | {unit: "/".join(found[one] for one in (*first[unit], unit)) for unit in parts}


def documents(register: Register) -> Iterator[dict[str, Any]]:
    """Yield a decision document for each row, in the order in which they were entered."""
    conversion = _Conversion(register)
    for row in register.rows:
        yield {
            "authority": AUTHORITY,
            "reference": f"E-{row.number}",
            "effective": row.day,
            "recorded_at": f"{row.written}T12:00:00Z",
            "changes": list(conversion.changes(row)),
        }


class _Conversion:
    def __init__(self, register: Register) -> None:
        self._kinds, self._ids = register.kinds, ids_of(register)
        self._left: dict[int, tuple[str, ...]] = {}  # by the number of a row: the parents before it
        held: dict[str, tuple[str, ...]] = {}
        for row in sorted(register.rows, key=lambda row: days(row.day)[1]):
            if "parents" in row.said:
                self._left[row.number] = held.get(row.unit, ())
                held[row.unit] = row.said["parents"]

    def changes(self, row: Row) -> Iterator[Change]:
        """Yield what a row says, as changes."""
        kind, said = self._kinds[row.unit], row.said
        subject, of = {FIELD[kind]: self._ids[row.unit]}, {"of": self._ids[row.unit]}
        title = {"title": _text(said["title"])} if "title" in said else {}
        match row.what:
            case "began" if kind == "target":
                yield {"change": "set-objective", **subject, "indicator": title["title"], **said["others"]}
            case "began":
                keys = {"identifiers": said["keys"]} if "keys" in said else {}
                yield {"change": BEGINS[kind], **subject, **title, **keys}
            case "ended":
                if title:  # what it was called last, before it ended on that day
                    yield {"change": f"retitle-{FIELD[kind]}", **subject, **title}
                yield from self._ended(row, kind, subject)
            case "back":
                yield {"change": RETURNS.get(kind, "return-objective"), **subject, **title}
            case "called":
                yield {"change": f"retitle-{FIELD[kind]}", **subject, **title}
            case "typed":
                yield {"change": "rescope-mission", **subject, **said["others"]}
            case "keyed":
                yield {"change": "identify", **of, "identifiers": said["keys"]}
            case "named" | "unnamed":
                ((name, use),) = said["names"].items()
                yield {"change": "state-name" if use else "withdraw-name", **of, "name": name, **use}
        if "parents" in said:
            yield from self._put(row, kind, subject)

    def _ended(self, row: Row, kind: str, subject: Change) -> Iterator[Change]:
        reason = row.said.get("reason")
        done = "complete-mission" if reason == "completed" else "stop-mission"
        successors = [self._ids[one] for one in row.said.get("successors", ())]
        given = {"successors": successors} if successors else {}
        yield {"change": ENDS.get(kind, done), **subject, **given, **({"reason": reason} if reason else {})}

    def _put(self, row: Row, kind: str, subject: Change) -> Iterator[Change]:
        before, parents = self._left[row.number], row.said["parents"]
        left = [self._ids[one] for one in before if one not in parents]
        taken = [self._ids[one] for one in parents if one not in before]
        if kind == "department":
            yield from ({"change": "unnest-cluster", **subject, "within": one} for one in left)
            yield from ({"change": "nest-cluster", **subject, "within": one} for one in taken)
        elif kind == "body" and left and taken:
            yield {"change": "realign-mission", **subject, "from": left, "to": taken}
        elif kind == "body":
            change = "remove-mission" if left else "add-mission"
            yield {"change": change, **subject, "segments": left or taken}
        elif row.what == "put":
            change = "transfer-segment" if kind == "division" else "move-objective"
            yield {"change": change, **subject, "to": taken[0]}


def _text(text: str | bytes) -> Any:
    return {"base64": base64.b64encode(text).decode()} if isinstance(text, bytes) else text
