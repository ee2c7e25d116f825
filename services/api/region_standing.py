"""How a region's plants stand, without the reasons: many outlets stand alike, and are folded once.

The words are those that `standing` folds; a test holds both against each other.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final, NamedTuple, TypeAlias

from schemas.alert import AlertKind, AlertState
from schemas.judgement import Outcome, Stage
from services.api.registered import Registered
from services.api.standing import LIVE_BACK, plant_status
from services.rules.status import Case, Facts, Judged, Status, Warned, Word, status_of
from services.store.accounting import one_snapshot
from services.store.session import Session
from services.store.status_newest import (
    ActiveCase,
    LiveFinding,
    Newest,
    active_cases,
    live_findings,
)
from services.store.status_regions import RegionNode
from services.store.status_registered import Listed, ListedPlant
from services.store.status_words import JudgedSo, words_judged

MOST_ALIKE: Final = 10_000
ANY_TIME: Final = datetime(2000, 1, 1, tzinfo=UTC)


class PlantStanding(NamedTuple):
    """A plant with its word and those of its outlets."""

    plant: ListedPlant
    status: Status
    outlets: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class RegionPicture:
    """Plants with outlets at a moment, and the regions that hold any of the caller's plants."""

    plants: Sequence[PlantStanding]
    nodes: Sequence[RegionNode]


Said: TypeAlias = tuple[tuple[str, str, bool], ...]
Warnings: TypeAlias = tuple[tuple[str, bool], ...]
NOTHING: Final[tuple[Said, Said, Warnings]] = ((), (), ())


class Alike(NamedTuple):
    """All that an outlet's word rests on: outcomes with stages, cases with states, rules."""

    judged: Said
    cases: Said
    warned: Warnings
    limited: bool


def region_picture(session: Session, registered: Registered, newest: Newest) -> RegionPicture:
    """How the plants stand, in one snapshot. Raises psycopg.Error."""
    with one_snapshot(session):
        listed = registered.listed(session)
        judged = words_judged(session, newest)
        cases = active_cases(session, newest)
        live = live_findings(session, newest, newest.until - LIVE_BACK)
    by_plant: dict[int, list[ActiveCase]] = {}
    for case in cases:
        by_plant.setdefault(case.plant, []).append(case)
    words = _words(judged, cases, live)
    seen = None if newest.plants is None else frozenset(newest.plants)
    plants = [one for one in listed.plants if seen is None or one.id in seen]
    standing: list[PlantStanding] = []
    for plant in plants:
        outlets = {
            one.subject: folded(Alike(*words.get(one.subject, NOTHING), one.limited))
            for one in listed.outlets.get(plant.id, ())
            if one.merged_at is None or one.merged_at > newest.until
        }
        if outlets:
            status = _of_plant(outlets, by_plant.get(plant.id, ()))
            words_of = tuple(one.word for one in outlets.values())
            standing.append(PlantStanding(plant, status, words_of))
    return RegionPicture(standing, region_nodes(listed, plants))


def _words(
    judged: Sequence[JudgedSo], cases: Sequence[ActiveCase], live: Sequence[LiveFinding]
) -> Mapping[int, tuple[Said, Said, Warnings]]:
    """What is said of each outlet of which anything is, in an order that depends on nothing else."""
    verdicts: defaultdict[int, list[tuple[str, str, bool]]] = defaultdict(list)
    active: defaultdict[int, list[tuple[str, str, bool]]] = defaultdict(list)
    warned: defaultdict[int, list[tuple[str, bool]]] = defaultdict(list)
    for one in judged:
        verdicts[one.subject].append((one.outcome, one.stage, one.sure))
    for case in cases:
        if case.subject is not None:
            active[case.subject].append((case.kind, case.state, case.sure))
    for found in live:
        warned[found.subject].append((found.rule, found.sure))
    return {
        subject: (
            tuple(sorted(verdicts.get(subject, ()))),
            tuple(sorted(active.get(subject, ()))),
            tuple(sorted(warned.get(subject, ()))),
        )
        for subject in {*verdicts, *active, *warned}
    }


def region_nodes(listed: Listed, plants: Sequence[ListedPlant]) -> list[RegionNode]:
    """The regions of these plants with all above them, by code, and how many plants each holds."""
    held: dict[str, int] = {}
    for plant in plants:
        code: str | None = plant.region
        while code is not None:
            held[code] = held.get(code, 0) + 1
            code = listed.regions[code].parent
    return [RegionNode(*listed.regions[code], count) for code, count in sorted(held.items())]


def _of_plant(outlets: Mapping[int, Status], cases: Sequence[ActiveCase]) -> Status:
    if any(case.subject not in outlets for case in cases):
        return plant_status(outlets, cases)
    return _of_outlets(tuple(outlets.values()))


@lru_cache(MOST_ALIKE)
def _of_outlets(parts: tuple[Status, ...]) -> Status:
    """The word of a plant that nothing is open about but what its outlets are told by."""
    return plant_status(dict(enumerate(parts)), ())


@lru_cache(MOST_ALIKE)
def folded(alike: Alike) -> Status:
    """The word of whoever stands so; numbers and times play no part in it."""
    found = status_of(
        Facts(
            tuple(
                Judged(None, Outcome(outcome), Stage(stage), sure, ANY_TIME)
                for outcome, stage, sure in alike.judged
            ),
            tuple(
                Case(0, AlertKind(kind), AlertState(state), sure, ANY_TIME)
                for kind, state, sure in alike.cases
            ),
            tuple(Warned(0, rule, sure, ANY_TIME) for rule, sure in alike.warned),
            (),
            alike.limited,
        )
    )
    return Status(found.word, found.stage, found.sure)
