"""Generated histories of the small world, in which everything that the fold must bear happens often.

Decisions begin, change and end things out of order: backdated, in future, of reduced precision, `..`, with
corrections, strikes (of strikes), stand-ins, rescissions and postponements. Shared by the tests of the fold
and of the views.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from hypothesis import strategies as st

from ledger.application.facts import document_of
from ledger.events.canonical import digest
from ledger.events.change import Change
from ledger.events.envelope import Event, Part, Recorded, Recorder
from ledger.events.ids import decision_key
from ledger.state.record import Fact, Source
from ledger.state.state import State
from ledger.timeline import FOREVER, day_of, earliest_of
from support.history_plots import decision_name, plot, speak_of_the_record
from support.small_world import (
    ALTER,
    BEGIN,
    CLASHES,
    CLUSTERS,
    DATE,
    END,
    EXECUTION,
    MANDATES,
    MISSIONS,
    OPENING_DATES,
    SEGMENTS,
    Draw,
    change,
    changes,
    constitution,
    dates,
)

AUTHORITIES = ("Council of Ministers", "Registrar")
FIRST_INSTANT = datetime(2021, 3, 5, 10, tzinfo=UTC)


class ListSource(Source):
    """The facts of a list."""

    def __init__(self, facts: Iterable[Fact]) -> None:
        self._by_id: dict[str, Fact] = {}
        self._by_stream: dict[str, list[Fact]] = {}
        self._by_decision: dict[str, list[Fact]] = {}
        for fact in facts:
            self._by_id[fact.id] = fact
            self._by_stream.setdefault(fact.stream, []).append(fact)
            self._by_decision.setdefault(fact.decision, []).append(fact)

    def stream(self, name: str) -> list[Fact]:
        """Return the facts of a stream in order."""
        return self._by_stream.get(name, [])

    def event(self, id_: str) -> Fact | None:
        """Return one fact, or None."""
        return self._by_id.get(id_)

    def decision(self, key: str) -> list[Fact]:
        """Return the facts of a decision in order."""
        return self._by_decision.get(key, [])


class History(NamedTuple):
    """Decisions in recording order, each with its facts at dense positions from 1."""

    decisions: tuple[tuple[Fact, ...], ...]

    @property
    def facts(self) -> list[Fact]:
        """Every fact in recording order."""
        return [fact for decision in self.decisions for fact in decision]

    @property
    def streams(self) -> list[str]:
        """Every stream, in order of first use."""
        return list(dict.fromkeys(fact.stream for fact in self.facts))

    def ends(self) -> list[int]:
        """Return the last position of each decision: the positions at which one may ask, besides 0."""
        return [decision[-1].position for decision in self.decisions]

    def source(self, upto: int | None = None) -> ListSource:
        """Return the facts known at `upto` as a source."""
        return ListSource(fact for fact in self.facts if upto is None or fact.position <= upto)

    def state(self, upto: int | None = None) -> State:
        """Return the whole fold of what is known at `upto`."""
        state = State(self.source(upto))
        state.load(self.streams)
        return state

    def lines(self, upto: int | None = None) -> list[dict[str, Any]]:
        """Return the events known at `upto` as JSON objects, each with its position: what the naive fold reads."""
        found = (recorded for decision in events(self) for recorded in decision)
        return [plain_line(recorded) for recorded in found if upto is None or recorded.position <= upto]

    def days(self) -> list[int]:
        """Return every day on which something may turn, the day before each, and both ends of time."""
        return interesting_days(self.facts)


def interesting_days(facts: Iterable[Fact]) -> list[int]:
    """Return every day that `facts` name as an effective day, the day before each, and both ends of time."""
    said = {fact.effective for fact in facts} | {getattr(fact.change, "new_effective", None) for fact in facts}
    days = {turn(text) for text in said if text for turn in (day_of, earliest_of)}
    after = {day + 1 for day in days} if any(text and text.startswith("[") for text in said) else set()
    return sorted({0, FOREVER - 1, *days, *after, *(day - 1 for day in days if day)})


class Recording:
    """Facts as they are recorded: gives them their positions and event ids."""

    def __init__(self) -> None:
        self.decisions: list[list[Fact]] = []
        self.facts: list[Fact] = []
        self._versions: dict[str, int] = {}

    def decide(self, authority: str = AUTHORITIES[0], reference: str | None = None, on: str | None = None) -> str:
        """Begin a decision, which takes effect `on` a day, else on that of its first change; return its key."""
        self.decisions.append([])
        self._date = on
        self.key = decision_key(authority, reference or f"CM-{len(self.decisions)}")
        return self.key

    def say(self, said: Change, effective: str | None, corrects: str | None = None, own: bool = False) -> Fact:
        """Add a change to the decision that was begun last; return it as a fact.

        Its date is its own where it is another than the decision's, or where it is said to be its `own`.
        """
        if effective is not None and self._date is None and not own:
            self._date = effective
        own_date = effective is not None and (own or effective != self._date)
        stream = said.stream()
        version = self._versions[stream] = self._versions.get(stream, 0) + 1
        position = len(self.facts) + 1
        fact = Fact(position, f"{stream}@{version}", said, effective, self.key, corrects, own_date)
        self.facts.append(fact)
        self.decisions[-1].append(fact)
        return fact

    def history(self) -> History:
        """Return what was recorded, decisions without a change left out."""
        return History(tuple(tuple(decision) for decision in self.decisions if decision))


# Strategies


@st.composite
def histories(
    draw: Draw,
    max_decisions: int = 8,
    max_changes: int = 3,
    metas: bool = True,
    execution: bool = False,
    clashes: bool = False,
    plots: bool = False,
) -> History:
    """Draw a history: an opening that begins most of the world, then up to `max_decisions` decisions.

    Without `metas` nothing speaks of the record itself; with `execution` missions are measured and assessed, too;
    with `clashes` ids are given to things of another kind; with `plots` half of the decisions are plots.
    """
    among = (ALTER, BEGIN, END, *((EXECUTION,) if execution else ()), *((CLASHES,) if clashes else ()))
    recording = Recording()
    recording.decide(reference="constitution")
    recording.say(constitution(), draw(st.sampled_from(OPENING_DATES)))
    recording.decide()
    _open(draw, recording)
    for _ in range(draw(st.integers(2 if plots else 0, max_decisions))):
        if plots and draw(st.booleans()):
            plot(draw, recording)
            continue
        on = draw(st.none() | DATE)
        recording.decide(draw(st.sampled_from(AUTHORITIES)), on=on)
        for _ in range(draw(st.integers(1, max_changes))):
            if metas and draw(st.integers(0, 2)) == 2:
                speak_of_the_record(draw, recording)
            else:
                said = draw(changes(among))
                own = draw(st.booleans())
                recording.say(said, on if on and not own else draw(dates(said)), own=own)
    return recording.history()


def _open(draw: Draw, recording: Recording) -> None:
    begun: list[tuple[str, dict[str, Any]]] = [
        ("establish-cluster", {"cluster": id_, "title": "Care"}) for id_ in CLUSTERS
    ]
    begun += [("add-segment", {"segment": id_, "title": "Care"}) for id_ in SEGMENTS]
    begun += [("launch-mission", {"mission": id_, "title": "Care"}) for id_ in MISSIONS]
    begun += [("issue-mandate", {"mandate": id_, "text": "Care"}) for id_ in MANDATES]
    begun += [("add-mission", {"mission": id_, "segments": ["a/x"]}) for id_ in MISSIONS]
    for name, fields in begun:
        effective = draw(st.sampled_from((*OPENING_DATES, None)))
        if effective is not None:
            recording.say(change(name, **fields), effective)


# As events


def events(history: History, **header: Any) -> Iterator[tuple[Recorded, ...]]:
    """Yield the decisions of a history as recorded events, a day apart; `header` adds fields to all."""
    for number, facts in enumerate(history.decisions):
        of_decision = next((one.effective for one in facts if one.effective and not one.own_date), None)
        dated = {**header, **({"effective": of_decision} if of_decision else {})}
        found = [event(fact, number, (part, len(facts)), **dated) for part, fact in enumerate(facts, 1)]
        whole = digest(document_of(found))
        yield tuple(
            Recorded(fact.position, one.model_copy(update={"decision": _of_document(one.decision, whole)}))
            for fact, one in zip(facts, found, strict=True)
        )


def _of_document(part: Part, whole: str) -> Part:
    return part.model_copy(update={"document": whole})


def plain_line(recorded: Recorded) -> dict[str, Any]:
    """Return an event as the JSON object that its line holds, with its position."""
    event = recorded.event
    line: dict[str, Any] = event.model_dump(mode="json", by_alias=True, exclude_none=True)
    return {**line, "data": event.data.normal(), "position": recorded.position}


def event(fact: Fact, number: int = 0, part: tuple[int, int] = (1, 1), **header: Any) -> Event:
    """Return a fact as the event that it was made from, recorded `number` days after the first."""
    at = FIRST_INSTANT + timedelta(days=number)
    own = fact.effective if fact.own_date else None
    return Event(
        v=1, stream=fact.stream, version=int(fact.id.rpartition("@")[2]), type=fact.change.TYPE,
        effective=own, recorded_at=at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        recorder=Recorder(id="Registry", basis="configured"),
        decision=Part(**decision_name(fact), document="sha256:" + "0" * 64, part=part, **header),
        data=fact.change, corrects=fact.corrects,
    )  # fmt: skip
