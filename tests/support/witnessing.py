"""A log in memory, what its owner asks of a witness, and witnesses with a clock of their own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import Any

from ledger.integrity.checkpoints import Checkpoint, SignedCheckpoint
from ledger.integrity.encoding import encoded
from ledger.integrity.notes import Note
from ledger.integrity.private_keys import PrivateKey
from ledger.integrity.proof import consistency_proof
from ledger.integrity.signatures import Signer
from ledger.integrity.tree import Frontier, leaf_hash
from ledger.integrity.vkeys import COSIGNATURE, ED25519, ML_DSA_44
from ledger.witness.server import WitnessServer
from ledger.witness.service import Witness

ORIGIN = "example.gov/ledger"
NOON = 1_795_608_000  # 25 November 2026, 12:00 UTC


def key_of(name: str, types: Sequence[int], seed: int = 1) -> PrivateKey:
    """A key that is the same in every run, and worth nothing."""
    return PrivateKey(tuple(Signer(name, type_, bytes([seed, type_]) * 16) for type_ in types))


LOG_KEY = key_of(ORIGIN, (ED25519, ML_DSA_44))
WITNESS_KEY = key_of("witness.example.org", (COSIGNATURE, ML_DSA_44), 2)


class Log:
    """A log of so many leaves; another `history` gives other leaves from `forked` on."""

    def __init__(self, size: int, history: str = "", forked: int = 0, key: PrivateKey = LOG_KEY) -> None:
        self.key, self.nodes, frontier = key, {}, Frontier()
        self.roots = [frontier.root()]
        for leaf in range(size):
            line = f"{history if leaf >= forked else ''}{leaf}".encode()
            for level, node in enumerate(frontier.append(leaf_hash(line))):
                self.nodes[level, leaf >> level] = node
            self.roots.append(frontier.root())

    def read(self, level: int, index: int) -> bytes:
        """A node, as `ReadNode` asks for it."""
        return self.nodes[level, index]

    def signed(self, size: int) -> SignedCheckpoint:
        """The checkpoint at a size, signed by the log."""
        checkpoint = Checkpoint(self.key.name, size, self.roots[size])
        return SignedCheckpoint(
            checkpoint, Note(checkpoint.text, tuple(signer.sign(checkpoint.text) for signer in self.key.signers))
        )

    def request(self, old: int, size: int) -> bytes:
        """What a witness is asked, with the proof from `old`."""
        proof = consistency_proof(old, size, self.read) if 0 < old <= size else ()
        return body(old, proof, bytes(self.signed(size)))


def body(old: int, proof: Sequence[bytes], note: bytes) -> bytes:
    """The body of a request."""
    lines = [f"old {old}", *(encoded(hash_) for hash_ in proof), "", ""]
    return "\n".join(lines).encode() + note


class Clock:
    """A clock that stands until it is set."""

    def __init__(self, seconds: int = NOON) -> None:
        self.seconds = seconds

    def __call__(self) -> datetime:
        return datetime.fromtimestamp(self.seconds, UTC)


def witness(folder: Path, clock: Clock | None = None, key: PrivateKey = WITNESS_KEY) -> Witness:
    """A witness of the log of `LOG_KEY`."""
    folder.mkdir(exist_ok=True)
    return Witness(key, {ORIGIN: LOG_KEY.vkeys}, folder / "state", clock or Clock())


class Told(list[str]):
    """The sentences for whoever runs the witness."""


@contextmanager
def serving(known: Witness, told: Told | None = None, **options: Any) -> Iterator[WitnessServer]:
    """A server on a port that is free, until the block ends."""
    server = WitnessServer("127.0.0.1", 0, known, Told().append if told is None else told.append, **options)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
