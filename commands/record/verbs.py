"""Decisions of one change, as commands made from the models of the changes: `cluster retitle`, `strike`, ...

The field that names the thing changed is the argument, every other field an option. What a verb builds is the
same document that `record` reads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import click

from commands.failures import Guarded
from commands.main import LINES
from commands.record import literals as typed
from commands.record.fields import argument_of, option_of, parameter_name
from commands.record.header import decide, decision_options, say_who
from commands.session import Session
from ledger.events.change import Change
from ledger.events.changes.record import OnRecord
from ledger.events.references import DecisionName
from ledger.events.registry import ASKED_FOR


def place(change: type[Change]) -> tuple[str, str]:
    """Return the noun (empty: none) and the verb under which a change is a command.

    The name of a change is verb-noun and its command `noun verb`, save where the change names its command.
    """
    verb, _, noun = change.NAME.partition("-")
    noun, _, verb = (change.COMMAND or f"{noun.removesuffix('s')} {verb}").rpartition(" ")
    return noun.strip(), verb


def command_of(change: type[Change]) -> click.Command:
    """Return the command that records a decision of one such change."""
    parameters: list[click.Parameter] = [*_parameters(change)]
    parameters += decision_options(dated=change.DATED, because="because" not in change.model_fields)
    said = (change.__doc__ or "").strip()
    return click.Command(place(change)[1], params=parameters, callback=_callback(change), help=said)


def _named_by(change: type[Change]) -> str | None:
    """Return the field in which a change names an earlier event or decision, or None."""
    if issubclass(change, OnRecord):
        return "target"
    decision = change.model_fields.get("decision")
    return "decision" if decision is not None and decision.annotation is DecisionName else None


def _parameters(change: type[Change]) -> Iterator[click.Parameter]:
    named = _named_by(change)
    for field, info in change.model_fields.items():
        name = info.alias or field
        if field == named:
            yield click.Argument([parameter_name(name)], metavar="TARGET" if name == "target" else "REFERENCE")
        elif field == (change.ARGUMENT or change.SUBJECT):
            yield argument_of(name, info)
        else:
            yield option_of(name, info, change.HELP.get(field), personal=field in change.PERSONAL)
    if named:
        said = "Who decided what is named, where that is a decision. Default: --authority."
        yield click.Option(["--decided-by"], metavar="OFFICE", help=said)


def _callback(change: type[Change]) -> Callable[..., Any]:
    named = _named_by(change)

    @click.pass_obj
    def run(session: Session, /, **given: Any) -> int:
        say_who(session, given)
        fields: dict[str, Any] = {"change": change.NAME}
        for name in [info.alias or field for field, info in change.model_fields.items()]:
            value = given.pop(parameter_name(name))
            if value is not None and value != ():
                fields[name] = list(value) if isinstance(value, tuple) else value
        if named:
            fields[named] = typed.named_decision(fields[named], given)
        return decide(session, fields, given)

    return run


def _made() -> dict[str, click.Command]:
    found: dict[str, click.Command] = {}
    for change in ASKED_FOR.values():
        noun, verb = place(change)
        command = command_of(change)
        if not noun:
            found[verb] = command
            continue
        group = found.setdefault(noun, Guarded(noun, help=LINES[noun][1]))
        assert isinstance(group, click.Group)  # no noun is also a verb
        group.add_command(command)
    return found


COMMANDS = _made()
