"""Tables of pages: the command that answers the same as a page, and the fields that it is asked by."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from ledger.errors import InputError
from ledger.timeline import iso
from projections.pages.addresses import PagePoint
from projections.pages.kinds.comparison import earlier_point, learnt_point
from projections.pages.kinds.journal import FILTERS
from projections.pages.question import PageQuestion

Fields = dict[str, list[str]]


class PageTable(NamedTuple):
    """The command that answers a page, and the fields that it is asked by, as an address of the API has them."""

    command: str
    fields: Callable[..., Fields]


def _known(question: PageQuestion) -> Fields:
    return {"known": [f"p{question.known}"]}


def _point(question: PageQuestion) -> Fields:
    return {"effective": [str(iso(question.day))], **_known(question)}


def _filled(question: PageQuestion, names: Mapping[str, str]) -> Fields:
    """Return what was filled into the fields of a page, by the names that the command has for them."""
    given = {asked: question.asked.get(name, "").strip() for name, asked in names.items()}
    return {asked: [value] for asked, value in given.items() if value}


def _journal(question: PageQuestion) -> Fields:
    return {**_known(question), **_filled(question, {name: name.replace("_", "-") for name in FILTERS})}


def _notices(question: PageQuestion) -> Fields:
    return {**_point(question), **_filled(question, {name: name for name in ("rule", "thing", "authority")})}


def _overrides(question: PageQuestion) -> Fields:
    return {**_known(question), **_filled(question, {"rule": "rule"})}


def _matrix(question: PageQuestion, cluster: str | None = None) -> Fields:
    return {**_point(question), **({"cluster": [cluster]} if cluster else {})}


def _agility(question: PageQuestion, cluster: str | None = None) -> Fields:
    window = _filled(question, {"since": "from", "until": "to"})
    return {**_point(question), **window, **({"names": [cluster]} if cluster else {})}


def _compared(question: PageQuestion) -> Fields:
    return _between(question, earlier_point(question))


def _learnt(question: PageQuestion) -> Fields:
    return _between(question, learnt_point(question))


def _between(question: PageQuestion, earlier: PagePoint | None) -> Fields:
    if earlier is None:
        raise InputError("Name the earlier point first: what is given out is the difference of two.")
    ends = {"from": earlier, "to": question.point}
    return {name: [f"{iso(one.day)}@p{one.known}"] for name, one in ends.items()}


TABLES = {
    "journal": PageTable("log", _journal),
    "compare": PageTable("diff", _compared),
    "learnt": PageTable("diff", _learnt),
    "matrix": PageTable("matrix", _matrix),
    "agility": PageTable("agility", _agility),
    "notices": PageTable("notices", _notices),
    "overrides": PageTable("overrides", _overrides),
    "late": PageTable("lags", _point),
}
"""The table of each page that has one, by its template."""
