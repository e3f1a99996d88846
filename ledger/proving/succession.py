"""The succession of keys: which key of a ledger may sign now, as the ledger itself says."""

from __future__ import annotations

from collections.abc import Sequence

from ledger.application.reader import Reader
from ledger.errors import ProofError
from ledger.integrity.checkpoints import SignedCheckpoint
from ledger.integrity.private_keys import PrivateKey
from ledger.integrity.signatures import checked
from ledger.integrity.vkeys import VerifierKey
from ledger.proving.events import held_to_origin
from ledger.proving.published import PublishedKey, published_keys

UNPUBLISHED = (
    "This key does not stand in the ledger yet: `cluster-ledger key publish VKEY`, once for each line of `key show`, "
    "and publish them outside the ledger too."
)
UNANNOUNCED = "No earlier key announced this one: all of them are retired. Say why where the key is published outside."


def may_sign(
    ledger: Reader, key: PrivateKey, last: SignedCheckpoint | None, announced: SignedCheckpoint | None
) -> str | None:
    """Return a sentence for whoever signs, None where there is nothing to say.

    `last` is what the key signed last, `announced` a checkpoint of an earlier key that holds the publication of this
    one. Raises `ProofError` for a key that is retired, that does not stand in a ledger where others do, or that signs
    for the first time and was not announced; and as `held_to_origin`.
    """
    published = {one.vkey: one for one in published_keys(ledger)}
    own = [published[str(vkey)] for vkey in key.vkeys if str(vkey) in published]
    for one in own:
        if one.retired is not None:
            ends = f"was retired at p{one.retired.position}, since {one.retired.since}"
            raise ProofError(f"The key {_short(one)} {ends}. Sign with another.")
    if not own:
        if not published:
            return UNPUBLISHED
        raise ProofError(f"Other keys stand in this ledger, and this one does not. {UNPUBLISHED}")
    earlier = [one for one in published.values() if one.position < own[0].position and one not in own]
    if last is not None or not earlier:
        return None
    if all(one.retired is not None for one in earlier):
        return UNANNOUNCED
    _need_announced(ledger, own, earlier, announced)
    return None


def _need_announced(
    ledger: Reader, own: Sequence[PublishedKey], earlier: Sequence[PublishedKey], announced: SignedCheckpoint | None
) -> None:
    """Raise `ProofError` unless an earlier key signed a checkpoint that holds the publication of this one."""
    wanted = (
        f"An earlier key has to announce this one first: sign a checkpoint with {_short(earlier[-1])} that holds "
        f"p{own[-1].position}, and give it with --announced."
    )
    if announced is None:
        raise ProofError(wanted)
    held_to_origin(ledger, announced)
    keys = [VerifierKey.parse(one.vkey) for one in earlier]
    if announced.checkpoint.size < own[-1].position or not checked(announced.note, keys, "The announcing checkpoint"):
        raise ProofError(wanted)


def _short(one: PublishedKey) -> str:
    return VerifierKey.parse(one.vkey).short


def retired_at(ledger: Reader) -> dict[str, int]:
    """Return the position at which each key of a ledger that is retired was, by its name and id."""
    return {_short(one): one.retired.position for one in published_keys(ledger) if one.retired is not None}
