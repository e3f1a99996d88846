"""The tables of an archive: their columns and types, what tells one row from another, and how each is made.

Nothing that was written is ever rewritten. So a row says from which position on it was known, and where later entries
end that, a row of the table of closings says so.
"""

from __future__ import annotations

from typing import NamedTuple

from projections.columnar import quoted
from projections.snapshots.leaves import DATES, NUMBERS


class ArchiveColumn(NamedTuple):
    """A column of a table: its name, its type in DuckDB, and what it says."""

    name: str
    type: str
    said: str


class ArchiveTable(NamedTuple):
    """A table: what it holds, its columns, and those of them that tell one row from another.

    `at` is the column whose position places a row in a file. `select` makes the cells of the rows, without the
    ledger, of what `staging` put before DuckDB.
    """

    name: str
    title: str
    key: tuple[str, ...]
    at: str
    columns: tuple[ArchiveColumn, ...]
    select: str


_DAY = "DATE '0001-01-01' + CAST({} - 1 AS INTEGER)"
_ROWS_A_DECISION = 2**24  # more than one decision can open; with positions below 2^31 a number has 55 bits
_LEDGER = ArchiveColumn("ledger", "VARCHAR", "The id of the ledger.")
_NUMBERED = f"known_from * {_ROWS_A_DECISION} + number"

_HEADER = {
    "stream": "VARCHAR",
    "version": "BIGINT",
    "type": "VARCHAR",
    "effective": "VARCHAR",
    "recorded_at": "VARCHAR",
    "recorder": {"id": "VARCHAR", "basis": "VARCHAR"},
    "corrects": "VARCHAR",
    "migrated": {"source": "VARCHAR"},
    "decision": {
        "authority": "VARCHAR",
        "reference": "VARCHAR",
        "part": ["INTEGER"],
        "effective": "VARCHAR",
        "decided_on": "VARCHAR",
        "legal_basis": "VARCHAR",
        "rationale": "VARCHAR",
        "responds_to": ["VARCHAR"],
        "documents": [{"title": "VARCHAR", "url": "VARCHAR", "sha256": "VARCHAR"}],
        "illustrative": "BOOLEAN",
    },
}
_DOCUMENTS = "STRUCT(title VARCHAR, url VARCHAR, sha256 VARCHAR)[]"


def _structure(of: object) -> str:
    """Return what DuckDB's from_json takes for the shape of a value."""
    if isinstance(of, dict):
        return "{" + ",".join(f'"{name}":{_structure(inner)}' for name, inner in of.items()) + "}"
    return f"[{_structure(of[0])}]" if isinstance(of, list) else f'"{of}"'


def _among(names: frozenset[str]) -> str:
    return ", ".join(quoted(name) for name in sorted(names) if "/" not in name)


EVENTS = ArchiveTable(
    "events",
    "Every event, as it was recorded.",
    ("position",),
    "position",
    (
        _LEDGER,
        ArchiveColumn("position", "BIGINT", "Its place in the ledger, from 1 on without gaps."),
        ArchiveColumn("id", "VARCHAR", "Its id."),
        ArchiveColumn("stream", "VARCHAR", "The stream that it stands on."),
        ArchiveColumn("version", "BIGINT", "Its place there, from 1 on."),
        ArchiveColumn("type", "VARCHAR", "What happened, with the number of its schema."),
        ArchiveColumn("effective", "VARCHAR", "From when it is so, where the event says so itself. As stated (EDTF)."),
        ArchiveColumn(
            "effective_from", "DATE", "The day from which it counts; empty where no day is stated or it has none."
        ),
        ArchiveColumn("recorded_at", "TIMESTAMP WITH TIME ZONE", "When it was recorded."),
        ArchiveColumn("recorder", "VARCHAR", "The office that recorded it."),
        ArchiveColumn("recorder_basis", "VARCHAR", "How that is known."),
        ArchiveColumn("decision", "BIGINT", "The position of the first event of its decision."),
        ArchiveColumn("part", "INTEGER", "Which part of the decision it is, from 1 on."),
        ArchiveColumn("parts", "INTEGER", "How many events the decision has."),
        ArchiveColumn("authority", "VARCHAR", "Who decided it."),
        ArchiveColumn("reference", "VARCHAR", "The reference of the decision."),
        ArchiveColumn("decided_on", "VARCHAR", "When it was decided. As stated (EDTF)."),
        ArchiveColumn("legal_basis", "VARCHAR", "By what power."),
        ArchiveColumn("rationale", "VARCHAR", "Why."),
        ArchiveColumn("responds_to", "VARCHAR[]", "The ids of what it responds to."),
        ArchiveColumn("documents", _DOCUMENTS, "The papers behind it."),
        ArchiveColumn("illustrative", "BOOLEAN", "Whether it is an example, and no decision of anybody."),
        ArchiveColumn("corrects", "VARCHAR", "The id of the event in whose place it stands."),
        ArchiveColumn("migrated_from", "VARCHAR", "The older register that it was taken over from."),
        ArchiveColumn("line", "VARCHAR", "The stored line: the leaf of the hash tree, byte by byte (UTF-8)."),
    ),
    "SELECT position, said.stream || '@' || said.version, said.stream, said.version, said.type, said.effective, "
    f"{_DAY.format('nullif(effective, 0)')}, CAST(said.recorded_at AS TIMESTAMPTZ), said.recorder.id, "
    "said.recorder.basis, decision, said.decision.part[1], said.decision.part[2], said.decision.authority, "
    "said.decision.reference, said.decision.decided_on, said.decision.legal_basis, said.decision.rationale, "
    "said.decision.responds_to, said.decision.documents, coalesce(said.decision.illustrative, false), said.corrects, "
    "said.migrated.source, line "
    f"FROM (SELECT *, from_json(line, '{_structure(_HEADER)}') AS said FROM staged_events)",
)

