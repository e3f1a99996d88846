"""The skeleton of a text: what is left of it to somebody who reads fast. Two texts with one skeleton look alike.

Case, the width of letters, kinds of dashes and spaces, letters of Cyrillic and Greek that are drawn as Latin ones, and
0 and o, 1 and l, are one. The table is our own, and small: it is for ids and references, not for prose.
"""

from __future__ import annotations

import unicodedata

from ledger.events.text import is_seen

_DRAWN_AS = {
    **dict.fromkeys("OoОоΟο", "0"),
    **dict.fromkeys("lI|ІӀӏΙ", "1"),
    **dict(zip("АВЕКМНРСТУХЅЈԌԚԜ", "ABEKMHPCTYXSJGQW", strict=True)),
    **dict(zip("авекмнрстухіѕјһԁԛԝ", "abekmhpctyxisjhdqw", strict=True)),
    **dict(zip("ΑΒΕΖΗΚΜΝΡΤΥΧανικρτυχ", "ABEZHKMNPTYXavikptux", strict=True)),
}
_TABLE = str.maketrans(_DRAWN_AS)


def skeleton(text: str) -> str:
    """Return the skeleton of a text; empty for one that shows nothing.

    >>> skeleton("CM-2O26-I") == skeleton("cm‑2026-1")
    True
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
        text = "".join(map(_plain, text))
    return " ".join(text.translate(_TABLE).casefold().split()).replace("l", "1")


def _plain(char: str) -> str:
    """Return a dash as a hyphen, and nothing for what is not seen."""
    if unicodedata.category(char) == "Pd" or char == "\N{MINUS SIGN}":
        return "-"
    return char if char.isspace() or is_seen(char) else ""
