"""`federate`: one question to the archives of many ledgers, each of them verified before it is asked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from commands.failures import FOUND
from commands.session import Session
from commands.terminal.figures import number
from commands.terminal.moments import DATE, INSTANT
from commands.terminal.options import format_option
from commands.terminal.output import Answer, emit
from commands.terminal.streams import say
from ledger.plurals import counted

if TYPE_CHECKING:
    from projections.archive.federation.answer import Federated, LedgerAsked
    from projections.archive.federation.engines import DuckEngine
    from projections.archive.federation.sources import LeftOut, Sources
    from projections.archive.federation.spark import SparkEngine

QUESTIONS = ("counts", "structure", "learnt", "lags", "agility")


def _memory(_: click.Context, __: click.Parameter, text: str) -> str:
    if not re.fullmatch(r"[1-9]\d{0,5}(MB|GB)", text, re.ASCII):
        raise click.BadParameter(f'"{text}" is no size of memory. Write 512MB or 4GB.')
    return text


@click.command("federate", short_help="Ask the archives of many ledgers one question.")
@click.argument("folders", nargs=-1, required=True, metavar="DIR...")
@click.option(
    "--question",
    "name",
    type=click.Choice(QUESTIONS),
    default="counts",
    show_default=True,
    help="counts: what lives, by cluster and kind. structure: every attribute. learnt: what became known of the day "
    "since --since. lags: the days from decision to record. agility: figures of change from --from on.",
)
@click.option("--effective", type=DATE, help="What is so on this day. Default: today (UTC).")
@click.option("--known", type=INSTANT, metavar="WHEN", help="As known at an instant or the end of a day. Default: all.")
@click.option("--since", type=INSTANT, metavar="WHEN", help="With learnt: the earlier state of knowledge.")
@click.option("--from", "first", type=DATE, help="With agility: the first day; the last one is --effective.")
@click.option("--whole", is_flag=True, help="Make every row of the archives again before: slow.")
@click.option(
    "--memory",
    callback=_memory,
    default="1GB",
    show_default=True,
    metavar="SIZE",
    help="What the engine may take, on each machine; the rest goes to the disk.",
)
@click.option(
    "--engine",
    "kind",
    type=click.Choice(("duckdb", "spark")),
    default="duckdb",
    show_default=True,
    help="spark: on many machines.",
)
@click.option("--master", metavar="URL", help="With spark: the master of its cluster, as spark://HOST:7077.")
@click.option("-o", "--output", metavar="FILE", help="A Parquet file to write the rows to.")
@click.option("--force", is_flag=True, help="Overwrite the file if it exists.")
@format_option
@click.pass_obj
def federate(
    session: Session,
    folders: tuple[str, ...],
    name: str,
    effective: str | None,
    known: str | None,
    since: str | None,
    first: str | None,
    whole: bool,
    memory: str,
    kind: str,
    master: str | None,
    output: str | None,
    force: bool,
    form: str | None,
) -> int:
    """Ask the archives of many ledgers at one point of both times; what was known follows from each one's own times.

    Every archive is verified before: its files against the manifest, its lines against the root. One that does not
    hold is left out and named (exit code 3). The answer says for each ledger the size and root that it stands on.
    """
    from ledger.clock import now
    from ledger.errors import InputError
    from ledger.timeline import first_day_of, iso
    from projections.archive.federation.answer import federated, write_federated
    from projections.archive.federation.sources import sources
    from projections.archive.federation.statements import FederatedQuestion

    if (name == "learnt") != (since is not None):
        raise click.UsageError("--question learnt and --since go together: what was learnt since when?")
    if (name == "agility") != (first is not None):
        raise click.UsageError("--question agility and --from go together: in which window of days?")
    if (kind == "spark") != (master is not None):
        raise click.UsageError("--engine spark and --master go together: which cluster is asked?")
    day = first_day_of(effective) if effective is not None else now().astimezone(UTC).toordinal()
    found = sources(folders, whole=whole)
    if not found.taken:
        raise InputError(f"None of these archives can be asked. {_said(found.left_out[0])}")
    begin = None if first is None else iso(first_day_of(first))
    question = FederatedQuestion(name, iso(day) or "", known, since, begin)
    with _engine(found, memory, master) as engine:
        if output is not None:
            count = write_federated(engine, found, question, Path(output), force=force)
            session.made = f'The answer "{output}" is written.'
            say(f'Wrote {counted(count, "row")} to "{output}".')
            for left in found.left_out:
                say(_said(left))
        else:
            _emit(federated(engine, found, question), form)
    return FOUND if found.left_out else 0


def _engine(found: Sources, memory: str, master: str | None) -> DuckEngine | SparkEngine:
    if master is not None:
        from projections.archive.federation.spark import SparkEngine

        return SparkEngine(found.taken, master, memory)
    from projections.archive.federation.engines import DuckEngine

    return DuckEngine(found.taken, memory)


def _emit(answer: Federated, form: str | None) -> None:
    after = [*map(_stands_on, answer.ledgers), *map(_said, answer.left_out)]
    payload = {
        "effective": answer.effective,
        "ledgers": answer.ledgers,
        "left_out": answer.left_out,
        "rows": answer.rows,
    }
    names = {one.government for one in answer.ledgers}
    told_apart = len(names) == len(answer.ledgers)  # people know governments by their names
    people = _for_people(answer.rows, told_apart)
    emit(Answer(payload, answer.rows, people, after=after), form)
    if form in ("csv", "jsonl"):
        for sentence in after:
            say(sentence)


def _for_people(rows: Iterator[Any], told_apart: bool) -> Iterator[dict[str, Any]]:
    """Yield rows with figures as people write them; without ids, where the names of governments tell them apart."""
    for row in rows:
        told = {name: number(cell) if isinstance(cell, float) else cell for name, cell in row._asdict().items()}
        if told_apart:
            del told["ledger"]
        yield told


def _stands_on(one: LedgerAsked) -> str:
    known = f"p{one.known_position}" + (f" ({one.known_at})" if one.known_at else "")
    signed = ", under a checkpoint" if one.checkpoint else ""
    return f"{one.government}: known at {known}; size {one.tree_size}, root {one.root}{signed}."


def _said(left: LeftOut) -> str:
    return f"Left out: {left.path}. {left.why}"


COMMANDS = {"federate": federate}
