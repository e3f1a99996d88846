"""What an event says: attributes of things, and where their lives begin and end."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

from ledger.events.change import Change
from ledger.events.changes.assessment import AssessCluster, Assessment, AssessMission
from ledger.events.changes.cluster import NestCluster, UnnestCluster
from ledger.events.changes.expertise import DrawExpertise, OfferExpertise, ReleaseExpertise, WithdrawExpertise
from ledger.events.changes.government import RenameGovernment
from ledger.events.changes.leader import AppointLeader, ReleaseLeader
from ledger.events.changes.mission import (
    AddMission,
    MissionProgress,
    PauseMission,
    RealignMission,
    RelateMissions,
    RemoveMission,
    ResumeMission,
    UnrelateMissions,
)
from ledger.events.changes.objective import MoveObjective, RecordMeasurement, SetObjective
from ledger.events.changes.review import DiscontinueReview, ReviewDecision, ReviewMatrix
from ledger.events.changes.scale import DefineRollup, DefineScale
from ledger.events.changes.segment import AddSegment, RelateSegments, TransferSegment, UnrelateSegments
from ledger.events.changes.settings import AdoptSettings
from ledger.events.changes.thing import StateName, WithdrawName
from ledger.events.personal import Commitment, as_stored
from ledger.events.types import GOVERNMENT
from ledger.state.keeping import AFFILIATION, KeptExtent
from ledger.timeline import BEGINS, Reach

LIFE = "life"
IN_DOUBT = "in-doubt"  # the days on which a thing may have ended, or not
# What is judged of a thing, by prefix: the day is that of the judgement, which may come before its life or after it.
JUDGED = ("measurements:", "assessments:")
# What a thing is called and keyed by: registers put it right after an end too, and it holds if the thing comes back.
LASTING = frozenset({"title", "purpose", "scope", "sectors", "statement", "type", "text", "description"})
LASTING_KEYED = ("identifiers:", "names:")


@lru_cache(maxsize=65_536)  # asked for every entry, and the names are mostly the same
def reach_of(attribute: str) -> Reach:
    """Return how far from the life of its thing what is said of an attribute has effect."""
    if attribute.startswith(JUDGED):
        return Reach.ANYWHERE
    return Reach.LASTING if attribute in LASTING or attribute.startswith(LASTING_KEYED) else Reach.LIVING


class Effect(NamedTuple):
    """One attribute of one thing from the event's effective date on; None ends it; LIFE begins, resumes or ends."""

    thing: str
    kind: str  # empty where the event does not say what kind of thing it is
    attribute: str
    value: Any


_C = TypeVar("_C", bound=Change)
Attributes = dict[str, Any]
_KEYED: dict[type[Change], Callable[[Any], Attributes]] = {}


def _keyed(*models: type[Change]) -> Callable[[Callable[[_C], Attributes]], Callable[[_C], Attributes]]:
    def register(function: Callable[[_C], Attributes]) -> Callable[[_C], Attributes]:
        _KEYED.update(dict.fromkeys(models, function))
        return function

    return register


def effects(change: Change, stated: str) -> tuple[Effect, ...]:
    """Return what a change says, in order, its life first; `stated` is its effective date as given.

    Empty for what changes no attribute (corrections, strikes, rescissions, postponements).
    """
    thing, kind, special, fields = change.subject, change.KIND, _KEYED.get(type(change)), vars(change)
    found: Attributes = {}
    if change.LIFE is not None:
        found[LIFE] = change.LIFE
    for name in change.SETS:
        value = fields[name]
        if value is not None:
            found[name] = as_stored(value)
    identifiers = fields.get("identifiers")
    if identifiers:
        found.update((f"identifiers:{scheme}", value or None) for scheme, value in identifiers.items())
    if special is None:
        return tuple([Effect(thing, kind, name, value) for name, value in found.items()])
    found.update(special(change))
    if isinstance(change, ReviewMatrix | DiscontinueReview):
        kind = "cluster" if change.cluster else GOVERNMENT
    if isinstance(change, ReviewMatrix):
        found["reviewed_on"] = stated
    said = [Effect(thing, kind, name, value) for name, value in found.items()]
    if isinstance(change, Assessment):
        said += _recommended(change)
    return tuple(said)


@_keyed(RenameGovernment)
def _renamed(change: RenameGovernment) -> Attributes:
    return {"name": change.title}


@_keyed(NestCluster)
def _nested(change: NestCluster) -> Attributes:
    return {f"within:{change.within}": True}


@_keyed(UnnestCluster)
def _unnested(change: UnnestCluster) -> Attributes:
    return {f"within:{change.within}": None}


@_keyed(AddSegment)
def _added(change: AddSegment) -> Attributes:
    return {"cluster": change.segment.partition("/")[0]}


@_keyed(TransferSegment)
def _transferred(change: TransferSegment) -> Attributes:
    return {"cluster": change.to}


@_keyed(RelateSegments, RelateMissions)
def _related(change: RelateSegments | RelateMissions) -> Attributes:
    said = {"relation": change.relation, "note": change.note}
    return {f"relations:{change.other}": {name: text for name, text in said.items() if text is not None}}


