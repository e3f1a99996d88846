"""`draft add`: the verbs of decisions of one change, each of which adds its change to a draft."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from commands.draft.drafts import change_added, drawer_of
from commands.failures import Guarded
from commands.record.drawer import completed_drafts
from commands.record.header import accept_option
from commands.record.verbs import COMMANDS, Verbs, fields_of, parameters_of, place
from commands.session import Session
from commands.terminal.moments import DECIDED_DATE
from commands.terminal.output import Answer, emit
from ledger.events.change import Change


class Adding(Guarded):
    """The group of all verbs, each made when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the nouns, and the verbs that have none, in the order of the registry."""
        return list(_VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return one of them; None for a name that is not known."""
        return _VERBS.get(cmd_name)


def _command_of(change: type[Change]) -> click.Command:
    """Return the command that adds one such change to a draft."""
    parameters: list[click.Parameter] = [*parameters_of(change)]
    if change.DATED:
        help_ = "From which day this change is so. Default: the day of the decision."
        parameters.append(click.Option(["--effective"], type=DECIDED_DATE, help=help_))
    parameters.append(accept_option())
    help_ = "To which draft. Default: the only one."
    parameters.append(
        click.Option(["--draft", "draft_name"], metavar="NAME", help=help_, shell_complete=completed_drafts)
    )
    return click.Command(
        place(change)[1], params=parameters, callback=_callback(change), help=(change.__doc__ or "").strip()
    )


def _callback(change: type[Change]) -> Callable[..., Any]:
    @click.pass_obj
    def run(
        session: Session, /, draft_name: str | None, accept: Any, effective: str | None = None, **given: Any
    ) -> None:
        drawer = drawer_of(session)
        with drawer.held():
            draft = drawer.named(draft_name)
            given["authority"] = draft.fields.get("authority")
            fields = fields_of(change, given)
            if effective is not None:
                fields["effective"] = effective
            changed, said = change_added(draft, fields, accept)
            drawer.put(changed)
        emit(Answer({"draft": draft.name, "change": len(changed.changes)}, text=said), None)

    return run


_VERBS = Verbs(COMMANDS.changes, _command_of)
add = Adding("add", help="Add a change to a draft, by the words of its command: `draft add cluster retitle ...`.")
