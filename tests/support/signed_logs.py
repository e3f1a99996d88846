"""A log with a key of its own, two witnesses, and every file by which it is proven; made by the product."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ledger.integrity.checkpoints import Checkpoint, SignedCheckpoint
from ledger.integrity.event_proofs import EventProof
from ledger.integrity.notes import Note
from ledger.integrity.private_keys import PrivateKey, make_key
from ledger.integrity.proof import inclusion_proof
from ledger.integrity.tiles import bundle, tile_root, tiles_of
from ledger.integrity.tree import Frontier, leaf_hash

TIME = 1_764_547_200


class SignedLog:
    """Lines, and what is handed out of them."""

    def __init__(self, lines: Sequence[bytes], origin: str = "illyria.example") -> None:
        self.lines, self.origin = list(lines), origin
        self.key, _ = make_key(origin)
        self.witnesses = [make_key(f"witness.example/w{number}", cosigner=True)[0] for number in (1, 2)]
        self._nodes: dict[tuple[int, int], bytes] = {}
        self._roots, frontier = [Frontier().root()], Frontier()
        for leaf, line in enumerate(self.lines):
            for level, node in enumerate(frontier.append(leaf_hash(line))):
                self._nodes[level, leaf >> level] = node
            self._roots.append(frontier.root())

    @property
    def vkeys(self) -> list[str]:
        """Its verifier keys: of Ed25519, and of ML-DSA-44."""
        return [str(key) for key in self.key.vkeys]

    @property
    def policy(self) -> str:
        """A policy that asks for both witnesses."""
        named = [f"witness w{number} {key.vkeys[0]}" for number, key in enumerate(self.witnesses)]
        return "\n".join([f"log {self.vkeys[0]}", *named, "group both all w0 w1", "quorum both", ""])

    def export(self) -> bytes:
        """All lines, as `export` writes them."""
        return b"".join(line + b"\n" for line in self.lines)

    def checkpoint(self, size: int | None = None, key: PrivateKey | None = None, witnesses: int = 0) -> bytes:
        """The signed checkpoint at a size, by default of all, with the cosignatures of some witnesses."""
        size = len(self.lines) if size is None else size
        text = Checkpoint(self.origin, size, self._roots[size]).text
        signed = [signer.sign(text) for signer in (key or self.key).signers]
        signed += [signer.sign(text, TIME) for witness in self.witnesses[:witnesses] for signer in witness.signers]
        return bytes(Note(text, tuple(signed)))

    def proofs(self, *positions: int, checkpoint: bytes | None = None) -> bytes:
        """The proofs of the lines at positions, of one checkpoint, by default that of all."""
        signed = SignedCheckpoint.parse(checkpoint or self.checkpoint())
        found = b""
        for position in positions:
            hashes = inclusion_proof(position - 1, signed.checkpoint.size, lambda *at: self._nodes[at])
            found += bytes(EventProof(self.lines[position - 1], position - 1, hashes, signed))
        return found

    def tiles(self, folder: Path) -> Path:
        """A folder of tiles with its checkpoint."""
        levels = [[leaf_hash(line) for line in self.lines]]
        while len(levels[-1]) >= 256:
            below = levels[-1]
            levels.append([tile_root(below[place : place + 256]) for place in range(0, len(below) - 255, 256)])
        for tile in tiles_of(len(self.lines)):
            first, file = tile.place * 256, folder / tile.path
            file.parent.mkdir(parents=True, exist_ok=True)
            if tile.level is None:
                file.write_bytes(bundle(self.lines[first : first + tile.width]))
            else:
                file.write_bytes(b"".join(levels[tile.level][first : first + tile.width]))
        folder.joinpath("checkpoint").write_bytes(self.checkpoint())
        return folder
