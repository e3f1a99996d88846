"""`init`: make a ledger for a government."""

from __future__ import annotations

import shlex
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from commands.configuration import keep, keepable
from commands.session import Session
from commands.terminal.options import format_option, recorder_option
from commands.terminal.output import Answer, emit
from commands.terminal.passphrase import new_passphrase, no_passphrase_option, passphrase_option
from commands.terminal.streams import say

if TYPE_CHECKING:
    from ledger.application.government import Government


class LedgerMade(NamedTuple):
    """A ledger that was made: where it lies, what stands in its first event, and its size and root."""

    ledger: str
    government: str
    origin: str
    timezone: str
    ledger_id: str
    tree_size: int
    root: str


@click.command("init", short_help="Make a ledger for a government.")
@click.option("--government", required=True, metavar="NAME", help="The government's name.")
@click.option(
    "--origin", metavar="NAME", help="Names the ledger's keys for ever, such as example.gov/ledger. Default: its id."
)
@click.option("--timezone", metavar="ZONE", help="Where its days begin, such as Europe/London. Default: UTC.")
@click.option(
    "--key",
    "key_file",
    metavar="FILE",
    help="Make and publish the key that signs its checkpoints; or take that one.",
)
@passphrase_option
@no_passphrase_option
@recorder_option
@format_option
@click.pass_obj
def init(
    session: Session,
    government: str,
    origin: str | None,
    timezone: str | None,
    key_file: str | None,
    passphrase_file: str | None,
    no_passphrase: bool,
    recorder: str | None,
    form: str | None,
) -> None:
    """Make a ledger for a government. An existing file is never touched.

    Name, origin and time zone stand in the first event, with a random ledger id, and are not changed later. With --key,
    the verifier keys stand in the second decision.
    """
    from ledger.application import Ledger

    if key_file is None and (passphrase_file or no_passphrase):
        raise click.UsageError("A passphrase seals a key: give --key FILE too.")
    key = None if key_file is None else KeyOfLedger(Path(key_file), passphrase_file, none=no_passphrase)

    session.recorder_flag = recorder
    zone = timezone or session.configuration.timezone or "UTC"
    office = session.recorder
    if recorder:
        keepable(session.location)
    with Ledger.create(
        session.location, government=government, origin=origin, timezone=zone, recorder=office
    ) as ledger:
        session.made = f'The ledger "{session.location}" is made, and stands.'
        if key is not None:
            ledger.record(key.published(ledger.government, date.fromordinal(ledger.today()).isoformat()))
        known, made = ledger.known(), ledger.government
    if recorder:
        keep(session.location, office.id)
    payload = LedgerMade(
        session.location, made.name, made.origin, made.timezone, made.ledger_id, known.size, known.root
    )
    text = "".join(f"{name.replace('_', ' '):<12}{value}\n" for name, value in payload._asdict().items())
    emit(Answer(payload, [payload], text=text), form)
    if form is None:
        say(f"Next: cluster-ledger --ledger {shlex.quote(session.location)} plan FILE, with a decision in it.")


class KeyOfLedger:
    """The key of a ledger that is made: one that stands in a file, or one that is made when the origin is known."""

    def __init__(self, path: Path, passphrase_file: str | None, *, none: bool) -> None:
        """Read the key, or ask for the passphrase of a new one, before there is a ledger; raises as they do."""
        from ledger.files.outputs import check_output
        from ledger.proving.keys import read_key

        self.path = path
        self._read = read_key(path) if path.exists() else None
        if self._read is None:
            check_output(path, force=False)
            self._passphrase = new_passphrase(passphrase_file, none=none)

    def published(self, government: Government, day: str) -> dict[str, Any]:
        """Write the key where it is new, and return the decision that publishes it from a day on."""
        from ledger.integrity.private_keys import key_text, make_key
        from ledger.proving.keys import write_key

        if self._read is None:
            key, seeds = make_key(government.origin)
            write_key(self.path, key_text(key, seeds, self._passphrase))
            vkeys = key.vkeys
        else:
            vkeys = self._read.vkeys
        changes = [{"change": "publish-key", "key": str(vkey)} for vkey in vkeys]
        return {"authority": government.name, "reference": "keys", "effective": day, "changes": changes}


COMMANDS = {"init": init}
