"""Keys, checkpoints and proofs of a desk's ledger, made through the program; and what a reader holds of them."""

from __future__ import annotations

from pathlib import Path

from ledger.integrity.checkpoints import SignedCheckpoint
from ledger.integrity.event_proofs import EventProof, parse_proofs
from ledger.integrity.private_keys import PrivateKey, key_text, make_key, parse_key
from ledger.integrity.signatures import Signer
from ledger.integrity.vkeys import ED25519, ML_DSA_44
from support.command_line import Desk

KEY, VKEYS = "office.key", "office.vkeys"


def with_key(desk: Desk) -> Desk:
    """Make the key of a desk's ledger, left open, and the file of verifier keys that its readers hold."""
    result = desk.run("key", "make", "-o", KEY, "--no-passphrase")
    assert result.exit_code == 0, result.output
    desk.write(VKEYS, desk.run("key", "show", KEY).stdout)
    return desk


def key_of(desk: Desk) -> PrivateKey:
    """The key of a desk."""
    return parse_key((desk.folder / KEY).read_bytes(), KEY).open(None, KEY)


def checkpoint(desk: Desk, name: str, *options: str) -> SignedCheckpoint:
    """Sign a checkpoint into a file, and return it."""
    result = desk.run("checkpoint", "--key", KEY, "-o", name, *options)
    assert result.exit_code == 0, result.output
    return SignedCheckpoint.parse((desk.folder / name).read_bytes())


def proofs(desk: Desk, target: str, under: str, name: str) -> tuple[EventProof, ...]:
    """Prove a target under a checkpoint file, and return the proofs."""
    result = desk.run("prove", target, "--checkpoint", under, "-o", name)
    assert result.exit_code == 0, result.output
    return parse_proofs((desk.folder / name).read_bytes())


def stranger(name: str) -> PrivateKey:
    """A key of the same name that nobody published."""
    key, _ = make_key(name)
    return key


def seeded(name: str, seed: int) -> PrivateKey:
    """A key that is the same for the same seed, for tests alone."""
    seeds = bytes([seed]) * 32
    return PrivateKey((Signer(name, ED25519, seeds), Signer(name, ML_DSA_44, seeds)))


def write_open_key(path: Path, key: PrivateKey, seeds: bytes) -> None:
    """Write a key file without a passphrase."""
    path.write_text(key_text(key, seeds, None), encoding="utf-8")
