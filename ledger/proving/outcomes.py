"""Outcomes of checking proofs, as answers: who vouches, which events are proven, what is not."""

from __future__ import annotations

from typing import NamedTuple

from ledger.store.verification.damage import Damage


class Voucher(NamedTuple):
    """Somebody whose signature holds: the name and id of the key, its algorithm, and the time that a witness gave."""

    key: str
    algorithm: str
    at: str | None


class Vouched(NamedTuple):
    """Who vouches for a checkpoint; `quorum`: whether the policy's is made up, None where no policy was given."""

    signed_by: tuple[Voucher, ...]  # the log's own keys
    witnessed_by: tuple[Voucher, ...]
    quorum: bool | None

    @property
    def enough(self) -> bool:
        """Whether somebody that the reader knows vouches, and as many witnesses as were asked for."""
        return bool(self.signed_by) and self.quorum is not False


class ProvenEvent(NamedTuple):
    """An event that a proof holds, read from its own line."""

    position: int
    id: str
    type: str
    sentence: str
    authority: str
    reference: str
    part: int
    parts: int
    legal_basis: str | None
    decided_on: str | None
    effective: str | None
    recorded_at: str
    recorder: str


class ProofVerification(NamedTuple):
    """The outcome for a file of proof: `ok` where nothing is altered, `proven` where somebody known vouches as well."""

    ok: bool
    proven: bool
    fault: str | None  # the one condition that failed
    origin: str | None
    tree_size: int | None
    root: str | None
    signed_by: tuple[Voucher, ...]
    witnessed_by: tuple[Voucher, ...]
    quorum: bool | None  # of the policy; None where none was given
    damage: tuple[Damage, ...]  # of tiles, each by its position
    events: tuple[ProvenEvent, ...]
    not_proven: tuple[str, ...]
