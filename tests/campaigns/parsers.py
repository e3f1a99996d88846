"""A campaign of a coverage-guided fuzzer over all that reads files of proof.

Each input is a `LedgerError`, or a value that is written back as it was read; nothing else ever. `scripts/campaign
parsers --seed 1 --size 600` fuzzes for 600 seconds. It needs Google's atheris, which no environment of the project
installs: `pip install atheris`.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from ledger.errors import LedgerError
from ledger.integrity.checkpoints import Checkpoint, SignedCheckpoint
from ledger.integrity.encoding import decoded, encoded, number
from ledger.integrity.event_proofs import parse_proofs
from ledger.integrity.notes import parse_note
from ledger.integrity.policy import Policy
from ledger.integrity.private_keys import make_key, parse_key, public_keys
from ledger.integrity.signatures import checked
from ledger.integrity.tiles import bundle, entries_of
from ledger.integrity.vkeys import VerifierKey
from ledger.witness.origins import Origin
from ledger.witness.protocol import NotCosigned, asked

KEY, _ = make_key("example.gov/ledger")
WITNESS, _ = make_key("witness.example.org", cosigner=True)
SIGNED = Checkpoint(KEY.name, 1, bytes(32)).text


def _note(raw: bytes) -> None:
    note = parse_note(raw)
    assert bytes(note) == raw
    if note.text != SIGNED:
        assert checked(note, KEY.vkeys) == ()  # or the fuzzer had forged a signature


def _checkpoint(raw: bytes) -> None:
    signed = SignedCheckpoint.parse(raw)
    assert bytes(signed) == raw
    assert Checkpoint.parse(signed.checkpoint.text) == signed.checkpoint


def _proofs(raw: bytes) -> None:
    assert b"".join(map(bytes, parse_proofs(raw))) == raw


def _key(raw: bytes) -> None:
    text = raw.decode("utf-8", "replace")
    assert str(VerifierKey.parse(text)) == text


def _tile(raw: bytes) -> None:
    assert bundle(entries_of(raw, raw[0] if raw else 0, "It")) == raw


def _base64(raw: bytes) -> None:
    text = raw.decode("latin-1")
    assert encoded(decoded(text, "It")) == text


def _number(raw: bytes) -> None:
    text = raw.decode("utf-8", "replace")
    assert str(number(text, "It")) == text


READERS: tuple[Callable[[bytes], object], ...] = (
    _note,
    _checkpoint,
    _proofs,
    _key,
    _tile,
    _base64,
    _number,
    Policy.parse,
    lambda raw: parse_key(raw, "It"),
    lambda raw: public_keys(raw.decode("utf-8", "replace"), "It"),
    lambda raw: Origin.parse(raw, "It"),
    lambda raw: asked(raw, {KEY.name: KEY.vkeys}),
)


def one(raw: bytes) -> None:
    """Give one input to the reader that its first byte chooses."""
    if raw:
        try:
            READERS[raw[0] % len(READERS)](raw[1:])
        except (LedgerError, NotCosigned):
            return


def examples() -> list[bytes]:
    """Return something that each reader takes, to begin from."""
    note = f"{SIGNED}\n{KEY.signers[0].sign(SIGNED)}\n".encode()
    proof = f"c2sp.org/tlog-proof@v1\nextra YQ==\nindex 0\n{encoded(bytes(32))}\n\n".encode() + note
    witness = f"witness w {WITNESS.vkeys[0]} https://w.example\n"
    policy = f"log {KEY.vkeys[0]}\n{witness}group g 1 w\nquorum g\n".encode()
    origin = bytes(Origin(KEY.name, KEY.vkeys[:1]))
    given = (
        note, note, proof, str(KEY.vkeys[0]).encode(), bundle([b"one", b"two"]), b"YQ==", b"120", policy,
        b"cluster-ledger key v1\nopen YQ==\n", str(KEY.vkeys[0]).encode(), origin, b"old 0\n\n" + note,
    )  # fmt: skip
    return [bytes([place]) + raw for place, raw in enumerate(given)]


def main() -> int:
    """Fuzz for so many seconds; the fuzzer itself ends the process, with 77 where it found something."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--size", type=int, default=600, help="seconds")
    given = parser.parse_args()
    try:
        import atheris
    except ModuleNotFoundError:
        print("This campaign needs atheris: pip install atheris", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="cluster-ledger-parsers.") as folder:
        os.chdir(folder)
        corpus = Path(folder) / "corpus"
        corpus.mkdir()
        for place, raw in enumerate(examples()):
            (corpus / str(place)).write_bytes(raw)
        atheris.instrument_all()
        words = [sys.argv[0], str(corpus), f"-max_total_time={given.size}", f"-seed={given.seed}", "-max_len=8192"]
        atheris.Setup(words, one)
        atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main())
