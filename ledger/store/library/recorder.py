"""The reading half of a recorder of the library: streams and notifications, each line held to its leaf."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from eventsourcing.persistence import ApplicationRecorder, Notification, StoredEvent

from ledger.store.library.tail import Tail
from ledger.store.reading.rows import SEALED, sealed
from ledger.store.types import Sealed, StoredRow

_ALL = 2**62  # more rows than a store has
_SELECT_STREAM = f"{SEALED} WHERE stream = ?"
_SELECT_NOTIFICATIONS = f"{SEALED} WHERE position >= ?"


class LineRecorder(ApplicationRecorder):
    """What the library reads of a ledger, by one query."""

    path: object

    @abstractmethod
    def query(self, statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run one SELECT and give its rows; raises StoreError."""

    def _sealed(self, statement: str, parameters: Sequence[Any]) -> Iterator[Sealed]:
        return (sealed(self.path, StoredRow._make(row)) for row in self.query(statement, parameters))

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """Return the events of a stream by version, for the library."""
        statement, parameters = _SELECT_STREAM, [str(originator_id), -1 if gt is None else gt]
        statement += " AND version > ?"
        if lte is not None:
            statement, parameters = f"{statement} AND version <= ?", [*parameters, lte]
        statement += f" ORDER BY version {'DESC' if desc else 'ASC'} LIMIT ?"
        events = self._sealed(statement, [*parameters, _ALL if limit is None else limit])
        return [StoredEvent(event.stream, event.version, event.type, event.line) for event in events]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """Return the events from a position on, for the library: a notification's id is its position."""
        after = start or 0
        parameters: list[Any] = [after if inclusive_of_start or start is None else after + 1]
        statement = _SELECT_NOTIFICATIONS
        if stop is not None:
            statement, parameters = f"{statement} AND position <= ?", [*parameters, stop]
        if topics:
            statement += f" AND type IN ({', '.join('?' * len(topics))})"
            parameters += topics
        events = self._sealed(f"{statement} ORDER BY position LIMIT ?", [*parameters, limit])
        return [Notification(event.stream, event.version, event.type, event.line, event.position) for event in events]

    def max_notification_id(self) -> int | None:
        """Return the position of the last event, for the library; None for an empty ledger."""
        position: int | None = self.query("SELECT max(position) FROM events")[0][0]
        return position

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> Tail:
        """Return the events after a position, and each new one as it is recorded, for the library."""
        return Tail(self, gt, topics)
