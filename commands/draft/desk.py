"""`draft`: decisions in the making, kept for the user alone until they are recorded or thrown away."""

from __future__ import annotations

from typing import Any, NamedTuple

import click

from commands.draft.adding import add
from commands.draft.drafts import drawer_of, name_from, need_header, read_change, said
from commands.draft.view import show
from commands.failures import Guarded
from commands.record.documents import documents_in
from commands.record.drawer import DecisionDraft, NoDraft, completed_drafts, completed_files, need_name
from commands.record.header import header_of, header_options, say_who
from commands.session import Session
from commands.terminal.options import format_option
from commands.terminal.output import Answer, emit
from ledger.documents.decision import read_decision
from ledger.errors import InputError
from ledger.plurals import counted
from ledger.timeline import iso

_NAME = click.Argument(["name"], required=False, metavar="[NAME]", shell_complete=completed_drafts)


@click.group("draft", cls=Guarded, short_help="Make a decision of many changes, one by one, and record it once.")
def draft() -> None:
    """Make a decision of many changes, one by one, and record it once, under one reference.

    A draft belongs to one ledger and to you: nobody else may read it, and nothing of it is in the ledger before
    `cluster-ledger record NAME`. $CLUSTER_LEDGER_DRAFTS names the folder of drafts.
    """


@click.pass_obj
def _new(session: Session, /, name: str | None, **given: Any) -> None:
    say_who(session, given)
    given["effective"] = given["effective"] or iso(session.reader().today())
    begun = DecisionDraft(need_name(name or name_from(given["reference"])), {**header_of(given), "changes": []})
    need_header(begun.fields)
    drawer = drawer_of(session)
    with drawer.held():
        drawer.put(begun, new=True)
    effective = f"effective {begun.fields['effective']}"
    text = (
        f'Draft "{begun.name}": decision "{begun.fields["reference"]}" of {begun.fields["authority"]}, {effective}.\n'
        f"Next: cluster-ledger draft add NOUN VERB ..., then draft show and record {begun.name}.\n"
    )
    emit(Answer({"draft": begun.name}, text=text), None)


@click.pass_obj
def _amend(session: Session, /, name: str | None, **given: Any) -> None:
    stated = header_of(given)
    if not stated:
        raise click.UsageError("Say what is to be another: give an option of it.", click.get_current_context())
    drawer = drawer_of(session)
    with drawer.held():
        before = drawer.named(name)
        lists = {field: [*before.fields.get(field, ()), *new] for field, new in stated.items() if isinstance(new, list)}
        changes = {"changes": before.changes}
        after = before._replace(fields={**before.fields, **stated, **lists, **changes})
        need_header(after.fields)
        drawer.put(after)
    emit(Answer({"draft": after.name}, text=f"{after.where}: {', '.join(_named(stated))} changed.\n"), None)


def _named(stated: dict[str, Any]) -> list[str]:
    return [name.replace("_", " ") for name in stated]


_HELP = (
    "Begin a draft of a decision. NAME is an id; where it is left out it follows from the reference. The options are "
    "those of a decision of one change."
)
_AMEND = "Change what a draft says beside its changes. What may be stated several times is added to what it says."
draft.add_command(click.Command("new", params=[_NAME, *header_options()], callback=_new, help=_HELP))
draft.add_command(add)
draft.add_command(show)
draft.add_command(
    click.Command("amend", params=[_NAME, *header_options(referenced=False)], callback=_amend, help=_AMEND)
)


@draft.command("list")
@format_option
@click.pass_obj
def listed(session: Session, form: str | None) -> None:
    """List the drafts of this ledger."""
    drawer = drawer_of(session)
    rows = [_row(drawer.named(name)) for name in drawer.names()]
    emit(Answer({"drafts": rows}, rows, empty="No draft. Begin one: draft new --reference REFERENCE"), form)


class DraftLine(NamedTuple):
    """A draft in a list of drafts, and how many changes it has."""

    name: str
    authority: str | None
    reference: str | None
    effective: str | None
    changes: int


def _row(found: DecisionDraft) -> DraftLine:
    authority, reference, effective = (found.fields.get(name) for name in ("authority", "reference", "effective"))
    return DraftLine(found.name, authority, reference, effective, len(found.changes))


@draft.command("drop")
@click.argument("number", type=click.IntRange(1), metavar="N")
@click.option(
    "--draft", "name", metavar="NAME", shell_complete=completed_drafts, help="Of which draft. Default: the only one."
)
@click.pass_obj
def drop(session: Session, number: int, name: str | None) -> None:
    """Take change N out of a draft; those after it move up by one. `draft show` numbers them."""
    drawer = drawer_of(session)
    with drawer.held():
        before = drawer.named(name)
        if number > len(before.changes):
            last = f"the last is change {len(before.changes)}" if before.changes else "it has none yet"
            raise InputError(f"{before.where} has no change {number}: {last}.")
        left = [change for place, change in enumerate(before.changes, 1) if place != number]
        drawer.put(before._replace(fields={**before.fields, "changes": left}))
    dropped = before.changes[number - 1]
    text = f"{before.where}: taken out is {said(number, dropped, read_change(before.fields, dropped))}\n"
    emit(Answer({"draft": before.name}, text=text), None)


@draft.command("discard")
@click.argument("name", shell_complete=completed_drafts)
@click.pass_obj
def discard(session: Session, name: str) -> None:
    """Throw a draft away."""
    drawer = drawer_of(session)
    with drawer.held():
        drawer.discard(name)
    emit(Answer({"draft": name}, text=f'Draft "{name}" is thrown away. Nothing was recorded.\n'), None)


@draft.command("take")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", shell_complete=completed_files)
@click.pass_obj
def take(session: Session, files: tuple[str, ...]) -> None:
    """Make a draft of each decision document in FILE..., named after its reference."""
    drawer = drawer_of(session)
    found = [document for document in documents_in(session, files) if document.draft is None]
    if not found:
        raise NoDraft("What you name is a draft already.")
    drafts = []
    for document in found:
        header = read_decision(document.fields, document.where).header
        drafts.append(DecisionDraft(name_from(header.reference), document.fields))
    with drawer.held():
        there = set(drawer.names())
        for one in drafts:
            if one.name in there:
                raise InputError(
                    f'There is a draft "{one.name}" already, and none is made. Discard or record it first.'
                )
            there.add(one.name)
        for one in drafts:
            drawer.put(one, new=True)
    text = "".join(f"{one.where}: {counted(len(one.changes), 'change')}.\n" for one in drafts)
    emit(Answer({"drafts": [one.name for one in drafts]}, text=text), None)


COMMANDS = {"draft": draft}
