"""The reader of decision documents: what it takes, and the sentence for what it does not."""

from __future__ import annotations

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.documents import formats as reading
from ledger.documents.formats import read_documents, stream_documents
from ledger.errors import MalformedDocument


def fields(text: str | bytes, name: str = "x.yaml") -> list[dict[str, object]]:
    raw = text.encode() if isinstance(text, str) else text
    return [document.fields for document in read_documents(raw, name)]


def test_yaml_scalars_stay_the_text_that_was_typed() -> None:
    found = fields("a: 01.1\nb: no\nc: 2018\nd: null\ne: 2018-04-01\nf:\ng: ~\nh: 0x10\n")
    assert found == [
        {"a": "01.1", "b": "no", "c": "2018", "d": "null", "e": "2018-04-01", "f": "", "g": "~", "h": "0x10"}
    ]


def test_json_numbers_stay_the_text_that_was_typed() -> None:
    assert fields('{"a": 1.10, "b": 007e1, "c": true}'.replace("007e1", "7e1"), "x.json") == [
        {"a": "1.10", "b": "7e1", "c": True}
    ]


def test_a_number_of_a_million_digits_is_only_text() -> None:
    assert len(str(fields('{"a": ' + "9" * 1_000_000 + "}", "x.json")[0]["a"])) == 1_000_000


def test_several_yaml_documents_stand_in_one_file_with_their_lines() -> None:
    found = read_documents(b"# first\na: 1\n---\n---\nb: 2\n", "two.yaml")
    assert [(document.where, document.fields) for document in found] == [
        ("two.yaml, line 2", {"a": "1"}),
        ("two.yaml, line 5", {"b": "2"}),
    ]


@pytest.mark.parametrize("name", ["x.jsonl", "x.ndjson", "standard input", "x.txt"])
def test_lines_of_json_are_known_by_name_or_by_content(name: str) -> None:
    assert fields('{"a": "1"}\n\n{"a": "2"}\n', name) == [{"a": "1"}, {"a": "2"}]


def test_json_may_be_one_document_or_a_list_of_them() -> None:
    assert fields('[{"a": "1"}, {"a": "2"}]', "x.json") == [{"a": "1"}, {"a": "2"}]
    assert fields('{"a": "1"}', "-") == [{"a": "1"}]


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    assert fields(b"\xef\xbb\xbfa: 1\n") == [{"a": "1"}]
    assert fields(b'\xef\xbb\xbf{"a": "1"}\n', "x.jsonl") == [{"a": "1"}]


