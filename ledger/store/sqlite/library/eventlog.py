"""The eventsourcing application underneath: stable names and our bytes, whatever the library's defaults."""

from __future__ import annotations

from typing import Any

from eventsourcing.application import Application
from eventsourcing.persistence import InfrastructureFactory
from eventsourcing.sqlite import SQLiteFactory
from eventsourcing.utils import Environment, EnvType

from ledger.store.library.mapping import ENVIRONMENT
from ledger.store.sqlite.library.datastore import LedgerDatastore
from ledger.store.sqlite.library.recorder import LedgerRecorder


class EventLog(Application[str]):
    """One ledger file as an application of the eventsourcing library."""

    env = {**ENVIRONMENT, "APPLICATION_RECORDER_TOPIC": "ledger.store.sqlite.library.recorder:LedgerRecorder"}
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
