"""Rules that flag, at any time and never in the way: notices on a structure and on the decisions behind it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from ledger.lags import Days, Lag, Lags, lags_of, measurable
from ledger.rules.notice import Notice
from ledger.rules.twins import alike_ids, alike_references, shared_keys
from ledger.state.structure import Structure, ThingAt
from ledger.timeline import UNSTATED, day_of, iso

_OBJECTIVE = {name: name for name in ("unit", "direction", "baseline", "target")} | {"due_on": "due day"}


class EffectiveDate(NamedTuple):
    """A date from which something that a decision says is so, as it was given."""

    stated: str
    inferred: bool = False  # from the record, by whoever migrated it: it measures nothing

    @property
    def measured(self) -> Days | None:
        """The first and the last day that it can mean; None where it is not stated, or was inferred."""
        return measurable(self.stated, inferred=self.inferred)


class DecisionFacts(NamedTuple):
    """What the rules need to know of a recorded decision."""

    key: str
    authority: str
    reference: str
    position: int  # of its last event
    recorded_day: int
    decided_day: int | None = None
    has_document: bool = False
    responds_to: tuple[str, ...] = ()
    review_day: int | None = None
    said_days: tuple[tuple[str, int], ...] = ()  # (rule that looks at it, day) of what happened, as its changes say
    decided_on: str | None = None  # as it was given
    effects: tuple[EffectiveDate, ...] = ()  # each once, by first day

    @property
    def lags(self) -> Lags:
        """How far its record lags behind the decision, and behind its first effect that a date tells."""
        measured = (one.measured for one in self.effects)
        first = min((days for days in measured if days), key=lambda days: days[1], default=None)
        return lags_of(self.decided_on, first, self.recorded_day)


class Situation(NamedTuple):
    """What was so on a day, with the decisions known then and the settings in force."""

    structure: Structure
    decisions: Sequence[DecisionFacts]
    settings: Mapping[str, int]

    @property
    def day(self) -> int:
        """The effective day that is asked about."""
        return self.structure.day


Rule = Callable[[Situation], Iterator[Notice]]
_ON_STRUCTURE: list[tuple[Rule, frozenset[str]]] = []  # each with the names of the rules that it asks after


def notices(question: Situation, without_effect: Iterable[Notice] = ()) -> list[Notice]:
    """Return every notice at one point of both times: of the structure thing by thing, then of decisions.

    `without_effect` are the notices that only the fold can see; it keeps them.
    """
    found = [notice for rule, _ in _ON_STRUCTURE for notice in rule(question)]
    for decision in question.decisions:
        found += on_decision(decision, question.settings)
    found += alike_references(question.decisions)
    return [*found, *_reviews_of_decisions(question), *_unanswered(question), *without_effect]


def notices_of(question: Situation, names: Collection[str]) -> list[Notice]:
    """Return the notices of those of the rules on structures that are named, in the order of `notices`."""
    asked = (rule for rule, named in _ON_STRUCTURE if not named.isdisjoint(names))
    return [notice for rule in asked for notice in rule(question) if notice.rule in names]


def _on_structure(*names: str) -> Callable[[Rule], Rule]:
    def registered(rule: Rule) -> Rule:
        _ON_STRUCTURE.append((rule, frozenset(names)))
        return rule

    return registered


def on_decision(decision: DecisionFacts, settings: Mapping[str, int]) -> Iterator[Notice]:
    """Yield what is to be noticed about one decision alone: late, retroactive, without a document."""
    lags = decision.lags
    late, back = lags.late, lags.retroactive_days

    def notice(rule: str, found: str) -> Notice:
        return Notice(rule, decision.reference, found, decision.position, decision.reference)

    name = f'Decision "{decision.reference}"'
    if late is not None and late.least > settings["late_after_days"]:
        since = "in effect" if lags.from_decision is None else "decided"
        yield notice("recorded-late", f"{name} was recorded {_at_least(late)}{late.least} days after it was {since}.")
    if back:
        least = _at_least(lags.from_decision, lags.from_effect)
        yield notice("retroactive", f"{name} takes effect {least}{back} days before it was decided.")
    if decision.decided_day is not None and decision.decided_day > decision.recorded_day:
        days = decision.decided_day - decision.recorded_day
        yield notice("decided-in-the-future", f"{name} was recorded {days} days before it was decided.")
    for rule, day in decision.said_days:
        if day > decision.recorded_day:
            yield notice(rule, f"{name} speaks of {iso(day)}, and was recorded on {iso(decision.recorded_day)}.")
    if not decision.has_document and decision.position > 1:  # the first event opens the ledger: no document is asked
        yield notice("decision-without-document", f"{name} names no document.")


def _at_least(*lags: Lag | None) -> str:
    """Return what stands before the least number of days, where a date is known to the year or month only."""
    return "at least " if any(one is not None and one.least < one.most for one in lags) else ""


def _notice(rule: str, thing: ThingAt, found: str, attribute: str = "life") -> Notice:
    held = thing.attributes.get(attribute) or thing.since
    return Notice(rule, thing.id, found, held.set_by)


@_on_structure("unaffiliated-mission", "dangling-affiliation")
def _missions(question: Situation) -> Iterator[Notice]:
    live = question.structure.possible  # what may have ended is not held against those that lean on it
    for mission in question.structure.of_kind("mission"):
        segments = mission.keyed("segments")
        gone = [segment for segment in segments if segment not in live]
        if not segments:
            yield _notice("unaffiliated-mission", mission, f'Mission "{mission.id}" is affiliated with no segment.')
        for segment in gone:
            found = f'Mission "{mission.id}" is affiliated with "{segment}", which is not live.'
            yield _notice("dangling-affiliation", mission, found, f"segments:{segment}")


@_on_structure("segment-without-cluster", "empty-segment")
def _segments(question: Situation) -> Iterator[Notice]:
    structure = question.structure
    tied = {segment for thing in structure.in_doubt.values() for segment in thing.keyed("segments")}
    for segment in structure.of_kind("segment"):
        cluster = segment.get("cluster")
        if cluster not in structure.possible:
            found = f'Segment "{segment.id}" belongs to cluster "{cluster}", which is not live.'
            yield _notice("segment-without-cluster", segment, found, "cluster")
        if segment.id not in structure.missions_of and segment.id not in tied:
            yield _notice("empty-segment", segment, f'Segment "{segment.id}" has no mission.')


@_on_structure("mandate-not-carried-out", "mandate-without-segment", "mandate-outside-its-segments")
def _mandates(question: Situation) -> Iterator[Notice]:
    live = question.structure.possible
    for mandate in question.structure.of_kind("mandate"):
        segments = [id_ for id_ in mandate.get("segments", ()) if id_ in live]
        missions = [live[id_] for id_ in mandate.get("missions", ()) if id_ in live]
        if not missions:
            yield _notice("mandate-not-carried-out", mandate, f'No live mission carries out mandate "{mandate.id}".')
        if not segments:
            found = f'Mandate "{mandate.id}" is assigned to no live segment.'
            yield _notice("mandate-without-segment", mandate, found)
        for mission in missions if segments else ():
            if not set(mission.keyed("segments")) & set(segments):
                found = f'Mission "{mission.id}" carries out mandate "{mandate.id}" outside its segments.'
                yield _notice("mandate-outside-its-segments", mandate, found, "missions")


@_on_structure("without-leader")
def _leaders(question: Situation) -> Iterator[Notice]:
    for thing in question.structure.things.values():
        if thing.kind in ("cluster", "mission") and not thing.keyed("leaders"):
            yield _notice("without-leader", thing, f'{thing.kind.capitalize()} "{thing.id}" has no leader.')


@_on_structure("bound-to-one-sector")
def _sectors(question: Situation) -> Iterator[Notice]:
    structure = question.structure
    for segment in structure.of_kind("segment"):
        divisions = _divisions(segment)
        if len(divisions) == 1:
            found = f'Segment "{segment.id}" reaches no further than COFOG division {divisions.pop()}.'
            yield _notice("bound-to-one-sector", segment, found, "sectors")
    for cluster in structure.of_kind("cluster"):
        parts = [_divisions(structure.things[id_]) for id_ in structure.segments_of.get(cluster.id, ())]
        if parts and all(parts) and len(set().union(*parts)) == 1:
            found = f'All segments under the title of cluster "{cluster.id}" lie in one COFOG division.'
            yield _notice("bound-to-one-sector", cluster, found, "title")


def _divisions(segment: ThingAt) -> set[str]:
    return {code[:2] for code in segment.get("sectors", ())}


@_on_structure("review-overdue", "retitled-without-review")
def _reviews(question: Situation) -> Iterator[Notice]:
    government = question.structure.get("government")
    for thing in question.structure.things.values():
        due = thing.get("next_review_on")
        if due is not None and day_of(due) < question.day:
            name = "the government" if thing.kind == "government" else f'"{thing.id}"'
            yield _notice("review-overdue", thing, f"The review of {name} was due on {due}.", "next_review_on")
        if thing.kind == "cluster":
            yield from _retitled(question, thing, government)


def _retitled(question: Situation, cluster: ThingAt, government: ThingAt | None) -> Iterator[Notice]:
    title = cluster.attributes.get("title")
    if title is None or title.start <= cluster.since.start:
        return
    reviewed = [one.attributes["reviewed_on"].start for one in (cluster, government) if one and one.get("reviewed_on")]
    allowed = question.settings["segment_review_after_days"]
    if not any(day >= title.start for day in reviewed) and question.day - title.start > allowed:
        found = f'Cluster "{cluster.id}" was retitled on {iso(title.start)}, and its segments were not reviewed since.'
        yield _notice("retitled-without-review", cluster, found, "title")


@_on_structure("assessment-overdue", "recommendation-overdue")
def _assessments(question: Situation) -> Iterator[Notice]:
    allowed = question.settings["assessment_after_days"]
    for mission in question.structure.of_kind("mission"):
        ends = [day_of(said["period"].partition("/")[2]) for said in mission.keyed("assessments").values()]
        days = question.day - max([mission.since.start, *ends])
        if mission.since.start > UNSTATED and days > allowed:
            last = "last assessed" if ends else "launched, and never assessed,"
            found = f'Mission "{mission.id}" was {last} {days} days ago.'
            yield _notice("assessment-overdue", mission, found)
    for one in question.structure.of_kind("recommendation"):
        due = one.get("due_on")
        if due is not None and day_of(due) < question.day and one.get("answer") is None:
            found = f'Recommendation "{one.id}" was to be answered by {due}.'
            yield _notice("recommendation-overdue", one, found)


@_on_structure("identifier-used-twice", "look-alike")
def _doubled(question: Situation) -> Iterator[Notice]:
    yield from shared_keys(question.structure)
    yield from alike_ids(question.structure)


@_on_structure("missing-purpose", "missing-scope", "missing-statement")
def _texts(question: Situation) -> Iterator[Notice]:
    for kind, attribute in (("cluster", "purpose"), ("segment", "scope"), ("mission", "statement")):
        for thing in question.structure.of_kind(kind):
            if thing.get(attribute) is None:
                yield _notice(f"missing-{attribute}", thing, f'{kind.capitalize()} "{thing.id}" states no {attribute}.')


@_on_structure("objective-incomplete")
def _objectives(question: Situation) -> Iterator[Notice]:
    for objective in question.structure.of_kind("objective"):
        left = [said for name, said in _OBJECTIVE.items() if objective.get(name) is None]
        if left:
            *most, last = left
            parts = f"{', '.join(most)} and {last}" if most else last
            found = f'Objective "{objective.id}" does not state its {parts}.'
            yield _notice("objective-incomplete", objective, found)


def _reviews_of_decisions(question: Situation) -> Iterator[Notice]:
    government = question.structure.get("government")
    reviewed = government.keyed("decision-reviews") if government else {}
    for decision in question.decisions:
        if decision.review_day is not None and decision.review_day < question.day and decision.key not in reviewed:
            found = f'Decision "{decision.reference}" was to be reviewed on {iso(decision.review_day)}.'
            yield Notice("decision-review-overdue", decision.reference, found, decision.position, decision.reference)


def _unanswered(question: Situation) -> Iterator[Notice]:
    answered = {id_ for decision in question.decisions for id_ in decision.responds_to}
    allowed = question.settings["signal_response_after_days"]
    for signal in question.structure.of_kind("signal"):
        days = question.day - signal.since.start
        if signal.id not in answered and days > allowed:
            found = f'No decision responds to signal "{signal.id}", observed {days} days ago.'
            yield _notice("unanswered-signal", signal, found)
