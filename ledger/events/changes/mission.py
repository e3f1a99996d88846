"""Changes of a mission: what it is, what it is affiliated with, and how it goes on."""

from __future__ import annotations

from typing import ClassVar, Literal, NamedTuple

from pydantic import Field

from ledger.events.change import Attributes, Change
from ledger.events.changes.thing import Identifiers
from ledger.events.references import Reason
from ledger.events.types import COFOG, Day, Id, Ids, Sectors, Segments, Text, Title, Titles
from ledger.names import AFFILIATION

HORIZON = "By which day it is to be done."
Extent = Literal["full", "partial"]


class KeptExtent(NamedTuple):
    """The value of an affiliation that has the extent of those that were left for it."""

    left: tuple[str, ...]  # the segments


class MissionChange(Change):
    """A change of the mission that it names."""

    KIND, SUBJECT = "mission", "mission"
    mission: Id


class LaunchMission(MissionChange):
    """Launch a mission; its affiliation with segments is a change of its own (add-mission)."""

    NAME, TYPE, LIFE = "launch-mission", "mission.launched/1", "begins"
    SENTENCE = "Mission {mission} is launched: {title}."
    OPENS = True
    SETS = ("title", "statement", "type", "reach", "lead", "actors", "horizon_on", "sectors")
    HELP = {"horizon_on": HORIZON, "sectors": COFOG}
    title: Title
    statement: Text | None = None
    type: Title | None = None
    reach: Title | None = None
    lead: Title | None = None
    actors: Titles | None = None
    horizon_on: Day | None = None
    sectors: Sectors | None = None
    identifiers: Identifiers | None = None


class AddMission(MissionChange):
    """Affiliate a mission with segments, fully or in part."""

    NAME, TYPE, REFERS = "add-mission", "mission.added/1", (("segments", "segment"),)
    SENTENCE = "Mission {mission} is affiliated{extent:extent} with {segments:list}."
    OPENS = True
    segments: Segments
    extent: Extent = "full"

    def keyed(self, stated: str) -> Attributes:
        """Return its affiliations, each with the extent."""
        return {f"{AFFILIATION}{segment}": self.extent for segment in self.segments}


class RealignMission(MissionChange):
    """Move a mission's affiliation from some segments to others; without an extent each keeps the one that it had."""

    NAME, TYPE = "realign-mission", "mission.realigned/1"
    SENTENCE = "Mission {mission} is realigned{extent:extent} from {from_:list} to {to:list}."
    REFERS = (("from_", "segment?"), ("to", "segment"))
    from_: Segments = Field(alias="from")
    to: Segments
    extent: Extent | None = None

    def keyed(self, stated: str) -> Attributes:
        """Return the affiliations that it leaves and those that it leads to."""
        extent = KeptExtent(self.from_) if self.extent is None else self.extent
        left: Attributes = {f"{AFFILIATION}{segment}": None for segment in self.from_}
        return left | {f"{AFFILIATION}{segment}": extent for segment in self.to}


class RemoveMission(MissionChange):
    """End a mission's affiliation with segments."""

    NAME, TYPE, REFERS = "remove-mission", "mission.removed/1", (("segments", "segment?"),)
    SENTENCE = "Mission {mission} is no longer affiliated with {segments:list}."
    segments: Segments

    def keyed(self, stated: str) -> Attributes:
        """Return the end of its affiliations."""
        return {f"{AFFILIATION}{segment}": None for segment in self.segments}


class RetitleMission(MissionChange):
    """Give a mission another title."""

    NAME, TYPE, SETS = "retitle-mission", "mission.retitled/1", ("title",)
    SENTENCE = "Mission {mission} is retitled: {title}."
    title: Title


class RewordMission(MissionChange):
    """Change the statement of a mission."""

    NAME, TYPE, SETS = "reword-mission", "mission.reworded/1", ("statement",)
    SENTENCE = "Statement of mission {mission} changed to: {statement:short}"
    statement: Text


class RescopeMission(MissionChange):
    """Change a mission's type, reach, lead body, actors or sector codes."""

    NAME, TYPE = "rescope-mission", "mission.rescoped/1"
    SENTENCE = "Of mission {mission} changed: {given_values:list}."
    SETS = ("type", "reach", "lead", "actors", "sectors")
    HELP = {"sectors": COFOG}
    type: Title | None = None
    reach: Title | None = None
    lead: Title | None = None
    actors: Titles | None = None
    sectors: Sectors | None = None


class RescheduleMission(MissionChange):
    """Change the day by which a mission is to be done."""

    NAME, TYPE, SETS = "reschedule-mission", "mission.rescheduled/1", ("horizon_on",)
    SENTENCE = "Mission {mission} is to be done by {horizon_on}."
    HELP = {"horizon_on": HORIZON}
    horizon_on: Day


class RelateMissions(MissionChange):
    """Say that a mission acts on another, and how."""

    NAME, TYPE, REFERS = "relate-missions", "mission.related/1", (("other", "mission"),)
    SENTENCE = "Mission {mission} acts on {other}{relation:aside}."
    OPENS = True
    other: Id
    relation: Title | None = None
    note: Text | None = None

    def keyed(self, stated: str) -> Attributes:
        """Return the relation."""
        return {f"relations:{self.other}": self.without("mission", "other")}


class UnrelateMissions(MissionChange):
    """Say that a mission no longer acts on another."""

    NAME, TYPE, REFERS = "unrelate-missions", "mission.unrelated/1", (("other", "mission?"),)
    SENTENCE = "Mission {mission} no longer acts on {other}."
    other: Id
    note: Text | None = None

    def keyed(self, stated: str) -> Attributes:
        """Return the end of the relation."""
        return {f"relations:{self.other}": None}


class MissionProgress(MissionChange):
    """A turn in a mission's course; `STATUS` is the status that it has from then on."""

    STATUS: ClassVar[str]
    outcome: Text | None = None


class MissionTurn(MissionProgress):
    """A turn after which a mission is live."""

    BESIDE = ("status",)

    def keyed(self, stated: str) -> Attributes:
        """Return the status."""
        return {"status": self.STATUS}


class PauseMission(MissionTurn):
    """Pause a mission; it stays live."""

    NAME, TYPE, STATUS = "pause-mission", "mission.paused/1", "paused"
    SENTENCE = "Mission {mission} is paused."


class ResumeMission(MissionTurn):
    """Resume a paused mission, or reopen a completed or stopped one."""

    NAME, TYPE, STATUS = "resume-mission", "mission.resumed/1", "active"
    SENTENCE = "Mission {mission} is resumed."
    LIFE = "resumes"


class MissionEnd(MissionProgress):
    """An end of a mission. Successors are only noted; nothing moves to them."""

    LIFE = "ends"
    REFERS = (("successors", "mission?"),)
    successors: Ids | None = None
    reason: Reason | None = None


class CompleteMission(MissionEnd):
    """End a mission that is done."""

    NAME, TYPE, STATUS = "complete-mission", "mission.completed/1", "completed"
    SENTENCE = "Mission {mission} is completed{reason:aside}{successors:succeeded}."

    @property
    def ended_for(self) -> str:
        """Why it ends: it is done, where nothing else is stated."""
        return self.reason or "completed"


class StopMission(MissionEnd):
    """End a mission that is not done."""

    NAME, TYPE, STATUS = "stop-mission", "mission.stopped/1", "stopped"
    SENTENCE = "Mission {mission} is stopped{reason:aside}{successors:succeeded}."
