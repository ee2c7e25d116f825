"""The load of 5,000 real hours of inflow equals an exact calculation made another way."""

import csv
import gzip
import os
from calendar import monthrange
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from schemas.judgement import Stage
from schemas.record import Record
from schemas.registry_words import BEIJING
from services.rules.sewage import SewageWorks, day_volumes, load_rate
from services.rules.sewage_parameters import SewageLoadParameters
from services.rules.water_flow import Flow, flow_of
from services.rules.water_validity import WaterJudge

START = datetime(2024, 1, 1, tzinfo=BEIJING).astimezone(UTC)
HOUR = timedelta(hours=1)
MONTHS = [date(2024, month, 1) for month in range(1, 8)]


def inflow() -> list[str]:
    """The hours of the file in its order, m3/h, as written there."""
    shared = os.environ.get("QINGKONG_SHARED")
    if shared is None:
        if "CI" in os.environ:
            pytest.fail("QINGKONG_SHARED must name the shared folder in CI")
        pytest.skip("set QINGKONG_SHARED to the shared folder to read the sewage works' file")
    file = Path(shared) / "data" / "sewage-inflow-hourly.csv.gz"
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        return [row["flow"] for row in csv.DictReader(lines, delimiter=";")]


@pytest.fixture(scope="module")
def hours() -> list[str]:
    found = inflow()
    assert len(found) == 5000
    return found


@pytest.fixture(scope="module")
def flow(hours: list[str]) -> Flow:
    records = [Record(START + place * HOUR, 3600, float(text)) for place, text in enumerate(hours)]
    return flow_of(records, "m3/h", WaterJudge(flow=True))


def exact_loads(hours: list[str], design: int) -> dict[date, tuple[Fraction, Fraction]]:
    """Volume and capacity of each month, from whole local days only; no code of the project.

    A number's fraction is that of its digits. A day with all of 24 hours counts.
    """
    days: defaultdict[date, list[Fraction]] = defaultdict(list)
    for place, text in enumerate(hours):
        days[(datetime(2024, 1, 1) + place * HOUR).date()].append(Fraction(text))  # noqa: DTZ001 - the site's clock
    months: dict[date, tuple[Fraction, Fraction]] = {}
    for day, values in days.items():
        if len(values) == 24:
            volume, capacity = months.get(day.replace(day=1), (Fraction(0), Fraction(0)))
            months[day.replace(day=1)] = (volume + sum(values), capacity + design)
    return months


@pytest.mark.parametrize("design", [80_000, 60_000])
def test_monthly_loads_and_findings_are_exact(hours: list[str], flow: Flow, design: int) -> None:
    """Months of 2024 from the first hour on: January to June whole, July until its 27th day."""
    works = SewageWorks(1, "示例厂", "the sample works", Decimal(design), date(2020, 1, 1), "town")
    expected = exact_loads(hours, design)
    params = SewageLoadParameters()

    found = {
        month: load_rate(works, month, day_volumes(flow, month, BEIJING), Stage.FINAL, params)
        for month in MONTHS
    }

    assert sum(len(values) for values in (MONTHS, expected)) == 14
    for month, load in found.items():
        volume, capacity = expected[month]
        assert Fraction(load.row.numerator) == volume, month
        assert Fraction(load.row.denominator) == capacity, month
    assert {
        month
        for month, load in found.items()
        if any(one.rule == "sewage_load_year" for one in load.findings)
    } == {
        month
        for month, (volume, capacity) in expected.items()
        if volume / capacity < Fraction(60, 100)
    }


def test_only_whole_days_of_the_last_month_count(hours: list[str], flow: Flow) -> None:
    """5000 h are 208 days and 8 hours: 182 days to the end of June, then 26 whole ones."""
    assert sum(monthrange(2024, month)[1] for month in range(1, 7)) == 182
    works = SewageWorks(1, "示例厂", "the sample works", Decimal(80_000))

    july = day_volumes(flow, MONTHS[-1], BEIJING)
    load = load_rate(works, MONTHS[-1], july, Stage.FINAL, SewageLoadParameters())

    assert load.row.evidence["days_counted"] == 26
    assert load.row.evidence["days"] == 31
    assert len(hours) == 208 * 24 + 8
