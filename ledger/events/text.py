"""Text as it may stand in an event: in NFC, seen by whoever reads it, and in the order in which it is seen.

Nothing is normalised beyond NFC. What cannot be kept is refused with its code point, its name and its place.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from ledger.events.joining import JOINER, NON_JOINER, in_place

TITLE_CHARS, TEXT_CHARS = 300, 20_000  # at most, of one line and of several

# A text of several lines; one line; one line that others are found by, in which all is seen and each space is U+0020;
# and such a line in which a joiner may stand, as orthography wants it.
Use = Literal["text", "line", "name", "term"]
_BREAKS = "\n\t\u2028\u2029"
_MARKS = dict.fromkeys((0x200E, 0x200F, 0x061C))  # left-to-right, right-to-left and Arabic letter mark
_TURNING = range(0x202A, 0x202F)  # embeddings, overrides, and what ends them
_OPENING, _CLOSING = "\u2066\u2067\u2068", "\u2069"  # isolates
# What may be a fault in a text of several lines: controls, halves, joiners, turns, isolates, noncharacters, tags.
_SUSPECT = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u200c\u200d\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef"
    + "".join(chr(plane << 16 | low) for plane in range(17) for low in (0xFFFE, 0xFFFF))
    + "\U000e0000-\U000e007f]"
)
_TAGS = range(0xE0000, 0xE0080)
_FLAG = re.compile("\U0001f3f4[\U000e0020-\U000e007e]{1,15}\U000e007f")  # of a region: a black flag, tags, their end
_FLAG_CHARS = 17
_UNSEEN_CATEGORIES = ("Cc", "Cf", "Cs", "Zs", "Zl", "Zp")
# Characters of other categories that show nothing: joiners of graphemes, fillers, inherent vowels, selectors, blanks.
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U0001d159\U000e0100-\U000e01ef]"
)


class UnsoundText(ValueError):
    """Text that cannot be kept as it is: what is wrong with it, where, and for which use."""

    def __init__(self, problem: str, use: Use) -> None:
        self.use = use
        super().__init__(problem)


def sound(text: str, use: Use) -> str:
    """Return `text` in NFC, without spaces at its ends; raises `UnsoundText` for what cannot be kept.

    Empty text is empty; text that shows nothing, though it is not, is refused.
    """
    if text.isascii() and text.isprintable():
        return text.strip()
    normal = unicodedata.normalize("NFC", text)
    if not is_plain(normal, use):
        for _, fault in faults(normal, use):
            raise UnsoundText(fault, use)
    normal = normal.strip()
    if normal and not shows(normal):
        raise UnsoundText(f"it holds nothing that can be seen, only {_named(normal[0])}; leave it out instead", use)
    return normal


def clean(text: str, limit: int, use: Use = "text") -> str:
    """Return text in NFC without spaces at its ends; raises `UnsoundText`.

    Where NFC makes it longer than `limit`, it is refused too: what is stored must be read again.
    """
    cleaned = sound(text, use)
    if len(cleaned) > limit:
        raise ValueError(f"it is longer than {limit} characters ({len(cleaned)} in NFC)")
    return cleaned


def is_plain(text: str, use: Use) -> bool:
    """Return whether a text surely has no faults, without a look at each of its characters."""
    if use == "text":
        return not _SUSPECT.search(text)
    return text.isprintable() and (use == "line" or not _UNSEEN.search(text))


def faults(text: str, use: Use) -> Iterator[tuple[int, str]]:
    """Yield the index of each character that cannot be kept, with a sentence."""
    open_: list[int] = []  # isolates of this line that are not closed
    for at, char in enumerate(text):
        if char in _OPENING and use in ("text", "line"):
            open_.append(at)
        elif char == _CLOSING and open_:
            open_.pop()
        elif problem := _problem(text, at, use):
            yield at, problem
        if char in "\n\u2029":  # an isolate ends with its paragraph
            yield from _unclosed(text, open_)
            open_.clear()
    yield from _unclosed(text, open_)


def cleaned(text: str, use: Use) -> str:
    """Return `text` as near to what it was as can be kept: breaks and tabs become spaces, the rest U+FFFD."""
    text = unicodedata.normalize("NFC", text)
    while wrong := {at for at, _ in faults(text, use)}:
        text = "".join(_stand_in(char) if at in wrong else char for at, char in enumerate(text))
    return text if shows(text) else "".join(map(_stand_in, text.strip()))


def _stand_in(char: str) -> str:
    return " " if char in _BREAKS or unicodedata.category(char) == "Zs" else "\ufffd"


def shows(text: str) -> bool:
    """Return whether anything of a text is seen."""
    return any(is_seen(char) for char in text)


def comparable(text: str) -> str:
    """Return what two texts are compared by: directional marks, which nobody sees, are left out."""
    return text if text.isascii() else unicodedata.normalize("NFC", text.translate(_MARKS))


def alike(one: Any, other: Any) -> bool:
    """Return whether two JSON values say the same, their texts compared by what is seen of them."""
    return bool(one == other or _compared(one) == _compared(other))


def _compared(value: Any) -> Any:
    if isinstance(value, str):
        return comparable(value)
    if isinstance(value, Mapping):
        return {name: _compared(inner) for name, inner in value.items()}
    return [_compared(inner) for inner in value] if isinstance(value, list | tuple) else value


def _problem(text: str, at: int, use: Use) -> str:
    """Return why the character at an index cannot be kept; empty where it can."""
    char, place = text[at], f"at place {at + 1}"
    if char in _BREAKS:
        return "" if use == "text" else f"it holds a line break or tab {place}; a title is one line"
    category, code = unicodedata.category(char), ord(char)
    if category == "Cc":
        return f"it holds a control character, U+{code:04X}, {place}, which no page can show"
    if category == "Cs":
        return f"it holds half a character (a lone surrogate, U+{code:04X}) {place}"
    if code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF:
        return f"it holds U+{code:04X} {place}, which is no character"
    if code in _TURNING:
        return f"it holds {_named(char)} {place}, which turns the order in which the rest is read"
    if char == _CLOSING:
        return f"it holds {_named(char)} {place}, which closes nothing"
    if code in _TAGS and not _in_flag(text, at):
        return f"it holds {_named(char)} {place}, which hides text; it may stand in a flag only"
    if char in (JOINER, NON_JOINER) and not in_place(text, at):
        return f"it holds {_named(char)} {place}, which cannot be seen there"
    joins = use == "term" and char in (JOINER, NON_JOINER)
    if use in ("name", "term") and char != " " and not joins and not is_seen(char):
        return f"it holds {_named(char)} {place}, which cannot be seen; others are to find it by what they see"
    return ""


def _unclosed(text: str, open_: list[int]) -> Iterator[tuple[int, str]]:
    for at in open_:
        yield at, f"it holds {_named(text[at])} at place {at + 1}, which is not closed (by U+2069)"


def _in_flag(text: str, at: int) -> bool:
    """Return whether a tag stands in a flag; it need not be looked for further away than a flag is long."""
    begin = max(0, at - _FLAG_CHARS)
    return any(
        flag.end() > at - begin for flag in _FLAG.finditer(text[begin : at + _FLAG_CHARS]) if begin + flag.start() < at
    )


def is_seen(char: str) -> bool:
    """Return whether a character shows something: spaces, controls, marks of direction and fillers do not."""
    return unicodedata.category(char) not in _UNSEEN_CATEGORIES and not _UNSEEN.match(char)


def _named(char: str) -> str:
    return f"U+{ord(char):04X} {unicodedata.name(char, '')}".strip()
