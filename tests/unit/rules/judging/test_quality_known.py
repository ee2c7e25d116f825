"""What is known of a logger's flags, times and clock, and of its plant's facilities, reaches the indicators."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from schemas.judgement import Finding
from schemas.record import Record
from services.rules.judging.quality_day import QualityDay
from services.rules.judging.quality_part import judge_quality
from services.rules.judging.quality_reasons import switched_of
from services.rules.judging.records import MAIN
from services.rules.quality.case import While
from services.rules.quality.hour_fit import OFF, UNSURE, Why
from tests.fixtures.plant_days import HOUR, MINUTE, Site
from tests.fixtures.quality_days import END, quality_day, wandering

TEXT = """
plants:
  - code: P1
    name: 示例厂
    region: 1505
    outlets:
      - {{code: DA001, medium: air, reference_oxygen: 6}}
    devices:
      - mn: MN-A
        commissioned_at: 2025-01-01
        {said}
        channels:
          - {{code: a21026, point: DA001/out/a21026, unit: mg/m3}}
"""
SO2 = "DA001/out/a21026"
DAY_H = 28
"""The day, and the four hours before it that are looked at too."""


def day_of(said: str = "utc_offset: '+08:00'", *, flag: str | None = "N") -> QualityDay:
    """Each hour's minutes go evenly from 0.8 to 1.2 of 30; the last two hours say 1.1 of it."""
    site = Site(TEXT.format(said=said))
    day = quality_day(site, {SO2: wandering(30.0)})
    key = site.point(SO2), MAIN
    since = END - DAY_H * HOUR
    spread = np.linspace(24.0, 36.0, 60).tolist()
    minutes = [
        Record(since + place * HOUR + minute * MINUTE, 60, value, flag)
        for place in range(DAY_H)
        for minute, value in enumerate(spread)
    ]
    hours = [
        Record(since + place * HOUR, 3_600, 33.0 if place >= DAY_H - 2 else 30.0, flag)
        for place in range(DAY_H)
    ]
    recorded = replace(day.recorded, since=since, minutes={key: minutes}, hours={key: hours})
    return replace(day, recorded=recorded)


def of_hours(day: QualityDay) -> Finding:
    (found,) = [one for one in judge_quality(day) if one.rule in {OFF, UNSURE}]
    return found


def test_of_a_logger_by_the_standard_it_is_a_suspicion() -> None:
    """33 against the mean of 24 to 36, 30: 10 % off, twice."""
    found = of_hours(day_of())

    assert found.rule == OFF
    assert (found.since, found.until) == (END - 2 * HOUR, END)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        pytest.param("unflagged_as: N", Why.UNFLAGGED, id="no flags"),
        pytest.param("policies: [data_time_from_qn]", Why.UNDATED, id="no data times"),
    ],
)
def test_of_a_logger_registered_without_flags_or_times_it_is_none(said: str, why: Why) -> None:
    found = of_hours(day_of(said))

    assert found.rule == UNSURE
    assert found.evidence["why"] == [why.value]


def test_of_a_logger_that_is_not_known_to_send_no_flags_its_records_tell() -> None:
    assert of_hours(day_of(flag=None)).rule == UNSURE


@pytest.mark.parametrize(
    ("hours_before", "rule"), [(2, UNSURE), (20, OFF)], ids=["then", "another time"]
)
def test_while_the_clock_is_known_to_be_wrong_it_is_none(hours_before: int, rule: str) -> None:
    day = day_of()
    device = next(one.device for one in day.view.points().values() if one.device is not None)
    since = END - hours_before * HOUR
    wrong = While(since, since + timedelta(minutes=30))

    assert of_hours(replace(day, clocks={device.id: [wrong]})).rule == rule
    assert of_hours(replace(day, clocks={device.id + 1: [wrong]})).rule == OFF


WAYS = """
plants:
  - code: P1
    name: 示例厂
    region: 1505
    outlets:
      - {code: DA001, medium: air, reference_oxygen: 6}
      - {code: DA002, medium: air, reference_oxygen: 6}
    units:
      - {code: B1, process: coal_boiler, fuel: coal}
      - {code: B2, process: coal_boiler, fuel: coal}
    facilities:
      - {code: FGD1, treatment: desulphurisation}
      - {code: FGD2, treatment: desulphurisation}
    groups:
      - {code: G1, needed: 1, facilities: [FGD1], serves: [B1 -> DA001]}
      - {code: G2, needed: 1, facilities: [FGD2], serves: [B2 -> DA002]}
    devices:
      - mn: MN-A
        commissioned_at: 2025-01-01
        channels:
          - {code: a21026, point: DA001/out/a21026, unit: mg/m3}
          - {code: SB1, point: FGD1/state/SB1}
          - {code: SB2, point: FGD2/state/SB2}
"""


def test_facilities_on_the_way_are_known_to_be_switched() -> None:
    """FGD1 stops and starts again; FGD2 is on another outlet's way, and a report that repeats is no switch."""
    site = Site(WAYS)
    day = quality_day(site, {SO2: wandering(30.0)})
    first, second = (site.point(f"FGD{one}/state/SB{one}") for one in (1, 2))
    reports = [Record(END - at * HOUR, 60, state) for at, state in [(9, 1), (8, 2), (7, 2), (5, 1)]]
    others = [Record(END - at * HOUR, 60, state) for at, state in [(9, 1), (3, 2)]]
    states = {(first, MAIN): reports, (second, MAIN): others}
    day = replace(day, recorded=replace(day.recorded, states=states))

    switched = switched_of(day, day.view.outlets[site.subject("DA001")])

    assert switched == (END - 8 * HOUR, END - 5 * HOUR)
