"""How a region's plants stand, without the reasons: many outlets stand alike, and are folded once.

The words are those that `standing` folds; a test holds both against each other.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final, NamedTuple, TypeAlias

from schemas.alert import AlertKind, AlertState
from schemas.judgement import Outcome, Stage
from services.api.access import Sight
from services.api.asking import When
from services.api.standing import LIVE_BACK, asked_at, plant_status
from services.rules.status import Case, Facts, Judged, Status, Warned, Word, status_of
from services.store.accounting import one_snapshot
from services.store.places import RegionRef
from services.store.status_cases import ActiveCase, active_cases
from services.store.status_newest import LiveFinding, live_findings
from services.store.status_regions import RegionNode
from services.store.status_registered import Listed, ListedPlant, read_listed
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
    """Plants with outlets at a moment, and the regions that hold any of the caller's plants.

    `held`: all the plants, those without outlets as well.
    """

    plants: Sequence[PlantStanding]
    nodes: Sequence[RegionNode]
    held: Sequence[ListedPlant] = ()


Said: TypeAlias = tuple[tuple[str, str, bool], ...]
Stood: TypeAlias = tuple[tuple[str, str, bool, bool], ...]
Warnings: TypeAlias = tuple[tuple[str, bool], ...]
NOTHING: Final[tuple[Said, Stood, Warnings]] = ((), (), ())


class Alike(NamedTuple):
    """All that an outlet's word rests on: outcomes with stages, cases with states, rules.

    The last of a case: whether what it is about is over.
    """

    judged: Said
    cases: Stood
    warned: Warnings
    limited: bool


def region_picture(within: Sight, region: RegionRef | None, when: When) -> RegionPicture:
    """How the plants of a region (None: all) that the caller sees stand, in one snapshot.

    As of a position that was asked for: of the plants that were registered and lay there then.
    Raises psycopg.Error.
    """
    session = within.session
    plants = within.plants() if region is None else within.plants_of(region)
    with one_snapshot(session):
        newest = asked_at(session, plants, when)
        if newest.registered is None:
            listed = within.context.registered.listed(session)
        else:
            listed = read_listed(session, newest.registered)
            newest = newest._replace(plants=_lying(listed, region, within.plants()))
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
    return RegionPicture(standing, region_nodes(listed, plants), plants)


def _words(
    judged: Sequence[JudgedSo], cases: Sequence[ActiveCase], live: Sequence[LiveFinding]
) -> Mapping[int, tuple[Said, Stood, Warnings]]:
    """What is said of each outlet of which anything is, in an order that depends on nothing else."""
    verdicts: defaultdict[int, list[tuple[str, str, bool]]] = defaultdict(list)
    active: defaultdict[int, list[tuple[str, str, bool, bool]]] = defaultdict(list)
    warned: defaultdict[int, list[tuple[str, bool]]] = defaultdict(list)
    for one in judged:
        verdicts[one.subject].append((one.outcome, one.stage, one.sure))
    for case in cases:
        if case.subject is not None:
            over = case.until is not None
            active[case.subject].append((case.kind, case.state, case.sure, over))
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
        for code in _up(listed, plant):
            held[code] = held.get(code, 0) + 1
    return [RegionNode(*listed.regions[code], count) for code, count in sorted(held.items())]


def _up(listed: Listed, plant: ListedPlant) -> Iterable[str]:
    """The region of a plant and those above it."""
    region = listed.regions.get(plant.region)
    while region is not None:
        yield region.code
        region = None if region.parent is None else listed.regions.get(region.parent)


def _lying(listed: Listed, region: RegionRef | None, seen: Sequence[int] | None) -> list[int]:
    """The plants seen that lay in the region or below it."""
    own = None if seen is None else frozenset(seen)
    return [
        one.id
        for one in listed.plants
        if (own is None or one.id in own) and (region is None or region.code in _up(listed, one))
    ]


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
                Case(0, AlertKind(kind), AlertState(state), sure, ANY_TIME, over)
                for kind, state, sure, over in alike.cases
            ),
            tuple(Warned(0, rule, sure, ANY_TIME) for rule, sure in alike.warned),
            (),
            alike.limited,
        )
    )
    return Status(found.word, found.stage, found.sure)
