"""The store: one SQLite file that holds the ledger's lines and their tree."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast

from eventsourcing.domain import DomainEventProtocol

from ledger.errors import LedgerDamaged, LedgerMoved, RecordConflict
from ledger.integrity.tree import root_of
from ledger.store.connections import LedgerDatastore
from ledger.store.edge import Edge
from ledger.store.eventlog import EventLog, StoredLine
from ledger.store.instants import instant_of, next_instant, stamp
from ledger.store.opening import check_file, create_file
from ledger.store.recorder import Columns
from ledger.store.types import (
    CLOCK_RAN_BACKWARDS,
    Appended,
    Decided,
    Draft,
    Head,
    Prepare,
    Sealed,
)

LOCK_TIMEOUT_SECONDS = 5.0
PAGE_ROWS = 500  # lines held in memory at once while streaming

_SEALED = "SELECT position, stream, version, type, decision, part, parts, recorded_at, line FROM events"
_HEAD = "SELECT position, recorded_at FROM events ORDER BY position DESC LIMIT 1"
