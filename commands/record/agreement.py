"""Agreement at a terminal: what decisions would do is shown, and somebody says whether to record them."""

from __future__ import annotations

import select
import sys
import termios
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from difflib import get_close_matches

import click

from commands.record.plan import Planned, planned, text_of
from commands.session import Session
from commands.terminal.dates import in_words
from commands.terminal.receipts import in_ledger
from commands.terminal.screen.folding import folded, screen_columns
from commands.terminal.streams import say
from commands.terminal.text import one_line
from ledger.application import Ledger
from ledger.documents.raw import RawDocument
from ledger.events.personal import is_marked
from ledger.plurals import counted, plural
from ledger.timeline import day_of
from projections.views.queries.completions import authorities, glanced

WHOLE_MAX = 5  # documents whose plans are shown whole; of more, a line each
ANSWERS = ("yes", "no")
_DEFAULT = " [no]: yes"  # what stands behind the question, with the longest answer
_ALIKE = 0.9  # twice the letters that two names share in order, by the letters of both: one slip, or two


def agreement(session: Session, documents: Sequence[RawDocument], *, together: bool = False, ahead: str = "") -> bool:
    """Show what all documents would do, each after those before it, and ask once; return whether to record them.

    `ahead` is a sentence on witnesses that stands above the question. It is not asked where there is nothing to agree
    to: recording will say what is refused, or recorded already.
    """
    ledger, whole = session.recording(), len(documents) <= WHOLE_MAX
    plans = planned(ledger, documents, differences=whole)
    passing = next((place for place, plan in enumerate(plans) if not plan.passes), len(plans))
    new = [plan for plan in plans[: 0 if together and passing < len(plans) else passing] if not plan.already_recorded]
    if not new:
        return True
    width = screen_columns()
    click.echo(folded(in_ledger(ledger), width))
    shown = ("\n" if whole else "").join(text_of(plan) if whole else _line_of(plan) for plan in new)
    click.echo(folded(shown, width), nl=False)
    for line in (*_summary(plans, new), *_misspelt(ledger, new), *filter(None, [ahead])):
        click.echo(folded(one_line(line), width))
    return _agreed(session, folded(_question(ledger, new, together=together), width - len(_DEFAULT)))


def _line_of(plan: Planned) -> str:
    what = f"{counted(len(plan.changes), 'change')}{_from(plan)}, {counted(len(plan.notices), 'notice')}"
    return one_line(f'  {plan.document.where}: "{plan.reference}" of {plan.authority}, {what}') + "\n"


def _from(plan: Planned) -> str:
    dates = sorted({intent.effective for intent in plan.changes if intent.effective is not None}, key=day_of)
    return f" from {in_words(dates[0])}{' on' if len(dates) > 1 else ''}" if dates else ""


def _summary(plans: Sequence[Planned], new: Sequence[Planned]) -> Iterator[str]:
    """Yield what there is in all, and what is not recorded: how many, and why."""
    if len(plans) > 1:
        figures = {
            "decision": len(new),
            "change": sum(len(plan.changes) for plan in new),
            "notice": sum(len(plan.notices) for plan in new),
            "override": sum(plan.overrides for plan in new),
        }
        said = ", ".join(counted(number, noun) for noun, number in figures.items())
        yield f"{counted(len(plans), 'document')}: {said}."
    again = sum(plan.already_recorded for plan in plans)
    if again:
        yield f"{again:,} of them {plural(again, 'is', 'are')} recorded already, which changes nothing."
    refused = next((plan for plan in plans if not plan.passes), None)
    if refused is not None:
        yield f'"{refused.reference}" ({refused.document.where}) will be refused, and nothing after it is recorded.'
    if any(has_public_rationale(plan.document) for plan in new):
        yield "A rationale is public text: it stands in the record for ever."


def _misspelt(ledger: Ledger, new: Sequence[Planned]) -> Iterator[str]:
    """Yield what authorities may be misspelt: they decided nothing before, and another is called nearly so."""
    file = glanced(ledger.government.ledger_id)
    if file is None:
        return
    with closing(file):
        for authority in dict.fromkeys(plan.authority for plan in new):
            if not any(known.text == authority for known in authorities(file, authority)):
                others = [known.text for known in authorities(file, "")]
                for near in get_close_matches(authority, others, n=1, cutoff=_ALIKE):
                    yield f'"{authority}" has decided nothing in this ledger before. Did you mean "{near}"?'


def _question(ledger: Ledger, new: Sequence[Planned], *, together: bool) -> str:
    what = "it" if len(new) == 1 else f"these {len(new):,} decisions{' together' if together else ''}"
    return one_line(f"Record {what} in the ledger of {ledger.government.name} ({ledger.location})? (yes, no)")


def has_public_rationale(document: RawDocument) -> bool:
    """Return whether a document gives its rationale in the clear."""
    return "rationale" in document.fields and not is_marked(document.fields["rationale"])


def _agreed(session: Session, question: str) -> bool:
    """Ask until yes or no, or the beginning of it, is typed after the question; return whether it is yes."""

    def read(text: str) -> str:
        if _discard_typed():  # more lines follow at once: they are pasted, and so is this one
            raise click.BadParameter("several lines came at once. Type yes or no.")
        for answer in ANSWERS:
            if text and answer.startswith(text.strip().lower()):
                return answer
        raise click.BadParameter("answer yes or no.")

    _discard_typed()
    answer: str = click.prompt(question, default="no", show_default=True, value_proc=read)
    if answer == "no":
        say(f"Not recorded, as you wished. {session.standing()}")
    return answer == "yes"


def _discard_typed() -> bool:
    """Discard what was typed at the terminal and not read yet; return whether there was any."""
    if not sys.stdin.isatty():
        return False
    with suppress(termios.error, OSError):
        waiting = bool(select.select([sys.stdin], [], [], 0)[0])
        termios.tcflush(sys.stdin, termios.TCIFLUSH)
        return waiting
    return False
