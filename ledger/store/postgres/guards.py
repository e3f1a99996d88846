"""The guards of a ledger on a server: tables, triggers, functions, owners and grants, each held to how it was made.

Nothing here keeps out who owns the server: a superuser can drop a trigger, alter rows and make it again. That is for a
root to tell which was kept elsewhere. What is found here is what was left behind, or never set up as it should be.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ledger.errors import harmless
from ledger.store.address import Address
from ledger.store.postgres.roles import roles_of
from ledger.store.postgres.schema import ARGUMENTS, BODIES, CALLERS, READERS, TABLES, TRIGGERS
from ledger.store.reading.nodes import Query
from ledger.store.verification.damage import Damage

Facts = Mapping[str, Any]  # what is so, by the name of the thing
_OF_SCHEMA = "(SELECT oid FROM pg_namespace WHERE nspname = ?)"
_DATABASE = "SELECT current_database()::text"
_OWNERS = f"""SELECT 'schema', pg_get_userbyid(nspowner)::text FROM pg_namespace WHERE nspname = ?
    UNION ALL SELECT CASE relkind WHEN 'r' THEN 'table ' WHEN 'v' THEN 'view ' ELSE 'relation ' END || relname,
        pg_get_userbyid(relowner)::text FROM pg_class
        WHERE relnamespace = {_OF_SCHEMA} AND relkind NOT IN ('i', 'I', 't', 'c')
    UNION ALL SELECT 'function ' || proname || '(' || pg_get_function_identity_arguments(oid) || ')',
        pg_get_userbyid(proowner)::text FROM pg_proc WHERE pronamespace = {_OF_SCHEMA}"""
_COLUMNS = f"""SELECT 'column ' || relname || '.' || attname, format_type(atttypid, atttypmod)
        || CASE WHEN attnotnull THEN ' NOT NULL' ELSE '' END || CASE WHEN atthasdef THEN ' DEFAULT' ELSE '' END
    FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
    WHERE relnamespace = {_OF_SCHEMA} AND relkind = 'r' AND attnum > 0 AND NOT attisdropped"""
_KEYS = f"""SELECT 'key of ' || relname || ' (' || (SELECT string_agg(attname, ', ' ORDER BY place)
            FROM unnest(conkey) WITH ORDINALITY AS keyed (number, place)
            JOIN pg_attribute ON attrelid = conrelid AND attnum = number) || ')', contype::text
    FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid
    WHERE relnamespace = {_OF_SCHEMA} AND contype IN ('p', 'u')"""
_FUNCTIONS = f"""SELECT 'function ' || proname || '(' || pg_get_function_identity_arguments(pg_proc.oid) || ')',
        CASE WHEN prosecdef THEN '' ELSE 'not as its owner ' END || lanname || ' '
            || coalesce(array_to_string(proconfig, ' '), '') || prosrc
    FROM pg_proc JOIN pg_language ON pg_language.oid = prolang WHERE pronamespace = {_OF_SCHEMA}"""
_TRIGGERS = f"""SELECT 'trigger ' || tgname || ' on ' || relname,
        CASE tgenabled WHEN 'A' THEN 'always' WHEN 'D' THEN 'disabled' ELSE 'not always' END
            || ' ' || tgtype::text || ' ' || proname || CASE WHEN tgqual IS NULL THEN '' ELSE ' with a condition' END
            || coalesce(' ' || tgnewtable, '') || coalesce(' ' || tgoldtable, '')
    FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid JOIN pg_proc ON pg_proc.oid = tgfoid
    WHERE pg_class.relnamespace = {_OF_SCHEMA} AND NOT tgisinternal"""
_RULES = f"""SELECT 'rule ' || rulename || ' on ' || relname, 'made'
    FROM pg_rewrite JOIN pg_class ON pg_class.oid = ev_class WHERE relnamespace = {_OF_SCHEMA}
    UNION ALL SELECT 'row security of ' || relname, 'on' FROM pg_class
        WHERE relnamespace = {_OF_SCHEMA} AND (relrowsecurity OR relforcerowsecurity)
    UNION ALL SELECT 'child of ' || parent.relname, child.relname FROM pg_inherits
        JOIN pg_class AS parent ON parent.oid = inhparent JOIN pg_class AS child ON child.oid = inhrelid
        WHERE parent.relnamespace = {_OF_SCHEMA} AND parent.relkind IN ('r', 'p')"""
_GRANTEE = "CASE grantee WHEN 0 THEN 'everybody' ELSE pg_get_userbyid(grantee)::text END"
_GRANTS = f"""SELECT privilege_type || ' on ' || thing || ' for ' || {_GRANTEE}, 'granted' FROM (
        SELECT 'schema' AS thing, (aclexplode(nspacl)).*, nspowner AS owner FROM pg_namespace WHERE nspname = ?
        UNION ALL SELECT 'table ' || relname, (aclexplode(relacl)).*, relowner FROM pg_class
            WHERE relnamespace = {_OF_SCHEMA} AND relkind NOT IN ('i', 'I', 't', 'c')
        UNION ALL SELECT 'column ' || relname || '.' || attname, (aclexplode(attacl)).*, relowner
            FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid WHERE relnamespace = {_OF_SCHEMA}
        UNION ALL SELECT 'function ' || proname, (aclexplode(coalesce(proacl, acldefault('f', proowner)))).*, proowner
            FROM pg_proc WHERE pronamespace = {_OF_SCHEMA}) AS granted
    WHERE grantee <> owner"""
_ROLES = """SELECT 'role ' || rolname, CASE WHEN rolcanlogin THEN 'may log in' WHEN rolsuper THEN 'is a superuser'
        WHEN rolbypassrls OR rolreplication THEN 'may more than a ledger needs' ELSE 'no login' END
    FROM pg_roles WHERE rolname = ANY(?)"""
# From 16 on a membership may be of no use but to grant it on, as that of whoever made a role.
_MEMBERS = """SELECT 'member ' || pg_get_userbyid(member) || ' of ' || pg_get_userbyid(roleid), 'granted'
    FROM pg_auth_members AS granted WHERE pg_get_userbyid(roleid) = ?
        AND (to_jsonb(granted) -> 'set_option' IS NULL OR (to_jsonb(granted) ->> 'set_option')::boolean
            OR (to_jsonb(granted) ->> 'inherit_option')::boolean)"""

# A trigger's type is the sum of its bits (PostgreSQL, src/include/catalog/pg_trigger.h).
_BITS = {"ROW": 1, "BEFORE": 2, "INSERT": 4, "DELETE": 8, "UPDATE": 16, "TRUNCATE": 32}


def damages(address: Address, query: Query) -> Iterator[Damage]:
    """Yield what is not as it was made; nothing for a ledger whose guards all stand."""
    ((database,),) = query(_DATABASE, ())
    roles = roles_of(address, database)
    yield from _differing(
        _made(address) | _granted(roles), _found(address, query) | _found_granted(address, query, roles)
    )


def damages_to_record(address: Address, query: Query) -> Iterator[Damage]:
    """Yield what of it may make a difference to what is recorded: tables, keys, functions, triggers and rules."""
    yield from _differing(_made(address), _found(address, query))


def _differing(expected: Facts, found: Facts) -> Iterator[Damage]:
    for name in sorted(expected.keys() | found.keys()):
        wanted, there = expected.get(name), found.get(name)
        if wanted != there:
            yield Damage(None, "schema", _as_made(name, wanted), _as_found(name, wanted, there))


def _as_made(name: str, wanted: str | None) -> str:
    if wanted is None:
        return f"no {harmless(name, 200)}"
    return f"{name} as it was made" if len(wanted) > 60 else f"{name}: {wanted}"


def _as_found(name: str, wanted: str | None, there: str | None) -> str:
    if there is None:
        return "missing"
    return "another body" if wanted is not None and len(wanted) > 60 else f"{harmless(name, 200)}: {harmless(there)}"


def _found(address: Address, query: Query) -> dict[str, str]:
    """Return how everything in the schema works."""
    facts = dict[str, str]()
    for statement in (_COLUMNS, _KEYS, _FUNCTIONS, _TRIGGERS, _RULES):
        facts |= dict(query(statement, [address.schema] * statement.count("?")))
    return facts


def _found_granted(address: Address, query: Query, roles: Mapping[str, str]) -> dict[str, str]:
    """Return whose everything is, and who may do what."""
    facts: dict[str, str] = dict(query(_GRANTS, [address.schema] * _GRANTS.count("?")))
    owners = query(_OWNERS, [address.schema] * _OWNERS.count("?"))
    facts |= {f"owner of {thing}": owner for thing, owner in owners}
    facts |= dict(query(_ROLES, (list(roles.values()),)))
    return facts | dict(query(_MEMBERS, (roles["owner"],)))


def _made(address: Address) -> dict[str, str]:
    """Return how everything works that was made."""
    return {**_columns(), **_functions(address), **_triggers()}


def _granted(roles: Mapping[str, str]) -> dict[str, str]:
    """Return whose everything is that was made, and who may do what."""
    facts, things = _grants(roles), list[str]()
    things += ["schema", *(f"table {table}" for table in TABLES), *(f"function {_called(name)}" for name in BODIES)]
    facts |= {f"owner of {thing}": roles["owner"] for thing in things}
    return facts | {f"role {role}": "no login" for role in roles.values()}


def _columns() -> dict[str, str]:
    facts = {}
    for table, statement in TABLES.items():
        for line in statement.splitlines()[1:-1]:
            words = line.strip().rstrip(",").split()
            if words[0] == "UNIQUE":
                facts[f"key of {table} {' '.join(words[1:])}"] = "u"
                continue
            facts[f"column {table}.{words[0]}"] = f"{words[1]} NOT NULL"
            if "PRIMARY" in words:
                facts[f"key of {table} ({words[0]})"] = "p"
    return facts


def _functions(address: Address) -> dict[str, str]:
    path = f'search_path=pg_catalog, "{address.schema}", pg_temp'
    bare = path.replace('"', "")  # the server writes a name without quotes where it needs none
    return {f"function {_called(name)}": f"plpgsql {bare}{body}" for name, body in BODIES.items()}


def _triggers() -> dict[str, str]:
    return {
        f"trigger {name} on {table}": f"always {_type(when, each)} {called}{' given' if 'NEW TABLE' in each else ''}"
        for name, (table, when, each, called) in TRIGGERS.items()
    }


def _type(when: str, each: str) -> int:
    return sum(bit for word, bit in _BITS.items() if word in f"{when} {each}".split())


def _grants(roles: Mapping[str, str]) -> dict[str, str]:
    readers = [roles[duty] for duty in READERS]
    facts = [f"USAGE on schema for {role}" for role in readers]
    facts += [f"SELECT on table {table} for {role}" for table in TABLES for role in readers]
    facts += [f"EXECUTE on function {name} for {roles[duty]}" for name, duty in CALLERS.items()]
    return dict.fromkeys(facts, "granted")


def _called(name: str) -> str:
    return f"{name}({ARGUMENTS[name]})"
