"""The door of the command line: which commands there are, and nothing of what they do until one is asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

from commands.failures import Guarded
from commands.session import Session
from commands.streams import take_over

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

# Name, module and line of every command, by section: the one list that `--help` and shell completion read, so
# that neither imports a command. A module gives its commands as `COMMANDS`; a test holds the lines to them.
SECTIONS: dict[str, dict[str, tuple[str, str]]] = {
    "Record decisions": {
        "init": ("init", "Make a ledger for a government."),
        "plan": ("recording", "Show what recording decision documents would do."),
        "record": ("recording", "Record decision documents, each whole or not at all."),
        "import": ("importing", "Make a ledger from an older register."),
    },
    "Record a decision of one change": {
        "government": ("verbs", "Give the government another name."),
        "cluster": ("verbs", "Establish, retitle, repurpose, nest, dissolve or reestablish a cluster."),
        "segment": ("verbs", "Add, retitle, rescope, relate, transfer, retire or reinstate a segment."),
        "mission": ("verbs", "Launch, add, realign, reword, pause, complete or stop a mission."),
        "mandate": ("verbs", "Issue, assign, revise, discharge or revoke a mandate."),
        "leader": ("verbs", "Appoint or release whoever holds an office."),
        "expertise": ("verbs", "Offer, withdraw, draw on or release expertise."),
        "signal": ("verbs", "Observe or close a signal: a need, trend or transformation."),
        "objective": (
            "verbs",
            "Set, state, redefine, retarget, move, withdraw or return a key objective of a mission.",
        ),
        "measure": ("verbs", "Record what was observed of an objective."),
        "scale": ("verbs", "Define a version of a scale that assessments are made on."),
        "rollup": ("verbs", "Define how a cluster's execution follows from its missions'."),
        "assess": ("verbs", "Assess the execution of a mission or cluster over a period."),
        "recommendation": ("verbs", "Answer a recommendation."),
        "review": ("verbs", "Review the matrix, end a promised review, or review a decision."),
        "settings": ("verbs", "Adopt settings."),
        "identify": ("verbs", "State the keys of a thing in other registers."),
        "name": ("verbs", "State or withdraw a further name of a thing."),
        "rescind": ("verbs", "Take a decision back before it takes effect."),
        "postpone": ("verbs", "Give a decision that has not taken effect another date."),
        "correct": ("verbs", "Correct fields of what an event or decision said."),
        "strike": ("verbs", "Say that an event or decision was entered in error."),
        "assert": ("verbs", "Assert a checked fact: a count, a life, a value, an affiliation, a root."),
    },
    "Read": {
        "show": ("show", "Show the structure, or one thing."),
        "log": ("log", "Show the journal of events, newest last."),
        "history": ("history", "Show the timeline of one thing in both times."),
        "why": ("history", "Show which event and decision set each attribute of a thing."),
        "diff": ("diff", "Show the differences between two days, with the decisions behind them."),
        "replay": ("replay", "Replay history as a sequence of explained differences."),
        "matrix": ("matrix", "Show segments by missions: affiliations, mandates, expertise, gaps."),
        "agility": ("agility", "Show how freely the structure changes, and whether measurement holds still."),
        "lags": ("lags", "Show what was recorded late, in advance or retroactively."),
        "chart": ("chart", "Draw a chart: time line, matrix, flows, execution, or any metric."),
        "restate": ("restate", "Count missions or segments by cluster, under several structures side by side."),
        "report": ("report", "Write the audit report of one point of both times."),
        "notices": ("notices", "Show what an auditor should look at."),
        "rules": ("notices", "List every rule."),
        "schema": ("schema", "Print the JSON Schema of decision documents."),
    },
    "Keep and prove": {
        "snapshot": ("snapshot", "Write the whole structure of one day to a file."),
        "export": ("export", "Write the log, one canonical JSON line an event; or as ORG or PROV."),
        "verify": ("verify", "Check everything, and hold the ledger to a root kept elsewhere."),
        "check": ("check", "Tell which of the facts that were asserted still hold."),
        "views": ("views", "See, rebuild or check the views that answers are read from."),
        "doctor": ("doctor", "Look at this installation and say what is wrong."),
    },
}
LINES = {name: line for section in SECTIONS.values() for name, line in section.items()}


class Lazy(Guarded):
    """A group that imports the module of a command when that command is run, and not before."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return every name, in the order of the help."""
        return list(LINES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return one command, imported now; None for a name that is not known."""
        if cmd_name not in LINES:
            return None
        found: click.Command = import_module(f"commands.{LINES[cmd_name][0]}").COMMANDS[cmd_name]
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands by section."""
        for title, section in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl([(name, line) for name, (_, line) in section.items()])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete a command's name from the list above, and the group's own options."""
        from click.shell_completion import CompletionItem

        found = [CompletionItem(name, help=line) for name, (_, line) in LINES.items() if name.startswith(incomplete)]
        return found + click.Command.shell_complete(self, ctx, incomplete)


def _version(ctx: click.Context, _: click.Parameter, asked: bool) -> None:
    if asked and not ctx.resilient_parsing:
        from importlib.metadata import PackageNotFoundError, version

        try:
            found = version("cluster-ledger")
        except PackageNotFoundError:  # run from a checkout
            found = "(not installed)"
        click.echo(f"cluster-ledger {found}")
        ctx.exit()


@click.group(
    cls=Lazy,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Completion in bash, zsh or fish: "
    'eval "$(_CLUSTER_LEDGER_COMPLETE=bash_source cluster-ledger)", with the name of your shell.',
)
@click.option(
    "--ledger",
    metavar="LOCATION",
    help="The ledger: an SQLite file. Default: $CLUSTER_LEDGER, the configuration file, ./government.ledger.",
)
@click.option("--debug", is_flag=True, help="Show the trace of an error of the program (also CLUSTER_LEDGER_DEBUG=1).")
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Show the version.")
@click.pass_obj
def cli(session: Session, ledger: str | None, debug: bool) -> None:
    """A register of decisions on a government's mission clusters: nothing is overwritten, everything is proven.

    Begin with `cluster-ledger init --government NAME`, then `cluster-ledger plan FILE` and `record FILE`.
    Exit codes: 0 done; 1 refused; 2 usage; 3 a check found damage or a difference.
    """
    session.location_flag, session.debug = ledger, session.debug or debug


def main(*args: Any, **options: Any) -> None:
    """Run the program; the entry point of `cluster-ledger`."""
    take_over()
    cli(*args, **options)


if __name__ == "__main__":
    main(prog_name="cluster-ledger")
