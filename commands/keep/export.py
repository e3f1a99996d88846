"""`export`: the log as the lines that the tree is made of, as what other registers read (ORG, PROV), or as a site."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

import click

from commands.session import Session
from commands.terminal.moments import DATE, WHEN
from commands.terminal.progress import bar
from commands.terminal.streams import say
from ledger.errors.extras import MissingExtra
from ledger.files.outputs import new_file
from ledger.plurals import counted
from ledger.timeline import first_day_of

if TYPE_CHECKING:
    from projections.pages.vouched import CheckpointAtHand

FORMATS = ("log", "org", "prov", "tiles", "site")
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
    "tiles: a folder that any web server can give out (C2SP tlog-tiles). site: the explorer's pages of chosen days, as "
    "such a folder.",
)
@click.option("--force", is_flag=True, help="Overwrite the file if it exists.")
@click.option("--known", "knowns", type=WHEN, multiple=True, help="Only what was known then. Default: all.")
@click.option("--effective", "days", type=DATE, multiple=True, help="The day of org; the days of site. Default: today.")
@click.option("--base", metavar="IRI", help="What addresses begin with, in org, prov and site.")
@click.option("--checkpoint", "checkpoint_file", metavar="FILE", help="What tiles and proofs of a site stand under.")
@click.option("--policy", metavar="FILE", help="Whose word on the checkpoint counts, on the pages of a site.")
@click.option("--with-personal", is_flag=True, help="Names of persons in a site, too.")
@click.pass_obj
def export(
    session: Session,
    output: str,
    form: str,
    force: bool,
    knowns: tuple[str, ...],
    days: tuple[str, ...],
    base: str | None,
    checkpoint_file: str | None,
    policy: str | None,
    with_personal: bool,
) -> None:
    """Write the log, one canonical JSON line an event: the very bytes that the tree is made of.

    Anyone can recompute the root from them (RFC 9162). `cluster-ledger verify FILE` does. With --format, write what
    tools for linked data and provenance read instead; --effective is the day of the structure in org.

    A site holds each day (--effective, as often as you like) as known at each point (--known, too), as the public sees
    it. It is put in place whole, and takes the place of an empty folder, or of a site of the same ledger.
    """
    if form == "site":
        _site(session, output, (days, knowns), SiteAsked(base, checkpoint_file, policy, with_personal))
        return
    if with_personal or policy is not None or len(days) > 1 or len(knowns) > 1:
        raise click.UsageError("--policy, --with-personal, several --effective and --known go with --format site.")
    effective, known = (some[0] if some else None for some in (days, knowns))
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


class SiteAsked(NamedTuple):
    """What a site is asked to be: its address, the checkpoint of its proofs, and whether it names persons."""

    base: str | None
    checkpoint: str | None
    policy: str | None
    with_personal: bool


def _site(session: Session, output: str, both: tuple[tuple[str, ...], tuple[str, ...]], wanted: SiteAsked) -> None:
    """Write the pages of chosen points to a folder, for any web server."""
    try:
        from projections.pages.site.writing import SiteShown, SiteWriter, pages_at_least, site_of
    except ImportError as error:
        raise MissingExtra("Pages", str(error.name), "web") from None
    from ledger.files.outputs import new_tree
    from projections.pages.addresses import PagePoint

    if output == "-":
        raise click.UsageError("A site is a folder: give --output DIR.")
    reader, views = session.reader(), session.views()
    days = [first_day_of(one) for one in both[0]] or [reader.today()]
    knowns = [reader.known(one).position for one in both[1] or (None,)]
    points = list(dict.fromkeys(PagePoint(day, known) for day in days for known in knowns))
    shown = SiteShown(
        public=not wanted.with_personal, checkpoint=_checkpoint(session, wanted), place=_address(wanted.base)
    )
    least = pages_at_least(views, points)
    say(f"A site of {counted(len(points), 'point')} has {least:,} pages and more: those of things and charts, too.")
    making = new_tree(output, lambda found: site_of(found) == reader.government.ledger_id)
    with making as folder, bar(0, least, "Writing pages") as moved:
        written = SiteWriter(views, points, shown).write(folder, moved)
    session.made = f'The site "{output}" is written.'
    said = f"{counted(written.pages, 'page')} and {counted(written.files, 'other file')}"
    say(f'Wrote {said} to "{output}", for any web server. It begins at index.html.')


def _checkpoint(session: Session, wanted: SiteAsked) -> CheckpointAtHand | None:
    if wanted.checkpoint is None:
        if wanted.policy is not None:
            raise click.UsageError("A policy says whose word on a checkpoint counts: give --checkpoint FILE with it.")
        return None
    from projections.pages.checkpoint import CheckpointFile

    found = CheckpointFile(wanted.checkpoint, wanted.policy)
    found.read(session.reader())
    return found


def _address(base: str | None) -> str:
    return "" if base is None else f"{base.rstrip('/')}/"


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
