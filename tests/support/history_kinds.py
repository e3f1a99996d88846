"""Kinds of trouble in generated histories, told apart by the naive fold: what a campaign says that it tried."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from support import naive
from support.histories import History
from support.naive import Life, Line, Said

ACTS = {"decision.rescinded": "a rescission", "decision.postponed": "a rescheduling"}
ENTRIES = {"record.struck": "a strike", "record.corrected": "a correction"}
KINDS = (
    *("a strike of an event", "a strike of a decision", "a strike of a strike", "a strike of a strike of a strike"),
    *("a strike of a correction", "a strike of a rescission", "a strike of a rescheduling"),
    *("a rescission", "a rescission of a rescission", "a rescission of a rescheduling", "a rescission of a strike"),
    *("a rescheduling", "a rescheduling of a rescission", "a rescheduling of a rescheduling"),
    *("acts upon a decision that act in another order than they were recorded", "an act that finds nothing"),
    *("a correction of a date", "a correction of a date corrected before", "a correction of a correction"),
    *("a correction of the date of a rescission", "a correction of the date of a rescheduling"),
    *("an event in the place of another", "an event in the place of one in the place of another"),
    *("a decision of several dates", "a decision of several dates that is rescheduled", "a date as it was before all"),
    *("an id used again after a strike", "an id given twice", "an id given to another kind"),
    *("a cluster that comes back", "a segment that comes back", "a mission that comes back"),
    *("an objective that comes back", "a pause", "an end and a comeback on one day"),
    *("a doubtful end", "a doubtful end of a decision that is rescheduled", "a strike of a doubtful end"),
    *("a comeback while an end is in doubt", "something said of what may have ended"),
    *("a cluster within another", "clusters within each other", "a cluster no longer within another"),
)  # fmt: skip


def kinds(history: History) -> set[str]:
    """Return which of `KINDS` occur in a history."""
    return set(Kinds(history.lines()).found()) & set(KINDS)


class Kinds:
    """The kinds of trouble in the event lines of one history."""

    def __init__(self, lines: list[Line]) -> None:
        self._lines = lines
        self._readings = {line["position"]: naive.reading(line, lines) for line in lines}
        self._said = naive.standing(lines)
        self._things = {one.thing: naive.of_thing(one.thing, self._said) for one in self._said}
        self._lives = {id_: naive.lives(mine) for id_, mine in self._things.items()}

    def found(self) -> Iterator[str]:
        """Yield every kind that occurs, some more than once."""
        for line in self._lines:
            yield from self._spoken(line)
        yield from self._acts()
        yield from self._decisions()
        yield from self._ids()
        for id_, mine in self._things.items():
            yield from self._turning(mine, self._lives[id_])
        yield from self._nested()

    def _named(self, line: Line) -> list[Line]:
        """Return the earlier events that an event speaks of."""
        name = naive.named(line)
        return [
            one
            for one in self._lines
            if one["position"] < line["position"] and name in (naive.event_id(one), naive.decision_of(one))
        ]

    def _spoken(self, line: Line) -> Iterator[str]:
        said, targets = self._what(line), self._named(line)
        if "corrects" in line:
            yield "an event in the place of another"
            if any("corrects" in one for one in targets):
                yield "an event in the place of one in the place of another"
        elif naive.noun_and_verb(line) == "record.struck":
            yield "a strike of an event" if isinstance(naive.named(line), str) else "a strike of a decision"
            yield from (f"a strike of {self._what(one)}" for one in targets if self._what(one))
            if any(self._doubtful(one) for one in targets):
                yield "a strike of a doubtful end"
            if any(self._what(two) == "a strike" for one in self._struck(targets) for two in self._named(one)):
                yield "a strike of a strike of a strike"
        elif said:
            yield said
            yield from (f"{said} of {self._what(one)}" for one in targets if self._what(one))
        if "new_effective" in line["data"] and said == "a correction":
            yield "a correction of a date"
            yield from (f"a correction of the date of {self._what(one)}" for one in targets if self._what(one))
            if sum("new_effective" in one["data"] and naive.named(one) == naive.named(line) for one in self._lines) > 1:
                yield "a correction of a date corrected before"

    def _struck(self, targets: list[Line]) -> list[Line]:
        return [one for one in targets if self._what(one) == "a strike"]

    @staticmethod
    def _what(line: Line) -> str:
        return "" if "corrects" in line else (ACTS | ENTRIES).get(naive.noun_and_verb(line), "")

    @staticmethod
    def _doubtful(line: Line) -> bool:
        stated = line.get("effective", line["decision"].get("effective")) or ""
        return str(stated).startswith("[") and naive.noun_and_verb(line) in naive.ENDS

    def _acts(self) -> Iterator[str]:
        acts = [one for one in self._lines if naive.is_act(one) and self._readings[one["position"]].state == "stands"]
        for one, two in pairwise(sorted(acts, key=lambda act: (str(naive.named(act)), act["position"]))):
            days = [naive.first_day(self._readings[act["position"]].effective or "..") for act in (one, two)]
            if naive.named(one) == naive.named(two) and days[1] < days[0]:
                yield "acts upon a decision that act in another order than they were recorded"
        if naive.void_acts(self._lines):
            yield "an act that finds nothing"

    def _decisions(self) -> Iterator[str]:
        by_decision: dict[tuple[str, str], list[Line]] = {}
        for line in self._lines:
            by_decision.setdefault(naive.decision_of(line), []).append(line)
        moved = {naive.named(line) for line in self._lines if self._what(line) == "a rescheduling"}
        for key, lines in by_decision.items():
            dates = {line.get("effective", line["decision"].get("effective")) for line in lines if not self._what(line)}
            if len(dates) > 1:
                yield "a decision of several dates"
                if key in moved:
                    yield "a decision of several dates that is rescheduled"
            if ".." in dates:
                yield "a date as it was before all"
            if key in moved and any(map(self._doubtful, lines)):
                yield "a doubtful end of a decision that is rescheduled"

    def _ids(self) -> Iterator[str]:
        begun: dict[str, list[tuple[Line, str]]] = {}
        for line in self._lines:
            kind = naive.BEGINNINGS.get(naive.noun_and_verb(line))
            if kind:
                begun.setdefault(str(line["data"].get(kind)), []).append((line, kind))
        for lines in begun.values():
            for (one, kind), (two, other) in pairwise(lines):
                yield "an id given twice"
                if kind != other:
                    yield "an id given to another kind"
                if self._struck_before(one, two) and self._readings[two["position"]].state == "stands":
                    yield "an id used again after a strike"

    def _struck_before(self, one: Line, two: Line) -> bool:
        earlier = [line for line in self._lines if line["position"] < two["position"]]
        return naive.reading(one, earlier).state == "struck"

    @staticmethod
    def _turning(mine: list[Said], lives: list[Life]) -> Iterator[str]:
        turned = naive.turns(mine)
        for end, back in pairwise(turned):
            if end.turn == "ends" and back.turn == "resumes":
                yield f"{'an' if back.kind == 'objective' else 'a'} {back.kind} that comes back"
                if end.day == back.day:
                    yield "an end and a comeback on one day"
                if end.stated.startswith("["):
                    yield "a comeback while an end is in doubt"
        if any(one.values.get("status") == "paused" for one in mine):
            yield "a pause"
        for life in lives:
            if life.sure < life.end < naive.NEVER:
                yield "a doubtful end"
        ends = [one for one in mine if one.turn == "ends" and one.stated.startswith("[")]
        if any(
            naive.sure_until(end) <= one.day < end.day and one.values for end in ends for one in mine if not one.turn
        ):
            yield "something said of what may have ended"

    def _nested(self) -> Iterator[str]:
        pairs = set()
        for id_, mine in self._things.items():
            for one in mine:
                before = naive.held([said for said in mine if said[:3] < one[:3]], one.day)
                for name, value in one.values.items():
                    within = name.removeprefix("within:")
                    if within in (name, id_) or not naive.holds(one, name, self._lives[id_]):
                        continue
                    if value is not None:
                        yield "a cluster within another"
                        pairs.add((id_, within))
                    elif name in before:
                        yield "a cluster no longer within another"
        if any((outer, inner) in pairs for inner, outer in pairs):
            yield "clusters within each other"
