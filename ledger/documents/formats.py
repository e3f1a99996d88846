"""Decision documents as files hold them: YAML, JSON or JSONL bytes become plain dicts, lists and strings.

Scalars stay what was typed: those of YAML and the numbers of JSON are text here, and the schema of documents
types them (`01.1`, `no` and `2018` are no numbers, truth values or years by themselves). What two readers could
understand in two ways is refused: keys written twice, anchors and aliases, tags, lone surrogates.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, Protocol

import yaml

from ledger.documents.raw import RawDocument
from ledger.documents.strict_json import (
    ITEMS_MAX,
    MAX_DEPTH,
    SURROGATE,
    TOO_DEEP,
    TOO_MANY,
    MoreFollows,
    WrittenTwice,
    decode_json,
    fail,
    need_few_items,
    twice,
    where,
)
from ledger.errors import MalformedDocument, harmless

MAX_BYTES = 32 * 1024 * 1024  # of one file, and of one line of a file that is read line by line
LOCATED_BYTES_MAX = 4 * 1024 * 1024  # of a file in which the line of a fault is looked for
QUICK: bool = yaml.__with_libyaml__  # without it there is no CBaseLoader to read with
_LINES, _YAML = (".jsonl", ".ndjson"), (".yaml", ".yml")


def read_documents(raw: bytes, name: str = "standard input") -> list[RawDocument]:
    """Return the documents of one file, in order; `name` says how to read it, else its first character does.

    `.jsonl` and `.ndjson` hold one JSON document a line, `.json` one or a list of them, `.yaml` and `.yml` one
    or several between `---`. Raises `MalformedDocument`, with file and line; also where no document is found.
    """
    text = _text(raw, name)
    kind = name.lower()
    if not kind.endswith(_YAML):
        need_few_items(text, name)
    if kind.endswith(_LINES):
        found = list(read_lines(raw.splitlines(), name))
    elif kind.endswith(".json") or (text.lstrip()[:1] in ("{", "[") and not kind.endswith(_YAML)):
        found = _json_or_lines(text, raw, name)
    else:
        found = _Yaml(text, name).documents()
    if not found:
        fail(name, None, "it holds no document. Write one with authority, reference, effective and changes.")
    if len(raw) > LOCATED_BYTES_MAX or kind.endswith(_LINES):
        return found
    return [one._replace(line=partial(line_of, raw, number)) for number, one in enumerate(found)]


class Lines(Protocol):
    """What is read line by line, as a binary file is."""

    def readline(self, size: int, /) -> bytes:
        """Return the next line, of `size` bytes at most; empty at the end."""
        ...


def stream_documents(file: Lines, name: str) -> Iterator[RawDocument]:
    """Yield the documents of a JSONL file one by one, so that memory is bounded by its longest line."""
    return read_lines(iter(lambda: file.readline(MAX_BYTES + 1), b""), name)


def read_lines(lines: Iterable[bytes], name: str) -> Iterator[RawDocument]:
    """Yield the document of each line of JSON; blank lines are passed over."""
    for number, line in enumerate(lines, 1):
        text = _text(line, name, number)
        if text.strip():
            yield _document(decode_json(text, name, number), name, number)


def _json_or_lines(text: str, raw: bytes, name: str) -> list[RawDocument]:
    """Read JSON; more than one value is JSONL, unless the name says otherwise."""
    try:
        whole = decode_json(text, name) if text.strip() else []
    except MoreFollows as more:
        if name.lower().endswith(".json"):
            fail(name, more.line, "a second document begins here; put them in a list, or call the file .jsonl.")
        return list(read_lines(raw.splitlines(), name))
    except WrittenTwice as error:
        with suppress(RecursionError):
            _Yaml(text, name).say_twice()  # JSON is YAML enough for that reader to find the line
        twice(name, None, str(error))
    first = text[: len(text) - len(text.lstrip())].count("\n") + 1
    return [_document(value, name, first) for value in (whole if isinstance(whole, list) else [whole])]


def _text(raw: bytes, name: str, line: int = 1) -> str:
    """Return bytes as the text that they are; refuses what is too long, not UTF-8, or holds a NUL."""
    if len(raw) > MAX_BYTES:
        fail(name, line, f"it is longer than {MAX_BYTES >> 20} MB; split it, or take many decisions in by import.")
    if b"\0" in raw:
        fail(name, line + raw[: raw.index(b"\0")].count(b"\n"), "it holds a NUL byte, so it is not a text file.")
    try:
        return raw.decode("utf-8-sig" if line == 1 else "utf-8")
    except UnicodeDecodeError as error:
        fail(name, line + raw[: error.start].count(b"\n"), "it is not UTF-8; save it as UTF-8 and try again.")


def _document(value: Any, name: str, line: int) -> RawDocument:
    if not isinstance(value, dict):
        fail(name, line, "a decision is a mapping of fields (authority, reference, effective, changes).")
    return RawDocument(where(name, line), value)


def line_of(raw: bytes, number: int, path: Sequence[int | str]) -> int | None:
    """Return the line in a file on which the value at a path of its document with a number, from 0, stands.

    Of a path that leads to nothing, the last place that it comes to. None where the file is not one of YAML or JSON.
    """
    with suppress(yaml.YAMLError, UnicodeDecodeError, RecursionError):
        nodes = list(yaml.compose_all(raw.decode("utf-8-sig"), Loader=yaml.CSafeLoader))  # JSON is YAML enough
        nodes = [node for node in nodes if node is not None and (node.value != "" or getattr(node, "style", None))]
        if len(nodes) == 1 and isinstance(nodes[0], yaml.SequenceNode):
            nodes = nodes[0].value
        if number < len(nodes):
            return _line_at(nodes[number], path)
    return None


def _line_at(node: Any, path: Sequence[int | str]) -> int:
    line: int = node.start_mark.line
    for part in path:
        if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line
        elif isinstance(node, yaml.MappingNode):
            held = next(((key, value) for key, value in node.value if key.value == part), None)
            if held is None:
                break
            line, node = held[0].start_mark.line, held[1]
        else:
            break
    return line + 1


class _Yaml:
    """Builds values from the parser's events: no object of YAML's own is ever made."""

    def __init__(self, text: str, name: str) -> None:
        self._text, self._name, self._line = text, name, 1
        self._items = 0
        self._events: Iterator[Any] = yaml.parse(text, Loader=yaml.CBaseLoader)

    def documents(self) -> list[RawDocument]:
        """Return every document; those that are wholly empty are passed over."""
        found: list[RawDocument] = []
        try:
            for event in self._events:
                if isinstance(event, yaml.DocumentStartEvent):
                    self._top(found)
        except yaml.reader.ReaderError as error:
            self._line = self._text[: error.position].count("\n") + 1
            self._fail("it holds a control character, which no page can show.")
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            self._line = mark.line + 1 if mark else self._line
            self._fail(f"it is not YAML ({harmless(error.problem or str(error.context))}).{_hint(error)}")
        return found

    def say_twice(self) -> None:
        """Raise the sentence for a key that stands twice, with its line; pass over any other fault."""
        try:
            self.documents()
        except MalformedDocument as error:
            if "stands twice" in error.problem:
                raise

    def _fail(self, problem: str) -> None:
        fail(self._name, self._line, problem)

    def _top(self, found: list[RawDocument]) -> None:
        event = next(self._events)
        line = event.start_mark.line + 1
        value = self._value(event, 0)
        if value != "" or event.style:
            found.append(_document(value, self._name, line))

    def _value(self, event: Any, depth: int) -> Any:
        self._line = event.start_mark.line + 1
        self._items += 1
        if self._items > ITEMS_MAX:
            self._fail(TOO_MANY)
        self._refuse(event, depth)
        if isinstance(event, yaml.ScalarEvent):
            return event.value
        if isinstance(event, yaml.SequenceStartEvent):
            return [self._value(item, depth + 1) for item in self._until(yaml.SequenceEndEvent)]
        found: dict[str, Any] = {}
        for key in self._until(yaml.MappingEndEvent):
            name = self._value(key, depth + 1)
            if not isinstance(name, str):
                self._fail("a field is named by a word, not by a list or a mapping.")
            if name in found:
                twice(self._name, self._line, name)
            found[name] = self._value(next(self._events), depth + 1)
        return found

    def _until(self, end: type) -> Iterator[Any]:
        for event in self._events:
            if isinstance(event, end):
                return
            yield event

    def _refuse(self, event: Any, depth: int) -> None:
        if depth > MAX_DEPTH:
            self._fail(TOO_DEEP)
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            self._fail("anchors (&) and aliases (*) are not taken; write the value out, or put it in quotes.")
        if event.tag is not None:
            self._fail("tags (!) are not taken; leave it out, or put the value in quotes.")
        if isinstance(event, yaml.ScalarEvent) and SURROGATE.search(event.value):
            self._fail("it holds half a character (a lone surrogate); write it whole.")


def _hint(error: yaml.MarkedYAMLError) -> str:
    """Say the commonest way out: a colon inside a plain value."""
    if "mapping values are not allowed" in (error.problem or ""):
        return ' Put a value that holds ": " in quotes.'
    return ""
