"""Verification takes sound decisions many at a time: it finds what it finds one by one, and what it takes is sound."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from support import mutated_ledgers
from support.golden_lines import GOLDEN
from support.governing import decide, governed
from support.mutated_ledgers import STATEMENTS

from ledger.application.facts import document_of
from ledger.application.verification import verify_file
from ledger.events.canonical import canonical, digest
from ledger.events.envelope import Event, decode
from ledger.events.registry import BY_TYPE
from ledger.store.sqlite import examination as sqlite_examination
from ledger.store.verification.events import RowWalk
from ledger.store.verification.lines import LineReader

FILES = sorted(GOLDEN.glob("*.json"))
every_file = pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
Edit = Callable[[Any], Any]
# What may stand in the place of a value: other types, other spellings, what is taken but would be written otherwise.
EDITS: tuple[Edit, ...] = (
    lambda value: None,
    lambda value: True,
    lambda value: 1,
    lambda value: 1.5,
    lambda value: "",
    lambda value: f" {value}",
    lambda value: f"{value}\u0301",
    lambda value: f"e\u0301{value}",
    lambda value: f"{value}\u0007",
    lambda value: str(value),
    lambda value: [value],
    lambda value: [*value, *value] if isinstance(value, list) else {"of": value},
    lambda value: value[:1] if isinstance(value, list | str) else [],
    lambda value: {**value, "more": "x"} if isinstance(value, dict) else "x" * 30_000,
    lambda value: dict(list(value.items())[1:]) if isinstance(value, dict) else "government",
    lambda value: "2021-02-30" if isinstance(value, str) else -1,
    lambda value: "[2020..2021]" if isinstance(value, str) else 2**70,
    lambda value: value.upper() if isinstance(value, str) else 0,
    lambda value: "a/b" if isinstance(value, str) else "1",
    lambda value: value + "2" if isinstance(value, str) else False,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value within a value, to itself first."""
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield from places(one, (*path, key))


def edited(value: Any, path: tuple[Any, ...], edit: Edit) -> Any:
    found = copy.deepcopy(value)
    holder = found
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = edit(holder[path[-1]])
    return found


def with_its_digest(held: dict[str, Any]) -> dict[str, Any]:
    """The event as who wrote it knew its document: the digest is that of what stands in it, as it stands."""
    header = {name: value for name, value in held["decision"].items() if name not in ("document", "part")}
    common = {
        name: held[name] for name in ("effective", "effective_basis", "corrects", "original_text") if name in held
    }
    change = {"change": BY_TYPE[held["type"]].NAME, **held["data"], **common}
    return {**held, "decision": {**held["decision"], "document": digest({**header, "changes": [change]})}}


def written(event: Event) -> bytes:
    """What the models write of an event that they read."""
    return canonical(event.model_dump(mode="json", by_alias=True, exclude_none=True, serialize_as_any=True))


def surely_sound(line: bytes, event_type: str) -> bool:
    event = decode(line, event_type)
    return written(event) == line and event.decision.document == digest(document_of([event]))


@every_file
def test_a_golden_line_is_taken(file: Path) -> None:
    line = file.read_bytes()
    read = LineReader().read([line], [json.loads(line)["type"]])
    event = decode(line)
    assert read is not None
    said = (event.stream, event.version, event.type, event.decision.key, 1, 1, event.recorded_at)
    assert read == ([(one,) for one in said], [event.migrated is not None])


@every_file
def test_a_line_that_is_taken_is_what_its_models_would_write_of_it_and_has_the_digest_of_its_document(
    file: Path,
) -> None:
    held = json.loads(file.read_bytes())
    reader, tried = LineReader(), 0
    header_too = file.stem == "cluster.retitled.1"  # one header for all of them
    for path in places(held):
        for edit in EDITS if path and (header_too or path[0] != "decision") else ():
            try:
                other = edited(held, path, edit)
                lines = {canonical(other), canonical(with_its_digest(other))}
            except (ValueError, KeyError, TypeError, AttributeError):
                continue
            for line in lines:
                tried += 1
                if reader.read([line], [held["type"]]) is not None:
                    assert surely_sound(line, held["type"])
    assert tried > 100


@every_file
def test_a_line_that_is_spelt_otherwise_is_not_taken(file: Path) -> None:
    line = file.read_bytes()
    held = json.loads(line)
    spelt = (
        json.dumps(held).encode(),
        line + b" ",
        b"\n" + line,
        line[:-1] + b',"version":1}',
        line.replace(b'"v":1', b'"v":1.0'),
        line.replace(b'"type"', b'"\\u0074ype"'),
        line.replace(b'"authority":"C', b'"authority":"\\u0043'),
        line.replace(b'"v":1', b'"v":null'),
        line[:-2],
        b"[" * 10_000,
        b"",
    )
    reader = LineReader()
    reader.read([line], [held["type"]])
    assert [one for one in spelt if reader.read([one], [held["type"]]) is not None] == []
    assert reader.read([line], ["cluster.unheard-of/1"]) is None


def test_parts_of_one_decision_are_taken_together_or_not_at_all(tmp_path: Path) -> None:
    with governed(tmp_path) as ledger:
        lines = [row for row in ledger.store.lines() if row.position > 1]
    reader = LineReader()

    def taken(chosen: list[Any]) -> bool:
        return reader.read([row.line for row in chosen], [row.type for row in chosen]) is not None

    assert taken(lines)
    assert not taken(lines[:-1])
    assert not taken(lines[1:])
    assert not taken([*lines[:2], *lines[3:]])
    assert not taken([lines[1], lines[0], *lines[2:]])
    assert not taken([*lines, lines[0]])


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A ledger of thirty-five events in twenty-two decisions."""
    with governed(tmp_path_factory.mktemp("whole")) as ledger:
        for number in range(20):
            titled = {"change": "retitle-cluster", "cluster": "care", "title": f"Care {number}"}
            beside = {**titled, "cluster": "places", "title": f"Places {number}"}
            decide(ledger, *(titled, beside)[: 1 + number % 2], reference=f"CM-{number}")
        return Path(str(ledger.location)).read_bytes()


@pytest.mark.parametrize("rows", [4, 500])
@pytest.mark.parametrize("statement", STATEMENTS)
def test_what_is_found_is_what_is_found_one_by_one(
    statement: str, rows: int, whole: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "altered.ledger"
    path.write_bytes(whole)
    monkeypatch.setattr(mutated_ledgers, "STATEMENTS", (statement,))
    mutated_ledgers.altered_rows(path, Random(statement))
    monkeypatch.setattr(sqlite_examination, "PAGE_ROWS", rows)
    at_once = verify_file(path, 9, "sha256:" + "ab" * 32)
    monkeypatch.setattr(sqlite_examination, "PAGE_ROWS", 1)
    monkeypatch.setattr(RowWalk, "_passes", lambda self, page: False)
    assert at_once == verify_file(path, 9, "sha256:" + "ab" * 32)


def test_a_sound_ledger_is_never_looked_at_one_by_one(
    whole: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "sound.ledger"
    path.write_bytes(whole)
    monkeypatch.delattr(RowWalk, "check")
    assert verify_file(path).damage == ()
