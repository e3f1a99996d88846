"""One unit of a register from entry to entry: what an entry says anew becomes changes and corrections."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from ledger.timeline import NOT_STATED, day_of

from .dates import day_after
from .documents import Change, Draft


class Words(NamedTuple):
    """What the units of one register are called in a ledger, and how they begin, are renamed and end."""

    noun: str
    begin: str
    retitle: str
    end: str


class Reading(NamedTuple):
    """How one entry says that a unit stands: its parent by id, its dates as given, its keys elsewhere."""

    reference: str
    name: str
    start: str  # `..` where not stated
    last_day: str | None
    parent: str | None
    parent_start: str
    keys: dict[str, str]


class Stated(NamedTuple):
    """The last event that stated keys of a unit, and what it said."""

    event: str
    effective: str
    keys: dict[str, str]


@dataclass
class Unit:
    """A group, district or jobcentre: its last reading, and the events that still say so."""

    words: Words
    id: str
    last: Reading | None = None
    begun: list[str] = field(default_factory=list)  # the events that take effect with its start
    restarted: list[str] = field(default_factory=list)  # corrections of them that gave the start it has
    first_start: str = NOT_STATED  # the start that those corrected
    ended: list[str] = field(default_factory=list)  # the event of its end, and a correction replaced by it
    stated: Stated | None = None

    def read(self, draft: Draft, new: Reading) -> None:
        """Take up the next entry: put into the draft what it says that the one before did not."""
        last, self.last = self.last, new
        if last is None:
            self._begin(draft, new)
            return
        self._restart(draft, last, new)
        if new.last_day is None:
            self._withdraw_end(draft, last, new)
        self._retitle(draft, last, new)
        self._move(draft, last, new)
        self._identify(draft, last, new)
        if new.last_day is not None:
            self._end(draft, last, new)

    def _named(self, **fields: object) -> Change:
        """The fields of a change of this unit, its id first."""
        return {self.words.noun: self.id, **fields}

    def _begin(self, draft: Draft, new: Reading) -> None:
        keys: Change = {"identifiers": new.keys} if new.keys else {}
        self.begun = [draft.add(self.words.begin, self._named(title=new.name, **keys), new.start)]
        if self.words.noun == "mission" and new.parent:
            late = _later(new.parent_start, new.start)
            day = new.parent_start if late else new.start
            event = draft.add("add-mission", self._named(segments=[new.parent]), day, inferred=late)
            self.begun += [] if late else [event]
        self._end(draft, new._replace(last_day=None), new)

    def _restart(self, draft: Draft, last: Reading, new: Reading) -> None:
        """Correct the start; or, where this entry takes an earlier correction back, put that right.

        A start that turns out to have been the end is put right by the end itself, in the correction's place.
        """
        if last.start == new.start:
            return
        if self.restarted and new.start == self.first_start:
            if last.last_day is None and new.last_day == last.start:
                replaced = self.restarted.pop(-len(self.begun))
                self.ended = [self._add_end(draft, new.last_day, corrects=replaced), replaced]
            because = f"Entry {new.reference} withdraws the start date {last.start}."
            for correction in self.restarted:
                draft.strike(correction, because)
            self.restarted = []
            return
        before = "none" if last.start == NOT_STATED else last.start
        because = f"Entry {new.reference} states the start date {new.start}, where it had stated {before}."
        self.first_start = self.first_start if self.restarted else last.start
        self.restarted += [draft.correct(event, new.start, because) for event in self.begun]

    def _withdraw_end(self, draft: Draft, last: Reading, new: Reading) -> None:
        if last.last_day is None:
            return
        for event in self.ended:
            draft.strike(event, f"Entry {new.reference} withdraws the end date {last.last_day}.")
        self.ended = []

    def _end(self, draft: Draft, last: Reading, new: Reading) -> None:
        if new.last_day is None or new.last_day == last.last_day:
            return
        if last.last_day is not None:
            because = f"Entry {new.reference} states the end date {new.last_day} for {last.last_day}."
            draft.correct(self.ended[0], day_after(new.last_day), because)
        elif not self.ended:
            self.ended = [self._add_end(draft, new.last_day)]

    def _add_end(self, draft: Draft, last_day: str, **place: str) -> str:
        return draft.add(self.words.end, self._named(**place), day_after(last_day))

    def _retitle(self, draft: Draft, last: Reading, new: Reading) -> None:
        if new.name != last.name:
            draft.add(self.words.retitle, self._named(title=new.name), draft.recorded_on, inferred=True)

    def _move(self, draft: Draft, last: Reading, new: Reading) -> None:
        if new.parent == last.parent:
            return
        day = new.parent_start if _later(new.parent_start, new.start) else draft.recorded_on
        left, joined = [last.parent], [new.parent]
        if self.words.noun == "segment":
            draft.add("transfer-segment", self._named(to=new.parent), day, inferred=True)
        elif last.parent is None:
            draft.add("add-mission", self._named(segments=joined), day, inferred=True)
        elif new.parent is None:
            draft.add("remove-mission", self._named(segments=left), day, inferred=True)
        else:
            draft.add("realign-mission", self._named(**{"from": left, "to": joined}), day, inferred=True)

    def _identify(self, draft: Draft, last: Reading, new: Reading) -> None:
        """State the keys that differ, in the place of the event that gave numbers for them (12.0 for 12)."""
        gone = {scheme: "" for scheme in last.keys if scheme not in new.keys}
        keys = gone | {scheme: key for scheme, key in new.keys.items() if last.keys.get(scheme) != key}
        if not keys:
            return
        day, place = draft.recorded_on, {}
        if self.stated and all(self.stated.keys.get(scheme) == f"{key}.0" for scheme, key in keys.items()):
            day, place = self.stated.effective, {"corrects": self.stated.event}
            keys = self.stated.keys | keys
        event = draft.add("identify", {"of": self.id, "identifiers": keys, **place}, day, inferred=True)
        self.stated = Stated(event, day, keys)


def _later(day: str, than: str) -> bool:
    return day_of(day) > day_of(than)
