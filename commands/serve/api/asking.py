"""Answers of reading commands to what an address asks: a page as JSON, and where the next one begins."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from typing import NamedTuple, TypeVar

import click
from msgspec import json as quick

from commands.serve.api.pages import Asked, next_page, page_asked, paged
from commands.serve.api.resources import ApiResource, arguments
from commands.session import Session
from commands.terminal.output import Answer
from commands.terminal.streams import Elsewhere
from ledger.application import EventReader
from projections.analysis.opened import OpenLedger
from projections.views.context import FORMAT

try:
    _VERSION = version("cluster-ledger")
except PackageNotFoundError:  # run from a checkout
    _VERSION = ""

Answered = TypeVar("Answered")


class ApiAnswer(NamedTuple):
    """An answer as bytes, and the address of its next page, relative to its own; None after the last."""

    body: bytes
    next: str | None


class PublicReader(EventReader):
    """A ledger to be read by the public, which is told no personal text."""

    def personal(self, commitment: str) -> str | None:
        """Return None, as for a text that was deleted."""
        return None


def asked(ledger: OpenLedger, resource: ApiResource, given: Asked, *, public: bool) -> ApiAnswer:
    """Return what a command answers to the fields of an address.

    Raises `InputError`, `click.UsageError`, and what else the command raises.
    """
    page, rest = page_asked(resource, given)

    def read(answer: Answer) -> ApiAnswer:
        whole, after = paged(resource, answer, page)
        following = None if after is None else next_page(resource, given, after, answer.context)
        return ApiAnswer(quick.encode(whole), following)

    return answered(ledger, resource, rest, public=public, read=read)


def answered(
    ledger: OpenLedger, resource: ApiResource, given: Asked, *, public: bool, read: Callable[[Answer], Answered]
) -> Answered:
    """Return what `read` makes of the answer of a reading command, which is read while it is being made.

    Raises `InputError`, `click.UsageError`, and what else the command raises.
    """
    words, command = arguments(resource, given), resource.command
    ledger.views.catch_up()
    reader = ledger.views.ledger
    session = Session.of_views(ledger.views, PublicReader(reader.store, reader.clock) if public else reader)
    context = click.Context(command, info_name=resource.name, obj=session, help_option_names=[])  # none: it would stay
    program = Elsewhere(context)
    with context:
        command.parse_args(context, words)
        command.invoke(context)
        return read(program.answers[0])


def tag_of(ledger: OpenLedger, resource: ApiResource, given: Asked, *, public: bool) -> str:
    """Return the tag of an answer (RFC 9110, 8.8.3): as long as it is the same, so is the answer.

    It follows from what is asked, the shape of answers and the version of the program, the state of knowledge by its
    root, today where no day is named, and the personal texts that are kept. Raises `InputError` for a state of
    knowledge that cannot be read.
    """
    reader = ledger.views.ledger
    (text,) = given.get("known") or (None,)
    known, head = reader.known(text), reader.head()
    pinned = "known" in resource.fields
    kept = 0 if public else reader.personal_kept()
    stands = (
        FORMAT,
        _VERSION,
        resource.name,
        sorted((name, list(values)) for name, values in given.items()),
        (known.position, known.root) if pinned else (head.position, reader.known_at(head.position).root),
        None if "effective" in given else reader.today(),
        (head.position, kept) if kept else None,  # at one position texts are only deleted
    )
    return f'"{hashlib.sha256(quick.encode(stands)).hexdigest()[:32]}"'
