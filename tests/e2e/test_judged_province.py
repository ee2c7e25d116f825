"""Small plants that do not exist, published, stored and judged: what is judged is what truly was.

The expectation is made of the truth written beside the run, and of the registry, alone.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import LiteralString, NamedTuple, cast

import psycopg
import pytest

from schemas.judgement import Outcome
from schemas.limits import Bound
from schemas.registry_words import BEIJING
from schemas.scenario import Scenario
from schemas.scenario_incident import Incident
from services.alerts.evaluator import Evaluator
from services.demo.preparing import seal_file
from services.runtime.clock import utc_now
from services.simulate.scenario.work import work_out
from services.store.beliefs import Stretch, read_means, read_verdicts
from services.store.connection import connect_now
from services.store.session import Session
from tests.fixtures.evaluated import HOUR, MINUTE, assigned, believe, judged
from tests.fixtures.province import (
    Played,
    Venue,
    accounted,
    first_hours,
    played,
    registered,
    scenario,
)
from tests.fixtures.site import Site

HOURS = 8
REALTIME_S = 600
LIMIT_S = 60
DELAY_S = 900
CYCLE_S = 7_200
RUNNING = frozenset({1, 2, 4, 5})
# So high that whatever is judged at all is within it.
HIGH = Bound("<=", None, Decimal(10**9), "mg/m3", "concentration", "hour")
UNITS = {"air": "mg/m3", "water": "mg/L"}
# FGD1A trips as shipped, and its spare takes over. The bag filter has none; the boiler is down when
# FGD1B trips; a logger is without power for two whole hours, one analyser at fault for one, one for six.
MORE: list[dict[str, object]] = [
    {"kind": "trip", "subject": "SMALL-WASTE/BF1", "from": "2h", "for": "40min"},
    {"kind": "shutdown", "subject": "SMALL-POWER/B1", "from": "5h", "for": "3h"},
    {"kind": "trip", "subject": "SMALL-POWER/FGD1B", "from": "6h", "for": "1h"},
    {"kind": "power_loss", "subject": "SMALL-POWER/D1", "from": "1h", "for": "2h"},
    {"kind": "fault", "subject": "SMALL-POWER/D1", "from": "4h", "for": "1h",
     "details": {"codes": ["a21002"]}},
    {"kind": "fault", "subject": "SMALL-SEWAGE/D1", "from": "2h", "for": "6h",
     "details": {"codes": ["w21003"]}},
]  # fmt: skip
POINTS = """
SELECT point.id, plant.code, point.code, outlet.medium, unit
FROM point JOIN subject ON subject.id = point.subject JOIN plant ON plant.id = subject.plant
JOIN outlet ON outlet.id = subject.id JOIN channel_binding ON channel_binding.point = point.id
JOIN channel_setting USING (channel) WHERE point.side = 'out'
"""
OFF = """
SELECT plant.code, evidence ->> 'group', since, until
FROM finding JOIN subject ON subject.id = finding.subject JOIN plant ON plant.id = subject.plant
WHERE rule = 'facility_off' ORDER BY 1, 2, 3
"""


class Place(NamedTuple):
    """A point of an outlet."""

    plant: str
    code: str
    medium: str
    unit: str | None


class Off(NamedTuple):
    """Too few of a group's members ran while its unit did."""

    plant: str
    group: str
    since: datetime
    until: datetime


class Case(NamedTuple):
    """A run that was judged."""

    run: Played
    url: str
    session: Session
    points: Mapping[int, Place]

    @property
    def begin(self) -> datetime:
        return at(self.run.begin_s)

    @property
    def hours(self) -> list[datetime]:
        return [self.begin + hour * HOUR for hour in range(HOURS)]

    def stretch(self) -> Stretch:
        return Stretch(list(self.points), self.begin, self.begin + HOURS * HOUR)


def at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def told() -> Scenario:
    shipped = scenario("small", REALTIME_S)
    more = [Incident.model_validate(one) for one in MORE]
    return shipped.model_copy(update={"incidents": [*shipped.incidents, *more]})


def morning() -> int:
    """Eight o'clock of a day that is over: no midnight lies within the run."""
    local = utc_now().astimezone(BEIJING) - timedelta(days=1)
    return int(local.replace(hour=8, minute=0, second=0, microsecond=0).timestamp())


async def published(site: Site, folder: Path) -> Played:
    small = told()
    world = work_out(small, morning())
    seal = seal_file(folder)
    registered(site.database_url, world, seal)
    worker = await site.start(slots=1, SEAL_KEY_FILE=seal)
    await worker.holds(0)
    venue = Venue(site.broker.url, folder / "truth", site.database_url)
    run = await played(world, small, first_hours(world, HOURS), venue)
    await accounted(site.database_url, run.frames, LIMIT_S)
    return run


def limited(url: str, since: datetime) -> dict[int, Place]:
    """Every concentration of an outlet has a limit that nothing exceeds; all points by id."""
    with psycopg.connect(url, autocommit=True, options="-c timezone=UTC0") as owner:
        points = {row[0]: Place(*row[1:]) for row in owner.execute(POINTS).fetchall()}
        for point, place in points.items():
            if place.unit == UNITS[place.medium]:
                believe(owner, assigned(point, HIGH._replace(unit=place.unit), since))
    return points


def rows(url: str, query: LiteralString) -> list[tuple[object, ...]]:
    with psycopg.connect(url, options="-c timezone=UTC0") as connection:
        return connection.execute(query).fetchall()


