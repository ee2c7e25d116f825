"""A plant's month out of what is believed of its hours and days: means, verdicts, shares, rates."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from schemas.judgement import MeanRow, Outcome, PerformanceRow, Period, Stage
from schemas.period_outcome import PeriodOutcome
from services.rules.judging.plant_day import judge_plant_day
from services.rules.judging.plant_month import judge_plant_month
from services.rules.judging.repetition_part import REPEATED, judge_repetitions
from services.rules.periods import Bounds
from tests.fixtures.plant_days import DAY, HOUR, LAW, Site, bound, findings, mean, rates

MONTH = DAY - timedelta(days=1)  # 2025-03-01 00:00 in Beijing
END = MONTH + timedelta(days=31)
OVER = END + HOUR
STEEL = LAW._replace(origin="ultra_low", standard="环大气[2019]35号")
TEXT = """
plants:
  - code: P1
    name: 示例厂
    region: 1505
    outlets:
      - {code: DA001, medium: air}
      - {code: DW001, medium: water}
    units:
      - {code: B1, process: coal_boiler, fuel: coal}
    facilities:
      - {code: FGD1, treatment: desulphurisation}
    groups:
      - {code: G1, needed: 1, facilities: [FGD1], serves: [B1 -> DA001]}
    devices:
      - mn: MN-A
        commissioned_at: 2025-01-01
        channels:
          - {code: a21026, point: DA001/out/a21026, unit: mg/m3}
          - {code: a21002, point: DA001/out/a21002, unit: mg/m3}
          - {code: w01018, point: DW001/out/w01018, unit: mg/L, cycle: 3600}
          - {code: i33400, point: B1/state/load, unit: "%"}
          - {code: SB1, point: FGD1/state}
