"""The ledger on a server as an application of the `eventsourcing` library, which reads it and tails it.

The library's own recorder for PostgreSQL is passed by. It puts its inserts again after a lost connection, whatever
became of the first; its positions are a sequence, which has gaps; and by its functions in the database events become
visible in another order than that of their positions, so that whoever tails them misses some.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NoReturn

from eventsourcing.application import Application
from eventsourcing.persistence import InfrastructureFactory, ProgrammingError, StoredEvent
from eventsourcing.utils import Environment, EnvType

from ledger.store.address import Address
from ledger.store.library.mapping import ENVIRONMENT
from ledger.store.library.recorder import LineRecorder
from ledger.store.library.sealing import Beside, SealedBatch
from ledger.store.postgres.writer import Writer
from ledger.store.reading.nodes import Query


class ServerRecorder(LineRecorder):
    """The library's recorder over a ledger on a server."""

    def __init__(self, address: Address, query: Query, writer: Writer) -> None:
        self.path, self._query, self._writer = address, query, writer

    def query(self, statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run one SELECT and give its rows; raises StoreError."""
        return self._query(statement, parameters)

    def insert_events(
        self, stored_events: Sequence[StoredEvent], *, beside: Beside | None = None, **_: Any
    ) -> Sequence[int]:
        """Append events with what is recorded beside them, and commit; returns their positions."""
        if beside is None:
            raise ProgrammingError("Events enter the ledger as parts of decisions: append them to the store.")
        entered = self._writer.settle(lambda _: SealedBatch(list(stored_events), beside))
        return [] if entered is None else list(range(entered.before.size + 1, entered.after.size + 1))


class ServerLog(Application[str]):
    """One ledger on a server as an application of the library."""

    recorder: ServerRecorder

    def __init__(self, address: Address, query: Query, writer: Writer) -> None:
        self._recorder = ServerRecorder(address, query, writer)
        super().__init__()

    def construct_env(self, name: str, env: EnvType | None = None) -> Environment:
        """Leave the process environment out: no variable of another program may redirect a ledger."""
        return Environment(name, dict(ENVIRONMENT))

    def construct_factory(self, env: Environment) -> InfrastructureFactory[Any]:
        """Return what gives the library our recorder, and no other."""
        return _OneRecorder(env, self._recorder)


class _OneRecorder(InfrastructureFactory[Any]):
    """The library's factory, of one recorder that is there."""

    def __init__(self, env: Environment, recorder: ServerRecorder) -> None:
        super().__init__(env)
        self._recorder = recorder

    def application_recorder(self) -> ServerRecorder:
        return self._recorder

    def aggregate_recorder(self, purpose: str = "events") -> NoReturn:
        raise ProgrammingError(f"A ledger keeps no {purpose} of aggregates.")

    def tracking_recorder(self, tracking_recorder_class: Any = None) -> NoReturn:
        raise ProgrammingError("A ledger keeps no positions of its readers.")

    def process_recorder(self) -> NoReturn:
        raise ProgrammingError("A ledger keeps no positions of its readers.")
