"""Notes, keys, checkpoints, cosignatures, policies, proofs and tiles, held to public vectors."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

import proofbundle
import pytest
from support.shared_files import shared

from ledger.errors import ProofError
from ledger.integrity.checkpoints import Checkpoint, SignedCheckpoint
from ledger.integrity.encoding import decoded, encoded
from ledger.integrity.event_proofs import EventProof, parse_proofs
from ledger.integrity.messages import signed_bytes
from ledger.integrity.notes import Note, SignatureLine, parse_note
from ledger.integrity.policy import Policy
from ledger.integrity.private_keys import key_text, make_key, parse_key
from ledger.integrity.proof import inclusion_proof
from ledger.integrity.signatures import Signer, checked
from ledger.integrity.tiles import Tile, bundle, entries_of, hashes_of, tile_root, tiles_of
from ledger.integrity.tree import Frontier, leaf_hash
from ledger.integrity.vkeys import VerifierKey

LOG = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"


def vectors(path: str) -> Any:
    """A file of public vectors, as JSON where it is."""
    return json.loads(shared(f"vectors/c2sp/{path}").read_text(encoding="utf-8"))


def test_notes_of_others_are_taken_and_refused_as_published() -> None:
    for case in vectors("notes/notes.json")["cases"]:
        try:
            keys = [VerifierKey.parse(key) for key in case["keys"]]
            count = len(checked(parse_note(case["note"].encode()), keys))
        except ProofError:
            count = 0
        assert (count > 0) == case["ok"], case["name"]
        assert count == case.get("verified", count), case["name"]


def test_a_note_that_is_not_utf_8_is_refused() -> None:
    prefix = bytes.fromhex(vectors("notes/notes.json")["not_utf8_prefix_hex"])
    note = vectors("notes/notes.json")["cases"][0]["note"].encode()
    with pytest.raises(ProofError, match="not UTF-8"):
        parse_note(prefix + note)


def test_every_mangled_verifier_key_is_refused() -> None:
    published = vectors("notes/notes.json")
    for text in published["vkeys_ok"]:
        assert str(VerifierKey.parse(text)) == text
    for text, _ in published["vkeys_bad"]:
        with pytest.raises(ProofError):
            VerifierKey.parse(text)
    key = published["vkeys_ok"][0]
    pieces = {key[start:stop] for start in range(len(key)) for stop in range(start, len(key) + 1)} - {key}
    increased = {key[:place] + chr(ord(char) + 1) + key[place + 1 :] for place, char in enumerate(key)}
    for text in pieces | increased:
        with pytest.raises(ProofError):
            VerifierKey.parse(text)


def test_checkpoints_of_others_are_taken_and_refused_as_published() -> None:
    published = vectors("notes/checkpoints.json")
    (good,) = published["good"]
    assert Checkpoint.parse(good).text == good
    assert Checkpoint.parse(good).root == leaf_hash(b"hello world")
    for text, _ in published["bad"]:
        with pytest.raises(ProofError):
            Checkpoint.parse(text)
    real = SignedCheckpoint.parse(published["real"]["note"].encode())
    assert real.checkpoint.size == 35_225_469
    assert len(checked(real.note, [VerifierKey.parse(published["real"]["key"])])) == 1


def test_the_log_of_another_program_grows_consistently_from_checkpoint_to_checkpoint() -> None:
    folder = shared("vectors/c2sp/tessera-log")
    frontier, roots = Frontier(), {}
    for size in range(16):
        signed = SignedCheckpoint.parse((folder / f"checkpoint.{size}").read_bytes())
        assert signed.checkpoint.size == size
        assert len(checked(signed.note, [VerifierKey.parse(LOG)])) == 1
        roots[size] = signed.checkpoint.root
    for line in entries_of((folder / Tile(None, 0, 15).path).read_bytes(), 15, "The bundle"):
        assert frontier.root() == roots[frontier.size]
        frontier.append(leaf_hash(line))
    assert frontier.root() == roots[15]


def test_cosignatures_of_both_types_are_held_to_published_messages() -> None:
    published = vectors("notes/cosignature_keys.json")
    assert {text: VerifierKey.parse(text).type for text in published["vkeys"].values()} == {
        text: int(kind, 16) for kind, text in published["vkeys"].items()
    }
    body = decoded(published["signature"], "It")
    assert int.from_bytes(body[4:12], "big") == published["time"]
    keys = vectors("made-here/keys.json")
    checkpoint = SignedCheckpoint.parse(shared("vectors/c2sp/made-here/checkpoint.15.cosigned").read_bytes())
    message = signed_bytes(VerifierKey.parse(keys["witnesses"][0]), checkpoint.note.text, 1_764_547_200)
    assert sha256(message).hexdigest().startswith("89d8de01")
    post_quantum = signed_bytes(VerifierKey.parse(keys["pq"]), checkpoint.note.text, 1_764_547_200)
    assert sha256(post_quantum).hexdigest().startswith("4099b1fa")


def test_a_mirror_and_its_witnesses_cosigned_300_records() -> None:
    folder = shared("vectors/c2sp/sunlight-mirror")
    described = [json.loads(file.read_text(encoding="utf-8")) for file in folder.rglob("*.v0.json")]
    keys = [VerifierKey.parse(text) for one in described for text in one["verifier_keys"]]
    notes = [file for file in folder.rglob("checkpoint") if file.is_file()]
    assert [[one.time for one in checked(parse_note(file.read_bytes()), keys)] for file in notes] == [
        [1_767_139_200]
    ] * 3


def test_an_ml_dsa_checkpoint_of_another_program_holds_and_its_time_is_0() -> None:
    published = vectors("notes/mldsa44_checkpoint.json")
    note = parse_note(published["note"].encode())
    (signed,) = checked(note, [VerifierKey.parse(published["key"])])
    assert signed.time == 0
    with pytest.raises(ProofError, match="altered"):
        checked(note._replace(text=note.text.replace("\n1\n", "\n2\n")), [signed.key])


def test_a_policy_counts_two_of_three_and_says_the_line_of_a_fault() -> None:
    policy = Policy.parse(shared("vectors/c2sp/made-here/policy").read_bytes())
    checkpoint = SignedCheckpoint.parse(shared("vectors/c2sp/made-here/checkpoint.15.cosigned").read_bytes())
    signed = [one.key for one in checked(checkpoint.note, policy.keys)]
    assert len(signed) == 3  # the log and two of three witnesses
    assert policy.met(signed)
    assert not policy.met(signed[:2])


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("quorum none\nquorum none", "line 2: a second quorum"),
        ("group g any w\nquorum g", 'line 1: No witness or group is called "w" above'),
        ("log x", "line 1: A verifier key is"),
        ("quorum w", 'line 1: No witness or group is called "w" above'),
        ("# nothing", "has no line `quorum NAME`"),
        ("wintess a b", 'not with "wintess"'),
        (f"log {LOG}\nlog {LOG}\nquorum none", "line 2: the key of"),
        ("\xff", "not UTF-8"),
    ],
)
def test_a_policy_that_cannot_be_meant_is_refused_with_its_line(lines: str, said: str) -> None:
    with pytest.raises(ProofError, match=said.replace("(", r"\(").replace("`", "`")):
        Policy.parse(lines.encode("latin-1"))


def test_proofs_of_others_hold_for_their_own_lines_and_for_no_other() -> None:
    for leaf, line in ((0, b"one"), (6, b"seven")):
        raw = shared(f"vectors/c2sp/made-here/entry-{leaf}.tlog-proof").read_bytes()
        (proof,) = parse_proofs(raw)
        assert (proof.leaf, bytes(proof)) == (leaf, raw)
        proof.check(line)
        with pytest.raises(ProofError, match="is not in the tree"):
            proof.check(line + b"!")
    (only,) = parse_proofs(shared("vectors/c2sp/made-here/entry-0-of-1.tlog-proof").read_bytes())
    assert only.hashes == ()
    for text, _ in vectors("proof/tlog_proof_syntax.json")["bad"]:
        with pytest.raises(ProofError):
            parse_proofs(text.encode())


def test_several_proofs_in_one_file_are_read_as_they_were_written() -> None:
    files = [shared(f"vectors/c2sp/made-here/entry-{leaf}.tlog-proof").read_bytes() for leaf in (0, 6, 14)]
    assert b"".join(bytes(proof) for proof in parse_proofs(b"".join(files))) == b"".join(files)


def test_a_tree_of_70_000_has_the_published_tiles() -> None:
    published = vectors("made-here/tree-70000.json")
    tiles = list(tiles_of(70_000))
    hashes = [tile for tile in tiles if tile.level is not None]
    assert len(hashes) == 277
    assert [tile.path for tile in hashes if tile.width < 256] == [
        "tile/0/273.p/112",
        "tile/1/001.p/17",
        "tile/2/000.p/1",
    ]
    levels = [[leaf_hash(b"record %d" % number) for number in range(70_000)]]
    while len(levels[-1]) >= 256:
        below = levels[-1]
        levels.append([tile_root(below[place : place + 256]) for place in range(0, len(below) - 255, 256)])
    made = {
        tile.path: b"".join(levels[tile.level][tile.place * 256 : tile.place * 256 + tile.width])
        for tile in hashes
        if tile.level is not None
    }
    for path, digest in published["sha256_of"].items():
        assert sha256(made[path]).hexdigest() == digest, path
    assert [tile.path for tile in tiles_of(256)] == ["tile/entries/000", "tile/0/000", "tile/1/000.p/1"]
    assert Tile(0, 1_234_067).path == "tile/0/x001/x234/067"


@pytest.mark.parametrize("before", [0, 1, 255, 256, 257, 65_535, 65_536, 65_537])
@pytest.mark.parametrize("more", [0, 1, 255, 256, 300])
def test_a_grown_log_needs_the_tiles_that_it_did_not_have(before: int, more: int) -> None:
    after = set(tiles_of(before + more))
    assert set(tiles_of(before + more, before)) == after - set(tiles_of(before))


def test_a_tile_of_another_program_is_read_and_its_root_is_that_of_the_level_above() -> None:
    folder = shared("vectors/c2sp/sunlight-mirror")
    (full,) = folder.rglob("tile/0/000")
    (above,) = folder.rglob("tile/1/000.p/1")
    assert tile_root(hashes_of(full.read_bytes(), 256, "It")) == above.read_bytes()


def test_bundles_are_read_as_they_were_written_and_cut_ones_are_refused() -> None:
    raw = shared("vectors/c2sp/tessera-log").joinpath(Tile(None, 0, 3).path).read_bytes()
    assert entries_of(raw, 3, "It") == [b"one", b"two", b"three"]
    assert bundle([b"one", b"two", b"three"]) == raw
    for cut in ("00", "0001", "000561626364"):
        with pytest.raises(ProofError, match="ends in the middle of entry 1"):
            entries_of(bytes.fromhex(cut), 1, "It")
    with pytest.raises(ProofError, match="more than 2"):
        entries_of(raw, 2, "It")


def test_a_key_file_opens_with_its_passphrase_only_and_holds_no_seed_in_the_clear() -> None:
    key, seeds = make_key("example.gov/ledger")
    text = key_text(key, seeds, "naïve passphrase")
    assert encoded(seeds) not in text
    read = parse_key(f"# a comment\n{text}".encode(), "It")
    assert read.is_sealed
    assert read.open("nai\u0308ve passphrase", "It").vkeys == key.vkeys
    for wrong in ("another", ""):
        with pytest.raises(ProofError, match="does not open"):
            read.open(wrong, "It")
    with pytest.raises(ProofError, match="none was given"):
        read.open(None, "It")
    other, _ = make_key("example.gov/ledger")
    swapped = text.replace(str(key.vkeys[0]), str(other.vkeys[0]))
    with pytest.raises(ProofError, match="does not open"):
        parse_key(swapped.encode(), "It").open("naïve passphrase", "It")


@pytest.mark.parametrize("name", ["", "a name", "a+b", "a\nb", "#a", "a" * 256, "\udce9"])
def test_no_key_is_made_whose_name_could_not_be_read_or_signed(name: str) -> None:
    with pytest.raises(ProofError, match="cannot name a key"):
        make_key(name)


def test_a_key_signs_a_checkpoint_with_both_algorithms() -> None:
    key, _ = make_key("example.gov/ledger")
    text = Checkpoint("example.gov/ledger", 1, leaf_hash(b"one")).text
    note = Note(text, tuple(signer.sign(text) for signer in key.signers))
    read = parse_note(bytes(note))
    assert {one.key for one in checked(read, key.vkeys)} == set(key.vkeys)
    swapped = read._replace(signatures=tuple(SignatureLine(s.name, s.id, bytes(len(s.body))) for s in read.signatures))
    with pytest.raises(ProofError, match="does not hold"):
        checked(swapped, key.vkeys)


def test_a_note_of_a_hundred_signatures_is_read_and_one_more_is_not() -> None:
    text = "text\n"
    lines = tuple(Signer(f"k{place}", 1, bytes([place] * 32)).sign(text) for place in range(101))
    assert len(parse_note(bytes(Note(text, lines[:100]))).signatures) == 100
    with pytest.raises(ProofError, match="101 signatures"):
        parse_note(bytes(Note(text, lines)))


@pytest.mark.parametrize("text", ["YQ", "YR==", "YQ==\n", " YQ==", "YQ===", "Y_-=", "=", "YQ=="[:3]])
def test_base64_has_one_spelling(text: str) -> None:
    with pytest.raises(ProofError, match="not base64"):
        decoded(text, "It")
    assert decoded("", "It") == b""


def test_another_program_holds_what_is_signed_and_proven_here() -> None:
    key, _ = make_key("example.gov/ledger")
    witness, _ = make_key("witness.example.org", cosigner=True)
    frontier, lines = Frontier(), [f"line {number}".encode() for number in range(7)]
    nodes = {}
    for leaf, line in enumerate(lines):
        for level, node in enumerate(frontier.append(leaf_hash(line))):
            nodes[level, leaf >> level] = node
    text = Checkpoint("example.gov/ledger", 7, frontier.root()).text
    lines_of_log = [signer.sign(text) for signer in key.signers]
    note = Note(text, (*lines_of_log, *(signer.sign(text, 1_764_547_200) for signer in witness.signers)))
    signed = SignedCheckpoint.parse(bytes(note))
    for vkey in witness.vkeys:
        assert proofbundle.verify_cosignature(bytes(note).decode(), str(vkey))["ok"]
    for leaf, line in enumerate(lines):
        hashes = inclusion_proof(leaf, 7, lambda level, place: nodes[level, place])
        proof = EventProof(line, leaf, hashes, signed)
        proof.check()
        held = proofbundle.verify_tlog_proof(
            bytes(proof).decode(), line, str(key.vkeys[0]), [str(witness.vkeys[0])], threshold=1
        )
        assert held["ok"], held
