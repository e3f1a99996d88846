"""The mapping of lines to what the `eventsourcing` library stores: stable names and our bytes, touched by nothing."""

from __future__ import annotations

from typing import NamedTuple, cast

from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import Mapper, StoredEvent

ENVIRONMENT = {
    "ORIGINATOR_ID_TYPE": "text",
    "MAPPER_TOPIC": "ledger.store.library.mapping:LineMapper",
    "CREATE_TABLE": "n",
}


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
