"""`checkpoint`: size and root of the ledger, signed, for others to keep."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from commands.failures import UNPROVEN
from commands.session import Session
from commands.terminal.options import format_option
from commands.terminal.output import Answer, emit
from commands.terminal.passphrase import key_option, passphrase_of, passphrase_option
from commands.terminal.progress import bar
from commands.terminal.streams import say

if TYPE_CHECKING:
    from ledger.integrity.checkpoints import SignedCheckpoint
    from ledger.integrity.policy import Policy
    from ledger.integrity.private_keys import PrivateKey
    from ledger.integrity.signatures import Signed
    from ledger.witness.client import WitnessAddress


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
@click.option("--policy", metavar="FILE", help="Whom to ask for cosignatures: a file of witnesses and a quorum.")
@click.option("--witness", "urls", multiple=True, metavar="URL", help="Ask only this witness of the policy.")
@click.option("--announced", metavar="FILE", help="For a new key: a checkpoint of the one before it, that holds it.")
@click.option("-o", "--output", required=True, metavar="FILE", help="The checkpoint to write; - is standard output.")
@click.option("--force", is_flag=True, help="Overwrite the file if it exists.")
@format_option
@click.pass_obj
def checkpoint(
    session: Session,
    key_file: str,
    passphrase_file: str | None,
    policy: str | None,
    urls: tuple[str, ...],
    announced: str | None,
    output: str,
    force: bool,
    form: str | None,
) -> int:
    """Sign size and root of the ledger, after hashing again all that was recorded since the last checkpoint.

    Give the file away: whoever has it can prove later that nothing before it was changed. What was signed last is kept
    beside the key, and nothing is ever signed that does not continue it. With --policy, the witnesses named there are
    asked to cosign; exit code 4 if fewer did than its quorum asks for.
    """
    from ledger.files.outputs import check_output, new_file
    from ledger.proving.keys import read_policy
    from ledger.witness.client import addresses

    if urls and policy is None:
        raise click.UsageError("--witness names one of the witnesses of a policy: give --policy FILE.")
    known = None if policy is None else read_policy(policy)
    asked = addresses(known, urls) if known else ()
    if output != "-":
        check_output(output, force=force)
    made = _made(session, opened_key(key_file, passphrase_file), Path(key_file), asked, announced)
    met = known is None or known.met({one.key for one in checked_of(made.signed, known)})
    for failure in made.failures:
        say(failure)
    if output == "-":
        sys.stdout.buffer.write(bytes(made.signed))
    else:
        with new_file(output, force=force) as file:
            file.write(bytes(made.signed))
        _say(made.signed, made.before, output, form)
    if not met:
        say("Fewer witnesses cosigned than the quorum of the policy asks for. Ask again: the same command.")
    return 0 if met else UNPROVEN


def opened_key(key_file: str, passphrase_file: str | None) -> PrivateKey:
    """Return the private key of a file, its passphrase asked for where it is not given."""
    from ledger.proving.keys import read_key

    read = read_key(key_file)
    return read.open(passphrase_of(key_file, passphrase_file, sealed=read.is_sealed), f'"{key_file}"')


class _Made(NamedTuple):
    """A checkpoint with what witnesses signed, the size of the one before it, and who did not sign."""

    signed: SignedCheckpoint
    before: int
    failures: list[str]


def _made(
    session: Session, key: PrivateKey, key_file: Path, asked: Sequence[WitnessAddress], announced: str | None
) -> _Made:
    """Sign what the ledger holds now, and have it cosigned; what was signed is kept before anybody sees it."""
    from ledger.proving.files import read_checkpoint
    from ledger.proving.signing import LastSigned, cosigned_checkpoint, signed_checkpoint
    from ledger.proving.succession import may_sign

    ledger, kept = session.reader(), LastSigned(key_file)
    with kept.held():
        last = kept.read(key)
        before = last.checkpoint.size if last else 0
        said = may_sign(ledger, key, last, None if announced is None else read_checkpoint(announced))
        if said is not None:
            say(said)
        with bar(0, max(0, ledger.head().position - before), "Hashing what was recorded since") as moved:
            signed = signed_checkpoint(ledger, key, last, moved)
        kept.write(signed)
        failures: list[str] = []
        if asked:
            signed, failures = cosigned_checkpoint(ledger, signed, asked)
            kept.write(signed)
    return _Made(signed, before, failures)


def checked_of(signed: SignedCheckpoint, policy: Policy) -> tuple[Signed, ...]:
    """Return the cosignatures of a checkpoint that hold, of the keys of a policy: each has a time above 0."""
    from ledger.integrity.signatures import checked

    return tuple(one for one in checked(signed.note, policy.keys) if one.time)


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
