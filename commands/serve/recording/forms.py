"""Forms of decisions: a field of a page for each field of a change, and the document that a filled form is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal, NamedTuple, get_args, get_origin

from pydantic.fields import FieldInfo

from commands.record.fields import bare
from ledger.documents.composed import WRITTEN
from ledger.documents.formats import read_documents
from ledger.documents.written import as_yaml
from ledger.errors import InputError, UnknownName
from ledger.events.change import Change
from ledger.events.references import Money
from ledger.events.types import AnyId, Effective, Id, Model, PartId, checks_of

CHANGES_MAX = 50
Given = Mapping[str, str]
Kind = Literal["text", "long", "choice", "lines", "id", "ids", "date", "yaml"]
_HEADER: tuple[tuple[str, Kind, bool], ...] = (
    ("authority", "text", True),
    ("reference", "text", True),
    ("effective", "date", False),
    ("decided_on", "date", False),
    ("legal_basis", "text", False),
    ("rationale", "long", False),
    ("delegated_by", "text", False),
    ("responds_to", "ids", False),
    ("documents", "yaml", False),
)
_LONG = frozenset({"rationale", "purpose", "description", "statement", "text", "scope", "because", "reason", "note"})


class FieldAsked(NamedTuple):
    """A field of a form: its name in the page and in the document, how it is filled, and what stands in it."""

    key: str
    name: str
    kind: Kind
    required: bool
    choices: tuple[str, ...]
    help: str
    value: str


class ChangeAsked(NamedTuple):
    """A change of a form: its number from 1, its name, what it is, and its fields."""

    number: int
    name: str
    line: str
    fields: list[FieldAsked]


class DecisionForm(NamedTuple):
    """A decision as it is filled in."""

    header: list[FieldAsked]
    changes: list[ChangeAsked]


def names_of_changes() -> list[tuple[str, str]]:
    """Return every change that a document can ask for, by name, with the first sentence of what it is."""
    return [(name, _line(change)) for name, change in sorted(WRITTEN.items())]


def document_in(given: Given) -> dict[str, Any]:
    """Return the document that a filled form is; what is left empty is left out. Raises `InputError`."""
    if given.get("yaml", "").strip():
        return _read(given["yaml"])
    return _document(given, _value)


def typed_in(given: Given) -> dict[str, Any]:
    """Return what was typed into a form, as it stands where a field cannot be read, so that it is shown again.

    Nothing of a draft, and no change of an unknown name.
    """
    known = {key: text for key, text in given.items() if not key.endswith("|change") or text in WRITTEN}
    named = {key.rpartition("|")[0] for key in known if key.endswith("|change")}
    kept = {
        key: text for key, text in known.items() if key.rpartition("|")[0] in named or not key.startswith("change|")
    }
    return _document(kept, lambda text, kind: text if kind == "yaml" else _value(text, kind))


def _document(given: Given, value: Callable[[str, Kind], Any]) -> dict[str, Any]:
    stated = [(name, kind) for name, kind, _ in _HEADER if given.get(name, "").strip()]
    document = {name: value(given[name], kind) for name, kind in stated}
    accepted = [
        {"rule": rule, "on": on, "because": text.strip()}
        for key, text in given.items()
        if key.startswith("accept|") and text.strip()
        for _, rule, on in [key.split("|", 2)]
    ]
    changes = [_change(given, number, value) for number in _numbers(given)]
    return {**document, **({"accept": accepted} if accepted else {}), "changes": changes}


def form_of(document: Mapping[str, Any]) -> DecisionForm:
    """Return the form in which a document stands; a change of no known name is left out."""
    header = [
        FieldAsked(name, name, kind, required, (), "", _shown(document.get(name), kind))
        for name, kind, required in _HEADER
    ]
    changes = [one for one in document.get("changes") or () if isinstance(one, dict) and one.get("change") in WRITTEN]
    return DecisionForm(header, [_asked(number, one) for number, one in enumerate(changes[:CHANGES_MAX], 1)])


def _read(text: str) -> dict[str, Any]:
    documents = list(read_documents(text.encode(), "The draft"))
    if len(documents) != 1:
        raise InputError(f"A form holds one decision, and the draft has {len(documents)}.")
    return documents[0].fields


def _numbers(given: Given) -> list[int]:
    found = {key.split("|")[1] for key in given if key.startswith("change|")}
    return sorted(int(one) for one in found if one.isascii() and one.isdigit() and int(one) <= CHANGES_MAX)


def _change(given: Given, number: int, value: Callable[[str, Kind], Any]) -> dict[str, Any]:
    name = given.get(f"change|{number}|change", "")
    if name not in WRITTEN:
        raise UnknownName("change", name, sorted(WRITTEN))
    fields: dict[str, Any] = {"change": name}
    for asked in _fields(WRITTEN[name], number, {}):
        text = given.get(asked.key, "")
        if text.strip():
            fields[asked.name] = value(text, asked.kind)
    return fields


def _asked(number: int, stated: Mapping[str, Any]) -> ChangeAsked:
    change = WRITTEN[stated["change"]]
    return ChangeAsked(number, change.NAME, _line(change), list(_fields(change, number, stated)))


def _fields(change: type[Change], number: int, stated: Mapping[str, Any]) -> Iterator[FieldAsked]:
    for field, info in change.model_fields.items():
        name, kind = info.alias or field, _kind(field, info)
        choices = get_args(bare(info.annotation)) if kind == "choice" else ()
        key, value = f"change|{number}|{name}", _shown(stated.get(name), kind)
        yield FieldAsked(key, name, kind, info.is_required(), choices, change.HELP.get(field, ""), value)
    if change.DATED and "effective" not in change.model_fields:
        value = _shown(stated.get("effective"), "date")
        yield FieldAsked(f"change|{number}|effective", "effective", "date", False, (), "", value)


def _kind(field: str, info: FieldInfo) -> Kind:
    """Return how a field is filled, which follows from its type."""
    kind = bare(info.annotation)
    shape, checks = get_origin(kind), list(checks_of(info))
    if shape is Literal:
        return "choice"
    if shape is tuple:
        item = bare(get_args(kind)[0])
        return "yaml" if isinstance(item, type) and issubclass(item, Model) else "lines"
    if shape is dict or kind is Money or (isinstance(kind, type) and issubclass(kind, Model)):
        return "yaml"
    if any(get_args(one)[1] in checks for one in (Id, PartId, AnyId)):
        return "id"
    if get_args(Effective)[1] in checks or field.endswith("_on"):
        return "date"
    return "long" if field in _LONG else "text"


def _value(text: str, kind: Kind) -> Any:
    """Return what stands in a field as a document has it; raises `InputError` for what is no YAML."""
    text = text.strip().replace("\r\n", "\n")
    if kind in ("lines", "ids"):
        return [line.strip() for line in text.splitlines() if line.strip()]
    if kind != "yaml":
        return text
    return _read(f"value:\n{_indented(text)}")["value"]


def _indented(text: str) -> str:
    return "".join(f"  {line}\n" for line in text.splitlines())


def _shown(value: Any, kind: Kind) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if kind in ("lines", "ids") and isinstance(value, list):
        return "\n".join(map(str, value))
    return as_yaml({"value": value}).partition("\n")[2].replace("\n  ", "\n").removeprefix("  ").rstrip("\n")


def _line(change: type[Change]) -> str:
    return (change.__doc__ or "").strip().partition("\n")[0]
