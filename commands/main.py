"""The door of the command line: which commands there are, and nothing of what they do until one is asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

from commands import stopping
from commands.failures import Guarded
from commands.logs import FORMATS
from commands.session import Session
from commands.terminal import streams

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

# Name, module and line of every command, by section: the one list that `--help` and shell completion read, so
# that neither imports a command. A module gives its commands as `COMMANDS`; a test holds the lines to them.
SECTIONS: dict[str, dict[str, tuple[str, str]]] = {
    "Record decisions": {
        "init": ("record.init", "Make a ledger for a government."),
        "plan": ("record.documents", "Show what recording decision documents would do."),
        "record": ("record.documents", "Record decision documents, each whole or not at all."),
        "draft": ("draft.desk", "Make a decision of many changes, one by one, and record it once."),
        "template": ("record.forms.template", "Write an empty form to fill in: a document or a spreadsheet."),
        "import": ("record.migration", "Make a ledger from an older register."),
    },
    "Record a decision of one change": {
        "government": ("record.verbs", "Give the government another name."),
        "cluster": ("record.verbs", "Establish, retitle, repurpose, nest, merge, split or dissolve a cluster."),
        "segment": ("record.verbs", "Add, retitle, rescope, relate, transfer, retire or reinstate a segment."),
        "mission": ("record.verbs", "Launch, add, realign, move, reword, pause, complete or stop a mission."),
        "mandate": ("record.verbs", "Issue, assign, revise, discharge or revoke a mandate."),
        "leader": ("record.verbs", "Appoint or release whoever holds an office."),
        "expertise": ("record.verbs", "Offer, withdraw, draw on or release expertise."),
        "signal": ("record.verbs", "Observe or close a signal: a need, trend or transformation."),
        "objective": (
            "record.verbs",
            "Set, state, redefine, retarget, move, withdraw or return a key objective of a mission.",
        ),
        "measure": ("record.verbs", "Record what was observed of an objective."),
        "scale": ("record.verbs", "Define a version of a scale that assessments are made on."),
        "rollup": ("record.verbs", "Define how a cluster's execution follows from its missions'."),
        "assess": ("record.verbs", "Assess the execution of a mission or cluster over a period."),
        "recommendation": ("record.verbs", "Answer a recommendation."),
        "review": ("record.verbs", "Review the matrix, end a promised review, or review a decision."),
        "series": ("record.verbs", "Declare how an authority numbers its decisions, or skip numbers."),
        "settings": ("record.verbs", "Adopt settings."),
        "identify": ("record.verbs", "State the keys of a thing in other registers."),
        "name": ("record.verbs", "State or withdraw a further name of a thing."),
        "rescind": ("record.verbs", "Take a decision back before it takes effect."),
        "postpone": ("record.verbs", "Give a decision that has not taken effect another date."),
        "correct": ("record.verbs", "Correct fields of what an event or decision said."),
        "strike": ("record.verbs", "Say that an event or decision was entered in error."),
        "assert": ("record.verbs", "Assert a checked fact: a count, a life, a value, an affiliation, a root."),
    },
    "Read": {
        "show": ("read.show", "Show the structure, or one thing."),
        "log": ("read.log", "Show the journal of events, newest last."),
        "history": ("read.history", "Show the timeline of one thing in both times."),
        "why": ("read.why", "Show which event and decision set each attribute of a thing."),
        "serve": ("serve.serve", "Let people look at the ledger in a browser."),
        "diff": ("read.diff", "Show the differences between two days, with the decisions behind them."),
        "replay": ("read.replay", "Replay history as a sequence of explained differences."),
        "matrix": ("read.matrix", "Show segments by missions: affiliations, mandates, expertise, gaps."),
        "agility": ("read.agility", "Show how freely the structure changes, and whether measurement holds still."),
        "lags": ("read.lags", "Show what was recorded late, in advance or retroactively."),
        "chart": ("read.chart", "Draw a chart: time line, matrix, flows, execution, or any metric."),
        "restate": (
            "read.restatement",
            "Count missions or segments by cluster, under several structures side by side.",
        ),
        "report": ("read.report", "Write the audit report of one point of both times."),
        "notices": ("read.notices", "Show what an auditor should look at."),
        "rules": ("read.notices", "List every rule."),
        "schema": ("schema.documents", "Print the JSON Schema of decision documents, or of an answer."),
    },
    "Audit": {
        "overrides": ("audit.overrides", "Show every rule that a decision went against, and why."),
        "sample": ("audit.sample", "Draw decisions to look at, so that anybody can draw them again."),
        "documents": ("audit.documents", "Hold the documents behind decisions to their SHA-256."),
    },
    "Keep and prove": {
        "snapshot": ("keep.snapshot", "Write the whole structure of one day to a file."),
        "export": ("keep.export", "Write the log, one canonical JSON line an event; or as ORG or PROV."),
        "archive": ("keep.archive", "Write all that the ledger holds and knew as Parquet, for other tools."),
        "federate": ("keep.federate", "Ask the archives of many ledgers one question."),
        "key": ("prove.key", "Make, show, publish or retire the key by which checkpoints are signed."),
        "checkpoint": ("prove.checkpoint", "Sign size and root of the ledger, for others to keep."),
        "prove": ("prove.prove", "Write a proof of an event or decision, to be checked without the ledger."),
        "witness": ("prove.witness", "Cosign the checkpoints of ledgers, so that none of them shows two histories."),
        "token": ("keep.tokens.token", "Make, list or withdraw the tokens by which `serve` knows auditors."),
        "verify": ("prove.verify", "Check everything, and hold the ledger to a root kept elsewhere."),
        "check": ("keep.check", "Tell which of the facts that were asserted still hold."),
        "completion": ("keep.completion", "Print what lets bash, zsh or fish complete commands, ids and references."),
        "copy": ("keep.copy", "Copy the ledger to a file or a server, while others record too; or make a trial."),
        "backup": ("keep.backup", "Make a backup of the ledger, checked and with a manifest, while others record."),
        "restore": ("keep.backup", "Make a ledger of a backup, once every byte of it was checked."),
        "accept": ("keep.accept", "Go on with a ledger that is not the one last seen, and say why."),
        "views": ("keep.views", "See, rebuild or check the views that answers are read from."),
        "doctor": ("keep.doctor", "Look at this installation and say what is wrong."),
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
    epilog='Completion: eval "$(cluster-ledger completion bash)"; zsh and fish likewise.',
)
@click.option(
    "--ledger",
    metavar="LOCATION",
    help="The ledger: an SQLite file. Default: $CLUSTER_LEDGER, the configuration file, ./government.ledger.",
)
@click.option(
    "--log-format",
    type=click.Choice(FORMATS),
    help="`json`: a line of JSON on standard error for what was run, and nothing of any decision in it.",
)
@click.option("--debug", is_flag=True, help="Show the trace of an error of the program (also CLUSTER_LEDGER_DEBUG=1).")
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Show the version.")
@click.pass_obj
def cli(session: Session, ledger: str | None, log_format: str | None, debug: bool) -> None:
    """A register of decisions on a government's mission clusters: nothing is overwritten, everything is proven.

    Begin with `cluster-ledger init --government NAME --recorder OFFICE`, which names the office that records; then
    `cluster-ledger plan FILE` and `record FILE`.
    Exit codes: 0 done; 1 refused; 2 usage; 3 a check found damage or a difference; 4 a check found nothing wrong, and
    did not prove all that it was asked.
    """
    session.log.flag = log_format
    session.location_flag, session.debug = ledger, session.debug or debug


def main(*args: Any, **options: Any) -> None:
    """Run the program; the entry point of `cluster-ledger`."""
    stopping.take_over()
    streams.take_over()
    cli(*args, **options)


if __name__ == "__main__":
    main(prog_name="cluster-ledger")
