"""A thing (aggregate) in effective time (valid time): its life and the timelines of its attributes."""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ledger.events.changes.mission import KeptExtent
from ledger.names import AFFILIATION, LIFE
from ledger.state.entries import BYTES_AN_ENTRY, Entries
from ledger.state.keeping import resolved
from ledger.state.lives import Lives, lives_of
from ledger.state.ownership import Aside, Beginning, is_of_owner
from ledger.state.reach import reach_of
from ledger.timeline import (
    BEGINS,
    Entry,
    Interval,
    Reach,
    Span,
    earliest_of,
    has_effect,
    insert,
    is_live,
    is_set,
    remove,
    spans,
    value_at,
)


class Thing:
    """A cluster, segment, mission, mandate, signal or the government, as known at one position.

    Its id belongs to the earliest standing beginning in recording order. Its timelines hold what every standing event
    says of a thing of that kind; what lies outside its life stays there without effect, so that a later correction of
    the life brings it back. Other beginnings, and what is said of the id as of another kind, are set aside.
    """

    __slots__ = ("_kept", "_lives", "_resolved", "_shared", "aside", "attributes", "beginnings", "id", "life", "void")

    def __init__(self, id_: str) -> None:
        self.id = id_
        self.life: list[Entry] = []
        self.attributes: dict[str, Entries] = {}
        self.beginnings: list[Beginning] = []  # in order
        self.aside: tuple[Aside, ...] = ()
        self.void: dict[int, Entry] = {}  # by position: acts upon what does not stand
        self._kept: tuple[str, ...] = ()  # attributes with an entry whose extent is kept, once for each
        self._lives: Lives | None = None
        self._resolved: dict[str, list[Entry]] | None = None
        self._shared: frozenset[str] = frozenset()  # attributes whose entries a copy holds too, which stay as they are

    def copy(self) -> Thing:
        """Return a thing that can be changed without changing this one."""
        other = Thing(self.id)
        other.life, other.attributes = list(self.life), self.attributes.copy()
        other.beginnings, other.aside = list(self.beginnings), self.aside
        other.void, other._kept = self.void.copy(), self._kept
        other._shared = self._shared = frozenset(self.attributes)
        other._lives, other._resolved = self._lives, self._resolved
        return other

    @property
    def size(self) -> int:
        """How many entries it holds."""
        return len(self.life) + sum(map(len, self.attributes.values())) + len(self.aside) + len(self.void)

    @property
    def weight(self) -> int:
        """Some bytes that it holds in memory."""
        alone = len(self.life) + len(self.beginnings) + len(self.aside) + len(self.void)
        return BYTES_AN_ENTRY * alone + sum(entries.weight for entries in self.attributes.values())

    @property
    def keeps_extents(self) -> bool:
        """Whether an extent is kept in it, so that the affiliations depend on one another."""
        return bool(self._kept)

    @property
    def kind(self) -> str:
        """The kind of thing that it is; empty while no beginning of it stands."""
        return self.beginnings[0].kind if self.beginnings else ""

    # Saying

    def say(self, attribute: str, entry: Entry) -> Iterable[str]:
        """Put what an event says into the timeline of `attribute` (LIFE: its beginnings, resumptions and ends).

        Returns the other attributes whose timelines may turn with it.
        """
        if attribute != LIFE or entry.value != BEGINS:
            self._insert(attribute, entry)
            return self._depending(attribute)
        owner = self.beginnings[:1]
        insort(self.beginnings, Beginning(entry.order, entry.position, entry.kind))
        self._insert(attribute, entry)
        return self._sort_anew() if self.beginnings[:1] != owner else ()

    def unsay(self, attribute: str, position: int) -> Iterable[str]:
        """Take out what the event at `position` said of `attribute`; a timeline left empty goes too.

        Returns the other attributes whose timelines may turn with it.
        """
        self._lives, self._resolved = (None if attribute == LIFE else self._settled_lives()), None
        if self.aside:
            stay = [other for other in self.aside if (other.attribute, other.entry.position) != (attribute, position)]
            self.aside = tuple(stay)
        if attribute == LIFE:
            remove(self.life, position)
            owner = self.beginnings[:1]
            self.beginnings = [other for other in self.beginnings if other.position != position]
            return self._sort_anew() if self.beginnings[:1] != owner else ()
        if attribute in self.attributes:
            entries = self._own(attribute)
            self._forget_kept(attribute, position)
            entries.remove(position)
            if not entries:
                del self.attributes[attribute]
        return self._depending(attribute)

    def _depending(self, attribute: str) -> Iterable[str]:
        """Return the attributes whose extents are kept, where one that they may be kept from turns."""
        return dict.fromkeys(self._kept) if self._kept and attribute.startswith(AFFILIATION) else ()

    def _forget_kept(self, attribute: str, position: int) -> None:
        for entry in self.attributes[attribute] if attribute in self._kept else ():
            if entry.position == position and isinstance(entry.value, KeptExtent):
                place = self._kept.index(attribute)
                self._kept = self._kept[:place] + self._kept[place + 1 :]

    def _insert(self, attribute: str, entry: Entry) -> None:
        self._resolved = None
        if not is_of_owner(self.beginnings, entry):
            self.aside += (Aside(attribute, entry),)
        elif attribute == LIFE:
            insert(self.life, entry)
            self._lives = None
        else:
            self._lives = self._settled_lives()
            self._own(attribute).insert(entry)
            if isinstance(entry.value, KeptExtent):
                self._kept += (attribute,)

    def _sort_anew(self) -> Iterable[str]:
        """Sort out what is of the thing and what is set aside, once the id has come to another beginning.

        Returns all attributes that it had or has.
        """
        sayings = [(LIFE, entry) for entry in self.life]
        sayings += [(name, entry) for name, entries in self.attributes.items() for entry in entries]
        sayings += self.aside
        if not self.aside and all(is_of_owner(self.beginnings, entry) for _, entry in sayings):
            return ()
        before = self.attributes
        self.life, self.attributes, self.aside, self._kept = [], {}, (), ()
        self._shared = frozenset()
        self._lives = None
        for name, entry in sayings:
            self._insert(name, entry)
        return before.keys() | self.attributes.keys()

    def _own(self, attribute: str) -> Entries:
        """Return the entries of an attribute so that they may be changed here."""
        entries = self.attributes.get(attribute)
        if entries is None or attribute in self._shared:
            self._shared -= {attribute}
            self.attributes[attribute] = entries = Entries() if entries is None else entries.copy()
        return entries

    # Asking

    @property
    def lives(self) -> tuple[Interval, ...]:
        """The intervals of days on which it is live, in order; empty where nothing standing began it."""
        return self._intervals().intervals

    @property
    def lives_in_doubt(self) -> bool:
        """Whether an end is on one of several days, so that what else is said may turn its lives."""
        return self._intervals().in_doubt

    def _intervals(self) -> Lives:
        if self._lives is None:
            self._lives = lives_of(self.life, self.attributes)
        return self._lives

    def _settled_lives(self) -> Lives | None:
        """Return the lives as they were worked out, where no end is in doubt: what else is said turns none then."""
        if self._lives is not None and not self._lives.in_doubt:
            return self._lives
        return None

    def live_at(self, day: int) -> bool:
        """Return whether it is live on `day`, or may be."""
        return is_live(self.lives, day)

    def may_have_ended_by(self, day: int) -> bool:
        """Return whether an end on one of several days may have been by `day`, whatever else says that it lived on."""
        return any(
            life.start < day < life.end and is_set(life.end_stated) and earliest_of(life.end_stated) <= day
            for life in self.lives
        )

    def in_doubt_at(self, day: int) -> bool:
        """Return whether it may have ended by `day`, or not."""
        return any(life.sure_to <= day < life.end for life in self.lives)

    def timeline(self, attribute: str) -> Sequence[Entry]:
        """Return the entries of an attribute in order, extents that are kept resolved; empty where it has none."""
        if self._kept and attribute.startswith(AFFILIATION):
            if self._resolved is None:
                self._resolved = resolved(self.attributes, self.lives)
            return self._resolved.get(attribute, [])
        return self.attributes.get(attribute, [])

    def entry_at(self, attribute: str, day: int) -> Entry | None:
        """Return the entry of an attribute in force on `day`, on which the thing is live, or None."""
        entries, reach = self.timeline(attribute), reach_of(attribute)
        if isinstance(entries, Entries):
            return entries.in_force(self.lives, day, reach)
        return value_at(entries, self.lives, day, reach)

    def value(self, attribute: str, day: int) -> Any:
        """Return the value of an attribute on `day`, None where it has none or the thing is not live then."""
        if attribute not in self.attributes or not self.live_at(day):
            return None
        entry = self.entry_at(attribute, day)
        return None if entry is None else entry.value

    def spans(self, attribute: str) -> list[Span]:
        """Return the spans of an attribute; those of LIFE are its live intervals, set by the event that began each.

        They end where it comes into doubt.
        """
        if attribute == LIFE:
            return [
                Span(life.start, min(life.sure_to, life.end), True, life.begun_by, life.stated) for life in self.lives
            ]
        return spans(self.timeline(attribute), self.lives, reach_of(attribute))

    def names(self, prefix: str = "") -> list[str]:
        """Return the names of its attributes that begin with `prefix`, sorted."""
        return sorted(name for name in self.attributes if name.startswith(prefix))

    def takes(self, attribute: str, entry: Entry) -> bool:
        """Return whether an entry has effect on an attribute other than its life."""
        if not self.beginnings or not is_of_owner(self.beginnings, entry):
            return False
        return has_effect(self.lives, entry, reach_of(attribute))

    def without_effect(self) -> frozenset[int]:
        """Return the positions of the standing events that say something of it, all of it without effect.

        They lie outside its life, begin what is begun already, end what is not live, speak of another kind of thing,
        or are acts upon what does not stand.
        """
        return frozenset(self.idle_entries())

    def idle_entries(self) -> dict[int, Entry]:
        """Return an entry of each standing event that is without effect, by position."""
        lives, idle, _ = self._intervals()
        entries = {aside.entry.position: aside.entry for aside in self.aside}
        entries.update((entry.position, entry) for timeline in self.attributes.values() for entry in timeline)
        entries.update((entry.position, entry) for entry in self.life)
        for position in self._effective(lives, idle):
            entries.pop(position, None)
        return {**entries, **self.void}

    def _effective(self, lives: tuple[Interval, ...], idle: frozenset[int]) -> Iterator[int]:
        yield from (entry.position for entry in self.life if entry.position not in idle)
        for name, entries in self.attributes.items():
            reach = reach_of(name) if self.beginnings else Reach.LIVING
            yield from (entry.position for entry in entries if has_effect(lives, entry, reach))
