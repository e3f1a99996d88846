"""Pages of man(7), one for each command, made from what the command says of itself: manual_pages.py FOLDER.

A command of several verbs (`cluster`) is one page, with a part for each verb.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from inspect import cleandoc
from pathlib import Path

import click

from commands.main import SECTIONS, cli

NAME = "cluster-ledger"
NOTHING = r"\&"
VERBATIM = "\b"  # a paragraph that begins with it, alone on a line, keeps its lines (click's mark)


def escaped(text: str) -> str:
    """Return a text as roff prints it: every backslash and hyphen as itself, no line taken for a request."""
    lines = text.replace("\\", r"\e").replace("-", r"\-").split("\n")
    return "\n".join(rf"\&{line}" if line.startswith((".", "'")) else line for line in lines)


def paragraphs(help_: str) -> Iterator[str]:
    """Yield the requests of a help text, paragraph by paragraph; none for an empty one."""
    for paragraph in filter(None, cleandoc(help_).split("\n\n")):
        first, _, rest = paragraph.partition("\n")
        kept = first == VERBATIM
        yield f".PP\n.nf\n{escaped(rest)}\n.fi" if kept else f".PP\n{escaped(paragraph)}"


def usage(command: click.Command, context: click.Context) -> str:
    """Return how a command is called, as one line."""
    return f".PP\n.B {escaped(context.command_path)}\n{escaped(' '.join(command.collect_usage_pieces(context)))}"


def options(command: click.Command, context: click.Context) -> Iterator[str]:
    """Yield the requests for each option that is not hidden, in the order of the help."""
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if record is not None:
            name, said = record
            yield f".TP\n.B {escaped(name)}\n{escaped(said) or NOTHING}"


def children(command: click.Command, context: click.Context) -> Iterator[tuple[click.Command, click.Context]]:
    """Yield the commands of a group with a context of each; none where it is no group."""
    for name in command.list_commands(context) if isinstance(command, click.Group) else ():
        child = command.get_command(context, name) if isinstance(command, click.Group) else None
        if child is not None and not child.hidden:
            yield child, click.Context(child, info_name=name, parent=context)


def page(command: click.Command, context: click.Context, line: str) -> str:
    """Return the page of one command: name, synopsis, description, options, and a part for each of its verbs."""
    title = context.command_path.replace(" ", "-")
    parts = [f'.TH "{title.upper()}" "1" "" "{NAME}" "User Commands"', ".nh", ".ad l"]  # whole words, one space between
    parts += [".SH NAME", rf"{escaped(title)} \- {escaped(line)}", ".SH SYNOPSIS", usage(command, context)]
    parts += [".SH DESCRIPTION", *paragraphs(command.help or ""), ".SH OPTIONS", *options(command, context)]
    if command is cli:
        parts += sections()
        parts += [".SH SEE ALSO", *(f".BR {escaped(f'{NAME}-{name}')} (1)" for name in cli.list_commands(context))]
        return "\n".join(parts) + "\n"
    for verb, within in children(command, context):
        parts += [f".SH {escaped(within.command_path.upper())}", usage(verb, within)]
        parts += [*paragraphs(verb.help or ""), *options(verb, within)]
    return "\n".join([*parts, ".SH SEE ALSO", f".BR {escaped(NAME)} (1)"]) + "\n"


def sections() -> Iterator[str]:
    """Yield the commands as the help of the program lists them."""
    yield ".SH COMMANDS"
    for title, section in SECTIONS.items():
        yield f".SS {escaped(title)}"
        yield from (f".TP\n.B {escaped(name)}\n{escaped(line)}" for name, (_, line) in section.items())


def pages() -> Iterator[tuple[str, str]]:
    """Yield (file name, text) of every page, that of the program first."""
    top = click.Context(cli, info_name=NAME, **cli.context_settings)
    yield f"{NAME}.1", page(cli, top, cleandoc(cli.help or "").partition("\n")[0])
    lines = {name: line for section in SECTIONS.values() for name, (_, line) in section.items()}
    for command, context in children(cli, top):
        name = context.info_name or ""
        yield f"{NAME}-{name}.1", page(command, context, lines[name])


def main(folder: Path) -> None:
    """Write every page into a folder, which exists."""
    written = [(folder / name).write_text(text, encoding="utf-8") for name, text in pages()]
    print(f"{len(written)} pages are in {folder}. Read one: man {folder / NAME}.1")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
