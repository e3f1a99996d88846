"""A generated source register, in which everything happens that registers of governments have been met with.

The same seed and size give the same rows. Rows are entered late, ahead, and out of the order of their days. Each kind
of change is a card of a deck that comes round, so that none is left out.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import date
from random import Random
from typing import Any, NamedTuple

from support.source_register import Register, Row, days, iso

FIRST, LAST, CLOSED = 730_000, 738_000, 739_600  # of days: 1999-09-03, 2021-07-29, 2025-12-12
KINDS = ("department", "division", "body", "body", "target")
LETTERS = {"department": "D", "division": "V", "body": "B", "target": "T"}
ABOVE = {"department": "department", "division": "department", "body": "division", "target": "body"}
REASONS = ("merged", "split", "replaced", "completed", "abolished", "transferred", "out-of-scope")
WORDS = ("Health", "Ports", "Énergie", "Schools", "Вода", "Care", "Forests", "Housing", "Rail", "水道", "Mines")
OLDER = (b"Care\tand homes %d", b"Minist\xe8re de la sant\xe9 %d", b"Ports\x1b[2J %d", "Ports \u202e %d".encode())
PARTS = {"unit": "days", "direction": "down", "baseline": "12.5", "target": "4", "due_on": "2024-12-31"}

Said = dict[str, Any]


class Unit:
    """What the clerk knows of a unit: its last day so far, and what may be entered of it next."""

    def __init__(self, number: int, kind: str) -> None:
        self.number, self.kind, self.key = number, kind, f"{LETTERS[kind]}{number}"
        self.last = self.written = 0
        self.live = True
        self.doubt = range(0)  # the days on which it may have ended, or not
        self.parents: tuple[str, ...] = ()
        self.names: list[str] = []


class Dated(NamedTuple):
    """The day of a row as it is entered, the last that it may mean, and those on which an end is in doubt."""

    text: str
    last: int
    doubt: range = range(0)
    entered: int = 0  # 0: when it happens to be


class Card(NamedTuple):
    """A kind of change: how often it comes in a deck, which units it is of, what it says, and of which day."""

    times: int
    what: str
    of: Callable[[Unit], bool]
    say: Callable[[Clerk, Unit], Said]
    dated: Callable[[Clerk, Unit], Dated]


class Clerk:
    """The entering of rows: first of every unit, then of changes."""

    def __init__(self, seed: int, units: int) -> None:
        self.random = Random(seed)
        self.units: list[Unit] = []
        self.rows: list[Row] = []
        for number in range(units):
            self._begin(Unit(number, KINDS[number % len(KINDS)]), FIRST + 3_000 * number // units)

    def enter(self, card: Card) -> bool:
        """Enter a change of some unit; return whether there was one that the card is of."""
        found = [unit for unit in self.units if unit.last < LAST and card.of(unit)]
        if not found:
            return False
        unit = self.random.choice(found)
        dated = card.dated(self, unit)
        said = card.say(self, unit)
        unit.last = max(unit.last, dated.last)
        if card.what in ("ended", "back"):
            unit.live, unit.doubt = card.what == "back", dated.doubt
        self._row(unit, card.what, dated.text, dated.entered or self._entered(dated.last), said)
        return True

    def _begin(self, unit: Unit, soonest: int) -> None:
        day = soonest + self.random.randrange(200)
        said: Said = {"title": self.title()}
        if unit.number and unit.kind != "department":
            said |= self.put(unit)
        if unit.kind == "target":
            stated = self.random.sample(sorted(PARTS), self.random.randrange(len(PARTS) + 1))
            said["others"] = {"definition": "As counted.", **{name: PARTS[name] for name in stated}}
        elif self.random.random() < 0.5:
            said["keys"] = {"payroll": f"P{unit.number}"}
        text = ".." if unit.kind == "department" and self.random.random() < 0.3 else iso(day)
        unit.last, unit.written = day, self._entered(day)
        self.units.append(unit)
        self._row(unit, "began", text, unit.written, said)

    def _row(self, unit: Unit, what: str, day: str, written: int, said: Said) -> None:
        self.rows.append(Row(0, iso(max(written, unit.written)), unit.key, what, day, said))

    def _entered(self, day: int) -> int:
        """Return the day on which something is entered: soon after, sometimes ahead, sometimes years late."""
        lags = (self.random.randrange(60), -self.random.randrange(30), self.random.randrange(2_000))
        return min(day + self.random.choice(lags), CLOSED)

    # What is said

    def title(self) -> str:
        """Return a title that few other units have."""
        return f"{self.random.choice(WORDS)} {self.random.randrange(10**6)}"

    def older(self, _: Unit) -> Said:
        """Say a title in bytes that no title may hold."""
        return {"title": self.random.choice(OLDER) % self.random.randrange(10**6)}

    def called(self, _: Unit) -> Said:
        """Say another title."""
        return {"title": self.title()}

    def keyed(self, _: Unit) -> Said:
        """Say a key, or that one is withdrawn."""
        return {"keys": {self.random.choice(("payroll", "web")): self.random.choice(("", *map(str, range(99))))}}

    def typed(self, _: Unit) -> Said:
        """Say another type of a body."""
        return {"others": {"type": f"type {self.random.randrange(10**6)}"}}

    def named(self, unit: Unit) -> Said:
        """Say a further name, in another language or short."""
        unit.names.append(self.title())
        uses = ({"use": "official", "language": "fr"}, {"use": "abbreviation"}, {"use": "former"})
        return {"names": {unit.names[-1]: self.random.choice(uses)}}

    def unnamed(self, unit: Unit) -> Said:
        """Say that it goes by a further name no longer."""
        return {"names": {unit.names.pop(): {}}}

    def put(self, unit: Unit) -> Said:
        """Say other parents: a department may have none, a body several."""
        above = [one.key for one in self.units if one.kind == ABOVE[unit.kind] and one is not unit]
        if unit.kind == "department":  # never in a circle
            above = above[: unit.number // len(KINDS)]
        least, most = {"department": (0, 2), "body": (1, 3)}.get(unit.kind, (1, 1))
        before = unit.parents
        while unit.parents == before:
            count = min(self.random.randint(least, most), len(above))
            unit.parents = tuple(sorted(self.random.sample(above, count)))
        return {"parents": unit.parents}

    def why(self, unit: Unit) -> Said:
        """Say why it ended, and what succeeded it, where that is known."""
        others = [one.key for one in self.units if one.kind == unit.kind and one is not unit]
        said: Said = {"successors": tuple(self.random.sample(others, self.random.randrange(3)))}
        return said | ({"reason": self.random.choice(REASONS)} if self.random.random() < 0.8 else {})

    def closed(self, unit: Unit) -> Said:
        """Say why it ended, and what it was called last: a title of no day."""
        return self.why(unit) | self.called(unit)

    def nothing(self, _: Unit) -> Said:
        """Say nothing more."""
        return {}

    # Of which day

    def later(self, unit: Unit) -> Dated:
        """Return a later day; now and then it is known to the month, and counts from its first."""
        day = unit.last + self.random.randrange(20, 400)
        first = day + 1 - date.fromordinal(day).day
        if first > unit.last and self.random.random() < 0.2:
            return Dated(iso(first)[:7], first)
        return Dated(iso(day), day)

    def within(self, unit: Unit) -> Dated:
        """Return one day of several; now and then these are known to the month."""
        first = unit.last + self.random.randrange(40, 400)
        last = first + self.random.randrange(40, 700)
        exact, month = len("2015-03-01"), len("2015-03")
        from_, to = (iso(day)[: self.random.choice((exact, exact, month))] for day in (first, last))
        text = f"[{from_}..{to}]"
        return Dated(text, days(text)[1], range(*days(text)))

    def by(self, unit: Unit) -> Dated:
        """Return a day by which it had ended."""
        last = unit.last + self.random.randrange(20, 400)
        return Dated(f"[..{iso(last)}]", last, range(unit.last + 1, last))

    def unknown(self, unit: Unit) -> Dated:
        """Return any day until it was entered that it had ended."""
        found = self.by(unit)
        return found._replace(entered=max(found.last, unit.written)) if found.last >= unit.written else found

    def doubted(self, unit: Unit) -> Dated:
        """Return a day on which it might have ended, or not: what is said of it says that it lived, or that again."""
        day = self.random.choice(unit.doubt)
        return Dated(iso(day), day)


def _live(*kinds: str) -> Callable[[Unit], bool]:
    return lambda unit: unit.live and unit.kind in kinds


def _ended(*kinds: str) -> Callable[[Unit], bool]:
    return lambda unit: not unit.live and unit.kind in kinds


UNITS = ("department", "division", "body")
CARDS = (
    Card(1, "called", _live(*UNITS), Clerk.called, Clerk.later),
    Card(2, "called", lambda unit: unit.kind != "target", Clerk.older, Clerk.later),
    Card(2, "called", _ended(*UNITS), Clerk.called, Clerk.later),
    Card(1, "keyed", _live(*UNITS), Clerk.keyed, Clerk.later),
    Card(1, "keyed", _ended(*UNITS), Clerk.keyed, Clerk.later),
    Card(1, "keyed", lambda unit: not unit.live and len(unit.doubt) > 0, Clerk.keyed, Clerk.doubted),
    Card(2, "back", lambda unit: not unit.live and len(unit.doubt) > 0, Clerk.nothing, Clerk.doubted),
    Card(1, "typed", _live("body"), Clerk.typed, Clerk.later),
    Card(1, "typed", _ended("body"), Clerk.typed, Clerk.later),
    Card(2, "named", lambda unit: unit.kind != "target", Clerk.named, Clerk.later),
    Card(1, "unnamed", lambda unit: bool(unit.names), Clerk.unnamed, Clerk.later),
    Card(2, "put", lambda unit: unit.live and unit.kind == "department" and unit.number > 20, Clerk.put, Clerk.later),
    Card(2, "put", lambda unit: unit.live and unit.kind != "department" and unit.number > 20, Clerk.put, Clerk.later),
    Card(1, "put", lambda unit: unit.live and unit.kind == "target" and unit.number > 20, Clerk.put, Clerk.later),
    Card(1, "ended", _live(*UNITS), Clerk.why, Clerk.later),
    Card(1, "ended", _live(*UNITS), Clerk.closed, Clerk.later),
    Card(2, "ended", _live("body"), Clerk.why, Clerk.later),
    Card(2, "ended", _live(*UNITS), Clerk.why, Clerk.within),
    Card(1, "ended", _live(*UNITS), Clerk.why, Clerk.by),
    Card(1, "ended", _live(*UNITS), Clerk.why, Clerk.unknown),
    Card(1, "ended", _live("target"), Clerk.nothing, Clerk.later),
    Card(1, "back", _ended("department"), Clerk.called, Clerk.later),
    Card(1, "back", _ended("division"), Clerk.nothing, Clerk.later),
    Card(1, "back", _ended("body"), Clerk.nothing, Clerk.later),
    Card(1, "back", _ended("target"), Clerk.nothing, Clerk.later),
)


def generated(seed: int, units: int, changes: int) -> Register:
    """Return a register of so many units (30 or more) and changes of them."""
    clerk = Clerk(seed, units)
    deck: deque[Card] = deque()
    for _ in range(changes):
        if len(deck) < len(CARDS):  # some wait until there is a unit for them
            deck += clerk.random.sample(CARDS, sum(card.times for card in CARDS), counts=[card.times for card in CARDS])
        while not clerk.enter(deck[0]):
            deck.rotate(-1)
        deck.popleft()
    kinds = {unit.key: unit.kind for unit in clerk.units}
    rows = sorted(clerk.rows, key=lambda row: row.written)
    return Register(kinds, [row._replace(number=number) for number, row in enumerate(rows, 1)])
