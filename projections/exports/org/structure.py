"""The structure as W3C ORG with SKOS and PROV (JSON-LD): what is there on one day, and the changes that led to it.

Clusters are organizations of the government, segments both units of their cluster and concepts of one scheme,
missions collaborations in which segments are members. Each change is an `org:ChangeEvent` with what it changed and
what resulted. One node a line; the context stands in the file, so that reading it asks no network.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

from ledger.events.canonical import canonical
from ledger.events.changes.settings import AdoptSettings
from ledger.instants import stamp
from ledger.names import GOVERNMENT
from ledger.state.structure import ThingAt
from ledger.timeline import iso
from projections.exports.addresses import TERMS, Addresses, segment_of
from projections.exports.dates import in_jsonld
from projections.exports.org.changes import ChangeEvents
from projections.views.context import name_of_government
from projections.views.dossiers import SourcedRows
from projections.views.read_model import Views
from projections.views.spool import Spool

FORMAT = 1
Node = dict[str, Any]

CONTEXT: dict[str, Any] = {
    "cl": TERMS,
    "dcterms": "http://purl.org/dc/terms/",
    "org": "http://www.w3.org/ns/org#",
    "prov": "http://www.w3.org/ns/prov#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
CLASSES: dict[str, list[str]] = {
    GOVERNMENT: ["org:FormalOrganization"],
    "cluster": ["org:Organization"],
    "segment": ["skos:Concept", "org:OrganizationalUnit"],
    "mission": ["org:OrganizationalCollaboration"],
}
_MISSION_TEXTS = ("type", "reach", "lead", "status")


def write_org(views: Views, file: BinaryIO, day: int, known: int, *, base: str | None = None) -> tuple[int, str]:
    """Write the structure on `day` as known at position `known`, and the changes up to that day, as JSON-LD.

    Returns size and root of the record that it was read from. `base` is what addresses begin with
    (`Addresses.of`). The same question gives the same bytes. Raises `InputError` for a base that cannot be.
    """
    addresses = Addresses.of(views.ledger.government, base)
    file.write(b'{"@context":' + canonical(CONTEXT) + b',\n"@graph":[\n')
    first = True
    for node in _nodes(views, day, known, addresses):
        file.write((b"" if first else b",\n") + canonical({key: value for key, value in node.items() if value}))
        first = False
    file.write(b"\n]}\n")
    held_to = views.ledger.known_at(known)
    return held_to.size, held_to.root


def _nodes(views: Views, day: int, known: int, at: Addresses) -> Iterator[Node]:
    live, doubts = set[str](), dict[str, str]()

    def things() -> Iterator[ThingAt]:
        for thing in (one.thing for one in SourcedRows(views.sourced(day, known))):
            if thing.may_have_ended is not None:  # neither described as live nor said to have ended
                doubts[thing.id] = thing.may_have_ended
            elif thing.kind in CLASSES:
                live.add(thing.id)
                yield thing

    yield _record(views, day, known, at)
    yield from described(things(), views.ledger.government.name, at)
    changes = ChangeEvents(views, day, known, at)
    yield from changes.nodes()
    for id_, kind in changes.ended(live):
        named = {"@id": at.thing(id_), "@type": CLASSES[kind], "skos:prefLabel": changes.last_title(id_)}
        yield {**named, "cl:may_have_ended": in_jsonld(doubts.get(id_))}


def described(things: Iterable[ThingAt], constituted: str, at: Addresses) -> Iterator[Node]:
    """Yield what is there on a day, of things in order of id, which are read once.

    `constituted` is what the government was called when its ledger was made.
    """
    parts: dict[str, Spool[Node]] = {name: Spool() for name in (*_DESCRIBED, "memberships", "posts")}
    government, codes = None, set[str]()
    for thing in things:
        government = thing if thing.kind == GOVERNMENT else government
        codes.update(thing.get("sectors") or ())
        if thing.kind in _DESCRIBED:
            parts[thing.kind].add(_DESCRIBED[thing.kind](thing, at))
        for name, part in (("memberships", _memberships), ("posts", _posts)):
            for node in part(thing, at):
                parts[name].add(node)
    yield from _frame(government, sorted(codes), constituted, at)
    for spool in parts.values():
        yield from spool


def _record(views: Views, day: int, known: int, at: Addresses) -> Node:
    """Return the context of the answer, as a node: which question it answers, and what holds the log to it."""
    context = views.ledger.known_at(known)
    said = {name: views.row_at(GOVERNMENT, f"settings:{name}", day, known) for name in AdoptSettings.TEXTS}
    return {
        "@id": at.under("structure", f"{iso(day)}/p{known}"),
        "@type": "prov:Entity",
        "dcterms:title": name_of_government(views, day, known),
        "dcterms:license": said["licence"] and said["licence"].value,
        "dcterms:publisher": said["publisher"] and said["publisher"].value,
        "cl:ledger_id": views.ledger.government.ledger_id,
        "cl:effective": in_jsonld(iso(day)),
        "cl:known_at": context.at and {"@value": stamp(context.at), "@type": "xsd:dateTime"},
        "cl:known_position": {"@value": str(known), "@type": "xsd:integer"},
        "cl:tree_size": {"@value": str(context.size), "@type": "xsd:integer"},
        "cl:root": context.root,
        "cl:format": {"@value": str(FORMAT), "@type": "xsd:integer"},
    }


def _frame(government: ThingAt | None, codes: list[str], constituted: str, at: Addresses) -> Iterator[Node]:
    """Yield the government, the schemes of segments and of sectors, and the two roles of a segment in a mission."""
    name = government.get("name", constituted) if government else constituted
    keys = _identifiers(government, at) | _further_names(government) if government else {}
    yield {"@id": at.thing(GOVERNMENT), "@type": CLASSES[GOVERNMENT], "skos:prefLabel": name, **keys}
    yield {
        "@id": at.under("scheme", "segments"),
        "@type": "skos:ConceptScheme",
        "skos:prefLabel": f"Segments of {name}",
    }
    for extent in ("full", "partial"):
        yield {"@id": at.under("extent", extent), "@type": "org:Role", "skos:prefLabel": extent}
    if codes:
        yield {"@id": at.under("scheme", "cofog"), "@type": "skos:ConceptScheme", "skos:prefLabel": "COFOG"}
    for code in codes:
        scheme = {"@id": at.under("scheme", "cofog")}
        sector = {"@id": at.under("cofog", code), "@type": "skos:Concept"}
        yield {**sector, "skos:inScheme": scheme, "skos:notation": code}


def _cluster(thing: ThingAt, at: Addresses) -> Node:
    return {
        "@id": at.thing(thing.id),
        "@type": CLASSES["cluster"],
        "skos:prefLabel": thing.get("title") or thing.id,  # struck, its title may be gone
        "org:purpose": thing.get("purpose"),
        "org:subOrganizationOf": [{"@id": at.thing(id_)} for id_ in (GOVERNMENT, *thing.keyed("within"))],
        **_identifiers(thing, at),
        **_further_names(thing),
    }


def _segment(thing: ThingAt, at: Addresses) -> Node:
    related = [{"@id": at.thing(other)} for other in thing.keyed("relations")]
    return {
        "@id": at.thing(thing.id),
        "@type": CLASSES["segment"],
        "skos:inScheme": {"@id": at.under("scheme", "segments")},
        "skos:prefLabel": thing.get("title") or thing.id,  # struck, its title may be gone
        "skos:scopeNote": thing.get("scope"),
        "skos:related": related,
        "org:linkedTo": related,
        "org:unitOf": {"@id": at.thing(str(thing.get("cluster")))},
        "org:classification": _sectors(thing, at),
        **_identifiers(thing, at),
        **_further_names(thing),
    }


def _mission(thing: ThingAt, at: Addresses) -> Node:
    return {
        "@id": at.thing(thing.id),
        "@type": CLASSES["mission"],
        "skos:prefLabel": thing.get("title") or thing.id,  # struck, its title may be gone
        "org:purpose": thing.get("statement"),
        "org:classification": _sectors(thing, at),
        "org:linkedTo": [{"@id": at.thing(other)} for other in thing.keyed("relations")],
        **{f"cl:{name}": thing.get(name) for name in _MISSION_TEXTS},
        "cl:actor": list(thing.get("actors") or ()),
        "cl:horizon_on": in_jsonld(thing.get("horizon_on")),
        **_identifiers(thing, at),
        **_further_names(thing),
    }


_DESCRIBED = {"cluster": _cluster, "segment": _segment, "mission": _mission}


def _sectors(thing: ThingAt, at: Addresses) -> list[Node]:
    return [{"@id": at.under("cofog", code)} for code in thing.get("sectors") or ()]


def _identifiers(thing: ThingAt, at: Addresses) -> Node:
    """Return the keys of a thing in other registers; the type of each says which register (ORG, org:identifier)."""
    keys = thing.keyed("identifiers")
    return {"org:identifier": [{"@value": key, "@type": at.under("register", name)} for name, key in keys.items()]}


def _further_names(thing: ThingAt) -> Node:
    """Return the names of a thing beside its title (SKOS, 5: skos:altLabel), each in its language."""
    labels: list[Node] = []
    for name, said in thing.keyed("names").items():
        labels.append({"@value": name, **({"@language": said["language"]} if "language" in said else {})})
    return {"skos:altLabel": labels}


def _memberships(thing: ThingAt, at: Addresses) -> Iterator[Node]:
    for segment, extent in thing.keyed("segments").items() if thing.kind == "mission" else ():
        yield {
            "@id": at.under("membership", f"{thing.id}/{segment}"),
            "@type": "org:Membership",
            "org:member": {"@id": at.thing(segment)},
            "org:organization": {"@id": at.thing(thing.id)},
            "org:role": {"@id": at.under("extent", extent)},
        }


def _posts(thing: ThingAt, at: Addresses) -> Iterator[Node]:
    """Yield the offices that are filled. Who holds them is personal data and stays out."""
    for office in thing.keyed("leaders") if thing.kind in CLASSES else ():
        yield {
            "@id": at.under("post", f"{thing.id}/{segment_of(office)}"),
            "@type": "org:Post",
            "org:postIn": {"@id": at.thing(thing.id)},
            "skos:prefLabel": office,
        }
