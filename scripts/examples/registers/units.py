"""A unit of a register from entry to entry: what an entry says anew becomes changes and corrections."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import chain
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
    since: list[tuple[str, str]] = field(default_factory=list)  # those of later changes, and their dates
    joined: str = NOT_STATED  # when it came under the parent that it has
    restarted: list[list[str]] = field(default_factory=list)  # corrections of them, for each other start
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
        self.joined = new.start
        if self.words.noun == "mission" and new.parent:
            self._join(draft, new)
        self._end(draft, new._replace(last_day=None), new)

    def _join(self, draft: Draft, new: Reading) -> None:
        """Affiliate a mission with its first segment: from its start, or from that of a younger segment."""
        fields = self._named(segments=[new.parent])
        if _later(new.parent_start, new.start):
            self._change(draft, "add-mission", fields, new.parent_start)
            self.joined = new.parent_start
        else:
            self.begun.append(draft.add("add-mission", fields, new.start))

    def _change(self, draft: Draft, change: str, fields: Change, day: str) -> str:
        """Add a change whose date is inferred."""
        event = draft.add(change, fields, day, inferred=True)
        self.since.append((event, day))
        return event

    def _restart(self, draft: Draft, last: Reading, new: Reading) -> None:
        """Correct the start; or, where this entry takes an earlier correction back, put that right.

        A start that turns out to have been the end is put right by the end itself, in the correction's place.
        """
        if last.start == new.start:
            return
        if self.restarted and new.start == self.first_start:
            if last.last_day is None and new.last_day == last.start:
                replaced = self.restarted[-1].pop(0)
                self.ended = [self._add_end(draft, new.last_day, corrects=replaced), replaced]
            because = f"Entry {new.reference} withdraws the start date {last.start}."
            for correction in chain.from_iterable(self.restarted):
                draft.strike(correction, because)
            self.restarted = []
            return
        before = "none" if last.start == NOT_STATED else last.start
        because = f"Entry {new.reference} states the start date {new.start}, where it had stated {before}."
        self.first_start = self.first_start if self.restarted else last.start
        early = [event for event, day in self.since if _later(new.start, day)]
        self.restarted.append([draft.correct(event, new.start, because) for event in (*self.begun, *early)])

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
            self._change(draft, self.words.retitle, self._named(title=new.name), _undated(draft, new.start))

    def _move(self, draft: Draft, last: Reading, new: Reading) -> None:
        if new.parent == last.parent:
            return
        since = _latest(new.start, self.joined)
        self.joined = new.parent_start if _later(new.parent_start, since) else _undated(draft, since)
        left, joined = [last.parent], [new.parent]
        if self.words.noun == "segment":
            self._change(draft, "transfer-segment", self._named(to=new.parent), self.joined)
        elif last.parent is None:
            self._change(draft, "add-mission", self._named(segments=joined), self.joined)
        elif new.parent is None:
            self._change(draft, "remove-mission", self._named(segments=left), self.joined)
        else:
            self._change(draft, "realign-mission", self._named(**{"from": left, "to": joined}), self.joined)

    def _identify(self, draft: Draft, last: Reading, new: Reading) -> None:
        """State the keys that differ, in the place of the event that gave numbers for them (12.0 for 12)."""
        gone = {scheme: "" for scheme in last.keys if scheme not in new.keys}
        keys = gone | {scheme: key for scheme, key in new.keys.items() if last.keys.get(scheme) != key}
        if not keys:
            return
        day, place = _undated(draft, new.start), {}
        if self.stated and all(self.stated.keys.get(scheme) == f"{key}.0" for scheme, key in keys.items()):
            day, place = _latest(self.stated.effective, new.start), {"corrects": self.stated.event}
            keys = self.stated.keys | keys
            self.since = [(event, then) for event, then in self.since if event != self.stated.event]
        event = self._change(draft, "identify", {"of": self.id, "identifiers": keys, **place}, day)
        self.stated = Stated(event, day, keys)


def _later(day: str, than: str) -> bool:
    return day_of(day) > day_of(than)


def _latest(day: str, other: str) -> str:
    return day if _later(day, other) else other


def _undated(draft: Draft, since: str) -> str:
    """The date of a change without one: the day that it was recorded, if that is not before `since`."""
    return _latest(since, draft.recorded_on)
