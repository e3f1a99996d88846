"""Changes of a cluster: established, retitled, repurposed, nested, dissolved."""

from __future__ import annotations

from ledger.events.change import Attributes, Change
from ledger.events.changes.thing import Identifiers
from ledger.events.references import Reason
from ledger.events.types import Id, Ids, Text, Title


class EstablishCluster(Change):
    """Establish a cluster under an id that it keeps for life."""

    NAME, TYPE = "establish-cluster", "cluster.established/1"
    SENTENCE = "Cluster {cluster} is established: {title}."
    OPENS = True
    KIND, SUBJECT, LIFE = "cluster", "cluster", "begins"
    SETS = ("title", "purpose")
    cluster: Id
    title: Title
    purpose: Text | None = None
    identifiers: Identifiers | None = None


class RetitleCluster(Change):
    """Give a cluster another title."""

    NAME, TYPE = "retitle-cluster", "cluster.retitled/1"
    SENTENCE = "Cluster {cluster} is retitled: {title}."
    KIND, SUBJECT, SETS = "cluster", "cluster", ("title",)
    cluster: Id
    title: Title


class RepurposeCluster(Change):
    """Change the purpose of a cluster."""

    NAME, TYPE = "repurpose-cluster", "cluster.repurposed/1"
    SENTENCE = "Purpose of cluster {cluster} changed to: {purpose:short}"
    KIND, SUBJECT, SETS = "cluster", "cluster", ("purpose",)
    cluster: Id
    purpose: Text


class ReestablishCluster(Change):
    """Establish a cluster again after its end, under the id that it keeps; what is left out is as it was."""

    NAME, TYPE, LIFE = "reestablish-cluster", "cluster.reestablished/1", "resumes"
    SENTENCE = "Cluster {cluster} is established again{title:after-colon}."
    KIND, SUBJECT, SETS = "cluster", "cluster", ("title", "purpose")
    cluster: Id
    title: Title | None = None
    purpose: Text | None = None


class NestCluster(Change):
    """Say that a cluster is also a part of another one, under its own id and title; it may be part of several."""

    NAME, TYPE = "nest-cluster", "cluster.nested/1"
    SENTENCE = "Cluster {cluster} is a part of cluster {within}."
    OPENS = True
    KIND, SUBJECT, REFERS = "cluster", "cluster", (("within", "cluster"),)
    HELP = {"within": "The cluster that it is a part of."}
    cluster: Id
    within: Id

    def keyed(self, stated: str) -> Attributes:
        """Return the cluster that it is a part of."""
        return {f"within:{self.within}": True}


class UnnestCluster(Change):
    """Say that a cluster is no longer a part of another one."""

    NAME, TYPE = "unnest-cluster", "cluster.unnested/1"
    SENTENCE = "Cluster {cluster} is no longer a part of cluster {within}."
    KIND, SUBJECT, REFERS = "cluster", "cluster", (("within", "cluster?"),)
    HELP = {"within": "The cluster that it was a part of."}
    cluster: Id
    within: Id

    def keyed(self, stated: str) -> Attributes:
        """Return the end of its part in the other."""
        return {f"within:{self.within}": None}


class DissolveCluster(Change):
    """Dissolve a cluster. Successors are only noted; move segments with `segment transfer`."""

    NAME, TYPE = "dissolve-cluster", "cluster.dissolved/1"
    SENTENCE = "Cluster {cluster} is dissolved{reason:aside}{successors:succeeded}."
    KIND, SUBJECT, LIFE = "cluster", "cluster", "ends"
    REFERS = (("successors", "cluster?"),)
    cluster: Id
    successors: Ids | None = None
    reason: Reason | None = None
