"""A cluster of Apache Spark on this machine: a master and workers, with folders of their own, ended by their ids."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path
from unittest.mock import patch

HOST = "127.0.0.1"
# Short questions to small files: a compiler that optimises for long runs would take most of the time.
_SETTINGS = "".join(
    f"spark.{role}.defaultJavaOptions -XX:TieredStopAtLevel=1 -XX:+UseSerialGC\n" for role in ("driver", "executor")
)
_AT = re.compile(r"Starting Spark master at (spark://\S+)")
_JOINED = "Successfully registered with master"


@contextmanager
def cluster(folder: Path, workers: int = 2, *, memory_mb: int = 640, short: bool = True) -> Iterator[str]:
    """Give the address of a master that has so many workers, of a core and some memory each; this process is set to it.

    `short`: it is made for short questions, as tests ask them.
    """
    environment = {
        "SPARK_CONF_DIR": str(folder),
        "SPARK_LOCAL_DIRS": str(folder),
        "SPARK_LOCAL_IP": HOST,
        "SPARK_DAEMON_MEMORY": "256m",
        "SPARK_DAEMON_JAVA_OPTS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    }
    (folder / "spark-defaults.conf").write_text(_SETTINGS if short else "")
    with patch.dict(os.environ, environment), ExitStack() as stack:
        own = ("--host", HOST, "--port", "0", "--webui-port", "0")
        (master,) = _started(stack, folder, "master", _AT, ["org.apache.spark.deploy.master.Master", *own])
        for number in range(workers):
            place = folder / f"worker-{number}"
            place.mkdir()
            given = ("--cores", "1", "--memory", f"{memory_mb}m", "--work-dir", str(place), master)
            words = ["org.apache.spark.deploy.worker.Worker", *own, *given]
            _started(stack, folder, f"worker-{number}", re.compile(f"({_JOINED})"), words)
        yield master


def _started(stack: ExitStack, folder: Path, name: str, wanted: re.Pattern[str], words: list[str]) -> tuple[str, ...]:
    """Start a program of Spark, which ends with the stack, and return what it says once it is ready."""
    spec = find_spec("pyspark")
    assert spec is not None and spec.origin is not None
    home = Path(spec.origin).parent
    process = stack.enter_context(
        subprocess.Popen(
            [str(home / "bin" / "spark-class"), *words],
            env=os.environ | {"SPARK_HOME": str(home)},
            stdin=subprocess.DEVNULL,
            stdout=(folder / f"{name}.out").open("w"),
            stderr=subprocess.PIPE,
            text=True,
        )
    )
    stack.callback(process.terminate)
    assert process.stderr is not None
    said: list[str] = []
    for line in process.stderr:
        said.append(line)
        if found := wanted.search(line):
            (folder / f"{name}.said").write_text("".join(said))
            return found.groups()
    raise AssertionError(f"{name} did not start:\n{''.join(said)}")
