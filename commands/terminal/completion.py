"""Completion of what is typed, by what the views hold of it; it says nothing where there is nothing to be said.

The shell asks while somebody types: nothing is filled for it, recorded as seen, or printed but what begins so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import click
    from click.shell_completion import CompletionItem

    from projections.views.file import ViewsFile
    from projections.views.queries.completions import Offered

Completion = Callable[["click.Context", "click.Parameter", str], "list[CompletionItem]"]
_Ask = Callable[["ViewsFile", str], "Sequence[Offered]"]


def ids(*kinds: str) -> Completion:
    """Return what completes ids of things of some kinds; of any where none is named."""

    def ask(file: ViewsFile, begin: str) -> Sequence[Offered]:
        from projections.views.queries import completions

        return completions.ids(file, begin, kinds)

    return _completion(ask)


def references() -> Completion:
    """Return what completes references of decisions."""
    return _asking("references")


def authorities() -> Completion:
    """Return what completes the names of authorities."""
    return _asking("authorities")


def scales() -> Completion:
    """Return what completes versions of scales, `NAME/VERSION`."""
    return _asking("scales")


def things_or_decisions() -> Completion:
    """Return what completes ids of things, and references of decisions."""
    return _asking("ids", "references")


def targets() -> Completion:
    """Return what completes references of decisions, and ids of events."""
    return _asking("references", "events")


def rules(*, acceptable: bool = False, end: str = "") -> Completion:
    """Return what completes names of rules, all or those that a decision can accept; `end` follows each."""

    def complete(ctx: click.Context, parameter: click.Parameter, begin: str) -> list[CompletionItem]:
        from ledger.rules.catalogue import RULES

        named = (one for one in RULES if not acceptable or one.kind == "needs-acceptance")
        return items((one.name + end, one.line) for one in named if one.name.startswith(begin))

    return complete


def _asking(*names: str) -> Completion:
    """Return what completes by questions of those names in `projections/views/queries/completions.py`."""

    def ask(file: ViewsFile, begin: str) -> Sequence[Offered]:
        from projections.views.queries import completions

        return [found for name in names for found in getattr(completions, name)(file, begin)]

    return _completion(ask)


def _completion(ask: _Ask) -> Completion:
    def complete(ctx: click.Context, parameter: click.Parameter, begin: str) -> list[CompletionItem]:
        with suppress(Exception):  # no ledger, a damaged one, views that are filled just now
            from projections.views.queries.completions import glanced

            with closing(reader_of(ctx)) as reader:
                file = glanced(reader.government.ledger_id)
            if file is not None:
                with closing(file):
                    return items(ask(file, begin))
        return []

    return complete


def reader_of(ctx: click.Context) -> Any:
    """Return the ledger that the line names so far, opened to be read, and not noted as seen."""
    from ledger.application.reader import opened_reader

    session = ctx.find_root().obj
    session.location_flag = ctx.find_root().params.get("ledger")
    return opened_reader(session.location)


def items(found: Iterable[tuple[str, str]]) -> list[CompletionItem]:
    """Return texts, each with what it is, as the shell is answered."""
    from click.shell_completion import CompletionItem

    # A line is an answer, and what a shell would take for the end of one is not completed.
    return [CompletionItem(text, help=about or None) for text, about in found if text.isprintable()]
