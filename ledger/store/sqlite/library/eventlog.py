"""The eventsourcing application underneath: stable names and our bytes, whatever the library's defaults."""

from __future__ import annotations

from typing import Any, NamedTuple, cast

from eventsourcing.application import Application
from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import InfrastructureFactory, Mapper, StoredEvent
from eventsourcing.sqlite import SQLiteFactory
from eventsourcing.utils import Environment, EnvType

from ledger.store.sqlite.library.datastore import LedgerDatastore
from ledger.store.sqlite.library.recorder import LedgerRecorder


class StoredLine(NamedTuple):
    """An event as the library hands it on: its line under its stream, version and type."""

    originator_id: str
    originator_version: int
    type: str
    line: bytes


class LineMapper(Mapper[str]):
    """Maps without touching a byte: the topic is the event type, never a Python path."""

    def to_stored_event(self, domain_event: DomainEventProtocol[str]) -> StoredEvent:
        """Return the library's form of a line."""
        return StoredEvent(*cast(StoredLine, domain_event))

    def to_domain_event(self, stored_event: StoredEvent) -> DomainEventProtocol[str]:
        """Return the line; what it means is read above the store."""
        line = StoredLine(
            str(stored_event.originator_id),
            stored_event.originator_version,
            stored_event.topic,
            stored_event.state,
        )
        return cast(DomainEventProtocol[str], line)


class EventLog(Application[str]):
    """One ledger file as an application of the eventsourcing library."""

    env = {
        "ORIGINATOR_ID_TYPE": "text",
        "MAPPER_TOPIC": "ledger.store.sqlite.library.eventlog:LineMapper",
        "APPLICATION_RECORDER_TOPIC": "ledger.store.sqlite.library.recorder:LedgerRecorder",
        "CREATE_TABLE": "n",
    }
    recorder: LedgerRecorder

    def __init__(self, datastore: LedgerDatastore) -> None:
        self._datastore = datastore
        super().__init__()

    def construct_env(self, name: str, env: EnvType | None = None) -> Environment:
        """Leave the process environment out: no variable of another program may redirect a ledger."""
        return Environment(name, {**type(self).env, "SQLITE_DBNAME": self._datastore.pool.db_name})

    def construct_factory(self, env: Environment) -> InfrastructureFactory[Any]:
        """Return the library's factory over our datastore."""
        factory = SQLiteFactory(env)
        factory.datastore.close()
        factory.datastore = self._datastore
        return factory
