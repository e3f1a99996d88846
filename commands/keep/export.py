"""`export`: the log as the lines that the tree is made of, or as what other registers read (ORG, PROV)."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import click

from commands.session import Session
from commands.terminal.moments import WHEN
from commands.terminal.options import effective_option
from commands.terminal.streams import say
from ledger.files.outputs import new_file
from ledger.plurals import counted
from ledger.timeline import first_day_of

FORMATS = ("log", "org", "prov", "tiles")
Write = Callable[[BinaryIO], tuple[int, str]]


@click.command("export", short_help="Write the log, one canonical JSON line an event; or as ORG or PROV.")
@click.option("-o", "--output", required=True, metavar="FILE|DIR", help="The file to write; - is standard output.")
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="log",
    show_default=True,
    help="org: the structure and its changes as W3C ORG with SKOS (JSON-LD). prov: the record as W3C PROV (PROV-JSON). "
    "tiles: a folder that any web server can give out (C2SP tlog-tiles).",
)
@click.option("--force", is_flag=True, help="Overwrite the file if it exists.")
@click.option("--known", type=WHEN, help="Only what was known then. Default: all.")
@effective_option
@click.option("--base", metavar="IRI", help="What addresses begin with, in org and prov. Default: the ledger id.")
@click.option("--checkpoint", "checkpoint_file", metavar="FILE", help="What tiles stand under: see `checkpoint`.")
@click.pass_obj
def export(
    session: Session,
    output: str,
    form: str,
    force: bool,
    known: str | None,
    effective: str | None,
    base: str | None,
    checkpoint_file: str | None,
) -> None:
    """Write the log, one canonical JSON line an event: the very bytes that the tree is made of.

    Anyone can recompute the root from them (RFC 9162). `cluster-ledger verify FILE` does. With --format, write what
    tools for linked data and provenance read instead; --effective is the day of the structure in org.
    """
    if effective is not None and form != "org":
        raise click.UsageError("--effective goes with --format org: the record is of all days.")
    if form == "tiles" or checkpoint_file is not None:
        _tiles(session, output, form, checkpoint_file, known)
        return
    if base is not None and form == "log":
        raise click.UsageError("--base goes with --format org or prov: the log holds no addresses.")
    write = _WRITERS[form](session, session.reader().known(known).position, effective, base)
    if output == "-":
        size, root = write(sys.stdout.buffer)
        sys.stdout.flush()
    else:
        with new_file(output, force=force) as file:
            size, root = write(file)
        session.made = f'The export "{output}" is written.'
    name = "standard output" if output == "-" else output
    say(f"Wrote {counted(size, 'event')} to {name}. Size {size}, root {root}.")


def _tiles(session: Session, output: str, form: str, checkpoint_file: str | None, known: str | None) -> None:
    """Write the tiles of a checkpoint to a folder, or what is new there since the last time."""
    if form != "tiles" or checkpoint_file is None or known is not None:
        raise click.UsageError("Tiles stand under a checkpoint: give --format tiles with --checkpoint, not --known.")
    from ledger.proving.files import read_checkpoint
    from ledger.proving.tiles import write_tiles

    signed = read_checkpoint(checkpoint_file)
    written = write_tiles(session.reader(), Path(output), signed)
    session.made = f'The tiles "{output}" are written.'
    said = counted(written, "file")
    say(f'Wrote {said} to "{output}": the tiles of {counted(signed.checkpoint.size, "event")}, for any web server.')


def _log(session: Session, upto: int, _: str | None, __: str | None) -> Write:
    from projections.exports.lines import write_lines

    return lambda file: write_lines(session.reader(), file, upto)


def _org(session: Session, upto: int, effective: str | None, base: str | None) -> Write:
    from projections.exports.org.structure import write_org

    day = session.reader().today() if effective is None else first_day_of(effective)
    return lambda file: write_org(session.views(), file, day, upto, base=base)


def _prov(session: Session, upto: int, _: str | None, base: str | None) -> Write:
    from projections.exports.prov.record import write_prov

    return lambda file: write_prov(session.events(), file, upto, base=base)


_WRITERS: dict[str, Callable[[Session, int, str | None, str | None], Write]] = {"log": _log, "org": _org, "prov": _prov}
COMMANDS = {"export": export}
