"""Options that say which decisions an audit asks about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from commands.terminal.completion import authorities
from commands.terminal.moments import WHEN

F = TypeVar("F", bound=Callable[..., Any])
_authority = click.option(
    "--authority", metavar="OFFICE", shell_complete=authorities(), help="Decisions of this authority."
)
_from = click.option("--recorded-from", type=WHEN, help="Recorded on or after this day, instant or position.")
_to = click.option("--recorded-to", type=WHEN, help="Recorded on or before this day, instant or position.")


def audit_window(function: F) -> F:
    """Give a command the options that narrow the decisions down: authority, recorded-from, recorded-to."""
    return _authority(_from(_to(function)))
