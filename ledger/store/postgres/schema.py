"""The schema of a ledger: tables, the functions by which alone they grow, and triggers that refuse to alter the past.

`{schema}` is its name, which is one of a ledger's own and needs no more than its quotes. Bodies of functions stand here
word for word as the server keeps them, so that they can be compared.
"""

from __future__ import annotations

from ledger.store.postgres.driver import REFUSED

FORMAT = 1  # kept in head; a program refuses formats newer than its own

# An event holds the nodes of the tree that its leaf completes, the leaf first, 32 bytes each. The head keeps, apart
# from the rows, the position up to which there ever were any, so that a last row that was taken away is missed.
TABLES = {
    "events": """CREATE TABLE {schema}.events (
    position bigint PRIMARY KEY,
    stream text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    type text COLLATE "C" NOT NULL,
    decision text COLLATE "C" NOT NULL,
    part integer NOT NULL,
    parts integer NOT NULL,
    recorded_at text COLLATE "C" NOT NULL,
    nodes bytea NOT NULL CHECK (octet_length(nodes) > 0 AND octet_length(nodes) % 32 = 0),
    line bytea NOT NULL,
    UNIQUE (stream, version),
    UNIQUE (decision, part)
)""",
    "head": """CREATE TABLE {schema}.head (
    one boolean PRIMARY KEY CHECK (one),
    format integer NOT NULL,
    position bigint NOT NULL,
    recorded_at text COLLATE "C" NOT NULL
)""",
    # Personal data lies outside the tree, where deletion is allowed: the event holds a salted commitment.
    "personal": """CREATE TABLE {schema}.personal (
    commitment text COLLATE "C" PRIMARY KEY,
    salt bytea NOT NULL,
    value text NOT NULL
)""",
}

# The lock of whoever records: a table lock, which the server grants in the order in which it was asked for.
_LOCK = """
    PERFORM set_config('lock_timeout', wait_ms::text, true);
    LOCK TABLE head IN EXCLUSIVE MODE;
"""

BODIES = {
    "take_head": f"""
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'A ledger is recorded into in READ COMMITTED.';
    END IF;{_LOCK}    RETURN QUERY SELECT head.position, head.recorded_at FROM head;
END
""",
    "append": f"""
DECLARE
    found head%ROWTYPE;
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'A ledger is recorded into in READ COMMITTED.';
    END IF;{_LOCK}    SELECT * INTO STRICT found FROM head;
    IF found.position <> expected_position OR found.recorded_at <> expected_time THEN
        RETURN NULL;
    END IF;
    INSERT INTO events (position, stream, version, type, decision, part, parts, recorded_at, nodes, line)
        SELECT expected_position + n, given.stream, given.version, given.type, given.decision, given.part, given.parts,
            given.recorded_at, given.nodes, given.line
        FROM unnest(streams, versions, types, decisions, part_numbers, part_counts, times, nodes_of, lines)
            WITH ORDINALITY AS given (stream, version, type, decision, part, parts, recorded_at, nodes, line, n);
    IF cardinality(commitments) > 0 THEN
        INSERT INTO personal (commitment, salt, value)
            SELECT DISTINCT ON (given.commitment) given.commitment, given.salt, given.value
            FROM unnest(commitments, salts, private_values) WITH ORDINALITY AS given (commitment, salt, value, n)
            ORDER BY given.commitment, n DESC
            ON CONFLICT (commitment) DO UPDATE SET salt = excluded.salt, value = excluded.value;
    END IF;
    IF channel <> '' THEN
        PERFORM pg_notify(channel, (expected_position + cardinality(lines))::text);
    END IF;
    RETURN expected_position + cardinality(lines);
END
""",
    "forget": """
BEGIN
    DELETE FROM personal WHERE personal.commitment = forgotten;
    RETURN FOUND;
END
""",
    # The rows of one statement follow the head without a gap, and move it: so positions are dense whoever inserts.
    "keep_dense": f"""
DECLARE
    first bigint;
    last bigint;
    many bigint;
BEGIN
    LOCK TABLE head IN EXCLUSIVE MODE;
    SELECT min(given.position), max(given.position), count(*) INTO first, last, many FROM given;
    IF many = 0 THEN
        RETURN NULL;
    END IF;
    UPDATE head SET position = last,
            recorded_at = (SELECT given.recorded_at FROM given WHERE given.position = last)
        WHERE head.position = first - 1 AND last - first + 1 = many;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'The ledger is append-only: positions follow each other without a gap.'
            USING ERRCODE = '{REFUSED}';
    END IF;
    RETURN NULL;
END
""",
    "refuse_change": f"""
BEGIN
    RAISE EXCEPTION 'The ledger is append-only: what is recorded is never changed or deleted; correct it by another.'
        USING ERRCODE = '{REFUSED}';
END
""",
    "refuse_going_back": f"""
BEGIN
    IF TG_OP <> 'UPDATE' OR NEW.position <= OLD.position OR NEW.format < OLD.format THEN
        RAISE EXCEPTION 'The ledger is append-only: its head only moves on.' USING ERRCODE = '{REFUSED}';
    END IF;
    RETURN NEW;
END
""",
}

