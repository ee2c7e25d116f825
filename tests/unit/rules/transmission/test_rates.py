"""Days made rates of points, outlets and plants, by day, month, quarter and year."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from schemas.judgement import PerformanceRow, Period, Stage
from schemas.registry_words import BEIJING
from services.rules.periods import local_month
from services.rules.transmission.counting import Counted, FactorDay, Tally, Version, summed
from services.rules.transmission.parameters import Step, TransmissionParameters
from services.rules.transmission.rates import (
    Level,
    effectiveness,
    performance_rows,
    period_of,
    stage_of,
    told_rates,
)
from services.rules.transmission.records import Assessing
from tests.fixtures.transmitted import LONG_AFTER, at

ASKED = Assessing(LONG_AFTER)


def day(
    of: datetime,
    count: Counted,
    outlet: int = 3,
    point: int = 7,
    doubts: frozenset[str] = frozenset(),
) -> FactorDay:
    code = f"a{point}"
    return FactorDay(outlet, point, code, of, Tally(dict.fromkeys(Version, count), doubts=doubts))


MARCH_1, MARCH_2, APRIL_1 = at(0), at(0, day=2), at(0, day=32)
DAYS = [
    day(MARCH_1, Counted(25, 25, 25)),
    day(MARCH_2, Counted(25, 20, 15)),
    day(MARCH_1, Counted(25, 10, 5), point=8),
    day(MARCH_1, Counted(25, 25, 20), outlet=4, point=9),
    day(APRIL_1, Counted(25, 25, 24)),
]


@pytest.mark.parametrize(
    ("level", "step", "expected"),
    [
        pytest.param(
            "point", "day", [(25, 25), (25, 5), (25, 20), (25, 15), (25, 24)], id="points"
        ),
        pytest.param("outlet", "month", [(75, 45), (25, 20), (25, 24)], id="outlets"),
        pytest.param("plant", "month", [(100, 65), (25, 24)], id="the plant"),
        pytest.param("plant", "quarter", [(100, 65), (25, 24)], id="quarters"),
        pytest.param("plant", "year", [(125, 89)], id="the year"),
    ],
)
def test_counts_are_added_before_they_are_divided(
    level: Level, step: Step, expected: list[tuple[int, int]]
) -> None:
    """The plant in March: 25 + 25 + 25 + 25 = 100 due, 25 + 15 + 5 + 20 = 65 valid: 65 %."""
    found = effectiveness(DAYS, level, step, ASKED)

    counts = [one.counted(Version.AUDITED) for one in found]
    assert sorted((one.due, one.valid) for one in counts) == sorted(expected)


def test_the_order_of_days_plays_no_part() -> None:
    assert effectiveness(DAYS, "outlet", "month", ASKED) == effectiveness(
        reversed(DAYS), "outlet", "month", ASKED
    )


def test_a_level_says_whose_rate_it_is() -> None:
    point, outlet, plant = (
        effectiveness(DAYS[:1], level, "month", ASKED)[0] for level in ("point", "outlet", "plant")
    )

    assert (point.outlet, point.point, point.code) == (3, 7, "a7")
    assert (outlet.outlet, outlet.point, outlet.code) == (3, None, "")
    assert (plant.outlet, plant.point, plant.code) == (None, None, "")


@pytest.mark.parametrize(
    ("now", "stage"),
    [
        pytest.param(at(23, day=31), Stage.PROVISIONAL, id="while it runs"),
        pytest.param(at(24, day=31), Stage.FINAL, id="when it is over"),
        pytest.param(datetime(2025, 4, 10, 23, 59, tzinfo=BEIJING), Stage.FINAL, id="on the 10th"),
        pytest.param(datetime(2025, 4, 11, tzinfo=BEIJING), Stage.CLOSED, id="after the 10th"),
    ],
)
def test_a_month_is_closed_when_it_can_be_amended_and_papered_no_more(
    now: datetime, stage: Stage
) -> None:
    assert stage_of(local_month(at(0), BEIJING), Assessing(now)) is stage


def test_a_longer_window_keeps_a_month_open() -> None:
    params = TransmissionParameters(amend_days=20)
    asked = Assessing(datetime(2025, 4, 15, tzinfo=BEIJING), params)

    assert stage_of(local_month(at(0), BEIJING), asked) is Stage.FINAL


def test_rows_have_three_measures_in_three_versions_under_the_outlet() -> None:
    rows = performance_rows(effectiveness(DAYS[:1], "point", "month", ASKED))

    assert [row.measure for row in rows] == [
        *("transmission_first", "validity_first", "effectiveness_first"),
        *("transmission_backfilled", "validity_backfilled", "effectiveness_backfilled"),
        *("transmission", "validity", "effectiveness"),
    ]
    assert {(row.subject, row.code, row.period, row.start) for row in rows} == {
        (3, "a7", Period.MONTH, MARCH_1)
    }
    assert all(row.sure for row in rows)


def test_the_three_rates_of_a_row_are_what_of_what() -> None:
    """20 of 25 came, 15 of them valid: 20/25, 15/20, 15/25."""
    rows = performance_rows(effectiveness(DAYS[1:2], "outlet", "day", ASKED))

    audited = [(row.numerator, row.denominator) for row in rows[-3:]]
    assert audited == [
        (Decimal(20), Decimal(25)),
        (Decimal(15), Decimal(20)),
        (Decimal(15), Decimal(25)),
    ]


def test_a_plant_is_no_subject_and_has_no_rows() -> None:
    assert performance_rows(effectiveness(DAYS, "plant", "month", ASKED)) == []


def test_what_one_day_doubts_the_month_doubts() -> None:
    doubted = day(MARCH_2, Counted(1, 1, 1), doubts=frozenset({"check_hours_a_day"}))

    [month] = effectiveness([DAYS[0], doubted], "outlet", "month", ASKED)

    assert month.doubts == ("check_hours_a_day",)
    assert not month.sure


def test_hours_not_judged_yet_leave_a_rate_unsure() -> None:
    tally = Tally(dict.fromkeys(Version, Counted(24, 24, 20)), noted={"unjudged": 4})

    [found] = effectiveness([FactorDay(3, 7, "a7", MARCH_1, tally)], "outlet", "day", ASKED)

    assert found.doubts == ("unjudged",)


def test_nothing_sums_to_nothing() -> None:
    assert set(summed([]).counts.values()) == {Counted()}


def test_a_quarter_is_a_local_quarter() -> None:
    bounds = period_of(at(0, day=31), "quarter", BEIJING)

    assert bounds.since == datetime(2025, 1, 1, tzinfo=BEIJING)
    assert bounds.until == datetime(2025, 4, 1, tzinfo=BEIJING)


def months(*sums: tuple[datetime, Counted]) -> list[PerformanceRow]:
    """Rows of an outlet's months, as they are kept."""
    days = [day(since, counted) for since, counted in sums]
    return performance_rows(effectiveness(days, "outlet", "month", ASKED))


