"""A checkpoint in a file, and the policy that says whose word on it counts; both are read again at each question."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress

from ledger.application.reader import Reader
from ledger.integrity.checkpoints import SignedCheckpoint
from ledger.integrity.tree import format_root
from ledger.integrity.vkeys import VerifierKey
from ledger.proving.events import held_to_origin, proofs_of, vouched
from ledger.proving.files import read_checkpoint
from ledger.proving.keys import read_policy
from ledger.proving.outcomes import Voucher
from ledger.proving.published import published_keys
from projections.pages.vouched import CheckpointShown, PageVoucher

Name = str | os.PathLike[str]


class CheckpointFile:
    """A checkpoint in a file, which may be put there anew while it is shown."""

    def __init__(self, file: Name, policy: Name | None = None) -> None:
        """Take the names of both files; without a policy only keys that the ledger published are known."""
        self._file, self._policy = file, policy

    @property
    def tag(self) -> str:
        """What is another text once another file is there."""
        found = []
        for name in (self._file, self._policy):
            with suppress(OSError, ValueError):
                state = None if name is None else os.stat(name)
                found.append("" if state is None else f"{state.st_ino:x}.{state.st_mtime_ns:x}.{state.st_size:x}")
        return "-".join(found)

    def read(self, ledger: Reader) -> CheckpointShown:
        """Return the checkpoint, its signatures checked.

        Raises `InputError` where a file cannot be read, `ProofError` for what is no checkpoint of this ledger or has a
        signature that does not hold, `NotContinued` where it is of another history.
        """
        signed = self._signed(ledger)
        policy = None if self._policy is None else read_policy(self._policy)
        keys = [VerifierKey.parse(one.vkey) for one in published_keys(ledger)]
        found = vouched(signed.note, keys, policy, signed.checkpoint.origin, f'"{self._file}"')
        return CheckpointShown(
            size=signed.checkpoint.size,
            root=format_root(signed.checkpoint.root),
            signed_by=[_shown(one) for one in found.signed_by],
            witnessed_by=[_shown(one) for one in found.witnessed_by],
            quorum=found.quorum,
        )

    def text(self, ledger: Reader) -> bytes:
        """Return the file; raises as `read`, but for signatures, which are checked by whoever takes it."""
        return bytes(self._signed(ledger))

    def proof(self, ledger: Reader, positions: Iterable[int]) -> bytes:
        """Return a file of proof; raises as `text`, and `ProofError` for an entry that came after the checkpoint."""
        return b"".join(bytes(proof) for proof in proofs_of(ledger, positions, self._signed(ledger)))

    def _signed(self, ledger: Reader) -> SignedCheckpoint:
        signed = read_checkpoint(self._file)
        held_to_origin(ledger, signed)
        return signed


def _shown(one: Voucher) -> PageVoucher:
    return PageVoucher(one.key, one.algorithm, one.at)