REFUSED = {
    "an empty file": (b"", "x.yaml", "x.yaml: it holds no document."),
    "an empty JSON file": (b"  \n", "x.json", "x.json: it holds no document."),
    "an empty JSONL file": (b"\n\n", "x.jsonl", "x.jsonl: it holds no document."),
    "only comments": (b"# nothing\n", "x.yaml", "it holds no document"),
    "not UTF-8": (b"a: 1\nb: \xff\n", "x.yaml", "x.yaml, line 2: it is not UTF-8"),
    "UTF-16": ("a: 1".encode("utf-16"), "x.yaml", "line 1: it "),
    "a NUL": (b"a: 1\nb: \0\n", "x.yaml", "x.yaml, line 2: it holds a NUL byte"),
    "a control character": (b"a: 1\nb: \x1b[2J\n", "x.yaml", "x.yaml, line 2: it holds a control character"),
    "malformed YAML": (b"a: b: c\n", "x.yaml", "x.yaml, line 1: it is not YAML (mapping values are not"),
    "an open bracket": (b"a: [1,\nb: 2\n", "x.yaml", "it is not YAML"),
    "a tab as indentation": (b"a:\n\tb: 1\n", "x.yaml", "x.yaml, line 2: it is not YAML"),
    "a key twice": (b"a: 1\nb: 2\na: 3\n", "x.yaml", 'x.yaml, line 3: the key "a" stands twice'),
    "a key twice, quoted": (b"a: 1\n'a': 3\n", "x.yaml", 'line 2: the key "a" stands twice'),
    "a key twice, nested": (b"a: [{b: 1, b: 2}]\n", "x.yaml", 'the key "b" stands twice'),
    "an anchor": (b"a: &x 1\n", "x.yaml", "line 1: anchors (&) and aliases (*) are not taken"),
    "an alias": (b"a: 1\nb: *x\n", "x.yaml", "line 2: anchors (&) and aliases (*) are not taken"),
    "an anchored mapping": (b"a: &x {b: 1}\n", "x.yaml", "anchors"),
    "a tag": (b"a: !!python/object:os.system 1\n", "x.yaml", "line 1: tags (!) are not taken"),
    "a plain tag": (b"a: !!str 1\n", "x.yaml", "tags (!)"),
    "a lone surrogate": (b'a: "\\ud800"\n', "x.yaml", "x.yaml, line 1:"),
    "a list for a key": (b"? [a]\n: 1\n", "x.yaml", "a field is named by a word"),
    "text for a document": (b"hello\n", "x.yaml", "x.yaml, line 1: a decision is a mapping"),
    "a list for a document": (b"- a: 1\n", "x.yaml", "a decision is a mapping"),
    "bottomless YAML": (b"a: " + b"[" * 100_000, "x.yaml", "nested deeper than 40"),
    "malformed JSON": (b'{"a": 1,\n "b": }', "x.json", "x.json, line 2: it is not JSON (expecting value"),
    "JSON key twice": (b'{"b": 1,\n "a": 1,\n "a": 2}', "x.json", 'x.json, line 3: the key "a" stands twice'),
    "JSON key twice, escaped": (b'{"a": 1, "\\u0061": 2}', "x.json", 'the key "a" stands twice'),
    "JSONL key twice": (b'{"a": 1}\n{"a": 1, "a": 2}\n', "x.jsonl", 'x.jsonl, line 2: the key "a" stands twice'),
    "JSON surrogate": (b'{"a": "\\udfff"}', "x.json", "a lone surrogate"),
    "JSON surrogate key": (b'{"\\ud800": 1}', "x.json", "a lone surrogate"),
    "JSON NaN": (b'{"a": NaN}', "x.json", "a number cannot be NaN"),
    "bottomless JSON": (b"[" * 100_000, "x.json", "nested deeper than 40"),
    "deep JSON": (b"[" * 60 + b"]" * 60, "x.json", "nested deeper than 40"),
    "two documents in .json": (b'{"a": 1}\n{"a": 2}', "x.json", "x.json, line 2: a second document"),
    "a broken line": (b'{"a": 1}\n{"a": \n', "x.jsonl", "x.jsonl, line 2: it is not JSON"),
    "a raw line break in JSON": (b'{"a": "x\ny"}', "x.json", "it is not JSON"),
    "a name with an escape": (b"", "x\x1b[2J.yaml", "x\N{REPLACEMENT CHARACTER}[2J.yaml: it holds no"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_meant_is_refused_with_a_sentence(case: str) -> None:
    raw, name, sentence = REFUSED[case]
    with pytest.raises(MalformedDocument) as caught:
        read_documents(raw, name)
    said = str(caught.value)
    assert sentence in said and said.endswith(".")
    assert said.isprintable() and len(said) < 400


def test_a_file_beyond_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_BYTES", 10)
    with pytest.raises(MalformedDocument, match="longer than"):
        read_documents(b"a: " + b"x" * 10, "x.yaml")


def test_a_big_file_is_read_line_by_line() -> None:
    class Watched(io.BytesIO):
        taken = 0

        def readline(self, size: int | None = -1, /) -> bytes:
            Watched.taken += 1
            return super().readline(size)

    file = Watched(b"".join(json.dumps({"n": str(n)}).encode() + b"\n" for n in range(1000)))
    stream = stream_documents(file, "big.jsonl")
    assert [next(stream).fields["n"] for _ in range(3)] == ["0", "1", "2"]
    assert Watched.taken <= 4
    assert next(stream).where == "big.jsonl, line 4"


def test_a_line_beyond_the_limit_is_refused_and_not_swallowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_BYTES", 20)
    with pytest.raises(MalformedDocument, match="big.jsonl, line 1: it is longer than"):
        list(stream_documents(io.BytesIO(b'{"a": "' + b"x" * 100), "big.jsonl"))


@given(st.binary(max_size=200), st.sampled_from(["x.yaml", "x.json", "x.jsonl", "-"]))
def test_any_bytes_give_documents_or_a_sentence(raw: bytes, name: str) -> None:
    try:
        assert all(isinstance(document.fields, dict) for document in read_documents(raw, name))
    except MalformedDocument as error:
        assert str(error).isprintable()


_values = st.recursive(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc-", min_size=1), inner, max_size=3),
    max_leaves=20,
)


@given(st.dictionaries(st.text("abc", min_size=1), _values, min_size=1, max_size=4))
def test_json_and_jsonl_say_the_same(document: dict[str, object]) -> None:
    whole = json.dumps(document, indent=1).encode()
    line = json.dumps(document, ensure_ascii=False).encode()
    assert fields(line, "x.jsonl") == fields(whole, "x.json") == [document]
