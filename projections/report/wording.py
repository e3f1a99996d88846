"""Wording of dates, values and attributes for people who know no key of the record: 2 May 2024, not 2024-05-02."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from ledger.events.commitments import is_commitment
from ledger.events.sentences import listed
from ledger.names import GOVERNMENT
from ledger.plurals import counted
from ledger.timeline import NOT_STATED, is_set
from projections.differences.sentences import clauses, uncommitted
from projections.html import clean
from projections.withheld import WITHHELD

UNSAID = "not stated"
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", re.ASCII)
_ID = re.compile(r"[a-z][a-z0-9-]*(?:/[a-z0-9-]+)*", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)

Name = Callable[[str], str]  # an id -> what people call it


def date(stated: str | None) -> str:
    """Return a date as people write it: of a day, month, year or set of days; `not stated` for none.

    >>> date("2024-05-02"), date("2024-05"), date("2024"), date(".."), date("[2024-05..2024-06-03]")
    ('2 May 2024', 'May 2024', '2024', 'not stated', 'one day from May 2024 to 3 June 2024')
    """
    if stated is None or stated == NOT_STATED:
        return UNSAID
    if is_set(stated):
        first, _, last = stated[1:-1].partition("..")
        return f"one day from {date(first)} to {date(last)}" if first else f"by {date(last)}"
    found = _DATE.fullmatch(stated)
    if found is None:
        return clean(stated)
    year, month, day = found.groups()
    return " ".join([*([str(int(day))] if day else []), *([_MONTHS[int(month) - 1]] if month else []), year])


def entitled(said: str, data: Mapping[str, Any], name: Name) -> str:
    """Return the sentence of an event with what people call things in the place of their ids, each once.

    `data` is what the event holds: no other word is taken for an id. An event that gives a title keeps the ids.

    >>> entitled("Mission sleep is moved to care/homes.", {"mission": "sleep", "to": ["care/homes"]}, str.upper)
    'Mission "SLEEP" is moved to "CARE/HOMES".'
    """
    titles = {} if "title" in data else {id_: name(id_) for id_ in _ids_in(list(data.values()))}
    waiting = {id_: title for id_, title in titles.items() if title != id_}
    if not waiting:
        return said
    ids = "|".join(map(re.escape, sorted(waiting, key=len, reverse=True)))

    def called(found: re.Match[str]) -> str:
        title = waiting.pop(found[0], None)  # what comes again may be a word of a text
        return found[0] if title is None else f'"{title}"'

    return re.sub(rf'(?<![\w/"-])(?:{ids})(?![\w/"-])', called, said)


def _ids_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        if _ID.fullmatch(value) and value != GOVERNMENT:
            yield value
    elif isinstance(value, list | tuple | Mapping):
        for inner in value.values() if isinstance(value, Mapping) else value:
            yield from _ids_in(inner)


def period(first: str | None, last: str | None) -> str:
    """Return a period as people write it, both days included."""
    return f"{date(first)} to {date(last)}"


def instant(recorded_at: str | None) -> str:
    """Return an instant of the record, in universal time, without the fractions of its second.

    >>> instant("2026-11-26T11:41:13.580670Z")
    '26 November 2026, 11:41:13 UTC'
    """
    if recorded_at is None:
        return UNSAID
    found = datetime.fromisoformat(recorded_at)
    return f"{date(found.date().isoformat())}, {found:%H:%M:%S} UTC"


def days(least: int, most: int) -> str:
    """Return a number of days with its noun, or both ends of a range.

    >>> days(1, 1), days(1200, 1200), days(3, 33)
    ('1 day', '1,200 days', '3 to 33 days')
    """
    if least != most:
        return f"{least:,} to {most:,} days"
    return counted(least, "day")


def late(least: int, most: int, since: str) -> str:
    """Return how long after a day something was recorded, or before it; `since` says what happened on that day.

    >>> late(38, 38, "it was decided"), late(-3, -3, "it takes effect"), late(0, 0, "it was decided")
    ('38 days after it was decided', '3 days before it takes effect', 'on the day on which it was decided')
    """
    if least > 0:
        return f"{days(least, most)} after {since}"
    if most < 0:
        return f"{days(-most, -least)} before {since}"
    return f"on the day on which {since}" if least == most else f"{-least} days before to {most} days after {since}"


def sentence(text: str) -> str:
    """Return a text with a full stop, unless it ends as a sentence does."""
    return text if text.rstrip("\"')").endswith((".", "!", "?")) else f"{text}."


def beginning(text: str) -> str:
    """Return a text that begins with a capital letter."""
    return text[:1].upper() + text[1:]


def in_words(value: Any, name: Name = str) -> str:
    """Return a value as people read it; empty for what holds nothing. `name` says what people call an id."""
    if is_commitment(value):
        return WITHHELD
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return _mapping(value, name)
    if isinstance(value, list | tuple):
        return listed(in_words(one, name) for one in value) if value else ""
    text = str(value)
    return date(text) if _DAY.fullmatch(text) else clean(name(text))


def _mapping(value: Mapping[str, Any], name: Name) -> str:
    if set(value) == {"amount", "currency"}:
        return f"{value['currency']} {_grouped(str(value['amount']))}"
    said = ((_words(key, name), in_words(one, name)) for key, one in value.items())
    return clauses(f"{key}: {one}" for key, one in said if one)


def _grouped(amount: str) -> str:
    whole, dot, rest = amount.partition(".")
    return f"{int(whole):,}{dot}{rest}" if whole.lstrip("-").isdigit() else amount


def _words(key: str, name: Name = str) -> str:
    return clean(name(key).replace("_", " ") if "/" in key or name(key) != key else key.replace("_", " "))


_FAMILIES: dict[str, str] = {
    "assessments": "assessment for {key}",
    "decision-reviews": "review of the decision {key}",
    "draws": "help from {key}",
    "expertise": "expertise in {key}",
    "identifiers": "number given by {key}",
    "keys": "key {key}",
    "leaders": "office {key}",
    "measurements": "measurement of {key}",
    "names": "further name {key}",
    "relations": "tie to {key}",
    "rollups": "roll-up rule {key}",
    "scales": "scale {key}",
    "segments": "segment {key}",
    "series": "series of references {key}",
    "settings": "setting {key}",
    "skipped": "skipped numbers of the series {key}",
    "within": "place within {key}",
}
_PLAIN = {"extents": "in part only", "reviewed_on": "matrix reviewed on", "lead": "body that leads"}


def attribute(attribute: str, name: Name = str) -> str:
    """Return what people call an attribute; of a keyed one its key too, in words.

    >>> attribute('decision-reviews:["Council","ILL-2025-05"]'), attribute("horizon_on")
    ('review of the decision ILL-2025-05 of Council', 'horizon on')
    """
    family, _, key = uncommitted(attribute).partition(":")
    if not key:
        return _PLAIN.get(family, clean(family.replace("_", " ").replace("-", " ")))
    said = _key(family, key, name)
    plain = family.replace("-", " ").replace("_", " ")
    return _FAMILIES[family].format(key=said) if family in _FAMILIES else f"{plain} {said}"


def _key(family: str, key: str, name: Name) -> str:
    if key.startswith("["):
        authority, reference = json.loads(key)
        return f"{clean(reference)} of {clean(authority)}"
    if family == "assessments":
        return period(*key.partition(" ")[0].split("/", 1)) if "/" in key else date(key.partition(" ")[0])
    if family == "measurements":
        day, _, source = key.partition(" ")
        return f"{date(day.partition('/')[0])}{f', {clean(source)}' if source else ''}"
    if family == "keys":
        return key.replace("/", ", ")
    if family == "draws":
        cluster, _, field = key.partition("/")
        return f"{name(cluster)} in {clean(field)}"
    return clean(name(key).replace("_", " "))


def attribute_value(attribute: str, value: Any, name: Name = str) -> str:
    """Return the value of an attribute as people read it: of an assessment its grade, of a measurement what was found.

    Empty where the attribute says all by being there.
    """
    family = attribute.partition(":")[0]
    if family == "assessments":
        return f"{clean(value['grade'])}, on scale {clean(value['scale'])}"
    if family == "measurements":
        return f"{clean(str(value['value']))}, by definition {value['definition_version']}"
    if family == "leaders" and "holder" in value:
        return in_words(value["holder"]) or WITHHELD
    if family == "keys":
        return clean(value.get("type") or f"since {value['since']}")
    if family == "scales":
        return ", ".join(clean(grade) for grade in value["grades"])
    return "" if value is True else in_words(value, name)
