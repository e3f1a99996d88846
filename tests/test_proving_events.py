"""Proofs of events: made from the ledger, checked without it by somebody who holds a verifier key and nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import proofbundle
import pytest
from support.command_line import Desk, refused
from support.notaries import VKEYS, checkpoint, key_of, proofs, stranger, with_key
from test_proving_checkpoints import SECOND

from ledger.integrity.event_proofs import EventProof
from ledger.integrity.notes import Note


@pytest.fixture
def office(desk: Desk) -> Desk:
    """A desk with two decisions, a key, and a checkpoint of all of it."""
    with_key(desk.record().record(SECOND))
    checkpoint(desk, "now")
    return desk


def verified(desk: Desk, name: str, *options: str, code: int = 0) -> dict[str, object]:
    """What `verify` finds of a file, without any ledger at hand."""
    result = desk.run("--ledger", "nowhere.ledger", "verify", name, *options, "--format", "json")
    assert result.exit_code == code, result.output
    found: dict[str, object] = json.loads(result.stdout)
    return found


def test_a_decision_is_proven_with_all_its_parts_and_without_the_ledger(office: Desk) -> None:
    made = proofs(office, "CM-1", "now", "p.tlog-proof")
    assert len(made) == 4
    found = verified(office, "p.tlog-proof", "--vkey", VKEYS)
    assert found["proven"]
    events = found["events"]
    assert isinstance(events, list)
    assert [(event["part"], event["parts"]) for event in events] == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert events[0]["sentence"].startswith("Cluster wellbeing is established")
    assert not any("not in this file" in sentence for sentence in found["not_proven"])  # type: ignore[attr-defined]


@pytest.mark.parametrize("target", ["p6", "cluster:wellbeing@3"])
def test_one_event_is_proven_by_its_position_or_id(office: Desk, target: str) -> None:
    (proof,) = proofs(office, target, "now", "p.tlog-proof")
    assert b"good life" in (proof.line or b"")
    assert verified(office, "p.tlog-proof", "--vkey", VKEYS)["proven"]


def test_a_part_of_a_decision_says_that_it_is_no_whole(office: Desk) -> None:
    proofs(office, "p3", "now", "p.tlog-proof")
    said = verified(office, "p.tlog-proof", "--vkey", VKEYS)["not_proven"]
    assert "it has 4 events, of which 3 are not in this file" in " ".join(said)  # type: ignore[arg-type]


def test_without_a_key_nobody_vouches_and_nothing_is_proven(office: Desk) -> None:
    proofs(office, "CM-2", "now", "p.tlog-proof")
    found = verified(office, "p.tlog-proof", code=4)
    assert (found["ok"], found["proven"]) == (True, False)
    assert "nobody vouches for this root" in " ".join(found["not_proven"])  # type: ignore[arg-type]
    other = stranger(key_of(office).name)
    assert not verified(office, "p.tlog-proof", "--vkey", str(other.vkeys[0]), code=4)["proven"]


def test_another_program_holds_the_proof_of_an_event(office: Desk) -> None:
    (proof,) = proofs(office, "CM-2", "now", "p.tlog-proof")
    assert proof.line is not None
    text = (office.folder / "p.tlog-proof").read_text(encoding="utf-8")
    assert proofbundle.verify_tlog_proof(text, proof.line, str(key_of(office).vkeys[0]))["ok"]


def _retold(proof: EventProof) -> EventProof:
    return proof._replace(line=(proof.line or b"").replace(b"good", b"poor"))


def _moved(proof: EventProof) -> EventProof:
    return proof._replace(leaf=proof.leaf - 1)


def _cut(proof: EventProof) -> EventProof:
    return proof._replace(hashes=proof.hashes[:-1])


def _doubled(proof: EventProof) -> EventProof:
    return proof._replace(hashes=(*proof.hashes, proof.hashes[-1]))


def _grown(proof: EventProof) -> EventProof:
    note = proof.signed.note
    text = note.text.replace(f"\n{proof.signed.checkpoint.size}\n", f"\n{proof.signed.checkpoint.size + 1}\n")
    checkpoint = proof.signed.checkpoint._replace(size=proof.signed.checkpoint.size + 1)
    return proof._replace(signed=proof.signed._replace(checkpoint=checkpoint, note=Note(text, note.signatures)))


@pytest.mark.parametrize("altered", [_retold, _moved, _cut, _doubled, _grown])
def test_an_altered_proof_is_not_accepted_and_says_why(office: Desk, altered: object) -> None:
    (proof,) = proofs(office, "CM-2", "now", "p.tlog-proof")
    assert callable(altered)
    office.write("altered", bytes(altered(proof)))
    found = verified(office, "altered", "--vkey", VKEYS, code=3)
    assert not found["ok"]
    assert found["fault"]


def test_a_checkpoint_of_another_origin_signed_with_the_same_key_bytes_is_not_taken(office: Desk) -> None:
    (proof,) = proofs(office, "CM-2", "now", "p.tlog-proof")
    text = proof.signed.note.text.replace(proof.signed.checkpoint.origin, "example.gov/other", 1)
    signed = Note(text, tuple(signer.sign(text) for signer in key_of(office).signers))
    office.write("other", bytes(proof).split(b"\n\n")[0] + b"\n\n" + bytes(signed))
    found = verified(office, "other", "--vkey", VKEYS, code=4)
    assert not found["proven"]


def test_a_checkpoint_older_than_the_event_proves_nothing(office: Desk) -> None:
    office.record(SECOND.replace("CM-2", "CM-3").replace("good", "better"))
    refused(office.run("prove", "CM-3", "--checkpoint", "now", "-o", "p"), "came later", "newer")


def test_a_target_that_is_nothing_is_said(office: Desk) -> None:
    refused(office.run("prove", "CM-9", "--checkpoint", "now", "-o", "p"), 'called "CM-9"')
    refused(office.run("prove", "p99", "--checkpoint", "now", "-o", "p"), "p99")
    refused(office.run("prove", "CM-1", "--checkpoint", "nowhere", "-o", "p"), "nowhere")


@pytest.mark.parametrize("place", range(0, 400, 7))
def test_a_proof_cut_anywhere_is_refused_in_one_sentence(office: Desk, place: int) -> None:
    proofs(office, "CM-2", "now", "p.tlog-proof")
    raw = (office.folder / "p.tlog-proof").read_bytes()
    office.write("cut", raw[: len(raw) * place // 400])
    result = office.run("verify", "cut", "--vkey", VKEYS)
    assert result.exit_code in (1, 3), result.output
    assert "proven." not in result.stdout


def test_proofs_of_two_checkpoints_are_no_proof_of_one_decision(office: Desk) -> None:
    first = proofs(office, "p3", "now", "a.tlog-proof")
    office.record(SECOND.replace("CM-2", "CM-3").replace("good", "better"))
    checkpoint(office, "later")
    second = proofs(office, "p4", "later", "b.tlog-proof")
    office.write("both", bytes(first[0]) + bytes(second[0]))
    assert "several checkpoints" in str(verified(office, "both", "--vkey", VKEYS, code=3)["fault"])


def test_a_policy_that_asks_for_witnesses_is_not_met_without_them(office: Desk) -> None:
    vkey = key_of(office).vkeys[0]
    witness = "witness.example.org/w1+e92271ed+BC2iIk9inpGOop3LkMTKiieoUUC/m47LJszzwxVI9A8r"
    office.write("policy", f"log {vkey}\nwitness w1 {witness}\nquorum w1\n")
    proofs(office, "CM-2", "now", "p.tlog-proof")
    found = verified(office, "p.tlog-proof", "--policy", "policy", code=4)
    assert (found["quorum"], bool(found["signed_by"])) == (False, True)
    office.write("policy", f"log {vkey}\nquorum none\n")
    assert verified(office, "p.tlog-proof", "--policy", "policy")["proven"]


def test_verification_needs_no_ledger_and_writes_none(office: Desk, tmp_path: Path) -> None:
    proofs(office, "CM-2", "now", "p.tlog-proof")
    before = sorted(path.name for path in office.folder.iterdir())
    verified(office, "p.tlog-proof", "--vkey", VKEYS)
    assert sorted(path.name for path in office.folder.iterdir()) == before
