"""The record as W3C PROV: events as entities, decisions and their recording as activities, authorities as agents.

PROV-JSON keeps each kind of statement together, so every kind is written to a file of its own on the way through
the log, and these are joined at the end: the memory needed does not grow with the ledger.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import BinaryIO

from ledger.application import EventReader
from ledger.application.source import recorded
from ledger.events.canonical import canonical
from ledger.events.changes.record import OnRecord, Strike
from ledger.events.envelope import Event, Part, Recorded
from ledger.events.references import DecisionName
from ledger.instants import stamp
from ledger.integrity.tree import Frontier, format_root, leaf_hash
from ledger.zones import day_in, zone
from projections.exports.addresses import TERMS, Addresses, name_of, place_of, segment_of
from projections.exports.dates import in_prov_json
from projections.exports.prov.sections import Sections
from projections.withheld import worded

FORMAT = 1
ROOMS = ("authority", "decision", "document", "event", "recorder", "recording", "thing")


def write_prov(
    ledger: EventReader, file: BinaryIO, upto: int | None = None, *, base: str | None = None
) -> tuple[int, str]:
    """Write the record as PROV-JSON, up to a position that ends a decision (None: all); return its size and root.

    Every event is there as it was recorded, also those that were struck or corrected later. `base` is what
    addresses begin with. The same record gives the same bytes. Raises `InputError` for a base that cannot be.
    """
    addresses = Addresses.of(ledger.government, base)
    frontier = Frontier()
    with Sections() as sections:
        for decision in _decisions(ledger, upto, frontier):
            _decided(sections, decision)
        size, root = frontier.size, format_root(frontier.root())
        _of_the_ledger(sections, ledger, size, root)
        file.write(b'{\n"prefix":' + canonical(_prefixes(addresses)))
        sections.join(file)
        file.write(b"\n}\n")
    return size, root


Leaf = tuple[Recorded, str]  # an event, and the hash of its line in the tree


def _decisions(ledger: EventReader, upto: int | None, frontier: Frontier) -> Iterator[list[Leaf]]:
    """Yield the events of each decision with their leaf hashes, and grow the tree beside them."""
    for _, rows in groupby(ledger.rows(upto=upto), key=lambda row: row.decision):
        decision = []
        for row in rows:
            leaf = leaf_hash(row.line)
            frontier.append(leaf)
            decision.append((recorded(row), format_root(leaf)))
        yield decision


def _prefixes(addresses: Addresses) -> dict[str, str]:
    rooms = {room: addresses.under(room) for room in ROOMS}
    return {
        "cl": TERMS,
        "dcterms": "http://purl.org/dc/terms/",
        "ledger": addresses.base,
        "xsd": "http://www.w3.org/2001/XMLSchema#",
        **rooms,
    }


def _decided(sections: Sections, decision: list[Leaf]) -> None:
    """Write a decision: who decided it, what it used, who recorded it, and its events."""
    first = decision[0][0].event
    part = first.decision
    name = name_of(part.authority, part.reference)
    act, recording = f"decision:{name}", f"recording:{name}"
    sections.add(
        "activity",
        act,
        prov__type=_name("cl:Decision"),
        prov__label=part.reference,
        cl__decided_on=in_prov_json(part.decided_on),
        cl__legal_basis=part.legal_basis,
        cl__rationale=part.rationale and worded(part.rationale),
        cl__document=part.document,
        cl__original_text=_kept(part.original_text),
    )
    at = first.recorded_at
    sections.add("activity", recording, prov__type=_name("cl:Recording"), prov__startTime=at, prov__endTime=at)
    sections.relate("wasInformedBy", prov__informed=recording, prov__informant=act)
    _agents(sections, first, act, recording)
    _used(sections, first, act, name)
    for found, leaf in decision:
        _event(sections, found, leaf, act, recording)


def _agents(sections: Sections, first: Event, act: str, recording: str) -> None:
    authority = f"authority:{segment_of(first.decision.authority)}"
    recorder = f"recorder:{segment_of(first.recorder.id)}"
    sections.add_once("agent", authority, prov__type=_name("prov:Organization"), prov__label=first.decision.authority)
    sections.add_once("agent", recorder, prov__label=first.recorder.id)
    sections.relate("wasAssociatedWith", prov__activity=act, prov__agent=authority)
    _powers(sections, first.decision, act, authority)
    sections.relate(
        "wasAssociatedWith",
        prov__activity=recording,
        prov__agent=recorder,
        prov__role=first.recorder.basis,
        cl__migrated_from=first.migrated.source if first.migrated else None,
    )


def _powers(sections: Sections, part: Part, act: str, authority: str) -> None:
    """Write by whose order an authority decided, and which body adopted what it decided."""
    if part.delegated_by is not None:
        office = f"authority:{segment_of(part.delegated_by)}"
        sections.add_once("agent", office, prov__type=_name("prov:Organization"), prov__label=part.delegated_by)
        sections.relate("actedOnBehalfOf", prov__delegate=authority, prov__responsible=office, prov__activity=act)
    if part.adopted_by is not None:
        adopted = part.adopted_by
        body, votes = f"authority:{segment_of(adopted.body)}", adopted.votes
        sections.add_once("agent", body, prov__type=_name("prov:Organization"), prov__label=adopted.body)
        counted = {} if votes is None else votes.model_dump(exclude_none=True)
        sections.relate(
            "wasAssociatedWith",
            prov__activity=act,
            prov__agent=body,
            prov__role="adopting body",
            cl__quorum=None if adopted.quorum is None else _whole(adopted.quorum),
            **{f"cl__{name}": _whole(number) for name, number in counted.items()},
        )


def _used(sections: Sections, first: Event, act: str, name: str) -> None:
    """Write the documents behind a decision, and what it responds to."""
    for number, document in enumerate(first.decision.documents or (), 1):
        entity = f"document:{name}/{number}"
        sections.add(
            "entity",
            entity,
            prov__type=_name("cl:Document"),
            prov__label=worded(document.title),
            prov__location=document.url or document.file,
            cl__sha256=document.sha256,
        )
        sections.relate("used", prov__activity=act, prov__entity=entity)
    for id_ in first.decision.responds_to or ():
        sections.add_once("entity", f"thing:{id_}", prov__label=id_)
        sections.relate("used", prov__activity=act, prov__entity=f"thing:{id_}")


def _event(sections: Sections, found: Recorded, leaf: str, act: str, recording: str) -> None:
    event = found.event
    entity = f"event:{place_of(event.id)}"
    sections.add(
        "entity",
        entity,
        prov__type=_name("cl:Event"),
        prov__label=event.data.sentence,
        cl__type=event.type,
        cl__thing=event.data.subject,
        cl__position=_whole(found.position),
        cl__effective=in_prov_json(event.takes_effect),
        cl__effective_basis=event.effective_basis,
        cl__reason=getattr(event.data, "reason", None),
        cl__outcome=getattr(event.data, "outcome", None),
        cl__original_text=_kept(event.original_text),
        cl__leaf=leaf,
    )
    sections.relate("wasGeneratedBy", prov__entity=entity, prov__activity=recording, prov__time=event.recorded_at)
    sections.relate(
        "wasAttributedTo", prov__entity=entity, prov__agent=f"authority:{segment_of(event.decision.authority)}"
    )
    _earlier(sections, event, entity, act)


def _earlier(sections: Sections, event: Event, entity: str, act: str) -> None:
    """Write which earlier event or decision an event corrects, strikes, takes back or looks back on."""
    change = event.data
    target = event.corrects or (change.target if isinstance(change, OnRecord) else getattr(change, "decision", None))
    if isinstance(target, str):
        struck = isinstance(change, Strike) and event.corrects is None
        sections.relate(
            "wasDerivedFrom",
            prov__generatedEntity=entity,
            prov__usedEntity=f"event:{place_of(target)}",
            prov__type=_name("cl:Strike" if struck else "prov:Revision"),
        )
    elif isinstance(target, DecisionName):
        name = name_of(target.authority, target.reference)
        sections.relate("wasInformedBy", prov__informed=act, prov__informant=f"decision:{name}")


def _of_the_ledger(sections: Sections, ledger: EventReader, size: int, root: str) -> None:
    """Write which record this is, and what holds it to its bytes; name and settings are those of its last day."""
    last = ledger.known_at(size).at
    day = None if last is None else day_in(zone(ledger.government.timezone), last)
    government = None if day is None else ledger.government_at(day, size)
    said = {} if government is None else government.keyed("settings")
    sections.add(
        "entity",
        "ledger:record",
        prov__type=_name("cl:Record"),
        prov__label=ledger.government.called(ledger.government.name if government is None else government.get("name")),
        dcterms__license=said.get("licence"),
        dcterms__publisher=said.get("publisher"),
        cl__ledger_id=ledger.government.ledger_id,
        cl__known_at=None if last is None else stamp(last),
        cl__tree_size=_whole(size),
        cl__root=root,
        cl__format=_whole(FORMAT),
    )


def _kept(originals: Mapping[str, str] | None) -> str | None:
    """Return the bytes of texts that could not stand, by field and in base64, as JSON; None where there are none."""
    return None if originals is None else canonical(dict(originals)).decode()


def _name(qualified: str) -> dict[str, str]:
    return {"$": qualified, "type": "xsd:QName"}


def _whole(number: int) -> dict[str, str]:
    return {"$": str(number), "type": "xsd:integer"}
