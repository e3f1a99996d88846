"""The door of the command line: help, usage, configuration, and what goes wrong."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import click
import pytest
from support.command_line import FIRST, ROOT, Desk, refused

from commands import failures
from commands.main import LINES, SECTIONS, cli
from commands.session import Session
from commands.stopping import Stop


def commands_of(group: click.Group, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], click.Command]]:
    """Every command beneath a group, with the words that call it."""
    context = click.Context(group)
    found: list[tuple[tuple[str, ...], click.Command]] = []
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        found.append(((*path, name), command))
        if isinstance(command, click.Group):
            found += commands_of(command, (*path, name))
    return found


EVERY = {" ".join(path): command for path, command in commands_of(cli)}


@pytest.mark.parametrize("words", EVERY)
def test_every_command_explains_itself(bare: Desk, words: str) -> None:
    for flag in ("-h", "--help"):
        result = bare.run(*words.split(), flag)
        assert result.exit_code == 0 and result.stdout.startswith(f"Usage: cluster-ledger {words}"), result.output
    assert (EVERY[words].help or "").strip().endswith(".")


@pytest.mark.parametrize(
    "words", ["", *(words for words, command in EVERY.items() if isinstance(command, click.Group))]
)
def test_no_line_of_help_is_cut(bare: Desk, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    said = bare.run(*words.split(), "-h").stdout
    group = EVERY[words] if words else cli
    assert isinstance(group, click.Group)
    for name in group.list_commands(click.Context(group)):
        command = group.get_command(click.Context(group), name)
        assert command is not None
        line = LINES[name][1] if not words else command.get_short_help_str(10_000)
        assert f"{name} {line}" in " ".join(said.split()), name


def test_the_help_says_of_a_command_what_the_command_says_of_itself() -> None:
    for name, (module, line) in LINES.items():
        short = EVERY[name].short_help or EVERY[name].get_short_help_str(200)
        if module == "record.verbs" and not isinstance(EVERY[name], click.Group):
            continue  # made from a change, which says it in other words
        assert line == short, name
    assert sum(len(section) for section in SECTIONS.values()) == len(LINES)


def test_the_help_imports_no_command() -> None:
    code = (
        "import sys; from commands.main import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\n"
        "print([name for name in ('pydantic', 'rich', 'yaml', 'sqlite3', 'eventsourcing', 'ledger') "
        "if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert found.stdout.splitlines()[-1] == "[]", found.stderr


def test_the_shell_completes_names_without_importing_a_command(bare: Desk) -> None:
    env = {
        **bare.environment(),
        "_CLUSTER_LEDGER_COMPLETE": "bash_complete",
        "COMP_WORDS": "cluster-ledger sn",
        "COMP_CWORD": "1",
    }
    found = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "commands.main"], env=env, capture_output=True, text=True
    )
    assert found.stdout.splitlines() == ["plain,snapshot"]
    assert "pydantic" not in found.stderr


def test_a_command_that_is_not_known_gets_the_nearest_proposed(bare: Desk) -> None:
    refused(bare.run("shwo"), 'No such command "shwo". Did you mean "show"?', code=2)
    refused(bare.run("cluster", "retile"), 'Did you mean "retitle"?', code=2)
    refused(bare.run("record", "--yess"), "--yes", code=2)


def test_no_command_at_all_is_answered_with_the_help(bare: Desk) -> None:
    assert "Keep and prove:" in refused(bare.run(), code=2)


def test_the_version_is_shown(bare: Desk) -> None:
    assert bare.run("--version").stdout.startswith("cluster-ledger ")


def test_usage_never_echoes_control_characters(bare: Desk) -> None:
    refused(bare.run("sh\x1b[2Jow"), "No such command", code=2)
    refused(bare.run("--x\x1b[2J"), "No such option", code=2)


# Which ledger is meant


def test_the_ledger_is_named_by_flag_before_environment_before_file_before_default(
    bare: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CLUSTER_LEDGER_RECORDER")
    named: list[str] = []

    def where() -> str:
        session = Session()
        session.location_flag = named[0] if named else None
        return session.location

    assert where() == "government.ledger"
    user = bare.folder / "user.toml"
    user.write_text('ledger = "u.ledger"\nrecorder = "user office"\n')
    monkeypatch.setenv("CLUSTER_LEDGER_CONFIG", str(user))
    assert where() == str(bare.folder / "u.ledger")
    bare.write("cluster-ledger.toml", 'ledger = "here.ledger"\n')
    assert where() == "here.ledger" and Session().recorder.id == "user office"
    monkeypatch.setenv("CLUSTER_LEDGER", "env.ledger")
    assert where() == "env.ledger"
    named.append("flag.ledger")
    assert where() == "flag.ledger"


def test_without_a_configured_office_nothing_is_recorded_and_everything_is_read(
    bare: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    says = ("No office is configured", "--recorder OFFICE", "$CLUSTER_LEDGER_RECORDER", "cluster-ledger.toml", "init")
    document = bare.write("first.yaml", FIRST)
    monkeypatch.delenv("CLUSTER_LEDGER_RECORDER")
    refused(bare.run("init", "--government", "G"), *says)
    assert [path.name for path in bare.folder.iterdir()] == ["first.yaml"]
    monkeypatch.setenv("CLUSTER_LEDGER_RECORDER", "Registry")
    bare.init()
    monkeypatch.delenv("CLUSTER_LEDGER_RECORDER")
    verb = ("cluster", "establish", "d", "--title", "T", "--authority", "A", "--reference", "R")
    for arguments in (("record", document), verb, ("import", document, "--government", "G")):
        refused(bare.run(*arguments), *says)
    for arguments in (("plan", document), ("show",), ("log",), ("verify",), ("doctor",), (*verb, "--dry-run")):
        result = bare.run(*arguments)
        assert result.exit_code == 0, result.output
    assert bare.size() == 1


def test_the_office_that_init_was_given_is_kept_beside_the_ledger_and_is_the_weakest(
    bare: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CLUSTER_LEDGER_RECORDER")
    assert bare.run("init", "--government", "G", "--recorder", 'Amt "für" Ämter').exit_code == 0
    assert (Session().recorder.id, Session().recorder.basis) == ('Amt "für" Ämter', "configured")
    bare.record()
    bare.write("cluster-ledger.toml", 'recorder = "Here"\n')
    assert Session().recorder.id == "Here"
    monkeypatch.setenv("CLUSTER_LEDGER_RECORDER", "Environment")
    assert Session().recorder.id == "Environment"
    bare.write("government.ledger.recorder.toml", 'authority = "A"\n')
    monkeypatch.delenv("CLUSTER_LEDGER_RECORDER")
    bare.write("cluster-ledger.toml", "")
    refused(bare.run("record", "-", input=FIRST), "government.ledger.recorder.toml: ", "is not known")


def test_what_stands_beside_the_place_of_a_new_ledger_is_not_written_over(bare: Desk) -> None:
    bare.write("government.ledger.recorder.toml", 'recorder = "Another"\n')
    refused(bare.run("init", "--government", "G", "--recorder", "Office"), "stands already", "Move it away")
    assert not bare.ledger.exists()


def test_an_office_that_cannot_be_one_is_refused_in_words(bare: Desk) -> None:
    for office in ("a\tb", "x" * 301):
        refused(bare.run("init", "--government", "G", "--recorder", office), 'The recorder: "id"')


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("legder = 'x'", 'field "legder" is not known. Did you mean "ledger"?'),
        ("ledger = 3", '"ledger" must be text'),
        ("ledger =", "it is not TOML"),
        ("ledger = 'a'\nledger = 'b'", "it is not TOML"),
        ("\udcff", "it is not UTF-8"),
    ],
)
def test_a_configuration_that_cannot_be_meant_is_refused_with_its_file(bare: Desk, text: str, words: str) -> None:
    bare.write("cluster-ledger.toml", text.encode("utf-8", "surrogateescape"))
    refused(bare.run("verify"), "cluster-ledger.toml: ", words)


def test_a_configuration_file_that_is_named_must_exist(bare: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLUSTER_LEDGER_CONFIG", "nowhere.toml")
    refused(bare.run("verify"), 'there is no file "nowhere.toml"')


# What goes wrong


def test_a_fault_of_the_program_is_a_sentence_and_its_trace_is_shown_on_request(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ValueError("a \x1b[2J slip")

    monkeypatch.setattr("commands.record.documents.record_all", broken)
    result = desk.run("record", desk.write("x.yaml", FIRST))
    assert result.exit_code == 1 and "Traceback" not in result.stderr
    assert "This is a fault of cluster-ledger itself (ValueError" in result.stderr
    assert "Nothing was recorded. Please report it" in result.stderr and "\x1b" not in result.stderr
    assert "Traceback" in desk.run("--debug", "record", "x.yaml").stderr
    monkeypatch.setenv("CLUSTER_LEDGER_DEBUG", "1")
    assert "Traceback" in desk.run("record", "x.yaml").stderr


def test_a_reader_that_goes_away_is_no_error(desk: Desk) -> None:
    desk.record()
    command = f"{sys.executable} -m commands.main export -o - | head -c 1; echo ${{PIPESTATUS[0]}}"
    many = [
        f"authority: A\nreference: R-{n}\neffective: 2026-01-01\nchanges:\n"
        f"  - {{change: establish-cluster, cluster: c-{n}, title: {'T' * 290}}}\n"
        for n in range(300)
    ]
    desk.record("---\n".join(many))
    found = subprocess.run(["bash", "-c", command], env=desk.environment(), capture_output=True, text=True)
    assert found.stderr == "" and found.stdout.endswith(f"{failures.READER_GONE}\n")


def test_stopping_waits_for_the_decision_under_way_and_says_what_is_recorded(desk: Desk) -> None:
    many = [
        f"authority: A\nreference: R-{n}\neffective: 2026-01-01\nchanges:\n"
        f"  - {{change: establish-cluster, cluster: c-{n}, title: T}}\n"
        for n in range(3000)
    ]
    desk.write("many.yaml", "---\n".join(many))
    running = subprocess.Popen(
        [sys.executable, "-m", "commands.main", "record", "many.yaml"],
        env=desk.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        bufsize=1,
    )
    assert running.stdout is not None
    assert running.stdout.readline().startswith("Recorded")
    running.send_signal(signal.SIGINT)
    said_out, said = running.communicate(timeout=60)
    assert running.returncode == 130
    last = said.split('the last "R-')[1].split('"')[0] if "the last" in said else said.split('"R-')[1].split('"')[0]
    assert desk.size() == int(last) + 2  # the ledger's own first event, and R-0 to R-<last>
    assert "nothing after it was recorded" in said and "Traceback" not in said


def test_waiting_for_the_block_to_end_lets_the_signal_through_afterwards() -> None:
    reached = []
    with pytest.raises(KeyboardInterrupt), Stop().unbroken():
        os.kill(os.getpid(), signal.SIGINT)
        reached.append("end")
    assert reached == ["end"]


def test_stopping_twice_does_not_wait() -> None:
    reached = []
    with pytest.raises(KeyboardInterrupt), Stop().unbroken():
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)
        reached.append("end")
    assert reached == []


def test_the_help_is_about_as_quick_as_importing_click() -> None:
    def took(*command: str) -> float:
        """Seconds of processor, which other programs on this machine do not lengthen much."""
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, *command], cwd=ROOT, capture_output=True, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    pairs = [(took("-m", "commands.main", "--help"), took("-c", "import click")) for _ in range(9)]
    assert min(ours for ours, _ in pairs) <= 2 * min(floor for _, floor in pairs)


def test_a_reader_that_goes_away_from_receipts_is_told_what_stands(desk: Desk) -> None:
    many = [
        f"authority: A\nreference: R-{n}\neffective: 2026-01-01\nchanges:\n"
        f"  - {{change: establish-cluster, cluster: c-{n}, title: T}}\n"
        for n in range(800)
    ]
    desk.write("many.yaml", "---\n".join(many))
    command = f"{sys.executable} -m commands.main record many.yaml | head -n 1"
    found = subprocess.run(["bash", "-c", command], env=desk.environment(), capture_output=True, text=True)
    last = int(found.stderr.split('the last "R-')[1].split('"')[0])
    assert found.stderr.startswith(f"{last + 1} decisions were recorded, and stand") and desk.size() == last + 2 < 800


def test_a_ledger_that_is_not_there_is_said_so(bare: Desk) -> None:
    refused(bare.run("log"), 'There is no ledger at "government.ledger"')
    assert not Path("government.ledger").exists()
    refused(
        bare.run("--ledger", "mysql://me:secret@host/x", "log"),
        "A ledger is a file, or lies at an address postgresql://",
    )
