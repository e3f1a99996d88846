"""Composed changes of a decision, expanded in order: each by the state as the changes before it leave it."""

from __future__ import annotations

from collections.abc import Iterable

from ledger.application.expansion.clusters import merged, split
from ledger.application.expansion.imports import strikes_of, struck
from ledger.application.expansion.missions import moved
from ledger.application.expansion.parts import Came, Unclear
from ledger.documents.composed import ComposedChange, MergeClusters, MoveMission, SplitCluster, StrikeEntries
from ledger.documents.decision import Decision, Expansion, Intent, need_few_changes
from ledger.events.changes.cluster import DissolveCluster
from ledger.events.ids import provisional_id
from ledger.rules.notice import Notice
from ledger.rules.refused.naming import misnamed
from ledger.state.record import Fact, Source
from ledger.state.state import State
from ledger.timeline import day_of


class NotExpanded(Exception):
    """A composed change that names what is not there, or leaves something behind; `notices` say what."""

    def __init__(self, notices: Iterable[Notice]) -> None:
        self.notices = tuple(notices)
        super().__init__(" ".join(map(str, self.notices)))


def reaching(decision: Decision, source: Source) -> Decision:
    """Return a decision that concerns all that the expansion of another one looks at: the parts of its clusters.

    It is never judged. An end concerns whatever belongs to what ends, and a strike what it strikes. Raises
    `MalformedDocument` for more strikes than a decision may have.
    """
    intents: list[Intent] = []
    for intent in decision.changes:
        change = intent.change
        if not isinstance(change, ComposedChange):
            intents.append(intent)
            continue
        if isinstance(change, StrikeEntries):
            intents += [intent._replace(change=strike) for strike in strikes_of(change, source)]
            continue
        ends = [DissolveCluster(cluster=id_) for id_ in change.concerned]
        names = [DissolveCluster(cluster=id_) for id_, kind in change.references() if kind == "cluster"]
        intents += [intent._replace(change=one) for one in (*ends, *names)]
        intents.append(intent)
    return decision._replace(changes=tuple(intents))


def expanded(decision: Decision, state: State, source: Source, position: int, known_ids: Iterable[str]) -> Decision:
    """Return a decision whose composed changes are those that they come to, each on its day.

    `state` has what `reaching` names folded; the changes are supposed to stand after `position`, the last event.
    `known_ids` are those among which a misspelt one is looked for. Raises `NotExpanded`, and `MalformedDocument` for
    more changes than a decision may have.
    """
    fork = state.fork()
    changes: list[Intent] = []
    expansions: list[Expansion] = []
    left = sum(isinstance(intent.change, ComposedChange) for intent in decision.changes)
    for intent in decision.changes:
        own = [intent]
        if isinstance(intent.change, ComposedChange):
            left -= 1
            came = _came(fork, source, intent, position + len(changes), known_ids)
            own = [intent._replace(change=change, original_text=None) for change in came.changes]
            expansions.append(Expansion(intent.change.NAME, f"{', '.join(came.said)}.", len(own)))
        for one in own:
            place = position + len(changes) + 1
            id_ = provisional_id(one.change.stream(), place)
            if left:  # another one is expanded on what this leads to
                fork.apply((Fact(place, id_, one.change, one.effective, decision.header.key, one.corrects),))
            changes.append(one)
    need_few_changes(changes, "The document")
    return decision._replace(changes=tuple(changes), expansions=tuple(expansions), as_written=decision.changes)


def _came(state: State, source: Source, intent: Intent, position: int, known_ids: Iterable[str]) -> Came:
    change, effective = intent.change, intent.effective or ""
    names = [*change.references(), *([(change.mission, "mission")] if isinstance(change, MoveMission) else [])]
    faults = list(misnamed(state, names, effective, known_ids))
    if faults:
        raise NotExpanded(faults)
    try:
        if isinstance(change, StrikeEntries):
            return struck(state, source, change, position)
        day = day_of(effective)
        if isinstance(change, MergeClusters):
            return merged(state, change, day)
        if isinstance(change, SplitCluster):
            return split(state, change, day)
        mission = state.thing(change.subject)
        if isinstance(change, MoveMission) and mission is not None:
            return moved(state, change, mission, day)
    except Unclear as error:
        raise NotExpanded((Notice(error.rule, error.id, error.found),)) from None
    raise TypeError(f"{change.NAME}: nothing says what it comes to: add it to {__name__}")
