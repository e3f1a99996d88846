"""Options that several commands share."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeVar

import click

from commands.terminal.moments import DATE, WHEN
from commands.terminal.output import FORMATS

_PORT_MAX = 65_535
LONGEST_WAIT_SECONDS = 7 * 24 * 60 * 60
F = TypeVar("F", bound=Callable[..., Any])

format_option = click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    help="Default: a table at a terminal, plain text elsewhere.",
)
effective_option = click.option(
    "--effective",
    type=DATE,
    help="What is so on this day. Default: today in the government's time zone.",
)
known_option = click.option(
    "--known",
    type=WHEN,
    help="As known at an instant, the end of a day, a position (p120) or a checkpoint (its file). Default: all.",
)
whose_option = click.option(
    "--authority", metavar="OFFICE", help="Whose decision is meant, where several have that reference."
)
recorder_option = click.option(
    "--recorder", metavar="OFFICE", help="The office that records (an id, not a person's name)."
)
wait_option = click.option(
    "--wait",
    "wait_seconds",
    type=click.IntRange(0, LONGEST_WAIT_SECONDS),
    metavar="SECONDS",
    help="How long to wait while other programs write to the ledger. Default: 60.",
)


def reading(function: F) -> F:
    """Give a command the options of every reading command: effective, known, format."""
    return effective_option(known_option(format_option(function)))


def host_and_port(listen: str) -> tuple[str, int]:
    """Return what `--listen` names, an IPv6 address without brackets; raises `UsageError` unless it is HOST:PORT."""
    host, colon, port = listen.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not colon or not _is_host(host) or not re.fullmatch("[0-9]{1,5}", port) or int(port) > _PORT_MAX:
        raise click.UsageError(f'--listen is HOST:PORT, such as 127.0.0.1:8000; "{listen}" is not.')
    return host, int(port)


def _is_host(text: str) -> bool:
    """Return whether a text could be the name of a host: sockets raise errors of their own for others."""
    try:
        return text.encode("idna") != b""
    except UnicodeError:
        return False
