"""Plans and receipts: whose ledger it is, what changes and from when, and a date that is moved told as a move."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import select
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pytest
from support.command_line import FIRST, Desk

BY = ("--authority", "Council of Ministers", "--reference", "CM-9")
LATER = """\
authority: Council of Ministers
reference: CM-2
effective: 2027-03-01
changes:
  - {change: retitle-cluster, cluster: wellbeing, title: Wellbeing}
  - {change: add-segment, segment: wellbeing/sport, title: Sport}
---
authority: Council of Ministers
reference: CM-3
effective: 2028
changes: [{change: retire-segment, segment: wellbeing/sport}]
"""


def test_a_receipt_says_in_which_ledger_what_changed_and_from_when(desk: Desk) -> None:
    said = desk.run("record", desk.write("a.yaml", FIRST)).stdout.splitlines()
    assert said[0].startswith('Recorded: "CM-1" of Council of Ministers, p2 to p5, at ')
    assert said[1:7] == [
        "  In the ledger of Testland (government.ledger).",
        "  From 1 April 2026:",
        "    Cluster wellbeing is established: Health.",
        "    Segment wellbeing/care is added: Care.",
        "    Mission sleep-well is launched: Sleep well.",
        "    Mission sleep-well is affiliated with wellbeing/care.",
    ]
    again = desk.json("record", "a.yaml")["already_recorded"][0]["changed"]
    assert again[0] == {"effective": "2026-04-01", "said": "Cluster wellbeing is established: Health."}
    assert len(again) == 4


def test_a_receipt_of_very_many_changes_tells_the_first_and_where_the_others_are(desk: Desk) -> None:
    changes = [{"change": "establish-cluster", "cluster": f"c{n}", "title": "C"} for n in range(30)]
    document = {"authority": "A", "reference": "R 1", "effective": "2026", "changes": changes}
    said = desk.run("record", desk.write("a.json", json.dumps(document))).stdout
    assert said.count("is established") == 20 and "  From 2026:\n" in said
    assert "  And 10 more changes: cluster-ledger log --reference 'R 1'\n" in said


def test_a_correction_changes_the_record_on_no_day(desk: Desk) -> None:
    desk.record()
    strike = desk.run(
        "strike", "p5", "--because", "A slip.", "--accept", "mission-left-unaffiliated:sleep-well=So.", *BY
    )
    assert "  On the record:\n    Event mission:sleep-well@2 is struck" in strike.stdout, strike.output


def test_a_refusal_says_which_change_names_what_is_refused(desk: Desk) -> None:
    changes = [
        {"change": "establish-cluster", "cluster": "planet", "title": "Planet"},
        {"change": "add-segment", "segment": "planet/forests", "title": "Forests"},
        {"change": "add-segment", "segment": "plannet/rivers", "title": "Rivers"},
        {"change": "launch-mission", "mission": "trees", "title": "Trees", "segments": ["planet/forest"]},
    ]
    document = {"authority": "A", "reference": "R-1", "effective": "2026", "changes": changes}
    desk.write("a.json", json.dumps(document))
    for said in (desk.run("plan", "a.json").stdout, desk.run("record", "a.json").stderr):
        assert 'No cluster is called "plannet". Did you mean "planet"? (rule unknown-id), in change 3\n' in said
        assert 'Did you mean "planet/forests"? (rule unknown-id), in change 4\n' in said


def test_a_correction_of_a_decision_is_planned_with_what_it_should_have_said(desk: Desk) -> None:
    desk.record()
    said = ("--decision", "rationale=Health for all.", "--decision", "decided_on=2026-03-02", "--because", "A slip.")
    by = ("--authority", "Registrar", "--reference", "R-1", "--decided-by", "Council of Ministers")
    planned = desk.run("correct", "CM-1", *said, *by, "--dry-run").stdout.splitlines()
    assert planned[2:7] == [
        'Decision "R-1" of Registrar',
        "  On the record:",
        "    Decision CM-1 is corrected: A slip.",
        "      rationale should have said: Health for all.",
        "      decided on should have said: 2026-03-02",
    ]


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (("postpone", "CM-2", "--new-effective", "2027-06-01"), "1 June 2027 instead of 1 March 2027"),
        (("postpone", "CM-2", "--new-effective", "2027-02-01"), "1 February 2027 instead of 1 March 2027"),
        (("correct", "CM-2", "--new-effective", "2027-04", "--because", "So."), "April 2027 instead of 1 March 2027"),
    ],
)
def test_a_date_that_is_moved_is_planned_as_a_move(desk: Desk, command: tuple[str, ...], told: str) -> None:
    desk.record().record(LATER)
    said = desk.run(*command, *BY, "--dry-run").stdout
    where = f"  From {told}:\n    cluster wellbeing: title is Wellbeing\n    segment wellbeing/sport: begins\n"
    assert where in said and said.count("  From ") == 1
    moved = {one["id"]: one["moved"] for one in desk.json(*command, *BY, "--dry-run")["differences"]}
    assert moved["wellbeing/sport"]["was"] == "2027-03-01" and moved["wellbeing"]["value"] == "Wellbeing"


def test_an_end_that_is_moved_is_planned_as_a_move(desk: Desk) -> None:
    desk.record().record(LATER)
    said = desk.run("postpone", "CM-3", "--new-effective", "2028-04-01", *BY, "--dry-run").stdout
    assert "  From 1 April 2028 instead of 2028:\n    segment wellbeing/sport: ends\n" in said
    assert said.count("wellbeing/sport: ") == 1


def test_what_stands_in_an_event_s_place_on_another_day_moves_it(desk: Desk) -> None:
    desk.record().record(LATER)
    instead = LATER.partition("---")[0].replace("CM-2", "CM-9").replace("2027-03-01", "2027-05-01")
    instead = instead.replace("title: Wellbeing}", "title: Wellbeing, corrects: 'cluster:wellbeing@3'}")
    instead = instead.replace("wellbeing/sport, title: Sport", "wellbeing/art, title: Art")
    said = desk.run("plan", desk.write("b.yaml", instead)).stdout
    assert "  From 1 May 2027 instead of 1 March 2027:\n    cluster wellbeing: title is Wellbeing\n" in said


def test_lines_that_were_typed_ahead_or_pasted_answer_no_question(desk: Desk, tmp_path: Path) -> None:
    desk.write("a.yaml", FIRST)
    own, other = pty.openpty()
    os.write(own, b"yes\nyes\n")  # typed before the program began
    command = [sys.executable, "-m", "commands.main", "record", "a.yaml"]
    program = subprocess.Popen(
        command, cwd=desk.folder, env=desk.environment(), stdin=other, stdout=other, stderr=other, close_fds=True
    )
    os.close(other)
    try:
        assert "(yes, no)" in shown(own, "]: ")
        assert desk.size() == 1
        os.write(own, b"yes\nyes\n")  # pasted at the question
        assert "several lines came at once" in shown(own, "]: ")
        os.write(own, b"yes\n")
        assert "Recorded: " in shown(own, "Size 5")
        assert program.wait(60) == 0
    finally:
        program.kill()
        os.close(own)


def test_the_question_is_folded_and_asks_whether_an_authority_is_misspelt(desk: Desk) -> None:
    desk.record()
    assert desk.run("show").exit_code == 0  # fills the views, which know who decided
    own, other = pty.openpty()
    fcntl.ioctl(own, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 60, 0, 0))
    change = ("cluster", "retitle", "wellbeing", "--title", "Wellbeing, for as long as anybody lives, and longer")
    by = ("--authority", "Council of Minsters", "--reference", "CM-9", "--effective", "2026-06-01")
    environment = {name: value for name, value in desk.environment().items() if name != "COLUMNS"}
    program = subprocess.Popen(
        [sys.executable, "-m", "commands.main", *change, *by],
        cwd=desk.folder, env=environment, stdin=other, stdout=other, stderr=other, close_fds=True,
    )  # fmt: skip
    os.close(other)
    try:
        said = shown(own, "]: ").replace("\r", "")
        os.write(own, b"no\n")
        assert "Not recorded" in shown(own, "Not recorded") and program.wait(60) == 1
    finally:
        program.kill()
        os.close(own)
    asked = '"Council of Minsters" has decided nothing in this ledger before. Did you mean "Council of Ministers"?'
    assert asked in " ".join(said.split())
    assert max(map(len, said.split("\n"))) <= 60


def shown(terminal: int, until: str) -> str:
    """What the program shows up to a text; all that it shows if that never comes."""
    found = ""
    while until not in found and select.select([terminal], [], [], 60)[0]:
        try:
            found += os.read(terminal, 4096).decode()
        except OSError:  # it has ended
            break
    return found
