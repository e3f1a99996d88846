"""Views that are kept filled while others record: from a file and a server, through what passes, to a clean stop."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from shutil import copyfile

import pytest
from support import servers
from support.command_line import FIRST, RENAMED, Desk

from ledger.application.copying.moving import copy_ledger
from ledger.store.address import Address
from ledger.store.choice.waking import bell_of
from ledger.store.postgres.bell import ServerBell

LONG = 3600  # seconds: who waits so long was woken


@contextmanager
def following(desk: Desk, location: str, *, every: float = 0.1) -> Iterator[subprocess.Popen[str]]:
    """Follow a ledger in a process of its own; its first line was read."""
    command = [
        sys.executable,
        "-u",
        "-m",
        "commands.main",
        "--ledger",
        location,
        "views",
        "follow",
        "--every",
        str(every),
    ]
    pipe = subprocess.PIPE
    process = subprocess.Popen(
        command, env=desk.environment(), cwd=desk.folder, stdout=pipe, stderr=subprocess.STDOUT, text=True
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline()


def rest(process: subprocess.Popen[str]) -> str:
    said, _ = process.communicate(timeout=60)
    return said


def filled(desk: Desk, location: str) -> tuple[int, int]:
    found = desk.json("--ledger", location, "views", "status")
    return found["position"], found["head"]


@pytest.fixture(params=["file", "server"])
def location(request: pytest.FixtureRequest, desk: Desk) -> str:
    """A ledger with one decision."""
    desk.record(FIRST)
    if request.param == "file":
        return "government.ledger"
    place = servers.new_place()
    copy_ledger("government.ledger", place)
    return place


@pytest.mark.parametrize("ended_by", [signal.SIGTERM, signal.SIGINT])
def test_what_others_record_is_taken_in_and_a_signal_ends_it(desk: Desk, location: str, ended_by: int) -> None:
    with following(desk, location) as process:
        first = line(process)
        assert first.startswith("Position ") and first.endswith("nothing behind.\n")
        assert desk.run("--ledger", location, "record", "-", input=RENAMED).exit_code == 0
        then = line(process)
        position, head = filled(desk, location)
        assert position == head and then.startswith(f"Position {head}, recorded 20")
        os.kill(process.pid, ended_by)
        assert rest(process) == f"Stopped: the views are filled to position {head}. Whoever asks fills them further.\n"
        assert process.returncode == 0
    assert desk.run("--ledger", location, "views", "check").exit_code == 0


def test_a_server_rings(desk: Desk) -> None:
    """Between two looks lie an hour, so that only the bell can have told."""
    desk.record(FIRST)
    place = servers.new_place()
    copy_ledger("government.ledger", place)
    with following(desk, place, every=LONG) as process:
        line(process)
        assert desk.run("--ledger", place, "record", "-", input=RENAMED).exit_code == 0
        assert line(process).startswith("Position ")


def test_a_bell_that_is_cut_off_is_a_reason_to_look_and_is_listened_to_again(desk: Desk) -> None:
    place = servers.new_place()
    copy_ledger("government.ledger", place)
    with closing(bell_of(place)) as bell:
        assert isinstance(bell, ServerBell) and bell.rings
        ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%ledger:{}%'"
        servers.ask(servers.database(), ended.format(Address(place).schema))
        bell.wait(0.01)
        assert not bell.rings
        bell.wait(0.01)
        assert bell.rings
        servers.ask(servers.database(), f'NOTIFY "ledger:{Address(place).schema}"')
        bell.wait(LONG)


def test_who_is_cut_off_says_so_once_and_goes_on(desk: Desk) -> None:
    desk.record(FIRST)
    place = servers.new_place()
    copy_ledger("government.ledger", place)
    user = servers.new_user(place, "auditor")
    name = user.partition("://")[2].partition("@")[0]
    with following(desk, user) as process:
        line(process)
        servers.ask(servers.database(), f"ALTER ROLE {name} NOLOGIN")
        servers.ask(
            servers.server(), f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{name}'"
        )
        said = line(process)
        assert "The views are followed on as soon as that is over." in said and "Traceback" not in said
        servers.ask(servers.database(), f"ALTER ROLE {name} LOGIN")
        assert line(process) == "It can be read again.\n"
        assert desk.run("--ledger", place, "record", "-", input=RENAMED).exit_code == 0
        assert line(process).startswith("Position ")


def test_another_file_in_the_place_of_the_ledger_ends_it_in_a_sentence(desk: Desk) -> None:
    desk.record(FIRST)
    with following(desk, "government.ledger") as process:
        line(process)
        copyfile("government.ledger", "other")
        Path("other").rename("government.ledger")
        assert rest(process).startswith('Another file was put in the place of the ledger "government.ledger".')
        assert process.returncode == 1


def test_a_ledger_that_is_gone_ends_it_in_a_sentence(desk: Desk) -> None:
    desk.record(FIRST)
    with following(desk, "government.ledger") as process:
        line(process)
        Path("government.ledger").unlink()
        assert rest(process).startswith('There is no ledger at "government.ledger".')
        assert process.returncode == 1


@pytest.mark.parametrize("what", ["truncated", "deleted", "replaced", "of another version"])
def test_views_that_are_spoilt_under_it_are_filled_anew(desk: Desk, what: str) -> None:
    desk.record(FIRST)
    with following(desk, "government.ledger") as process:
        line(process)
        (views,) = Path(os.environ["CLUSTER_LEDGER_VIEWS"]).glob("*.views")
        spoil(views, what)
        desk.record(RENAMED)
        assert "nothing behind" in line(process)
        assert desk.run("views", "check").exit_code == 0
        process.send_signal(signal.SIGTERM)
        assert "Stopped: the views are filled" in rest(process) and process.returncode == 0
    shown = desk.run("show", "--effective", "2026-07-01")
    assert shown.exit_code == 0 and "New Testland" in shown.stdout


def spoil(views: Path, what: str) -> None:
    """Do to a views file what somebody does who takes it for a cache."""
    if what == "truncated":
        os.truncate(views, views.stat().st_size // 2)
    elif what == "deleted":
        views.unlink()
    elif what == "replaced":
        views.unlink()
        with closing(sqlite3.connect(views)) as other:
            other.execute("CREATE TABLE filled (position)")
            other.commit()
    else:
        with closing(sqlite3.connect(views)) as other:
            other.execute("PRAGMA user_version = 1")
            other.commit()


def test_two_that_follow_one_ledger_fill_the_same_views(desk: Desk) -> None:
    desk.record(FIRST)
    with following(desk, "government.ledger") as one, following(desk, "government.ledger") as other:
        line(one), line(other)
        for number in range(4, 9):
            desk.record(RENAMED.replace("CM-4", f"CM-{number}").replace("New Testland", f"Testland {number}"))
            assert "nothing behind" in line(one) and "nothing behind" in line(other)
        for process in (one, other):
            process.send_signal(signal.SIGTERM)
            assert "Stopped" in rest(process) and process.returncode == 0
    assert desk.run("views", "check").exit_code == 0
