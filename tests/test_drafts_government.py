"""A government of 3 clusters, 8 segments and 12 missions is one decision of at most 25 commands."""

from __future__ import annotations

from support.command_line import Desk

CLUSTERS = {"wellbeing": "Missions for a good life", "places": "Missions for places", "work": "Missions for work"}
SEGMENTS = {
    "wellbeing/care": ("walk-more", "sleep-well"),
    "wellbeing/sport": ("swim",),
    "wellbeing/food": ("eat-well", "school-meals"),
    "places/homes": ("warm-homes", "new-homes"),
    "places/roads": ("safe-roads",),
    "places/parks": ("near-parks",),
    "work/skills": ("learn-always", "first-jobs"),
    "work/firms": ("new-firms",),
}


def commands() -> list[list[str]]:
    """The commands of an official, the last of which records."""
    header = ["--authority", "Council (illustrative)", "--effective", "2027-01-01", "--illustrative"]
    found = [["draft", "new", "--reference", "CM-2027-1", *header]]
    for cluster, title in CLUSTERS.items():
        found.append(["draft", "add", "cluster", "establish", cluster, "--title", title, "--purpose", f"{title}."])
    for segment, missions in SEGMENTS.items():
        name = segment.partition("/")[2].capitalize()
        found.append(["draft", "add", "segment", "add", segment, "--title", name, "--scope", f"{name} for all."])
        for mission in missions:
            title = mission.replace("-", " ").capitalize()
            words = ["--title", title, "--statement", f"{title}.", "--segment", segment]
            found.append(["draft", "add", "mission", "launch", mission, *words])
    return [*found, ["record", "cm-2027-1"]]


def test_a_government_is_recorded_by_drafts_in_25_commands(desk: Desk) -> None:
    made = commands()
    assert (len(CLUSTERS), len(SEGMENTS), sum(map(len, SEGMENTS.values()))) == (3, 8, 12)
    assert len(made) <= 25
    said = [desk.run(*command) for command in made]
    assert [result.exit_code for result in said] == [0] * len(made), said[-1].output
    structure = desk.json("show", "--effective", "2027-01-01")
    assert {cluster["id"]: {one["id"] for one in cluster["segments"]} for cluster in structure["clusters"]} == {
        cluster: {segment for segment in SEGMENTS if segment.startswith(f"{cluster}/")} for cluster in CLUSTERS
    }
    affiliated = {mission["id"]: set(mission["segments"]) for mission in structure["missions"]}
    assert affiliated == {mission: {segment} for segment, missions in SEGMENTS.items() for mission in missions}
    events = desk.json("log")["events"][1:]
    assert {event["decision"]["reference"] for event in events} == {"CM-2027-1"} and len(events) == 3 + 8 + 2 * 12


def test_every_command_says_in_a_line_or_two_what_it_did(desk: Desk) -> None:
    for command in commands()[:-1]:
        said = desk.run(*command).output
        assert 1 <= len(said.splitlines()) <= 2
        assert all(len(line) <= 110 for line in said.splitlines()), said
