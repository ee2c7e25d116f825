"""The parts of a plant's pages that are pure: tightest limits, drawn lines, gaps that end soon."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from schemas.limits import Averaging, Bound, Law, LimitVersion
from services.api.console.plants.cards import tightest
from services.api.console.plants.facts import OutletGap, RateSeries, closing
from services.api.models.status_place import GapModel, MendModel
from services.store.history_rates import RateLine

NOW = datetime(2026, 8, 10, 1, tzinfo=UTC)
LAW = Law("standard", "GB 13223-2011", "1", "high", verified=True, source="")


def limit(high: str, averaging: Averaging = "hour", condition: str = "") -> LimitVersion:
    bound = Bound(
        "<=", None, Decimal(high), "mg/m3", "concentration", averaging, Decimal(6), condition
    )
    return LimitVersion(1, 1, 1, None, None, bound, LAW, "assign", "", "anna", None, NOW, 1)


def rate(numerator: float, denominator: float) -> RateLine:
    return RateLine(
        *(1, "B1", "unit", "synchronous", "", NOW, "final", numerator, denominator),
        *(True, dict[str, object](), "1", "1"),
    )


def gap(due: datetime | None, *, still: bool = True) -> OutletGap:
    mend = MendModel(
        kind="mark", zh="标记", en="a mark", first_due=due, last_due=due, open=still, doubts=[]
    )
    told = GapModel(
        point="out/a21026", since=NOW, until=NOW, hours=1, kind="missing", reason="missing",
        seconds={}, zh="无数据", en="no record", marks=[], mends=[mend],
    )  # fmt: skip
    return OutletGap("DA001", ["out/a21026"], told)


def test_the_tightest_limit_is_that_which_is_reached_first() -> None:
    found = tightest([limit("100"), limit("35"), limit("10", "day")], "hour")

    assert found is not None
    assert found.high == 35


def test_a_limit_under_a_condition_stands_behind_one_without() -> None:
    found = tightest([limit("10", condition="fuel = gas"), limit("100")], "hour")

    assert found is not None
    assert found.high == 100


def test_where_no_limit_is_on_such_means_there_is_none() -> None:
    assert tightest([limit("100")], "month") is None


def test_counts_are_added_before_they_are_divided() -> None:
    series = RateSeries("B1", "unit", "synchronous", "", [rate(1, 1), rate(0, 3), rate(0, 0)])

    assert series.value == 0.25
    assert series.drawn(100, 20) == "0.0,0.0 50.0,20.0"


def test_what_has_no_denominator_has_no_rate() -> None:
    assert RateSeries("B1", "unit", "synchronous", "", [rate(0, 0)]).value is None


@pytest.mark.parametrize(
    ("found", "soon"),
    [
        (gap(NOW + timedelta(hours=5)), True),
        (gap(NOW + timedelta(days=3)), False),
        (gap(NOW - timedelta(hours=1), still=False), False),
        (gap(None), False),
    ],
    ids=["today", "later", "past", "no time"],
)
def test_a_gap_is_named_while_its_time_runs_out(found: OutletGap, *, soon: bool) -> None:
    assert (closing([found], NOW, timedelta(days=1)) == [found]) is soon
