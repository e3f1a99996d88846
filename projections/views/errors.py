"""Errors of views, in sentences: the ledger is never concerned."""

from __future__ import annotations

from ledger.errors import LedgerError


class ViewsError(LedgerError):
    """The views file cannot be used, as `clause` says; the ledger itself is not concerned."""

    def __init__(self, path: object, what: str) -> None:
        self.clause = f'the file "{path}" {what}'
        super().__init__(f'The views file "{path}" {what}. The ledger is not concerned: delete the file and ask again.')


class ViewsForeign(ViewsError):
    """Something else than views stands where they are to be kept."""

    def __init__(self, path: object) -> None:
        super().__init__(path, "is not a views file")


class ViewsChanged(ViewsError):
    """The views file is not the one that was sealed: `why` says so in a clause."""

    def __init__(self, path: object, why: str) -> None:
        super().__init__(path, f"cannot be answered from: {why}")
        self.why = why


class ViewsBusy(LedgerError):
    """Another program fills the same views for longer than one waits."""

    def __init__(self, path: object) -> None:
        super().__init__(f'Another program is filling the views file "{path}". Ask again when it has finished.')
