"""Composed changes: what a document says in one word, and what is recorded as several changes that were known before.

No event is made of a composed change itself. What it comes to may depend on what is so on its day; then the
application expands it, before anything is judged.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, model_validator

from ledger.errors import UnknownName
from ledger.events.change import Change
from ledger.events.changes.mission import AddMission, Extent, LaunchMission
from ledger.events.changes.record import Strike, Target
from ledger.events.registry import ASKED_FOR, by_name
from ledger.events.types import Id, Listed, Model, PartId, Segments, Text, Title

_NAME = re.compile(r"[a-z]+(-[a-z]+)*")
Clusters = Annotated[Listed[Id], Field(min_length=1)]


class ComposedChange(Change):
    """A change of a document that becomes several others; `CONCERNS` are fields that name clusters with all they hold.

    It has a name and a help as every change, and neither an event nor a sentence.
    """

    TYPE = ""  # but for one that is an event's too, with more beside it
    CONCERNS: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def __pydantic_init_subclass__(cls, **options: Any) -> None:
        """Check what it declares; raises `TypeError`."""
        named = [*cls.HELP, *cls.CONCERNS, *(name for name, _ in cls.REFERS), cls.ARGUMENT or cls.SUBJECT]
        wrong = [name for name in named if name not in cls.model_fields]
        if not _NAME.fullmatch(cls.NAME) or not (cls.__doc__ or "").strip() or wrong:
            raise TypeError(
                f"{cls.__module__}.{cls.__name__}: a composed change has a NAME such as merge-clusters, a docstring, "
                f"and declares its own fields only (not {', '.join(wrong) or 'any other'})."
            )

    def known(self) -> tuple[Change, ...] | None:
        """Return the changes that it comes to on any day; None where that depends on what is so on its day."""
        return None

    @property
    def concerned(self) -> tuple[str, ...]:
        """The ids of the clusters of which all that they hold is to be known."""
        found: list[str] = []
        for name in self.CONCERNS:
            value = getattr(self, name)
            found += (value,) if isinstance(value, str) else value
        return tuple(found)


class LaunchAndAffiliate(ComposedChange, LaunchMission):
    """Launch a mission, and affiliate it with segments where they are named (as add-mission does)."""

    NAME, TYPE = LaunchMission.NAME, LaunchMission.TYPE
    segments: Segments | None = None
    extent: Extent | None = None

    @model_validator(mode="after")
    def _of_segments(self) -> Self:
        if self.extent is not None and self.segments is None:
            raise ValueError('"extent" says how far it is affiliated: name the segments')
        return self

    def known(self) -> tuple[Change, ...]:
        """Return the launch, and the affiliation if there is one."""
        fields = {name: value for name, value in vars(self).items() if name in LaunchMission.model_fields}
        launch = LaunchMission.model_construct(self.model_fields_set & fields.keys(), **fields)
        if self.segments is None:
            return (launch,)
        return (launch, AddMission(mission=self.mission, segments=self.segments, extent=self.extent or "full"))


class MergeClusters(ComposedChange):
    """Merge clusters into one: their segments and mandates go there, and they end (reason: merged)."""

    NAME, KIND, SUBJECT, ARGUMENT = "merge-clusters", "cluster", "into", "clusters"
    CONCERNS = ("clusters",)
    HELP = {
        "into": "The cluster that they become; one of them cannot be it.",
        "title": "Of the cluster that they become, where it is established by this.",
        "purpose": "Of the cluster that is established.",
    }
    clusters: Clusters
    into: Id
    title: Title | None = None
    purpose: Text | None = None

    @model_validator(mode="after")
    def _of_others(self) -> Self:
        if self.into in self.clusters:
            raise ValueError(f'"{self.into}" is merged into itself: name the others only')
        if self.title is not None and len(self.clusters) < 2:
            raise ValueError("one cluster is not merged into a new one: name two, or an `into` that is there")
        _need_title(self)
        return self

    def references(self) -> tuple[tuple[str, str], ...]:
        """Return the clusters that are to be there."""
        there = self.clusters if self.title is not None else (*self.clusters, self.into)
        return tuple((id_, "cluster") for id_ in there)


class ClusterPart(Model):
    """A cluster that a split leads to, and what it takes; one with a title is established by the split."""

    cluster: Id
    title: Title | None = None
    purpose: Text | None = None
    segments: Segments
    mandates: Annotated[Listed[PartId], Field(min_length=1)] | None = None

    @model_validator(mode="after")
    def _of_new(self) -> Self:
        _need_title(self)
        return self


class SplitCluster(ComposedChange):
    """Split a cluster: each of the others takes segments; the cluster ends (reason: split) unless it goes on."""

    NAME, KIND, SUBJECT, CONCERNS = "split-cluster", "cluster", "cluster", ("cluster",)
    HELP = {
        "into": 'One of the others: {"cluster": "care", "title": "Care", "segments": ["health/care"]}, and mandates.',
        "then": "What becomes of the cluster itself, which keeps what none of them takes. Default: ends.",
    }
    cluster: Id
    into: Annotated[Listed[ClusterPart], Field(min_length=1)]
    then: Literal["ends", "goes-on"] | None = None

    @property
    def ends(self) -> bool:
        """Whether the cluster itself ends."""
        return self.then != "goes-on"

    @model_validator(mode="after")
    def _of_others(self) -> Self:
        names = [part.cluster for part in self.into]
        taken = [segment for part in self.into for segment in part.segments]
        taken += [mandate for part in self.into for mandate in part.mandates or ()]
        name, times = Counter([*names, *taken]).most_common(1)[0]
        if times > 1:
            raise ValueError(f'"{name}" stands twice among those that it is split into')
        if self.cluster in names:
            raise ValueError(f'"{self.cluster}" is split into itself: leave it out, and say `then: goes-on`')
        if self.ends and len(names) < 2:
            raise ValueError("a cluster that ends is split into two at least: name another, or say `then: goes-on`")
        return self

    def references(self) -> tuple[tuple[str, str], ...]:
        """Return the clusters that are to be there."""
        return ((self.cluster, "cluster"), *((part.cluster, "cluster") for part in self.into if part.title is None))


class MoveMission(ComposedChange):
    """Move a mission from the segments of one cluster to those of another: to those named, or to all."""

    NAME, KIND, SUBJECT, CONCERNS = "move-mission", "mission", "mission", ("from_", "to")
    HELP = {
        "from_": "The cluster whose segments it leaves.",
        "to": "The cluster to whose segments it goes.",
        "segments": "To which segments of that cluster. Default: to all.",
        "extent": "Default: each keeps the one that it had.",
    }
    mission: Id
    from_: Id = Field(alias="from")
    to: Id
    segments: Segments | None = None
    extent: Extent | None = None

    @model_validator(mode="after")
    def _elsewhere(self) -> Self:
        if self.from_ == self.to:
            raise ValueError(f'it moves from "{self.to}" to "{self.to}": name two clusters')
        return self

    def references(self) -> tuple[tuple[str, str], ...]:
        """Return the two clusters."""
        return ((self.from_, "cluster"), (self.to, "cluster"))


class StrikeEntries(ComposedChange):
    """Say that an event, a decision or all of an import was entered in error; nothing about its legal force."""

    NAME, TYPE, DATED, ARGUMENT = Strike.NAME, Strike.TYPE, False, "target"
    HELP = {**Strike.HELP, "import_": "All that was taken over from the older register of this name."}
    target: Target | None = None
    import_: Title | None = Field(None, alias="import")
    because: Text

    @model_validator(mode="after")
    def _of_one(self) -> Self:
        if (self.target is None) == (self.import_ is None):
            raise ValueError("it strikes either a target (an event or a decision) or an import: name one of them")
        return self

    def known(self) -> tuple[Change, ...] | None:
        """Return the strike of an event or a decision; None for an import."""
        return None if self.target is None else (Strike(target=self.target, because=self.because),)


def _need_title(model: MergeClusters | ClusterPart) -> None:
    """Raise `ValueError` for a purpose of a cluster that is not established."""
    if model.purpose is not None and model.title is None:
        raise ValueError('"purpose" is of a cluster that is established by this: give its title')


COMPOSED = by_name((LaunchAndAffiliate, MergeClusters, SplitCluster, MoveMission, StrikeEntries), "NAME")
WRITTEN = {**ASKED_FOR, **COMPOSED}  # every change that a document can hold, in the order of the help


def written(name: str) -> type[Change]:
    """Return the model of the change called `name` in documents; raises `UnknownName`."""
    found = WRITTEN.get(name)
    if found is None:
        raise UnknownName("change", name, WRITTEN)
    return found
