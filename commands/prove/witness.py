"""`witness`: the program as a witness, which cosigns the checkpoints of ledgers so that none has two histories."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

import click

from commands.failures import Guarded
from commands.main import LINES
from commands.prove.checkpoint import opened_key
from commands.terminal.options import format_option, host_and_port
from commands.terminal.output import Answer, emit
from commands.terminal.passphrase import key_option, new_passphrase, passphrase_option
from commands.terminal.streams import say
from ledger.plurals import counted

if TYPE_CHECKING:
    from ledger.integrity.vkeys import VerifierKey


class WitnessKeyShown(NamedTuple):
    """The verifier keys of a witness, each as the one line that a policy names it by."""

    name: str
    vkeys: tuple[str, ...]
    sealed: bool


@click.command("make", short_help="Make the key of a witness.")
@click.option("-o", "--output", required=True, metavar="FILE", help="The key file to write.")
@click.option("--name", required=True, metavar="NAME", help="The name that it signs with: witness.example.org/office.")
@passphrase_option
@click.option("--no-passphrase", is_flag=True, help="Leave the key open: whoever reads the file can sign.")
@format_option
def make(output: str, name: str, passphrase_file: str | None, no_passphrase: bool, form: str | None) -> None:
    """Make the key of a witness: Ed25519 and ML-DSA-44, both of which sign with a time.

    It is sealed with a passphrase, and only you may read the file. Give away the verifier keys that are printed; the
    offices whose ledgers you witness, and all who read their proofs, name them in a policy.
    """
    from ledger.files.outputs import check_output
    from ledger.integrity.private_keys import key_text, make_key
    from ledger.proving.keys import write_key

    check_output(output, force=False)
    key, seeds = make_key(name, cosigner=True)
    passphrase = new_passphrase(passphrase_file, none=no_passphrase)
    write_key(output, key_text(key, seeds, passphrase))
    _show(key.name, key.vkeys, form, sealed=passphrase is not None)
    if form is None:
        say(f'Wrote the key "{output}". Give the lines above to those whose ledgers you witness.')


@click.command("show", short_help="Show the verifier keys of a witness.")
@click.argument("file", metavar="FILE")
@format_option
def show(file: str, form: str | None) -> None:
    """Show the verifier keys of a witness's key file, one a line. No secret is shown."""
    from ledger.proving.keys import read_key

    read = read_key(file)
    _show(read.vkeys[0].name, read.vkeys, form, sealed=read.is_sealed)


@click.command("serve", short_help="Cosign checkpoints on HTTP, until it is stopped.")
@key_option
@passphrase_option
@click.option(
    "--log",
    "logs",
    multiple=True,
    required=True,
    metavar="VKEY|FILE",
    help='The verifier key of a ledger to witness, or a file with one a line. "ORIGIN VKEY" where they differ in name.',
)
@click.option("--state", required=True, metavar="DIR", help="The folder of what it remembers.")
@click.option("--new-state", is_flag=True, help="Make that folder: for a key that never cosigned, once.")
@click.option("--clock-was-ahead", is_flag=True, help="Forget times to come: for a clock that is right again, once.")
@click.option("--listen", default="127.0.0.1:8099", show_default=True, metavar="HOST:PORT", help="Where it answers.")
@click.option("--prefix", default="", metavar="PATH", help="What paths begin with. Default: nothing.")
def serve(
    key_file: str,
    passphrase_file: str | None,
    logs: tuple[str, ...],
    state: str,
    new_state: bool,
    clock_was_ahead: bool,
    listen: str,
    prefix: str,
) -> int:
    """Cosign the checkpoints of the ledgers named by --log, as C2SP tlog-witness says, until Ctrl-C or SIGTERM.

    A checkpoint is cosigned once the ledger signed it and proved that it continues what was cosigned before. That is on
    the disk before it is answered. Keep --state for as long as the key is used: a witness that forgets can be led to
    cosign two histories. For HTTPS put a web server in front.
    """
    from ledger.errors import InputError, harmless
    from ledger.witness.logs import read_logs
    from ledger.witness.ownership import make_memory, need_memory
    from ledger.witness.protocol import need_cosigner
    from ledger.witness.server import WitnessServer
    from ledger.witness.service import Witness

    host, port = host_and_port(listen)
    known = read_logs(logs)
    key = opened_key(key_file, passphrase_file)
    need_cosigner(key, f'"{key_file}"')
    if new_state:
        make_memory(state, key.vkeys)
    need_memory(state, key.vkeys)
    witness = Witness(key, known, state)
    if clock_was_ahead:
        say(f"Times to come are forgotten of {counted(witness.set_back(), 'ledger')}.")
    try:
        server = WitnessServer(host, port, witness, say, prefix=prefix)
    except OSError as error:
        raise InputError(
            f'Nobody can listen at "{harmless(listen)}" ({error.strerror}). Give --listen another.'
        ) from None
    with server:
        with suppress(KeyboardInterrupt):
            for line in (*witness.described(), f"Cosigning as {key.name} at {server.url}. Ctrl-C ends it."):
                say(line)
            server.serve_forever()
        say("Stopped. What was cosigned is kept.")
    return 0


def _show(name: str, vkeys: tuple[VerifierKey, ...], form: str | None, *, sealed: bool) -> None:
    shown = WitnessKeyShown(name, tuple(str(vkey) for vkey in vkeys), sealed)
    rows = [{"vkey": vkey} for vkey in shown.vkeys]
    emit(Answer(shown, rows, text="".join(f"{vkey}\n" for vkey in shown.vkeys)), form)


def _group() -> click.Group:
    group = Guarded("witness", help=LINES["witness"][1])
    for command in (make, show, serve):
        group.add_command(command)
    return group


COMMANDS = {"witness": _group()}
