"""States as the simulator's loggers send them: what they report, told hours, and trips, are found."""

from datetime import UTC, datetime, timedelta

import pytest

from schemas.judgement import Finding, Stage
from schemas.record import Record
from schemas.registry_rows import GroupRow, WayRow
from services.rules.facility.asked import Asked
from services.rules.facility.course import Window, always, time_of
from services.rules.facility.facility_off import facility_off
from services.rules.facility.intervals import seconds
from services.rules.facility.parameters import FacilityParameters
from services.rules.facility.reported import Reported, reported
from services.rules.facility.run_hours import run_hours_disagree
from services.rules.facility.timeline import Sources, timeline
from services.rules.facility.ways import Layout
from services.simulate.process.treatment import run_hours, states
from services.simulate.site import Episode, FacilityPlan, Site, StagePlan, UnitPlan

DAY_S, HOUR_S = 86_400, 3_600
BEGIN_S = int((datetime(2026, 3, 1, tzinfo=UTC) - timedelta(hours=8)).timestamp())
DAY = Window(BEGIN_S, BEGIN_S + DAY_S)
CODES = ("F1", "F2", "F3")
UNIT, STACK, FIRST = 1, 11, 21
PARAMS = FacilityParameters()


def plant(needed: int, *episodes: Episode) -> Site:
    """A kiln behind three bag filters; the first suffers the episodes."""
    stage = StagePlan("G", "bag_filter", CODES, needed)
    facilities = {
        code: FacilityPlan(
            code, "bag_filter", 0.1 * number, ("U",), stage, episodes if number == 0 else ()
        )
        for number, code in enumerate(CODES)
    }
    units = {"U": UnitPlan("U", "kiln", 1.0, 0.5, ())}
    return Site("seed", "P", "cement", units, facilities, {}, {})


def told(site: Site, code: str) -> Reported:
    """Every change, and the state once a minute, as SBn-RS."""
    plan = site.facilities[code]
    changes = dict(states(site, plan, *DAY))
    spoken: list[Record] = []
    state = 0
    for at in sorted({*changes, *range(DAY.since, DAY.until, 60)}):
        state = changes.get(at, state)
        spoken.append(Record(time_of(at), 60, float(state)))
    return reported(spoken, DAY, PARAMS)


def asked_of(site: Site, needed: int) -> Asked:
    ids = {FIRST + number: code for number, code in enumerate(CODES)}
    lines = {
        number: timeline(number, DAY, Sources(report=told(site, code)))
        for number, code in ids.items()
    }
    lines[UNIT] = timeline(UNIT, DAY, Sources(signals=always(DAY, on=True)))
    group = GroupRow(31, 1, "G", needed, tuple(ids), (WayRow(UNIT, STACK, 1),))
    return Asked(DAY, {}, (group,), lines, Stage.FINAL)


def trip(begin_h: float, lasts_h: float, kind: str = "trip") -> Episode:
    begin = BEGIN_S + int(begin_h * HOUR_S)
    return Episode(kind, begin, begin + int(lasts_h * HOUR_S))


def off_of(site: Site, needed: int) -> tuple[Finding, ...]:
    return facility_off(Layout(asked_of(site, needed)))


@pytest.mark.parametrize("needed", [3, 2])
@pytest.mark.parametrize("code", CODES)
def test_the_hours_told_are_those_of_the_states(code: str, needed: int) -> None:
    site = plant(needed, trip(9, 2), trip(15, 4, "facility_maintenance"))
    asked = asked_of(site, needed)
    number = FIRST + CODES.index(code)
    hours = run_hours(site, site.facilities[code], *DAY)

    found = run_hours_disagree(number, (Record(time_of(DAY.since), DAY_S, hours),), asked)

    assert found == ()
    assert abs(seconds(asked.course(number).on) - hours * HOUR_S) <= 18
    assert asked.course(number).unknown == ()


def test_a_trip_of_one_filter_of_three_needed_is_found_after_its_alarm() -> None:
    """It trips at 09:00 for 2 h; the first 120 s it reports an alarm, which counts as running."""
    (found,) = off_of(plant(3, trip(9, 2)), needed=3)

    assert found.subject == FIRST
    assert found.since == time_of(BEGIN_S + 9 * HOUR_S + 120)
    assert found.until == time_of(BEGIN_S + 11 * HOUR_S)


def test_a_spare_that_takes_over_within_the_delay_leaves_no_finding() -> None:
    """Two of three are needed; the third stands in after 10 min, the delay is 15."""
    assert off_of(plant(2, trip(9, 2)), needed=2) == ()


def test_blowing_back_is_running() -> None:
    assert off_of(plant(3), needed=3) == ()


def test_a_forged_state_is_not_found_by_the_state_alone() -> None:
    """Off at night and reported running: only signals can tell."""
    assert off_of(plant(3, trip(0, 6, "facility_off_at_night")), needed=3) == ()


def test_an_honest_night_off_is_found() -> None:
    (found,) = off_of(plant(3, trip(0, 6, "off_at_night")), needed=3)

    assert found.evidence["certain_s"] == 6 * HOUR_S
    assert found.evidence["begun_before_window"] is True