"""


def air(site: Site, value: str, days: int) -> list[MeanRow]:
    point = site.point("DA001/out/a21026")
    return [mean(point, MONTH + n * HOUR, value, mass="0.5") for n in range(24 * days)]


@pytest.mark.parametrize(
    ("days", "outcome"), [(25, Outcome.EXCEEDING), (24, Outcome.INVALID)], ids=["25 days", "24"]
)
def test_a_month_is_judged_by_its_limit_with_enough_days(days: int, outcome: Outcome) -> None:
    """All valid daily means are 60, the limit is 50; a valid month has 25 valid days."""
    site = Site(TEXT)
    site.bind("DA001/out/a21026", bound("50", averaging="month"))

    found = judge_plant_month(site.month(OVER, air(site, "60", days)))

    (row,) = found.means
    (verdict,) = found.verdicts
    assert (row.period, row.start, row.value) == (Period.MONTH, MONTH, 60)
    assert row.mass == Decimal("0.5") * 24 * days
    assert verdict.outcome is outcome


@pytest.mark.parametrize(
    ("days", "outcome"), [(31, Outcome.STOPPED), (30, Outcome.INVALID)], ids=["all", "all but one"]
)
def test_a_month_in_which_all_stood_still_is_stopped_and_not_invalid(
    days: int, outcome: Outcome
) -> None:
    site = Site(TEXT)
    site.bind("DA001/out/a21026", bound("50", averaging="month"))
    still = [
        row._replace(evidence={"stopped_s": 86_400})
        for row in days_of_rates(site.subject("DA001"), "synchronous", [0] * days)
    ]

    found = judge_plant_month(site.month(OVER, air(site, "60", 1), rates=still))

    (verdict,) = found.verdicts
    assert verdict.outcome is outcome


def test_a_running_month_has_no_mean() -> None:
    site = Site(TEXT)

    found = judge_plant_month(site.month(END - HOUR, air(site, "60", 30)))

    assert found.means == []


def test_a_month_of_water_is_made_of_the_days_as_they_were_kept() -> None:
    """Each of 31 days had 30 mg/L: their rows, read back, give a month of 30."""
    site = Site(TEXT)
    site.bind("DW001/out/w01018", bound("40", averaging="month")._replace(unit="mg/L"))
    one = judge_plant_day(site.day({"DW001/out/w01018": [30.0] * 24}))
    day = next(row for row in one.means if row.period is Period.DAY and row.value == 30)
    days = [day._replace(start=MONTH + timedelta(days=n)) for n in range(31)]

    found = judge_plant_month(site.month(OVER, days))

    (verdict,) = found.verdicts
    assert (verdict.period, verdict.outcome, verdict.value) == (
        Period.MONTH,
        Outcome.COMPLIANT,
        30,
    )


def outcomes(point: int, limit: int, hours: int, over: int) -> list[PeriodOutcome]:
    return [
        PeriodOutcome(
            point, limit, MONTH + n * HOUR, Outcome.EXCEEDING if n < over else Outcome.COMPLIANT
        )
        for n in range(hours)
    ]


@pytest.mark.parametrize(("over", "missed"), [(5, 0), (6, 1)], ids=["95 %", "94 %"])
def test_an_ultra_low_month_is_missed_under_95_per_cent(over: int, missed: int) -> None:
    """Of 100 hours 5 over leaves exactly 95 %, 6 over leaves 94 %."""
    site = Site(TEXT)
    limit = site.bind("DA001/out/a21026", bound("35"), STEEL)

    found = judge_plant_month(
        site.month(OVER, outcomes=outcomes(limit.point, limit.limit, 100, over))
    )

    (row,) = rates(found, "ultra_low", Period.MONTH)
    assert (row.numerator, row.denominator) == (100 - over, 100)
    assert len(findings(found, "ultra_low_month")) == missed


@pytest.mark.parametrize(
    ("doubted", "doubts"),
    [
        pytest.param(1, ("limit_unverified",), id="with five hours over it is not missed"),
        pytest.param(0, (), id="all six are sure"),
    ],
)
def test_a_missed_month_is_as_sure_as_the_hours_over_that_it_needs(
    doubted: int, doubts: tuple[str, ...]
) -> None:
    """Of 100 hours 6 are over; where one of them is in doubt, it may yet be 95 %."""
    site = Site(TEXT)
    limit = site.bind("DA001/out/a21026", bound("35"), STEEL)
    hours = outcomes(limit.point, limit.limit, 100, 6)
    doubtful = [one._replace(doubts=("limit_unverified",)) for one in hours[:doubted]]

    found = judge_plant_month(site.month(OVER, outcomes=[*doubtful, *hours[doubted:]]))

    (finding,) = findings(found, "ultra_low_month")
    assert ([one for one in finding.doubts if one == "limit_unverified"]) == list(doubts)
    assert "ultra_low_month" in found.asked


def test_an_hour_counts_only_with_all_of_its_factors() -> None:
    """SO2 within in ten hours, NOx over in two of them: 8 of 10."""
    site = Site(TEXT)
    one = site.bind("DA001/out/a21026", bound("35"), STEEL)
    other = site.bind("DA001/out/a21002", bound("50"), STEEL)
    hours = [
        *outcomes(one.point, one.limit, 10, 0),
        *outcomes(other.point, other.limit, 10, 2),
    ]

    found = judge_plant_month(site.month(OVER, outcomes=hours))

    (row,) = rates(found, "ultra_low", Period.MONTH)
    assert (row.numerator, row.denominator) == (8, 10)


def test_limits_of_another_programme_leave_the_share_in_doubt() -> None:
    site = Site(TEXT)
    limit = site.bind("DA001/out/a21026", bound("35"), LAW._replace(origin="ultra_low"))

    found = judge_plant_month(site.month(OVER, outcomes=outcomes(limit.point, limit.limit, 10, 9)))

    (finding,) = findings(found, "ultra_low_month")
    assert finding.doubts == ("ultra_low_programme",)


def days_of_rates(subject: int, measure: str, treated: Sequence[int]) -> list[PerformanceRow]:
    """Days on which the unit ran all day and was treated for so many seconds."""
    return [
        PerformanceRow(
            subject=subject,
            measure=measure,
            code="",
            period=Period.DAY,
            start=MONTH + timedelta(days=n),
            stage=Stage.FINAL,
            numerator=Decimal(seconds),
            denominator=Decimal(86_400),
            sure=True,
            evidence={"production_s": 86_400, "untreated_s": 86_400 - seconds, "units": [1]},
        )
        for n, seconds in enumerate(treated)
    ]


def test_a_months_rate_is_the_sum_of_its_days() -> None:
    """30 days whole and one of half: 30.5 of 31 days."""
    site = Site(TEXT)
    rows = days_of_rates(7, "synchronous", [86_400] * 30 + [43_200])

    found = judge_plant_month(site.month(OVER, rates=rows))

    (row,) = rates(found, "synchronous", Period.MONTH)
    assert (row.numerator, row.denominator) == (86_400 * 30 + 43_200, 86_400 * 31)
    assert (row.sure, row.evidence["certainty"], row.evidence["units"]) == (True, "1", [1])


def test_days_that_are_not_there_are_unknown_and_leave_the_band_open() -> None:
    """16 whole days of 31: at best no outage, at worst 16 / 31 = 52 %."""
    site = Site(TEXT)
    rows = days_of_rates(7, "operation", [86_400] * 16)

    found = judge_plant_month(site.month(OVER, rates=rows))

    (row,) = rates(found, "operation", Period.MONTH)
    assert row.evidence["unknown_production_s"] == 15 * 86_400
    assert (row.evidence["band"], row.evidence["band_best"], row.evidence["band_worst"]) == (
        "unknown",
        "nothing",
        "fined_five",
    )
    assert not row.sure


def test_a_day_has_the_operation_rate_that_its_month_is_made_of() -> None:
    found = judge_plant_day(Site(TEXT).day({"B1/state/load": [80.0] * 24}))

    (row,) = rates(found, "operation", Period.DAY)
    assert row.code == "desulphurisation"


def at(point: int, *hours: int) -> list[PeriodOutcome]:
    return [PeriodOutcome(point, 1, MONTH + n * HOUR, Outcome.EXCEEDING) for n in hours]


@pytest.mark.parametrize(
    ("hours", "found"),
    [
        ((0, 30, 60), [60]),
        ((0, 1, 2, 30), []),
        ((0, 30, 60, 61, 90), [60, 90]),
        ((-800, 30, 60), []),
    ],
    ids=["the third", "an episode is one", "third and fourth", "beyond the window"],
)
def test_the_third_exceedance_within_thirty_days_is_a_repetition(
    hours: tuple[int, ...], found: list[int]
) -> None:
    """-800 h is more than 33 days before: outside of (at - 30 d, at]."""
    site = Site(TEXT)
    point = site.point("DA001/out/a21026")
    frame = site.month(MONTH + timedelta(days=5)).frame
    span = Bounds(MONTH, MONTH + timedelta(days=5))

    judged = judge_repetitions(frame, span, Period.HOUR, at(point, *hours))

    assert [one.since for one in judged.findings] == [MONTH + n * HOUR for n in found]
    assert all(not one.sure for one in judged.findings)
    assert judged.asked == {REPEATED[Period.HOUR]}


def test_an_episode_is_told_with_its_length_and_its_number() -> None:
    site = Site(TEXT)
    point = site.point("DA001/out/a21026")
    frame = site.month(MONTH + timedelta(days=5)).frame
    begun: datetime = MONTH + 60 * HOUR

    judged = judge_repetitions(frame, Bounds(MONTH, END), Period.HOUR, at(point, 0, 30, 60, 61, 62))

    (one,) = judged.findings
    assert (one.since, one.until) == (begun, begun + 3 * HOUR)
    assert one.evidence["nth"] == 3
    assert "第3次" in one.zh
