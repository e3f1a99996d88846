"""Checkpoints that witnesses cosign: asked by the program, counted by a policy, and told to whoever checks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.command_line import Desk, refused
from support.notaries import KEY, key_of, proofs, with_key
from support.witnessing import WITNESS_KEY, serving
from test_proving_checkpoints import SECOND

from ledger.integrity.checkpoints import SignedCheckpoint
from ledger.integrity.signatures import Signer
from ledger.integrity.vkeys import ML_DSA_44
from ledger.proving.keys import verifier_keys
from ledger.witness.logs import read_logs
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


def test_cosignatures_without_a_time_make_up_no_quorum(witnessed: Desk) -> None:
    """A witness's signature always has one; one without could only have been put there."""
    assert witnessed.run("checkpoint", "--key", KEY, "-o", "first").exit_code == 0
    kept = witnessed.folder / f"{KEY}.signed"
    text = SignedCheckpoint.parse(kept.read_bytes()).note.text
    kept.write_bytes(
        kept.read_bytes() + "".join(f"{signer.sign(text, 0)}\n" for signer in WITNESS_KEY.signers).encode()
    )
    witnessed.write("down", policy(witnessed, "http://127.0.0.1:9"))
    assert witnessed.run("checkpoint", "--key", KEY, "--policy", "down", "-o", "now").exit_code == 4
    assert witnessed.run("verify", "now", "--policy", "policy").exit_code == 4


def test_a_ledger_that_was_cut_and_signed_with_a_key_that_forgot_is_not_cosigned(
    witnessed: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """What the memory of the key would stop, its witness stops too."""
    asked = ("checkpoint", "--key", KEY, "--policy", "policy", "-o")
    older = witnessed.ledger.read_bytes()
    witnessed.record(SECOND)
    assert witnessed.run(*asked, "now").exit_code == 0
    monkeypatch.setenv("CLUSTER_LEDGER_STATE", str(tmp_path / "of somebody who never saw the ledger"))
    witnessed.ledger.write_bytes(older)
    (witnessed.folder / f"{KEY}.signed").unlink()
    result = witnessed.run(*asked, "again")
    assert (result.exit_code, "cosigned this ledger at size 6, and the checkpoint has 5" in result.stderr) == (4, True)
    witnessed.record(SECOND.replace("a good life", "another life"))
    result = witnessed.run(*asked, "forked")
    assert (result.exit_code, "does not continue what it cosigned before" in result.stderr) == (4, True)


def test_a_long_verifier_key_is_not_taken_for_the_path_of_a_file() -> None:
    """Where no slash stands among its first 256 characters, the system refuses to look for such a file."""
    made = (bytes([seed, more]) * 16 for seed in range(256) for more in range(8))
    keys = (str(Signer("ledger.example", ML_DSA_44, seed).vkey) for seed in made)
    long = next(key for key in keys if len(key.split("/")[0]) > 255)
    assert [str(key) for key in verifier_keys([long])] == [long]
    assert [str(key) for key in read_logs([long])["ledger.example"]] == [long]
