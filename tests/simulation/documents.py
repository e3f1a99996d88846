"""The drawing of decision documents: changes of what stands by then, corrections, strikes and acts upon decisions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from support import naive

Change = dict[str, Any]
DATES = ("2019", "2020-06", "2021-01-01", "2021-01-02", "2022-02-28", "2022-03", "2023-06-15", "2024-02-29", "2025")
CLUSTERS, MISSIONS = ("ash", "birch", "cedar", "elm"), ("m1", "m2", "m3", "m4")
PARTS = ("one", "two", "three")
TITLES = ("Care", "Health", "Homes", "Work", "Parks", "Rivers")
BECAUSE = {"because": "An illustration."}
REFERENCES_KEPT = 12  # of the newest, of which decisions speak
BEGUN = {"cluster.established": "cluster", "segment.added": "segment", "mission.launched": "mission"}
ENDED = {"cluster.dissolved": "cluster", "segment.retired": "segment", "mission.completed": "mission"}


class Drawn:
    """What documents are drawn from: random numbers, and what the lines say has begun and not ended."""

    def __init__(self, random: Random, lines: Sequence[dict[str, Any]]) -> None:
        self.random, self.lines = random, [line for line in lines if "target" not in line["data"]]
        struck = {line["data"]["target"] for line in lines if isinstance(line["data"].get("target"), str)}
        self.live: dict[str, list[str]] = {"cluster": [], "segment": [], "mission": []}
        for line in self.lines:
            type_ = naive.noun_and_verb(line)
            kind = BEGUN.get(type_) or ENDED.get(type_)
            if kind is None or naive.event_id(line) in struck:
                continue
            id_, known = line["data"][kind], self.live[kind]
            if type_ in BEGUN and id_ not in known:
                known.append(id_)
            elif type_ in ENDED and id_ in known:
                known.remove(id_)

    def one(self, kind: str) -> str:
        """A thing of a kind that has begun; another id of the world where there is none."""
        return self.random.choice(self.live[kind] or self.ids(kind))

    def new(self, kind: str) -> str:
        """An id of the world that nothing has yet."""
        free = [id_ for id_ in self.ids(kind) if id_ not in self.live[kind]]
        return self.random.choice(free or self.ids(kind))

    def ids(self, kind: str) -> list[str]:
        """All ids of a kind: segments only of clusters that have begun, if any has."""
        if kind == "segment":
            return [f"{cluster}/{part}" for cluster in self.live["cluster"] or CLUSTERS for part in PARTS]
        return list(CLUSTERS if kind == "cluster" else MISSIONS)

    def title(self) -> str:
        """One of few titles, made another by a number."""
        return f"{self.random.choice(TITLES)} {self.random.randint(1, 99)}"

    def event(self) -> dict[str, Any]:
        """A line that may be corrected or struck."""
        return self.random.choice(self.lines[1:] or self.lines)

    def decision(self) -> dict[str, str]:
        """The name of a decision."""
        named = [line["decision"] for line in self.lines[1:]][-REFERENCES_KEPT:]
        found = self.random.choice(named) if named else {"authority": "Council", "reference": "D-1"}
        return {"authority": found["authority"], "reference": found["reference"]}


def document(drawn: Drawn, reference: str) -> dict[str, Any]:
    """Return a decision document of one to three changes, some of them with a date of their own."""
    random = drawn.random
    if not any(drawn.live.values()):
        return opening(drawn, reference)
    kinds = (*BEGINNING, *ALTERING, *ALTERING, *ENDING, *SPEAKING)
    changes: list[Change] = []
    for _ in range(random.choice((1, 1, 2, 3))):
        made = random.choice(kinds)(drawn)
        dated = random.random() < 0.3 and made["change"] not in ("correct", "strike")
        changes.append({**made, **({"effective": random.choice(DATES)} if dated else {})})
    return {"authority": "Council", "reference": reference, "effective": random.choice(DATES), "changes": changes}


def opening(drawn: Drawn, reference: str) -> dict[str, Any]:
    """Return a decision that begins much of the world, most of it early, so that what follows has something to do."""
    random, chosen = drawn.random, CLUSTERS[:2]
    begun = [{"change": "establish-cluster", "cluster": id_, "title": drawn.title()} for id_ in chosen]
    begun += [{"change": "add-segment", "segment": f"{id_}/{PARTS[0]}", "title": drawn.title()} for id_ in chosen]
    begun += [{"change": "launch-mission", "mission": id_, "title": drawn.title()} for id_ in MISSIONS[:2]]
    begun += [{"change": "add-mission", "mission": MISSIONS[0], "segments": [f"{chosen[0]}/{PARTS[0]}"]}]
    kept = [change for change in begun if random.random() < 0.9]
    return {"authority": "Council", "reference": reference, "effective": DATES[0], "changes": kept or begun}


def establish(drawn: Drawn) -> Change:
    return {"change": "establish-cluster", "cluster": drawn.new("cluster"), "title": drawn.title()}


def add(drawn: Drawn) -> Change:
    return {"change": "add-segment", "segment": drawn.new("segment"), "title": drawn.title()}


def launch(drawn: Drawn) -> Change:
    return {"change": "launch-mission", "mission": drawn.new("mission"), "title": drawn.title()}


def retitle(drawn: Drawn) -> Change:
    kind = drawn.random.choice(("cluster", "segment", "mission"))
    return {"change": f"retitle-{kind}", kind: drawn.one(kind), "title": drawn.title()}


def repurpose(drawn: Drawn) -> Change:
    return {"change": "repurpose-cluster", "cluster": drawn.one("cluster"), "purpose": drawn.title()}


def join(drawn: Drawn) -> Change:
    extent = drawn.random.choice(("full", "partial"))
    named = {"mission": drawn.one("mission"), "segments": [drawn.one("segment")]}
    return {"change": "add-mission", **named, "extent": extent}


def leave(drawn: Drawn) -> Change:
    return {"change": "remove-mission", "mission": drawn.one("mission"), "segments": [drawn.one("segment")]}


def realign(drawn: Drawn) -> Change:
    there, then = [drawn.one("segment")], [drawn.one("segment")]
    return {"change": "realign-mission", "mission": drawn.one("mission"), "from": there, "to": then}


def transfer(drawn: Drawn) -> Change:
    return {"change": "transfer-segment", "segment": drawn.one("segment"), "to": drawn.one("cluster")}


def relate(drawn: Drawn) -> Change:
    return {"change": "relate-segments", "segment": drawn.one("segment"), "other": drawn.one("segment")}


def nest(drawn: Drawn) -> Change:
    return {"change": "nest-cluster", "cluster": drawn.one("cluster"), "within": drawn.one("cluster")}


def offer(drawn: Drawn) -> Change:
    return {"change": "offer-expertise", "cluster": drawn.one("cluster"), "field": drawn.random.choice(("law", "data"))}


def appoint(drawn: Drawn) -> Change:
    of = drawn.one(drawn.random.choice(("cluster", "mission")))
    return {"change": "appoint-leader", "of": of, "office": drawn.random.choice(("Chair", "Minister"))}


def adopt(drawn: Drawn) -> Change:
    return {"change": "adopt-settings", "late_after_days": drawn.random.randint(1, 90)}


def dissolve(drawn: Drawn) -> Change:
    return {"change": "dissolve-cluster", "cluster": drawn.one("cluster")}


def retire(drawn: Drawn) -> Change:
    return {"change": "retire-segment", "segment": drawn.one("segment")}


def complete(drawn: Drawn) -> Change:
    return {"change": "complete-mission", "mission": drawn.one("mission")}


def pause(drawn: Drawn) -> Change:
    how = drawn.random.choice(("pause", "resume"))
    return {"change": f"{how}-mission", "mission": drawn.one("mission")}


def correct(drawn: Drawn) -> Change:
    line = drawn.event()
    said: dict[str, Any] = {"data": {"title": drawn.title()}}
    if "title" not in line["data"] or drawn.random.random() < 0.5:
        said = {"new_effective": drawn.random.choice(DATES)}
    return {"change": "correct", "target": naive.event_id(line), **said, **BECAUSE}


def strike(drawn: Drawn) -> Change:
    target = naive.event_id(drawn.event()) if drawn.random.random() < 0.7 else drawn.decision()
    return {"change": "strike", "target": target, **BECAUSE}


def stand_in(drawn: Drawn) -> Change:
    line = drawn.event()
    change = retitle(drawn)
    if naive.noun_and_verb(line) in ("cluster.retitled", "segment.retitled", "mission.retitled"):
        kind = naive.noun_and_verb(line).partition(".")[0]
        change = {"change": f"retitle-{kind}", kind: line["data"][kind], "title": drawn.title()}
    return {**change, "corrects": naive.event_id(line)}


def postpone(drawn: Drawn) -> Change:
    said = {"decision": drawn.decision(), "new_effective": drawn.random.choice(DATES)}
    return {"change": "postpone-decision", **said}


def rescind(drawn: Drawn) -> Change:
    return {"change": "rescind-decision", "decision": drawn.decision()}


Made = Callable[[Drawn], Change]
BEGINNING: tuple[Made, ...] = (establish, add, add, launch)
ALTERING: tuple[Made, ...] = (
    retitle, retitle, repurpose, join, join, leave, realign, transfer, relate, nest, offer, appoint, adopt,
)  # fmt: skip
ENDING: tuple[Made, ...] = (dissolve, retire, complete, pause)
SPEAKING: tuple[Made, ...] = (correct, correct, correct, strike, strike, stand_in, postpone, postpone, rescind)
