"""Attacks on a ledger by whoever owns its tables or its server: refused, or named by an examination."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import psycopg
import pytest
from support import servers
from support.store_lines import START, append, fill

from ledger.application.verification import guards_of
from ledger.errors import LedgerDamaged
from ledger.store.address import Address
from ledger.store.choice.examining import examination
from ledger.store.choice.recording import make, opened
from ledger.store.postgres.schema import BODIES, TABLES, TRIGGERS
from ledger.store.verification.damage import Damage

REFUSED = "The ledger is append-only"
COLUMNS = "position, stream, version, type, decision, part, parts, recorded_at, nodes, line"
# Each as the owner of the tables, who is stopped by no grant; the last column says what is done, and to which position.
ALTERING = {
    "update": "UPDATE events SET line = 'x' WHERE position = 2",
    "update of a column": "UPDATE events SET recorded_at = '2020' WHERE position = 2",
    "delete": "DELETE FROM events WHERE position = 6",
    "delete of all": "DELETE FROM events",
    "truncate": "TRUNCATE events",
    "truncate cascade": "TRUNCATE head, events CASCADE",
    "a gap": "INSERT INTO events SELECT 9, 'x:y', 1, type, 'd', 1, 1, recorded_at, nodes, line FROM events LIMIT 1",
    "two rows with a gap": "INSERT INTO events SELECT 6 + 2 * n, 'x:' || n, 1, type, 'd' || n, 1, 1, recorded_at, "
    "nodes, line FROM events, generate_series(1, 2) AS n WHERE position = 1",
    "the head put back": "UPDATE head SET position = 3",
    "the head taken away": "DELETE FROM head",
    "a second head": "INSERT INTO head VALUES (false, 1, 0, '')",
}


@pytest.fixture
def place() -> str:
    found = servers.new_place()
    with make(found) as store:
        fill(store, range(2))
    return found


def roles(place: str) -> dict[str, str]:
    base = f"{urlsplit(Address(place)).path.strip('/')}_{Address(place).schema}"
    return {duty: f"{base}_{duty}" for duty in ("owner", "recorder", "auditor", "keeper")}


def as_role(place: str, role: str, *statements: str) -> None:
    """Run statements in the schema of a ledger, each by itself, as one of its roles or as the superuser."""
    address = Address(place)
    with psycopg.connect(address.uri, autocommit=True) as raw:
        raw.execute(f'SET search_path = "{address.schema}"'.encode())
        if role:
            raw.execute(f'SET ROLE "{role}"'.encode())
        for statement in statements:
            raw.execute(statement.encode())


def damages(place: str) -> list[Damage]:
    with opened(place, read_only=True) as store:
        return list(examination(store.location))


@pytest.mark.parametrize("power", ["owner", "superuser", "replica"])
@pytest.mark.parametrize("attack", ALTERING)
def test_the_past_is_not_altered_by_owner_superuser_or_whoever_plays_a_replica(
    place: str, attack: str, power: str
) -> None:
    before = ["SET session_replication_role = replica"] if power == "replica" else []
    role = roles(place)["owner"] if power == "owner" else ""
    with pytest.raises(psycopg.Error) as caught:
        as_role(place, role, *before, ALTERING[attack])
    assert REFUSED in str(caught.value) or "violates" in str(caught.value)
    assert damages(place) == []


@pytest.mark.parametrize("power", ["owner", ""])
def test_a_used_position_is_not_taken_again(place: str, power: str) -> None:
    again = "INSERT INTO events SELECT 3, 'x:y', 1, type, 'd', 1, 1, recorded_at, nodes, line FROM events LIMIT 1"
    with pytest.raises(psycopg.errors.UniqueViolation):
        as_role(place, power and roles(place)[power], again)
    assert damages(place) == []


def test_the_next_position_is_taken_by_the_owner_and_found(place: str) -> None:
    """No trigger tells who inserts what would be the next event: its bytes do."""
    next_one = "INSERT INTO events SELECT 7, 'x:y', 1, type, 'd', 1, 1, recorded_at, nodes, line FROM events LIMIT 1"
    as_role(place, roles(place)["owner"], next_one)
    assert {damage.position for damage in damages(place)} == {7}


@pytest.mark.parametrize("duty", ["recorder", "auditor", "keeper"])
@pytest.mark.parametrize(
    "statement",
    [
        *ALTERING.values(),
        "DELETE FROM personal",
        "BEGIN; LOCK TABLE head IN EXCLUSIVE MODE",
        "ALTER TABLE events DISABLE TRIGGER ALL",
        "CREATE TABLE more (x int)",
        "SELECT keep_dense()",
    ],
)
def test_no_role_that_is_granted_may_do_more_than_its_duty(place: str, duty: str, statement: str) -> None:
    with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.FeatureNotSupported)):
        as_role(place, roles(place)[duty], statement)


def test_only_the_keeper_forgets_and_only_the_recorder_takes_the_lock(place: str) -> None:
    named = roles(place)
    as_role(place, named["keeper"], "SELECT forget('sha256:00')")
    as_role(place, named["recorder"], "SELECT take_head(10)")
    for duty, statement in (("recorder", "SELECT forget('x')"), ("keeper", "SELECT take_head(10)"),
                            ("auditor", "SELECT take_head(10)"), ("auditor", "SELECT forget('x')")):  # fmt: skip
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            as_role(place, named[duty], statement)


# What is not refused is named


def named(found: list[Damage]) -> str:
    return " | ".join(f"{damage.expected} / {damage.found}" for damage in found)


def without_guards() -> Iterator[tuple[str, str]]:
    for name, (table, *_) in TRIGGERS.items():
        yield f"DROP TRIGGER {name} ON {table}", f"trigger {name} on {table}"
        yield f"ALTER TABLE {table} DISABLE TRIGGER {name}", "disabled"
        yield f"ALTER TABLE {table} ENABLE TRIGGER {name}", "not always"
    for name in BODIES:
        yield f"DROP FUNCTION {name} CASCADE", f"function {name}"
        yield f"ALTER FUNCTION {name} SECURITY INVOKER", f"function {name}"
        yield f"ALTER FUNCTION {name} RESET search_path", f"function {name}"
        yield f"GRANT EXECUTE ON FUNCTION {name} TO PUBLIC", f"EXECUTE on function {name} for everybody"
    for table in TABLES:
        yield f"GRANT UPDATE ON {table} TO PUBLIC", f"UPDATE on table {table} for everybody"
        yield f"ALTER TABLE {table} OWNER TO CURRENT_USER", f"owner of table {table}"
        yield f"CREATE RULE away AS ON INSERT TO {table} DO INSTEAD NOTHING", f"rule away on {table}"
        yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY", f"row security of {table}"
        yield f"CREATE TABLE child () INHERITS ({table})", f"child of {table}"
        yield f"ALTER TABLE {table} ADD COLUMN more int", f"column {table}.more"
    yield "ALTER TABLE events ALTER line DROP NOT NULL", "column events.line"
    yield "ALTER TABLE events DROP CONSTRAINT events_pkey", "key of events (position)"
    yield "ALTER TABLE events DROP CONSTRAINT events_decision_part_key", "key of events (decision, part)"
    yield "CREATE VIEW looking AS SELECT * FROM events", "view looking"
    yield (
        "CREATE TRIGGER away BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        "trigger away on events",
    )
    yield "GRANT CREATE ON SCHEMA {schema} TO PUBLIC", "CREATE on schema for everybody"
    yield 'ALTER ROLE "{owner}" LOGIN', "may log in"
    yield 'ALTER ROLE "{recorder}" SUPERUSER', "is a superuser"
    yield 'GRANT "{owner}" TO "{auditor}"', "member"
    yield "INSERT INTO personal VALUES ('sha256:00', 'x', 'y')", "a salt and value that open sha256:00"


@pytest.mark.parametrize(("statement", "name"), list(without_guards()))
def test_what_is_not_as_it_was_made_is_named(place: str, statement: str, name: str) -> None:
    assert damages(place) == []
    as_role(place, "", statement.format(schema=Address(place).schema, **roles(place)))
    found = damages(place)
    assert name in named(found)
    assert found[0].kind == "personal" or guards_of(place) == found


@pytest.mark.parametrize(
    ("statement", "position"),
    [
        ("UPDATE events SET line = 'x' WHERE position = 2", 2),
        ("UPDATE events SET nodes = decode(repeat('00', 64), 'hex') WHERE position = 2", 2),
        ("UPDATE events SET version = 9 WHERE position = 4", 4),
        ("DELETE FROM events WHERE position = 3", 3),
        ("DELETE FROM events WHERE position > 3", 4),
    ],
)
def test_a_trigger_that_is_dropped_and_made_again_leaves_what_was_altered_to_be_found(
    place: str, statement: str, position: int
) -> None:
    table, when, each, called = TRIGGERS["events_no_change"]
    as_role(
        place,
        roles(place)["owner"],
        "DROP TRIGGER events_no_change ON events",
        statement,
        f"CREATE TRIGGER events_no_change {when} ON {table} {each} EXECUTE FUNCTION {called}()",
        "ALTER TABLE events ENABLE ALWAYS TRIGGER events_no_change",
    )
    assert guards_of(place) == []
    assert damages(place)[0].position == position


def test_nobody_records_where_a_guard_is_gone(place: str) -> None:
    as_role(place, "", "DROP TRIGGER events_dense ON events")
    with pytest.raises(LedgerDamaged, match="trigger events_dense on events"):
        opened(place)
    with opened(place, read_only=True) as store:
        assert store.head().position == 6


def test_what_a_user_makes_for_a_session_is_not_taken_for_the_ledger(place: str) -> None:
    """A table of that session, or of another schema, with the name of one of ours."""
    address = Address(place)
    with psycopg.connect(address.uri, autocommit=True) as raw:
        raw.execute("CREATE TEMPORARY TABLE head (one boolean, format int, position bigint, recorded_at text)")
        raw.execute(f"INSERT INTO pg_temp.head VALUES (true, 1, 99, '{START.isoformat()}')".encode())
        rows = raw.execute(f'SELECT * FROM "{address.schema}".take_head(100)'.encode()).fetchall()
    assert rows[0][0] == 6
    with opened(place) as store:
        assert append(store, "D-9").first == 7
