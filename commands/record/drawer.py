"""The drawer, where the drafts of a ledger's decisions lie: private to the user, and never in the ledger."""

from __future__ import annotations

import fcntl
import json
import os
import re
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

import click
from click.shell_completion import CompletionItem
from platformdirs import user_data_dir

from commands.terminal.completion import items, reader_of
from ledger.documents.formats import MAX_BYTES
from ledger.documents.raw import RawDocument
from ledger.documents.strict_json import decode_json
from ledger.errors import InputError, MalformedDocument, harmless, nothing_called
from ledger.events.types import ID_CHARS, PART
from ledger.files.inputs import read_whole
from ledger.files.outputs import new_file
from ledger.plurals import counted, plural

FOLDER_VARIABLE = "CLUSTER_LEDGER_DRAFTS"
MARK = "draft:"  # before a name, where a file has the same
_ID, _END = re.compile(PART, re.ASCII), ".json"
_FIRST = ("authority", "reference", "decided_on", "effective")  # in the order in which documents have them
_OWN_FOLDER, _OWN_FILE = 0o700, 0o600


class NoDraft(InputError):
    """A draft was named that is not there, or none was where that is not enough."""


class DecisionDraft(NamedTuple):
    """A decision that is not made yet: a name, and the fields of its document."""

    name: str
    fields: dict[str, Any]

    @property
    def changes(self) -> list[dict[str, Any]]:
        """Its changes, in order; empty for a new one."""
        found: list[dict[str, Any]] = self.fields["changes"]
        return found

    @property
    def where(self) -> str:
        """Its place, fit to begin a sentence."""
        return f'Draft "{self.name}"'

    def as_document(self) -> RawDocument:
        """Return it as the document that is planned and recorded."""
        return RawDocument(self.where, self.fields, draft=self.name)


def is_name(text: str) -> bool:
    """Return whether a draft could be called so."""
    return len(text) <= ID_CHARS and _ID.fullmatch(text) is not None


def need_name(name: str) -> str:
    """Return the name of a draft; raises `InputError` unless it is an id."""
    if not is_name(name):
        raise InputError(
            f'"{harmless(name)}" cannot be the name of a draft: small letters, digits and single hyphens, at most '
            f"{ID_CHARS} characters."
        )
    return name


