"""`archive`: all that a ledger holds and knew as Parquet files, for tools that are not ours and for a long time."""

from __future__ import annotations

from pathlib import Path

import click

from commands.session import Session
from commands.terminal.options import format_option
from commands.terminal.output import Answer, emit
from commands.terminal.progress import bar
from ledger.plurals import counted


@click.command("archive", short_help="Write all that the ledger holds and knew as Parquet, for other tools.")
@click.option("-o", "--output", required=True, metavar="DIR", help="The folder to write, or to add to.")
@click.option("--checkpoint", "checkpoint_file", metavar="FILE", help="What it is to stand under: see `checkpoint`.")
@click.option("--bag", "in_bag", is_flag=True, help="In an envelope for those who keep it for ever (BagIt, RFC 8493).")
@format_option
@click.pass_obj
def archive(session: Session, output: str, checkpoint_file: str | None, in_bag: bool, form: str | None) -> None:
    """Write events, decisions and every value in both times as Parquet files, by ledger and year of recording.

    Run again it adds what is new, and never writes a file again that stands. manifest.json names every file with its
    SHA-256; `cluster-ledger verify DIR` holds all of it to the ledger. Any tool that reads Parquet reads it without
    this program. With --checkpoint it ends where that does, and carries it.

    With --bag the archive is the payload of a bag, as national archives take it over. It stays one in later runs.
    """
    from ledger.proving.files import read_checkpoint
    from projections.archive.bag.sealing import need_bag_folder
    from projections.archive.manifest import read_manifest
    from projections.archive.places import DATA, is_bag
    from projections.archive.writing import write_archive

    signed = None if checkpoint_file is None else read_checkpoint(checkpoint_file)
    bag = Path(output) if in_bag or is_bag(output) else None
    if bag is not None:
        need_bag_folder(bag)
    views, folder = session.views(), Path(output) if bag is None else bag / DATA
    before = read_manifest(folder) if folder.is_dir() else None
    last = session.reader().head().position if signed is None else signed.checkpoint.size
    with bar(before.position if before else 0, last, "Writing the archive") as moved:
        made = write_archive(views, folder, signed, moved, bag=bag)
    session.made = f'The archive "{output}" is written.'
    new = counted(made.written, "file") if made.written else "Nothing new; no file"
    text = (
        f'{new} written to "{output}": {counted(made.position, "event")} in {counted(made.files, "file")}, '
        f"{made.bytes / 1e6:,.1f} MB.\nSize {made.position}, root {made.root}"
        f"{', under its checkpoint' if made.signed else ''}{', in a bag' if bag else ''}.\n"
    )
    emit(Answer(made, [made], text=text), form)


COMMANDS = {"archive": archive}
