"""Declarations of changes, checked when a model is imported: what is misspelt there fails at once, not in the fold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, ForwardRef

from ledger.errors import with_article
from ledger.events import sentences
from ledger.names import KINDS, RESERVED

if TYPE_CHECKING:
    from ledger.events.change import Change

_LIVES = ("begins", "ends", "resumes", None)
_NAME = re.compile(r"[a-z]+(-[a-z]+)*")
_TYPE = re.compile(r"[a-z]+\.[a-z]+(-[a-z]+)*/[1-9][0-9]*")
_FIELDS = ("SETS", "FILLED", "HELP", "IDENTITY")


def check(change: type[Change]) -> None:
    """Raise `TypeError` with every fault of what a model declares of itself, and how to mend it."""
    faults = list(_faults(change))
    if faults:
        raise TypeError(f"{change.__module__}.{change.__name__}: {'; '.join(faults)}.")


def _faults(change: type[Change]) -> Iterator[str]:
    fields = change.model_fields
    if not _NAME.fullmatch(change.NAME):
        yield f'NAME "{change.NAME}" is not a verb and a noun with a hyphen between, such as retitle-cluster'
    if not _TYPE.fullmatch(vars(change).get("TYPE", "")):
        yield "TYPE is not a noun, a past participle and a schema number, such as cluster.retitled/1"
    if not (change.__doc__ or "").strip():
        yield "it has no docstring, which is the help of its command"
    if change.KIND and change.KIND not in KINDS:
        yield f'KIND "{change.KIND}" is none of {", ".join(KINDS)}'
    if change.LIFE not in _LIVES:
        yield f'LIFE "{change.LIFE}" is none of begins, ends and resumes'
    named = [(place, name) for place in _FIELDS for name in getattr(change, place)]
    named += [("REFERS", name) for name, _ in change.REFERS]
    named += [(place, name) for place in ("SUBJECT", "ARGUMENT") if (name := getattr(change, place))]
    for place, name in named:
        if name not in fields:
            yield f'{place} names "{name}", which is not one of its fields ({", ".join(fields)})'
    for name, kind in change.REFERS:
        if kind.removesuffix("?") not in (*KINDS, ""):
            noun = with_article(kind.removesuffix("?"))
            yield f'REFERS says that "{name}" names {noun}, which is none of {", ".join(KINDS)}'
    for name, info in fields.items():
        if isinstance(info.annotation, str | ForwardRef):  # whether it is personal could not be seen
            yield f'the type of "{name}" is not known yet: define it above'
    for name in change.attributes():
        if name in RESERVED:
            yield f'it sets an attribute called "{name}", which is said of every thing: call it otherwise'
        if ":" in name:
            yield f'BESIDE holds "{name}", which has a key: what `keyed` returns under a key is not declared'
    if not change.SENTENCE:
        yield "it has no SENTENCE: say what its event says, such as Cluster {cluster} is retitled: {title}."
    yield from sentences.faults(
        change.SENTENCE,
        lambda name: name in fields or isinstance(getattr(change, name, None), property),
        lambda name: (
            name in fields
            and not fields[name].is_required()
            and name not in change.FILLED
            and fields[name].default is None
        ),
    )
