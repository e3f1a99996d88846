"""Checkpoints that witnesses cosign: asked by the program, counted by a policy, and told to whoever checks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.command_line import Desk, refused
from support.notaries import KEY, key_of, proofs, with_key
from support.witnessing import WITNESS_KEY, serving
from test_proving_checkpoints import SECOND

from ledger.witness.service import Witness


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the machine is configured to, a witness on this machine is asked directly."""
    monkeypatch.setenv("no_proxy", "*")


@pytest.fixture
def witnessed(desk: Desk, tmp_path: Path) -> Iterator[Desk]:
    """A desk with a key and a policy that asks for one witness, which answers until the test is done."""
    key = key_of(with_key(desk.record()))
    witness = Witness(WITNESS_KEY, {key.name: key.vkeys}, tmp_path / "witness")
    with serving(witness) as server:
        desk.write("policy", policy(desk, server.url))
        yield desk


def policy(desk: Desk, url: str) -> str:
    """A policy of the desk's log and one witness at an address, known by its two keys."""
    logs = "".join(f"log {vkey}\n" for vkey in key_of(desk).vkeys)
    names = ("classic", "post-quantum")
    lines = [f"witness {name} {vkey} {url}\n" for name, vkey in zip(names, WITNESS_KEY.vkeys, strict=True)]
    return f"{logs}{''.join(lines)}group both all {' '.join(names)}\nquorum both\n"


def test_a_witnessed_checkpoint_says_by_whom_and_when(witnessed: Desk) -> None:
    assert witnessed.run("checkpoint", "--key", KEY, "--policy", "policy", "-o", "now").exit_code == 0
    found = witnessed.json("verify", "now", "--policy", "policy")
    assert (found["proven"], found["quorum"]) == (True, True)
    assert [one["algorithm"] for one in found["witnessed_by"]] == ["Ed25519 (cosignatures)", "ML-DSA-44"]
    assert all(one["at"].endswith("Z") for one in found["witnessed_by"])
    proofs(witnessed, "CM-1", "now", "p.tlog-proof")
    assert witnessed.json("verify", "p.tlog-proof", "--policy", "policy")["proven"]
    assert "witnessed   witness.example.org+" in witnessed.run("verify", "now", "--policy", "policy").stdout


def test_a_grown_and_an_unchanged_ledger_are_cosigned_again(witnessed: Desk) -> None:
    asked = ("checkpoint", "--key", KEY, "--policy", "policy", "--force", "-o", "now")
    for _ in range(2):
        assert witnessed.run(*asked).exit_code == 0
    witnessed.record(SECOND)
    result = witnessed.run(*asked)
    assert result.exit_code == 0, result.output
    assert witnessed.json("verify", "now", "--policy", "policy")["tree_size"] == 6


def test_a_witness_that_is_down_leaves_a_checkpoint_without_quorum(witnessed: Desk) -> None:
    witnessed.write("down", policy(witnessed, "http://127.0.0.1:9"))
    result = witnessed.run("checkpoint", "--key", KEY, "--policy", "down", "-o", "now")
    assert result.exit_code == 4
    assert "http://127.0.0.1:9 did not cosign" in result.stderr
    assert "Fewer witnesses cosigned" in result.stderr
    assert witnessed.run("verify", "now", "--policy", "policy").exit_code == 4
    assert witnessed.run("verify", "now", "--vkey", KEY).exit_code == 0


def test_a_witness_is_asked_only_where_its_key_is_known(witnessed: Desk) -> None:
    refused(witnessed.run("checkpoint", "--key", KEY, "--witness", "http://a.example", "-o", "x"), "--policy", code=2)
    words = ("--policy", "policy", "--witness", "http://a.example")
    refused(witnessed.run("checkpoint", "--key", KEY, *words, "-o", "x"), "names no witness")
    assert not (witnessed.folder / "x").exists()
