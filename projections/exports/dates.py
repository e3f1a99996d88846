"""Dates of year, month or day precision as the types of XML Schema that say as much and no more."""

from __future__ import annotations

from ledger.timeline import NOT_STATED, is_set

_TYPES = {4: "xsd:gYear", 7: "xsd:gYearMonth", 10: "xsd:date"}


def typed(stated: str | None) -> tuple[str, str] | None:
    """Return a date as stated with its type; None where it is not stated (`..`) or not there."""
    if stated is None or stated == NOT_STATED:
        return None
    return (stated, "xsd:string" if is_set(stated) else _TYPES[len(stated)])  # XML Schema has no type for a set of days


def in_jsonld(stated: str | None) -> dict[str, str] | None:
    """Return a date as a typed value of JSON-LD; None where it is not stated."""
    found = typed(stated)
    return None if found is None else {"@value": found[0], "@type": found[1]}


def in_prov_json(stated: str | None) -> dict[str, str] | None:
    """Return a date as a typed value of PROV-JSON; None where it is not stated."""
    found = typed(stated)
    return None if found is None else {"$": found[0], "type": found[1]}
