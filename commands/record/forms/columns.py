"""The columns of a form, made from the models: those of the decision, and one for each field of its changes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal, NamedTuple, get_args, get_origin

import click

from commands.record.fields import bare, option_of
from commands.record.header import header_options
from commands.record.verbs import COMMANDS, named_by, place
from ledger.documents.composed import ComposedChange
from ledger.documents.decision import Dating
from ledger.errors import UnknownName
from ledger.events.change import Change
from ledger.events.types import Model

CHANGE, DECIDED_BY = "change", "decided_by"
LEADING = ("authority", "reference", "effective", "decided_on")  # stand before the change, the others after its fields
DOCUMENT = {
    "document_title": "title",
    "document_url": "url",
    "document_file": "file",
    "document_sha256": "sha256",
}
ACCEPT = {"accept_rule": "rule", "accept_on": "on", "accept_because": "because"}
# Columns of which a decision has one value each, by the place of that value in its document.
WITHIN = {
    "adopted_by": ("adopted_by", "body"),
    "quorum": ("adopted_by", "quorum"),
    "votes_in_favour": ("adopted_by", "votes", "in_favour"),
    "votes_against": ("adopted_by", "votes", "against"),
    "votes_abstained": ("adopted_by", "votes", "abstained"),
    "expected_amount": ("expected", "cost", "amount"),
    "expected_currency": ("expected", "cost", "currency"),
    "expected_benefit": ("expected", "benefit"),
    "expected_review_on": ("expected", "review_on"),
}
COUNTS = ("quorum", "votes_in_favour", "votes_against", "votes_abstained")  # whole numbers
TEXTS = ("legal_basis", "rationale", "delegated_by", *WITHIN, "illustrative")  # one a decision
REQUIRED = ("authority", "reference", "effective")
HEADER = (*LEADING, *TEXTS, "responds_to", *DOCUMENT, *ACCEPT)
COMMON = ("effective_basis", "corrects")  # of any change that a register has in its own words
USUAL = ("cluster", "segment", "mission", "mandate", "leader")  # the nouns of the form that nobody asked otherwise
_SAID = {
    "rationale": "Why (public text: it stands in the record for ever).",
    "adopted_by": "The body that adopted it.",
    "quorum": "How many of that body had to be there.",
    "votes_in_favour": "How many of it voted for the decision.",
    "votes_against": "How many voted against it.",
    "votes_abstained": "How many abstained.",
    "expected_amount": "What it is expected to cost, such as 1500000.00.",
    "expected_currency": "The currency of that amount, such as EUR.",
    "expected_benefit": "What it is expected to bring.",
    "expected_review_on": "On which day to look whether it did.",
    "illustrative": "yes for an example, and no real decision.",
    "responds_to": "Signals that it responds to.",
    "document_title": "The title of a document behind it; a second document stands in another row of the decision.",
    "document_url": "Where that document is found.",
    "document_file": "The name of its file.",
    "document_sha256": "The SHA-256 of its file.",
    "accept_rule": "A rule that the decision goes against, by name.",
    "accept_on": "For which id.",
    "accept_because": "For what reason.",
    "effective_basis": "How its day is known: stated in the decision, or inferred.",
    "corrects": "The id of the event in whose place it stands.",
    CHANGE: "What changes, by the name of the change.",
    DECIDED_BY: "Who decided what is named, where that is a decision. Left out: the authority.",
}
BY_NAME = {change.NAME: change for change in COMMANDS.changes}


class FormColumn(NamedTuple):
    """A column of an empty form: its name, what it holds, the changes that take it and need it, and its values."""

    name: str
    about: str
    taken_by: tuple[str, ...] = ()
    needed_by: tuple[str, ...] = ()
    values: tuple[str, ...] = ()  # the only ones that it may hold; empty: any
    empty: str = ""  # its value in an empty document: [] for a list, {} for a mapping
    pair: str = ""  # what one entry of a mapping looks like

    @property
    def several(self) -> str:
        """How several values stand in one cell, in a sentence; empty where it holds one."""
        if not self.empty:
            return ""
        return f"{self.pair or 'Several stand'}{',' if self.pair else ''} one a line or with ; between them."


def usual() -> tuple[str, ...]:
    """Return the changes of a form that nobody asked for otherwise: those of the structure and its offices."""
    return tuple(change.NAME for change in COMMANDS.changes if place(change)[0] in USUAL)


def changes_named(names: Iterable[str]) -> list[type[Change]]:
    """Return changes by their names, each once, in the order of the registry; raises `UnknownName`."""
    asked = set(names)
    for name in sorted(asked - BY_NAME.keys()):
        raise UnknownName("change", name, BY_NAME)
    return [change for change in COMMANDS.changes if change.NAME in asked]


def columns_of(changes: Iterable[type[Change]]) -> list[FormColumn]:
    """Return the columns of a form for some changes, in order."""
    listed = list(changes)
    abouts = header_abouts()
    fields = dict.fromkeys(name for change in listed for name in field_names(change))
    first = [FormColumn(name, abouts[name], (), ("every decision",) * (name in REQUIRED)) for name in LEADING]
    names = tuple(change.NAME for change in listed)
    first.append(FormColumn(CHANGE, _SAID[CHANGE], names, names, names))
    middle = [_column(name, listed) for name in fields]
    common = [one for name in COMMON if (one := _common(name, listed)).taken_by]
    last = [_last(name, abouts[name]) for name in HEADER[len(LEADING) :]]
    return [*first, *middle, *common, *last]


def _common(name: str, changes: Iterable[type[Change]]) -> FormColumn:
    taken = tuple(change.NAME for change in changes if name in common_names(change))
    values = get_args(bare(Dating.model_fields[name].annotation)) if name == "effective_basis" else ()
    return FormColumn(name, _SAID[name], taken, values=values)


def common_names(change: type[Change]) -> list[str]:
    """Return which columns of any change a change takes beside those of its fields."""
    is_expanded = issubclass(change, ComposedChange) and not change.TYPE  # it becomes several events
    return ["effective_basis"] * change.DATED + ["corrects"] * (not is_expanded)


def _last(name: str, about: str) -> FormColumn:
    values = ("yes",) if name == "illustrative" else ()
    return FormColumn(name, about, values=values, empty="[]" if name == "responds_to" else "")


def field_names(change: type[Change]) -> list[str]:
    """Return the names of the columns that a change takes."""
    own = [info.alias or field for field, info in change.model_fields.items()]
    return [*own, DECIDED_BY] if named_by(change) else own


def header_abouts() -> dict[str, str]:
    """Return what each column of the decision holds."""
    options = {str(option.name): option.help or "" for option in header_options()}
    return {name: _SAID.get(name) or options[name].partition(" Default:")[0] for name in HEADER}


def kind_of(change: type[Change], name: str) -> Any:
    """Return the bare type of a field of a change; None for a field that it does not have."""
    for field, info in change.model_fields.items():
        if name == (info.alias or field):
            return str if field in change.PERSONAL else bare(info.annotation)
    return None


def _column(name: str, changes: Iterable[type[Change]]) -> FormColumn:
    taking = [change for change in changes if name in field_names(change)]
    needing = tuple(change.NAME for change in taking if _option(change, name).required)
    abouts = dict.fromkeys(about for change in taking if (about := _about(change, name)))
    kinds = [kind_of(change, name) for change in taking]
    are_choices = all(get_origin(kind) is Literal for kind in kinds)
    values = dict.fromkeys(value for kind in kinds for value in get_args(kind)) if are_choices else {}
    several = [kind for kind in kinds if is_several(kind)]
    shape = ("[]" if get_origin(several[0]) is tuple else "{}") if several else ""
    pair = next((m for change in taking if (m := _option(change, name).metavar or "").count("=") == 1), "")
    taken = tuple(change.NAME for change in taking)
    return FormColumn(name, " ".join(abouts), taken, needing, tuple(values), shape, pair if shape == "{}" else "")


def is_several(kind: Any) -> bool:
    """Return whether a value of a kind has several parts."""
    return get_origin(kind) in (tuple, dict) or (isinstance(kind, type) and issubclass(kind, Model))


def _about(change: type[Change], name: str) -> str:
    if name == DECIDED_BY:
        return _SAID[DECIDED_BY]
    option = _option(change, name)
    said = (option.help or "").removesuffix("Repeatable.").strip()
    return said or {"DATE": "A day, such as 2026-12-01.", "ID": "An id."}.get(option.metavar or "", "")


def _option(change: type[Change], name: str) -> click.Option:
    """Return the option that a field is on the command line, which says what it holds."""
    for field, info in change.model_fields.items():
        if name == (info.alias or field):
            return option_of(name, info, change.HELP.get(field), personal=field in change.PERSONAL)
    return click.Option([f"--{name.replace('_', '-')}"])