def test_a_quarter_is_the_sum_of_its_months_as_they_were_kept() -> None:
    """January 20 of 25, February 24 of 25, March 10 of 50: 54 of 100, and not the mean of three rates."""
    january = datetime(2025, 1, 1, tzinfo=BEIJING)
    february = datetime(2025, 2, 1, tzinfo=BEIJING)
    rows = months(
        (january, Counted(25, 25, 20)),
        (february, Counted(25, 24, 24)),
        (MARCH_1, Counted(50, 10, 10)),
    )

    [found] = told_rates(rows, "quarter", ASKED)

    assert found.counted(Version.AUDITED) == Counted(100, 59, 54)
    assert found.counted(Version.FIRST).effectiveness == 54
    assert (found.outlet, found.level, found.doubts) == (3, "outlet", ())
    assert {row.period for row in performance_rows([found])} == {Period.QUARTER}


def test_a_month_that_is_not_there_is_a_doubt_of_the_quarter() -> None:
    [found] = told_rates(months((MARCH_1, Counted(50, 10, 10))), "quarter", ASKED)

    assert found.doubts == ("months_missing",)


def test_doubts_and_what_was_left_out_of_a_month_go_with_it_into_the_year() -> None:
    tally = Tally(
        dict.fromkeys(Version, Counted(25, 25, 25)),
        left_out={"stopped": 3},
        noted={"revised": 2},
        doubts=frozenset({"check_hours_a_day"}),
    )
    rows = performance_rows(
        effectiveness([FactorDay(3, 7, "a7", MARCH_1, tally)], "point", "month", ASKED)
    )

    [found] = told_rates(rows, "year", ASKED)

    assert (found.level, found.code) == ("point", "a7")
    assert (found.tally.left_out, found.tally.noted) == ({"stopped": 3}, {"revised": 2})
    assert set(found.doubts) == {"check_hours_a_day", "months_missing"}


def test_only_the_audited_effectiveness_carries_all_counts() -> None:
    rows = months((MARCH_1, Counted(25, 20, 15)))

    carrying = [row.measure for row in rows if "audited" in row.evidence]
    assert carrying == ["effectiveness"]


def test_a_month_stays_provisional_while_its_last_record_may_come_in_time() -> None:
    march = local_month(at(0), BEIJING)
    asked = replace(ASKED, grace=timedelta(hours=6))

    stages = [
        stage_of(march, replace(asked, now=march.until + timedelta(hours=hours)))
        for hours in (5, 6)
    ]

    assert stages == [Stage.PROVISIONAL, Stage.FINAL]
