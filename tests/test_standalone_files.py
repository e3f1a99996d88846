"""The standalone verifier: what it takes, what it refuses with a position, and where it says that nothing is proven."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest
from support.demonstrations import demonstration
from support.governing import AUTHORITY, constituted, document
from support.shared_files import shared
from support.signed_logs import SignedLog
from support.standalone import SCRIPT, checked, checked_apart

from ledger.integrity.notes import parse_note
from ledger.integrity.private_keys import make_key
from projections.exports.lines import verify_lines


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> SignedLog:
    """The log of the demonstration, signed."""
    with demonstration(tmp_path_factory.mktemp("demo") / "government.ledger") as ledger:
        return SignedLog(list(ledger.lines()))


@pytest.fixture
def export(log: SignedLog, tmp_path: Path) -> Path:
    """Its export."""
    return write(tmp_path / "lines.jsonl", log.export())


def write(file: Path, content: bytes | str) -> Path:
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return file


def test_it_imports_nothing_of_the_project() -> None:
    imported = [
        line.split()[1] for line in SCRIPT.read_text().splitlines() if line.lstrip().startswith(("import ", "from "))
    ]
    assert {name.partition(".")[0] for name in imported} & {"ledger", "projections", "commands", "tests"} == set()


# Exports


def test_an_export_adds_up_and_without_a_key_proves_nothing(export: Path) -> None:
    ran = checked(export)
    assert ran.code == 4 and ran.faults == []
    assert "234 lines have the root" in ran.said and "give a checkpoint of it, and a key" in ran.said


@pytest.mark.parametrize("number", [0, 1])
def test_an_export_holds_by_a_checkpoint_and_either_key(
    log: SignedLog, export: Path, tmp_path: Path, number: int
) -> None:
    checkpoint = write(tmp_path / "kept", log.checkpoint())
    assert checked(export, "--checkpoint", checkpoint).code == 4
    ran = checked(export, "--checkpoint", checkpoint, "--vkey", log.vkeys[number])
    assert ran.code == 0 and "It holds." in ran.said
    keys = write(tmp_path / "keys", "\n".join(log.vkeys))
    assert checked_apart(tmp_path, export, "--checkpoint", checkpoint, "--vkey", keys).code == 0


def test_a_key_that_is_too_long_to_be_a_path_is_read_as_a_key(log: SignedLog, export: Path, tmp_path: Path) -> None:
    checkpoint = write(tmp_path / "kept", log.checkpoint())
    ran = checked(export, "--checkpoint", checkpoint, "--vkey", "a" * 5_000)
    assert ran.code == 2 and "too long" not in ran.said


def test_what_a_checkpoint_does_not_reach_is_not_proven(log: SignedLog, export: Path, tmp_path: Path) -> None:
    kept = ("--checkpoint", write(tmp_path / "kept", log.checkpoint(200)), "--vkey", log.vkeys[0])
    ran = checked(export, *kept)
    assert ran.code == 4 and "p201 to p234: the checkpoint ends before them" in ran.said
    cut = write(tmp_path / "cut", b"".join(line + b"\n" for line in log.lines[:199]))
    ran = checked(cut, *kept)
    assert ran.code == 3 and "the checkpoint is of 200 lines, and only 199 are here" in ran.said


def test_another_history_is_told_by_a_checkpoint_kept_elsewhere(log: SignedLog, tmp_path: Path) -> None:
    other = SignedLog(log.lines[:150])
    kept = write(tmp_path / "kept", log.checkpoint(200))
    shorter = write(tmp_path / "shorter", other.export())
    assert checked(shorter, "--checkpoint", kept, "--vkey", log.vkeys[0]).code == 3


def swapped(lines: list[bytes], at: int) -> list[bytes]:
    return [*lines[:at], lines[at + 1], lines[at], *lines[at + 2 :]]


CHANGED: dict[str, Callable[[list[bytes], int], list[bytes]]] = {
    "taken out": lambda lines, at: [*lines[:at], *lines[at + 1 :]],
    "doubled": lambda lines, at: [*lines[: at + 1], *lines[at:]],
    "swapped": swapped,
    "with a space": lambda lines, at: [*lines[:at], lines[at].replace(b":", b": ", 1), *lines[at + 1 :]],
    "with another order": lambda lines, at: [*lines[:at], turned(lines[at]), *lines[at + 1 :]],
    "empty": lambda lines, at: [*lines[:at], b"", *lines[at + 1 :]],
    "of another decision": lambda lines, at: [*lines[:at], said(lines[at], "CM-0"), *lines[at + 1 :]],
    "with another text": lambda lines, at: [*lines[:at], retitled(lines[at]), *lines[at + 1 :]],
}


def turned(line: bytes) -> bytes:
    return json.dumps(dict(reversed(json.loads(line).items())), ensure_ascii=False, separators=(",", ":")).encode()


def said(line: bytes, reference: str) -> bytes:
    event = json.loads(line)
    event["decision"]["reference"] = reference
    return json.dumps(event, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def retitled(line: bytes) -> bytes:
    event = json.loads(line)
    event["data"]["title"] = "Another"
    return json.dumps(event, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


@pytest.mark.parametrize("change", CHANGED)
@pytest.mark.parametrize("at", [0, 57, 140, 230])
def test_a_line_that_was_changed_is_found_as_the_product_finds_it(
    log: SignedLog, tmp_path: Path, change: str, at: int
) -> None:
    lines = CHANGED[change](log.lines, at)
    file = write(tmp_path / "lines.jsonl", b"".join(line + b"\n" for line in lines))
    of_product = verify_lines([line + b"\n" for line in lines])
    alone = checked(file)
    assert alone.code == (4 if of_product.ok else 3), change
    positions = [one.position for one in of_product.damage if one.position]
    assert bool(positions) == any(
        fault.startswith(f"p{position}: ") for position in positions for fault in alone.faults
    )
    kept = write(tmp_path / "kept", log.checkpoint())
    assert checked(file, "--checkpoint", kept, "--vkey", log.vkeys[0]).code == 3


def test_random_mutations_of_an_export_are_found(log: SignedLog, export: Path, tmp_path: Path) -> None:
    kept = ("--checkpoint", write(tmp_path / "kept", log.checkpoint()), "--vkey", log.vkeys[0])
    whole, random = log.export(), Random(7)
    for _ in range(60):
        raw = bytearray(whole)
        at = random.randrange(len(raw) - 1)
        kind = random.choice(("flip", "cut", "write", "put in"))
        if kind == "flip":
            raw[at] ^= 1 << random.randrange(8)
        elif kind == "cut":
            del raw[at : at + random.choice((1, 40, 3_000))]
        elif kind == "write":
            raw[at : at + 4] = random.randbytes(4)
        else:
            raw[at:at] = random.randbytes(random.choice((1, 9)))
        ran = checked(write(export, bytes(raw)), *kept)
        assert ran.code == (3 if raw.rstrip(b"\n") != whole.rstrip(b"\n") else 0), (kind, at, ran.said)
        assert "Traceback" not in ran.said


@pytest.mark.parametrize(
    "line",
    [
        b"[" * 60_000,
        b'{"a":' * 9_000,
        b"1e999",
        b"9" * 5_000,
        b'{"v":1.5}',
        b"{" + b" " * 70_000,
        b"\xff\xfe",
        b'"\\ud800"',
    ],
)
def test_a_line_that_is_no_event_is_refused_whatever_it_is(tmp_path: Path, line: bytes) -> None:
    ran = checked(write(tmp_path / "lines.jsonl", b'{"v":1}\n' + line + b"\n"))
    assert ran.code == 3 and any(fault.startswith("p2: ") for fault in ran.faults) and "Traceback" not in ran.said


def test_an_empty_export_has_the_root_of_no_leaf(tmp_path: Path) -> None:
    ran = checked(write(tmp_path / "lines.jsonl", b""))
    assert ran.code == 4 and "0 lines have the root 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=" in ran.said


# Keys, notes, checkpoints, policies


def vectors(path: str) -> Any:
    return json.loads(shared(f"vectors/c2sp/{path}").read_text(encoding="utf-8"))


def test_notes_of_others_are_taken_and_refused_as_published(tmp_path: Path) -> None:
    for case in vectors("notes/notes.json")["cases"]:
        keys = [word for key in case["keys"] for word in ("--vkey", key)]
        ran = checked(write(tmp_path / "note", case["note"]), *keys)
        assert (ran.code == 0) == case["ok"], (case["name"], ran.said)


def test_every_mangled_verifier_key_is_refused(log: SignedLog, tmp_path: Path) -> None:
    note = write(tmp_path / "note", log.checkpoint())
    published = vectors("notes/notes.json")
    for key in [key for key, _ in published["vkeys_bad"]] + [key[:-1] for key in published["vkeys_ok"]] + ["", "a+b"]:
        ran = checked(note, "--vkey", key)
        assert ran.code == (4 if not key.strip() else 2), (key, ran.said)


def test_checkpoints_of_others_hold_by_each_type_of_key(tmp_path: Path) -> None:
    published = vectors("notes/mldsa44_checkpoint.json")
    note = write(tmp_path / "note", published["note"])
    assert checked(note, "--vkey", published["key"]).code == 0
    altered = write(tmp_path / "altered", published["note"].replace("\n1\n", "\n2\n"))
    assert checked(altered, "--vkey", published["key"]).code == 3
    for size in range(16):
        file = shared(f"vectors/c2sp/tessera-log/checkpoint.{size}")
        ran = checked(file, "--vkey", "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx")
        assert ran.code == 0 and f"has {size} lines" in ran.said


def test_a_policy_counts_the_witnesses_of_others(tmp_path: Path) -> None:
    folder = shared("vectors/c2sp/made-here")
    for name in ("checkpoint.15.cosigned", "checkpoint.15.cosigned-pq"):
        policy = (folder / "policy").read_text()
        ran = checked(folder / name, "--policy", folder / "policy")
        assert ran.code == (0 if name.endswith("cosigned") else 4), ran.said
        all_three = write(tmp_path / "policy", policy.replace("group two-of-three 2", "group two-of-three all"))
        assert checked(folder / name, "--policy", all_three).code == 4


def test_a_quorum_that_is_not_met_proves_nothing_and_one_bad_cosignature_is_a_fault(
    log: SignedLog, tmp_path: Path
) -> None:
    policy = write(tmp_path / "policy", log.policy)
    asked = [
        checked(write(tmp_path / "note", log.checkpoint(witnesses=count)), "--policy", policy) for count in (0, 1, 2)
    ]
    assert [ran.code for ran in asked] == [4, 4, 0]
    assert "fewer witnesses than the policy asks for" in asked[1].said
    note = parse_note(log.checkpoint(witnesses=2))
    last = note.signatures[-2]
    bad = last._replace(body=last.body[:-1] + bytes([last.body[-1] ^ 1]))
    ran = checked(write(tmp_path / "note", bytes(note.with_signatures([bad]))), "--policy", policy)
    assert ran.code == 3 and f"the signature of {last.name} does not hold" in ran.said


def test_a_witness_alone_does_not_vouch_for_a_log(log: SignedLog, tmp_path: Path) -> None:
    note = write(tmp_path / "note", log.checkpoint(witnesses=1))
    ran = checked(note, "--vkey", log.witnesses[0].vkeys[0])
    assert ran.code == 4 and f"vouched for by no key of {log.origin} that was named" in ran.said


def test_a_checkpoint_signed_with_the_key_of_another_log_is_refused(log: SignedLog, tmp_path: Path) -> None:
    key, _ = make_key("elsewhere.example")
    ran = checked(write(tmp_path / "note", log.checkpoint(key=key)), "--vkey", key.vkeys[0])
    assert ran.code == 3 and "is of illyria.example, and is signed by elsewhere.example" in ran.said


def test_two_checkpoints_of_one_size_with_two_roots_are_two_histories(log: SignedLog, tmp_path: Path) -> None:
    other = SignedLog(log.lines[::-1])
    kept = write(tmp_path / "kept", log.checkpoint())
    note = write(tmp_path / "note", other.checkpoint())
    ran = checked(note, "--checkpoint", kept, "--vkey", other.vkeys[0])
    assert ran.code == 3 and "two histories were shown" in ran.said


@pytest.mark.parametrize(
    "lines",
    [
        "quorum none\nquorum none",
        "group g any w\nquorum g",
        "log x",
        "quorum w",
        "# nothing",
        "wintess a b",
        "\x01",
        "quorum",
    ],
)
def test_a_policy_that_cannot_be_meant_is_refused(log: SignedLog, tmp_path: Path, lines: str) -> None:
    ran = checked(write(tmp_path / "note", log.checkpoint()), "--policy", write(tmp_path / "policy", lines))
    assert ran.code == 2 and "Traceback" not in ran.said


# Proofs of events


def test_the_proofs_of_a_decision_hold_and_are_all_its_parts(log: SignedLog, tmp_path: Path) -> None:
    reference = "ILL-AO-2024"
    positions = [at for at, line in enumerate(log.lines, 1) if json.loads(line)["decision"]["reference"] == reference]
    file = write(tmp_path / "a.tlog-proof", log.proofs(*positions))
    ran = checked(file, "--vkey", log.vkeys[0])
    assert ran.code == 0, ran.said
    count = len(positions)
    assert count > 2 and f"Decision {reference} of Audit Office (illustrative): {count} of {count}" in ran.said
    assert checked(file).code == 4
    fewer = write(tmp_path / "b.tlog-proof", log.proofs(*positions[1:]))
    assert f": {count - 1} of {count} parts are here." in checked(fewer, "--vkey", log.vkeys[0]).said


def test_every_changed_byte_of_a_proof_is_found(log: SignedLog, tmp_path: Path) -> None:
    whole, random = log.proofs(57, 58), Random(11)
    for _ in range(60):
        raw = bytearray(whole)
        at = random.randrange(len(PROOF_HEADER), len(raw))
        raw[at] ^= 1 << random.randrange(8)
        ran = checked(write(tmp_path / "a.tlog-proof", bytes(raw)), "--vkey", log.vkeys[0], "--vkey", log.vkeys[1])
        assert ran.code != 0 and "Traceback" not in ran.said, (at, ran.said)
        unknown = "is vouched for by no key" in ran.said  # where the name or id of a signature is what changed
        assert ran.code == 3 or unknown or bytes(raw[at : at + 1]) not in whole or ran.code == 4, (at, ran.said)


PROOF_HEADER = b"c2sp.org/tlog-proof@v1\n"


def test_proofs_of_others_are_refused_as_published(tmp_path: Path) -> None:
    for text, _ in vectors("proof/tlog_proof_syntax.json")["bad"]:
        assert checked(write(tmp_path / "a.tlog-proof", text)).code == 3
    key = vectors("made-here/keys.json")["log"]
    for leaf in (0, 6, 14):
        ran = checked(shared(f"vectors/c2sp/made-here/entry-{leaf}.tlog-proof"), "--vkey", key)
        assert ran.code != 0 and "is signed by example.com/log/testdata+33d7b496" in ran.said  # they hold no event


# Tiles


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> SignedLog:
    """A log of more than two full tiles."""
    changes = [{"change": "establish-cluster", "cluster": f"c{n}", "title": f"Cluster {n}"} for n in range(599)]
    with constituted(tmp_path_factory.mktemp("grown")) as ledger:
        ledger.record(document(*changes, reference="CM-1", authority=AUTHORITY))
        return SignedLog(list(ledger.lines()), "illyria.example")


def test_a_folder_of_tiles_holds_and_tells_of_the_structure(grown: SignedLog, tmp_path: Path) -> None:
    folder = grown.tiles(tmp_path / "tiles")
    ran = checked(folder, "--vkey", grown.vkeys[0], "--clusters-on", "2026-12-01")
    assert ran.code == 0, ran.said
    assert "600 entries were read" in ran.said and "599 clusters" in ran.said
    assert checked(folder).code == 4
    kept = write(tmp_path / "kept", grown.checkpoint(300))
    assert checked(folder, "--vkey", grown.vkeys[0], "--checkpoint", kept).code == 0
    foreign = SignedLog(grown.lines[::-1])
    write(kept, foreign.checkpoint(300))
    assert checked(folder, "--vkey", grown.vkeys[0], "--vkey", foreign.vkeys[0], "--checkpoint", kept).code == 3


def test_a_tile_that_became_full_may_stand_for_the_part_that_it_was(grown: SignedLog, tmp_path: Path) -> None:
    folder = SignedLog(grown.lines[:512]).tiles(tmp_path / "tiles")
    folder.joinpath("checkpoint").write_bytes(grown.checkpoint(300))
    tile = folder / "tile/1/000.p"
    tile.joinpath("1").write_bytes(tile.joinpath("2").read_bytes()[:32])
    assert checked(folder, "--vkey", grown.vkeys[0]).faults == ["p300: decision CM-1 ends here without its last part."]


def test_every_file_of_a_folder_of_tiles_counts(grown: SignedLog, tmp_path: Path) -> None:
    folder, random = grown.tiles(tmp_path / "tiles"), Random(3)
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    assert len(files) == 8  # three of entries, three of leaves, one above, the checkpoint
    for file in files:
        whole = file.read_bytes()
        for raw in (b"", whole[:-1], whole + b"\0", flipped(whole, random), flipped(whole, random)):
            file.write_bytes(raw)
            ran = checked(folder, "--vkey", grown.vkeys[0])
            assert ran.code == 3, (file, ran.said)
            assert "Traceback" not in ran.said
        file.unlink()
        assert checked(folder, "--vkey", grown.vkeys[0]).code == 3
        file.write_bytes(whole)
    assert checked(folder, "--vkey", grown.vkeys[0]).code == 0


def flipped(raw: bytes, random: Random) -> bytes:
    changed = bytearray(raw)
    signed = raw.find(b"\n\n") if raw.startswith(b"illyria") else len(raw)  # of a checkpoint, its text
    changed[random.randrange(signed)] ^= 1 << random.randrange(8)
    return bytes(changed)


def test_a_file_that_is_not_there_is_said_in_a_sentence(tmp_path: Path) -> None:
    ran = checked(tmp_path / "nothing")
    assert ran.code == 2 and "No such file" in ran.said and "Traceback" not in ran.said
