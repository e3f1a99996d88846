"""`prove`: the proof of an event or a decision as one file, which an outsider checks without the ledger."""

from __future__ import annotations

import re
import sys
from typing import NamedTuple

import click

from commands.session import Session
from commands.terminal.options import format_option, whose_option
from commands.terminal.output import Answer, emit
from commands.terminal.streams import say

_POSITION = re.compile(r"p[1-9]\d{0,17}", re.ASCII)


class ProofMade(NamedTuple):
    """A proof that was written: of which events, under which checkpoint."""

    target: str
    positions: tuple[int, ...]
    origin: str
    tree_size: int
    root: str


@click.command("prove", short_help="Write a proof of an event or decision, to be checked without the ledger.")
@click.argument("target", metavar="TARGET")
@click.option("--checkpoint", "checkpoint_file", required=True, metavar="FILE", help="What it stands under.")
@whose_option
@click.option("-o", "--output", required=True, metavar="FILE", help="The file to write; - is standard output.")
@click.option("--force", is_flag=True, help="Overwrite the file if it exists.")
@format_option
@click.pass_obj
def prove(
    session: Session,
    target: str,
    checkpoint_file: str,
    authority: str | None,
    output: str,
    force: bool,
    form: str | None,
) -> None:
    """Write a proof that TARGET stands in the ledger: an event's id, a position (p120), or a decision's reference.

    The file holds the event, or all events of the decision, and the checkpoint. `cluster-ledger verify FILE --vkey KEY`
    checks it anywhere, and so does any other program that reads C2SP tlog-proof.
    """
    from ledger.files.outputs import check_output, new_file
    from ledger.integrity.tree import format_root
    from ledger.proving.events import proofs_of
    from ledger.proving.files import read_checkpoint

    if output != "-":
        check_output(output, force=force)
    signed = read_checkpoint(checkpoint_file)
    positions = _positions(session, target, authority)
    raw = b"".join(bytes(proof) for proof in proofs_of(session.reader(), positions, signed))
    if output == "-":
        sys.stdout.buffer.write(raw)
        return
    with new_file(output, force=force) as file:
        file.write(raw)
    checkpoint = signed.checkpoint
    made = ProofMade(target, positions, checkpoint.origin, checkpoint.size, format_root(checkpoint.root))
    parts = "the event" if len(positions) == 1 else f"the {len(positions)} events"
    text = f"Proven: {parts} of {target}, in the first {made.tree_size} events of {made.origin}, root {made.root}.\n"
    emit(Answer(made, [made], text=text), form)
    if form is None:
        say(f'Wrote the proof "{output}". Check it: cluster-ledger verify {output} --vkey KEY')


def _positions(session: Session, target: str, authority: str | None) -> tuple[int, ...]:
    """Return the positions of what a target names; raises `InputError` where it names nothing."""
    from ledger.errors import InputError, nothing_called

    if _POSITION.fullmatch(target):
        return (int(target[1:]),)
    if "@" in target:
        found = session.events().event(target)
        if found is not None:
            return (found.position,)
    from projections.audit.decision import find_decision

    named = find_decision(session.views(), target, session.reader().head().position, authority)
    if named is None:
        raise InputError(nothing_called("event or decision", target))
    return tuple(recorded.position for recorded in session.events().decision(named.authority, named.reference))


COMMANDS = {"prove": prove}
