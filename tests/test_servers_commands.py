"""A ledger on a server, from the command line: the same answers, by whoever may read, and no password anywhere."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from support import servers
from support.command_line import FIRST, Desk, refused

from ledger.store.address import Address

SECRET = "Xk7-not-to-be-seen"
INIT = ("init", "--government", "Otherland", "--recorder", "office")
READING = (
    ("show",),
    ("show", "wellbeing"),
    ("log",),
    ("history", "wellbeing"),
    ("why", "wellbeing"),
    ("matrix",),
    ("notices",),
    ("diff", "2026-01-01@p1", "2026-12-31"),
    ("lags",),
    ("agility",),
    ("verify",),
    ("doctor",),
    ("export", "-o", "log.jsonl"),
    ("snapshot", "-o", "structure.json"),
    ("report", "-o", "report.html"),
)


@pytest.fixture
def place(bare: Desk, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of a ledger with one decision in it, which is that of every command."""
    found = servers.new_place()
    monkeypatch.delenv("CLUSTER_LEDGER_RECORDER")
    monkeypatch.setenv("CLUSTER_LEDGER", found)
    assert bare.run("init", "--government", "Testland", "--recorder", "office").exit_code == 0
    bare.record(FIRST)
    return found


@pytest.mark.parametrize("command", READING, ids=lambda command: command[0])
def test_whoever_may_only_read_is_answered_by_every_command(
    bare: Desk, place: str, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.setenv("CLUSTER_LEDGER", servers.new_user(place, "auditor"))
    result = bare.run(*command)
    said = result.stdout.replace("it may be read and not written", "")
    assert result.exit_code == (3 if command[0] == "doctor" else 0), result.output
    assert "wellbeing" in said or command[0] in ("export", "snapshot", "report", "verify", "doctor", "lags", "agility")


def test_whoever_may_only_read_is_told_so_when_recording(
    bare: Desk, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLUSTER_LEDGER", servers.new_user(place, "auditor"))
    refused(bare.run("record", "-", "--recorder", "office", input=FIRST), "is granted no role that records")


def test_whoever_is_granted_nothing_is_told_what_to_ask_for(
    bare: Desk, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLUSTER_LEDGER", servers.new_user(place))
    refused(bare.run("show"), "Ask for a role: recorder, auditor or keeper.")


def test_the_recorder_records_and_the_office_is_kept_for_one_on_a_server(
    bare: Desk, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLUSTER_LEDGER", servers.new_user(place, "recorder"))
    refused(bare.run("record", "-", input=FIRST), "--recorder")  # it was kept for the other address
    assert bare.run("record", "-", "--recorder", "office", input=FIRST).exit_code == 0
    assert bare.json("verify")["ok"]


def test_a_second_ledger_is_never_made_in_the_place_of_one(bare: Desk, place: str) -> None:
    refused(
        bare.run(*INIT),
        "exists already, and a ledger never overwrites",
    )
    servers.ask(Address(place).uri, f'CREATE SCHEMA "{Address(place).schema}x"')
    refused(
        bare.run("--ledger", f"{place}x", *INIT),
        "stands already. Give another",
    )


def test_a_user_who_may_make_no_roles_is_told_what_is_needed(
    bare: Desk, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLUSTER_LEDGER", f"{servers.new_user(place)}2")
    said = refused(
        bare.run(*INIT),
        "It needs CREATEROLE, and CREATE on database",
    )
    assert "ask its administrator for both, or to run init" in said


def test_a_user_who_may_make_roles_makes_a_ledger_and_owns_nothing_of_it(
    bare: Desk, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = f"{servers.new_user(place)}2"
    name, database = urlsplit(theirs).username, urlsplit(theirs).path.strip("/")
    servers.ask(Address(place).uri, f"ALTER ROLE {name} CREATEROLE", f"GRANT CREATE ON DATABASE {database} TO {name}")
    monkeypatch.setenv("CLUSTER_LEDGER", theirs)
    assert bare.run(*INIT).exit_code == 0
    bare.record(FIRST)
    assert bare.json("doctor")["ok"] and bare.json("verify")["ok"]


# What is secret


def with_secret(place: str) -> str:
    return place.replace("@", f":{SECRET}@", 1)


OTHERS = (
    ("record", "-"),
    INIT,
    ("views", "status"),
    ("show", "nobody"),
)


@pytest.mark.parametrize("command", [*READING, *OTHERS], ids=" ".join)
def test_a_password_is_in_nothing_that_is_said_or_written(
    bare: Desk, place: str, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.setenv("CLUSTER_LEDGER", with_secret(place))
    for options in ((), ("--debug",)):
        result = bare.run(*options, *command, input=FIRST)
        assert SECRET not in result.output
    for path in Path(bare.folder).rglob("*"):
        assert not path.is_file() or SECRET.encode() not in path.read_bytes(), path


@pytest.mark.parametrize(
    "address",
    [
        f"postgresql://me:{SECRET}@localhost:1/x",
        f"postgresql://me:{SECRET}@nowhere.invalid/x?connect_timeout=1",
        f"postgresql://me@localhost:1/x?password={SECRET}&sslpassword={SECRET}",
        f"postgresql://me:{SECRET}@[::1/x",
        f"postgresql://me:{SECRET}@localhost/x?schema={SECRET.upper()}&sch%%%",
        f"postgresql://me:{SECRET}%@localhost:1/x?unknown=1",
        f"mysql://me:{SECRET}@localhost/x",
    ],
)
def test_a_password_is_not_repeated_by_what_cannot_be_reached_or_read(
    bare: Desk, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("CLUSTER_LEDGER", address)
    for command in (("show",), ("doctor",), ("--debug", "log")):
        result = bare.run(*command)
        assert result.exit_code and SECRET not in result.output


def test_a_password_on_the_command_line_is_refused(bare: Desk, place: str) -> None:
    said = refused(bare.run("--ledger", with_secret(place), "show"), "is seen by everybody on this machine")
    assert SECRET not in said and "$PGPASSFILE" in said


def test_an_address_that_is_shown_opens_nothing_that_asks_for_a_password(place: str) -> None:
    address = Address(with_secret(place))
    assert address.secrets == {"password": SECRET}
    assert SECRET not in f"{address!r} {address} {address.uri}" and Address(str(address)).secrets == {}


@pytest.mark.skipif(servers.ADDRESS in os.environ, reason="who is asked for a password is for that server to say")
def test_a_password_is_taken_from_the_address_a_file_or_a_service(
    bare: Desk, place: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    theirs = servers.new_user(place, "auditor")
    name, database = urlsplit(theirs).username, urlsplit(theirs).path.strip("/")
    exists = "DO $$ BEGIN CREATE ROLE passworded; EXCEPTION WHEN duplicate_object OR unique_violation THEN END $$"
    servers.ask(Address(place).uri, exists, f"GRANT passworded TO {name}", f"ALTER ROLE {name} PASSWORD '{SECRET}'")
    monkeypatch.setenv("CLUSTER_LEDGER", theirs)
    refused(bare.run("show"), "cannot be reached", "no password supplied")
    monkeypatch.setenv("CLUSTER_LEDGER", theirs.replace("@", ":wrong@", 1))
    refused(bare.run("show"), "password authentication failed")
    monkeypatch.setenv("CLUSTER_LEDGER", theirs.replace("@", f":{SECRET}@", 1))
    assert bare.run("show").exit_code == 0

    passwords = tmp_path / "passwords"
    passwords.write_text(f"*:*:*:{name}:{SECRET}\n")
    passwords.chmod(0o600)
    monkeypatch.setenv("PGPASSFILE", str(passwords))
    monkeypatch.setenv("CLUSTER_LEDGER", theirs)
    assert bare.run("show").exit_code == 0

    services = tmp_path / "services"
    host = urlsplit(theirs).query.partition("host=")[2].partition("&")[0]
    services.write_text(f"[registry]\nhost={host}\ndbname={database}\nuser={name}\n")
    monkeypatch.setenv("PGSERVICEFILE", str(services))
    monkeypatch.setenv("CLUSTER_LEDGER", f"postgresql:///?service=registry&schema={Address(place).schema}")
    assert bare.run("show").exit_code == 0
