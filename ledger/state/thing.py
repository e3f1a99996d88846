"""One thing in effective time: its life and the timelines of its attributes."""

from __future__ import annotations

from typing import Any

from ledger.state.effects import LIFE
from ledger.timeline import Entry, Interval, Span, insert, intervals, is_live, remove, spans, value_at


class Thing:
    """A cluster, segment, mission, mandate, signal or the government, as known at one position.

    Its timelines hold what every standing event says; what lies outside its life stays there without effect,
    so that a later correction of the life brings it back.
    """

    __slots__ = ("_lives", "_shared", "attributes", "id", "kind", "life")

    def __init__(self, id_: str, kind: str = "") -> None:
        self.id, self.kind = id_, kind
        self.life: list[Entry] = []
        self.attributes: dict[str, list[Entry]] = {}
        self._lives: tuple[tuple[Interval, ...], frozenset[int]] | None = None
        self._shared: set[str] = set()  # attributes whose entries a copy holds too: copied before they change

    def copy(self) -> Thing:
        """Return a thing that can be changed without changing this one."""
        other = Thing(self.id, self.kind)
        other.life = list(self.life)
        other.attributes = self.attributes.copy()
        other._shared, self._shared = set(self.attributes), set(self.attributes)
        other._lives = self._lives
        return other

    def say(self, attribute: str, entry: Entry) -> None:
        """Put what an event says into the timeline of `attribute` (LIFE: its beginnings and ends)."""
        if attribute == LIFE:
            insert(self.life, entry)
            self._lives = None
        else:
            insert(self._own(attribute), entry)

    def unsay(self, attribute: str, position: int) -> None:
        """Take out what the event at `position` said of `attribute`; a timeline left empty goes too."""
        if attribute == LIFE:
            remove(self.life, position)
            self._lives = None
            if not self.life:
                self.kind = ""
        elif attribute in self.attributes:
            remove(self._own(attribute), position)
            if not self.attributes[attribute]:
                del self.attributes[attribute]

    def _own(self, attribute: str) -> list[Entry]:
        """Return the entries of an attribute so that they may be changed here."""
        entries = self.attributes.get(attribute)
        if entries is None or attribute in self._shared:
            self._shared.discard(attribute)
            self.attributes[attribute] = entries = list(entries or ())
        return entries

    @property
    def lives(self) -> tuple[Interval, ...]:
        """The intervals of days on which it is live, in order; empty where nothing standing began it."""
        return self._intervals()[0]

    def _intervals(self) -> tuple[tuple[Interval, ...], frozenset[int]]:
        if self._lives is None:
            self._lives = intervals(self.life)
        return self._lives

    def live_at(self, day: int) -> bool:
        """Return whether it is live on `day`."""
        return is_live(self.lives, day)

    def value(self, attribute: str, day: int) -> Any:
        """Return the value of an attribute on `day`, None where it has none or the thing is not live then."""
        entries = self.attributes.get(attribute)
        if not entries or not self.live_at(day):
            return None
        entry = value_at(entries, self.lives, day)
        return None if entry is None else entry.value

    def spans(self, attribute: str) -> list[Span]:
        """Return the spans of an attribute; those of LIFE are its live intervals, set by the event that began each."""
        if attribute == LIFE:
            return [Span(life.start, life.end, True, life.begun_by, life.stated) for life in self.lives]
        return spans(self.attributes.get(attribute, ()), self.lives)

    def names(self, prefix: str = "") -> list[str]:
        """Return the names of its attributes that begin with `prefix`, sorted."""
        return sorted(name for name in self.attributes if name.startswith(prefix))

    def without_effect(self) -> frozenset[int]:
        """Return the positions of the standing events that say something of it, all of it without effect.

        They lie outside its life, or begin what is live, or end what is not.
        """
        lives, idle = self._intervals()
        said = {entry.position for entry in self.life}
        effective = said - idle
        for entries in self.attributes.values():
            said.update(entry.position for entry in entries)
            effective.update(entry.position for entry in entries if is_live(lives, entry.day))
        return frozenset(said - effective)