_IS_DATE = "said_type = 'date' AND regexp_full_match(said, '\\d{4}(-\\d\\d){0,2}')"
_FIRST = "try_cast(said || substr('-01-01', length(said) - 3) AS DATE)"
_LAST = (
    f"CASE length(said) WHEN 4 THEN try_cast(said || '-12-31' AS DATE) WHEN 7 THEN last_day({_FIRST}) ELSE {_FIRST} END"
)
_NAME = "split_part(attribute, ':', 1)"
_TYPE = (
    "CASE json_type(value) WHEN 'BOOLEAN' THEN 'boolean' WHEN 'ARRAY' THEN 'list' WHEN 'OBJECT' THEN 'object' "
    f"WHEN 'VARCHAR' THEN CASE WHEN {_NAME} IN ({_among(DATES)}) THEN 'date' "
    f"WHEN {_NAME} IN ({_among(NUMBERS)}) THEN 'number' ELSE 'text' END ELSE 'whole' END"
)

ROWS = ArchiveTable(
    "rows",
    "Every value that an attribute of a thing held on some days, from the position on at which that was known.",
    ("row",),
    "known_from",
    (
        _LEDGER,
        ArchiveColumn("row", "BIGINT", "The number of the row, for ever: the table row_closings names it."),
        ArchiveColumn("kind", "VARCHAR", "The kind of thing."),
        ArchiveColumn("id", "VARCHAR", "The id of the thing."),
        ArchiveColumn("attribute", "VARCHAR", "The name of the attribute; of one of many, with its key after a colon."),
        ArchiveColumn("value", "VARCHAR", "The value as canonical JSON (RFC 8785)."),
        ArchiveColumn("type", "VARCHAR", "text, number, whole, date, boolean, list or object: what the value is."),
        ArchiveColumn("text", "VARCHAR", "The value, where it is a text, a number or a date: as it was stated."),
        ArchiveColumn("number", "DECIMAL(27,9)", "The value, where it is a number or a whole number."),
        ArchiveColumn("date_first", "DATE", "The first day that the value may mean, where it is a date."),
        ArchiveColumn("date_last", "DATE", "The last day that it may mean."),
        ArchiveColumn("boolean", "BOOLEAN", "The value, where it is true or false."),
        ArchiveColumn("list", "VARCHAR[]", "The members of the value, where it is a list."),
        ArchiveColumn("stated", "VARCHAR", "From when it is so. As stated (EDTF)."),
        ArchiveColumn("effective_from", "DATE", "The first day on which it is so; empty: before every day."),
        ArchiveColumn("effective_to", "DATE", "The first day on which it no longer is; empty: it has no end."),
        ArchiveColumn("known_from", "BIGINT", "The position from which on this was known."),
        ArchiveColumn("known_at", "TIMESTAMP WITH TIME ZONE", "When that was recorded."),
        ArchiveColumn("set_by", "BIGINT", "The position of the event that set it."),
        ArchiveColumn("ended_by", "BIGINT", "The position of the event that ends it, where one does."),
        ArchiveColumn("has_effect", "BOOLEAN", "False for a row that says of an event that it is without effect."),
    ),
    f"SELECT {_NUMBERED}, kind, id, attribute, value, said_type, "
    "CASE WHEN said_type IN ('text', 'number', 'whole', 'date') THEN said END, "
    "CASE WHEN said_type IN ('number', 'whole') THEN try_cast(said AS DECIMAL(27,9)) END, "
    f"CASE WHEN {_IS_DATE} THEN {_FIRST} END, CASE WHEN {_IS_DATE} THEN {_LAST} END, "
    "CASE WHEN said_type = 'boolean' THEN value = 'true' END, "
    "CASE WHEN said_type = 'list' THEN from_json(value, '[\"VARCHAR\"]') END, "
    f"stated, {_DAY.format('effective_from')}, {_DAY.format('effective_to')}, known_from, recorded_at, set_by, "
    f"ended_by, has_effect FROM (SELECT *, {_TYPE} AS said_type, value ->> '$' AS said FROM staged_rows) "
    "JOIN instants ON last = known_from",
)

