"""A checkpoint that is at hand, as pages tell it: of how many entries, who vouches for it, and since when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

from ledger.application.reader import Reader


class PageVoucher(NamedTuple):
    """Somebody whose signature holds: the name and id of the key, its algorithm, and the time that a witness gave."""

    key: str
    algorithm: str
    at: str | None


class CheckpointShown(NamedTuple):
    """A checkpoint of the ledger: what it vouches for, and by whom; `quorum` is None where no policy is known."""

    size: int
    root: str
    signed_by: Sequence[PageVoucher]
    witnessed_by: Sequence[PageVoucher]
    quorum: bool | None


class CheckpointAtHand(Protocol):
    """The newest checkpoint of a ledger that those who show it have."""

    @property
    def tag(self) -> str:
        """What is another text once another checkpoint is at hand."""
        ...

    def read(self, ledger: Reader) -> CheckpointShown:
        """Return the checkpoint; raises `LedgerError` where it cannot be read, or is of another history."""
        ...

    def text(self, ledger: Reader) -> bytes:
        """Return its file; raises as `read`."""
        ...

    def proof(self, ledger: Reader, positions: Iterable[int]) -> bytes:
        """Return a file of proof of the entries at positions; raises as `read`, and `ProofError` for a later entry."""
        ...
