"""A quarter is proposed as severe by its greatest multiple or by the share of periods over."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from schemas.judgement import Outcome
from schemas.period_outcome import PeriodOutcome
from schemas.registry_words import BEIJING
from services.rules.judging.month_case import PlantMonth
from services.rules.judging.severe_part import SEVERE, judge_severe
from services.rules.periods import local_month
from tests.fixtures.plant_days import HOUR, Site

MARCH = datetime(2025, 2, 28, 16, tzinfo=UTC)
QUARTER = datetime(2024, 12, 31, 16, tzinfo=UTC)
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
"""


def quarter(over: int, multiple: str, limit: int = 1) -> list[PeriodOutcome]:
    """A hundred hours, so many of them over by the multiple."""
    point = Site(TEXT).point("DA001/out/a21026")
    return [
        PeriodOutcome(point, limit, QUARTER + n * HOUR, Outcome.EXCEEDING, Decimal(multiple))
        if n < over
        else PeriodOutcome(point, limit, QUARTER + n * HOUR, Outcome.COMPLIANT, Decimal(0))
        for n in range(100)
    ]


def march() -> PlantMonth:
    bounds = local_month(MARCH, BEIJING)
    return PlantMonth(Site(TEXT).month(bounds.until + timedelta(hours=1)).frame, bounds)


@pytest.mark.parametrize(
    ("over", "multiple", "by"),
    [
        (1, "1", ["multiple"]),
        (1, "0.999", []),
        (20, "0.1", ["share"]),
        (19, "0.1", []),
        (20, "2", ["multiple", "share"]),
    ],
    ids=["twice the limit", "nearly", "a fifth", "less", "both"],
)
def test_a_quarter_is_proposed_by_either(over: int, multiple: str, by: list[str]) -> None:
    found = judge_severe(march(), quarter(over, multiple))

    assert [one.evidence["by"] for one in found.findings] == ([by] if by else [])
    assert all(one.since == QUARTER and not one.sure for one in found.findings)
    assert found.asked == {SEVERE}


def test_limits_are_counted_each_by_itself() -> None:
    """20 of 100 over one limit, none of 100 over another: a fifth, and not a tenth."""
    found = judge_severe(march(), [*quarter(20, "0.1"), *quarter(0, "0", limit=2)])

    (finding,) = found.findings
    assert finding.evidence["share_percent"] == "20"
