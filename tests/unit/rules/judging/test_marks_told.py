"""A verdict over its limit names the marks that do not exempt it, and why not."""

from dataclasses import replace
from datetime import timedelta

import pytest

from schemas.judgement import Outcome, Period, VerdictRow
from schemas.marks import Mark, Review
from services.rules.judging.plant_day import judge_plant_day
from tests.fixtures.plant_days import DAY, HOUR, Site, bound, mark

TEXT = """
plants:
  - code: P1
    name: 示例厂
    region: 1505
    outlets:
      - {code: DA001, medium: air}
    units:
      - {code: W1, process: hazardous_waste_incinerator}
    devices:
      - mn: MN-A
        commissioned_at: 2025-01-01
        channels:
          - {code: a21001, unit: mg/m3}
          - {code: a34013, unit: mg/m3}
"""
START_UP = "waste_incineration/start_up"


def told(*marks: Mark) -> VerdictRow:
    """The day's fifth hour at 300, over a limit of 100; dust at 20."""
    site = Site(TEXT)
    site.bind("DA001/out/a21001", bound("100"))
    values = {"DA001/out/a21001": [300.0] * 5, "DA001/out/a34013": [20.0] * 5}
    case = site.day(values, hours=5, now=DAY + 30 * HOUR)
    key = site.subject("DA001")
    some = [one._replace(subject=key) for one in marks]
    found = judge_plant_day(replace(case, marks={key: some}))
    (row,) = [
        one for one in found.verdicts if one.period is Period.HOUR and one.start == DAY + 4 * HOUR
    ]
    return row


@pytest.mark.parametrize(
    ("marks", "why"),
    [
        pytest.param([mark(1, START_UP, DAY, DAY + 6 * HOUR)], "over_cap", id="启炉 6 h of 4"),
        pytest.param(
            [
                mark(1, "waste_incineration/shut_down", DAY - timedelta(days=9), DAY - 156 * HOUR),
                mark(1, "waste_incineration/shut_down", DAY, DAY + 6 * HOUR, 2),
            ],
            "quota_used_up",
            id="60 h of the year are gone",
        ),
        pytest.param(
            [mark(1, START_UP, DAY, DAY + 6 * HOUR)._replace(review=Review.REJECTED)],
            "rejected",
            id="rejected",
        ),
    ],
)
def test_marks_that_exempt_nothing_stand_in_the_evidence(marks: list[Mark], why: str) -> None:
    row = told(*marks)

    assert row.outcome is Outcome.EXCEEDING
    exemption = row.evidence["exemption"]
    assert isinstance(exemption, dict)
    assert (exemption["claim"], exemption["why"]) == ("none", why)
    assert exemption["marks"] == [marks[-1].mark]


def test_without_marks_nothing_is_said_of_them() -> None:
    assert "exemption" not in told().evidence
