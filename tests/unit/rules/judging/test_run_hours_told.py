"""A day's run hours as the device counted them, against the states of the day, judged with the day."""

from dataclasses import replace

import pytest

from schemas.record import Record
from services.rules.judging.case import PlantDay
from services.rules.judging.plant_day import judge_plant_day
from services.rules.judging.records import MAIN
from services.rules.quality.case import While
from tests.fixtures.facility_days import BOILER, STATE, boiler_day
from tests.fixtures.plant_days import DAY, HOUR, Site, findings

RULE = "run_hours_disagree"
EIGHT_OFF = (DAY, DAY + 8 * HOUR)


def told(site: Site, hours: float | None, day: PlantDay) -> PlantDay:
    records = [] if hours is None else [Record(DAY, 86_400, hours)]
    recorded = replace(day.recorded, days={(site.point(STATE), MAIN): records})
    return replace(day, recorded=recorded)


@pytest.mark.parametrize(
    ("hours", "found"),
    [(16.0, 0), (16.4, 0), (20.0, 1), (None, 0)],
    ids=["the same", "within half an hour", "four hours more", "nothing told"],
)
def test_a_day_off_for_eight_hours_ran_for_sixteen(hours: float | None, found: int) -> None:
    """States: off 00:00-08:00, then running: 16 h. Told so many; half an hour may lie between."""
    site = Site(BOILER)

    judged = judge_plant_day(told(site, hours, boiler_day(site, EIGHT_OFF)))

    some = findings(judged, RULE)
    assert len(some) == found
    assert all((one.subject, one.since) == (site.subject("FGD1"), DAY) for one in some)
    assert RULE in judged.asked


def test_hours_of_a_device_without_data_times_may_be_of_the_day_before() -> None:
    """They are told when a day is over, and dated by their sending: the first second of the next one."""
    undated = BOILER.replace("channels:", "policies: [data_time_from_qn]\n        channels:")
    site = Site(undated)

    judged = judge_plant_day(told(site, 20.0, boiler_day(site, EIGHT_OFF)))

    assert undated != BOILER
    assert findings(judged, RULE) == []


@pytest.mark.parametrize(
    ("wrong", "found"),
    [
        (While(DAY - 3 * HOUR, DAY + HOUR), 0),
        (While(DAY + 23 * HOUR, None), 0),
        (While(DAY - 9 * HOUR, DAY - HOUR), 1),
        (While(DAY + 24 * HOUR, None), 1),
    ],
    ids=["into the day", "from its last hour on", "the day before", "the day after"],
)
def test_a_clock_that_was_wrong_counts_another_day_than_it_names(wrong: While, found: int) -> None:
    """Told 20 h where the states make 16; the clock has a case of its own."""
    site = Site(BOILER)
    day = told(site, 20.0, boiler_day(site, EIGHT_OFF))
    (device,) = {
        point.device.id for point in site.view().points().values() if point.device is not None
    }

    judged = judge_plant_day(replace(day, clocks={device: [wrong]}))

    assert len(findings(judged, RULE)) == found


def test_of_a_day_that_runs_nothing_is_asked() -> None:
    site = Site(BOILER)

    judged = judge_plant_day(told(site, 20.0, boiler_day(site, EIGHT_OFF, now=DAY + 9 * HOUR)))

    assert findings(judged, RULE) == []
    assert RULE not in judged.asked
