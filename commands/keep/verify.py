"""`verify`: everything that the bytes of a ledger, an export or a snapshot can prove."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import click

from commands.failures import FOUND
from commands.session import Session
from commands.terminal.options import format_option
from commands.terminal.output import Answer, emit
from commands.terminal.progress import bar
from ledger.application.verification import Verification, events_to_verify, verify_file
from ledger.errors import LedgerError
from ledger.events.envelope import LINE_BYTES_MAX
from ledger.files.inputs import opened
from ledger.store.verification.damage import Damage
from projections.exports.lines import verify_lines
from projections.views.file import are_proven


@click.command("verify", short_help="Check everything, and hold the ledger to a root kept elsewhere.")
@click.argument("file", required=False, metavar="[FILE]")
@click.option("--size", type=click.IntRange(min=0), help="Size of the log that --root is the root of.")
@click.option("--root", metavar="sha256:HEX", help="A root kept elsewhere: of a receipt, snapshot or export.")
@format_option
@click.pass_obj
def verify(session: Session, file: str | None, size: int | None, root: str | None, form: str | None) -> int:
    """Re-hash every stored byte and check that all of it adds up; or check FILE.

    The views are held to the log by `cluster-ledger views check`. Once that found them right, `verify` compares them
    with its replay, to which it adds what was recorded since.

    FILE is an export, or a snapshot in any format: its question is asked of the ledger again, if one is at hand.
    Exit code 3 if anything is damaged. What the bytes alone cannot prove is said too: keep the size and root of a
    receipt elsewhere, and give them with --size and --root.
    """
    if (size is None) != (root is None):
        context = click.get_current_context()
        raise click.UsageError("Give --size and --root together: a root is that of one size.", context)
    if file is None:
        with bar(0, events_to_verify(session.location), "Checking pages and lines") as moved:
            verification = verify_file(session.location, size, root, moved)
        verification, views = _with_views(session, verification)
        checked = f"the stored bytes of {verification.events} events{views}"
    elif _snapshot_format(file) is not None:
        from projections.snapshots.verification import verify_snapshot

        at_hand = session.location_flag is not None or Path(session.location).exists()
        verification = verify_snapshot(session.views() if at_hand else None, file)
        checked = "the snapshot, against the ledger" if at_hand else "the snapshot, against itself"
        if size is not None and (verification.events, verification.root) != (size, root):
            held = Damage(None, "root", f"{root} at size {size}", f"{verification.root} at size {verification.events}")
            verification = verification._replace(ok=False, damage=(*verification.damage, held))
    else:
        verification = verify_lines(_lines(file), size, root)
        checked = f"the {verification.events} lines of the export"
    emit(answer_of(verification, file or session.location, checked), form)
    return 0 if verification.ok else FOUND


def _with_views(session: Session, verification: Verification) -> tuple[Verification, str]:
    """Add what is wrong with the views, where an earlier check left what they can be held to; and say what was done."""
    proof, proven = None, False
    with suppress(LedgerError):  # what is sound may still be no ledger that can be opened, such as one without events
        proven = verification.ok and are_proven(session.reader().government.ledger_id)
    if proven:
        with bar(0, verification.events, "Checking the views") as moved:
            proof = session.views(as_found=True).prove(moved)
    if proof is None:
        return verification, ". The views are checked by `cluster-ledger views check`"
    damage = (*verification.damage, *proof.damage)
    said = (
        ", and every row of the views, against the replay of the last `cluster-ledger views check` (which went to "
        f"position {proof.position}) and of what was recorded since. To replay them from the first event, run it again"
    )
    return verification._replace(ok=not damage, damage=damage), said


def _snapshot_format(name: str) -> str | None:
    """Return the format of a snapshot; None for an export, or for what is neither."""
    from projections.snapshots.reading import format_of

    return format_of(Path(name))


def _lines(name: str) -> Iterator[bytes]:
    """Yield the lines of an export; of one that no event can have, the beginning, which is no event."""
    with opened(name) as file:
        while line := file.readline(LINE_BYTES_MAX + 1):
            yield line
            while len(line) > LINE_BYTES_MAX and not line.endswith(b"\n"):
                line = file.readline(LINE_BYTES_MAX + 1)


def answer_of(verification: Verification, name: str, checked: str) -> Answer:
    """Return a verification as an answer, for people and programs; `checked` says what was looked at."""
    words = [f"{name}: {verification.events} events, root {verification.root}.", f"Checked: {checked}."]
    places = "1 place" if len(verification.damage) == 1 else f"{len(verification.damage)} places"
    sound = "All checks passed: nothing stored in this file was altered."
    words.append(sound if verification.ok else f"Damaged in {places}:")
    for damage in verification.damage:
        place = "in the file" if damage.position is None else f"p{damage.position}"
        words.append(f"  {place}: {damage.kind}: expected {damage.expected}; found {damage.found}")
    words += ["Not proven:", *(f"  {sentence}" for sentence in verification.not_proven)]
    return Answer(verification, verification.damage, text="\n".join(words) + "\n")


COMMANDS = {"verify": verify}