_CLOSED = (
    ArchiveColumn("known_to", "BIGINT", "The position from which on it was known no longer."),
    ArchiveColumn("closed_at", "TIMESTAMP WITH TIME ZONE", "When that was recorded."),
)
ROW_CLOSINGS = ArchiveTable(
    "row_closings",
    "Of each row that is known no longer: from which position on.",
    ("row",),
    "known_to",
    (_LEDGER, ArchiveColumn("row", "BIGINT", "The number of the row."), *_CLOSED),
    f"SELECT {_NUMBERED} AS row, known_to, recorded_at FROM staged_rows JOIN instants ON last = known_to",
)

DECISIONS = ArchiveTable(
    "decisions",
    "Every decision, as it was known from a position on: a correction makes a row anew.",
    ("first", "known_from"),
    "known_from",
    (
        _LEDGER,
        ArchiveColumn("first", "BIGINT", "The position of its first event."),
        ArchiveColumn("last", "BIGINT", "The position of its last event that stands."),
        ArchiveColumn("known_from", "BIGINT", "The position from which on this was known."),
        ArchiveColumn("known_at", "TIMESTAMP WITH TIME ZONE", "When that was recorded."),
        ArchiveColumn("authority", "VARCHAR", "Who decided it, as recorded."),
        ArchiveColumn("reference", "VARCHAR", "Its reference, as recorded."),
        ArchiveColumn("recorded_at", "TIMESTAMP WITH TIME ZONE", "When the decision was recorded."),
        ArchiveColumn("recorded_on", "DATE", "The day of that, in the government's time zone."),
        ArchiveColumn("decided_on", "VARCHAR", "When it was decided. As stated (EDTF)."),
        ArchiveColumn("decided_day", "DATE", "The day of that, where one is known."),
        ArchiveColumn("has_document", "BOOLEAN", "Whether a paper is named."),
        ArchiveColumn("responds_to", "VARCHAR[]", "The ids of what it responds to."),
        ArchiveColumn("review_day", "DATE", "The day on which it promises to be reviewed."),
        ArchiveColumn("effective", "VARCHAR[]", "The dates from which its events have effect. As stated (EDTF)."),
        ArchiveColumn("stands", "BOOLEAN", "False where every event of it was struck or taken back."),
    ),
    'SELECT d.first, d."last", known_from, i.recorded_at, authority, reference, CAST(d.recorded_at AS TIMESTAMPTZ), '
    f"{_DAY.format('recorded_day')}, decided_on, {_DAY.format('decided_day')}, has_document, "
    "CASE WHEN responds_to IS NULL THEN [] ELSE string_split(responds_to, ' ') END, "
    f"{_DAY.format('review_day')}, CAST(json_extract_string(effects, '$[*][0]') AS VARCHAR[]), stands "
    'FROM staged_decisions d JOIN instants i ON i."last" = known_from',
)
DECISION_CLOSINGS = ArchiveTable(
    "decision_closings",
    "Of each row of decisions that is known no longer: from which position on.",
    ("first", "known_from"),
    "known_to",
    (
        _LEDGER,
        ArchiveColumn("first", "BIGINT", "The position of the first event of the decision."),
        ArchiveColumn("known_from", "BIGINT", "The position from which on it was known so."),
        *_CLOSED,
    ),
    'SELECT first, known_from, known_to, i.recorded_at FROM staged_decisions d JOIN instants i ON i."last" = known_to',
)
TABLES = {table.name: table for table in (EVENTS, DECISIONS, DECISION_CLOSINGS, ROWS, ROW_CLOSINGS)}
