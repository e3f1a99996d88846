"""The eventsourcing library as it comes, and with its cache of aggregates on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, DomainEvent, datetime_now_with_tzinfo, event
from eventsourcing.sqlite import SQLiteApplicationRecorder

_FULL = 2  # PRAGMA synchronous: what was committed survives a power cut


class Cluster(Aggregate):
    """A cluster as the library would have it: an aggregate that is retitled by decisions."""

    @event("Established")
    def __init__(self, title: str) -> None:
        self.title = title

    @event("Retitled")
    def retitle(self, title: str, decision: dict[str, Any]) -> None:
        """Give it another title."""
        self.title = title


@dataclass(frozen=True, kw_only=True)
class Line(DomainEvent):
    """An event that carries a line of the ledger."""

    line: str


class Plain(Application[UUID]):
    """The library's application over SQLite, nothing set but the file; or its cache of aggregates, too.

    The cache asks for events that other processes recorded since, as it does unless told otherwise.
    """

    def __init__(self, path: Path, *, cached: bool = False) -> None:
        cache = {"AGGREGATE_CACHE_MAXSIZE": "1000"} if cached else {}
        super().__init__({"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(path), **cache})
        self._require_durable()

    def _require_durable(self) -> None:
        """See that it commits as durably as the ledger does: otherwise the two are not comparable."""
        recorder = self.recorder
        assert isinstance(recorder, SQLiteApplicationRecorder)
        with recorder.datastore.get_connection(commit=False) as connection:
            cursor = connection.cursor()
            cursor.execute("PRAGMA synchronous")
            if cursor.fetchone()[0] != _FULL:
                cursor.execute(f"PRAGMA synchronous = {_FULL}")  # the pool goes on with this one connection

    def establish(self, titles: int) -> UUID:
        """Make a cluster that was retitled `titles` times; return its id."""
        cluster = Cluster("Wellbeing")
        for number in range(titles):
            cluster.retitle(f"Title {number}", {})
        self.save(cluster)
        return cluster.id

    def warm(self, count: int) -> None:
        """Save `count` changes of a cluster that is not measured, one by one."""
        cluster = Cluster("Spare")
        for number in range(count):
            cluster.retitle(f"Title {number}", {})
            self.save(cluster)

    def retitle(self, id_: UUID, title: str, decision: dict[str, Any]) -> None:
        """Load a cluster, retitle it and save it."""
        cluster: Cluster = self.repository.get(id_)
        cluster.retitle(title, decision)
        self.save(cluster)

    def save_lines(self, lines: Sequence[tuple[str, int, str]]) -> None:
        """Save (stream, version, line) as events, all in one transaction."""
        now = datetime_now_with_tzinfo()
        self.save(
            *(
                Line(originator_id=_uuid(stream), originator_version=version, timestamp=now, line=line)
                for stream, version, line in lines
            )
        )


def _uuid(stream: str) -> UUID:
    return uuid5(NAMESPACE_OID, stream)
