"""The tables of a snapshot that relate things to one another: their columns, and their lines from one thing."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ledger.events.commitments import is_commitment
from ledger.state.structure import ThingAt
from projections.withheld import told

Cell = str | int | None
Line = tuple[Cell, ...]
Pairs = Callable[[ThingAt], Iterator[Line]]


def _affiliations(thing: ThingAt) -> Iterator[Line]:
    if thing.kind == "mission":
        yield from thing.keyed("segments").items()


def _relations(thing: ThingAt) -> Iterator[Line]:
    for other, said in thing.keyed("relations").items():
        yield other, said.get("relation"), said.get("note")


def _mandate_segments(thing: ThingAt) -> Iterator[Line]:
    if thing.kind == "mandate":
        yield from ((id_,) for id_ in thing.get("segments", ()))


def _mandate_missions(thing: ThingAt) -> Iterator[Line]:
    if thing.kind == "mandate":
        yield from ((id_,) for id_ in thing.get("missions", ()))


def _leaders(thing: ThingAt) -> Iterator[Line]:
    for office, said in thing.keyed("leaders").items():
        yield office, said.get("commitment")


def _expertise(thing: ThingAt) -> Iterator[Line]:
    yield from ((field,) for field in thing.keyed("expertise"))


def _draws(thing: ThingAt) -> Iterator[Line]:
    for key in thing.keyed("draws"):
        cluster, _, field = key.partition("/")
        yield cluster, field


def _measurements(thing: ThingAt) -> Iterator[Line]:
    for said in thing.keyed("measurements").values():
        source = said.get("source", "")
        commitment = source["commitment"] if is_commitment(source) else ""
        yield said["observed_on"], str(said["definition_version"]), told(source), commitment, said["value"]


def _assessments(thing: ThingAt) -> Iterator[Line]:
    for said in thing.keyed("assessments").values():
        yield said["period"], said["scale"], said["grade"]


def _identifiers(thing: ThingAt) -> Iterator[Line]:
    yield from thing.keyed("identifiers").items()


def _nesting(thing: ThingAt) -> Iterator[Line]:
    yield from ((cluster,) for cluster in thing.keyed("within"))


def _names(thing: ThingAt) -> Iterator[Line]:
    for name, said in thing.keyed("names").items():
        yield name, said["use"], said.get("language", "")


PAIRS: tuple[tuple[str, str, tuple[tuple[str, str], ...], int, Pairs], ...] = (
    (
        "affiliations",
        "Which missions are affiliated with which segments.",
        (("mission", "The mission."), ("segment", "The segment."), ("extent", "full or partial.")),
        2,
        _affiliations,
    ),
    (
        "relations",
        "Which segments and missions act on one another.",
        (("id", "What acts."), ("other", "On what."), ("relation", "How."), ("note", "A note.")),
        2,
        _relations,
    ),
    (
        "mandate-segments",
        "Which segments mandates are assigned to.",
        (("mandate", "The mandate."), ("segment", "The segment.")),
        2,
        _mandate_segments,
    ),
    (
        "mandate-missions",
        "Which missions carry mandates out.",
        (("mandate", "The mandate."), ("mission", "The mission.")),
        2,
        _mandate_missions,
    ),
    (
        "leaders",
        "Which offices are filled. Names are personal data and not part of a snapshot.",
        (
            ("id", "Whose office."),
            ("office", "The office."),
            ("holder_commitment", "Stands for the name of the holder, where one was given."),
        ),
        2,
        _leaders,
    ),
    (
        "expertise",
        "Which expertise clusters offer.",
        (("cluster", "The cluster."), ("field", "The field of expertise.")),
        2,
        _expertise,
    ),
    (
        "expertise-drawn",
        "Which missions draw on which expertise.",
        (("mission", "The mission."), ("cluster", "The cluster that offers it."), ("field", "The field.")),
        3,
        _draws,
    ),
    (
        "measurements",
        "What was observed of objectives.",
        (
            ("objective", "The objective."),
            ("observed_on", "When it was observed."),
            ("definition_version", "The version of the definition that it was measured by."),
            ("source", "By whom; empty where it is not stated."),
            ("commitment", "A salted commitment to a source that is withheld; empty for any other."),
            ("value", "The value, a decimal number."),
        ),
        5,
        _measurements,
    ),
    (
        "assessments",
        "How missions and clusters were assessed.",
        (
            ("id", "The mission or cluster."),
            ("period", "First and last day of the period."),
            ("scale", "The scale and its version."),
            ("grade", "The grade."),
        ),
        2,
        _assessments,
    ),
    (
        "identifiers",
        "Keys of things in other registers.",
        (("id", "The thing."), ("scheme", "The other register."), ("value", "The key there.")),
        2,
        _identifiers,
    ),
    (
        "nesting",
        "Which clusters are parts of which others.",
        (("cluster", "The cluster."), ("within", "The cluster that it is a part of.")),
        2,
        _nesting,
    ),
    (
        "names",
        "Further names of things, beside their titles.",
        (
            ("id", "The thing."),
            ("name", "The name."),
            ("use", "official, short, abbreviation or former."),
            ("language", "Its language (BCP 47); empty where it is not stated."),
        ),
        2,
        _names,
    ),
)
