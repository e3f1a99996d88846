"""Registers in RSF are read as they stand, and their asserted roots are checked where they stand."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import pytest
from support.shared_files import shared

from ledger.integrity.proof import verify_consistency
from registers.errors import RegisterError
from registers.rsf import entry_line, parse_register, read_register

EMPTY = "sha-256:" + sha256(b"").hexdigest()
NAMED = '{"name":"jobcentre-group"}'
WALES, SCOTLAND = '{"jobcentre-group":"11","name":"Wales"}', '{"jobcentre-group":"12","name":"Scotland"}'


def hashed(item: str) -> str:
    return "sha-256:" + sha256(item.encode()).hexdigest()


def added(*items: str) -> list[str]:
    return [f"add-item\t{item}" for item in items]


def entry(key: str, *items: str, kind: str = "user", at: str = "2018-01-03T16:49:03Z") -> str:
    return f"append-entry\t{kind}\t{key}\t{at}\t{';'.join(map(hashed, items))}"


def naive_root(leaves: list[bytes]) -> bytes:
    """RFC 6962, section 2.1, word for word."""
    if len(leaves) < 2:
        return sha256(b"\0" + leaves[0]).digest() if leaves else sha256(b"").digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha256(b"\1" + naive_root(leaves[:split]) + naive_root(leaves[split:])).digest()


def root(*leaves: bytes) -> str:
    return "assert-root-hash\tsha-256:" + naive_root(list(leaves)).hex()


FIRST = entry_line(1, "11", "2018-01-03T16:49:03Z", [hashed(WALES)])
SECOND = entry_line(2, "12", "2018-01-03T16:49:03Z", [hashed(SCOTLAND)])
HEAD = [*added(NAMED, WALES, SCOTLAND), entry("name", NAMED, kind="system")]


def read(*lines: str):
    return parse_register("\n".join(lines) + "\n", "groups.rsf")


def refusal(*lines: str) -> str:
    with pytest.raises(RegisterError) as caught:
        read(*lines)
    return str(caught.value)


def test_the_line_of_an_entry_is_the_one_that_registers_hash():
    assert (
        b'{"index-entry-number":"1","entry-number":"1","entry-timestamp":"2018-01-03T16:49:03Z",'
        b'"key":"11","item-hash":["' + hashed(WALES).encode() + b'"]}'
    ) == FIRST


def test_entries_keep_their_number_key_time_item_and_place():
    register = read(*HEAD, entry("11", WALES), entry("12", SCOTLAND, at="2018-07-05T10:02:17Z"))
    assert register.name == "jobcentre-group"
    assert [(e.number, e.key, e.recorded_at, e.item["name"], e.where) for e in register.entries] == [
        (1, "11", "2018-01-03T16:49:03Z", "Wales", "groups.rsf, line 5"),
        (2, "12", "2018-07-05T10:02:17Z", "Scotland", "groups.rsf, line 6"),
    ]


def test_roots_are_checked_where_they_stand_and_system_entries_are_no_leaves():
    register = read(
        f"assert-root-hash\t{EMPTY}", *HEAD, entry("11", WALES), root(FIRST), entry("12", SCOTLAND),
        root(FIRST, SECOND),
    )  # fmt: skip
    assert [(found.line, found.entries) for found in register.assertions] == [(1, 0), (7, 1), (9, 2)]


def test_entries_after_the_last_assertion_are_read_and_counted_as_not_asserted():
    register = read(*HEAD, entry("11", WALES), root(FIRST), entry("12", SCOTLAND))
    assert (len(register.entries), register.asserted) == (2, 1)


def test_a_file_without_an_assertion_asserts_nothing():
    assert read(*HEAD, entry("11", WALES)).asserted == 0


def test_a_root_that_does_not_hold_is_refused_with_file_line_and_both_roots():
    text = refusal(*HEAD, entry("11", WALES), root(FIRST), entry("12", SCOTLAND), root(SECOND))
    assert text.startswith("groups.rsf, line 8: it asserts root sha-256:")
    assert "over the first 2 user entries" in text
    assert naive_root([SECOND]).hex() in text and naive_root([FIRST, SECOND]).hex() in text


def test_an_entry_with_another_time_than_the_one_asserted_is_noticed():
    assert "line 6" in refusal(*HEAD, entry("11", WALES, at="2018-01-03T16:49:04Z"), root(FIRST))


def test_an_altered_item_is_noticed_at_the_entry_that_names_it():
    altered = [line.replace('"Wales"', '"Whales"') for line in HEAD]
    text = refusal(*altered, entry("11", WALES))
    assert text.startswith(f"groups.rsf, line 5: the entry names item {hashed(WALES)}, which no add-item line")


def test_an_item_that_follows_its_entry_is_too_late():
    assert "line 1" in refusal(entry("name", NAMED, kind="system"), *added(NAMED))


def test_an_entry_of_several_items_is_hashed_with_all_of_them():
    both = entry_line(1, "11", "2018-01-03T16:49:03Z", [hashed(WALES), hashed(SCOTLAND)])
    register = read(*HEAD, entry("11", WALES, SCOTLAND), root(both))
    assert len(register.entries[0].items) == 2
    with pytest.raises(RegisterError, match=r"groups\.rsf, line 5: the entry has 2 items"):
        _ = register.entries[0].item


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("", '"" with 0 fields is not RSF'),
        ("add-items\t{}", '"add-items" with 1 fields is not RSF'),
        ("append-entry\tuser\t11", '"append-entry" with 2 fields is not RSF'),
        ("add-item\t{", "the item is not JSON"),
        ("add-item\t[]", "the item is not a JSON object"),
        ("add-item\t" + "[" * 100_000, "the item is not JSON"),
        ('add-item\t{"name":"\\ud800"}', "half a character"),
        (entry("11", WALES, kind="guest"), 'an entry is "user" or "system", not "guest"'),
        (entry("11", WALES, at="2018-02-30T00:00:00Z"), '"2018-02-30T00:00:00Z" is not a time'),
        (entry("11", WALES, at="2018-02-03T00:00:00"), '"2018-02-03T00:00:00" is not a time'),
        ("assert-root-hash\tsha256:00", '"sha256:00" is not a root'),
    ],
)
def test_a_line_that_is_no_rsf_is_refused_with_its_place(line: str, said: str):
    text = refusal(*HEAD, line)
    assert text.startswith("groups.rsf, line 5: ") and said in text


def test_a_register_that_does_not_say_its_name_is_refused():
    assert refusal(*added(WALES)) == 'groups.rsf: no system entry "name" says which register this is.'


def test_files_that_cannot_be_read_are_refused_in_words(tmp_path: Path):
    (tmp_path / "binary.rsf").write_bytes(b"\xff\xfe")
    for name, said in (("binary.rsf", "not UTF-8"), ("none.rsf", "No such file"), (".", "directory")):
        with pytest.raises(RegisterError, match=said):
            read_register(tmp_path / name)


@pytest.mark.parametrize(
    ("name", "entries", "asserted"),
    [
        ("government-organisation", 1011, 1011),
        ("jobcentre", 893, 872),
        ("jobcentre-district", 66, 65),
        ("jobcentre-group", 22, 22),
    ],
)
def test_the_roots_of_real_registers_hold_where_they_were_published(name: str, entries: int, asserted: int):
    register = read_register(shared(f"data/registers/{name}.rsf"))
    assert (len(register.entries), register.asserted) == (entries, asserted)
    published = json.loads(shared("vectors/openregister.json").read_bytes())["rsf_file_roots"]
    assert [(found.line, found.entries, found.root) for found in register.assertions] == [
        (known["line"], known["user_entries"], f"sha-256:{known['root']}")
        for known in published
        if known["file"] == f"{name}.rsf"
    ]


def test_the_published_consistency_proof_of_an_open_register_holds():
    proof = json.loads(shared("vectors/openregister.json").read_bytes())["spec"]["consistency_proof"]
    nodes = [bytes.fromhex(node) for node in proof["nodes"]]
    first, second = bytes.fromhex(proof["root1"]), bytes.fromhex(proof["root2"])
    verify_consistency(proof["size1"], proof["size2"], nodes, first, second)
