"""`verify`: everything that the bytes of a ledger, an export, a snapshot or a proof can prove."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import click

from commands.failures import FOUND, UNPROVEN
from commands.session import Session
from commands.terminal.options import format_option
from commands.terminal.output import Answer, emit
from commands.terminal.progress import bar
from ledger.application.reader import stands_at
from ledger.application.verification import Verification, events_to_verify, verify_file
from ledger.errors import InputError, LedgerError
from ledger.plurals import counted
from ledger.proving.files import kind_of, lines_of
from ledger.store.choice.examining import found_lines
from ledger.store.verification.damage import Damage
from projections.archive.places import is_archive
from projections.exports.lines import verify_lines
from projections.views.file import are_proven

_LOOKED_AT = 100  # lines, of which one at least tells an export


@click.command("verify", short_help="Check everything, and hold the ledger to a root kept elsewhere.")
@click.argument("file", required=False, metavar="[FILE|DIR]")
@click.option("--vkey", "vkeys", multiple=True, metavar="KEY", help="A verifier key that you hold, or a file of some.")
@click.option("--policy", metavar="FILE", help="Whose word is enough: a file of logs, witnesses and a quorum.")
@click.option(
    "--against",
    multiple=True,
    metavar="FILE|DIR",
    help="A checkpoint, export or tiles kept elsewhere, which the ledger must begin with.",
)
@click.option("--size", type=click.IntRange(min=0), help="Size of the log that --root is the root of.")
@click.option("--root", metavar="sha256:HEX", help="A root kept elsewhere: of a receipt, snapshot or export.")
@format_option
@click.pass_obj
def verify(
    session: Session,
    file: str | None,
    vkeys: tuple[str, ...],
    policy: str | None,
    against: tuple[str, ...],
    size: int | None,
    root: str | None,
    form: str | None,
) -> int:
    """Re-hash every stored byte and check that all of it adds up; or check FILE.

    The views are held to the log by `cluster-ledger views check`. Once that found them right, `verify` compares them
    with its replay, to which it adds what was recorded since.

    FILE is an export, or a snapshot in any format: its question is asked of the ledger again, if one is at hand.
    Or an archive: every row of it is held to the ledger, or to its own lines where none is at hand.
    Or it is a proof, a checkpoint or a folder of tiles: these are checked without the ledger, with the verifier keys
    that you hold (--vkey, --policy).

    Exit code 3 if anything is damaged; 4 if nothing is wrong and nobody whom you know vouches for it. What the bytes
    alone cannot prove is said too: keep checkpoints, or the size and root of a receipt, elsewhere, and give them with
    --against, or with --size and --root.
    """
    if (size is None) != (root is None):
        context = click.get_current_context()
        raise click.UsageError("Give --size and --root together: a root is that of one size.", context)
    archive = file is not None and is_archive(file)
    of_proof = None if file is None or archive else _of_proof(file, vkeys, policy)
    if of_proof is not None:
        if against or size is not None:
            raise click.UsageError("--against, --size and --root hold a ledger or an export to something; not a proof.")
        emit(of_proof[0], form)
        return of_proof[1]
    session.watch.looks_only = True
    trust = (vkeys, policy)
    if file is None:
        found = _of_ledger(session, (size, root), against, trust)
    elif archive:
        found = _of_archive(session, file, (size, root), against, trust)
    elif _snapshot_format(file) is not None:
        found = _of_snapshot(session, file, (size, root))
    else:
        _need_lines(file)
        lines = verify_lines(lines_of(file), size, root)
        kept = _with_kept(session, lines_of(file), lines, against, trust)
        found = kept._replace(checked=f"the {counted(lines.events, 'line')} of the export{kept.checked}")
    emit(answer_of(found.verification, file or session.location, found.checked), form)
    return FOUND if not found.verification.ok else 0 if found.is_vouched else UNPROVEN


class _Checked(NamedTuple):
    """A verification, what was checked in words, and whether somebody vouches for what it was held to."""

    verification: Verification
    checked: str = ""
    is_vouched: bool = True


Held = tuple[int | None, str | None]  # a size and its root, from elsewhere
Trust = tuple[Sequence[str], str | None]  # verifier keys and a policy file, as they were given


def _of_ledger(session: Session, held: Held, against: Sequence[str], trust: Trust) -> _Checked:
    """Verify the stored bytes of the ledger, its views, and that it begins with what was kept elsewhere."""
    with bar(0, events_to_verify(session.location), "Checking pages and lines") as moved:
        verification = verify_file(session.location, *held, moved)
    verification, views = _with_views(session, _held_to_last_seen(session, verification))
    kept = _with_kept(session, found_lines(session.location), verification, against, trust)
    return kept._replace(checked=f"the stored bytes of {counted(verification.events, 'event')}{kept.checked}{views}")


def _is_at_hand(session: Session) -> bool:
    return session.location_flag is not None or stands_at(session.location)


def _of_archive(session: Session, file: str, held: Held, against: Sequence[str], trust: Trust) -> _Checked:
    """Verify an archive against the ledger, or against its own lines where none is at hand."""
    from projections.archive.manifest import need_manifest
    from projections.archive.places import folder_of
    from projections.archive.verification import archived_lines, verify_archive

    at_hand, folder = _is_at_hand(session), folder_of(file)
    manifest = need_manifest(folder)
    with bar(0, manifest.position, "Checking the archive") as moved:
        found = verify_archive(file, session.views() if at_hand else None, moved)
    if held[0] is not None and found.ok:
        held_to = verify_lines(archived_lines(folder, manifest), *held)
        found = found._replace(ok=held_to.ok, damage=held_to.damage)
    lines = archived_lines(folder, manifest) if found.ok else iter(())
    kept = _with_kept(session, lines, found, against if found.ok else (), trust)
    checked = f"every file and row of the archive, against {'the ledger' if at_hand else 'its own lines'}"
    return kept._replace(checked=f"{checked}{kept.checked}")


def _of_snapshot(session: Session, file: str, held: Held) -> _Checked:
    """Verify a snapshot against the ledger, or against itself where none is at hand."""
    from projections.snapshots.verification import verify_snapshot

    at_hand = _is_at_hand(session)
    found = verify_snapshot(session.views() if at_hand else None, file)
    if held[0] is not None and (found.events, found.root) != held:
        wanted = f"{held[1]} at size {held[0]}"
        damage = Damage(None, "root", wanted, f"{found.root} at size {found.events}")
        found = found._replace(ok=False, damage=(*found.damage, damage))
    return _Checked(found, "the snapshot, against the ledger" if at_hand else "the snapshot, against itself")


def _of_proof(file: str, vkeys: Sequence[str], policy: str | None) -> tuple[Answer, int] | None:
    """Check a file of proof; return the answer and its exit code, None for a file of another kind."""
    kind = kind_of(file)
    if kind == "other":
        return None
    from commands.prove.checks import proof_answer, trusted
    from ledger.proving.verification import verify_checkpoint, verify_proofs, verify_tiles

    keys, known = trusted(vkeys, policy)
    found = {"proof": verify_proofs, "checkpoint": verify_checkpoint, "tiles": verify_tiles}[kind](file, keys, known)
    return proof_answer(found, file)


def _need_lines(file: str) -> None:
    """Raise `InputError` for a file in whose beginning no line is one of an export: a damaged export has some."""
    if not Path(file).stat().st_size:
        raise InputError(f'"{file}" is empty: there is nothing in it to verify.')
    if not any(line.startswith(b'{"') for line in islice(lines_of(file), _LOOKED_AT)):
        raise InputError(
            f'"{file}" is neither an export nor a snapshot, a checkpoint or a proof. A report is checked by what its '
            "last section says: make it again from the ledger, and compare."
        )


def _with_kept(
    session: Session,
    lines: Iterable[bytes],
    verification: Verification,
    against: Sequence[str],
    trust: Trust,
) -> _Checked:
    """Hold lines to what was kept elsewhere, with the keys and the policy that a reader trusts."""
    if not against:
        return _Checked(verification)
    from commands.prove.checks import trusted
    from ledger.application.verification import NOT_PROVEN_WHOLE
    from ledger.proving.continuation import continuation, kept_at
    from ledger.proving.succession import retired_at

    keys, known = trusted(*trust)
    retired: dict[str, int] = {}
    with suppress(LedgerError):  # an export without its ledger, or a ledger too damaged to be opened
        retired = retired_at(session.reader())
    found = continuation(lines, [kept_at(path, keys, known, retired) for path in against])
    damage = (*verification.damage, *found.damage)
    left = [sentence for sentence in verification.not_proven if sentence != NOT_PROVEN_WHOLE]
    held = f", which begin with {', and with '.join(found.held)}" if found.held else ""
    made = verification._replace(ok=not damage, damage=damage, not_proven=(*found.not_proven, *left))
    return _Checked(made, held, not found.not_proven)


def _held_to_last_seen(session: Session, verification: Verification) -> Verification:
    """Add that the ledger is not the one that was last seen, where that is so."""
    with suppress(LedgerError):  # what cannot be opened is damaged, and that is found
        session.reader()
    found = session.replaced
    if found is None:
        return verification
    damage = Damage(None, found.kind, f"what was seen: {found.before.said}", found.now.said)
    return verification._replace(ok=False, damage=(*verification.damage, damage))


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


def answer_of(verification: Verification, name: str, checked: str) -> Answer:
    """Return a verification as an answer, for people and programs; `checked` says what was looked at."""
    words = [f"{name}: {counted(verification.events, 'event')}, root {verification.root}.", f"Checked: {checked}."]
    places = counted(len(verification.damage), "place")
    sound = "All checks passed: nothing stored in this file was altered."
    words.append(sound if verification.ok else f"Damaged in {places}:")
    for damage in verification.damage:
        place = "in the file" if damage.position is None else f"p{damage.position}"
        words.append(f"  {place}: {damage.kind}: expected {damage.expected}; found {damage.found}")
    words += ["Not proven:", *(f"  {sentence}" for sentence in verification.not_proven)]
    return Answer(verification, verification.damage, text="\n".join(words) + "\n")


COMMANDS = {"verify": verify}
