"""Changes added to a copy of the house, of plain and of keyed attributes and of a new noun: all else follows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.additions import Printed, house, put, python, run

DAY = "2026-01-01"
BY = ("--authority", "Council", "--yes", "--effective")
CHANGES = "ledger/events/changes/cluster.py"
CHARTER = '''

class CharterCluster(Change):
    """Give a cluster a charter."""

    NAME, TYPE = "charter-cluster", "cluster.chartered/1"
    SENTENCE = "Cluster {cluster} is given a charter{charter:after-colon}."
    KIND, SUBJECT, SETS = "cluster", "cluster", ("charter",)
    HELP = {"charter": "What it may do."}
    cluster: Id
    charter: Title | None = None


class TwinCluster(Change):
    """Say that a cluster has a twin in another government."""

    NAME, TYPE = "twin-cluster", "cluster.twinned/1"
    SENTENCE = "Cluster {cluster} is twinned with {place}."
    KIND, SUBJECT = "cluster", "cluster"
    cluster: Id
    place: Id
    since: Title

    def keyed(self, stated: str) -> Attributes:
        """Return the twin."""
        return {f"twins:{self.place}": self.without("cluster", "place")}
'''
TREATY = '''"""Changes of a treaty with another government."""

from __future__ import annotations

from ledger.events.change import Attributes, Change
from ledger.events.types import Id, Title


class TreatyChange(Change):
    """A change of the treaty that it names."""

    KIND, SUBJECT = "treaty", "treaty"
    treaty: Id


class SignTreaty(TreatyChange):
    """Sign a treaty."""

    NAME, TYPE, LIFE, SETS = "sign-treaty", "treaty.signed/1", "begins", ("title",)
    SENTENCE = "Treaty {treaty} is signed: {title}."
    title: Title


class JoinTreaty(TreatyChange):
    """Say that another government is a party to a treaty."""

    NAME, TYPE = "join-treaty", "treaty.joined/1"
    SENTENCE = "{party} joins treaty {treaty}."
    party: Title

    def keyed(self, stated: str) -> Attributes:
        """Return the party."""
        return {f"parties:{self.party}": True}


class DenounceTreaty(TreatyChange):
    """End a treaty."""

    NAME, TYPE, LIFE = "denounce-treaty", "treaty.denounced/1", "ends"
    SENTENCE = "Treaty {treaty} is denounced."
'''
DOCUMENT = """authority: Council
reference: R-6
effective: 2026-01-01
changes:
  - {change: charter-cluster, cluster: care, charter: To act at once}
  - {change: join-treaty, treaty: rhine, party: Utopia}
