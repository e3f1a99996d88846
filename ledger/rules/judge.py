"""A decision before the rules: change by change, then as a whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from ledger.errors import nothing_called
from ledger.events.changes.settings import AdoptSettings
from ledger.events.envelope import Header
from ledger.events.references import Acceptance
from ledger.names import GOVERNMENT
from ledger.rules import catalogue
from ledger.rules.held.decision import held
from ledger.rules.notice import Notice
from ledger.rules.proposal import Proposal
from ledger.rules.refused.acts import brought_forward
from ledger.rules.refused.assertions import broken
from ledger.rules.refused.changes import TOLERATED_IN_MIGRATION, missing, refusals
from ledger.rules.refused.naming import unknown
from ledger.rules.refused.outcome import refused_outcome, refused_twice
from ledger.rules.refused.reflexive import names_itself
from ledger.rules.refused.succession import ended_successors
from ledger.state.record import Fact, Source
from ledger.state.state import State

_SETTINGS = {f"settings:{name}": name for name in AdoptSettings.DEFAULTS}  # attribute of the government -> setting
REFUSALS_MAX = 100  # that are listed of one decision
_HELD = [rule.name for rule in catalogue.RULES if rule.kind == "needs-acceptance"]


class Judgement(NamedTuple):
    """What the rules say of a decision, and the state that it leads to."""

    after: State
    refused: tuple[Notice, ...]
    acceptances_needed: tuple[Notice, ...]
    notices: tuple[Notice, ...]

    @property
    def passes(self) -> bool:
        """Whether recording the decision would not be refused."""
        return not self.refused and not self.acceptances_needed


def settings_on(state: State, day: int) -> dict[str, int]:
    """Return the settings in force on `day`, with the defaults of those that were never adopted."""
    government = state.thing(GOVERNMENT)
    adopted: dict[str, int] = {}
    if government is not None:
        for attribute in _SETTINGS.keys() & government.attributes.keys():
            value = government.value(attribute, day)
            if value is not None:
                adopted[_SETTINGS[attribute]] = value
    return AdoptSettings.in_force(adopted)


def judge(
    state: State,
    source: Source,
    facts: Sequence[Fact],
    header: Header,
    *,
    settings: Mapping[str, int],
    known_ids: Iterable[str] = (),
    migrating: bool = False,
    read: Iterable[Notice] = (),
) -> Judgement:
    """Judge a decision's facts on a fork of `state`, in order; nothing of it is recorded.

    When `migrating` an older register, what it could pass through is a notice and needs no acceptance. `read` is what
    was noticed as its document was read.
    """
    after = state.fork()
    touched: dict[tuple[str, str], None] = {}
    refused = [notice for notice in read if notice.kind == "refused"]
    noticed = [notice for notice in read if notice.kind == "flagged"]
    let_in: list[Fact] = []
    faults = _change_by_change(after, source, facts, header, known_ids, touched, let_in)
    refused += _bounded(faults, migrating=migrating)
    outcome = Proposal(state, after, facts, touched, settings)
    refused += refused_twice(outcome)
    if migrating or not refused:
        refused += refused_outcome(outcome, let_in)
    noticed += ended_successors(after, facts)
    tolerated: list[Notice] = []
    if migrating and refused:
        tolerated = [notice for notice in refused if notice.rule in TOLERATED_IN_MIGRATION]
        refused = [notice for notice in refused if notice.rule not in TOLERATED_IN_MIGRATION]
    # What is refused leads nowhere, so that its outcome is not judged.
    needed = [] if refused else held(outcome)
    false = [] if refused else broken(after, source, facts)
    if migrating:
        return Judgement(after, tuple(refused), (), (*noticed, *tolerated, *false, *needed, *_flagged(outcome, source)))
    weighed = _weigh([*refused, *false], needed, header.accept or ())
    notices = (*noticed, *weighed.idle, *_flagged(outcome, source))
    return Judgement(after, weighed.refused, weighed.acceptances_needed, notices)


def _flagged(outcome: Proposal, source: Source) -> Iterator[Notice]:
    """Yield what is to be noticed of a decision's acts upon others."""
    for fact in outcome.facts:
        yield from brought_forward(outcome.before.record, source, fact)


def _change_by_change(
    after: State,
    source: Source,
    facts: Sequence[Fact],
    header: Header,
    known_ids: Iterable[str],
    touched: dict[tuple[str, str], None],
    let_in: list[Fact],
) -> Iterator[Notice]:
    """Yield why changes cannot be recorded, while `after` takes them in.

    `touched` is told what they touch, and `let_in` those of which nothing is to be said.
    """
    for fact in facts:
        faults = [*refusals(after, source, fact, known_ids), *names_itself(fact.change, fact.decision)]
        yield from faults
        let_in += () if faults else (fact,)
        touched |= dict.fromkeys(after.apply((fact,)))
    for fact in facts:
        yield from missing(after, fact, known_ids)
    for cited in header.responds_to or ():
        yield from unknown(after, cited, "", known_ids)


def _bounded(notices: Iterator[Notice], *, migrating: bool) -> list[Notice]:
    """Return the notices up to the last that anybody would read; what an import tolerates is counted to the end."""
    listed: list[Notice] = []
    refused = 0
    for notice in notices:
        refused += not migrating or notice.rule not in TOLERATED_IN_MIGRATION
        if refused > REFUSALS_MAX:
            rest = f"The first {REFUSALS_MAX} faults are shown; what follows them was not judged."
            return [*listed, Notice("too-many-faults", notice.id, rest)]
        listed.append(notice)
    return listed


class _Weighed(NamedTuple):
    """What the rules say of a decision once its acceptances are taken in; `idle`: acceptances that nothing needs."""

    refused: tuple[Notice, ...]
    acceptances_needed: tuple[Notice, ...]
    idle: tuple[Notice, ...] = ()


def _weigh(refused: list[Notice], needed: list[Notice], accept: Sequence[Acceptance]) -> _Weighed:
    """Return what is refused, what is still to be accepted, and idle acceptances."""
    if not accept:
        return _Weighed(tuple(refused), tuple(needed))
    given = Counter((acceptance.rule, acceptance.on) for acceptance in accept)
    unheard = [
        Notice(
            "unknown-rule",
            acceptance.on,
            nothing_called("rule that needs acceptance", acceptance.rule, _HELD),
        )
        for acceptance in accept
        if acceptance.rule not in _HELD
    ]
    open_ = tuple(notice for notice in needed if (notice.rule, notice.id) not in given)
    used = {(notice.rule, notice.id) for notice in needed}
    idle = tuple(
        Notice("acceptance-not-needed", on, f'Rule {rule} holds for "{on}" without the acceptance.')
        for rule, on in given
        if (rule, on) not in used and rule in _HELD
    )
    return _Weighed((*refused, *unheard), open_, idle)
