"""Standstill 停运: what marks state is held against what signals show, and the other way round."""

from dataclasses import replace
from datetime import timedelta

import pytest

from schemas.judgement import Outcome, Period, VerdictRow
from schemas.marks import Mark, Review
from schemas.record import Record
from services.rules.judging.case import PlantDay
from services.rules.judging.plant_day import judge_plant_day
from services.rules.judging.records import MAIN
from tests.fixtures.facility_days import BOILER, LOAD, SO2, boiler_day
from tests.fixtures.plant_days import DAY, HOUR, MINUTE, Site, bound, findings, mark

STANDSTILL = "thermal_power/out_of_service"
WHOLE = (DAY - 6 * HOUR, DAY + 24 * HOUR)


@pytest.fixture
def site() -> Site:
    made = Site(BOILER)
    made.bind(SO2, bound("100"))
    return made


def stood(site: Site, code: str, review: Review = Review.ACCEPTED) -> dict[int, list[Mark]]:
    key = site.subject(code)
    return {key: [mark(key, STANDSTILL, DAY, DAY + 24 * HOUR)._replace(review=review)]}


def planned(site: Site, code: str, review: Review = Review.ACCEPTED) -> dict[int, list[Mark]]:
    (key, (one,)) = stood(site, code, review).popitem()
    return {key: [one._replace(planned=True, entered_at=DAY - 24 * HOUR)]}


@pytest.mark.parametrize("code", ["B1", "DA001"], ids=["of the unit", "of its only outlet"])
def test_no_facility_has_to_run_while_an_accepted_mark_says_that_production_stood(
    site: Site, code: str
) -> None:
    """The load signal is stuck at 80 %."""
    case = boiler_day(site, WHOLE)

    before, after = judge_plant_day(case), judge_plant_day(replace(case, marks=stood(site, code)))

    assert len(findings(before, "facility_off")) == 1
    assert findings(after, "facility_off") == []


@pytest.mark.parametrize(
    "review", [Review.CLAIMED, Review.REJECTED, Review.LAPSED], ids=lambda one: one.value
)
def test_a_mark_that_nobody_accepted_states_nothing(site: Site, review: Review) -> None:
    case = replace(boiler_day(site, WHOLE), marks=stood(site, "B1", review))

    assert len(findings(judge_plant_day(case), "facility_off")) == 1


def test_a_planned_mark_states_nothing_by_itself(site: Site) -> None:
    case = replace(boiler_day(site, WHOLE), marks=planned(site, "B1"))

    assert len(findings(judge_plant_day(case), "facility_off")) == 1


def first_hour(site: Site, load: float | None) -> PlantDay:
    """SO2 at 300 in the day's first hour, with that load in it; None: no signal."""
    case = boiler_day(site, (DAY, DAY), load=load or 0.0, now=DAY + 2 * HOUR)
    minutes = [Record(DAY + n * MINUTE, 60, 300.0) for n in range(60)]
    lines = {**case.recorded.minutes, (site.point(SO2), MAIN): minutes}
    if load is None:
        del lines[site.point(LOAD), MAIN]
    recorded = replace(case.recorded, minutes=lines)
    return replace(case, recorded=recorded, hours=[DAY])


def verdict(case: PlantDay) -> VerdictRow:
    (row,) = [one for one in judge_plant_day(case).verdicts if one.period is Period.HOUR]
    return row


@pytest.mark.parametrize(
    ("load", "outcome"),
    [
        pytest.param(0.0, Outcome.STOPPED, id="it came true"),
        pytest.param(80.0, Outcome.EXCEEDING, id="the signals deny it"),
        pytest.param(None, Outcome.CLAIMED, id="nobody knows"),
    ],
)
@pytest.mark.parametrize("code", ["B1", "DA001"])
def test_a_planned_standstill_is_worth_what_the_signals_show(
    site: Site, code: str, load: float | None, outcome: Outcome
) -> None:
    case = replace(first_hour(site, load), marks=planned(site, code))

    assert verdict(case).outcome is outcome


def test_a_plan_that_the_signals_deny_is_told_with_the_verdict(site: Site) -> None:
    row = verdict(replace(first_hour(site, 80.0), marks=planned(site, "B1")))

    exemption = row.evidence["exemption"]
    assert isinstance(exemption, dict)
    assert (exemption["claim"], exemption["why"], exemption["marks"]) == (
        "none",
        "unconfirmed",
        [1],
    )


def test_signals_confirm_a_plan_only_while_they_speak(site: Site) -> None:
    """No load from 00:30 on; a record stands for two minutes: half an hour is confirmed, the rest claimed."""
    case = first_hour(site, 0.0)
    key = site.point(LOAD), MAIN
    loads = [one for one in case.recorded.minutes[key] if one.at < DAY + timedelta(minutes=30)]
    recorded = replace(case.recorded, minutes={**case.recorded.minutes, key: loads})

    row = verdict(replace(case, recorded=recorded, marks=planned(site, "B1")))

    assert row.outcome is Outcome.CLAIMED
