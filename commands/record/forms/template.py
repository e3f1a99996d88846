"""`template`: an empty form, to be filled in and handed to `plan`, `record` or `draft take`."""

from __future__ import annotations

import click

from commands.record.forms.columns import changes_named, usual
from commands.record.forms.empty import csv_form, xlsx_form, yaml_form
from commands.terminal.output import Answer, emit
from ledger.files.outputs import check_output, new_file

_WRITERS = {"yaml": yaml_form, "csv": csv_form, "xlsx": xlsx_form}


@click.command("template", short_help="Write an empty form to fill in: a document or a spreadsheet.")
@click.argument("kind", type=click.Choice(tuple(_WRITERS)))
@click.option("-o", "--output", required=True, metavar="FILE", help="The file to write; it ends as its kind.")
@click.option(
    "--change",
    "changes",
    multiple=True,
    metavar="NAME",
    help="A change that it is for, such as transfer-segment. Repeatable. Default: all of clusters, segments, missions, "
    "mandates and leaders.",
)
@click.option("--force", is_flag=True, help="Overwrite the file if it exists.")
def template(kind: str, output: str, changes: tuple[str, ...], force: bool) -> None:
    """Write an empty form: yaml is a decision document with its fields explained, csv and xlsx a spreadsheet with a
    row for each change.

    Fill it in, then `cluster-ledger plan FILE` and `record FILE`, or `draft take FILE`. Rows of a spreadsheet with one
    reference are one decision.
    """
    if not output.lower().endswith(f".{kind}"):
        raise click.UsageError(f'A form of the kind {kind} is read by the end of its name: call it "....{kind}".')
    check_output(output, force=force)
    content = _WRITERS[kind](changes_named(changes or usual()))
    with new_file(output, force=force) as file:
        file.write(content)
    text = f'Wrote the form "{output}". Fill it in, then: cluster-ledger plan {output}\n'
    emit(Answer({"form": output}, text=text), None)


COMMANDS = {"template": template}