"""
POINT = ("--effective", "2026-02-01")
ASKED = {
    "show": ("show", *POINT),
    "thing": ("show", "care", *POINT),
    "show as JSON": ("show", "--format", "json", *POINT),
    "log": ("log", "--search", "plainly"),
    "why": ("why", "care", *POINT),
    "treaty": ("show", "rhine", *POINT),
    "why treaty": ("why", "rhine", *POINT),
    "history of the treaty": ("history", "rhine"),
    "history": ("history", "care"),
    "diff": ("diff", "2025-12-01", "2026-02-01"),
    "replay": ("replay",),
    "matrix": ("matrix", "care", *POINT),
    "agility": ("agility", "restructuring-events"),
    "help": ("cluster", "charter", "--help"),
    "schema": ("schema", "decision"),
    "lines": ("export", "-o", "log.jsonl"),
    "org": ("export", "--format", "org", "-o", "org.jsonld"),
    "prov": ("export", "--format", "prov", "-o", "prov.json"),
    "report": ("report", "-o", "report.html", *POINT),
    **{form: ("snapshot", "-o", f"of.{form}", *POINT) for form in ("json", "csv", "sqlite", "parquet", "xlsx")},
    **{f"verify {form}": ("verify", f"of.{form}") for form in ("json", "csv", "sqlite", "parquet", "xlsx")},
    "verify": ("verify",),
    "views": ("views", "check"),
}
RECORDED = (
    ("init", "--government", "Illyria", "--timezone", "UTC", "--recorder", "Registry"),
    ("cluster", "establish", "care", "--title", "Care", "--reference", "R-1", *BY, "2025-01-01"),
    ("cluster", "charter", "care", "--charter", "To act plainly", "--reference", "R-2", *BY, "2026-01-01"),
    ("cluster", "twin", "care", "--place", "elsewhere", "--since", "Long ago", "--reference", "R-3", *BY, "2026-01-01"),
    ("treaty", "sign", "rhine", "--title", "The Rhine", "--reference", "R-4", *BY, "2025-01-01"),
    ("treaty", "join", "rhine", "--party", "Ruritania", "--reference", "R-5", *BY, "2026-01-01"),
    ("plan", "decision.yaml"),
    ("record", "decision.yaml", "--yes"),
    ("assert", "value", "care", "--attribute", "charter", "--value", "To act at once", "--reference", "R-7", *BY, DAY),
    ("strike", "R-6", "--because", "Typed wrongly", "--reference", "R-8", "--authority", "Council", "--yes"),
    ("treaty", "denounce", "rhine", "--reference", "R-9", *BY, "2026-03-01"),
)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    copy = house(tmp_path_factory.mktemp("house"), {CHANGES: CHARTER, "ledger/events/changes/treaty.py": TREATY})
    put(copy, "ledger/names.py", '"recommendation")', '"recommendation", "treaty")')
    put(copy, "ledger/events/registry.py", "    thing,\n)\n\n_MODULES", "    thing,\n    treaty,\n)\n\n_MODULES")
    put(copy, "ledger/events/registry.py", "    assertion,\n)\n", "    assertion,\n    treaty,\n)\n")
    line = '        "treaty": ("record.verbs", "Sign, join or denounce a treaty."),\n'
    put(copy, "commands/main.py", '        "identify": (', f'{line}        "identify": (')
    (copy / "work").mkdir()
    (copy / "work" / "decision.yaml").write_text(DOCUMENT, encoding="utf-8")
    return copy


@pytest.fixture(scope="module")
def answers(copy: Path) -> dict[str, Printed]:
    printed = run(copy, (*RECORDED, *ASKED.values()))
    for answer in printed[: len(RECORDED)]:
        assert answer.code == 0, answer.text
    return dict(zip(ASKED, printed[len(RECORDED) :], strict=True))


def test_a_change_that_is_added_is_taken_by_every_command(answers: dict[str, Printed]) -> None:
    assert {name: answer.text for name, answer in answers.items() if answer.code != 0} == {}


def test_a_change_that_is_added_is_told_in_its_own_sentence(answers: dict[str, Printed]) -> None:
    assert "Cluster care is given a charter: To act plainly." in answers["log"].text
    assert "Cluster care is given a charter: To act plainly." in " ".join(answers["history"].text.split())
    assert "What it may do." in answers["help"].text
    assert "charter-cluster" in answers["schema"].text


@pytest.mark.parametrize("name", ["show", "thing", "show as JSON", "why", "diff", "replay"])
def test_an_attribute_that_is_added_is_shown(answers: dict[str, Printed], name: str) -> None:
    text = " ".join(answers[name].text.split())
    assert "To act plainly" in text
    assert "elsewhere" in text and "Long ago" in text


@pytest.mark.parametrize("name", ["show", "treaty", "show as JSON", "why treaty", "diff", "history of the treaty"])
def test_a_thing_of_a_kind_that_is_added_is_shown(answers: dict[str, Printed], name: str) -> None:
    text = " ".join(answers[name].text.split())
    assert "rhine" in text.lower() and "Ruritania" in text
    assert "Utopia" not in text or name == "history of the treaty", "what set it was struck"


def test_a_document_is_planned_asserted_upon_and_struck_with_changes_that_are_added(
    copy: Path, answers: dict[str, Printed]
) -> None:
    assert answers["verify"].code == 0
    log = (copy / "work" / "log.jsonl").read_text(encoding="utf-8")
    assert [json.loads(line)["type"] for line in log.splitlines()][6:] == [
        "cluster.chartered/1",
        "treaty.joined/1",
        "value.asserted/1",
        "record.struck/1",
        "treaty.denounced/1",
    ]


@pytest.mark.parametrize("file", ["log.jsonl", "prov.json", "of.json", "report.html"])
def test_an_attribute_that_is_added_is_written(copy: Path, answers: dict[str, Printed], file: str) -> None:
    text = (copy / "work" / file).read_text(encoding="utf-8")
    assert "To act plainly" in text
    assert "elsewhere" in text
    assert "rhine" in text


def test_a_wrong_declaration_ends_the_program_before_it_records(tmp_path: Path) -> None:
    wrong = CHARTER.replace('("charter",)', '("chart",)')
    done = python(house(tmp_path, {CHANGES: wrong}), "import ledger.events.registry")
    assert done.returncode == 1
    assert 'SETS names "chart", which is not one of its fields (cluster, charter)' in done.stderr
