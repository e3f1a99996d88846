"""Decisions of one change, as commands made from the models of the changes: `cluster retitle`, `strike`, ...

The field that names the thing changed is the argument, every other field an option. What a verb builds is the
same document that `record` reads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import click

from commands.failures import Guarded
from commands.main import LINES
from commands.record import literals as typed
from commands.record.completion import completion_of
from commands.record.fields import argument_of, option_of, parameter_name
from commands.record.header import decide, decision_options, say_who
from commands.session import Session
from commands.terminal.completion import authorities
from ledger.documents.composed import WRITTEN, StrikeEntries
from ledger.events.change import Change
from ledger.events.changes.record import OnRecord
from ledger.events.references import DecisionName


def place(change: type[Change]) -> tuple[str, str]:
    """Return the noun (empty: none) and the verb under which a change is a command.

    The name of a change is verb-noun and its command `noun verb`, save where the change names its command.
    """
    verb, _, noun = change.NAME.partition("-")
    noun, _, verb = (change.COMMAND or f"{noun.removesuffix('s')} {verb}").rpartition(" ")
    return noun.strip(), verb


def command_of(change: type[Change]) -> click.Command:
    """Return the command that records a decision of one such change."""
    parameters: list[click.Parameter] = [*parameters_of(change)]
    parameters += decision_options(dated=change.DATED, because="because" not in change.model_fields)
    help_ = (change.__doc__ or "").strip()
    return click.Command(place(change)[1], params=parameters, callback=_callback(change), help=help_)


def named_by(change: type[Change]) -> str | None:
    """Return the field in which a change names an earlier event or decision, or None."""
    if issubclass(change, OnRecord | StrikeEntries):
        return "target"
    decision = change.model_fields.get("decision")
    return "decision" if decision is not None and decision.annotation is DecisionName else None


def parameters_of(change: type[Change]) -> Iterator[click.Parameter]:
    """Yield the argument and the options in which a change is typed, without those of its decision."""
    named = named_by(change)
    for field, info in change.model_fields.items():
        name, complete = info.alias or field, completion_of(change, field)
        if field == named:
            metavar, required = "TARGET" if name == "target" else "REFERENCE", info.is_required()
            metavar = metavar if required else f"[{metavar}]"
            yield click.Argument([parameter_name(name)], required=required, metavar=metavar, shell_complete=complete)
        elif field == (change.ARGUMENT or change.SUBJECT):
            yield argument_of(name, info, complete)
        else:
            yield option_of(name, info, change.HELP.get(field), complete, personal=field in change.PERSONAL)
    if named:
        help_ = "Who decided what is named, where that is a decision. Default: --authority."
        yield click.Option(["--decided-by"], metavar="OFFICE", help=help_, shell_complete=authorities())


def fields_of(change: type[Change], given: dict[str, Any]) -> dict[str, Any]:
    """Return a change as documents have it, its fields taken out of what was typed; a tuple becomes a list."""
    named = named_by(change)
    fields: dict[str, Any] = {"change": change.NAME}
    for name in [info.alias or field for field, info in change.model_fields.items()]:
        value = given.pop(parameter_name(name))
        if value is not None and value != ():
            fields[name] = list(value) if isinstance(value, tuple) else value
    if named in fields:
        fields[named] = typed.named_decision(fields[named], given)
    else:
        given.pop("decided_by", None)
    return fields


def _callback(change: type[Change]) -> Callable[..., Any]:
    @click.pass_obj
    def run(session: Session, /, **given: Any) -> int:
        say_who(session, given)
        return decide(session, fields_of(change, given), given)

    return run


def by_word(changes: Iterable[type[Change]]) -> dict[str, list[type[Change]]]:
    """Return changes by the first word of their command, in their order: those of one noun, or one verb alone.

    Raises `TypeError` for a change whose place is taken, or whose first word the help of the program does not list.
    """
    found: dict[str, list[type[Change]]] = {}
    for change in changes:
        noun, verb = place(change)
        word = noun or verb
        if word not in LINES:
            raise TypeError(_misplaced(change, f'SECTIONS of commands/main.py has no line for "{word}": add one'))
        there = [place(other) for other in found.get(word, ())]
        if there and (not noun or not there[0][0] or (noun, verb) in there):
            raise TypeError(_misplaced(change, "another change has that place: give it one as its COMMAND"))
        found.setdefault(word, []).append(change)
    return found


class Verbs(Mapping[str, click.Command]):
    """Commands by their first word, each made when it is asked for: one is run, and there are seventy."""

    def __init__(
        self, changes: Iterable[type[Change]], make: Callable[[type[Change]], click.Command] = command_of
    ) -> None:
        self.changes = tuple(changes)
        self._make, self._by_word = make, by_word(self.changes)

    def __getitem__(self, word: str) -> click.Command:
        first, *others = self._by_word[word]
        if not place(first)[0]:
            return self._make(first)
        group = Guarded(word, help=LINES[word][1])
        for change in (first, *others):
            group.add_command(self._make(change))
        return group

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_word)

    def __len__(self) -> int:
        return len(self._by_word)


def _misplaced(change: type[Change], fault: str) -> str:
    return f'{change.__module__}.{change.__name__}: its command is "{" ".join(place(change)).strip()}", but {fault}.'


COMMANDS = Verbs(WRITTEN.values())
