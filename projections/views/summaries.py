"""What an event says, in one short sentence and in words that an official uses."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from ledger.errors import UnknownEventType
from ledger.events.change import Change
from ledger.events.changes.assessment import Assessment
from ledger.rules.assertions import claim

_SENTENCES: dict[str, Callable[[Any], str]] = {
    "government.constituted/1": lambda c: f"The ledger of {c.name} is opened.",
    "government.renamed/1": lambda c: f"The government is renamed: {c.title}.",
    "register.taken-over/1": lambda c: (
        f"Register {c.source} is taken over: {c.documents:,} documents{_noticed(c.notices)}."
    ),
    "cluster.established/1": lambda c: f"Cluster {c.cluster} is established: {c.title}.",
    "cluster.retitled/1": lambda c: f"Cluster {c.cluster} is retitled: {c.title}.",
    "cluster.repurposed/1": lambda c: f"The purpose of cluster {c.cluster} is stated anew.",
    "cluster.reestablished/1": lambda c: f"Cluster {c.cluster} is established again{_titled(c.title)}.",
    "segment.reinstated/1": lambda c: f"Segment {c.segment} is taken up again{_titled(c.title)}.",
    "cluster.nested/1": lambda c: f"Cluster {c.cluster} is a part of cluster {c.within}.",
    "cluster.unnested/1": lambda c: f"Cluster {c.cluster} is no longer a part of cluster {c.within}.",
    "cluster.dissolved/1": lambda c: f"Cluster {c.cluster} is dissolved{_ended(c)}.",
    "segment.added/1": lambda c: f"Segment {c.segment} is added: {c.title}.",
    "segment.retitled/1": lambda c: f"Segment {c.segment} is retitled: {c.title}.",
    "segment.rescoped/1": lambda c: f"The scope of segment {c.segment} is stated anew.",
    "segment.related/1": lambda c: f"Segment {c.segment} acts on {c.other}{_as(c.relation)}.",
    "segment.unrelated/1": lambda c: f"Segment {c.segment} no longer acts on {c.other}.",
    "segment.transferred/1": lambda c: f"Segment {c.segment} is transferred to cluster {c.to}.",
    "segment.retired/1": lambda c: f"Segment {c.segment} is retired{_ended(c)}.",
    "mission.launched/1": lambda c: f"Mission {c.mission} is launched: {c.title}.",
    "mission.added/1": lambda c: f"Mission {c.mission} is affiliated{_partly(c)} with {_list(c.segments)}.",
    "mission.realigned/1": lambda c: (
        f"Mission {c.mission} is realigned{_partly(c)} from {_list(c.from_)} to {_list(c.to)}."
    ),
    "mission.removed/1": lambda c: f"Mission {c.mission} is no longer affiliated with {_list(c.segments)}.",
    "mission.retitled/1": lambda c: f"Mission {c.mission} is retitled: {c.title}.",
    "mission.reworded/1": lambda c: f"Mission {c.mission} is stated in other words.",
    "mission.rescoped/1": lambda c: f"Mission {c.mission} is given another {_list(_given(c))}.",
    "mission.rescheduled/1": lambda c: f"Mission {c.mission} is to be done by {c.horizon_on}.",
    "mission.related/1": lambda c: f"Mission {c.mission} acts on {c.other}{_as(c.relation)}.",
    "mission.unrelated/1": lambda c: f"Mission {c.mission} no longer acts on {c.other}.",
    "mission.paused/1": lambda c: f"Mission {c.mission} is paused.",
    "mission.resumed/1": lambda c: f"Mission {c.mission} is resumed.",
    "mission.completed/1": lambda c: f"Mission {c.mission} is completed{_ended(c)}.",
    "mission.stopped/1": lambda c: f"Mission {c.mission} is stopped{_ended(c)}.",
    "mandate.issued/1": lambda c: f"Mandate {c.mandate} is issued: {_short(c.text)}",
    "mandate.assigned/1": lambda c: (
        f"Mandate {c.mandate} is assigned to {_list((*(c.segments or ()), *(c.missions or ())))}."
    ),
    "mandate.revised/1": lambda c: f"Mandate {c.mandate} is stated anew: {_short(c.text)}",
    "mandate.discharged/1": lambda c: f"Mandate {c.mandate} is discharged.",
    "mandate.revoked/1": lambda c: f"Mandate {c.mandate} is revoked.",
    "leader.appointed/1": lambda c: f"The office {c.office} of {_named(c.of)} is filled.",
    "leader.released/1": lambda c: f"The office {c.office} of {_named(c.of)} is vacant.",
    "expertise.offered/1": lambda c: f"Cluster {c.cluster} offers expertise in {c.field}.",
    "expertise.withdrawn/1": lambda c: f"Cluster {c.cluster} no longer offers expertise in {c.field}.",
    "expertise.drawn/1": lambda c: f"Mission {c.mission} draws on {c.cluster} for {c.field}.",
    "expertise.released/1": lambda c: f"Mission {c.mission} no longer draws on {c.cluster} for {c.field}.",
    "matrix.reviewed/1": lambda c: f"The matrix of {_named(c.subject)} is reviewed{_next(c.next_review_on)}.",
    "review.discontinued/1": lambda c: f"The next review of {_named(c.subject)} is taken back.",
    "decision.reviewed/1": lambda c: f"What decision {c.decision.reference} brought is reviewed: {_short(c.outcome)}",
    "signal.observed/1": lambda c: f"Signal {c.signal} is observed, a {c.kind}: {_short(c.description)}",
    "signal.closed/1": lambda c: f"Signal {c.signal} is closed.",
    "thing.identified/1": lambda c: (
        f"The keys of {_named(c.of)} in other registers are stated: {_keys(c.identifiers)}."
    ),
    "name.stated/1": lambda c: f"A further name of {_named(c.of)} is stated: {c.name}{_as(_used(c))}.",
    "name.withdrawn/1": lambda c: f"The name {c.name} of {_named(c.of)} is withdrawn.",
    "settings.adopted/1": lambda c: (
        f"Settings are adopted: {_list(f'{name} {getattr(c, name)}' for name in _given(c))}."
    ),
    "objective.set/1": lambda c: f"Objective {c.objective} is set: {c.indicator}{_aim(c)}.",
    "objective.redefined/1": lambda c: (
        f"Objective {c.objective} is defined anew, as definition {c.definition_version}: {_short(c.definition)}"
    ),
    "objective.retargeted/1": lambda c: f"Objective {c.objective} is given another {_list(_given(c))}.",
    "objective.stated/1": lambda c: (
        f"Of objective {c.objective} is stated: {_list(f'{name} {getattr(c, name)}' for name in _given(c))}."
    ),
    "objective.withdrawn/1": lambda c: f"Objective {c.objective} is withdrawn.",
    "objective.moved/1": lambda c: f"Objective {c.objective} is moved to mission {c.to}.",
    "objective.returned/1": lambda c: f"Objective {c.objective} is pursued again.",
    "measurement.recorded/1": lambda c: (
        f"Objective {c.objective} was measured on {c.observed_on}: {c.value}, by definition {c.definition_version}."
    ),
    "scale.defined/1": lambda c: f"Scale {c.scale}/{c.version} is defined: {', '.join(c.grades)}.",
    "rollup.defined/1": lambda c: f"Roll-up {c.rollup}/{c.version} is defined: the {c.rule} on scale {c.scale}.",
    "mission.assessed/1": lambda c: f"Mission {c.mission} is assessed for {_period(c)}: {c.grade} ({c.scale}).",
    "cluster.assessed/1": lambda c: f"Cluster {c.cluster} is assessed for {_period(c)}: {c.grade} ({c.scale}).",
    "recommendation.answered/1": lambda c: f"Recommendation {c.recommendation} is {c.answer}.",
    "count.asserted/1": lambda c: f"Asserted: {claim(c)}.",
    "life.asserted/1": lambda c: f"Asserted: {claim(c)}.",
    "value.asserted/1": lambda c: f"Asserted: {claim(c)}.",
    "affiliation.asserted/1": lambda c: f"Asserted: {claim(c)}.",
    "root.asserted/1": lambda c: f"Asserted: {claim(c)}.",
    "record.corrected/1": lambda c: f"{_target(c)} is corrected: {_short(c.because)}",
    "record.struck/1": lambda c: f"{_target(c)} is struck from the record: {_short(c.because)}",
    "decision.rescinded/1": lambda c: f"Decision {c.decision.reference} is rescinded.",
    "decision.postponed/1": lambda c: f"Decision {c.decision.reference} is postponed to {c.new_effective}.",
}
TYPES = frozenset(_SENTENCES)
_TEXT_CHARS = 120


def summary(change: Change, position: int | None = None) -> str:
    """Return one sentence that says what an event says.

    Raises `UnknownEventType` for a change that has no sentence here, naming `position`.
    """
    sentence = _SENTENCES.get(change.TYPE)
    if sentence is None:
        raise UnknownEventType(change.TYPE, position)
    return sentence(change)


def _period(change: Assessment) -> str:
    return change.period.replace("/", " to ")


def _list(names: Iterable[str]) -> str:
    *most, last = list(names) or ["nothing"]
    return f"{', '.join(most)} and {last}" if most else last


def _given(change: Change) -> list[str]:
    return [name for name in change.normal() if name != change.SUBJECT]


def _aim(change: Change) -> str:
    """Return from where to where an objective is to come, and by when, as far as it states that."""
    said = vars(change)
    words = [f"{word} {said[name]}" for word, name in (("from", "baseline"), ("to", "target")) if said[name]]
    words += [said["unit"] if words else f"in {said['unit']}"] if said["unit"] else []
    words += [f"by {said['due_on']}"] if said["due_on"] else []
    return f", {' '.join(words)}" if words else ""


def _named(id_: str) -> str:
    return "the government" if id_ == "government" else id_


def _short(text: str) -> str:
    """Return the beginning of a text as the end of a sentence."""
    line = " ".join(text.split())
    line = line if len(line) <= _TEXT_CHARS else f"{line[:_TEXT_CHARS].rsplit(' ', 1)[0]} ..."
    return line if line[-1] in ".!?" else f"{line}."


def _as(relation: str | None) -> str:
    return f" ({relation})" if relation else ""


def _partly(change: Any) -> str:
    return " in part" if change.extent == "partial" else ""


def _used(change: Any) -> str:
    return ", ".join(part for part in (change.use, change.language) if part)


def _next(day: str | None) -> str:
    return f", the next review is due on {day}" if day else ""


def _titled(title: str | None) -> str:
    return f": {title}" if title else ""


def _ended(change: Any) -> str:
    reason = f" ({change.reason})" if change.reason else ""
    return reason + (f" and succeeded by {_list(change.successors)}" if change.successors else "")


def _noticed(notices: dict[str, int]) -> str:
    return f", with notices: {_list(f'{count:,} {rule}' for rule, count in notices.items())}" if notices else ""


def _keys(identifiers: dict[str, str]) -> str:
    return _list(f"{scheme} {value}" if value else f"{scheme} withdrawn" for scheme, value in identifiers.items())


def _target(change: Any) -> str:
    return f"Event {change.target}" if isinstance(change.target, str) else f"Decision {change.target.reference}"
