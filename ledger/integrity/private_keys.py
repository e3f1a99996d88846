"""The private key of a ledger or witness as a text file, sealed with a passphrase (docs/formats.md)."""

from __future__ import annotations

import secrets
import unicodedata
from typing import NamedTuple

from ledger.errors import ProofError, harmless
from ledger.integrity.encoding import decoded, encoded, number
from ledger.integrity.signatures import SEED_BYTES, Signer, opened_box, sealed_box
from ledger.integrity.vkeys import COSIGNATURE, ED25519, ML_DSA_44, VerifierKey, is_key_name

HEADER = "cluster-ledger key v1"
KEY_FILE_BYTES_MAX = 20_000
_COST, _BLOCK, _LANES = 65_536, 8, 1  # of scrypt: 64 MB and a fifth of a second
_COST_MAX, _BLOCK_MAX, _LANES_MAX = 1_048_576, 16, 4  # of a file of somebody else: 2 GB
_SALT_BYTES, _NONCE_BYTES = 16, 12
_NAME_BYTES_MAX = 255  # what ML-DSA-44 signs


class WrongPassphrase(ProofError):
    """A passphrase that does not open a key file, or a key file that was altered."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} does not open: the passphrase is another one, or the file was altered.")


class PrivateKey(NamedTuple):
    """A key for checkpoints: Ed25519, and ML-DSA-44 beside it; each is a `Signer` of one name."""

    signers: tuple[Signer, ...]

    @property
    def vkeys(self) -> tuple[VerifierKey, ...]:
        """The verifier keys, Ed25519 first."""
        return tuple(signer.vkey for signer in self.signers)

    @property
    def name(self) -> str:
        """The name that it signs with: the origin of a ledger, or the name of a witness."""
        return self.signers[0].vkey.name


class KeyFile(NamedTuple):
    """A key file as it was read: the verifier keys, and what opens the seeds."""

    vkeys: tuple[VerifierKey, ...]
    bound: bytes  # the lines above the box, which are sealed with it
    cost: tuple[int, int, int] | None  # of scrypt; None: it has no passphrase
    salt: bytes
    box: bytes

    @property
    def is_sealed(self) -> bool:
        """Whether a passphrase opens it."""
        return self.cost is not None

    def open(self, passphrase: str | None, what: str) -> PrivateKey:
        """Return the private key; raises `WrongPassphrase`, and `ProofError` where the keys are not those it names."""
        if self.cost is None:
            seeds: bytes | None = self.box
        elif passphrase is None:
            raise ProofError(f"{what} is sealed with a passphrase, and none was given.")
        else:
            seeds = opened_box(_secret(passphrase), self.salt, self.cost, self.box, self.bound)
        if seeds is None or len(seeds) != SEED_BYTES * len(self.vkeys):
            raise WrongPassphrase(what)
        parts = [seeds[place : place + SEED_BYTES] for place in range(0, len(seeds), SEED_BYTES)]
        signers = tuple(Signer(key.name, key.type, seed) for key, seed in zip(self.vkeys, parts, strict=True))
        if tuple(signer.vkey for signer in signers) != self.vkeys:
            raise ProofError(f"{what}: the private keys are not those of its verifier keys.")
        return PrivateKey(signers)


def make_key(name: str, *, cosigner: bool = False) -> tuple[PrivateKey, bytes]:
    """Make a key of a name, Ed25519 and ML-DSA-44, and return it with its seeds (64 bytes).

    `cosigner`: for a witness, whose Ed25519 key signs with a time (type 04). Raises `ProofError` for a name that no key
    can have: one with a space, a `+` or a control character, one that a file takes for a comment, one of no byte or of
    more than 255.
    """
    raw = name.encode(errors="replace")
    if not is_key_name(name) or name.startswith("#") or len(raw) > _NAME_BYTES_MAX or raw.decode() != name:
        raise ProofError(
            f'"{harmless(name)}" cannot name a key: it has 1 to {_NAME_BYTES_MAX} bytes, no space and no "+", and '
            'does not begin with "#".'
        )
    seeds = secrets.token_bytes(2 * SEED_BYTES)
    types = (COSIGNATURE if cosigner else ED25519, ML_DSA_44)
    signers = (Signer(name, types[0], seeds[:SEED_BYTES]), Signer(name, types[1], seeds[SEED_BYTES:]))
    return PrivateKey(signers), seeds


def key_text(key: PrivateKey, seeds: bytes, passphrase: str | None) -> str:
    """Return the key file of a key; `passphrase` None leaves the seeds open."""
    bound = f"{HEADER}\n" + "".join(f"{_label(vkey)} {vkey}\n" for vkey in key.vkeys)
    if passphrase is None:
        return f"{bound}open {encoded(seeds)}\n"
    salt, cost = secrets.token_bytes(_SALT_BYTES), (_COST, _BLOCK, _LANES)
    bound += f"scrypt {_COST} {_BLOCK} {_LANES} {encoded(salt)}\n"
    return bound + f"sealed {encoded(sealed_box(_secret(passphrase), salt, cost, seeds, bound.encode()))}\n"


def parse_key(raw: bytes, what: str) -> KeyFile:
    """Read a key file; comments are passed over. Raises `ProofError` with what is not as it has to be."""
    try:
        text = raw.decode() if len(raw) <= KEY_FILE_BYTES_MAX else ""
    except UnicodeDecodeError:
        text = ""
    lines = [line for line in text.split("\n") if line and not line.startswith("#")]
    if not lines or lines[0] != HEADER:
        raise ProofError(f'{what} is no key file: one begins with "{HEADER}", and `key make` writes one.')
    vkeys: list[VerifierKey] = []
    while len(vkeys) < len(lines) - 1 and lines[len(vkeys) + 1].split(" ")[0] in _LABELS.values():
        vkeys.append(VerifierKey.parse(lines[len(vkeys) + 1].partition(" ")[2]))
    if not vkeys or len({vkey.name for vkey in vkeys}) != 1:
        raise ProofError(f"{what}: its verifier keys are missing, or of several names.")
    rest = [line.split(" ") for line in lines[len(vkeys) + 1 :]]
    bound = "".join(f"{line}\n" for line in lines[:-1]).encode()
    if [words[0] for words in rest] == ["open"] and len(rest[0]) == 2:
        return KeyFile(tuple(vkeys), bound, None, b"", decoded(rest[0][1], f"{what}: open"))
    if [(words[0], len(words)) for words in rest] != [("scrypt", 5), ("sealed", 2)]:
        raise ProofError(f"{what}: after its verifier keys stand the lines `scrypt` and `sealed`, or `open`.")
    cost, block, lanes = (number(word, f"{what}: scrypt") for word in rest[0][1:4])
    if not (1 < cost <= _COST_MAX and cost & (cost - 1) == 0 and 0 < block <= _BLOCK_MAX and 0 < lanes <= _LANES_MAX):
        raise ProofError(f"{what}: the costs of scrypt are no power of two, or more than this program spends.")
    salt, box = decoded(rest[0][4], f"{what}: scrypt"), decoded(rest[1][1], f"{what}: sealed")
    if len(salt) != _SALT_BYTES or len(box) <= _NONCE_BYTES:
        raise ProofError(f"{what}: its salt or its box has another length.")
    return KeyFile(tuple(vkeys), bound, (cost, block, lanes), salt, box)


_LABELS = {ED25519: "ed25519", COSIGNATURE: "ed25519-cosignature", ML_DSA_44: "ml-dsa-44"}


def _label(vkey: VerifierKey) -> str:
    return _LABELS[vkey.type]


def _secret(passphrase: str) -> bytes:
    return unicodedata.normalize("NFC", passphrase).encode()


def public_keys(text: str, what: str) -> tuple[VerifierKey, ...]:
    """Read verifier keys: one a line, or those of a key file; comments are passed over. Raises `ProofError`."""
    lines = [line.strip() for line in text.split("\n")]
    lines = [line for line in lines if line and not line.startswith("#")]
    if lines and lines[0] == HEADER:
        return parse_key(text.encode(), what).vkeys
    if not lines:
        raise ProofError(f"{harmless(what)} holds no verifier key.")
    return tuple(VerifierKey.parse(line) for line in lines)
