"""`views`: the disposable file that answers are read from; see it, fill it anew, check it, or keep it filled."""

from __future__ import annotations

from math import isnan
from typing import Any, NamedTuple

import click

from commands.failures import FOUND, Guarded
from commands.keep.shown import Shown
from commands.session import ASKED_FOR, Session
from commands.terminal.options import format_option
from commands.terminal.output import Answer, emit
from commands.terminal.progress import bar
from ledger.application.following.looks import followed
from ledger.store.verification.damage import Damage
from projections.views.errors import ViewsBusy


class ViewsChecked(NamedTuple):
    """Whether the views equal a fresh replay of the log, and where they do not."""

    ok: bool
    damage: list[Damage]


@click.group("views", cls=Guarded, short_help="See, rebuild or check the views that answers are read from.")
def views() -> None:
    """See, rebuild or check the views: a disposable file, filled from the log, that answers are read from.

    Delete it and it comes back; nothing in it is the record.
    """


@views.command("status")
@format_option
@click.pass_obj
def status(session: Session, form: str | None) -> None:
    """Show where the views lie and how far they are filled."""
    found = session.views().status()
    told = found._asdict().items()
    text = "".join(f"{name:<10}{'kept nowhere' if value is None else value}\n" for name, value in told)
    emit(Answer(found, [found], text=text), form)


@views.command("rebuild")
@click.pass_obj
def rebuild(session: Session) -> None:
    """Throw the views away and fill them anew from the log."""
    found = session.views()
    with bar(0, session.reader().head().position, "Filling the views") as moved:
        notice = found.rebuild(ASKED_FOR, moved)
    click.echo(notice.message)


@views.command("check")
@format_option
@click.pass_obj
def check(session: Session, form: str | None) -> int:
    """Prove that the views equal a fresh replay of the log; exit code 3 where they do not."""
    with bar(0, session.reader().head().position, "Replaying the views") as moved:
        found = list(session.views(as_found=True).check(moved))
    well = "The views are what a fresh replay gives."
    emit(Answer(ViewsChecked(not found, found), found, empty=well), form)
    return FOUND if found else 0


class _Number(click.FloatRange):
    """A number in a range: "nan" is none, and no bound keeps it out."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        found: float = super().convert(value, param, ctx)
        if isnan(found):
            self.fail(f"{value} is not a number.", param, ctx)
        return found


@views.command("follow")
@click.option(
    "--every",
    "seconds",
    type=_Number(0.1, 3600),
    default=1.0,
    show_default=True,
    help="Seconds between looks.",
)
@click.pass_obj
def follow(session: Session, seconds: float) -> None:
    """Keep the views filled while others record, so that every answer finds them so; Ctrl-C or SIGTERM ends it.

    A ledger on a server tells of each decision; it is looked at every so many seconds all the same, as a file is. What
    keeps it from reading for a while, such as a server that starts again, is said once, and it goes on after it.
    """
    views, shown = session.views(), Shown(session.reader())

    def look() -> int:
        position = views.catch_up(shown.filling).position
        shown.recorded_at = shown.ledger.known_at(position).at
        return position

    try:
        for position in followed(
            session.location, look, every_seconds=seconds, trouble=shown.trouble, passing=(ViewsBusy,)
        ):
            shown.reached(position)
    except KeyboardInterrupt:
        shown.end()


COMMANDS = {"views": views}
