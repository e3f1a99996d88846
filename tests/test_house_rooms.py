"""The house: rooms of a size, names that stand for one thing, and no way round in a circle."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from support.command_line import ROOT

PACKAGES = ("ledger", "projections", "commands")
SQL = re.compile(r"\b(SELECT [^.]|INSERT INTO|DELETE FROM|UPDATE \w+ SET|CREATE (TABLE|INDEX|VIEW|TRIGGER)|PRAGMA \w)")
NO_NOUN = re.compile(
    r"(What|How|Whether|Which|Where|When|Since|Who|Why|Every|Each|One|It|At|In|On|From|Of|\w+ing (a|an|the)) "
)
FILES_MAX = 18  # of a folder
EXTRAS = {
    *("duckdb", "jinja2", "markupsafe", "openpyxl", "psycopg", "py4j", "pyspark", "rdflib", "starlette", "typst"),
    *("uvicorn", "vl_convert", "xlsxwriter"),
}
EXTRA_ROOMS = ("ledger.store.postgres.", "projections.pages.", "commands.serve.")  # those that stand on an extra
STARTING = ("ledger/__init__.py", "commands/")  # where imports wait, so that `--help` does not


@cache
def files() -> dict[str, ast.Module]:
    """Return every file of the packages by its path, parsed."""
    paths = (path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py")))
    return {path.relative_to(ROOT).as_posix(): ast.parse(path.read_bytes()) for path in paths}


def module(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def imports(tree: ast.AST, *, inside: bool = False) -> Iterator[tuple[str, bool]]:
    """Yield what is imported when the program runs, and whether only inside a function."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        if isinstance(node, ast.Import):
            yield from ((name.name, inside) for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            modules = {module(path) for path in files()}
            for name in node.names:
                submodule = f"{node.module}.{name.name}"
                yield (submodule if submodule in modules else node.module), inside
        yield from imports(node, inside=inside or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def test_a_folder_has_so_few_files_that_its_listing_teaches() -> None:
    sizes = Counter(str(Path(path).parent) for path in files() if not path.endswith("__init__.py"))
    assert {folder: size for folder, size in sizes.items() if size > FILES_MAX} == {}


def test_no_two_files_of_a_folder_share_a_prefix_which_would_be_a_folder() -> None:
    prefixes = Counter((str(Path(path).parent), Path(path).stem.split("_")[0]) for path in files())
    assert [prefix for prefix, count in prefixes.items() if count > 1 and prefix[1]] == []


def test_a_class_name_stands_for_one_thing() -> None:
    names = Counter(node.name for tree in files().values() for node in tree.body if isinstance(node, ast.ClassDef))
    assert [name for name, count in names.items() if count > 1 and not name.startswith("_")] == []


def test_imports_inside_functions_are_of_extras_or_let_the_command_line_start() -> None:
    inside = {
        (path, name)
        for path, tree in files().items()
        for name, hidden in imports(tree)
        if hidden and name.partition(".")[0] not in EXTRAS and not name.startswith(EXTRA_ROOMS)
        if not path.startswith(STARTING)
    }
    assert inside == set()


def test_sql_stands_only_where_a_database_is_kept() -> None:
    """A question to the views has a name in `projections/views/queries`; an archive and two snapshots are databases."""
    homes = (
        "ledger/store/",
        "projections/views/",
        "projections/archive/",
        "projections/snapshots/sqlite.py",
        "projections/snapshots/parquet.py",
    )
    strays = {
        (path, node.value)
        for path, tree in files().items()
        if not path.startswith(homes)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and SQL.search(node.value)
    }
    assert strays == set()


def test_html_is_written_and_escaped_in_one_file() -> None:
    """A page puts `projections/html.py` together: it brings no head, no style sheet and no escaping of its own."""
    marks = re.compile(r"<!DOCTYPE html|<html|<head\b|<style|<table|<th\b|<td\b")
    strays = [
        (path, ast.unparse(node))
        for path, tree in files().items()
        if path != "projections/html.py"
        for node in ast.walk(tree)
        if (isinstance(node, ast.Constant) and isinstance(node.value, str) and marks.search(node.value))
        or (isinstance(node, ast.ImportFrom) and node.module == "html" and "escape" in {one.name for one in node.names})
    ]
    assert strays == []


def test_nobody_above_the_application_reaches_behind_the_face_of_a_ledger() -> None:
    behind = {"store", "judging", "source", "streams"}
    reached = [
        (path, ast.unparse(node))
        for path, tree in files().items()
        if path.startswith(("projections/", "commands/"))
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in behind and "ledger" in ast.unparse(node.value).lower()
    ]
    assert reached == []


def test_what_a_file_is_begins_with_a_noun() -> None:
    """Its docstring says what is in it, and not what it does, or how, or which of several things it is."""
    heads = {path: (ast.get_docstring(tree) or "").partition("\n")[0] for path, tree in files().items()}
    assert {path: head for path, head in heads.items() if not head or NO_NOUN.match(head)} == {}


def test_no_file_imports_itself_by_way_of_others() -> None:
    modules = {module(path) for path in files()}
    graph = {
        module(path): {name for name, _ in imports(tree) if name in modules and name != module(path)}
        for path, tree in files().items()
    }
    assert circle(graph) == []


def circle(graph: dict[str, set[str]]) -> list[str]:
    """Return what is left when whatever leads to nothing, or to what was taken away before, is taken away."""
    left = dict(graph)
    while free := [name for name, leads in left.items() if not leads & left.keys()]:
        for name in free:
            del left[name]
    return sorted(left)
