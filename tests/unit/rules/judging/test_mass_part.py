"""Mass of months with what stands in for missing hours, and the capture rate that allows it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from schemas.judgement import Period
from schemas.registry_words import BEIJING
from services.rules.judging.mass_part import MassBelieved, judge_mass_months
from services.rules.judging.month_case import PlantMonth
from services.rules.periods import local_month
from tests.fixtures.plant_days import HOUR, Site, findings, rates

MARCH = datetime(2025, 2, 28, 16, tzinfo=UTC)
QUARTER = datetime(2024, 12, 31, 16, tzinfo=UTC)
APRIL = datetime(2025, 3, 31, 16, tzinfo=UTC)
HOURS = (APRIL - QUARTER) // HOUR  # 90 days x 24 = 2160
TEXT = """
plants:
  - code: P1
    name: 示例厂
    region: 1505
    outlets:
      - {code: DA001, medium: air}
    devices:
      - mn: MN-A
        commissioned_at: 2024-01-01
        channels:
          - {code: a21026, unit: mg/m3}
          - {code: a00000, unit: m3/h}
"""
Kg = dict[datetime, Decimal | None]


def month(site: Site, since: datetime) -> PlantMonth:
    bounds = local_month(since, BEIJING)
    frame = site.month(bounds.until + HOUR).frame
    return PlantMonth(frame, bounds)


def whole(kg: str = "1", until: datetime = APRIL) -> Kg:
    """A mass for each hour of the quarter."""
    return {QUARTER + n * HOUR: Decimal(kg) for n in range((until - QUARTER) // HOUR)}


def believed(site: Site, kg: Mapping[datetime, Decimal | None]) -> MassBelieved:
    """Whose concentration is valid wherever there is a mass."""
    point = site.point("DA001/out/a21026")
    return MassBelieved({point: kg}, {point: {at for at, mass in kg.items() if mass is not None}})


def test_the_months_of_the_quarter_are_sums_in_tonnes() -> None:
    """1 kg an hour: January 744 h, February 672 h, March 744 h."""
    site = Site(TEXT)

    found = judge_mass_months(month(site, MARCH), believed(site, whole()))

    rows = rates(found, "mass", Period.MONTH)
    assert [row.denominator for row in rows] == [
        Decimal("0.744"),
        Decimal("0.672"),
        Decimal("0.744"),
    ]
    assert all(row.sure for row in rows)


def test_a_short_gap_is_filled_with_the_greatest_of_the_hours_before_it() -> None:
    """10 h missing in March, 5 kg in the hour before: 734 h x 1 kg + 4 kg measured, 10 x 5 kg stand in.

    Measured: 733 x 1 + 5 = 738 kg; standing in 50 kg; together 788 kg. Capture 2150 / 2160 > 90 %.
    """
    site = Site(TEXT)
    kg = whole()
    kg[MARCH + 99 * HOUR] = Decimal(5)
    for n in range(100, 110):
        kg[MARCH + n * HOUR] = None

    found = judge_mass_months(month(site, MARCH), believed(site, kg))

    row = rates(found, "mass", Period.MONTH)[-1]
    assert (row.numerator, row.denominator) == (Decimal("0.738"), Decimal("0.788"))
    assert row.evidence["stood_in"] == [
        {
            "since": (MARCH + 100 * HOUR).isoformat(),
            "rule": "max_180",
            "source": (MARCH + 99 * HOUR).isoformat(),
            "kg_h": "5",
            "hours": 10,
        }
    ]
    assert not row.sure


def test_hours_that_stood_still_are_neither_missing_nor_filled() -> None:
    site = Site(TEXT)
    kg = whole()
    still = {MARCH + n * HOUR for n in range(100)}
    kg.update(dict.fromkeys(still))
    point = site.point("DA001/out/a21026")

    found = judge_mass_months(
        month(site, MARCH), replace(believed(site, kg), stopped={point: frozenset(still)})
    )

    row = rates(found, "mass", Period.MONTH)[-1]
    (capture,) = rates(found, "capture", Period.MONTH)
    assert (row.evidence["stopped_h"], row.evidence["substituted_h"]) == (100, 0)
    assert (capture.numerator, capture.denominator) == (HOURS - 100, HOURS - 100)


@pytest.mark.parametrize(("missing", "short"), [(540, 0), (541, 1)], ids=["75 %", "under"])
def test_a_quarter_under_75_per_cent_is_short_and_nothing_stands_in(
    missing: int, short: int
) -> None:
    """2160 h: 540 missing leave exactly 75 %."""
    site = Site(TEXT)
    kg = whole()
    for n in range(missing):
        kg[MARCH + n * HOUR] = None

    found = judge_mass_months(month(site, MARCH), believed(site, kg))

    row = rates(found, "mass", Period.MONTH)[-1]
    assert len(findings(found, "capture_short")) == short
    assert row.evidence["substituted_h"] == (0 if short else missing)


def test_while_the_quarter_is_not_over_what_stands_in_may_change() -> None:
    site = Site(TEXT)
    kg = whole(until=MARCH)
    kg[QUARTER + timedelta(days=40)] = None

    found = judge_mass_months(month(site, MARCH - HOUR), believed(site, kg))

    rows = rates(found, "mass", Period.MONTH)
    assert len(rows) == 2
    doubts = rows[-1].evidence["doubts"]
    assert isinstance(doubts, list)
    assert "quarter_not_over" in doubts
    assert findings(found, "capture_short") == []


def test_a_point_that_began_within_the_quarter_is_due_from_then_on() -> None:
    site = Site(TEXT)
    kg: Kg = {MARCH + n * HOUR: Decimal(1) for n in range((APRIL - MARCH) // HOUR)}

    found = judge_mass_months(month(site, MARCH), believed(site, kg))

    (capture,) = rates(found, "capture", Period.MONTH)
    assert capture.denominator == 744


def test_a_flow_meter_that_is_out_takes_no_valid_data_from_the_concentration() -> None:
    """All 2160 h have a valid concentration, none has a mass: 2160 of 2160 h are captured."""
    site = Site(TEXT)
    kg = dict.fromkeys(whole())
    point = site.point("DA001/out/a21026")

    found = judge_mass_months(month(site, MARCH), MassBelieved({point: kg}, {point: frozenset(kg)}))

    (capture,) = rates(found, "capture", Period.MONTH)
    row = rates(found, "mass", Period.MONTH)[-1]
    assert (capture.numerator, capture.denominator) == (HOURS, HOURS)
    assert findings(found, "capture_short") == []
    assert (row.denominator, row.evidence["missing_h"], row.sure) == (0, 744, False)


def test_hours_whose_concentration_is_not_valid_are_not_captured() -> None:
    """2160 h due, 541 of them not valid: 1619 / 2160 = 74.95 %, under 75 %."""
    site = Site(TEXT)
    kg = whole()
    for n in range(541):
        kg[MARCH + n * HOUR] = None

    found = judge_mass_months(month(site, MARCH), believed(site, kg))

    (finding,) = findings(found, "capture_short")
    assert "1619" in finding.zh
