"""Packages of the environments of a checkout: .venv for the demonstration, .venv-test for what tests add to it, and
.venv-browser, .venv-spark and .venv-peers for what tests in a browser and on Spark and the benchmark add to both.

scripts/_environment runs it with the Python of .venv before anything is installed: it uses the standard library and
pip (22.3 or later). Only wheels are installed, exactly the pins of constraints.txt, and nothing is built but pyspark,
which comes as source only. The project itself is a wheel that holds no code, only the way to this checkout.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import sysconfig
import tempfile
import time
import tomllib
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from zipfile import ZipFile

ROOT = Path(__file__).resolve().parents[1]
HEADING = "# What tests and checks add\n"  # the line of constraints.txt between the two lists
PLACES = {name: f".venv-{name}" for name in ("test", "browser", "spark", "peers")} | {"demo": ".venv"}
# Whose packages an environment has besides its own:
BELOW: dict[str, tuple[str, ...]] = {
    "demo": (),
    "test": ("demo",),
    "browser": ("test", "demo"),
    "spark": ("test", "demo"),
    "peers": ("spark", "test", "demo"),  # Spark where it was installed for its tests
}
PINS = {  # of the environments that constraints.txt does not list
    "browser": ROOT / "tests" / "browser" / "constraints.txt",
    "spark": ROOT / "tests" / "spark" / "constraints.txt",
    "peers": ROOT / "scripts" / "benchmarks" / "peers" / "constraints.txt",
}
BUILT = "pyspark"  # the one that is built here, in an environment that has no part in the README's two commands
AT_ONCE = 8  # packages in one run of pip: after each it can be said how far the work is
RUNS = 2  # of pip at once: one unpacks while the other one fetches
MIB = 2**20


def main(name: str) -> int:
    """Fill the environment of a name of `PLACES`; return 1 after a sentence where pip failed."""
    started = time.monotonic()
    place, below = ROOT / PLACES[name], [ROOT / PLACES[one] for one in BELOW[name]]
    wanted = wanted_in(name)
    try:
        if name == "demo" and find_spec("setuptools"):  # it builds from source, which is never done here
            _pip("uninstall", "-y", "setuptools")
        _install_all(place, wanted)
        if name != "peers":
            with tempfile.TemporaryDirectory() as folder:
                _install(place, "--no-index", str(pointer(Path(folder))))
    except subprocess.CalledProcessError as error:
        _say("The packages of constraints.txt could not be installed; pip says why above. Is a package index in reach?")
        return error.returncode or 1
    if below:
        paths = "".join(f"{_packages(one)}\n" for one in below)
        _packages(place).joinpath("below.pth").write_text(paths, encoding="utf-8")
    size, seconds = size_of(place) / MIB, time.monotonic() - started
    _say(f"{place.name}: {len(wanted)} packages, {size:.0f} MB, {seconds:.0f} seconds.")
    return 0


def _install_all(place: Path, wanted: Sequence[str]) -> None:
    """Install packages in several runs of pip, two at a time, and say how far the work is."""
    runs, done = -(-len(wanted) // AT_ONCE), 0
    lots = [wanted[first::runs] for first in range(runs)]  # large ones that are neighbours by name lie apart
    with ThreadPoolExecutor(RUNS) as pool:
        for some, _ in zip(lots, pool.map(lambda lot: _install(place, *lot), lots), strict=True):
            done += len(some)
            _say(f"  {done} of {len(wanted)}: {', '.join(map(_name, some))}")


def wanted_in(name: str) -> list[str]:
    """Return the requirements that an environment adds to those below it."""
    if name in PINS:
        return _lines(PINS[name].read_text(encoding="utf-8"))
    return pins((ROOT / "constraints.txt").read_text(encoding="utf-8"))[name == "test"]


def pins(text: str) -> tuple[list[str], list[str]]:
    """Return the requirements of constraints.txt: those of the demonstration, and those that tests and checks add."""
    demo, _, test = text.partition(HEADING)
    return _lines(demo), _lines(test)


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def pointer(folder: Path) -> Path:
    """Return a wheel of the project, written into `folder`, whose only module is the path of this checkout."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    name, version = project["name"].replace("-", "_"), project["version"]
    about = f"{name}-{version}.dist-info"
    metadata = [f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {version}"]
    metadata += [f"Requires-Python: {project['requires-python']}"]
    metadata += [f"Requires-Dist: {requirement}" for requirement in project["dependencies"]]
    scripts = [f"{script} = {function}" for script, function in project["scripts"].items()]
    tag = "Wheel-Version: 1.0\nGenerator: scripts/environment.py\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    files = {
        f"{name}.pth": f"{ROOT}\n",
        f"{about}/METADATA": "\n".join(metadata) + "\n",
        f"{about}/WHEEL": tag,
        f"{about}/entry_points.txt": "\n".join(["[console_scripts]", *scripts]) + "\n",
    }
    files[f"{about}/RECORD"] = "".join(_recorded(path, text) for path, text in files.items()) + f"{about}/RECORD,,\n"
    wheel = folder / f"{name}-{version}-py3-none-any.whl"
    with ZipFile(wheel, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return wheel


def _recorded(path: str, text: str) -> str:
    digest = urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")
    return f"{path},sha256={digest},{len(text.encode())}\n"


def size_of(folder: Path) -> int:
    """Return the bytes of disk that a folder takes, links not followed."""
    return sum(os.lstat(path).st_blocks * 512 for path in _within(folder))


def _within(folder: Path) -> Iterator[str]:
    for parent, folders, files in os.walk(folder):
        yield from (os.path.join(parent, name) for name in (*folders, *files))


def _install(place: Path, *requirements: str) -> None:
    """Install into the environment at `place`, with the pip of .venv; the pins are complete, so pip adds none.

    Byte code is made for the demonstration only: of the tools that tests and checks bring, most is never imported.
    """
    compiled = "--compile" if place.name == ".venv" else "--no-compile"
    wheels = ("--only-binary", ":all:", *(("--no-binary", BUILT) if place.name == PLACES["spark"] else ()))
    _pip("install", "--no-deps", *wheels, compiled, *requirements, python=place / "bin" / "python")


def _pip(*arguments: str, python: Path | None = None) -> None:
    into = ["--python", str(python)] if python else []
    subprocess.run([sys.executable, "-m", "pip", *into, arguments[0], "-qq", *arguments[1:]], check=True)


def _packages(place: Path) -> Path:
    """Return where the environment at `place` keeps its packages."""
    return place / Path(sysconfig.get_path("purelib")).relative_to(sys.prefix)


def _name(requirement: str) -> str:
    return requirement.partition("==")[0]


def _say(sentence: str) -> None:
    print(sentence, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
