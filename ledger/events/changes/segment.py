"""Changes of a segment: a theme inside a cluster, under an id that it keeps when it is transferred."""

from __future__ import annotations

from ledger.events.change import Attributes, Change
from ledger.events.changes.thing import Identifiers
from ledger.events.references import Reason
from ledger.events.sentences import listed, shortened
from ledger.events.types import COFOG, Id, Ids, PartId, Sectors, Text, Title


class AddSegment(Change):
    """Add a segment to the cluster that its id begins with."""

    NAME, TYPE = "add-segment", "segment.added/1"
    SENTENCE = "Segment {segment} is added: {title}."
    OPENS = True
    KIND, SUBJECT, LIFE = "segment", "segment", "begins"
    SETS, BESIDE = ("title", "scope", "sectors"), ("cluster",)
    HELP = {"sectors": COFOG}
    segment: PartId
    title: Title
    scope: Text | None = None
    sectors: Sectors | None = None
    identifiers: Identifiers | None = None

    def references(self) -> tuple[tuple[str, str], ...]:
        """Return the cluster that the id begins with."""
        return ((self.segment.partition("/")[0], "cluster"),)

    def keyed(self, stated: str) -> Attributes:
        """Return the cluster that it stands in, which is the one that its id begins with until it is transferred."""
        return {"cluster": self.segment.partition("/")[0]}


class RetitleSegment(Change):
    """Give a segment another title."""

    NAME, TYPE = "retitle-segment", "segment.retitled/1"
    SENTENCE = "Segment {segment} is retitled: {title}."
    KIND, SUBJECT, SETS = "segment", "segment", ("title",)
    segment: PartId
    title: Title


class RescopeSegment(Change):
    """Change the scope or the sector codes (COFOG) of a segment."""

    NAME, TYPE = "rescope-segment", "segment.rescoped/1"
    SENTENCE = "{rescoped}"
    KIND, SUBJECT, SETS = "segment", "segment", ("scope", "sectors")
    HELP = {"sectors": COFOG}
    segment: PartId
    scope: Text | None = None
    sectors: Sectors | None = None

    @property
    def rescoped(self) -> str:
        """What changed, as a sentence or two."""
        said = [f"Scope of segment {self.segment} changed to: {shortened(self.scope)}"] if self.scope else []
        if self.sectors is not None:
            said.append(f"Sectors of segment {self.segment} changed to: {listed(self.sectors)}.")
        return " ".join(said)


class ReinstateSegment(Change):
    """Take up a retired segment again, under the id that it keeps; what is left out is as it was."""

    NAME, TYPE, LIFE = "reinstate-segment", "segment.reinstated/1", "resumes"
    SENTENCE = "Segment {segment} is taken up again{title:after-colon}."
    KIND, SUBJECT, SETS = "segment", "segment", ("title", "scope", "sectors")
    HELP = {"sectors": COFOG}
    segment: PartId
    title: Title | None = None
    scope: Text | None = None
    sectors: Sectors | None = None

    def references(self) -> tuple[tuple[str, str], ...]:
        """Return the cluster that the id begins with, which may have ended: the segment may have been transferred."""
        return ((self.segment.partition("/")[0], "cluster?"),)


class RelateSegments(Change):
    """Say that a segment acts on another, and how."""

    NAME, TYPE = "relate-segments", "segment.related/1"
    SENTENCE = "Segment {segment} acts on {other}{relation:aside}."
    OPENS = True
    KIND, SUBJECT, REFERS = "segment", "segment", (("other", "segment"),)
    segment: PartId
    other: PartId
    relation: Title | None = None
    note: Text | None = None

    def keyed(self, stated: str) -> Attributes:
        """Return the relation."""
        return {f"relations:{self.other}": self.without("segment", "other")}


class UnrelateSegments(Change):
    """Say that a segment no longer acts on another."""

    NAME, TYPE = "unrelate-segments", "segment.unrelated/1"
    SENTENCE = "Segment {segment} no longer acts on {other}."
    KIND, SUBJECT, REFERS = "segment", "segment", (("other", "segment?"),)
    segment: PartId
    other: PartId
    note: Text | None = None

    def keyed(self, stated: str) -> Attributes:
        """Return the end of the relation."""
        return {f"relations:{self.other}": None}


class TransferSegment(Change):
    """Move a segment to another cluster, with its affiliations, mandates and relations; its id stays."""

    NAME, TYPE = "transfer-segment", "segment.transferred/1"
    SENTENCE = "Segment {segment} is transferred to cluster {to}."
    KIND, SUBJECT, REFERS = "segment", "segment", (("to", "cluster"),)
    BESIDE = ("cluster",)
    segment: PartId
    to: Id

    def keyed(self, stated: str) -> Attributes:
        """Return the cluster that it stands in from then on."""
        return {"cluster": self.to}


class RetireSegment(Change):
    """End a segment. Successors are only noted; the missions affiliated with it do not move."""

    NAME, TYPE = "retire-segment", "segment.retired/1"
    SENTENCE = "Segment {segment} is retired{reason:aside}{successors:succeeded}."
    KIND, SUBJECT, LIFE = "segment", "segment", "ends"
    REFERS = (("successors", "segment?"),)
    segment: PartId
    successors: Ids | None = None
    reason: Reason | None = None
