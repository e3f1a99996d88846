"""`checkpoint`: size and root of the ledger, signed, for others to keep."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from commands.prove.passphrase import key_option, passphrase_of, passphrase_option
from commands.session import Session
from commands.terminal.options import format_option
from commands.terminal.output import Answer, emit
from commands.terminal.progress import bar
from commands.terminal.streams import say

if TYPE_CHECKING:
    from ledger.integrity.checkpoints import SignedCheckpoint
    from ledger.integrity.private_keys import PrivateKey


class CheckpointMade(NamedTuple):
    """A checkpoint that was signed: size, root, and whose signatures it has."""

    origin: str
    tree_size: int
    root: str
    signatures: tuple[str, ...]
    hashed_again: int  # events since the last one


@click.command("checkpoint", short_help="Sign size and root of the ledger, for others to keep.")
@key_option
@passphrase_option
@click.option("-o", "--output", required=True, metavar="FILE", help="The checkpoint to write; - is standard output.")
@click.option("--force", is_flag=True, help="Overwrite the file if it exists.")
@format_option
@click.pass_obj
def checkpoint(
    session: Session, key_file: str, passphrase_file: str | None, output: str, force: bool, form: str | None
) -> None:
    """Sign size and root of the ledger, after hashing again all that was recorded since the last checkpoint.

    Give the file away: whoever has it can prove later that nothing before it was changed. What was signed last is kept
    beside the key, and nothing is ever signed that does not continue it.
    """
    import sys

    from ledger.files.outputs import check_output, new_file

    if output != "-":
        check_output(output, force=force)
    key = opened_key(key_file, passphrase_file)
    signed, before = _signed(session, key, Path(key_file))
    if output == "-":
        sys.stdout.buffer.write(bytes(signed))
        return
    with new_file(output, force=force) as file:
        file.write(bytes(signed))
    _say(signed, before, output, form)


def opened_key(key_file: str, passphrase_file: str | None) -> PrivateKey:
    """Return the private key of a file, its passphrase asked for where it is not given."""
    from ledger.proving.keys import read_key

    read = read_key(key_file)
    return read.open(passphrase_of(key_file, passphrase_file, sealed=read.is_sealed), f'"{key_file}"')


def _signed(session: Session, key: PrivateKey, key_file: Path) -> tuple[SignedCheckpoint, int]:
    """Sign what the ledger holds now; return the checkpoint, and the size of the one before it."""
    from ledger.proving.signing import LastSigned, signed_checkpoint

    ledger, kept = session.reader(), LastSigned(key_file)
    with kept.held():
        last = kept.read(key)
        before = last.checkpoint.size if last else 0
        with bar(0, max(0, ledger.head().position - before), "Hashing what was recorded since") as moved:
            signed = signed_checkpoint(ledger, key, last, moved)
        kept.write(signed)
    return signed, before


def _say(signed: SignedCheckpoint, before: int, output: str, form: str | None) -> None:
    from ledger.integrity.tree import format_root

    made = CheckpointMade(
        origin=signed.checkpoint.origin,
        tree_size=signed.checkpoint.size,
        root=format_root(signed.checkpoint.root),
        signatures=tuple(f"{line.name}+{line.id.hex()}" for line in signed.note.signatures),
        hashed_again=signed.checkpoint.size - before,
    )
    text = (
        f"origin      {made.origin}\nsize        {made.tree_size}\nroot        {made.root}\n"
        f"signed by   {', '.join(made.signatures)}\n"
    )
    emit(Answer(made, [made], text=text), form)
    if form is None:
        say(f'Wrote the checkpoint "{output}", after hashing {made.hashed_again:,} events again. Give it away.')


COMMANDS = {"checkpoint": checkpoint}
