"""The reader of a register in RSF, the Register Serialisation Format of the GDS open registers.

A file is a list of tab-separated commands: `add-item` puts an item into the register, `append-entry` says
that from its record time on a key stands for an item, and `assert-root-hash` states the RFC 6962 root over
all user entries so far. Every assertion is checked where it stands; entries that follow the last one are
read, and counted as not asserted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from ledger.errors import harmless
from ledger.integrity.tree import Frontier, leaf_hash

from .errors import RegisterError

Item = Mapping[str, object]

_HASH = re.compile(r"sha-256:[0-9a-f]{64}", re.ASCII)
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?Z", re.ASCII)


@dataclass(frozen=True)
class Entry:
    """One user entry: its 1-based number among them, key, record time (RFC 3339, UTC), items, and place."""

    number: int
    key: str
    recorded_at: str
    items: tuple[Item, ...]
    where: str  # file and line, for messages

    @property
    def item(self) -> Item:
        """The one item of an entry; raises `RegisterError` where a key stands for several."""
        if len(self.items) != 1:
            raise RegisterError(self.where, f"the entry has {len(self.items)} items, where one was expected.")
        return self.items[0]


class Assertion(NamedTuple):
    """A root that the file asserts, and that holds: on which line, over how many user entries."""

    line: int
    entries: int
    root: str  # sha-256:<hex>


@dataclass
class Register:
    """A register as its file tells it.

    `system` holds the last item of every system key (`name`, `custodian`, `register:<name>`).
    """

    name: str = ""
    entries: list[Entry] = field(default_factory=list)
    system: dict[str, Item] = field(default_factory=dict)
    assertions: list[Assertion] = field(default_factory=list)

    @property
    def asserted(self) -> int:
        """The number of user entries under the last root assertion; the rest stand without one."""
        return self.assertions[-1].entries if self.assertions else 0

    @property
    def registry(self) -> str:
        """The body that keeps the register, from its own `register:<name>` item; empty where not stated."""
        return str(self.system.get(f"register:{self.name}", {}).get("registry", ""))


def entry_line(number: int, key: str, recorded_at: str, hashes: Iterable[str]) -> bytes:
    """Give the bytes of a user entry that its leaf hashes (openregister specification, entry hash v1)."""
    fields = {
        "index-entry-number": str(number),
        "entry-number": str(number),
        "entry-timestamp": recorded_at,
        "key": key,
        "item-hash": list(hashes),
    }
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()


def read_register(path: Path) -> Register:
    """Read one RSF file and check every root assertion where it stands.

    Raises `RegisterError`, naming file and line, for a file that cannot be read, a line that is no RSF, an
    entry whose item was not added before it, and a root that is not the one asserted.
    """
    try:
        text = path.read_bytes().decode("utf-8")
    except OSError as error:
        raise RegisterError(str(path), f"the file cannot be read ({error.strerror}).") from None
    except UnicodeDecodeError:
        raise RegisterError(str(path), "the file is not UTF-8 text, so it is no RSF.") from None
    return parse_register(text, path.name)


def parse_register(text: str, name: str) -> Register:
    """Read the text of an RSF file called `name`; see `read_register`. An empty text gives no entries."""
    reader = _Reader(name)
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()
    for line in lines:
        reader.take(line.removesuffix("\r"))
    return reader.done()


class _Reader:
    """The state of a file half read: the items so far, and the tree over the user entries so far."""

    def __init__(self, name: str) -> None:
        self.file = name
        self.line = 0
        self.items: dict[str, Item] = {}
        self.register = Register()
        self.tree = Frontier()

    @property
    def where(self) -> str:
        return f"{self.file}, line {self.line}"

    def take(self, line: str) -> None:
        self.line += 1
        command, *arguments = line.split("\t")
        if command == "add-item" and len(arguments) == 1:
            self._add_item(arguments[0])
        elif command == "append-entry" and len(arguments) == 4:
            self._append_entry(*arguments)
        elif command == "assert-root-hash" and len(arguments) == 1:
            self._assert_root(arguments[0])
        else:
            known = "add-item with 1, append-entry with 4 or assert-root-hash with 1"
            problem = f'"{harmless(command, 40)}" with {len(arguments)} fields is not RSF'
            raise RegisterError(self.where, f"{problem}: expected {known}, separated by tabs.")

    def done(self) -> Register:
        named = self.register.system.get("name", {}).get("name")
        if not isinstance(named, str):
            raise RegisterError(self.file, 'no system entry "name" says which register this is.')
        self.register.name = named
        return self.register

    def _add_item(self, text: str) -> None:
        try:
            item = json.loads(text)
            json.dumps(item, ensure_ascii=False).encode()
        except UnicodeEncodeError:
            raise RegisterError(self.where, "the item holds half a character (a lone surrogate).") from None
        except (ValueError, RecursionError) as error:
            raise RegisterError(self.where, f"the item is not JSON ({error}).") from None
        if not isinstance(item, dict):
            raise RegisterError(self.where, "the item is not a JSON object.")
        self.items["sha-256:" + sha256(text.encode()).hexdigest()] = MappingProxyType(item)

    def _append_entry(self, kind: str, key: str, recorded_at: str, hashes: str) -> None:
        if not _is_time(recorded_at):
            problem = f'"{harmless(recorded_at, 40)}" is not a time such as 2018-07-05T10:07:52Z.'
            raise RegisterError(self.where, problem)
        items = tuple(self._item(item) for item in hashes.split(";"))
        if kind == "system":
            self.register.system[key] = items[-1]
        elif kind == "user":
            number = self.tree.size + 1
            self.tree.append(leaf_hash(entry_line(number, key, recorded_at, hashes.split(";"))))
            self.register.entries.append(Entry(number, key, recorded_at, items, self.where))
        else:
            raise RegisterError(self.where, f'an entry is "user" or "system", not "{harmless(kind, 40)}".')

    def _item(self, item_hash: str) -> Item:
        if item_hash not in self.items:
            problem = f"the entry names item {harmless(item_hash)}, which no add-item line before it holds."
            raise RegisterError(self.where, problem)
        return self.items[item_hash]

    def _assert_root(self, stated: str) -> None:
        if _HASH.fullmatch(stated) is None:
            problem = f'"{harmless(stated)}" is not a root: expected sha-256: and 64 hexadecimal digits.'
            raise RegisterError(self.where, problem)
        found = "sha-256:" + self.tree.root().hex()
        if found != stated:
            asserted = f"it asserts root {stated} over the first {self.tree.size} user entries"
            advice = "The file was altered or is incomplete; fetch it again from its source."
            raise RegisterError(self.where, f"{asserted}, but they hash to {found}. {advice}")
        self.register.assertions.append(Assertion(self.line, self.tree.size, stated))


def _is_time(text: str) -> bool:
    try:
        return _TIME.fullmatch(text) is not None and bool(datetime.fromisoformat(text))
    except ValueError:
        return False