_ROWS = (
    "streams text[], versions bigint[], types text[], decisions text[], part_numbers integer[], part_counts integer[], "
    "times text[], nodes_of bytea[], lines bytea[], commitments text[], salts bytea[], private_values text[]"
)
ARGUMENTS = {
    "take_head": "wait_ms integer",
    "append": f"expected_position bigint, expected_time text, wait_ms integer, channel text, {_ROWS}",
    "forget": "forgotten text",
    "keep_dense": "",
    "refuse_change": "",
    "refuse_going_back": "",
}
_RETURNS = {"take_head": 'TABLE ("position" bigint, recorded_at text)', "append": "bigint", "forget": "boolean"}
# Who may call what: no one else may.
CALLERS = {"take_head": "recorder", "append": "recorder", "forget": "keeper"}

# name: (table, when, for each, what is called). All of them fire ALWAYS: also for a replica, and whoever plays one.
TRIGGERS = {
    "events_dense": ("events", "AFTER INSERT", "REFERENCING NEW TABLE AS given FOR EACH STATEMENT", "keep_dense"),
    "events_no_change": ("events", "BEFORE UPDATE OR DELETE", "FOR EACH ROW", "refuse_change"),
    "events_no_truncate": ("events", "BEFORE TRUNCATE", "FOR EACH STATEMENT", "refuse_change"),
    "head_moves_on": ("head", "BEFORE UPDATE OR DELETE", "FOR EACH ROW", "refuse_going_back"),
    "head_no_truncate": ("head", "BEFORE TRUNCATE", "FOR EACH STATEMENT", "refuse_going_back"),
    "personal_no_truncate": ("personal", "BEFORE TRUNCATE", "FOR EACH STATEMENT", "refuse_change"),
}

DUTIES = ("owner", "recorder", "auditor", "keeper")
READERS = ("recorder", "auditor", "keeper")


def create(schema: str, roles: dict[str, str]) -> list[str]:
    """Return the statements that make the tables of a ledger in a schema that is there, by the role that owns it."""
    named = f'"{schema}"'
    statements = [table.format(schema=named) for table in TABLES.values()]
    statements += [f"INSERT INTO {named}.head VALUES (true, {FORMAT}, 0, '')"]
    statements += [_function(named, name) for name in BODIES]
    statements += [f"REVOKE ALL ON FUNCTION {named}.{name}({ARGUMENTS[name]}) FROM PUBLIC" for name in BODIES]
    for name, (table, when, each, called) in TRIGGERS.items():
        statements.append(f"CREATE TRIGGER {name} {when} ON {named}.{table} {each} EXECUTE FUNCTION {named}.{called}()")
        statements.append(f"ALTER TABLE {named}.{table} ENABLE ALWAYS TRIGGER {name}")
    return statements + _grants(named, roles)


def _function(named: str, name: str) -> str:
    returned = _RETURNS.get(name, "trigger")
    return (
        f"CREATE FUNCTION {named}.{name}({ARGUMENTS[name]}) RETURNS {returned} LANGUAGE plpgsql SECURITY DEFINER "
        f"SET search_path = pg_catalog, {named}, pg_temp AS $ledger${BODIES[name]}$ledger$"
    )


def _grants(named: str, roles: dict[str, str]) -> list[str]:
    readers = ", ".join(f'"{roles[duty]}"' for duty in READERS)
    tables = ", ".join(f"{named}.{table}" for table in TABLES)
    return [
        f"GRANT USAGE ON SCHEMA {named} TO {readers}",
        f"GRANT SELECT ON {tables} TO {readers}",
        *(
            f'GRANT EXECUTE ON FUNCTION {named}.{name}({ARGUMENTS[name]}) TO "{roles[duty]}"'
            for name, duty in CALLERS.items()
        ),
    ]