class Drawer:
    """The drafts of one ledger, each a file that nobody else may read."""

    def __init__(self, ledger_id: str, folder: str | os.PathLike[str] | None = None) -> None:
        found = folder or os.environ.get(FOLDER_VARIABLE) or Path(user_data_dir("cluster-ledger")) / "drafts"
        self.ledger_id, self.folder = ledger_id, Path(found) / ledger_id

    def names(self) -> list[str]:
        """Return the names of all drafts in order; empty where there is none."""
        try:
            found = os.listdir(self.folder)
        except FileNotFoundError:
            return []
        except OSError as error:
            raise _unusable(self.folder, error) from None
        names = (name.removesuffix(_END) for name in found if name.endswith(_END))
        return sorted(name for name in names if is_name(name))

    def named(self, name: str | None) -> DecisionDraft:
        """Return the draft of a name, or the only one where none is given; raises `NoDraft`, `MalformedDocument`."""
        names = self.names()
        if name is None:
            if len(names) != 1:
                raise NoDraft(_which(names))
            [name] = names
        elif name not in names:
            raise NoDraft(nothing_called("draft", name, names))
        return self._read(name)

    def _read(self, name: str) -> DecisionDraft:
        where = f'Draft "{name}"'
        raw = read_whole(self._path(name), MAX_BYTES) or b""
        held = decode_json(raw.decode("utf-8", "replace"), where, 1)
        fields = held.get("decision") if isinstance(held, dict) else None
        if not isinstance(fields, dict) or not _are_changes(fields.get("changes")):
            raise MalformedDocument(where, f"its file is not as it was written. Discard it: draft discard {name}")
        if held.get("ledger_id") != self.ledger_id:
            raise MalformedDocument(where, "it is a draft of another ledger, and is not recorded into this one.")
        return DecisionDraft(name, fields)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep other programs of the user from changing drafts meanwhile; raises `InputError`."""
        try:
            self.folder.mkdir(mode=_OWN_FOLDER, parents=True, exist_ok=True)
            for folder in (self.folder.parent, self.folder):
                with suppress(PermissionError):  # of somebody else, who has let the user in
                    os.chmod(folder, _OWN_FOLDER)
            handle = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)
        except OSError as error:
            raise _unusable(self.folder, error) from None
        try:
            with suppress(OSError):  # some file systems have no locks
                fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def put(self, draft: DecisionDraft, *, new: bool = False) -> None:
        """Keep a draft, in place of the one of its name unless it is `new`; raises `InputError`. Only while `held`."""
        if new and draft.name in self.names():
            raise InputError(
                f'There is a draft "{draft.name}" already. Give this one another name, or discard that one: '
                f"draft discard {draft.name}"
            )
        fields = {name: draft.fields[name] for name in _FIRST if name in draft.fields} | draft.fields
        text = json.dumps({"ledger_id": self.ledger_id, "decision": fields}, ensure_ascii=True, indent=1)
        if len(text) > MAX_BYTES:
            raise InputError(f"{draft.where} would be longer than {MAX_BYTES >> 20} MB. Make two decisions of it.")
        with new_file(self._path(draft.name), force=not new, mode=_OWN_FILE) as file:
            file.write(text.encode())

    def discard(self, name: str) -> None:
        """Throw a draft away, whatever its file holds; raises `NoDraft`. Only while `held`."""
        try:
            os.unlink(self._path(need_name(name)))
        except FileNotFoundError:
            raise NoDraft(nothing_called("draft", name, self.names())) from None
        except OSError as error:
            raise _unusable(self.folder, error) from None

    def put_away(self, document: RawDocument) -> str:
        """Throw away the draft of a document that was recorded; return what became of it, in a sentence.

        It stays where it was changed since it was read.
        """
        name = document.draft or ""
        try:
            with self.held():
                if self.named(name).fields != document.fields:
                    return f'Draft "{name}" was changed meanwhile, and is kept.'
                self.discard(name)
        except NoDraft:
            return ""
        except InputError as error:
            return f'Draft "{name}" is recorded, and cannot be removed. {error}'
        return f'Draft "{name}" is recorded, and is removed from your drafts.'

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}{_END}"


def completed_drafts(ctx: click.Context, parameter: click.Parameter, begin: str) -> list[CompletionItem]:
    """Complete the name of a draft; nothing is said where none can be read."""
    with suppress(Exception), closing(reader_of(ctx)) as reader:
        names = Drawer(reader.government.ledger_id).names()
        return items((name, "draft") for name in names if name.startswith(begin))
    return []


def completed_files(ctx: click.Context, parameter: click.Parameter, begin: str) -> list[CompletionItem]:
    """Complete the name of a draft, or where none begins so, of a file, which the shell knows."""
    return completed_drafts(ctx, parameter, begin) or [CompletionItem(begin, type="file")]


def _are_changes(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, dict) for one in value)


def _which(names: list[str]) -> str:
    if not names:
        return "There is no draft. Begin one: cluster-ledger draft new --reference REFERENCE"
    there = f"{plural(len(names), 'is', 'are')} {counted(len(names), 'draft')}"
    listed = ", ".join(names[:10]) + (", ..." if len(names) > 10 else "")
    return f"There {there} ({listed}). Name the one that you mean; draft add by --draft NAME."


def _unusable(folder: Path, error: OSError) -> InputError:
    return InputError(
        f'The folder of drafts "{harmless(str(folder), 200)}" cannot be used ({error.strerror or error}). '
        f"Name another by ${FOLDER_VARIABLE}."
    )
