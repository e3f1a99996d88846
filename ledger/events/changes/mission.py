"""Changes of a mission: what it is, what it is affiliated with, and how it goes on."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from ledger.events.change import Change
from ledger.events.changes.thing import Identifiers
from ledger.events.references import Reason
from ledger.events.types import Day, Id, Ids, Sectors, Segments, Text, Title, Titles

Extent = Literal["full", "partial"]


class MissionChange(Change):
    """A change of the mission that it names."""

    KIND, SUBJECT = "mission", "mission"
    mission: Id


class LaunchMission(MissionChange):
    """Launch a mission; its affiliation with segments is a change of its own (add-mission)."""

    NAME, TYPE, LIFE = "launch-mission", "mission.launched/1", "begins"
    OPENS = True
    SETS = ("title", "statement", "type", "reach", "lead", "actors", "horizon_on", "sectors")
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
    OPENS = True
    segments: Segments
    extent: Extent = "full"


class RealignMission(MissionChange):
    """Move a mission's affiliation from some segments to others; without an extent each keeps the one that it had."""

    NAME, TYPE = "realign-mission", "mission.realigned/1"
    REFERS = (("from_", "segment?"), ("to", "segment"))
    from_: Segments = Field(alias="from")
    to: Segments
    extent: Extent | None = None


class RemoveMission(MissionChange):
    """End a mission's affiliation with segments."""

    NAME, TYPE, REFERS = "remove-mission", "mission.removed/1", (("segments", "segment?"),)
    segments: Segments


class RetitleMission(MissionChange):
    """Give a mission another title."""

    NAME, TYPE, SETS = "retitle-mission", "mission.retitled/1", ("title",)
    title: Title


class RewordMission(MissionChange):
    """State a mission anew, in other words."""

    NAME, TYPE, SETS = "reword-mission", "mission.reworded/1", ("statement",)
    statement: Text


class RescopeMission(MissionChange):
    """Change a mission's type, reach, lead body, actors or sector codes."""

    NAME, TYPE = "rescope-mission", "mission.rescoped/1"
    SETS = ("type", "reach", "lead", "actors", "sectors")
    type: Title | None = None
    reach: Title | None = None
    lead: Title | None = None
    actors: Titles | None = None
    sectors: Sectors | None = None


class RescheduleMission(MissionChange):
    """Change the day by which a mission is to be done."""

    NAME, TYPE, SETS = "reschedule-mission", "mission.rescheduled/1", ("horizon_on",)
    horizon_on: Day


class RelateMissions(MissionChange):
    """Say that a mission acts on another, and how."""

    NAME, TYPE, REFERS = "relate-missions", "mission.related/1", (("other", "mission"),)
    OPENS = True
    other: Id
    relation: Title | None = None
    note: Text | None = None


class UnrelateMissions(MissionChange):
    """Say that a mission no longer acts on another."""

    NAME, TYPE, REFERS = "unrelate-missions", "mission.unrelated/1", (("other", "mission?"),)
    other: Id
    note: Text | None = None


class MissionProgress(MissionChange):
    """A turn in a mission's course; `STATUS` is the status that it has from then on."""

    STATUS: ClassVar[str]
    outcome: Text | None = None


class PauseMission(MissionProgress):
    """Pause a mission; it stays live."""

    NAME, TYPE, STATUS = "pause-mission", "mission.paused/1", "paused"


class ResumeMission(MissionProgress):
    """Resume a paused mission, or reopen a completed or stopped one."""

    NAME, TYPE, STATUS = "resume-mission", "mission.resumed/1", "active"
    LIFE = "resumes"


class MissionEnd(MissionProgress):
    """An end of a mission; its successors are lineage and move nothing."""

    LIFE = "ends"
    REFERS = (("successors", "mission?"),)
    successors: Ids | None = None
    reason: Reason | None = None


class CompleteMission(MissionEnd):
    """End a mission that is done."""

    NAME, TYPE, STATUS = "complete-mission", "mission.completed/1", "completed"


class StopMission(MissionEnd):
    """End a mission that is not done."""

    NAME, TYPE, STATUS = "stop-mission", "mission.stopped/1", "stopped"
