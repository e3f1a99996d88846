"""Tokens of a server: made and printed once, kept as digests, listed and withdrawn."""

from __future__ import annotations

import json
import re
from pathlib import Path

from support.command_line import Desk, refused

MAKE = ("token", "make", "--role", "auditor", "--name", "Court of audit")


def test_a_token_is_printed_once_and_kept_as_its_digest_alone(desk: Desk) -> None:
    made = desk.record().run(*MAKE, "--tokens", "t.json")
    token = made.stdout.strip()
    assert re.fullmatch(r"[\w-]{32}", token)
    assert "Token 1, for the auditor Court of audit." in made.stderr
    kept = Path("t.json").read_text()
    assert token not in kept
    assert Path("t.json").stat().st_mode & 0o777 == 0o600
    assert token not in desk.run("token", "list", "--tokens", "t.json").stdout


def test_tokens_are_kept_apart_for_each_ledger(desk: Desk) -> None:
    desk.record().run(*MAKE)
    assert [one["name"] for one in desk.json("token", "list")["tokens"]] == ["Court of audit"]
    assert desk.run("--ledger", "b.ledger", "init", "--government", "Other", "--recorder", "Office").exit_code == 0
    other = json.loads(desk.run("--ledger", "b.ledger", "token", "list", "--format", "json").stdout)
    assert other["tokens"] == []


def test_a_token_is_withdrawn_by_its_number_and_keeps_its_line(desk: Desk) -> None:
    desk.record().run(*MAKE)
    desk.run("token", "make", "--role", "recorder", "--name", "Registry", "--until", "2020-12-31")
    assert desk.json("token", "withdraw", "1")["state"] == "withdrawn"
    assert [one["state"] for one in desk.json("token", "list")["tokens"]] == ["withdrawn", "ended"]
    refused(desk.run("token", "withdraw", "3"), "There is no token 3.")


def test_a_file_that_is_none_of_tokens_or_that_others_may_write_is_refused(desk: Desk) -> None:
    desk.record()
    Path("t.json").write_text("[]")
    refused(desk.run("token", "list", "--tokens", "t.json"), "is no file of tokens")
    refused(desk.run("serve", "--tokens", "t.json", "--listen", "127.0.0.1:0"), "is no file of tokens")
    Path("t.json").chmod(0o666)
    refused(desk.run("token", "list", "--tokens", "t.json"), "Others may write to")


def test_a_name_is_one_line(desk: Desk) -> None:
    desk.record()
    for name in ("", " ", "a\nb", "x" * 201):
        refused(desk.run(*MAKE[:-1], name), "names no office")


def test_by_public_no_token_is_taken(desk: Desk) -> None:
    desk.record()
    refused(desk.run("serve", "--public", "--record", "--listen", "127.0.0.1:0"), "no token is taken")
