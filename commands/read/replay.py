"""`replay`: history step by step, each step with its differences and the decisions behind them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import click

from commands.read.point import asked
from commands.read.steps import interact
from commands.session import Session
from commands.terminal.differences import difference_text
from commands.terminal.moments import DATE, WHEN
from commands.terminal.options import format_option, known_option
from commands.terminal.output import Answer, emit
from commands.terminal.text import one_line
from ledger.plurals import counted
from ledger.timeline import iso
from projections.answers.grounds import DecisionRef
from projections.differences.explained import Difference
from projections.differences.replay import Along, By, Replay, Step
from projections.differences.sentences import lag_in_words
from projections.differences.shown import StepShown, TurnedShown, step_shown
from projections.differences.turns import Turned
from projections.fields import INLINE
from projections.views.context import of_all_days


class ReplayShown(NamedTuple):
    """A replay as it is answered: along what it goes, what one step is, and the steps, each made as it is read."""

    along: Along
    by: By
    steps: Iterator[StepShown]


@dataclass(frozen=True)
class ReplayRow:
    """A difference with its step, and its decisions in the place of those of the step; or a step without one."""

    step: int
    label: str
    known_position: int
    decisions: list[DecisionRef]
    difference: TurnedShown | None = field(metadata=INLINE)


@click.command("replay", short_help="Replay history as a sequence of explained differences.")
@click.option("--from", "start", metavar="DATE", help="Begin here. Along the record also an instant or position.")
@click.option("--to", "end", metavar="DATE", help="End here, this day included.")
@click.option(
    "--by",
    type=click.Choice(["decision", "day", "month"]),
    help="What one step is. Default: a decision; along the days of effect, a day.",
)
@click.option(
    "--along",
    type=click.Choice(["recorded", "effective"]),
    help="Go through what was recorded, or through what took effect. Default: recorded for decisions, else effective.",
)
@click.option("--interactive", is_flag=True, help="Step through it at a terminal, one key a step.")
@known_option
@format_option
@click.pass_obj
def replay(
    session: Session,
    start: str | None,
    end: str | None,
    by: By | None,
    along: Along | None,
    interactive: bool,
    known: str | None,
    form: str | None,
) -> None:
    """Show history as a sequence of steps, each with its differences and the decisions behind them.

    Along the record a step is a decision (or a day or month of recording), and every difference says from which day
    until which it matters. Along the days of effect a step is a day (or month) on which something turned, all as
    known now or at --known. Days without a difference are no steps.
    """
    if by is None:
        by = "day" if along == "effective" else "decision"
    if along is None:
        along = "recorded" if by == "decision" else "effective"
    if along == "effective" and by == "decision":
        raise click.UsageError(
            "On one day of effect several decisions may meet: give --by day or --by month, or --along recorded.",
            click.get_current_context(),
        )
    for text in (start, end):
        if text is not None:
            (WHEN if along == "recorded" else DATE).convert(text, None, click.get_current_context())
    question = asked(session, None, known)
    found = Replay(question.views, question.known.position, along, by, start, end)
    if interactive:
        interact(session, found, step_lines)
        return
    steps = map(step_shown, found.steps())
    payload = ReplayShown(along, by, steps)
    context = of_all_days(question.context)  # every step has its own days
    emit(Answer(payload, _rows(steps), text=_texts(found.steps(), along), context=context), form)


def _texts(steps: Iterable[Step], along: Along) -> Iterator[str]:
    """Yield the text of each step; one sentence where there is none."""
    nothing = True
    for step in steps:
        nothing = False
        yield "".join(f"{line}\n" for line in step_lines(step, along))
    if nothing:
        yield "Nothing happened.\n"


def _rows(steps: Iterable[StepShown]) -> Iterator[ReplayRow]:
    """Yield one row a difference, with its step; a step without differences is one row too."""
    for number, step in enumerate(steps, 1):
        for difference in step.differences or (None,):
            yield ReplayRow(number, step.label, step.to.known_position, step.decisions, difference)


def step_lines(step: Step, along: Along) -> list[str]:
    """Return a step for people: a head, then a line for each difference and one for what is behind it."""
    names = ", ".join(reference for _, reference in step.decisions)
    if along == "effective":
        head = f"{step.label}  ({names})"
    else:
        place = f"p{step.second.known}" if step.second.known == step.first.known + 1 else _places(step)
        head = f"{step.label}  ({place}{'' if names == step.label else f': {names}'})"
    lines = [head]
    for one in step.differences:
        since = None if along == "effective" else iso(one.effective)  # the head says it
        lines += [f"  {difference_text(one.difference, since)}{_until(one, along)}", f"    {_behind(one.difference)}"]
    if not step.differences:
        lines.append("  Nothing is different by it.")
    return [one_line(line) for line in lines]


def _places(step: Step) -> str:
    return f"p{step.first.known + 1} to p{step.second.known}"


def _until(one: Turned, along: Along) -> str:
    until = iso(one.until)
    return f" (until {until})" if along == "recorded" and until else ""


def _behind(one: Difference) -> str:
    """Return what is behind a difference: its cause, its decisions, how late the record was."""
    named = ", ".join(f'"{decision.reference}"' for decision in one.decisions)
    said = [f"{one.cause}: {named}"]
    said += [lag_in_words(one.late_days._asdict())] if one.late_days else []
    said += [f"retroactive by {counted(one.retroactive_days, 'day')}"] if one.retroactive_days else []
    return ", ".join(filter(None, said))


COMMANDS = {"replay": replay}
