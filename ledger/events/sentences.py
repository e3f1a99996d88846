"""Sentences of events: a template that a change declares, and the words that one field of it may be put in.

`Segment {segment} is retired{reason:aside}{successors:succeeded}.` names fields or properties of the change; what
stands after a colon is a word of `WORDS` below. A field that may be left out needs a word that says nothing then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from operator import attrgetter
from string import Formatter
from typing import Any, NamedTuple

from ledger.errors import with_article

TEXT_CHARS = 120


class Piece(NamedTuple):
    """A part of a sentence: letters as they stand, then one value in words, if any."""

    letters: str
    field: str  # the name of a field or property, with what is asked of its value after a dot; empty: none
    word: str  # of `WORDS`; empty: the value as it is


def pieces_of(template: str) -> tuple[Piece, ...]:
    """Return the parts of a template, in order; raises `ValueError` where it is no template."""
    return tuple(Piece(letters, field or "", word or "") for letters, field, word, _ in Formatter().parse(template))


def worded(pieces: Iterable[Piece], change: object) -> str:
    """Return the sentence that a change comes to."""
    return "".join(_in_words(piece, change) for piece in pieces)


def _in_words(piece: Piece, change: object) -> str:
    if not piece.field:
        return piece.letters
    value = attrgetter(piece.field)(change)
    return piece.letters + (WORDS[piece.word](value) if piece.word else str(value))


def listed(names: Iterable[str]) -> str:
    """Return names as a list in words: `a, b and c`; "nothing" where there is none."""
    *most, last = list(names) or ["nothing"]
    return f"{', '.join(most)} and {last}" if most else last


def shortened(text: str) -> str:
    """Return the beginning of a text as the end of a sentence."""
    line = " ".join(text.split())
    line = line if len(line) <= TEXT_CHARS else f"{line[:TEXT_CHARS].rsplit(' ', 1)[0]} ..."
    return line if line[-1] in ".!?" else f"{line}."


def _keys(identifiers: Mapping[str, str]) -> str:
    return listed(f"{scheme} {value}" if value else f"{scheme} withdrawn" for scheme, value in identifiers.items())


def _notices(counts: Mapping[str, int]) -> str:
    return f", with notices: {listed(f'{count:,} {rule}' for rule, count in counts.items())}" if counts else ""


def _if_given(words: str) -> Callable[[Any], str]:
    return lambda value: words.format(value) if value else ""


WORDS: dict[str, Callable[[Any], str]] = {
    "aside": _if_given(" ({})"),
    "after-colon": _if_given(": {}"),
    "next-review": _if_given(", the next review is due on {}"),
    "vouched": _if_given(": what it signed since {} is not vouched for"),
    "succeeded": lambda ids: f" and succeeded by {listed(ids)}" if ids else "",
    "extent": lambda extent: " in part" if extent == "partial" else "",
    "article": with_article,
    "thing": lambda id_: "the government" if id_ == "government" else id_,
    "period": lambda period: period.replace("/", " to "),
    "number": "{:,}".format,
    "grades": ", ".join,
    "list": listed,
    "short": shortened,
    "keys": _keys,
    "notices": _notices,
}
SILENT = frozenset(
    {"aside", "after-colon", "next-review", "vouched", "succeeded", "extent"}
)  # which say nothing of what is not given


def faults(template: str, has: Callable[[str], bool], may_be_absent: Callable[[str], bool]) -> Iterator[str]:
    """Yield what is wrong with a template.

    `has` tells whether a change has a field or property of a name, `may_be_absent` whether a field may be left out.
    """
    try:
        pieces = pieces_of(template)
    except ValueError as error:
        yield f"SENTENCE is no template: {error}"
        return
    for _, field, word in pieces:
        name = field.partition(".")[0]
        if field and not has(name):
            yield f'SENTENCE names "{name}", which is neither a field nor a property'
        elif word and word not in WORDS:
            yield f'SENTENCE puts "{name}" in "{word}", which is none of {", ".join(sorted(WORDS))}'
        elif field and may_be_absent(name) and word not in SILENT:
            yield f'SENTENCE names "{name}", which may be left out; put it in one of {", ".join(sorted(SILENT))}'
