"""The server that holds a ledger: what it does not let in or do, and what is lost on the way to it."""

from __future__ import annotations

from ledger.errors.store import LedgerReadOnly, NotRecorded, RecordingUncertain, StoreError


class ServerRefused(StoreError):
    """A server that cannot be reached, or does not let one in; `why` is its own word for it."""

    def __init__(self, address: object, why: str) -> None:
        super().__init__(
            f'The server of the ledger "{address}" cannot be reached ({why}). Look at host, port, database and user; a '
            "password is taken from ~/.pgpass, $PGPASSFILE or the service that $PGSERVICE names."
        )


class ServerUnfit(StoreError):
    """A server, database or schema on which no ledger can lie as it is; `why` is a sentence and says what to do."""

    def __init__(self, address: object, why: str) -> None:
        super().__init__(f'No ledger can lie at "{address}": {why}')


class MayNotRecord(LedgerReadOnly):
    """A ledger on a server that may be read and not written; `why` is a sentence and says what to do."""

    def __init__(self, address: object, why: str) -> None:
        NotRecorded.__init__(self, f'The ledger "{address}" cannot be recorded into: {why}', "")


class ConnectionLost(NotRecorded):
    """A connection that was lost before anything was recorded."""

    def __init__(self, address: object, why: str) -> None:
        super().__init__(
            f'The connection to the ledger "{address}" was lost ({why}), and the server says that the decision is not '
            "in the ledger.",
            "Try again.",
        )


class OutcomeUnknown(RecordingUncertain):
    """A connection that was lost as a decision was made final, and a server that cannot be asked what became of it."""

    def __init__(self, address: object, why: str) -> None:
        StoreError.__init__(
            self,
            f'The connection to the ledger "{address}" was lost ({why}) when a decision was nearly recorded, and it '
            "cannot be found out now whether it is. When the server is there again, record it again: what is recorded "
            "already is not recorded twice.",
        )
