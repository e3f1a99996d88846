"""The tables of a snapshot that relate things to one another: their columns, and their lines from one thing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from ledger.events.commitments import is_commitment
from ledger.state.structure import ThingAt
from projections.snapshots.columns import Column, Line, dated, days
from projections.withheld import told

Pairs = Callable[[ThingAt], Iterator[Line]]


class RelationTable(NamedTuple):
    """A table of pairs: its columns, how many of them tell one line from another, and the lines of one thing.

    The first column is the id of the thing, which the lines leave out.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    key: int
    pairs: Pairs


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
        observed, version = said["observed_on"], int(said["definition_version"])
        yield observed, version, told(source), commitment, *days(observed), said["value"]


def _assessments(thing: ThingAt) -> Iterator[Line]:
    for said in thing.keyed("assessments").values():
        yield said["period"], said["scale"], *days(said["period"]), said["grade"]


def _listed(kind: str, attribute: str) -> Pairs:
    """Return what yields each value of a list, a line each; their order stands in the table of attributes."""

    def pairs(thing: ThingAt) -> Iterator[Line]:
        if thing.kind == kind:
            yield from ((value,) for value in dict.fromkeys(thing.get(attribute, ())))

    return pairs


def _identifiers(thing: ThingAt) -> Iterator[Line]:
    yield from thing.keyed("identifiers").items()


def _nesting(thing: ThingAt) -> Iterator[Line]:
    yield from ((cluster,) for cluster in thing.keyed("within"))


def _names(thing: ThingAt) -> Iterator[Line]:
    for name, said in thing.keyed("names").items():
        yield name, said["use"], said.get("language", "")


_OBSERVED, _OBSERVED_FIRST, _OBSERVED_LAST = dated("observed_on", "When it was observed.")
PAIRS: tuple[RelationTable, ...] = (
    RelationTable(
        "affiliations",
        "Which missions are affiliated with which segments.",
        (Column("mission", "The mission."), Column("segment", "The segment."), Column("extent", "full or partial.")),
        2,
        _affiliations,
    ),
    RelationTable(
        "relations",
        "Which segments and missions act on one another.",
        (
            Column("id", "What acts."),
            Column("other", "On what."),
            Column("relation", "How."),
            Column("note", "A note."),
        ),
        2,
        _relations,
    ),
    RelationTable(
        "mandate-segments",
        "Which segments mandates are assigned to.",
        (Column("mandate", "The mandate."), Column("segment", "The segment.")),
        2,
        _mandate_segments,
    ),
    RelationTable(
        "mandate-missions",
        "Which missions carry mandates out.",
        (Column("mandate", "The mandate."), Column("mission", "The mission.")),
        2,
        _mandate_missions,
    ),
    RelationTable(
        "leaders",
        "Which offices are filled. Names are personal data and not part of a snapshot.",
        (
            Column("id", "Whose office."),
            Column("office", "The office."),
            Column("holder_commitment", "Stands for the name of the holder, where one was given."),
        ),
        2,
        _leaders,
    ),
    RelationTable(
        "expertise",
        "Which expertise clusters offer.",
        (Column("cluster", "The cluster."), Column("field", "The field of expertise.")),
        2,
        _expertise,
    ),
    RelationTable(
        "expertise-drawn",
        "Which missions draw on which expertise.",
        (
            Column("mission", "The mission."),
            Column("cluster", "The cluster that offers it."),
            Column("field", "The field."),
        ),
        3,
        _draws,
    ),
    RelationTable(
        "measurements",
        "What was observed of objectives.",
        (
            Column("objective", "The objective."),
            _OBSERVED,
            Column("definition_version", "The version of the definition that it was measured by.", "whole"),
            Column("source", "By whom; empty where it is not stated."),
            Column("commitment", "A salted commitment to a source that is withheld; empty for any other."),
            _OBSERVED_FIRST,
            _OBSERVED_LAST,
            Column("value", "The value.", "number"),
        ),
        5,
        _measurements,
    ),
    RelationTable(
        "assessments",
        "How missions and clusters were assessed.",
        (
            Column("id", "The mission or cluster."),
            Column("period", "First and last day of the period."),
            Column("scale", "The scale and its version."),
            Column("period_first", "Its first day.", "date"),
            Column("period_last", "Its last day.", "date"),
            Column("grade", "The grade."),
        ),
        3,
        _assessments,
    ),
    RelationTable(
        "identifiers",
        "Keys of things in other registers.",
        (Column("id", "The thing."), Column("scheme", "The other register."), Column("value", "The key there.")),
        2,
        _identifiers,
    ),
    RelationTable(
        "nesting",
        "Which clusters are parts of which others.",
        (Column("cluster", "The cluster."), Column("within", "The cluster that it is a part of.")),
        2,
        _nesting,
    ),
    RelationTable(
        "names",
        "Further names of things, beside their titles.",
        (
            Column("id", "The thing."),
            Column("name", "The name."),
            Column("use", "official, short, abbreviation or former."),
            Column("language", "Its language (BCP 47); empty where it is not stated."),
        ),
        2,
        _names,
    ),
    RelationTable(
        "segment-sectors",
        "Which functions of government segments reach into.",
        (Column("segment", "The segment."), Column("sector", "The code of the function (COFOG).")),
        2,
        _listed("segment", "sectors"),
    ),
    RelationTable(
        "mission-sectors",
        "Which functions of government missions reach into.",
        (Column("mission", "The mission."), Column("sector", "The code of the function (COFOG).")),
        2,
        _listed("mission", "sectors"),
    ),
    RelationTable(
        "mission-actors",
        "Who takes part in missions.",
        (Column("mission", "The mission."), Column("actor", "Who takes part.")),
        2,
        _listed("mission", "actors"),
    ),
    RelationTable(
        "signal-concerns",
        "What signals concern.",
        (Column("signal", "The signal."), Column("concerned", "The id of what it concerns.")),
        2,
        _listed("signal", "concerns"),
    ),
)
