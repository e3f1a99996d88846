"""An office runs a witness by three commands: make its key, show it, serve."""

from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

import pytest
from support.command_line import Desk, refused
from support.witnessing import LOG_KEY, ORIGIN, Clock, Log

from ledger.integrity.private_keys import key_text, make_key, parse_key
from ledger.integrity.vkeys import COSIGNATURE, ML_DSA_44, VerifierKey
from ledger.witness.ownership import make_memory
from ledger.witness.service import Witness

LOG = Log(20)
SERVE = ("witness", "serve", "--key", "witness.key", "--state", "state", "--listen", "127.0.0.1:0")


@pytest.fixture
def office(bare: Desk) -> Desk:
    """A desk with a witness's key, and a file with the keys of the ledger that it witnesses."""
    made = bare.run("witness", "make", "-o", "witness.key", "--name", "witness.example.org", "--no-passphrase")
    assert made.exit_code == 0, made.output
    bare.write("logs", "# the ledgers that we witness\n" + "".join(f"{key}\n" for key in LOG_KEY.vkeys))
    return bare


@contextmanager
def serving(office: Desk, *options: str, ended_by: int = signal.SIGINT) -> Iterator[tuple[str, list[str]]]:
    """The program as it serves; yields its URL and, once it was stopped, what it said."""
    command = [sys.executable, "-m", "commands.main", *SERVE, *options]
    said: list[str] = []
    with subprocess.Popen(
        command,
        env=office.environment(),
        cwd=office.folder,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stderr is not None
        try:
            for line in process.stderr:
                said.append(line)
                if " at http://" in line:
                    break
            yield said[-1].partition(" at ")[2].partition(". ")[0], said
        finally:
            process.send_signal(ended_by)
            said += process.stderr
    assert process.returncode == 0, said


def posted(url: str, body: bytes) -> bytes:
    request = Request(f"{url}/add-checkpoint", body, method="POST")
    with build_opener(ProxyHandler({})).open(request, timeout=20) as answer:
        found: bytes = answer.read()
    return found


def test_a_key_is_made_for_its_owner_alone_and_never_over_another_file(bare: Desk) -> None:
    bare.write("secret", "a passphrase\n")
    make = ("witness", "make", "-o", "witness.key", "--name", "witness.example.org", "--passphrase-file", "secret")
    shown = bare.run(*make)
    keys = [VerifierKey.parse(line) for line in shown.stdout.splitlines()]
    assert [key.type for key in keys] == [COSIGNATURE, ML_DSA_44]
    assert stat.S_IMODE(os.stat(bare.folder / "witness.key").st_mode) == 0o600
    assert bare.run("witness", "show", "witness.key").stdout == shown.stdout
    assert bare.json("witness", "show", "witness.key")["sealed"] is True
    refused(bare.run(*make), "exists already")
    refused(bare.run("witness", "make", "-o", "b.key", "--name", "w.example.org"), "--passphrase-file", code=2)
    refused(bare.run("witness", "make", "-o", "b.key", "--name", "a name", "--no-passphrase"), "cannot name a key")
    assert not (bare.folder / "b.key").exists()


def test_a_witness_serves_until_it_is_stopped_and_remembers_when_it_serves_again(office: Desk) -> None:
    with serving(office, "--log", "logs", "--prefix", "/w", "--new-state") as (url, said):
        assert url.endswith("/w")
        assert posted(url, LOG.request(0, 7)).count(b"\n") == 2
    assert (
        said[0]
        == f"Knows {ORIGIN}, nothing was cosigned of it yet. Its keys: {', '.join(k.short for k in LOG_KEY.vkeys)}.\n"
    )
    assert said[-2:] == [f'Cosigned "{ORIGIN}" at size 7.\n', "Stopped. What was cosigned is kept.\n"]
    keys = [word for key in LOG_KEY.vkeys for word in ("--log", str(key))]
    with serving(office, *keys, ended_by=signal.SIGTERM) as (url, said):
        assert posted(url, LOG.request(7, 9)).count(b"\n") == 2
    assert "last cosigned at size 7" in said[0]
    assert said[-1] == "Stopped. What was cosigned is kept.\n"
    assert len(said) == 4


@pytest.mark.parametrize(
    ("options", "words", "code"),
    [
        ((), "--log", 2),
        (("--log", "absent"), "cannot be read", 1),
        (("--log", "witness.key"), "verifier key", 1),
        (("--log", "empty"), "No ledger is named", 1),
        (("--log", "logs", "--listen", "8099"), "HOST:PORT", 2),
        (("--log", "logs", "--listen", "127.0.0.1:99999"), "HOST:PORT", 2),
        (("--log", "logs", "--new-state", "--listen", "192.0.2.1:0"), "Nobody can listen", 1),
        (("--log", "logs", "--key", "ledger.key"), "is the key of a ledger", 1),
        (("--log", "logs", "--key", "sealed.key"), "is sealed", 1),
        (("--log", "logs", "--key", "sealed.key", "--passphrase-file", "logs"), "does not open", 1),
        (("--log", "logs"), "--new-state", 1),
        (("--log", "logs", "--state", "empty"), "--new-state", 1),
        (("--log", "logs", "--new-state", "--state", "absent/state"), "cannot be written", 1),
        (("--log", "logs", "--new-state", "--state", "logs"), "cannot be written", 1),
    ],
)
def test_what_a_witness_cannot_be_started_with_is_refused_in_words(
    office: Desk, options: tuple[str, ...], words: str, code: int
) -> None:
    ledgers, seeds = make_key(ORIGIN)
    office.write("ledger.key", key_text(ledgers, seeds, None))
    sealed, seeds = make_key("witness.example.org", cosigner=True)
    office.write("sealed.key", key_text(sealed, seeds, "a passphrase"))
    office.write("empty", "# nobody yet\n")
    refused(office.run(*SERVE, *options), words, code=code)


def test_a_port_that_is_taken_is_said_so(office: Desk) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        listen = f"127.0.0.1:{taken.getsockname()[1]}"
        refused(office.run(*SERVE, "--log", "logs", "--new-state", "--listen", listen), "Nobody can listen", "in use")


def test_a_memory_that_is_damaged_or_bound_to_another_key_serves_nobody(office: Desk) -> None:
    with serving(office, "--log", "logs", "--new-state"):
        pass
    (kept,) = (office.folder / "state").glob("*.origin")
    stranger = make_key(ORIGIN)[0].vkeys[0]
    refused(office.run(*SERVE, "--log", str(stranger)), f'"{ORIGIN}" is bound to {LOG_KEY.vkeys[0].short}')
    kept.write_bytes(kept.read_bytes()[:-1])
    refused(office.run(*SERVE, "--log", "logs"), "The memory of this witness is damaged", kept.name, code=3)


def test_a_memory_is_made_once_and_taken_by_no_other_witness(office: Desk) -> None:
    with serving(office, "--log", "logs", "--new-state"):
        pass
    refused(office.run(*SERVE, "--log", "logs", "--new-state"), "exists already")
    other, seeds = make_key("other.example.org", cosigner=True)
    office.write("other.key", key_text(other, seeds, None))
    refused(office.run(*SERVE, "--log", "logs", "--key", "other.key"), "is of another witness: witness.example.org+")


def test_a_clock_that_ran_ahead_stops_a_witness_until_it_is_told_so(office: Desk) -> None:
    vkeys = office.run("witness", "show", "witness.key").stdout
    key = parse_key((office.folder / "witness.key").read_bytes(), "It").open(None, "It")
    make_memory("state", tuple(VerifierKey.parse(line) for line in vkeys.splitlines()))
    ahead = Clock(4_000_000_000)
    assert Witness(key, {ORIGIN: LOG_KEY.vkeys}, "state", ahead).add_checkpoint(LOG.request(0, 7)).status == 200
    with serving(office, "--log", "logs") as (url, _), pytest.raises(HTTPError, match="503"):
        posted(url, LOG.request(7, 9))
    with serving(office, "--log", "logs", "--clock-was-ahead") as (url, said):
        assert posted(url, LOG.request(7, 9)).count(b"\n") == 2
    assert said[0] == "Times to come are forgotten of 1 ledger.\n"
