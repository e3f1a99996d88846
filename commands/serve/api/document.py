"""The document of the interface (OpenAPI 3.1): made from the commands and the published shapes of their answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import click

from commands.schema.answers import schema_of_answer
from commands.serve.api.problems import MEDIA_TYPE, TITLES
from commands.serve.api.resources import (
    LIMIT,
    LIMIT_MAX,
    RESOURCES,
    ApiResource,
    is_flag,
    takes_several,
)
from projections.views.context import FORMAT

Json = dict[str, Any]
_SHAPES = "#/components/schemas/"
_WORDS = {  # where the help of the command speaks of a machine that is not the server's
    "known": "As known at an instant, the end of a day or a position (p120). Default: all.",
    "effective": "What is so on this day. Default: today in the government's time zone.",
}
_ABOUT = (
    "What the reading commands of cluster-ledger answer with --format json, each at its own address. Nothing is ever "
    "written. Every answer names its point of both times, and the size and root that it is held to."
)
_TOKEN: Json = {
    "type": "http",
    "scheme": "bearer",
    "description": "A token of an auditor or recorder. Who shows none is told what the public may know.",
}
_AGAIN = {429: "After how many seconds to ask again.", 503: "After how many seconds to ask again."}
_PROBLEM: Json = {
    "type": "object",
    "description": "A problem (RFC 9457).",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
    },
    "required": ["type", "title", "status", "detail"],
}


def document(address: str) -> Json:
    """Return the document of the interface that stands at an address, such as `/api/v1`."""
    schemas: Json = {"Problem": _PROBLEM}
    paths = {f"/{name}": {"get": _operation(resource, schemas)} for name, resource in RESOURCES.items()}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Cluster Ledger", "version": str(FORMAT), "description": _ABOUT},
        "servers": [{"url": address or "/"}],
        "paths": paths,
        "components": {"schemas": dict(sorted(schemas.items())), "securitySchemes": {"token": _TOKEN}},
    }


def _operation(resource: ApiResource, schemas: Json) -> Json:
    said = (resource.command.help or "").split("\n\n")
    return {
        "operationId": resource.name,
        "summary": resource.command.short_help,
        "description": " ".join("\n".join(said).split()),
        "parameters": [*_parameters(resource)],
        "responses": {
            "200": {
                "description": "The answer.",
                "headers": dict(_headers(resource)),
                "content": {"application/json": {"schema": _shape(resource, schemas)}},
            },
            "304": {"description": "The answer is the one that If-None-Match names."},
            **{str(status): _told(status) for status in (400, 401, 403, 404, 429, 503)},
        },
        "security": [{}, {"token": []}],
    }


def _headers(resource: ApiResource) -> Iterator[tuple[str, Json]]:
    text = {"schema": {"type": "string"}}
    yield "ETag", {"description": "As long as it is the same, so is the answer.", **text}
    if resource.paged:
        yield "Link", {"description": 'The next page, as <ADDRESS>; rel="next". Absent on the last.', **text}


def _told(status: int) -> Json:
    schema = {"$ref": f"{_SHAPES}Problem"}
    told = {"description": f"{TITLES[status]}.", "content": {MEDIA_TYPE: {"schema": schema}}}
    if status in _AGAIN:
        told["headers"] = {"Retry-After": {"description": _AGAIN[status], "schema": {"type": "integer"}}}
    return told


def _parameters(resource: ApiResource) -> Iterator[Json]:
    for name, parameter in resource.fields.items():
        if not (resource.paged and name in ("limit", "after")):
            yield _parameter(name, parameter)
    if resource.paged:
        limit = {"type": "integer", "minimum": 1, "maximum": LIMIT_MAX, "default": LIMIT}
        place: Json = {"type": "integer", "minimum": 0, "maximum": 10**9 - 1, "default": 0}
        behind = "After so many items of the list. Link leads from page to page."
        if resource.positions:
            place, behind = {"type": "string", "pattern": "^p[0-9]{1,9}$"}, "After this position (p120)."
        yield {"name": "limit", "in": "query", "description": "The items of a page, at most.", "schema": limit}
        yield {"name": "after", "in": "query", "description": behind, "schema": place}


def _parameter(name: str, parameter: click.Parameter) -> Json:
    told = _WORDS.get(name) or (parameter.help if isinstance(parameter, click.Option) else None)
    one = _type(parameter)
    found = {"name": name, "in": "query", "required": parameter.required, "description": told or str(parameter.metavar)}
    if takes_several(parameter):
        return {**found, "schema": {"type": "array", "items": one}, "style": "form", "explode": True}
    default = parameter.default if parameter.required is False and isinstance(parameter.default, str | int) else None
    return {**found, "schema": one if default in (None, "", False) else {**one, "default": default}}


def _type(parameter: click.Parameter) -> Json:
    if is_flag(parameter):
        return {"type": "boolean"}
    if isinstance(parameter.type, click.Choice):
        return {"type": "string", "enum": list(parameter.type.choices)}
    if isinstance(parameter.type, click.IntRange):
        bounds = {"minimum": parameter.type.min, "maximum": parameter.type.max}
        return {"type": "integer", **{name: bound for name, bound in bounds.items() if bound is not None}}
    return {"type": "string"}


def _shape(resource: ApiResource, schemas: Json) -> Json:
    """Return the schema of what a resource answers, and add the definitions that it needs to `schemas`."""
    found = []
    for name in resource.shapes:
        schema = dict(schema_of_answer(name))
        del schema["$schema"]
        for one, definition in schema.pop("$defs").items():
            schemas[one] = _moved(definition)
        schemas[name] = _moved(schema)
        found.append({"$ref": f"{_SHAPES}{name}"})
    return found[0] if len(found) == 1 else {"anyOf": found}


def _moved(schema: Any) -> Any:
    """Return a schema whose references lead to the components of the document."""
    if isinstance(schema, Mapping):
        return {name: _referred(one) if name == "$ref" else _moved(one) for name, one in schema.items()}
    return [_moved(one) for one in schema] if isinstance(schema, list | tuple) else schema


def _referred(reference: Any) -> Any:
    return reference.replace("#/$defs/", _SHAPES) if isinstance(reference, str) else _moved(reference)
