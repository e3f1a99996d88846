"""Intake of a document: as it stands, or as one of an older register, with what was noticed on the way.

An older register holds text that no title of ours may hold: tabs, control characters, bytes of no encoding. Its
converter hands such bytes in as `{"base64": "..."}` in the place of a text. They are kept beside a cleaned text.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from pydantic import ValidationInfo

from ledger.events.commitments import Opening, commit
from ledger.events.text import UnsoundText, cleaned, sound

BYTES = "base64"  # the one field of a mapping that stands for bytes in the place of a text


class Noticed(NamedTuple):
    """What was noticed as a document was read: the rule, the thing or decision, what is so."""

    rule: str
    id: str
    found: str


class Intake:
    """The reading of one document; validators are handed it as their context."""

    def __init__(self, *, migrating: bool = False, openings: Iterable[tuple[str, bytes, str]] = ()) -> None:
        self.migrating = migrating  # whether it is one of an older register, whose text is mended
        self.personal: list[Opening] = []  # of what was committed to, in order
        self._openings = [Opening(*drawn) for drawn in openings]  # drawn before, and not used yet
        self._settled = 0  # how many were used when it settled
        self.noticed: list[Noticed] = []
        self.mended = False
        self._notes: list[tuple[str, str]] = []
        self._originals: dict[str, str] = {}

    def note(self, rule: str, sentence: str) -> None:
        """Take note of something about what is being read; `settle` says what that was."""
        self._notes.append((rule, sentence))

    def retract(self) -> None:
        """Forget what was noted since `settle`: what is being read is read anew."""
        self._notes.clear()
        self._openings[:0] = self.personal[self._settled :]
        del self.personal[self._settled :]

    @contextmanager
    def secretly(self) -> Iterator[None]:
        """Note nothing meanwhile: what is read is not to be shown."""
        noted, mended = len(self._notes), self.mended
        try:
            yield
        finally:
            del self._notes[noted:]
            self.mended = mended

    def commit(self, value: str) -> str:
        """Commit to a text, by the first opening drawn for it before that is not used yet, else by a new one."""
        opening = next((drawn for drawn in self._openings if drawn.value == value), None)
        if opening is not None:
            self._openings.remove(opening)
        self.personal.append(opening or commit(value))
        return self.personal[-1].commitment

    def take_opening(self, commitment: str) -> None:
        """Take along the opening of a commitment that the document itself holds, if it was handed in."""
        opening = next((drawn for drawn in self._openings if drawn.commitment == commitment), None)
        if opening is not None:
            self._openings.remove(opening)
            self.personal.append(opening)

    def settle(self, id_: str) -> dict[str, str] | None:
        """Ascribe what was noted to a thing or decision; return the original texts of what was read, if any."""
        self._settled = len(self.personal)
        if not self._notes and not self._originals:
            return None
        notes = [*self._notes, *(("text-mended", _mended(path)) for path in self._originals)]
        self.noticed += [Noticed(rule, id_, sentence) for rule, sentence in dict.fromkeys(notes)]
        originals, self._originals = self._originals, {}
        self._notes.clear()
        return dict(sorted(originals.items())) or None

    def mend(self, fields: dict[str, Any], fault: Any, *, secret: bool = False) -> bool:
        """Put a text that can be kept in the place of one that cannot; return whether there was one to mend.

        `fault` is one of pydantic's. What is `secret` is not kept.
        """
        place = _place(fields, fault["loc"])
        if not self.migrating or place is None:
            return False
        holder, key, path = place
        given, error = holder[key], fault.get("ctx", {}).get("error")
        raw = _bytes(given)
        if raw is not None:
            text = raw.decode("utf-8", "replace")
        elif isinstance(given, str) and isinstance(error, UnsoundText):
            raw, text = given.encode("utf-8", "surrogatepass"), cleaned(given, error.use)
        else:
            return False
        if text == given:
            return False
        holder[key], self.mended = text, True
        if not secret:
            self.keep(path, raw)
        return True

    def keep(self, path: str, raw: bytes) -> None:
        """Keep the bytes of the text at a path, in whose place another stands; the first that are kept stay."""
        self.mended = True
        self._originals.setdefault(path, base64.b64encode(raw).decode())


def note(info: ValidationInfo, rule: str, sentence: str) -> bool:
    """Take note of something where a document is read; return whether one is (a stored event is not noted upon)."""
    if not isinstance(info.context, Intake):
        return False
    info.context.note(rule, sentence)
    return True


def standing(info: ValidationInfo, given: Any, path: str) -> Any:
    """Return what can stand for a text of an older register, whose bytes are kept; anything else as it is.

    It is asked of a value before anybody knows which field it is of.
    """
    intake = info.context
    if not isinstance(intake, Intake) or not intake.migrating:
        return given
    raw = _bytes(given)
    text = given if raw is None else raw.decode("utf-8", "replace")
    if not isinstance(text, str):
        return given
    try:
        sound(text, "text")
    except UnsoundText as error:
        raw, text = raw or text.encode("utf-8", "surrogatepass"), cleaned(text, error.use)
    if raw is not None:
        intake.keep(path, raw)
    return text


def _mended(path: str) -> str:
    return f'"{path}" of the older register cannot stand as it is: a cleaned text does, and its bytes beside it.'


def is_bytes(given: Any) -> bool:
    """Return whether a value is bytes handed in for a text."""
    return isinstance(given, dict) and list(given) == [BYTES]


def _bytes(given: Any) -> bytes | None:
    try:
        return base64.b64decode(given[BYTES], validate=True) if is_bytes(given) else None
    except (binascii.Error, TypeError, ValueError):
        return None


def _place(fields: dict[str, Any], loc: Sequence[int | str]) -> tuple[Any, Any, str] | None:
    """Return the mapping or list, its key and the whole path, where a fault lies; None where it lies in no value."""
    holder: Any = fields
    for at, key in enumerate(loc):
        inner = holder.get(key) if isinstance(holder, dict) else None
        if isinstance(holder, list) and isinstance(key, int) and key < len(holder):
            inner = holder[key]
        rest = loc[at + 1 :]
        if not rest or isinstance(inner, str) or (is_bytes(inner) and isinstance(rest[0], str)):
            # One text of a list may be written alone; and a word after a value names a branch of its type.
            path = [*loc[: at + 1], *(part for part in rest if isinstance(part, int))]
            return (holder, key, ".".join(map(str, path))) if inner is not None else None
        if not isinstance(inner, dict | list):
            return None
        holder = inner
    return None
