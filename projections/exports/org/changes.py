"""The changes of an ORG export: each standing event of a cluster, segment or mission as an `org:ChangeEvent`."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from typing import Any, NamedTuple

from ledger.application.facts import fact_of, header_of
from ledger.events.change import Change
from ledger.events.changes.segment import TransferSegment
from ledger.events.envelope import Recorded
from ledger.state.heading import corrected_header
from ledger.state.record import Fact, Record
from ledger.state.standing import Standing
from ledger.timeline import day_of
from projections.exports.addresses import Addresses
from projections.exports.dates import in_jsonld
from projections.views.read_model import HistoryRow, Views
from projections.withheld import worded

_NOUNS = ("cluster", "segment", "mission")
Node = dict[str, Any]


class Lineage(NamedTuple):
    """What a change changed (it may have ended with it), and what resulted from it; (id, kind) each."""

    original: tuple[tuple[str, str], ...]
    resulting: tuple[tuple[str, str], ...]


class ChangeEvents:
    """The changes up to a day as known at a position; it remembers the things that they name."""

    def __init__(self, views: Views, day: int, known: int, at: Addresses) -> None:
        self._views, self._day, self._known, self._at = views, day, known, at
        self._record = Record(views.ledger.facts(known).event)
        self._idle = {row.set_by for row in views.without_effect(known)}
        self._authorities: set[str] = set()
        self._named: dict[str, str] = {}  # id -> kind

    def nodes(self) -> Iterator[Node]:
        """Yield the changes in recording order, each after its decision and authority.

        The log is read twice: a later event may say that an earlier one does not stand.
        """
        ledger = self._views.ledger
        for decision in ledger.decisions(upto=self._known):
            for fact in _facts(decision):
                self._record.register(fact)
        for decision in ledger.decisions(upto=self._known):
            yield from self._decision(decision)

    def ended(self, live: Container[str]) -> list[tuple[str, str]]:
        """Return (id, kind) of the things that changes name and that are not among the `live` ones, in order of id."""
        return sorted((id_, kind) for id_, kind in self._named.items() if id_ not in live)

    def last_title(self, id_: str) -> str | None:
        """Return the last title that a thing had by the day; None where it had none."""
        titles = [row for row in self._rows(id_, "title") if row.effective_from <= self._day]
        return str(max(titles, key=lambda row: row.effective_from).value) if titles else None

    def _rows(self, id_: str, attribute: str) -> Iterator[HistoryRow]:
        return (row for row in self._views.rows(id_, attribute) if row.known_from <= self._known < row.known_to)

    def _decision(self, decision: Sequence[Recorded]) -> Iterator[Node]:
        facts = _facts(decision)
        standing = [(fact, self._record.standing(fact)) for fact in facts if _noun(fact.change) in _NOUNS]
        shown = [(fact, now) for fact, now in standing if self._counts(fact, now)]
        if not shown:
            return
        header = corrected_header(header_of(decision[0].event.decision), facts, self._record)
        authority, act = self._at.authority(header.authority), self._at.decision(header.authority, header.reference)
        if authority not in self._authorities:
            self._authorities.add(authority)
            yield {"@id": authority, "@type": "prov:Organization", "skos:prefLabel": header.authority}
        yield {
            "@id": act,
            "@type": "prov:Activity",
            "skos:prefLabel": header.reference,
            "dcterms:date": in_jsonld(header.decided_on),
            "dcterms:description": header.rationale and worded(header.rationale),
            "prov:wasAssociatedWith": {"@id": authority},
        }
        for fact, now in shown:
            yield from self._change(fact, now, act)

    def _counts(self, fact: Fact, now: Standing) -> bool:
        """Return whether a fact stands, has an effect, and has it by the day."""
        if now.status != "stands" or now.effective is None or fact.position in self._idle:
            return False
        return day_of(now.effective) <= self._day

    def _change(self, fact: Fact, now: Standing, act: str) -> Iterator[Node]:
        lineage = self._lineage(now.change, day_of(now.effective or ""))
        self._named.update((*lineage.original, *lineage.resulting))
        yield {
            "@id": self._at.event(fact.id),
            "@type": "org:ChangeEvent",
            "skos:prefLabel": now.change.sentence,
            "dcterms:date": in_jsonld(now.effective),
            "dcterms:type": now.change.TYPE,
            "cl:position": {"@value": str(fact.position), "@type": "xsd:integer"},
            "cl:reason": getattr(now.change, "reason", None),
            "cl:outcome": getattr(now.change, "outcome", None),
            "org:originalOrganization": [{"@id": self._at.thing(id_)} for id_, _ in lineage.original],
            "org:resultingOrganization": [{"@id": self._at.thing(id_)} for id_, _ in lineage.resulting],
            "prov:wasInformedBy": {"@id": act},
        }
        if now.change.LIFE == "ends":
            for id_, _ in lineage.resulting:
                derived = {"@id": self._at.thing(lineage.original[0][0])}
                yield {"@id": self._at.thing(id_), "prov:wasDerivedFrom": derived}

    def _lineage(self, change: Change, day: int) -> Lineage:
        thing = ((change.subject, change.KIND),)
        if change.LIFE == "begins":
            return Lineage((), thing)
        if isinstance(change, TransferSegment):
            before = [
                row.value
                for row in self._rows(change.subject, "cluster")
                if row.effective_from < day <= row.effective_to
            ]
            return Lineage((*thing, *((id_, "cluster") for id_ in before)), (*thing, (change.to, "cluster")))
        if change.LIFE == "resumes":
            return Lineage(thing, thing)
        successors = getattr(change, "successors", None) or ()
        return Lineage(thing, tuple((id_, change.KIND) for id_ in successors))


def _facts(decision: Sequence[Recorded]) -> list[Fact]:
    key = decision[0].event.decision.key
    return [fact_of(recorded, key) for recorded in decision]


def _noun(change: Change) -> str:
    return change.TYPE.partition(".")[0]
