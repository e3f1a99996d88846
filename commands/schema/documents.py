"""`schema`: the JSON Schema of decision documents, made from the models of the changes."""

from __future__ import annotations

import json
from typing import Any

import click
from pydantic.json_schema import GenerateJsonSchema, models_json_schema

from ledger.documents.composed import WRITTEN, ComposedChange
from ledger.documents.decision import MAX_CHANGES, Dating
from ledger.errors import UnknownName
from ledger.events.change import Change
from ledger.events.commitments import DIGEST
from ledger.events.envelope import Header
from ledger.events.personal import Commitment
from ledger.events.text import TEXT_CHARS
from ledger.events.types import ID_CHARS, PART, Model
from ledger.timeline import ENDS

DIALECT = "https://json-schema.org/draft/2020-12/schema"
INSTANT = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)$"
_DATE = r"\d{4}(-\d\d(-\d\d)?)?"
_BEGINNING, _ENDING = rf"(\.\.|{_DATE})", rf"({_DATE}|\[({_DATE})?\.\.{_DATE}\])"  # an end may be one of several days
_PART = rf"(?=.{{1,{ID_CHARS}}}(/|$)){PART}"
# What the checks of ledger.events.types take, by the name of each: pydantic cannot see into them.
_PATTERNS = {
    "_one_part": rf"^{_PART}$",
    "_two_parts": rf"^{_PART}/{_PART}$",
    "_any_id": rf"^{_PART}(/{_PART})?$",
    "_day": rf"^{_DATE}$",
    "_effective": rf"^({_BEGINNING}|{_ENDING})$",
}


# What a document may hold in the place of a text that it marks as personal.
_PERSONAL_TEXT: dict[str, Any] = {
    "description": "A text that may be withheld: the event holds a salted commitment to it.",
    "anyOf": [
        {
            "type": "object",
            "properties": {"text": {"type": "string", "maxLength": TEXT_CHARS}, "personal": {"type": "boolean"}},
            "required": ["text", "personal"],
            "additionalProperties": False,
        },
        {
            "type": "object",
            "properties": {"commitment": {"type": "string", "pattern": DIGEST}},
            "required": ["commitment"],
            "additionalProperties": False,
        },
    ],
}


class _Generated(GenerateJsonSchema):
    """Adds what the functions of the annotated types check."""

    def function_after_schema(self, schema: Any) -> dict[str, Any]:
        """Add the pattern of ids and dates."""
        found = super().function_after_schema(schema)
        pattern = _PATTERNS.get(getattr(schema["function"]["function"], "__name__", ""))
        return {**found, "pattern": pattern} if pattern else found

    def function_before_schema(self, schema: Any) -> dict[str, Any]:
        """Let one of a list stand alone."""
        found = super().function_before_schema(schema)
        return {"anyOf": [found, found["items"]]} if found.get("type") == "array" else found


def decision_schema() -> dict[str, Any]:
    """Return the JSON Schema of a decision document: its fields, and one of all changes with theirs."""
    changes = list(WRITTEN.values())
    models: list[type[Model]] = [Header, Dating, *changes]
    _, whole = models_json_schema([(model, "validation") for model in models], schema_generator=_Generated)
    defs: dict[str, Any] = whole["$defs"]
    header, dating = defs.pop("Header"), defs.pop("Dating")
    for change in changes:
        _complete(defs[change.__name__], change, dating["properties"])
    header["properties"]["effective"]["description"] = (
        "From which day it is so; .. is not known, [..2016] one day up to then, where something ends."
    )
    return {
        "$schema": DIALECT,
        "title": "A decision document",
        "description": "One decision: who decided, under which reference, from when, and its changes.",
        "type": "object",
        "properties": {
            **{name: _plain(found) for name, found in header["properties"].items()},
            "recorded_at": {"type": "string", "pattern": INSTANT, "description": "In imports: when it was recorded."},
            "changes": {
                "type": "array",
                "minItems": 1,
                "maxItems": MAX_CHANGES,
                "items": {"oneOf": [{"$ref": f"#/$defs/{change.__name__}"} for change in changes]},
            },
        },
        "required": ["authority", "reference", "changes"],
        "additionalProperties": False,
        "$defs": dict(sorted({**defs, Commitment.__name__: _PERSONAL_TEXT}.items())),
    }


def _complete(found: dict[str, Any], change: type[Change], dating: dict[str, Any]) -> None:
    """Turn the schema of a change's fields into that of the change in a document."""
    properties = {name: _plain(field) for name, field in found.get("properties", {}).items()}
    for name in change.PERSONAL:
        properties[name] = {**properties[name], "description": "Personal data: kept outside the events."}
    common = {name: _plain(field) for name, field in dating.items()} if change.DATED else {}
    if issubclass(change, ComposedChange) and not change.TYPE:  # it becomes several events
        common.pop("corrects", None)
    if "effective" in common:
        dates = _BEGINNING if change.OPENS else _ENDING if change.LIFE == ENDS else _DATE
        common["effective"] = {**common["effective"], "pattern": f"^{dates}$"}
    found["properties"] = {"change": {"const": change.NAME}, **properties, **common}
    found["required"] = ["change", *found.get("required", [])]


def _plain(field: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a field that is left out rather than null."""
    kept = {name: value for name, value in field.items() if name not in ("title", "default", "anyOf")}
    branches = [branch for branch in field.get("anyOf", []) if branch != {"type": "null"}]
    return {**branches[0], **kept} if len(branches) == 1 else {**kept, **({"anyOf": branches} if branches else {})}


SCHEMAS = {"decision": decision_schema}


@click.command("schema", short_help="Print the JSON Schema of decision documents, or of an answer.")
@click.argument("name", metavar="[NAME]", required=False)
@click.option("--list", "listed", is_flag=True, help="Print the names of all schemas, and nothing else.")
def schema(name: str | None, listed: bool) -> None:
    """Print the JSON Schema called NAME: decision, of decision documents, or a command, of its answer as JSON.

    An answer has no field that its schema does not name.
    """
    from commands.schema.answers import ANSWERS, schema_of_answer

    names = [*SCHEMAS, *ANSWERS]
    if listed:
        click.echo("\n".join(names))
    elif name is None:
        raise click.UsageError("Name a schema, or see them with --list.")
    elif name in SCHEMAS:
        click.echo(json.dumps(SCHEMAS[name](), indent=2))
    elif name in ANSWERS:
        click.echo(json.dumps(schema_of_answer(name), indent=2))
    else:
        raise UnknownName("schema", name, names)


COMMANDS = {"schema": schema}
