""".ci/run over stand-ins: what it runs, and that it fails with a tool, without a test, and over a limit."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
TOOLS = ("apt-get", "demo", "lint-imports", "mypy", "pytest", "ruff")
# Makes the two environments as the real file does, and says so; the tools are stand-ins.
ENVIRONMENT = """cd "$(dirname "$0")/.." || exit 1
mkdir -p .venv/bin .venv/lib/python3/site-packages/one-1.dist-info .venv-test
printf '#!/bin/sh\\nexit 0\\n' > .venv/bin/python
chmod +x .venv/bin/python
echo "$environment $HOME ${PIP_NO_CACHE_DIR-cache} ${CLUSTER_LEDGER_PIP-any}" >> "$LOG"
[ ! -e "$HOME/.cache" ] || exit 1
"""


class House:
    """A small repository with the real .ci/run, scripts/test and scripts/check."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.log = folder / "checkout", folder / "log"
        self.programs = folder / "programs"
        for name in (".ci/run", "scripts/test", "scripts/check"):
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, self.folder / name)
        (self.folder / "scripts/_environment").write_text(ENVIRONMENT)
        self.program(self.folder / "scripts/demo", "exec demo")
        for name in ("browser", "test-spark"):
            self.program(self.folder / "scripts" / name, "exit 0")
        (self.folder / ".gitignore").write_text("/.venv/\n/.venv-test/\n")
        self.programs.mkdir()
        for tool in TOOLS:
            self.program(self.programs / tool, "exit 0")
        self.program(self.programs / "python", 'exec "$2"')  # python -m pytest
        self.git("init", "-q", ".")
        self.commit()

    def program(self, path: Path, line: str) -> None:
        path.write_text(f"#!/bin/sh\n{line}\n")
        path.chmod(0o755)

    def git(self, *arguments: str) -> None:
        name = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
        subprocess.run(["git", *name, *arguments], cwd=self.folder, check=True)

    def commit(self) -> None:
        self.git("add", "-A")
        self.git("commit", "-qm", "As it is")

    def run(self) -> subprocess.CompletedProcess[str]:
        environment = {"PATH": f"{self.programs}:{os.environ['PATH']}", "HOME": "/absent", "LOG": str(self.log)}
        return subprocess.run(
            [".ci/run"],
            cwd=self.folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def test_ci_installs_in_a_fresh_clone_with_an_empty_home_and_no_cache_and_once_with_an_old_pip(house: House) -> None:
    done = house.run()
    assert done.returncode == 0, done.stdout + done.stderr
    assert "All holds." in done.stdout and " distributions in .venv, at most 25" in done.stdout
    said = [line.split() for line in house.log.read_text().splitlines()]
    assert [(which, cache, pip) for which, _, cache, pip in said] == [
        ("demo", "1", "any"), ("demo", "1", "22.3"), *[("test", "1", "any")] * 4
    ]  # fmt: skip
    assert {home for _, home, _, _ in said}.isdisjoint({"/absent", os.environ.get("HOME")})
    assert not (house.folder / ".venv").exists()


@pytest.mark.parametrize(
    ("tool", "answer"), [("pytest", 5), ("pytest", 1), ("mypy", 1), ("lint-imports", 1), ("ruff", 1), ("demo", 1)]
)
def test_ci_fails_when_any_tool_fails_or_no_test_is_collected(house: House, tool: str, answer: int) -> None:
    house.program(house.programs / tool, f"exit {answer}")
    done = house.run()
    assert done.returncode == 1 and "This does not hold: " in done.stderr


def test_ci_fails_where_an_environment_cannot_be_made(house: House) -> None:
    with (house.folder / "scripts/_environment").open("a") as file:
        file.write("exit 1\n")
    house.commit()
    assert house.run().returncode == 1


@pytest.mark.parametrize(
    ("program", "line", "said"),
    [
        ("du", "echo 271 $2", "MB in .venv: 271, and at most 270 are promised"),
        (
            "du",
            'echo 260 $2; [ -z "$3" ] || echo 342 $3',
            "together: 602, and at most 600 are promised",
        ),
        ("du", "exit 1", "MB in .venv cannot be counted"),
        ("wc", "echo 26", "distributions in .venv: 26, and at most 25 are promised"),
    ],
)
def test_ci_fails_where_an_environment_is_larger_than_promised(
    house: House, program: str, line: str, said: str
) -> None:
    house.program(house.programs / program, line)
    done = house.run()
    assert done.returncode == 1 and said in done.stderr


def test_ci_fails_where_something_is_left_behind_in_the_clone(house: House) -> None:
    house.program(house.programs / "demo", "touch left.txt")
    done = house.run()
    assert done.returncode == 1 and "left behind: ?? left.txt" in done.stderr
