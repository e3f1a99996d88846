"""The header of a decision of one change: its options, and the document that they become."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from commands.record import literals as typed
from commands.record.recording import plan_all, record_all
from commands.session import Session
from commands.terminal.completion import authorities, ids, rules
from commands.terminal.moments import DECIDED_DATE
from commands.terminal.options import LONGEST_WAIT_SECONDS
from commands.terminal.output import FORMATS
from ledger.documents.raw import TYPED, RawDocument
from ledger.timeline import iso

PUBLIC = "public text: it stands in the record for ever"


def decision_options(*, dated: bool, because: bool) -> Iterator[click.Option]:
    """Yield the options of a decision; `dated`: its change takes effect on a day; `because`: it has a rationale."""
    yield from header_options(dated=dated, because=because)
    yield click.Option(["--recorder"], metavar="OFFICE", help="The office that records. Default: as configured.")
    help_ = "How long to wait while other programs write to the ledger. Default: 60."
    seconds = click.IntRange(0, LONGEST_WAIT_SECONDS)
    yield click.Option(["--wait", "wait_seconds"], type=seconds, metavar="SECONDS", help=help_)
    yield click.Option(["--dry-run"], is_flag=True, help="Show what it would do; record nothing.")
    yield click.Option(["--yes", "-y"], is_flag=True, help="Do not ask.")
    yield click.Option(["--format", "form"], type=click.Choice(FORMATS), help="Of the receipt.")


def header_options(*, dated: bool = True, because: bool = True, referenced: bool = True) -> Iterator[click.Option]:
    """Yield the options that say who decided, by what power and why; `referenced`: the reference must be given."""
    yield click.Option(
        ["--authority"], metavar="OFFICE", shell_complete=authorities(), help="Who decided. Default: as configured."
    )
    help_ = "Number of the instrument or minute, unique for its authority."
    yield click.Option(["--reference"], required=referenced, metavar="TEXT", help=help_)
    if because:
        yield click.Option(["--because"], metavar="TEXT", help=f"Why ({PUBLIC}).")
    if dated:
        help_ = "From which day it is so. Default: today in the government's time zone."
        yield click.Option(["--effective"], type=DECIDED_DATE, help=help_)
    yield click.Option(["--delegated-by"], metavar="OFFICE", help="By whose order the authority decided.")
    help_ = "The body that adopted it; with quorum and votes as JSON, as in a document."
    yield click.Option(["--adopted-by"], metavar="BODY|JSON", callback=typed.adoption, help=help_)
    yield click.Option(["--decided-on"], type=DECIDED_DATE, help="When it was decided.")
    yield click.Option(["--legal-basis"], metavar="TEXT", help="By what power. Default: as configured.")
    help_ = "A document behind it; a local file is hashed, not kept."
    yield _repeatable("--document", "TITLE=PATH|URL", help_, name="documents", callback=typed.documents)
    yield _repeatable(
        "--responds-to", "ID", "A signal that it responds to.", shell_complete=ids("signal", "recommendation")
    )
    yield accept_option()
    yield click.Option(["--illustrative"], is_flag=True, help="An example, and no real decision.")


def accept_option() -> click.Option:
    """Return the option by which a decision accepts what a rule holds back."""
    help_ = "Accept what a rule holds back, by name and reason."
    return _repeatable(
        "--accept", "RULE:ID=REASON", help_, callback=typed.acceptances, shell_complete=rules(acceptable=True, end=":")
    )


def _repeatable(flag: str, metavar: str, help_: str, *, name: str | None = None, **more: Any) -> click.Option:
    return click.Option(
        [flag, name] if name else [flag], multiple=True, metavar=metavar, help=f"{help_} Repeatable.", **more
    )


def say_who(session: Session, given: dict[str, Any]) -> None:
    """Fill in authority and legal basis from the configuration; an authority there must be."""
    configuration = session.configuration
    given["authority"] = given["authority"] or configuration.authority
    given["legal_basis"] = given["legal_basis"] or configuration.legal_basis
    if not given["authority"]:
        raise click.UsageError(
            "Who decided? Give --authority, or set authority in the configuration or $CLUSTER_LEDGER_AUTHORITY.",
            click.get_current_context(),
        )


def decide(session: Session, change: dict[str, Any], given: dict[str, Any]) -> int:
    """Build the document of one change, and plan or record it; return the exit code."""
    form, dry, yes = given.pop("form"), given.pop("dry_run"), given.pop("yes")
    session.recorder_flag, session.wait_flag = given.pop("recorder"), given.pop("wait_seconds")
    document = RawDocument(TYPED, document_of(session, change, given, read_only=dry))
    if dry:
        return plan_all(session, [document], form)
    return record_all(session, [document], form, ask=not yes)


def document_of(session: Session, change: dict[str, Any], given: dict[str, Any], *, read_only: bool) -> dict[str, Any]:
    """Return the decision document that the options and the one change make."""
    if "effective" in given:
        given["effective"] = given["effective"] or iso(session.ledger(read_only=read_only).today())
    return {**header_of(given), "changes": [change]}


def header_of(given: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a document that options of a decision state; what was not given is left out."""
    if "because" in given:
        given["rationale"] = given.pop("because")
    return {name: list(value) if isinstance(value, tuple) else value for name, value in given.items() if value}
