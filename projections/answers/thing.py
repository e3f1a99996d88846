"""A thing as it is shown: its attributes by name, the keyed ones gathered, with what each kind always tells."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ledger.names import IN_DOUBT, LIFE
from ledger.state.structure import ThingAt
from projections.fields import INLINE
from projections.withheld import Names, unnamed

Values = dict[str, Any]


class LeaderShown(NamedTuple):
    """An office and who holds it, as far as the name is kept; of an office that was filled, what commits to it."""

    office: str
    holder: str | None
    commitment: str | None = None


@dataclass(frozen=True)
class Relation:
    """A segment that another one acts on, or is acted on by, with what is stated of that."""

    other: str
    stated: Mapping[str, Any] = field(metadata=INLINE)

    @property
    def relation(self) -> str | None:
        """The kind of relation, where it is stated."""
        return self.stated.get("relation")

    @property
    def note(self) -> str | None:
        """What was noted of it."""
        return self.stated.get("note")


class Draw(NamedTuple):
    """A field of expertise that a mission draws on, and the cluster that offers it."""

    cluster: str
    field: str


class LedgerKey(NamedTuple):
    """A key by its id: its type and its text where its publication stands, and since when it is retired, if it is."""

    id: str
    type: str | None = None
    vkey: str | None = None
    retired_since: str | None = None


@dataclass(frozen=True, kw_only=True)
class Particulars:
    """Since when a thing lives, the days on one of which it may have ended, and its attributes by name."""

    since: str
    may_have_ended: str | None = None
    attributes: Mapping[str, Any] = field(metadata=INLINE)


@dataclass(frozen=True)
class ThingShown:
    """A thing of a kind that always tells the same: its id, and what it holds."""

    id: str
    particulars: Particulars = field(metadata=INLINE)


@dataclass(frozen=True)
class SegmentShown:
    """A segment; `missions` are told only where it is asked for by itself."""

    id: str
    title: str | None
    scope: str | None
    sectors: Sequence[str]
    relations: Sequence[Relation]
    particulars: Particulars = field(metadata=INLINE)
    missions: Sequence[Affiliated] | None = None

    @property
    def cluster(self) -> str | None:
        """The cluster that it is in."""
        return self.particulars.attributes.get("cluster")


class Affiliated(NamedTuple):
    """A mission that is affiliated with a segment, and the extent of that."""

    id: str
    extent: str


@dataclass(frozen=True)
class MandateShown:
    """A mandate with the segments and missions that it is laid on."""

    segments: Sequence[str]
    missions: Sequence[str]
    id: str
    particulars: Particulars = field(metadata=INLINE)

    @property
    def text(self) -> str:
        """What it asks for."""
        return str(self.particulars.attributes["text"])


def thing_shown(thing: ThingAt, names: Names = unnamed) -> ThingShown:
    """Return the id of a thing and its attributes, keyed ones gathered: lists, or a mapping for identifiers."""
    return ThingShown(thing.id, particulars(thing, values_of(thing, names)))


def segment_shown(
    segment: ThingAt, names: Names = unnamed, missions: Sequence[Affiliated] | None = None
) -> SegmentShown:
    """Return a segment with its scope, sectors and relations."""
    values = values_of(segment, names)
    return SegmentShown(
        id=segment.id,
        title=values.pop("title", None),
        scope=values.pop("scope", None),
        sectors=values.pop("sectors", []),
        relations=values.pop("relations", []),
        particulars=particulars(segment, values),
        missions=missions,
    )


def mandate_shown(mandate: ThingAt, names: Names = unnamed) -> MandateShown:
    """Return a mandate with what it is laid on."""
    values = values_of(mandate, names)
    segments, missions = values.pop("segments", []), values.pop("missions", [])
    return MandateShown(segments, missions, mandate.id, particulars(mandate, values))


def particulars(thing: ThingAt, values: Values) -> Particulars:
    """Return what a thing holds: since when it lives, and those of its values that stand nowhere else."""
    return Particulars(since=thing.since.stated, may_have_ended=thing.may_have_ended, attributes=values)


def values_of(thing: ThingAt, names: Names = unnamed) -> Values:
    """Return the attributes of a thing by name, keyed ones gathered, without its life."""
    values: Values = {}
    for name, held in thing.attributes.items():
        if ":" not in name and name not in (LIFE, IN_DOUBT):
            values[name] = list(held.value) if isinstance(held.value, tuple) else held.value
    for name, keyed in thing.gathered.items():
        gathered = _GATHERED.get(name)
        values.update({name: keyed.copy()} if gathered is None else gathered(keyed.copy(), names))
    return values


def _leader(office: str, commitment: str | None, names: Names) -> LeaderShown:
    return LeaderShown(office, None if commitment is None else names(commitment), commitment)


def _draws(keys: Values) -> list[Draw]:
    pairs = (key.partition("/") for key in keys)
    return [Draw(cluster, offered) for cluster, _, offered in pairs]


def _keys(keyed: Values) -> list[LedgerKey]:
    found: dict[str, LedgerKey] = {}
    for key, stated in keyed.items():
        id_, _, retired = key.partition("/")
        one = found.get(id_) or LedgerKey(id_)
        found[id_] = (
            one._replace(retired_since=stated["since"])
            if retired
            else one._replace(type=stated["type"], vkey=stated["key"])
        )
    return list(found.values())


def _reviews(keyed: Values) -> list[Values]:
    named = ((json.loads(key), stated) for key, stated in keyed.items())
    return [{"authority": key[0], "reference": key[1], **stated} for key, stated in named]


# Keyed attributes that are not shown as they are: a mapping by key.
_GATHERED: dict[str, Callable[[Values, Names], Values]] = {
    "segments": lambda keyed, _: {"segments": list(keyed), "extents": keyed},
    "relations": lambda keyed, _: {"relations": [Relation(other, stated) for other, stated in keyed.items()]},
    "leaders": lambda keyed, names: {
        "leaders": [_leader(office, stated.get("commitment"), names) for office, stated in keyed.items()]
    },
    "keys": lambda keyed, _: {"keys": _keys(keyed)},
    "draws": lambda keyed, _: {"draws": _draws(keyed)},
    "decision-reviews": lambda keyed, _: {"decision_reviews": _reviews(keyed)},
    "within": lambda keyed, _: {"within": list(keyed)},
    "expertise": lambda keyed, _: {"expertise": list(keyed)},
    "measurements": lambda keyed, _: {"measurements": list(keyed.values())},
    "assessments": lambda keyed, _: {"assessments": list(keyed.values())},
    "names": lambda keyed, _: {"names": [{"name": name, **stated} for name, stated in keyed.items()]},
}
