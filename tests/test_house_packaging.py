"""What the repository promises about packages: pins that are complete, and wheels that hold what they should."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator
from email import message_from_bytes
from importlib.metadata import distribution
from itertools import product
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import environment
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from support.shared_files import VARIABLE, shared

from ledger.errors.extras import EXTRAS

ROOT = Path(__file__).resolve().parents[1]
PIN = re.compile(r"([A-Za-z0-9._-]+)==[0-9][0-9A-Za-z.+]*( ; [a-z_]+ [<>=!]+ \"[^\"]+\")?")
PACKAGES = ("commands", "ledger", "projections")
VERSIONS = ("3.11", "3.12", "3.13", "3.14")
MACHINES = (("linux", "Linux", "x86_64"), ("linux", "Linux", "aarch64"), ("darwin", "Darwin", "arm64"))


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    found: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return found


def pinned() -> list[set[str]]:
    """The names that constraints.txt pins for the demonstration, and those that it adds for tests and checks."""
    lists = environment.pins((ROOT / "constraints.txt").read_text())
    return [{canonicalize_name(pin.partition("==")[0]) for pin in some} for some in lists]


def closure(requirements: Iterable[str]) -> set[str]:
    """Everything that requirements bring with them, on any Python and machine that is supported."""
    found: set[str] = set()
    for version, (platform, system, machine) in product(VERSIONS, MACHINES):
        where = {"python_version": version, "python_full_version": f"{version}.0", "implementation_name": "cpython"}
        where |= {"sys_platform": platform, "platform_system": system, "platform_machine": machine, "os_name": "posix"}
        asked, seen = [Requirement(text) for text in requirements], set()
        while asked:
            requirement = asked.pop()
            name, extras = canonicalize_name(requirement.name), frozenset(requirement.extras or [""])
            if (name, extras) not in seen:
                seen.add((name, extras))
                asked += brought(requirement.name, extras, where)
        found |= {name for name, _ in seen}
    return found


def brought(name: str, extras: Iterable[str], where: dict[str, str]) -> Iterator[Requirement]:
    for text in distribution(name).requires or ():
        one = Requirement(text)
        if one.marker is None or any(one.marker.evaluate({**where, "extra": extra}) for extra in extras):
            yield one


def test_the_constraints_are_exact_versions_and_nothing_else() -> None:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    assert [line for line in lines if line and not line.startswith("#") and not PIN.fullmatch(line)] == []


def test_the_demonstration_is_pinned_with_everything_it_needs_and_nothing_else(project: dict[str, Any]) -> None:
    """pip is told to add nothing, so that a missing pin would be a missing library."""
    extras = project["optional-dependencies"]
    assert pinned()[0] == closure([*project["dependencies"], *extras["charts"], *extras["proof"], *extras["report"]])


def test_tests_and_checks_are_pinned_with_everything_they_need_and_nothing_else(project: dict[str, Any]) -> None:
    demo, test = pinned()
    everything = [*project["dependencies"], *sum(project["optional-dependencies"].values(), [])]
    assert demo & test == set() and demo | test == closure(everything)


def test_the_project_stands_in_an_environment_as_a_pointer_to_the_checkout(
    tmp_path: Path, project: dict[str, Any]
) -> None:
    with ZipFile(environment.pointer(tmp_path)) as wheel:
        files = {name.rpartition("/")[2]: wheel.read(name) for name in wheel.namelist()}
        sizes = [[entry.filename, str(entry.file_size)] for entry in wheel.infolist()]
    assert sorted(files) == ["METADATA", "RECORD", "WHEEL", "cluster_ledger.pth", "entry_points.txt"]
    assert files["cluster_ledger.pth"].decode().strip() == str(ROOT)
    assert b"cluster-ledger = commands.main:main" in files["entry_points.txt"]
    metadata = message_from_bytes(files["METADATA"])
    assert metadata["Version"] == project["version"] and metadata.get_all("Requires-Dist") == project["dependencies"]
    recorded = [line.split(",") for line in files["RECORD"].decode().splitlines()]
    assert [[name, size] for name, _, size in recorded[:-1]] == sizes[:-1]


def test_the_built_wheel_holds_the_three_packages_and_nothing_else(tmp_path: Path, project: dict[str, Any]) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (built,) = tmp_path.glob("*.whl")
    with ZipFile(built) as wheel:
        about = f"cluster_ledger-{project['version']}.dist-info/"
        code = {name for name in wheel.namelist() if not name.startswith(about)}
        metadata = message_from_bytes(wheel.read(f"{about}METADATA"))
        scripts = wheel.read(f"{about}entry_points.txt").decode()
    found = (path for package in PACKAGES for path in (ROOT / package).rglob("*") if path.is_file())
    assert code == {str(path.relative_to(ROOT)) for path in found if "__pycache__" not in path.parts}
    assert "ledger/py.typed" in code and "cluster-ledger = commands.main:main" in scripts
    assert set(metadata.get_all("Provides-Extra", [])) == {*EXTRAS, "test", "check"}


def test_every_extra_is_named_as_pip_can_install_it(project: dict[str, Any]) -> None:
    extras = {name: tuple(wanted) for name, wanted in project["optional-dependencies"].items()}
    assert {name: extras[name] for name in extras.keys() - {"test", "check"}} == EXTRAS


def test_nothing_tells_anybody_to_install_this_program_from_an_index() -> None:
    read = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    read += [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    named = re.compile(r"cluster-ledger\[|(install|--from|--with) [\"']?cluster-ledger")
    assert [str(path) for path in read if named.search(path.read_text(encoding="utf-8"))] == []


def test_one_class_says_that_a_library_is_missing() -> None:
    code = {path: path.read_text(encoding="utf-8") for package in PACKAGES for path in (ROOT / package).rglob("*.py")}
    assert [path.name for path, text in code.items() if "class MissingExtra" in text] == ["extras.py"]


def test_the_scripts_can_be_run_as_they_are() -> None:
    names = ("benchmark", "campaign", "check", "demo", "import_register", "manual", "oracles", "test", "wheels")
    scripts = [".ci/run", *(f"scripts/{name}" for name in names)]
    assert [name for name in scripts if not os.access(ROOT / name, os.X_OK)] == []


def test_shared_files_are_found_by_the_variable_and_skipped_with_a_reason_where_absent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here.json").write_text("{}")
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    assert shared("here.json") == tmp_path / "here.json"
    with pytest.raises(pytest.skip.Exception, match=rf"absent\.json is not here; set \${VARIABLE}"):
        shared("absent.json")
