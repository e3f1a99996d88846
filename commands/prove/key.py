"""`key`: the key by which a ledger's checkpoints are signed: made, shown, published in the ledger and retired."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import click

from commands.failures import Guarded
from commands.main import LINES
from commands.session import Session
from commands.terminal.options import format_option
from commands.terminal.output import Answer, emit
from commands.terminal.passphrase import new_passphrase, no_passphrase_option, passphrase_option
from commands.terminal.streams import say

if TYPE_CHECKING:
    from ledger.integrity.vkeys import VerifierKey


class KeyShown(NamedTuple):
    """The verifier keys of a key file, each as the one line that others can be given."""

    name: str
    vkeys: tuple[str, ...]
    sealed: bool


@click.command("make", short_help="Make a key that signs checkpoints.")
@click.option("-o", "--output", required=True, metavar="FILE", help="The key file to write.")
@click.option("--name", metavar="ORIGIN", help="The origin that it signs for. Default: that of the ledger.")
@passphrase_option
@no_passphrase_option
@format_option
@click.pass_obj
def make(
    session: Session, output: str, name: str | None, passphrase_file: str | None, no_passphrase: bool, form: str | None
) -> None:
    """Make a key that signs checkpoints, with Ed25519 and with ML-DSA-44 beside it.

    It is sealed with a passphrase, and only you may read the file. Nobody can make it again: keep a copy elsewhere.
    Then publish its verifier keys in the ledger with `cluster-ledger key publish`.
    """
    from ledger.errors import InputError, harmless
    from ledger.files.outputs import check_output
    from ledger.integrity.private_keys import key_text, make_key
    from ledger.integrity.vkeys import is_key_name
    from ledger.proving.keys import write_key

    check_output(output, force=False)
    origin = session.reader().government.origin if name is None else name
    if not is_key_name(origin):
        raise InputError(f'A key cannot be called "{harmless(origin)}": its name holds no space and no "+".')
    passphrase = new_passphrase(passphrase_file, none=no_passphrase)
    key, seeds = make_key(origin)
    write_key(output, key_text(key, seeds, passphrase))
    _show(key.name, key.vkeys, form, sealed=passphrase is not None)
    if form is None:
        say(f'Wrote the key "{output}". Next: cluster-ledger key publish, once for each line above.')


@click.command("show", short_help="Show the verifier keys of a key, to be published.")
@click.argument("file", metavar="FILE")
@format_option
def show(file: str, form: str | None) -> None:
    """Show the verifier keys of a key file, one a line: what others need to check what it signs. No secret is shown."""
    from ledger.proving.keys import read_key

    read = read_key(file)
    _show(read.vkeys[0].name, read.vkeys, form, sealed=read.is_sealed)


def _show(name: str, vkeys: tuple[VerifierKey, ...], form: str | None, *, sealed: bool) -> None:
    shown = KeyShown(name, tuple(str(vkey) for vkey in vkeys), sealed)
    emit(
        Answer(shown, [{"vkey": vkey} for vkey in shown.vkeys], text="".join(f"{vkey}\n" for vkey in shown.vkeys)), form
    )


def _group() -> click.Group:
    from commands.record.verbs import COMMANDS as VERBS

    group = Guarded("key", help=LINES["key"][1])
    group.add_command(make)
    group.add_command(show)
    verbs = VERBS.get("key")
    for command in verbs.commands.values() if isinstance(verbs, click.Group) else ():
        group.add_command(command)
    return group


COMMANDS = {"key": _group()}
