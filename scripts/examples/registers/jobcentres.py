"""The jobcentre registers as decisions: groups are clusters, districts segments, jobcentres missions.

One entry is one decision, in record order over the three registers. A register has no word for what an entry
means: it only says how an item stands from now on. So every entry is compared with the one before it under
its key, and what differs becomes changes, or corrections of what the register had said in error:

- no start date: not known (`..`); an end date is the last day, so the end takes effect on the day after;
- a move to a parent that started later than the unit takes effect with that parent, and anything else without
  a date on the day that it was recorded; both are inferred;
- another start, or another end: the event that said so is corrected; an end withdrawn: it is struck;
- an entry that puts right an earlier error stands in the place of the event that was the error.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from ledger.errors import MalformedDate, harmless
from ledger.timeline import NOT_STATED

from .dates import checked
from .documents import Document, Draft, EventIds
from .errors import RegisterError
from .rsf import Entry, Register
from .units import Reading, Unit, Words

GROUPS, DISTRICTS, JOBCENTRES = "jobcentre-group", "jobcentre-district", "jobcentre"
WORDS = {
    GROUPS: Words("cluster", "establish-cluster", "retitle-cluster", "dissolve-cluster"),
    DISTRICTS: Words("segment", "add-segment", "retitle-segment", "retire-segment"),
    JOBCENTRES: Words("mission", "launch-mission", "retitle-mission", "stop-mission"),
}
PARENT = {DISTRICTS: GROUPS, JOBCENTRES: DISTRICTS}
_NOT_KEYS = ("name", "start-date", "end-date")


def decisions(registers: Iterable[Register]) -> Iterator[Document]:
    """Give the decision documents of the jobcentre registers, in record order; an entry that says nothing new
    gives none.

    Raises `RegisterError` for a register that has no mapping or no registry, one given twice, an entry that
    cannot be understood, and one that names a district of which no register given says where it belongs.
    """
    mapping = _Mapping(_by_name(registers))
    for register, entry in mapping.in_record_order():
        document = mapping.document(register, entry)
        if document is not None:
            yield document


def _by_name(registers: Iterable[Register]) -> dict[str, Register]:
    found: dict[str, Register] = {}
    for register in registers:
        if register.name not in WORDS:
            problem = f"no mapping turns this register into decisions, only {', '.join(WORDS)}."
            raise RegisterError(harmless(register.name), problem)
        if register.name in found:
            raise RegisterError(register.name, "this register is given twice. Name each file once.")
        if not register.registry:
            raise RegisterError(register.name, "it does not say which registry keeps it, and so who decided.")
        found[register.name] = register
    return found


class _Mapping:
    """The units of all registers, from entry to entry."""

    def __init__(self, registers: Mapping[str, Register]) -> None:
        self._registers = registers
        self._units: dict[str, Unit] = {}
        self._ids = EventIds()
        districts = registers[DISTRICTS].entries if DISTRICTS in registers else []
        # Looked up ahead: a jobcentre may be listed under a district that is recorded only after it.
        self._first_group = {entry.key: _field(entry, GROUPS) for entry in reversed(districts)}

    def in_record_order(self) -> list[tuple[str, Entry]]:
        """All entries by record time; at one instant groups first, then districts, then jobcentres."""
        given = [name for name in WORDS if name in self._registers]
        entries = [(name, entry) for name in given for entry in self._registers[name].entries]
        return sorted(entries, key=lambda pair: datetime.fromisoformat(pair[1].recorded_at))

    def document(self, register: str, entry: Entry) -> Document | None:
        """Compare an entry with the one before it under its key; gives what differs as one decision."""
        id_ = self._id(register, entry.key, entry)
        unit = self._units.setdefault(id_, Unit(WORDS[register], id_))
        reference = f"{register}:{entry.number}"
        draft = Draft(self._ids, self._registers[register].registry, reference, entry.recorded_at)
        try:
            unit.read(draft, self._reading(register, reference, entry))
        except MalformedDate as error:
            raise RegisterError(entry.where, str(error)) from None
        return draft.document()

    def _reading(self, register: str, reference: str, entry: Entry) -> Reading:
        item = {name: _field(entry, name) for name in entry.item}
        held_under = PARENT.get(register, "")
        parent = self._id(held_under, item[held_under], entry) if held_under in item else None
        above = self._units.get(parent or "")
        start = item.get("start-date")
        return Reading(
            reference=reference,
            name=_field(entry, "name"),
            start=NOT_STATED if start is None else checked(start),
            last_day=item.get("end-date"),
            parent=parent,
            parent_start=above.last.start if above and above.last else NOT_STATED,
            keys={name: value for name, value in item.items() if name not in (*_NOT_KEYS, held_under)},
        )

    def _id(self, register: str, key: str, entry: Entry) -> str:
        """The id of a unit: of a district, under the group that it was first listed in."""
        if register == GROUPS:
            return f"group-{key}"
        if register == JOBCENTRES:
            return f"jobcentre-{key}"
        if key not in self._first_group:
            problem = f"it names district {harmless(key)}, which no {DISTRICTS} register given lists."
            raise RegisterError(entry.where, f"{problem} Give that register's file too.")
        return f"group-{self._first_group[key]}/district-{key}"


def _field(entry: Entry, name: str) -> str:
    value = entry.item.get(name)
    if not isinstance(value, str):
        raise RegisterError(entry.where, f'the item of entry {entry.number} has no text under "{name}".')
    return value
