"""The engine of federated answers on many machines: Apache Spark, asked by the statements that DuckDB is asked."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ledger.closing import Closing
from ledger.errors import InputError, harmless
from ledger.files.making import temporary_folder
from projections.archive.federation.engines import Cells, DuckEngine, LedgerPoint
from projections.archive.federation.masters import need_cluster
from projections.archive.federation.sources import ArchiveSource
from projections.archive.federation.statements import SPARK, FederatedQuestion, statement
from projections.archive.tables import TABLES

_TAKEN_WITHIN = 60  # seconds, for workers to be given
# What goes wrong is raised, and said once. Without an appender, or at another level, Spark has something to say.
_QUIET = """status = off
appender.none.type = Null
appender.none.name = none
rootLogger.level = warn
rootLogger.appenderRef.none.ref = none
"""
_GLOB = str.maketrans({char: f"\\{char}" for char in "*?[]{}\\"})
_TASKS_OF_A_CORE = 3  # as the guide of Spark advises
_COLUMNS = "ledger, government, known, since"
_FILES_MAX = 10_000_000  # which this machine looks up itself: for more than 32, workers would get a task for each
_SEEN = "Every machine of the cluster must see the archives at the same paths."
# Workers cannot write as somebody else, whatever the folder allows: what Spark makes in it is of this user.
_SEEN_TO_WRITE = (
    "Every machine of the cluster must see the archives and the folder of the file at the same paths, and its workers "
    "must run as the user who asks."
)


class SparkEngine(Closing):
    """Answers over the files of archives, which every machine of a cluster sees at the same paths."""

    def __init__(self, sources: Sequence[ArchiveSource], master: str, memory: str = "1GB") -> None:
        """Take the sources, of which there is one at least; `memory` is what each machine gives.

        Raises `InputError` where pyspark or Java is missing, no master answers, or it has no worker to give.
        """
        need_cluster(master)
        self._stack = ExitStack()
        try:
            aside = Path(
                self._stack.enter_context(TemporaryDirectory(prefix="cluster-ledger-federate-", dir=temporary_folder()))
            )
            self._duck = self._stack.enter_context(DuckEngine(sources, memory))
            with _in_words(_begin_at(master)):
                self._session = self._stack.enter_context(_session(master, memory, aside))
                _need_workers(self._session, master)
            with _in_words():
                tasks = _TASKS_OF_A_CORE * self._session.sparkContext.defaultParallelism
                self._session.conf.set("spark.sql.shuffle.partitions", str(tasks))
                self._session.conf.set("spark.sql.session.timeZone", "UTC")
                self._session.conf.set("spark.sql.sources.parallelPartitionDiscovery.threshold", str(_FILES_MAX))
                for table in TABLES:
                    paths = [_uri(path) for source in sources for path in source.paths(table)]
                    self._session.read.parquet(*paths).createOrReplaceTempView(table)
        except BaseException:
            self._stack.close()
            raise

    def known_at(self, ledger: str, instant: str) -> tuple[int, str | None]:
        """Return the last position of a ledger recorded at or before an instant, and when that was; (0, None): none."""
        return self._duck.known_at(ledger, instant)

    def ask(self, question: FederatedQuestion, points: Sequence[LedgerPoint]) -> Iterator[Cells]:
        """Return the rows of an answer, which are read as they are taken."""
        with _in_words():
            rows = self._frame(question, points).toLocalIterator()
        return self._rows(rows)

    def write(self, question: FederatedQuestion, points: Sequence[LedgerPoint], about: dict[str, str], to: Path) -> int:
        """Write an answer to a Parquet file, `about` in its metadata, and return how many rows it has.

        The machines write their parts beside it, in a folder of this user alone, and one file is made of them.
        """
        with TemporaryDirectory(prefix=".cluster-ledger-federate-", dir=to.parent) as aside:
            parts = Path(aside, "parts")
            with _in_words(must=_SEEN_TO_WRITE):
                self._frame(question, points).write.parquet(parts.absolute().as_uri())
            return self._duck.gather(sorted(parts.glob("part-*.parquet")), about, to)

    def _frame(self, question: FederatedQuestion, points: Sequence[LedgerPoint]) -> Any:
        said = ", ".join(
            f"({_quoted(one.ledger)}, {_quoted(one.government)}, {one.known}L, {one.since}L)" for one in points
        )
        self._session.sql(f"SELECT * FROM VALUES {said} AS points({_COLUMNS})").createOrReplaceTempView("points")
        return self._session.sql(statement(question, SPARK))

    def _rows(self, rows: Iterator[Any]) -> Iterator[Cells]:
        with _in_words():
            for row in rows:
                yield tuple(row)

    def close(self) -> None:
        """Leave the cluster, and remove what was put aside; a second time does nothing."""
        self._stack.close()


@contextmanager
def _session(master: str, memory: str, aside: Path) -> Iterator[Any]:
    """Give a session with a cluster: one of its own, or beside one that is at work in this program and stays."""
    from pyspark.sql import SparkSession

    before = SparkSession.getActiveSession()
    if before is None:
        found = _builder(master, memory, aside).getOrCreate()
        try:
            yield found
        finally:
            found.stop()
    elif before.sparkContext.master == master:
        yield before.newSession()
    else:
        raise InputError(f"This program is at work with the master {before.sparkContext.master}. Close that first.")


def _builder(master: str, memory: str, aside: Path) -> Any:
    from pyspark.sql import SparkSession

    quiet = aside / "log4j2.properties"
    quiet.write_text(_QUIET)
    java_size = memory.removesuffix("B").lower()  # 512m, 4g
    settings = {
        "spark.driver.memory": java_size,
        "spark.executor.memory": java_size,
        "spark.driver.extraJavaOptions": f'"-Dlog4j2.configurationFile={quiet.as_uri()}"',
        "spark.local.dir": str(aside),
        "spark.sql.warehouse.dir": str(aside / "warehouse"),
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }
    builder = SparkSession.builder.master(master).appName("cluster-ledger federate")
    for name, value in settings.items():
        builder = builder.config(name, value)
    return builder


def _need_workers(session: Any, master: str) -> None:
    """Wait until a worker was given; without one Spark would wait for ever."""
    until = time.monotonic() + _TAKEN_WITHIN
    while master.startswith("spark://") and session.sparkContext._jsc.sc().getExecutorMemoryStatus().size() < 2:
        if time.monotonic() > until:
            raise InputError(
                f"The master {harmless(master, 200)} gave no worker within {_TAKEN_WITHIN} seconds. Is one started, "
                "with as much memory as --memory says, and not taken by others?"
            )
        time.sleep(0.1)


def _uri(path: Path) -> str:
    """Return the address of a file, in which nothing is a pattern."""
    return f"file://{str(path.absolute()).translate(_GLOB)}"


def _quoted(text: str) -> str:
    doubled = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{doubled}'"


def _begin_at(master: str) -> str:
    return (
        f"Spark cannot begin at {harmless(master, 200)}. Is that a master, of the same version of Spark as pyspark is "
        "here, and has this machine the memory that --memory says?"
    )


@contextmanager
def _in_words(instead: str | None = None, must: str = _SEEN) -> Iterator[None]:
    """Turn what Spark says of files, memory and lost machines into what `must` be, or into another sentence."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        yield
    except (PySparkException, Py4JError) as error:
        raise InputError(instead or f"Spark cannot answer ({harmless(_said(error), 300)}). {must}") from None


def _said(error: Exception) -> str:
    """Return the one line of an error that says why: of one in Java, it follows the name of what was called."""
    lines = [line for line in str(error).splitlines() if line.strip()] or [type(error).__name__]
    return next((line[2:] for line in lines if line.startswith(": ")), lines[0])