class Span(NamedTuple):
    since: int
    until: int


def of_kind(run: Played, subject: str, *kinds: str) -> list[Span]:
    """When something of these kinds truly befell the subject, PLANT/CODE."""
    return [
        Span(cast("int", row["from"]), cast("int", row["to"]))
        for row in run.truth("incidents")
        if row["subject"] == subject and row["kind"] in kinds
    ]


def truly_off(run: Played) -> list[Off]:
    """By states as they were said, groups as registered, and when units were not shut down."""
    found: list[Off] = []
    for plant in cast("Sequence[dict[str, object]]", run.world.registry["plants"]):
        code = str(plant["code"])
        courses = courses_of(run, code)
        for group in cast("Sequence[dict[str, object]]", plant["groups"]):
            members = [courses[str(one)] for one in cast("Sequence[object]", group["facilities"])]
            ways = cast("Sequence[dict[str, object]]", group["serves"])
            down = [
                span
                for way in ways
                for span in of_kind(run, f"{code}/{way['unit']}", "shutdown", "start_up")
            ]
            found += [
                Off(code, str(group["code"]), at(span.since), at(span.until))
                for span in lacking(run, members, cast("int", group["needed"]))
                if not any(one.since <= span.since < one.until for one in down)
            ]
    return sorted(found)


def lacking_at_rest(run: Played) -> list[Span]:
    """When the scrubbers of the boiler did not suffice; it was down then."""
    courses = courses_of(run, "SMALL-POWER")
    return list(lacking(run, [courses[one] for one in ("FGD1A", "FGD1B", "FGD1C")], 2))


def courses_of(run: Played, plant: str) -> dict[str, list[tuple[int, bool]]]:
    """From when on each facility of a plant ran, or did not."""
    mns = {each.mn for each in run.world.devices if each.plant == plant}
    found: dict[str, list[tuple[int, bool]]] = {}
    for row in run.truth("states"):
        if row["mn"] in mns:
            change = (cast("int", row["at"]), row["state"] in RUNNING)
            found.setdefault(str(row["facility"]), []).append(change)
    return found


def lacking(
    run: Played, members: Sequence[Sequence[tuple[int, bool]]], needed: int
) -> Iterator[Span]:
    """When fewer than needed ran, for as long as makes a finding."""
    cuts = sorted({when for course in members for when, _ in course} | {run.end_s})
    since: int | None = None
    for cut in cuts:
        ran = sum(next((on for when, on in reversed(one) if when <= cut), True) for one in members)
        enough = ran >= needed or cut == run.end_s
        if not enough and since is None:
            since = cut
        if enough and since is not None:
            if cut - since >= DELAY_S:
                yield Span(since, cut)
            since = None


def without_data(case: Case) -> set[tuple[str, str, datetime]]:
    """Plant, code and hour in which the logger was off, or the instrument at fault, from end to end.

    A slow analyser's result stands for a cycle: it is at fault from a cycle after the beginning on.
    """
    found: set[tuple[str, str, datetime]] = set()
    for place in case.points.values():
        logger = f"{place.plant}/D1"
        spans = of_kind(case.run, logger, "power_loss")
        after = CYCLE_S if place.medium == "water" else 0
        spans += [
            Span(cast("int", row["from"]) + after, cast("int", row["to"]))
            for row in case.run.truth("incidents")
            if (row["subject"], row["kind"]) == (logger, "fault")
            and f"'{place.code}'" in str(row["detail"])
        ]
        found |= {
            (place.plant, place.code, hour)
            for hour in case.hours
            for span in spans
            if at(span.since) <= hour and hour + HOUR <= at(span.until)
        }
    return found


def assert_one_mean_each(case: Case) -> None:
    means = Counter(
        (one.row.point, one.row.start) for one in read_means(case.session, case.stretch())
    )
    assert means == Counter((point, hour) for point in case.points for hour in case.hours)


def assert_no_data_is_not_compliant(case: Case) -> None:
    verdicts = {
        (case.points[one.row.point].plant, case.points[one.row.point].code, one.row.start): one.row
        for one in read_verdicts(case.session, case.stretch())
    }
    empty = without_data(case) & verdicts.keys()
    assert {(plant, code) for plant, code, _ in empty} == {
        *(("SMALL-POWER", code) for code in ("a21026", "a21002", "a34013")),
        ("SMALL-SEWAGE", "w21003"),
    }
    assert {verdicts[one].outcome for one in empty} == {Outcome.NO_DATA, Outcome.INVALID}
    others = Counter(verdicts[one].outcome for one in verdicts.keys() - empty)
    assert others[Outcome.COMPLIANT] > others.total() / 2


@pytest.mark.timeout(120)
async def test_small_plants_are_judged_as_they_truly_were(site: Site, tmp_path: Path) -> None:
    run = await published(site, tmp_path)
    points = limited(site.database_url, at(run.begin_s))

    with connect_now(site.database_url, "alerts", "test") as session:
        judged(Evaluator(session, lambda: at(run.end_s) + 16 * MINUTE))
        case = Case(run, site.database_url, session, points)

        expected = truly_off(run)
        assert lacking_at_rest(run)
        assert [(one.plant, one.group) for one in expected] == [("SMALL-WASTE", "G-BF1")]
        assert [Off._make(row) for row in rows(case.url, OFF)] == expected
        assert_one_mean_each(case)
        assert_no_data_is_not_compliant(case)
