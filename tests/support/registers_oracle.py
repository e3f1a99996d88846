"""The jobcentre registers read naively: what an entry says, with no events, no ledger and no state kept.

Everything is asked of the entries anew, at the cost of reading them all, so that it shares nothing with the
mapping or the fold that it is compared with.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from support.shared_files import shared

REGISTERS = ("jobcentre-group", "jobcentre-district", "jobcentre")
PARENT = {"jobcentre-district": "jobcentre-group", "jobcentre": "jobcentre-district"}
KIND = {"jobcentre-group": "cluster", "jobcentre-district": "segment", "jobcentre": "mission"}
HEAD = "9999"  # later than every record time


class Entry(NamedTuple):
    """One user entry: its key, its record time and its item."""

    key: str
    at: str
    item: dict[str, str]


class Unit(NamedTuple):
    """What is so of one unit: its name, the key of its parent, its address."""

    name: str
    parent: str | None
    address: str | None


@cache
def entries(register: str) -> tuple[Entry, ...]:
    """The user entries of a register in order."""
    items: dict[str, dict[str, str]] = {}
    found = []
    for line in shared(f"data/registers/{register}.rsf").read_text().splitlines():
        command, *fields = line.split("\t")
        if command == "add-item":
            items["sha-256:" + hashlib.sha256(fields[0].encode()).hexdigest()] = json.loads(fields[0])
        elif command == "append-entry" and fields[0] == "user":
            found.append(Entry(fields[1], fields[2], items[fields[3]]))
    return tuple(found)


def histories(register: str, known: str = HEAD) -> dict[str, list[Entry]]:
    """The entries under every key, as known."""
    found: dict[str, list[Entry]] = {}
    for entry in entries(register):
        if entry.at <= known:
            found.setdefault(entry.key, []).append(entry)
    return found


def latest(register: str, known: str = HEAD) -> dict[str, dict[str, str]]:
    """The last item of every key, as known."""
    return {entry.key: entry.item for entry in entries(register) if entry.at <= known}


def live(item: dict[str, str], day: str) -> bool:
    """Whether a unit lives on a day: an end date is its last."""
    return item.get("start-date", "") <= day <= item.get("end-date", day)


def units(register: str, day: str, known: str = HEAD) -> dict[str, Unit]:
    """The units of a register that are live on a day, by key, as known."""
    return {
        key: Unit(str(_on(day, _names(said))), _on(day, _parents(register, said)), _on(day, _addresses(said)))
        for key, said in histories(register, known).items()
        if live(said[-1].item, day)
    }


def _on(day: str, said: Iterator[tuple[str, str | None]]) -> str | None:
    """What was last said to be so from that day on or before: later entries win on one day."""
    counting = [(start, number, value) for number, (start, value) in enumerate(said) if start <= day]
    return max(counting, key=lambda one: one[:2])[2]


def _names(said: list[Entry]) -> Iterator[tuple[str, str | None]]:
    yield "", said[0].item["name"]
    for before, entry in zip(said, said[1:], strict=False):
        if before.item["name"] != entry.item["name"]:
            yield entry.at[:10], entry.item["name"]


def _parents(register: str, said: list[Entry]) -> Iterator[tuple[str, str | None]]:
    above = PARENT.get(register, "")
    yield "", said[0].item.get(above)
    for before, entry in zip(said, said[1:], strict=False):
        if before.item.get(above) != entry.item.get(above):
            start = latest(above, entry.at)[entry.item[above]].get("start-date", "")
            yield (start if start > entry.item.get("start-date", "") else entry.at[:10]), entry.item[above]


def _addresses(said: list[Entry]) -> Iterator[tuple[str, str | None]]:
    yield "", said[0].item.get("address")
    for before, entry in zip(said, said[1:], strict=False):
        if before.item.get("address") != entry.item.get("address"):
            yield entry.at[:10], entry.item.get("address")


def record_times() -> list[str]:
    """Every record time of the three registers, once, in order."""
    return sorted({entry.at for register in REGISTERS for entry in entries(register)})


def orphans(known: str) -> int:
    """How many units stand without an end under a parent that has one or is absent, as the entries stand."""
    found = 0
    for register, above in PARENT.items():
        parents = latest(above, known)
        for item in latest(register, known).values():
            parent = parents.get(item[above])
            found += "end-date" not in item and (parent is None or "end-date" in parent)
    return found
