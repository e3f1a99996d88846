"""`backup` and `restore`: a copy of the ledger that says what it is, and the ledger made of one again."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, NamedTuple

import click

from commands.failures import FOUND
from commands.keep.copy import see
from commands.servers import address_given
from commands.session import Session
from commands.terminal.options import format_option
from commands.terminal.output import Answer, emit
from commands.terminal.streams import say
from ledger.application.backups.last import remember
from ledger.application.backups.making import make_backup, place_of_backup
from ledger.application.backups.manifest import BackupManifest, beside
from ledger.application.backups.restoring import (
    GivenOut,
    Missing,
    checked_backup,
    missing_of,
    need_free,
    receipts_of,
    restore_backup,
)
from ledger.application.seen.file import SeenFile, UnreadableState, folder_of_state
from ledger.errors import InputError, LedgerError, ProofError, harmless
from ledger.files.inputs import read_whole
from ledger.integrity.tree import parse_root

_RECEIPT_BYTES_MAX = 16 << 20
_WRITTEN = re.compile(r"[Ss]ize (\d{1,18}), root (sha256:[0-9a-f]{64})")


class RestoreMade(NamedTuple):
    """A ledger that was made of a backup, and what is known to have been recorded after it."""

    backup: str
    ledger: str
    government: str
    origin: str
    ledger_id: str
    tree_size: int
    root: str
    made_at: str
    missing: list[Missing]


@click.command("backup", short_help="Make a backup of the ledger, checked and with a manifest, while others record.")
@click.option("-o", "--output", required=True, metavar="FOLDER|FILE", help="Where to put it; nothing is overwritten.")
@format_option
@click.pass_obj
def backup(session: Session, output: str, form: str | None) -> None:
    """Copy the ledger as it stands at one moment to a file, check every byte of it, and write a manifest beside it.

    The manifest says of which ledger it is, its size and root, when it was made by which version, and the SHA-256 of
    the file. In a FOLDER the file is named for the ledger and the time. The backup has its name once it is whole.
    """
    session.look()
    place = place_of_backup(session.location, output)
    made = make_backup(session.location, place)
    session.made = f'The backup "{place}" is made, and stands.'
    try:
        remember(folder_of_state(), made, place)
    except (LedgerError, OSError) as error:
        say(f"When the last backup was made could not be kept for `doctor` ({error}).")
    lines = [f"Backed up: {place}, with its manifest {beside(place).name}"]
    lines += [f"  government  {made.government}", f"  ledger id   {made.ledger_id}", f"  size        {made.tree_size}"]
    lines += [f"  root        {made.root}", f"  bytes       {made.bytes:,}", f"  SHA-256     {made.sha256}"]
    emit(Answer(made, [made], text="\n".join(lines) + "\n"), form)
    if form is None:
        say(f"To try it: cluster-ledger restore {place} PLACE")


@click.command("restore", short_help="Make a ledger of a backup, once every byte of it was checked.")
@click.argument("source", metavar="BACKUP")
@click.argument("place", metavar="[TO]", required=False)
@click.option("--to", metavar="LOCATION", help="As TO.")
@click.option(
    "--receipt", "files", multiple=True, metavar="FILE", help="A receipt in JSON or as printed; a checkpoint."
)
@click.option("--size", type=click.IntRange(min=1), help="The size of a receipt, with --root.")
@click.option("--root", metavar="sha256:...", help="The root of that size.")
@format_option
@click.pass_obj
def restore(
    session: Session,
    source: str,
    place: str | None,
    to: str | None,
    files: tuple[str, ...],
    size: int | None,
    root: str | None,
    form: str | None,
) -> int:
    """Check a backup against its manifest, byte by byte and by its root, and make the ledger of it at TO.

    TO is a file, or the address of a ledger on a server, where nothing may stand. The backup is held to what you last
    saw of the ledger, and to receipts: a root that it contradicts is refused, and what it does not hold any more is
    said, with exit code 3. Give receipts by --receipt, or --size and --root.
    """
    if (place is None) == (to is None):
        raise click.UsageError("Give the place of the ledger, once: restore BACKUP TO.")
    if (size is None) != (root is None):
        raise click.UsageError("--size and --root go together.")
    target = place or to or ""
    target = address_given(target, on_command_line=True) if "://" in target else target
    need_free(target)
    path = Path(source)
    manifest = checked_backup(path)
    receipts = [*_seen(manifest.ledger_id), *(one for name in files for one in _receipts(name))]
    if size is not None and root is not None:
        receipts.append(GivenOut(size, _root(root), f"the receipt that you gave ends at {size}"))
    missing = missing_of(path, manifest, receipts)
    restore_backup(path, target, lambda: _say_what_stands(session, source, target))
    session.made = f'The ledger "{target}" is restored, and stands.'
    see(session, target)
    emit(_answer(source, target, manifest, missing), form)
    for one in missing:
        say(
            f"This backup ends at {manifest.tree_size}; {one.source}. What was recorded after {manifest.tree_size} is "
            "not in it: look for a later backup, or ask for its decisions again."
        )
    return FOUND if missing else 0


def _say_what_stands(session: Session, source: str, target: str) -> None:
    session.stopped = f'What stands at "{target}" is a beginning: `copy {source} {target}` goes on from it.'


def _answer(source: str, target: str, manifest: BackupManifest, missing: list[Missing]) -> Answer:
    payload = RestoreMade(
        source,
        target,
        manifest.government,
        manifest.origin,
        manifest.ledger_id,
        manifest.tree_size,
        manifest.root,
        manifest.made_at,
        missing,
    )
    lines = [f"Restored: {target}, from a backup of {manifest.made_at}; every byte of it was checked."]
    lines += [f"  government  {manifest.government}", f"  ledger id   {manifest.ledger_id}"]
    lines += [f"  size        {manifest.tree_size}", f"  root        {manifest.root}"]
    return Answer(payload, [payload], text="\n".join(lines) + "\n")


def _seen(ledger_id: str) -> list[GivenOut]:
    try:
        return receipts_of(ledger_id, SeenFile(folder_of_state()).read().sightings)
    except UnreadableState as error:
        say(str(error))
        return []


def _receipts(name: str) -> list[GivenOut]:
    """Return every size and root in a file: a receipt in JSON or as it was printed, or a checkpoint."""
    text = (read_whole(name, _RECEIPT_BYTES_MAX) or b"").decode("utf-8", "replace")
    try:
        found = _pairs(json.loads(text))
    except (ValueError, RecursionError):
        found = [(int(size), root) for size, root in _WRITTEN.findall(text)] or _signed(name)
    shown = f'the receipt "{harmless(name, 200)}"'
    if not found:
        raise InputError(f"There is no size and root in {shown}. Give what `record` answered, or a checkpoint.")
    last = f"{shown} ends at {max(found)[0]}"
    return [GivenOut(size, _root(root), last) for size, root in found]


def _pairs(found: Any) -> list[tuple[int, str]]:
    """Return every `tree_size` with the `root` beside it, at whatever depth."""
    pairs: list[tuple[int, str]] = []
    left = [found]
    while left:
        one = left.pop()
        if isinstance(one, dict):
            size, root = one.get("tree_size"), one.get("root")
            if type(size) is int and 0 < size < 2**63 and isinstance(root, str):
                pairs.append((size, root))
            left += one.values()
        elif isinstance(one, list):
            left += one
    return pairs


def _signed(name: str) -> list[tuple[int, str]]:
    from ledger.integrity.tree import format_root
    from ledger.proving.files import read_checkpoint

    try:
        checkpoint = read_checkpoint(name).checkpoint
    except ProofError:
        return []
    return [(checkpoint.size, format_root(checkpoint.root))]


def _root(text: str) -> str:
    parse_root(text)
    return text


COMMANDS = {"backup": backup, "restore": restore}
