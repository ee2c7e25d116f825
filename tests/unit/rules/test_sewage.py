"""The load of a sewage works, and works that stand idle, worked by hand."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.judgement import Stage
from schemas.registry_rows import SubjectRow
from schemas.registry_words import BEIJING
from services.rules.sewage import (
    Load,
    SewageWorks,
    day_volumes,
    design_of,
    idle_findings,
    load_rate,
)
from services.rules.sewage_parameters import SewageIdleParameters, SewageLoadParameters
from tests.fixtures.water import HOUR, MIDNIGHT, flows

MARCH = date(2025, 3, 1)
PARAMS = SewageLoadParameters()


def works(
    design: str = "24000",
    commissioned: date | None = date(2020, 1, 1),
    place: Literal["city", "town"] | None = "city",
) -> SewageWorks:
    return SewageWorks(
        4, "示例污水处理厂", "the sample works", Decimal(design), commissioned, place
    )


def load(
    rates: Sequence[float | None], of: SewageWorks | None = None, stage: Stage = Stage.FINAL
) -> Load:
    """The load of March from hours of flow in m3/h."""
    days = day_volumes(flows(rates), MARCH, BEIJING)
    return load_rate(of or works(), MARCH, days, stage, PARAMS)


def test_load_is_volume_of_capacity_and_days() -> None:
    """E04: 31 days x 24 h x 800 m3/h = 595200 m3 of 24000 x 31 = 744000 m3: 80 %."""
    found = load([800] * 744)

    assert (found.row.numerator, found.row.denominator) == (595_200, 744_000)
    assert (found.row.measure, found.row.start, found.row.sure) == ("load", MIDNIGHT, True)
    assert found.findings == ()


def test_a_little_under_eighty_percent_is_too_little_for_a_city() -> None:
    found = load([799] * 744)

    [finding] = found.findings
    assert finding.rule == "sewage_load"
    assert "负荷率79.9%，低于80%" in finding.zh
    assert "a load of 79.9 %, below 80 %" in finding.en
    assert "设计能力24000 m3/d" in finding.zh
    assert (finding.since, finding.until) == (MIDNIGHT, MIDNIGHT + timedelta(days=31))
    assert (finding.sure, finding.doubts) == (True, ())


def test_a_town_needs_sixty() -> None:
    """600 m3/h: 60 % exactly is enough for a town, and for the first year."""
    assert load([600] * 744, works(place="town")).findings == ()
    assert [one.rule for one in load([599] * 744, works(place="town")).findings] == [
        "sewage_load_year",
        "sewage_load",
    ]


def test_an_unknown_place_is_held_to_the_stricter_level_and_says_so() -> None:
    [finding] = load([700] * 744, works(place=None)).findings

    assert (finding.sure, finding.doubts) == (False, ("place",))
    assert "低于80%" in finding.zh


@pytest.mark.parametrize(
    ("commissioned", "found"),
    [
        (date(2024, 3, 1), True),
        (date(2024, 3, 2), False),
        (date(2024, 2, 29), True),
        (None, True),
    ],
    ids=["a year ago", "a day less", "on a leap day", "not known"],
)
def test_the_first_year_is_for_growing(commissioned: date | None, found: bool) -> None:  # noqa: FBT001 - a case
    findings = load([500] * 744, works(commissioned=commissioned)).findings

    year = [one for one in findings if one.rule == "sewage_load_year"]
    assert bool(year) == found
    if year:
        assert year[0].sure == (commissioned is not None)


def test_a_month_that_is_not_over_is_not_held_against_a_level() -> None:
    found = load([100] * 744, stage=Stage.PROVISIONAL)

    assert (found.findings, found.row.stage) == ((), Stage.PROVISIONAL)


def test_a_day_known_for_three_quarters_counts_as_a_whole_one_and_is_a_doubt() -> None:
    """18 h x 1000 m3/h = 18000 m3 known of the first day: 24000 m3 for all of it."""
    found = load([1000] * 18 + [None] * 6 + [1000] * 720)

    assert found.row.numerator == found.row.denominator == 744_000
    assert (found.row.sure, found.row.evidence["days_in_part"]) == (False, 1)


def test_a_day_known_for_less_leaves_both_sides() -> None:
    found = load([1000] * 17 + [None] * 7 + [1000] * 720)

    assert found.row.numerator == found.row.denominator == 720_000
    assert found.row.evidence["days_counted"] == 30


def test_a_month_mostly_unknown_is_not_judged() -> None:
    found = load([100] * 24 * 23)

    assert (found.findings, found.row.sure) == ((), False)


def test_a_month_without_any_data_has_no_rate() -> None:
    found = load([])

    assert (found.row.denominator, found.findings) == (0, ())


@pytest.mark.parametrize(
    ("capacity", "unit", "found"),
    [(80_000.0, "m3/d", 80_000), (8.0, "万m3/d", 80_000), (1000.0, "m3/h", 24_000),
     (None, "m3/d", None), (65.0, "t/h", None), (5.0, None, None)],
)  # fmt: skip
def test_the_design_capacity_is_read_from_the_registry(
    capacity: float | None, unit: str | None, found: int | None
) -> None:
    row = SubjectRow(4, 1, "facility", "F1", "厂", design_capacity=capacity, design_unit=unit)

    assert design_of(row) == found


@given(st.lists(st.floats(0, 5000, width=32), min_size=31, max_size=31))
def test_more_water_never_lowers_the_load(rates: list[float]) -> None:
    less = load([rate for rate in rates for _ in range(24)])
    more = load([rate + 1 for rate in rates for _ in range(24)])

    assert more.row.numerator > less.row.numerator
    assert len(more.findings) <= len(less.findings)


IDLE = SewageIdleParameters()
WEEK = (MIDNIGHT, MIDNIGHT + timedelta(days=7))


def idle(rates: Sequence[float | None], *stopped: tuple[int, int]) -> list[tuple[int, int | None]]:
    """From which hour to which one the works stood idle."""
    spans = [(MIDNIGHT + since * HOUR, MIDNIGHT + until * HOUR) for since, until in stopped]
    found = idle_findings(works(), flows(rates), WEEK, spans, IDLE)
    return [
        (
            (one.since - MIDNIGHT) // HOUR,
            None if one.until is None else (one.until - MIDNIGHT) // HOUR,
        )
        for one in found
    ]


def test_a_day_without_water_that_nobody_declared_is_idle() -> None:
    assert idle([500] * 10 + [0] * 24 + [500] * 134) == [(10, 34)]


def test_less_than_a_day_is_not() -> None:
    assert idle([500] * 10 + [0] * 23 + [500] * 135) == []


def test_a_declared_stop_is_no_idleness() -> None:
    assert idle([0] * 48 + [500] * 120, (0, 48)) == []
    assert idle([0] * 72 + [500] * 96, (0, 24)) == [(24, 72)]


def test_time_without_data_is_unknown_and_ends_idleness() -> None:
    assert idle([0] * 20 + [None] + [0] * 20 + [500] * 100) == []


def test_idleness_that_lasts_is_open() -> None:
    assert idle([500] * 100 + [0] * 68) == [(100, None)]


def test_what_is_found_says_when_and_for_how_long() -> None:
    [found] = idle_findings(works(), flows([500] * 10 + [0] * 30 + [9] * 128), WEEK, [], IDLE)

    assert "2025-03-01 10:00至2025-03-02 16:00，示例污水处理厂30小时无处理水量" in found.zh
    assert "30 h" in found.en
    assert (found.sure, found.doubts) == (False, ("idle_s",))


def test_a_trickle_may_be_set_to_be_none() -> None:
    """24000 m3/d are 1000 m3/h: 1 % of it are 10 m3/h."""
    params = SewageIdleParameters(idle_percent=Decimal(1), idle_s=86_400)

    assert len(idle_findings(works(), flows([10.0] * 168), WEEK, [], params)) == 1
    assert idle_findings(works(), flows([10.1] * 168), WEEK, [], params) == []
    assert idle_findings(works(), flows([10.0] * 168), WEEK, [], IDLE) == []
