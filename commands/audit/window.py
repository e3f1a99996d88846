"""Decisions that an audit asks about: the options that narrow them down, and how one is named."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from commands.terminal.completion import authorities
from commands.terminal.moments import WHEN
from projections.answers.grounds import DecisionRef

F = TypeVar("F", bound=Callable[..., Any])
_authority = click.option(
    "--authority", metavar="OFFICE", shell_complete=authorities(), help="Decisions of this authority."
)
_from = click.option("--recorded-from", type=WHEN, help="Recorded on or after this day, instant or position.")
_to = click.option("--recorded-to", type=WHEN, help="Recorded on or before this day, instant or position.")


def audit_window(function: F) -> F:
    """Give a command the options that narrow the decisions down: authority, recorded-from, recorded-to."""
    return _authority(_from(_to(function)))


def reference_of(decision: DecisionRef, *, stands: bool) -> str:
    """Return the reference of a decision as a cell of a table; of one that has fallen it says so."""
    return decision.reference + ("" if stands else " (no longer stands)")
