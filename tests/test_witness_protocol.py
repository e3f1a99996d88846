"""A witness judges a request by its form, its origin, its signature and what it cosigned before, in that order."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.examples import examples
from support.shared_files import shared
from support.witnessing import LOG_KEY, NOON, ORIGIN, WITNESS_KEY, Clock, Log, body, key_of, witness

from ledger.errors import ProofError
from ledger.integrity.checkpoints import SignedCheckpoint
from ledger.integrity.encoding import SIZE_MAX
from ledger.integrity.notes import Note, parse_signature
from ledger.integrity.signatures import checked
from ledger.integrity.vkeys import ED25519, ML_DSA_44, VerifierKey
from ledger.witness.logs import Logs, parse_logs
from ledger.witness.origins import origin_id
from ledger.witness.protocol import BODY_BYTES_MAX, NotCosigned, asked, cosigned, need_cosigner
from ledger.witness.service import Reply, Witness

TESSERA = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"
# What others published, and what today's specification says: base64 with bits that stand for nothing is malformed, and
# an unknown log has a status of its own.
DIFFERING = {(0, 1): 400, (0, 2): 404}
LOG = Log(20)


def published(name: str) -> Any:
    return json.loads(shared(f"vectors/c2sp/witness/{name}.json").read_text(encoding="utf-8"))


def standing(folder: Path, logs: Logs) -> Witness:
    return Witness(WITNESS_KEY, logs, folder / "state", Clock())


def cosignatures(reply: Reply, note: bytes) -> set[tuple[VerifierKey, int | None]]:
    """The keys whose lines of an answer hold for a checkpoint, with their times."""
    lines = tuple(parse_signature(line, "It") for line in reply.body.decode().splitlines())
    signed = SignedCheckpoint.parse(note)
    return {(one.key, one.time) for one in checked(Note(signed.note.text, lines), WITNESS_KEY.vkeys)}


def test_fifteen_requests_in_order_are_answered_as_published(tmp_path: Path) -> None:
    known = standing(tmp_path, parse_logs([TESSERA]))
    for case in published("add_checkpoint_tessera"):
        reply = known.add_checkpoint(case["request"].encode())
        assert reply.status == case["status"], (case["name"], reply)
        if case["status"] == 409:
            assert (reply.body.decode(), reply.kind) == (case["body"], "text/x.tlog.size")
        if case["status"] == 200:
            note = case["request"].encode().partition(b"\n\n")[2]
            assert cosignatures(reply, note) == {(key, NOON) for key in WITNESS_KEY.vkeys}


@pytest.mark.parametrize("place", [0, 1])
def test_requests_of_another_program_are_answered_as_published(tmp_path: Path, place: int) -> None:
    log = published("add_checkpoint")[place]
    key = log["key"] if "+" in log["key"] else str(VerifierKey(log["origin"], ED25519, bytes.fromhex(log["key"])))
    known = standing(tmp_path, parse_logs([f"{log['origin']} {key}"]))
    for step, case in enumerate(log["steps"]):
        reply = known.add_checkpoint(case["request"].encode())
        assert reply.status == DIFFERING.get((place, step), case["status"]), (step, reply)
        if case["body"]["how"] == "==":
            assert reply.body.decode() == case["body"]["what"]


def test_the_last_cosigned_checkpoint_is_given_with_the_signatures_of_both(tmp_path: Path) -> None:
    known = witness(tmp_path)
    assert known.checkpoint(origin_id(ORIGIN)).status == 404
    assert known.add_checkpoint(LOG.request(0, 7)).status == 200
    reply = known.checkpoint(origin_id(ORIGIN))
    note = SignedCheckpoint.parse(reply.body).note
    keys = (*LOG_KEY.vkeys, *WITNESS_KEY.vkeys)
    assert (reply.status, {one.key for one in checked(note, keys)}) == (200, set(keys))
    for other in (origin_id("example.gov/other"), "..", "../lock", "", origin_id(ORIGIN).upper(), "é" * 64):
        assert known.checkpoint(other).status == 404


def test_what_was_cosigned_is_cosigned_again_with_a_new_time(tmp_path: Path) -> None:
    clock = Clock()
    known = witness(tmp_path, clock)
    assert known.add_checkpoint(LOG.request(0, 7)).status == 200
    clock.seconds += 60
    again = known.add_checkpoint(LOG.request(7, 7))
    assert {time for _, time in cosignatures(again, bytes(LOG.signed(7)))} == {NOON + 60}


@pytest.mark.parametrize(
    ("request_", "status", "said"),
    [
        (Log(7, "other").request(7, 7), 422, "different roots"),
        (Log(20, "other").request(7, 20), 422, "does not begin with"),
        (Log(20, "other", 3).request(7, 20), 422, "does not begin with"),
        (body(7, [], bytes(LOG.signed(9))), 422, "is empty"),
        (body(7, [bytes(32)] * 63, bytes(LOG.signed(9))), 422, "too long"),
        (body(7, [bytes(32)] * 64, bytes(LOG.signed(9))), 400, "at most 63"),
        (body(7, [bytes(31)], bytes(LOG.signed(9))), 400, "Line 2: the hash has 31 bytes"),
        (LOG.request(6, 9), 409, "last size that was cosigned is 7"),
        (LOG.request(0, 9), 409, "last size that was cosigned is 7"),
        (body(10, [], bytes(LOG.signed(9))), 400, "does not go on from size 10"),
        (b"old 7\n\n" + bytes(BODY_BYTES_MAX), 400, "at most"),
        (b"old 7\n\xff\n\n", 400, "not ASCII"),
        (b"", 400, "A request is"),
        (body(SIZE_MAX, [], bytes(LOG.signed(9))), 400, "does not go on"),
        (Log(9, key=key_of(ORIGIN, (ED25519,), 9)).request(7, 9), 403, "No signature"),
        (Log(9, key=key_of("example.gov/other", (ED25519,))).request(7, 9), 404, "is known here"),
    ],
)
def test_a_request_that_is_not_in_order_is_refused_with_its_status(
    tmp_path: Path, request_: bytes, status: int, said: str
) -> None:
    known = witness(tmp_path)
    assert known.add_checkpoint(LOG.request(0, 7)).status == 200
    before = known.checkpoint(origin_id(ORIGIN)).body
    reply = known.add_checkpoint(request_)
    assert (reply.status, said in reply.told) == (status, True), reply
    if status == 409:
        assert reply.body == b"7\n"
    assert known.checkpoint(origin_id(ORIGIN)).body == before


def test_one_key_of_a_log_is_enough_and_one_signature_that_fails_is_too_much(tmp_path: Path) -> None:
    known = witness(tmp_path)
    signed = LOG.signed(5)
    ed25519, ml_dsa = signed.note.signatures
    only = bytes(signed.note._replace(signatures=(ml_dsa,)))
    assert known.add_checkpoint(body(0, [], only)).status == 200
    spoiled = ml_dsa._replace(body=bytes(len(ml_dsa.body)))
    assert known.add_checkpoint(body(5, [], bytes(signed.note._replace(signatures=(ed25519, spoiled))))).status == 403


def test_signatures_of_nobody_known_are_neither_checked_nor_kept(tmp_path: Path) -> None:
    known = witness(tmp_path)
    signed = LOG.signed(5)
    stranger = key_of("stranger.example", (ED25519,)).signers[0].sign("another text\n")
    asked_ = body(0, [], bytes(signed.note.with_signatures([stranger])))
    assert known.add_checkpoint(asked_).status == 200
    assert b"stranger" not in known.checkpoint(origin_id(ORIGIN)).body


def test_a_clock_behind_the_last_time_given_to_any_log_signs_nothing(tmp_path: Path) -> None:
    other = key_of("example.gov/other", (ED25519,), 7)
    clock = Clock()
    logs = {ORIGIN: LOG_KEY.vkeys, other.name: other.vkeys}
    known = Witness(WITNESS_KEY, logs, tmp_path / "state", clock)
    assert known.add_checkpoint(LOG.request(0, 5)).status == 200
    clock.seconds -= 1
    assert known.add_checkpoint(LOG.request(5, 6)).status == 503
    assert known.add_checkpoint(Log(3, key=other).request(0, 3)).status == 503
    again = Witness(WITNESS_KEY, logs, tmp_path / "state", clock)  # it is remembered, and not only in this process
    assert again.add_checkpoint(Log(3, key=other).request(0, 3)).status == 503
    clock.seconds += 1
    assert again.add_checkpoint(LOG.request(5, 6)).status == 200
    clock.seconds = 0
    assert Witness(WITNESS_KEY, logs, tmp_path / "new", clock).add_checkpoint(LOG.request(0, 5)).status == 503


def test_a_refusal_changes_nothing_of_what_is_last() -> None:
    """The judgement is a function of request, last state and clock."""
    request = asked(LOG.request(0, 5), {ORIGIN: LOG_KEY.vkeys})
    first, lines = cosigned(request, None, 0, NOON, WITNESS_KEY)
    assert (first.size, first.time, len(lines)) == (5, NOON, 2)
    assert cosigned(request, None, 0, NOON, WITNESS_KEY)[0].signed.checkpoint == first.signed.checkpoint
    with pytest.raises(NotCosigned, match="last size") as refused:
        cosigned(request, first, NOON, NOON, WITNESS_KEY)
    assert (refused.value.status, refused.value.size) == (409, 5)


def test_the_key_of_a_ledger_is_no_key_of_a_witness_nor_the_other_way_round() -> None:
    need_cosigner(WITNESS_KEY, "It")
    for types in ((ED25519,), (ED25519, ML_DSA_44)):
        with pytest.raises(ProofError, match="key of a ledger"):
            need_cosigner(key_of(ORIGIN, types), "It")
    with pytest.raises(ProofError, match="key of a witness"):
        parse_logs([str(WITNESS_KEY.vkeys[0])])
    with pytest.raises(ProofError, match="cannot be cosigned"):
        parse_logs([f"{'o' * 256} {TESSERA}"])
    assert parse_logs(["# a comment", "", TESSERA, f" go.sum database tree {TESSERA} "]) == {
        "example.com/log/testdata": (VerifierKey.parse(TESSERA),),
        "go.sum database tree": (VerifierKey.parse(TESSERA),),
    }


CUTS = st.tuples(st.integers(0, 400), st.binary(max_size=3), st.integers(0, 3))


@settings(max_examples=examples(150), deadline=None)
@given(edits=st.lists(CUTS, max_size=4), start=st.sampled_from([LOG.request(3, 9), LOG.request(0, 3), b"old 3\n\n"]))
def test_no_request_however_mangled_is_answered_by_anything_but_a_refusal(
    edits: list[tuple[int, bytes, int]], start: bytes
) -> None:
    """Only what is signed, known and consistent is cosigned; nothing that is sent raises."""
    raw = start
    for place, put, cut in edits:
        raw = raw[:place] + put + raw[place + cut :]
    logs = {ORIGIN: LOG_KEY.vkeys}
    last, _ = cosigned(asked(LOG.request(0, 3), logs), None, 0, NOON, WITNESS_KEY)
    try:
        request = asked(raw, logs)
        made, _ = cosigned(request, last, NOON, NOON, WITNESS_KEY)
    except NotCosigned as refused:
        assert refused.status in (400, 403, 404, 409, 422)
    else:
        assert made.signed.checkpoint.root == LOG.roots[made.size]
