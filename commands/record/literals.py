"""Literals: values of several parts as a person types them, such as pairs, money, documents, acceptances, targets."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from ledger.documents.strict_json import decode_json
from ledger.errors import InputError, harmless
from ledger.files.inputs import opened

_EVENT_OR_PLACE = re.compile(r"(government|(cluster|mission):[a-z0-9-]+)@[1-9][0-9]*|p[1-9][0-9]*", re.ASCII)
_ADDRESS = re.compile(r"https?://", re.ASCII | re.IGNORECASE)


def pairs(ctx: click.Context, parameter: click.Parameter, given: tuple[str, ...]) -> dict[str, Any] | None:
    """Return `NAME=VALUE` texts as a mapping; a value that begins with `[` or `{` is JSON."""
    mapping: dict[str, Any] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise click.BadParameter(f'"{harmless(text)}" has no "=": write NAME=VALUE.', ctx, parameter)
        if name in mapping:
            raise click.BadParameter(f'"{harmless(name)}" is given twice; keep one.', ctx, parameter)
        mapping[name] = decode_json(value, f"{parameter.opts[0]} {name}", 1) if value[:1] in ("[", "{") else value
    return mapping or None


def mappings(ctx: click.Context, parameter: click.Parameter, given: tuple[str, ...]) -> list[Any] | None:
    """Return texts of JSON as what they hold; raises `InputError`, which says where an example stands."""
    try:
        return [decode_json(text, parameter.opts[0], 1) for text in given] or None
    except InputError as error:
        raise InputError(f"{error} `{ctx.command_path} -h` shows an example.") from None


def money(ctx: click.Context, parameter: click.Parameter, given: str | None) -> dict[str, str] | None:
    """Return `AMOUNT CURRENCY` as a mapping."""
    if given is None:
        return None
    parts = given.split()
    if len(parts) != 2:
        raise click.BadParameter('write an amount and a currency, such as "1500000 EUR".', ctx, parameter)
    return {"amount": parts[0], "currency": parts[1]}


def adoption(ctx: click.Context, parameter: click.Parameter, given: str | None) -> Any:
    """Return the name of a body as its adoption; what begins with `{` is JSON, and says quorum and votes too."""
    if given is None:
        return None
    return decode_json(given, parameter.opts[0], 1) if given[:1] == "{" else {"body": given}


def documents(ctx: click.Context, parameter: click.Parameter, given: tuple[str, ...]) -> list[dict[str, str]]:
    """Return `TITLE=PATH` or `TITLE=URL` texts as documents; a file is hashed, and not kept."""
    return [_document(ctx, parameter, text) for text in given]


def _document(ctx: click.Context, parameter: click.Parameter, text: str) -> dict[str, str]:
    title, equals, address = text.partition("=")
    if not equals or _ADDRESS.match(text):
        title, address = "", text
    if _ADDRESS.match(address):
        return {"title": title or address, "url": address}
    path = Path(address)
    try:
        with opened(path) as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except InputError as error:
        raise click.BadParameter(f"{error} Write TITLE=PATH or TITLE=URL.", ctx, parameter) from None
    return {"title": title or path.name, "file": path.name, "sha256": digest}


def acceptances(ctx: click.Context, parameter: click.Parameter, given: tuple[str, ...]) -> list[dict[str, str]]:
    """Return `RULE:ID=REASON` texts as acceptances."""
    accepted = []
    for text in given:
        match = re.fullmatch(r"([^:=]+):([^=]+)=(.+)", text, re.DOTALL)
        if match is None:
            raise click.BadParameter(f'"{harmless(text)}" is not of the form RULE:ID=REASON.', ctx, parameter)
        accepted.append({"rule": match[1], "on": match[2], "because": match[3]})
    return accepted


def named_decision(text: str, given: dict[str, Any]) -> str | Mapping[str, str]:
    """Return what TARGET or REFERENCE names: an event id or position as it is, else a decision.

    The decision is one of `--decided-by`, which is taken out of `given`, else of the deciding authority.
    """
    by = given.pop("decided_by", None)
    if by is None and _EVENT_OR_PLACE.fullmatch(text):
        return text
    authority = by or given.get("authority")
    if not authority:
        raise InputError(f'Who decided "{harmless(text)}"? Say it with --decided-by, or give --authority.')
    return {"authority": authority, "reference": text}
