"""A day's run hours (CN 2041) against the states of the day (CN 2021)."""

import pytest

from schemas.judgement import Finding
from services.rules.facility.reported import reported
from services.rules.facility.run_hours import run_hours_disagree
from services.rules.facility.timeline import Sources, timeline
from tests.fixtures.facility_scene import DAY_MIN, SURE, Scene, at, record, records, window

FGD = 21


def found_for(
    told_h: float | None, states: dict[int, float | None], begin: int = 0
) -> tuple[Finding, ...]:
    report = reported(records(states), window(), SURE)
    line = timeline(FGD, window(), Sources(report=report))
    asked = Scene((), lines={FGD: line}).asked()
    return run_hours_disagree(FGD, (record(begin, told_h, 86_400),), asked)


def all_day(state: int, until: int = DAY_MIN) -> dict[int, float | None]:
    return dict.fromkeys(range(0, until, 30), state)


EIGHT_OFF = all_day(1) | dict.fromkeys(range(0, 480, 30), 0)
"""Off 00:00-08:00, running 08:00-24:00: 16 h."""


@pytest.mark.parametrize(
    ("told_h", "disagrees"),
    [
        pytest.param(16.0, False, id="the same"),
        pytest.param(16.5, False, id="half an hour more"),
        pytest.param(15.5, False, id="half an hour less"),
        pytest.param(16.51, True, id="36 s more than half an hour"),
        pytest.param(15.49, True, id="36 s less"),
        pytest.param(24.0, True, id="a full day told"),
        pytest.param(24.5, True, id="more than a day has"),
        pytest.param(-1.0, True, id="less than nothing"),
        pytest.param(None, False, id="nothing told"),
    ],
)
def test_told_hours_may_differ_by_the_tolerance(told_h: float | None, *, disagrees: bool) -> None:
    assert bool(found_for(told_h, EIGHT_OFF)) == disagrees


def test_a_record_dated_within_a_day_was_dated_by_a_wrong_clock() -> None:
    """An hour before the midnight that it should begin at: of which day it tells nobody knows."""
    assert found_for(24.0, EIGHT_OFF, begin=1380) == ()


def test_it_is_told_with_both_numbers() -> None:
    (found,) = found_for(24.0, EIGHT_OFF)

    assert (found.rule, found.since, found.until) == ("run_hours_disagree", at(0), at(1440))
    assert found.zh == (
        "2026-03-01，FGD1上报日运行时间24 h，而按上报状态统计确定运行16 h、状态未知0 h，差值超过允许的0.5 h。"
    )
    assert "told 24 h of running, while the states it reported make 16 h" in found.en
    assert found.sure


@pytest.mark.parametrize(
    ("told_h", "disagrees"),
    [
        pytest.param(10.0, False, id="none of the unknown hours ran"),
        pytest.param(24.0, False, id="all of them ran"),
        pytest.param(9.0, True, id="less than surely ran"),
    ],
)
def test_unknown_hours_may_have_run_or_not(told_h: float, *, disagrees: bool) -> None:
    """Reports of running from 00:00 to 09:00, the last of which holds 60 min: 10 h surely, then
    silence, 14 h unknown: from 10 - 0.5 to 24 + 0.5 h agree."""
    assert bool(found_for(told_h, all_day(1, 570))) == disagrees


def test_a_day_that_is_not_whole_is_not_compared() -> None:
    assert found_for(24.0, EIGHT_OFF, begin=-1440) == ()


def test_without_reported_states_there_is_nothing_to_compare() -> None:
    asked = Scene(()).asked()

    assert run_hours_disagree(FGD, (record(0, 3.0),), asked) == ()
