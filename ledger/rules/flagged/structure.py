"""Rules on a structure, thing by thing: what is missing, dangling, overdue, alike."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from ledger.plurals import counted
from ledger.rules.flagged.situation import Situation
from ledger.rules.flagged.twins import alike_ids, shared_keys
from ledger.rules.notice import Notice
from ledger.state.structure import ThingAt
from ledger.timeline import UNSTATED, day_of, iso

_OBJECTIVE = {name: name for name in ("unit", "direction", "baseline", "target")} | {"due_on": "due day"}

Rule = Callable[[Situation], Iterator[Notice]]
_RULES: list[tuple[Rule, frozenset[str]]] = []  # each with the names of the rules that it asks after


def on_structure(question: Situation, names: Collection[str] | None = None) -> Iterator[Notice]:
    """Yield the notices on a structure, rule by rule; of those rules alone that are named, where `names` are given."""
    for rule, asked in _RULES:
        if names is None:
            yield from rule(question)
        elif not asked.isdisjoint(names):
            yield from (notice for notice in rule(question) if notice.rule in names)


def _rule(*names: str) -> Callable[[Rule], Rule]:
    def registered(rule: Rule) -> Rule:
        _RULES.append((rule, frozenset(names)))
        return rule

    return registered


def _notice(rule: str, thing: ThingAt, found: str, attribute: str = "life") -> Notice:
    held = thing.attributes.get(attribute) or thing.since
    return Notice(rule, thing.id, found, held.set_by)


@_rule("unaffiliated-mission", "dangling-affiliation")
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


@_rule("segment-without-cluster", "empty-segment")
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


@_rule("mandate-not-carried-out", "mandate-without-segment", "mandate-outside-its-segments")
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


@_rule("without-leader")
def _leaders(question: Situation) -> Iterator[Notice]:
    for thing in question.structure.things.values():
        if thing.kind in ("cluster", "mission") and not thing.keyed("leaders"):
            yield _notice("without-leader", thing, f'{thing.kind.capitalize()} "{thing.id}" has no leader.')


@_rule("bound-to-one-sector")
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


@_rule("review-overdue", "retitled-without-review")
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


@_rule("assessment-overdue", "recommendation-overdue")
def _assessments(question: Situation) -> Iterator[Notice]:
    allowed = question.settings["assessment_after_days"]
    for mission in question.structure.of_kind("mission"):
        ends = [day_of(assessed["period"].partition("/")[2]) for assessed in mission.keyed("assessments").values()]
        days = question.day - max([mission.since.start, *ends])
        if mission.since.start > UNSTATED and days > allowed:
            last = "last assessed" if ends else "launched, and never assessed,"
            found = f'Mission "{mission.id}" was {last} {counted(days, "day")} ago.'
            yield _notice("assessment-overdue", mission, found)
    for recommendation in question.structure.of_kind("recommendation"):
        due = recommendation.get("due_on")
        if due is not None and day_of(due) < question.day and recommendation.get("answer") is None:
            found = f'Recommendation "{recommendation.id}" was to be answered by {due}.'
            yield _notice("recommendation-overdue", recommendation, found)


@_rule("identifier-used-twice", "look-alike")
def _doubled(question: Situation) -> Iterator[Notice]:
    yield from shared_keys(question.structure)
    yield from alike_ids(question.structure)


@_rule("missing-purpose", "missing-scope", "missing-statement")
def _texts(question: Situation) -> Iterator[Notice]:
    for kind, attribute in (("cluster", "purpose"), ("segment", "scope"), ("mission", "statement")):
        for thing in question.structure.of_kind(kind):
            if thing.get(attribute) is None:
                yield _notice(f"missing-{attribute}", thing, f'{kind.capitalize()} "{thing.id}" states no {attribute}.')


@_rule("objective-incomplete")
def _objectives(question: Situation) -> Iterator[Notice]:
    for objective in question.structure.of_kind("objective"):
        left = [said for name, said in _OBJECTIVE.items() if objective.get(name) is None]
        if left:
            *most, last = left
            parts = f"{', '.join(most)} and {last}" if most else last
            found = f'Objective "{objective.id}" does not state its {parts}.'
            yield _notice("objective-incomplete", objective, found)
