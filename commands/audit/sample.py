"""`sample`: decisions to look at more closely, drawn so that anybody can draw them again."""

from __future__ import annotations

import click

from commands.audit.window import audit_window, reference_of
from commands.read.point import asked
from commands.session import Session
from commands.terminal.options import format_option, known_option
from commands.terminal.output import Answer, emit
from commands.terminal.values import to_the_second
from projections.audit.sample import Sample
from projections.audit.sample import sample as sample_of
from projections.audit.window import AuditWindow
from projections.views.context import of_all_days

SIZE_MAX = 100_000


@click.command("sample", short_help="Draw decisions to look at, so that anybody can draw them again.")
@click.option(
    "--size",
    type=click.IntRange(1, SIZE_MAX),
    default=25,
    show_default=True,
    metavar="N",
    help="How many decisions are drawn.",
)
@click.option("--seed", default="", metavar="TEXT", help="Another text draws another sample. Default: none.")
@audit_window
@known_option
@format_option
@click.pass_obj
def sample(
    session: Session,
    /,
    size: int,
    seed: str,
    known: str | None,
    form: str | None,
    **given: str | None,
) -> None:
    """Draw a sample of decisions for substantive testing, from those recorded in a span, of one authority or of all.

    The sample follows from the root, the seed and the names of the decisions alone: whoever has them can draw it again
    (docs/auditing.md says how), and nobody can choose it. It is asked at the same --known, and stays the same.
    """
    question = asked(session, None, known)
    window = AuditWindow(**given)
    found = sample_of(question.views, question.known.position, size, window, seed)
    rows = [
        {
            "draw": one.draw[:8],
            "decision": reference_of(one.decision, stands=one.stands),
            "authority": one.decision.authority,
            "decided_on": one.decided_on,
            "recorded_at": to_the_second(one.recorded_at),
            "events": f"p{one.first}" if one.first == one.last else f"p{one.first} to p{one.last}",
        }
        for one in found.decisions
    ]
    context = of_all_days(question.context)
    emit(Answer(found, found.decisions, rows, context=context, empty="No decision.", after=[_drawn(found)]), form)


def _drawn(found: Sample) -> str:
    seed = f'seed "{found.seed}"' if found.seed else "no seed"
    return f"{len(found.decisions)} of {found.population} decisions, drawn by the root below and {seed}."


COMMANDS = {"sample": sample}
