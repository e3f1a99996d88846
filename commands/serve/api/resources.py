"""The resources of the interface: the reading commands it offers, what each may be asked, its shapes of answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple

import click

from commands.main import cli
from commands.terminal.moments import Readable
from ledger.errors import InputError, nothing_called

LIMIT, LIMIT_MAX = 100, 1_000  # items of a page
_NOT_OFFERED = {"format", "interactive", "strict"}  # of the screen and of the exit code
_TRUTH = {"true": True, "false": False}


class MalformedQuestion(InputError):
    """A question that no ledger can be asked."""


class ApiResource(NamedTuple):
    """A reading command as a resource: the shapes that it answers in, and the lists of which it answers a page."""

    name: str
    shapes: tuple[str, ...]
    paged: tuple[str, ...] = ()  # of those that an answer has, the first

    @property
    def command(self) -> click.Command:
        """The command that answers."""
        found = cli.get_command(click.Context(cli), self.name)
        assert found is not None  # a test goes through all of them
        return found

    @property
    def fields(self) -> dict[str, click.Parameter]:
        """What it may be asked, by the names that stand in an address."""
        return _fields(self.name)

    @property
    def positions(self) -> bool:
        """Whether its pages begin after a position, and not after a number of items."""
        return "after" in self.fields


RESOURCES: Mapping[str, ApiResource] = {
    one.name: one
    for one in (
        ApiResource("agility", ("agility", "agility-explain", "agility-list"), ("events", "figures")),
        ApiResource("check", ("check",), ("assertions",)),
        ApiResource("diff", ("diff",), ("differences",)),
        ApiResource("history", ("history", "history-decision"), ("entries",)),
        ApiResource("lags", ("lags",), ("records",)),
        ApiResource("log", ("log",), ("events",)),
        ApiResource("matrix", ("matrix",)),
        ApiResource("notices", ("notices",), ("notices",)),
        ApiResource("overrides", ("overrides",), ("overrides",)),
        ApiResource("replay", ("replay",), ("steps",)),
        ApiResource("restate", ("restate",), ("series",)),
        ApiResource("rules", ("rules",)),
        ApiResource("sample", ("sample",), ("decisions",)),
        ApiResource("show", ("show", "show-thing", "show-decision")),
        ApiResource("why", ("why", "show-decision"), ("attributes",)),
    )
}


@cache
def _fields(name: str) -> dict[str, click.Parameter]:
    command = RESOURCES[name].command
    found = {named_in_address(parameter): parameter for parameter in command.params}
    return {name: parameter for name, parameter in found.items() if name not in _NOT_OFFERED}


def named_in_address(parameter: click.Parameter) -> str:
    """Return the name of a parameter in an address: of an option its long one, of an argument its own."""
    if isinstance(parameter, click.Option):
        return max(parameter.opts, key=len).lstrip("-")
    return str(parameter.name).rstrip("_")


def is_flag(parameter: click.Parameter) -> bool:
    """Return whether a parameter is said, or not said."""
    return isinstance(parameter, click.Option) and parameter.is_flag


def takes_several(parameter: click.Parameter) -> bool:
    """Return whether a parameter may be given more than once."""
    return parameter.multiple if isinstance(parameter, click.Option) else parameter.nargs == -1


def arguments(resource: ApiResource, asked: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the words of a command line that ask a resource for what an address asks.

    Raises `MalformedQuestion` for a field that it does not have, or one that is given twice; `InputError` for a value
    that cannot be read.
    """
    for name in asked:
        if name not in resource.fields:
            known = [*resource.fields, *(["limit", "after"] if resource.paged else [])]
            raise MalformedQuestion(nothing_called("field", name, known))
    options: list[str] = []
    places: list[str] = []
    for name, parameter in resource.fields.items():
        values = asked.get(name, ())
        if len(values) > 1 and not takes_several(parameter):
            raise MalformedQuestion(f'"{name}" may be given once, and is given more often.')
        _check(parameter, values)
        if isinstance(parameter, click.Option):
            options += _option(name, parameter, values)
        else:
            places += values
    return [*options, "--", *places]


def _check(parameter: click.Parameter, values: Sequence[str]) -> None:
    """Raise `InputError` where a value is none of its type; a file of this machine is none of any."""
    if isinstance(parameter.type, Readable):
        for value in values:
            parameter.type.check(value)


def _option(name: str, option: click.Option, values: Sequence[str]) -> Iterator[str]:
    for value in values:
        if not is_flag(option):
            yield f"{max(option.opts, key=len)}={value}"
        elif value not in _TRUTH:
            raise MalformedQuestion(f'"{name}" is true or false.')
        elif _TRUTH[value]:
            yield max(option.opts, key=len)
