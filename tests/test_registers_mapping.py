"""What an entry of the jobcentre registers says anew becomes changes, or corrections of what was in error."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.registers_oracle import KIND, PARENT

from ledger.documents.decision import read_decision
from ledger.rules.refused.changes import TOLERATED_IN_MIGRATION, refusals
from ledger.state.record import Fact, Source
from ledger.state.state import State
from ledger.timeline import day_of
from registers.dates import day_after
from registers.errors import RegisterError
from registers.jobcentres import decisions
from registers.rsf import Entry, Register

SCRIPT = Path(__file__).resolve().parents[1] / "scripts" / "import_register"
FIRST = "2018-02-19T13:57:54Z"
LATER = "2018-07-05T10:00:00Z"
LATEST = "2018-10-03T14:43:11Z"


def register(name: str, *entries: tuple[str, str, dict[str, str]]) -> Register:
    """A register of (key, record time, item without its own key)."""
    found = [
        Entry(number, key, at, ({name: key, **item},), f"{name}.rsf, line {number}")
        for number, (key, at, item) in enumerate(entries, start=1)
    ]
    registry = {"registry": "department-for-work-pensions"}
    return Register(name, found, {f"register:{name}": registry})


def groups(*entries):
    return register("jobcentre-group", *entries)


def districts(*entries):
    return register("jobcentre-district", *entries)


def jobcentres(*entries):
    return register("jobcentre", *entries)


def wales(**item: str) -> dict[str, str]:
    return {"name": "Wales", **{name.replace("_", "-"): value for name, value in item.items()}}


def bangor(district: str = "115", **item: str) -> dict[str, str]:
    fields = {name.replace("_", "-"): value for name, value in item.items()}
    return {"name": "Bangor", "jobcentre-district": district, **fields}


NORTH = districts(("115", FIRST, {"name": "North Wales", "jobcentre-group": "11"}))


def last(*registers: Register) -> dict:
    """The last decision, without the fields that all have."""
    found = list(decisions(registers))[-1]
    return {"effective": found["effective"], "changes": found["changes"]}


def test_an_entry_becomes_one_decision_of_the_department_that_keeps_the_register():
    assert list(decisions([groups(("11", FIRST, wales()))])) == [
        {
            "authority": "department-for-work-pensions",
            "reference": "jobcentre-group:1",
            "recorded_at": FIRST,
            "effective": "..",
            "changes": [
                {
                    "change": "establish-cluster",
                    "cluster": "group-11",
                    "title": "Wales",
                    "identifiers": {"jobcentre-group": "11"},
                }
            ],
        }
    ]


def test_a_district_is_a_segment_of_the_group_that_it_was_first_listed_under():
    moved = {"name": "North Wales", "jobcentre-group": "12"}
    given = districts(("115", FIRST, {"name": "North Wales", "jobcentre-group": "11"}), ("115", LATER, moved))
    changes = [decision["changes"] for decision in decisions([given])]
    assert changes[0][0]["segment"] == "group-11/district-115"
    assert changes[1] == [
        {
            "change": "transfer-segment",
            "segment": "group-11/district-115",
            "to": "group-12",
            "effective_basis": "inferred",
        }
    ]


def test_a_jobcentre_is_a_mission_with_its_address_and_key_as_identifiers():
    assert last(NORTH, jobcentres(("9618", FIRST, bangor(address="10070275847")))) == {
        "effective": "..",
        "changes": [
            {
                "change": "launch-mission",
                "mission": "jobcentre-9618",
                "title": "Bangor",
                "identifiers": {"jobcentre": "9618", "address": "10070275847"},
            },
            {"change": "add-mission", "mission": "jobcentre-9618", "segments": ["group-11/district-115"]},
        ],
    }


def test_a_start_date_is_the_effective_date():
    assert last(groups(("18", LATER, wales(start_date="2018-04-01"))))["effective"] == "2018-04-01"


def test_a_jobcentre_that_has_already_ended_begins_and_ends_in_one_decision():
    found = last(NORTH, jobcentres(("9618", FIRST, bangor(end_date="2017-12-08"))))
    assert found["effective"] == ".."
    assert found["changes"][2] == {
        "change": "stop-mission",
        "mission": "jobcentre-9618",
        "effective": "2017-12-09",
    }


def test_an_end_takes_effect_on_the_day_after_the_last_day():
    assert last(groups(("11", FIRST, wales()), ("11", LATER, wales(end_date="2018-03-31")))) == {
        "effective": "2018-04-01",
        "changes": [{"change": "dissolve-cluster", "cluster": "group-11"}],
    }


@pytest.mark.parametrize(
    ("last_day", "first_day_after"),
    [("2018-12-31", "2019-01-01"), ("2020-02-28", "2020-02-29"), ("2018-12", "2019-01"), ("1949", "1950")],
)
def test_the_day_after_an_end_keeps_the_precision_of_the_end(last_day: str, first_day_after: str):
    assert day_after(last_day) == first_day_after


def test_another_name_counts_from_the_day_that_it_was_recorded_and_says_that_this_is_inferred():
    renamed = wales() | {"name": "Cymru"}
    assert last(groups(("11", FIRST, wales()), ("11", LATER, renamed))) == {
        "effective": "2018-07-05",
        "changes": [
            {
                "change": "retitle-cluster",
                "cluster": "group-11",
                "title": "Cymru",
                "effective_basis": "inferred",
            }
        ],
    }


def test_a_move_to_a_parent_that_started_later_takes_effect_with_that_parent():
    new = {"name": "Gwynedd", "jobcentre-group": "11", "start-date": "2018-04-01"}
    given = districts(("115", FIRST, {"name": "North Wales", "jobcentre-group": "11"}), ("135", LATER, new))
    assert last(given, jobcentres(("9618", FIRST, bangor()), ("9618", LATEST, bangor("135")))) == {
        "effective": "2018-04-01",
        "changes": [
            {
                "change": "realign-mission",
                "mission": "jobcentre-9618",
                "from": ["group-11/district-115"],
                "to": ["group-11/district-135"],
                "effective_basis": "inferred",
            }
        ],
    }


def test_a_move_to_an_older_parent_takes_effect_on_the_day_that_it_was_recorded():
    old = {"name": "Gwynedd", "jobcentre-group": "11"}
    given = districts(("115", FIRST, old), ("116", FIRST, old))
    found = last(given, jobcentres(("9618", FIRST, bangor()), ("9618", LATER, bangor("116"))))
    assert found["effective"] == "2018-07-05"


def test_a_jobcentre_first_listed_under_a_district_that_started_later_joins_it_with_its_start():
    given = districts(("135", FIRST, {"name": "A", "jobcentre-group": "11", "start-date": "2018-01-15"}))
    found = last(given, jobcentres(("9618", FIRST, bangor("135"))))
    assert found["changes"][1]["effective"] == "2018-01-15"
    assert found["changes"][1]["effective_basis"] == "inferred"


def test_joining_and_leaving_every_district_are_an_affiliation_and_its_end():
    alone = {"name": "Bangor"}
    given = jobcentres(("9618", FIRST, alone), ("9618", LATER, bangor()), ("9618", LATEST, alone))
    names = [[change["change"] for change in found["changes"]] for found in decisions([NORTH, given])]
    assert names[1:] == [["launch-mission"], ["add-mission"], ["remove-mission"]]


def test_one_entry_that_changes_several_things_is_one_decision_with_a_date_for_each():
    new = {"name": "Northern Wales", "jobcentre-group": "18"}
    old = {"name": "North Wales", "jobcentre-group": "11"}
    found = last(
        groups(("18", FIRST, wales(start_date="2018-04-01"))),
        districts(("115", FIRST, old), ("115", LATER, new)),
    )
    assert [(change["change"], change.get("effective", found["effective"])) for change in found["changes"]] == [
        ("retitle-segment", "2018-07-05"),
        ("transfer-segment", "2018-04-01"),
    ]


def test_an_end_withdrawn_is_a_strike_of_the_event_of_the_end():
    given = jobcentres(("9618", FIRST, bangor(end_date="2017-12-08")), ("9618", LATER, bangor()))
    assert last(NORTH, given) == {
        "effective": "2018-07-05",
        "changes": [
            {
                "change": "strike",
                "target": "mission:jobcentre-9618@3",
                "because": "Entry jobcentre:2 withdraws the end date 2017-12-08.",
            }
        ],
    }


def test_another_end_is_a_correction_of_the_event_of_the_end():
    given = jobcentres(("9618", FIRST, bangor(end_date="2017-12-08")), ("9618", LATER, bangor(end_date="2018-01-31")))
    (change,) = last(NORTH, given)["changes"]
    assert (change["change"], change["target"], change["new_effective"]) == (
        "correct", "mission:jobcentre-9618@3", "2018-02-01",
    )  # fmt: skip


def test_another_start_corrects_the_launch_and_the_affiliation_that_came_with_it():
    given = jobcentres(("4578", FIRST, bangor()), ("4578", LATER, bangor(start_date="2019-03-20")))
    assert [
        (change["change"], change["target"], change["new_effective"]) for change in last(NORTH, given)["changes"]
    ] == [
        ("correct", "mission:jobcentre-4578@1", "2019-03-20"),
        ("correct", "mission:jobcentre-4578@2", "2019-03-20"),
    ]


CONFUSED = (
    ("15", FIRST, wales()),
    ("15", LATER, wales(start_date="2018-03-31")),
    ("15", LATEST, wales(end_date="2018-03-31")),
)


def test_an_end_first_entered_as_a_start_stands_in_the_place_of_that_correction():
    found = list(decisions([groups(*CONFUSED)]))
    assert found[1]["changes"][0]["target"] == "cluster:group-15@1"
    assert found[1]["changes"][0]["new_effective"] == "2018-03-31"
    assert found[2]["effective"] == "2018-04-01"
    assert found[2]["changes"] == [
        {"change": "dissolve-cluster", "cluster": "group-15", "corrects": "cluster:group-15@2"}
    ]


def test_withdrawing_such_an_end_leaves_neither_the_end_nor_the_start_standing():
    found = last(groups(*CONFUSED, ("15", "2019-01-01T00:00:00Z", wales())))
    assert [(change["change"], change["target"]) for change in found["changes"]] == [
        ("strike", "cluster:group-15@3"),
        ("strike", "cluster:group-15@2"),
    ]


def test_a_start_taken_back_is_a_strike_of_its_correction():
    found = last(groups(*CONFUSED[:2], ("15", LATEST, wales())))
    assert [(change["change"], change["target"]) for change in found["changes"]] == [("strike", "cluster:group-15@2")]


def test_an_address_that_changes_or_goes_is_an_identification():
    given = jobcentres(
        ("9618", FIRST, bangor(address="1")), ("9618", LATER, bangor(address="2")), ("9618", LATEST, bangor())
    )
    found = [decision["changes"][0] for decision in decisions([NORTH, given])]
    assert [change.get("identifiers") for change in found[2:]] == [{"address": "2"}, {"address": ""}]
    assert found[2]["change"] == "identify" and found[2]["of"] == "jobcentre-9618"


def test_a_key_that_had_been_given_as_a_number_is_put_right_in_its_place():
    given = jobcentres(
        ("1", FIRST, bangor(address="10")),
        ("1", LATER, bangor(address="20.0")),
        ("1", LATEST, bangor(address="20")),
    )
    assert last(NORTH, given) == {
        "effective": "2018-07-05",
        "changes": [
            {
                "change": "identify",
                "of": "jobcentre-1",
                "identifiers": {"address": "20"},
                "corrects": "government@2",
                "effective_basis": "inferred",
            }
        ],
    }


def test_events_of_a_segment_are_counted_with_the_cluster_that_it_was_born_in():
    found = last(
        groups(("11", FIRST, wales())),
        districts(
            ("115", FIRST, {"name": "North", "jobcentre-group": "11", "end-date": "2018-03-31"}),
            ("115", LATER, {"name": "North", "jobcentre-group": "11"}),
        ),
    )
    assert found["changes"][0]["target"] == "cluster:group-11@3"


def test_an_entry_that_says_nothing_new_is_no_decision():
    assert len(list(decisions([groups(("11", FIRST, wales()), ("11", LATER, wales()))]))) == 1


def test_registers_merge_in_record_order_with_parents_first_at_one_instant():
    given = [
        jobcentres(("9618", FIRST, bangor())),
        NORTH,
        groups(("11", FIRST, wales()), ("12", LATER, wales())),
    ]
    assert [decision["reference"] for decision in decisions(given)] == [
        "jobcentre-group:1", "jobcentre-district:1", "jobcentre:1", "jobcentre-group:2",
    ]  # fmt: skip


def test_a_unit_may_be_recorded_before_its_parent():
    late = districts(("115", LATER, {"name": "North Wales", "jobcentre-group": "11"}))
    found = next(decisions([late, jobcentres(("9618", FIRST, bangor()))]))
    assert found["changes"][1]["segments"] == ["group-11/district-115"]


@pytest.mark.parametrize(
    ("registers", "said"),
    [
        (
            [jobcentres(("9618", FIRST, bangor()))],
            "jobcentre.rsf, line 1: it names district 115, which no",
        ),
        ([NORTH, NORTH], "jobcentre-district: this register is given twice"),
        ([register("country")], "country: no mapping turns this register into decisions"),
        ([Register("jobcentre")], "jobcentre: it does not say which registry keeps it"),
        ([groups(("11", FIRST, {}))], 'line 1: the item of entry 1 has no text under "name"'),
        ([groups(("11", FIRST, wales(start_date="..")))], 'line 1: ".." is not a date'),
        ([groups(("11", FIRST, wales(end_date="2018-02-30")))], 'line 1: "2018-02-30" is not a date'),
    ],
)
def test_what_cannot_be_mapped_is_refused_with_its_place(registers: list[Register], said: str):
    with pytest.raises(RegisterError) as caught:
        list(decisions(registers))
    assert said in str(caught.value)


def hashed(item: str) -> str:
    return sha256(item.encode()).hexdigest()


def run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(SCRIPT), *arguments], cwd=cwd, capture_output=True, text=True, timeout=60
    )


RSF = (
    'add-item\t{"name":"jobcentre-group"}\n'
    'add-item\t{"register":"jobcentre-group","registry":"department-for-work-pensions"}\n'
    "append-entry\tsystem\tname\t2018-01-03T16:49:03Z\t"
    "sha-256:c677fff536ed9e4ba51d63873cc6b115896ef0b436cb5b73eae476cc3d06c629\n"
)


def test_the_command_writes_documents_and_says_which_roots_hold(tmp_path: Path):
    kept = '{"register":"jobcentre-group","registry":"department-for-work-pensions"}'
    item = '{"jobcentre-group":"11","name":"Wales"}'
    keeper = "append-entry\tsystem\tregister:jobcentre-group"
    system = f"{keeper}\t{FIRST}\tsha-256:{hashed(kept)}"
    user = f"append-entry\tuser\t11\t{FIRST}\tsha-256:{hashed(item)}"
    (tmp_path / "groups.rsf").write_text(f"{RSF}{system}\nadd-item\t{item}\n{user}\n")
    done = run("groups.rsf", "-o", "out.jsonl", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == ("groups.rsf: 1 entries; the file asserts no root.\n")
    (line,) = (tmp_path / "out.jsonl").read_text().splitlines()
    assert json.loads(line)["changes"][0]["cluster"] == "group-11"
    assert run("groups.rsf", cwd=tmp_path).stdout == line + "\n"


def test_the_command_refuses_in_one_sentence_and_writes_nothing(tmp_path: Path):
    (tmp_path / "bad.rsf").write_text("nonsense\n")
    done = run("bad.rsf", "-o", "out.jsonl", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("bad.rsf, line 1: ") and "Traceback" not in done.stderr
    assert not (tmp_path / "out.jsonl").exists()


def test_the_command_never_writes_over_the_register_that_it_reads(tmp_path: Path):
    (tmp_path / "groups.rsf").write_text(RSF)
    assert run("groups.rsf", "-o", "./groups.rsf", cwd=tmp_path).returncode == 2
    assert (tmp_path / "groups.rsf").read_text() == RSF


STARTS, ENDS = (None, "2001-04-01", "2003", "2010-03-31"), (None, "2010-03-31", "2011")


@st.composite
def histories(draw: st.DrawFn) -> list[Register]:
    """Three registers whose entries come in any order, as long as their dates can be meant."""
    entries: dict[str, list[tuple[str, str, dict[str, str]]]] = {name: [] for name in KIND}
    for day in range(draw(st.integers(1, 25))):
        name = draw(st.sampled_from(sorted(KIND)))
        item = {
            "name": draw(st.sampled_from("ABC")),
            "start-date": draw(st.sampled_from(STARTS)),
            "end-date": draw(st.sampled_from(ENDS)),
            "address": draw(st.sampled_from((None, "1", "1.0", "2"))),
            **{above: draw(st.sampled_from("12")) for above in (PARENT.get(name),) if above},
        }
        recorded_at = f"2020-01-{day // 2 + 1:02d}T12:00:00Z"
        given = {field: value for field, value in item.items() if value is not None}
        entries[name].append((draw(st.sampled_from("12")), recorded_at, given))
    entries["jobcentre-district"] += [
        (key, "2021-01-01T00:00:00Z", {"name": "A", "jobcentre-group": "1"})
        for key in "12"
        if all(key != entry[0] for entry in entries["jobcentre-district"])
    ]
    return [register(name, *found) for name, found in entries.items()]


class Facts(Source):
    """Facts in a list."""

    def __init__(self) -> None:
        self.found: dict[str, Fact] = {}

    def stream(self, name: str) -> list[Fact]:
        return [fact for fact in self.found.values() if fact.stream == name]

    def event(self, id_: str) -> Fact | None:
        return self.found.get(id_)

    def decision(self, key: str) -> list[Fact]:
        return [fact for fact in self.found.values() if fact.decision == key]


def recorded(documents: Iterable[dict]) -> State:
    """The state that the documents lead to; nothing but what a migration may pass through is refused."""
    facts, versions = Facts(), Counter(government=1)
    state = State(facts)
    for document in documents:
        decision = read_decision(document, migrating=True)
        for intent in decision.changes:
            stream = intent.change.stream()
            versions[stream] += 1
            id_, key = f"{stream}@{versions[stream]}", decision.header.key
            fact = Fact(len(facts.found) + 2, id_, intent.change, intent.effective, key, intent.corrects)
            state.load([stream])
            refused = [notice.rule for notice in refusals(state, facts, fact, ())]
            assert set(refused) <= TOLERATED_IN_MIGRATION, document
            facts.found[id_] = fact
            state.apply([fact])
    return state


@settings(deadline=None)
@given(histories())
def test_long_after_every_date_what_is_so_is_what_the_last_entries_say(registers: list[Register]):
    after = recorded(decisions(registers)).at(day_of("9999-12-31"))
    for known in registers:
        last_items = {entry.key: entry.item for entry in known.entries}
        live = {key: item for key, item in last_items.items() if "end-date" not in item}
        found = {thing.id.rpartition("-")[2]: thing for thing in after.of_kind(KIND[known.name])}
        assert found.keys() == live.keys()
        for key, item in live.items():
            thing = found[key]
            said = (thing.get("title"), thing.get("identifiers:address"))
            assert said == (item["name"], item.get("address")), (known.name, key)
            parents = [*thing.keyed("segments"), *filter(None, [thing.get("cluster")])]
            above = PARENT.get(known.name)
            assert [one.rpartition("-")[2] for one in parents] == ([item[above]] if above else [])
