"""Faults of a document in words: what pydantic found, as sentences that a person can act on, and where it lies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel, StringConstraints

from ledger.errors import harmless, suggestion, with_article
from ledger.events.changes.assertion import Attribute
from ledger.events.changes.assessment import ScaleName
from ledger.events.changes.record import Place
from ledger.events.changes.scale import Number
from ledger.events.changes.thing import Key, Language
from ledger.events.commitments import DIGEST
from ledger.events.numbering import Numbers
from ledger.events.personal import FAULT, Commitment
from ledger.events.sentences import listed
from ledger.events.types import Address, Bytes, Currency, Decimal, Digest, EventId, Scheme, Sector

_BRANCHES = ("function-", "constrained-str", "DecisionName", "str")  # pydantic's names for branches of a union
_TARGET = "an event such as cluster:wellbeing@7, or a position such as p120"
# What a text has to look like, in words, by its type: no fault shows a pattern.
_FORMS = {
    Decimal: "a number such as 5 or -2.5: no unit, no sign of percent, no mark for thousands",
    Currency: "three capital letters, such as EUR",
    Sector: "a COFOG code, such as 07 or 07.4",
    Scheme: "small letters, digits and single hyphens, such as wikidata",
    Key: "one line of text, without a tab or another control character",
    Address: "an address without spaces, such as https://example.gov/minute.pdf",
    Digest: "64 digits 0 to 9 and a to f, as sha256sum prints them",
    Bytes: "bytes in base64",
    Language: "a language tag, such as fr or pt-BR",
    ScaleName: "the name and version of a scale, such as progress/1",
    Numbers: "a number of up to nine digits, or the first and the last of several, such as 14..19",
    Number: "small letters, digits and single hyphens, such as 2026-1",
    Attribute: "the name of an attribute, such as title, lead or segments:wellbeing/care",
    EventId: _TARGET,
    Place: _TARGET,
}


def pattern_of(kind: Any) -> str | None:
    """Return the pattern that texts of a type match; None where it has none."""
    found = (check.pattern for check in get_args(kind)[1:] if isinstance(check, StringConstraints))
    return next((pattern for pattern in found if isinstance(pattern, str)), None)


FORMS = {pattern_of(kind): form for kind, form in _FORMS.items()} | {
    DIGEST: '"sha256:" and 64 digits 0 to 9 and a to f'
}


def told(found: Sequence[Any], model: type[BaseModel], beside: Iterable[str] = ()) -> str:
    """Return pydantic's faults of a model as sentences, five at most; `beside` are fields that stand beside its own."""
    # A union repeats its fault for each branch; the branch for text says it best.
    found = [fault for fault in found if fault["type"] != "model_type"] or found
    found = [fault for fault in found if Commitment.__name__ not in fault["loc"]] or found
    return " ".join(dict.fromkeys(_sentence(fault, model, beside) for fault in found[:5]))


def place_of(fault: Any) -> tuple[int | str, ...]:
    """Return the path to where a fault lies, of names and numbers from 0."""
    return tuple(part for part in fault["loc"] if not str(part).startswith(_BRANCHES))


def _sentence(fault: Any, model: type[BaseModel], beside: Iterable[str]) -> str:
    loc, context = place_of(fault), fault.get("ctx", {})
    field = harmless(".".join(map(str, loc)) or "it")
    shown = f' ("{harmless(fault["input"], 40)}")' if isinstance(fault["input"], str) else ""
    match fault["type"]:
        case _ if fault["type"] == FAULT:
            return f'"{field}" {fault["msg"]}.'
        case "extra_forbidden":
            return _not_known(field, loc, model, beside)
        case "missing":
            return f'field "{field}" is missing.'
        case "string_type":
            return f'"{field}" must be text.'
        case "string_too_long":
            return f'"{field}" is longer than {context["max_length"]} characters ({len(fault["input"])}).'
        case "string_pattern_mismatch":
            return f'"{field}"{shown} is not {FORMS.get(context["pattern"], "of the form that is needed here")}.'
        case "literal_error":
            return f'"{field}"{shown} must be {context["expected"]}.'
        case "value_error" if not loc:
            return f"{str(context['error']).rstrip('.')}."
        case "value_error":
            return f'"{field}"{shown}: {str(context["error"]).rstrip(".")}.'
        case _:
            return f'"{field}"{shown}: {fault["msg"][:1].lower()}{fault["msg"][1:]}.'


def _not_known(field: str, loc: Sequence[int | str], model: type[BaseModel], beside: Iterable[str]) -> str:
    """Return that a field is not known, with the one that may be meant, else with those that there are."""
    holder = _holder(model, loc)
    names = [*_fields(holder), *(beside if holder is model else ())]
    near = suggestion(str(loc[-1]), names) if loc else ""
    if near and holder is model:
        return f'field "{field}" is not known.{near}'
    what = "It" if holder is model else with_article(holder.__name__.lower()).capitalize()
    return f'field "{field}" is not known. {what} has {listed(names)}.{near}'


def _fields(model: type[BaseModel]) -> Iterator[str]:
    return (info.alias or name for name, info in model.model_fields.items())


def _holder(model: type[BaseModel], loc: Sequence[int | str]) -> type[BaseModel]:
    """Return the model in which the last field of a path stands."""
    for part in loc[:-1]:
        for name, info in model.model_fields.items():
            if part in (name, info.alias):
                model = next(_models(info.annotation), model)
                break
    return model


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    """Yield the models that a type is made of, but for what stands in the place of a personal text."""
    plain = isinstance(annotation, type) and get_origin(annotation) is None
    if plain and issubclass(annotation, BaseModel) and annotation is not Commitment:
        yield annotation
    for inner in get_args(annotation)[:1] if get_origin(annotation) is Annotated else get_args(annotation):
        yield from _models(inner)
