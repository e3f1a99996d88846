"""The succession of keys: who may sign a ledger's checkpoints, as the ledger says, and what a retired key is worth."""

from __future__ import annotations

import pytest
from support.command_line import Desk, refused
from support.notaries import KEY, VKEYS, checkpoint, key_of, with_key
from test_proving_checkpoints import SECOND

from ledger.application.reader import opened_reader
from ledger.proving.signing import signed_checkpoint

WHO = ("--authority", "Registrar", "--because", "It is time.")


def publish(desk: Desk, key: str, reference: str) -> None:
    """Publish both verifier keys of a key file, a decision each."""
    for number, vkey in enumerate(desk.run("key", "show", key).stdout.split()):
        words = ("key", "publish", vkey, *WHO, "--reference", f"{reference}-{number}")
        result = desk.run(*words)
        assert result.exit_code == 0, result.output


@pytest.fixture
def office(desk: Desk) -> Desk:
    """A desk whose key stands in the ledger, and a second key that does not yet."""
    with_key(desk.record())
    publish(desk, KEY, "K-1")
    assert desk.run("key", "make", "-o", "new.key", "--no-passphrase").exit_code == 0
    return desk


def test_a_key_that_stands_nowhere_signs_and_says_so(desk: Desk) -> None:
    with_key(desk.record())
    assert "does not stand in the ledger yet" in desk.run("checkpoint", "--key", KEY, "-o", "now").stderr


def test_a_published_key_signs_in_silence(office: Desk) -> None:
    result = office.run("checkpoint", "--key", KEY, "-o", "now")
    assert (result.exit_code, "stand in the ledger" in result.stderr) == (0, False)


def test_a_key_that_does_not_stand_where_others_do_signs_nothing(office: Desk) -> None:
    refused(office.run("checkpoint", "--key", "new.key", "-o", "now"), "Other keys stand in this ledger")
    assert not (office.folder / "now").exists()


def test_a_new_key_signs_once_the_one_before_it_announced_it(office: Desk) -> None:
    checkpoint(office, "before")
    publish(office, "new.key", "K-2")
    asked = ("checkpoint", "--key", "new.key", "-o", "now")
    refused(office.run(*asked), "has to announce this one first", "--announced")
    refused(office.run(*asked, "--announced", "before"), "has to announce this one first")
    checkpoint(office, "announcing")
    assert office.run(*asked, "--announced", "announcing").exit_code == 0
    office.record(SECOND)
    assert office.run("checkpoint", "--key", "new.key", "-o", "later").exit_code == 0


def test_a_checkpoint_of_a_stranger_announces_nothing(office: Desk) -> None:
    publish(office, "new.key", "K-2")
    checkpoint(office, "announcing")
    text = (office.folder / "announcing").read_text(encoding="utf-8").partition("\n\n")[0]
    office.write("forged", f"{text}\n\n\N{EM DASH} somebody AAAAAAAA\n")
    refused(office.run("checkpoint", "--key", "new.key", "-o", "now", "--announced", "forged"), "announce")


def test_a_lost_key_is_retired_and_the_next_one_signs_without_it(office: Desk) -> None:
    publish(office, "new.key", "K-2")
    for number, vkey in enumerate(office.run("key", "show", KEY).stdout.split()):
        assert office.run("key", "retire", vkey, *WHO, "--reference", f"K-3-{number}").exit_code == 0
    result = office.run("checkpoint", "--key", "new.key", "-o", "now")
    assert (result.exit_code, "No earlier key announced this one" in result.stderr) == (0, True)


def test_a_retired_key_signs_nothing_and_what_it_signs_elsewhere_is_not_vouched_for(office: Desk) -> None:
    checkpoint(office, "before")
    office.run("key", "retire", office.run("key", "show", KEY).stdout.split()[0], *WHO, "--reference", "K-3")
    refused(office.run("checkpoint", "--key", KEY, "-o", "after"), "was retired at p8")
    assert office.run("verify", "--against", "before", "--vkey", VKEYS).exit_code == 0
    with opened_reader(office.ledger) as ledger:  # a thief does not ask the program
        office.write("stolen", bytes(signed_checkpoint(ledger, key_of(office), None)))
    result = office.run("verify", "--against", "stolen", "--vkey", VKEYS)
    assert (result.exit_code, "which was retired at p8" in result.stdout) == (4, True)


def test_a_checkpoint_that_nobody_known_signed_holds_the_ledger_and_proves_nothing(office: Desk) -> None:
    checkpoint(office, "now")
    result = office.run("verify", "--against", "now", "--vkey", "new.key")
    assert (result.exit_code, "no signature on it is of a key that was given" in result.stdout) == (4, True)
    assert office.run("verify", "--against", "now").exit_code == 0