@_keyed(UnrelateSegments, UnrelateMissions)
def _unrelated(change: UnrelateSegments | UnrelateMissions) -> Attributes:
    return {f"relations:{change.other}": None}


@_keyed(AddMission)
def _affiliated(change: AddMission) -> Attributes:
    return {f"segments:{segment}": change.extent for segment in change.segments}


@_keyed(RealignMission)
def _realigned(change: RealignMission) -> Attributes:
    extent = KeptExtent(change.from_) if change.extent is None else change.extent
    left: Attributes = {f"{AFFILIATION}{segment}": None for segment in change.from_}
    return left | {f"{AFFILIATION}{segment}": extent for segment in change.to}


@_keyed(RemoveMission)
def _removed(change: RemoveMission) -> Attributes:
    return {f"segments:{segment}": None for segment in change.segments}


@_keyed(PauseMission, ResumeMission)
def _progressed(change: MissionProgress) -> Attributes:
    return {"status": change.STATUS}


@_keyed(AppointLeader)
def _appointed(change: AppointLeader) -> Attributes:
    return {f"leaders:{change.office}": change.normal().get("holder", {})}


@_keyed(ReleaseLeader)
def _left(change: ReleaseLeader) -> Attributes:
    return {f"leaders:{change.office}": None}


@_keyed(OfferExpertise)
def _offered(change: OfferExpertise) -> Attributes:
    return {f"expertise:{change.field}": True}


@_keyed(WithdrawExpertise)
def _withdrawn(change: WithdrawExpertise) -> Attributes:
    return {f"expertise:{change.field}": None}


@_keyed(DrawExpertise)
def _drawn(change: DrawExpertise) -> Attributes:
    return {f"draws:{change.cluster}/{change.field}": True}


@_keyed(ReleaseExpertise)
def _released(change: ReleaseExpertise) -> Attributes:
    return {f"draws:{change.cluster}/{change.field}": None}


@_keyed(ReviewMatrix)
def _reviewed(change: ReviewMatrix) -> Attributes:
    return {"review_conclusion": change.conclusion, "next_review_on": change.next_review_on}


@_keyed(DiscontinueReview)
def _discontinued(change: DiscontinueReview) -> Attributes:
    return {"next_review_on": None}


@_keyed(ReviewDecision)
def _looked_back(change: ReviewDecision) -> Attributes:
    said: Attributes = {"outcome": change.outcome}
    if change.actual:
        said["actual"] = change.actual.model_dump()
    return {f"decision-reviews:{change.decision.key}": said}


@_keyed(StateName)
def _called(change: StateName) -> Attributes:
    return {f"names:{change.name}": _fields(change, "of", "name")}


@_keyed(WithdrawName)
def _no_longer_called(change: WithdrawName) -> Attributes:
    return {f"names:{change.name}": None}


@_keyed(AdoptSettings)
def _adopted(change: AdoptSettings) -> Attributes:
    names = (*change.DEFAULTS, *change.TEXTS)
    return {f"settings:{name}": value for name in names if (value := getattr(change, name)) is not None}


@_keyed(SetObjective)
def _set(change: SetObjective) -> Attributes:
    return {"definition_version": 1}


@_keyed(MoveObjective)
def _moved(change: MoveObjective) -> Attributes:
    return {"mission": change.to}


@_keyed(RecordMeasurement)
def _measured(change: RecordMeasurement) -> Attributes:
    # Two sources may see different things on one day; one source's later word on a day replaces its earlier one.
    # So may two definitions, by which a value was measured, and by the second again.
    version = change.definition_version or 1
    day = change.observed_on if version == 1 else f"{change.observed_on}/{version}"
    # A source that may be withheld is known by its commitment alone. No source in the clear can be written as its key.
    source = change.source
    place = f"{day}/{source.commitment}" if isinstance(source, Commitment) else f"{day} {source}" if source else day
    return {f"measurements:{place}": _fields(change, "objective")}


@_keyed(AssessMission, AssessCluster)
def _assessed(change: Assessment) -> Attributes:
    return {f"assessments:{change.period} {change.scale}": _fields(change, change.SUBJECT, "recommendations")}


def _recommended(change: Assessment) -> list[Effect]:
    found = []
    for one in change.recommendations or ():
        fields = {
            LIFE: BEGINS,
            "of": change.subject,
            "text": one.text,
            "owner": as_stored(one.owner),
            "due_on": one.due_on,
        }
        found += [Effect(one.id, "recommendation", name, value) for name, value in fields.items() if value is not None]
    return found


@_keyed(DefineScale)
def _scaled(change: DefineScale) -> Attributes:
    return {f"scales:{change.scale}/{change.version}": _fields(change, "scale", "version")}


@_keyed(DefineRollup)
def _rolled(change: DefineRollup) -> Attributes:
    return {f"rollups:{change.rollup}/{change.version}": _fields(change, "rollup", "version")}


def _fields(change: Change, *without: str) -> Attributes:
    """Return the fields of a change as one value, but for those that say where it stands."""
    return {name: value for name, value in change.normal().items() if name not in without}
