"""What lasts over midnight is one episode with its true beginning, told by one day alone."""

from datetime import datetime, timedelta

import pytest

from schemas.judgement import Finding, Period
from services.rules.judging.case import Judgements
from services.rules.judging.facilities import LONGEST_LEAD, lead_of
from services.rules.judging.plant_day import judge_plant_day
from services.rules.judging.shelf import Shelf
from tests.fixtures.facility_days import BOILER, boiler_day, set_to
from tests.fixtures.plant_days import DAY, HOUR, MINUTE, Site, findings

NEXT = DAY + 24 * HOUR


@pytest.fixture
def site() -> Site:
    return Site(BOILER)


def judged(site: Site, off: tuple[datetime, datetime], day: datetime) -> Judgements:
    return judge_plant_day(boiler_day(site, off, day=day))


def spans(some: list[Finding]) -> list[tuple[datetime, datetime | None]]:
    return [(one.since, one.until) for one in some]


def test_the_day_before_leaves_what_goes_on_to_the_next(site: Site) -> None:
    """23:00 to 01:00: both days could tell it; the first would tell but an hour of it."""
    off = (NEXT - HOUR, NEXT + HOUR)

    first, second = judged(site, off, DAY), judged(site, off, NEXT)

    assert (findings(first, "facility_off"), spans(first.passed)) == ([], [(off[0], NEXT)])
    assert spans(findings(second, "facility_off")) == [off]


def test_what_ended_at_midnight_is_told_once(site: Site) -> None:
    off = (NEXT - HOUR, NEXT)

    both = [spans(findings(judged(site, off, day), "facility_off")) for day in (DAY, NEXT)]

    assert both == [[], [off]]


def test_what_ended_before_midnight_is_not_told_again(site: Site) -> None:
    off = (NEXT - 2 * HOUR, NEXT - HOUR)

    both = [spans(findings(judged(site, off, day), "facility_off")) for day in (DAY, NEXT)]

    assert both == [[off], []]


def test_an_episode_longer_than_the_lead_is_told_by_each_day_for_itself(site: Site) -> None:
    """From 12:00 to 03:00: its beginning lies too far back for the second day to look."""
    off = (NEXT - 12 * HOUR, NEXT + 3 * HOUR)

    both = [spans(findings(judged(site, off, day), "facility_off")) for day in (DAY, NEXT)]

    assert both == [[(off[0], NEXT)], [(NEXT, off[1])]]


def test_an_episode_that_lasts_keeps_its_key_from_one_day_to_the_next(site: Site) -> None:
    """Off from 23:00 on: seen open at 23:50, and open again at 00:50."""
    off = (NEXT - HOUR, NEXT + 9 * HOUR)
    evening = judge_plant_day(boiler_day(site, off, now=NEXT - 10 * MINUTE))
    night = judge_plant_day(boiler_day(site, off, day=NEXT, now=NEXT + 70 * MINUTE))

    told = [spans(findings(found, "facility_off")) for found in (evening, night)]

    assert told == [[(off[0], None)], [(off[0], None)]]


def test_rates_are_those_of_the_day_alone(site: Site) -> None:
    """Off in the six hours before it: nothing of that is in its rate."""
    found = judged(site, (DAY - 6 * HOUR, DAY), DAY)

    rates = [row for row in found.performance if row.measure == "synchronous" and not row.code]
    assert {row.start for row in rates if row.period is Period.DAY} == {DAY}
    assert all(DAY <= row.start < NEXT for row in rates)
    assert all(row.numerator == row.denominator for row in rates)


@pytest.mark.parametrize(
    ("seconds", "hours"),
    [
        pytest.param(900, 4, id="a report holds an hour: 1 + 3"),
        pytest.param(2 * 3600, 5, id="2 + 3"),
        pytest.param(86_400, 12, id="half a day at most"),
    ],
)
def test_the_lead_is_the_longest_delay_and_some_hours(site: Site, seconds: int, hours: int) -> None:
    shelf = Shelf([set_to("facility_parameters.off_delay_s", seconds)])

    assert lead_of(site.view(), shelf, DAY) == timedelta(hours=hours) <= LONGEST_LEAD
