"""Signed notes: a text, a blank line, and a line for each signature (C2SP signed-note v1.0.0)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ledger.errors import ProofError, harmless
from ledger.integrity.encoding import decoded, encoded, text_of
from ledger.integrity.vkeys import ID_BYTES, is_key_name
from ledger.plurals import counted

NOTE_BYTES_MAX = 1_000_000
SIGNATURES_MAX = 100
MARK = "\N{EM DASH} "


class SignatureLine(NamedTuple):
    """One signature of a note: whose it says that it is, and its bytes after the id."""

    name: str
    id: bytes  # 4 bytes
    body: bytes

    @property
    def known_by(self) -> tuple[str, bytes]:
        """Name and id of the key that it says it was made with."""
        return self.name, self.id

    def __str__(self) -> str:
        """Return the line, without its end."""
        return f"{MARK}{self.name} {encoded(self.id + self.body)}"


class Note(NamedTuple):
    """A text, which ends with a line end, and its signatures in order; nothing is checked yet."""

    text: str
    signatures: tuple[SignatureLine, ...]

    def __bytes__(self) -> bytes:
        """Return the note as a file holds it."""
        return (self.text + "\n" + "".join(f"{line}\n" for line in self.signatures)).encode()

    def with_signatures(self, added: Iterable[SignatureLine]) -> Note:
        """Return the note with further signatures; one of a key that signed before takes that one's place."""
        lines = {line.known_by: line for line in self.signatures}
        lines |= {line.known_by: line for line in added}
        return Note(self.text, tuple(lines.values()))


def parse_note(raw: bytes, what: str = "The note") -> Note:
    """Read a signed note of at most 1 MB with 1 to 100 signatures; its signatures are not checked.

    `what` names it in errors. Raises `ProofError`, with the number of the line where there is one.
    """
    text, signatures = _halves(raw, what)
    first = text.count("\n") + 2
    lines = signatures.removesuffix("\n").split("\n")
    if len(lines) > SIGNATURES_MAX:
        raise ProofError(
            f"{what} has {counted(len(lines), 'signature')}; more than {SIGNATURES_MAX} are not looked at."
        )
    return Note(text, tuple(parse_signature(line, f"{what}, line {place}") for place, line in enumerate(lines, first)))


def _halves(raw: bytes, what: str) -> tuple[str, str]:
    """Return the text, up to the last blank line, and all the signature lines."""
    text = text_of(raw, NOTE_BYTES_MAX, what)
    bad = next((place for place, char in enumerate(text) if char < " " and char != "\n"), None)
    if bad is not None:
        line = text.count("\n", 0, bad) + 1
        raise ProofError(f"{what}, line {line}, holds the control character U+{ord(text[bad]):04X}.")
    above, blank, below = text.rpartition("\n\n")
    if not blank:
        raise ProofError(f"{what} has no blank line between its text and its signatures.")
    if not below:
        raise ProofError(f"{what} has no signature after its last blank line.")
    if not below.endswith("\n"):
        raise ProofError(f"{what} ends in the middle of a line: its last line end is missing.")
    return above + "\n", below


def parse_signature(line: str, what: str) -> SignatureLine:
    """Read one signature line, without its end; raises `ProofError`, which begins with `what`."""
    name, space, body = line.removeprefix(MARK).partition(" ")
    if not line.startswith(MARK) or not space:
        raise ProofError(f'{what}, is no signature: one is "\N{EM DASH} NAME BASE64".')
    if not is_key_name(name):
        raise ProofError(f'{what}: "{harmless(name)}" cannot name a key: it is empty, or has a space or a "+".')
    raw = decoded(body, f"{what}: the signature of {harmless(name)}")
    if len(raw) <= ID_BYTES:
        raise ProofError(
            f"{what}: the signature of {harmless(name)} has {counted(len(raw), 'byte')}, and more than 4 are needed."
        )
    return SignatureLine(name, raw[:ID_BYTES], raw[ID_BYTES:])
