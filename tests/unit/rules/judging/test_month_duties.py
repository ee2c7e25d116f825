"""What a month's hours come to beside limits: tax bands, premiums lost, samples owed, data duty, pools."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from schemas.judgement import MeanRow, Outcome, PerformanceRow, Period
from schemas.manual import ManualKind, ManualResult
from schemas.marks import Mark, Review
from schemas.period_outcome import PeriodOutcome
from services.rules.judging.case import Judgements
from services.rules.judging.incineration_month import judge_quotas
from services.rules.judging.plant_month import judge_plant_month
from tests.fixtures.plant_days import DAY, HOUR, LAW, Site, bound, findings, mark, mean, rates

MONTH = DAY - timedelta(days=1)  # 2025-03-01 00:00 in Beijing
END = MONTH + timedelta(days=31)
OVER = END + HOUR
HOURS = 744
MINUTES = timedelta(minutes=1)
SO2, COD = "DA001/out/a21026", "DW001/out/w01018"
POWER = """
plants:
  - code: P1
    name: 示例热电厂
    region: 1505
    industry: 火力发电
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
          - {code: w01018, point: DW001/out/w01018, unit: mg/L, cycle: 3600}
          - {code: SB1, point: FGD1/state}
"""
WASTE = """
plants:
  - code: P1
    name: 示例焚烧厂
    region: 1505
    outlets:
      - {code: DA001, medium: air}
    units:
      - {code: W1, process: household_waste_incinerator}
    facilities:
      - {code: F1, treatment: bag_filter}
    groups:
      - {code: G1, needed: 1, facilities: [F1], serves: [W1 -> DA001]}
    devices:
      - mn: MN-A
        commissioned_at: 2025-01-01
        outlet: DA001
        channels: [a34013, a21002, a21026, a21024, a21005]
"""


def air(site: Site, value: str, hours: int = HOURS, name: str = SO2) -> list[MeanRow]:
    return [mean(site.point(name), MONTH + n * HOUR, value) for n in range(hours)]


def came_out(
    site: Site, over: dict[int, tuple[Outcome, str]] | None = None, limit: int = 1
) -> list[PeriodOutcome]:
    """All hours compliant but for these, which have their outcome and multiple."""
    found: list[PeriodOutcome] = []
    for n in range(HOURS):
        outcome, multiple = (over or {}).get(n, (Outcome.COMPLIANT, "-0.5"))
        found.append(
            PeriodOutcome(site.point(SO2), limit, MONTH + n * HOUR, outcome, Decimal(multiple))
        )
    return found


def taxed(found: Judgements) -> list[tuple[str, Decimal, Decimal, object]]:
    return [
        (row.code, row.numerator, row.denominator, row.evidence["why"])
        for row in rates(found, "tax_pay", Period.MONTH)
    ]


@pytest.mark.parametrize(
    ("value", "over", "pay", "why"),
    [
        pytest.param("35", {}, "0.75", "under", id="at 70 % of the limit"),
        pytest.param("35.1", {}, "1", "not_under", id="over 70 %"),
        pytest.param("25", {}, "0.5", "far_under", id="at half"),
        pytest.param("25", {5: (Outcome.EXCEEDING, "0.1")}, "1", "exceeded", id="one hour over"),
        pytest.param("25", {5: (Outcome.CLAIMED, "0.1")}, None, "perhaps_exceeded", id="claimed"),
    ],
)
def test_a_months_tax_band_is_that_of_its_mean_and_its_hours(
    value: str, over: dict[int, tuple[Outcome, str]], pay: str | None, why: str
) -> None:
    """Limit 50: 50 x (1 - 0.3) = 35 pays 75 %, 50 x (1 - 0.5) = 25 pays 50 %. 环境保护税法 art 13."""
    site = Site(POWER)
    site.bind(SO2, bound("50"))

    found = judge_plant_month(site.month(OVER, air(site, value), outcomes=came_out(site, over)))

    row = (Decimal(pay), Decimal(1)) if pay else (Decimal(0), Decimal(0))
    assert taxed(found) == [("a21026", *row, why)]


def test_no_tax_is_reduced_by_the_limit_of_a_permit() -> None:
    site = Site(POWER)
    site.bind(SO2, bound("50"), LAW._replace(origin="permit"))

    found = judge_plant_month(site.month(OVER, air(site, "25"), outcomes=came_out(site)))

    assert taxed(found) == []


def test_of_two_standards_the_one_that_reduces_least_counts() -> None:
    """25 is half of 50 (pays 50 %) and 25 <= 0.7 x 36 = 25.2 (pays 75 %)."""
    site = Site(POWER)
    site.bind(SO2, bound("50"))
    site.bind(SO2, bound("36"), LAW._replace(origin="local"))
    outcomes = [*came_out(site), *came_out(site, limit=2)]

    found = judge_plant_month(site.month(OVER, air(site, "25"), outcomes=outcomes))

    ((_, pay, _, _),) = taxed(found)
    assert pay == Decimal("0.75")


def lost(found: Judgements) -> dict[int, str]:
    return {
        int((one.since - MONTH) / HOUR): str(one.evidence["case"])
        for one in findings(found, "clawback_desulphurisation")
    }


def test_hours_over_the_limit_lose_their_premium_and_from_twice_the_limit_a_fine_is_added() -> None:
    """Of 744 hours one is over by 0.4, one by 1.0 (twice the limit), one has no data: 2 of 743."""
    site = Site(POWER)
    site.bind(SO2, bound("35"))
    over = {3: (Outcome.EXCEEDING, "0.4"), 4: (Outcome.EXCEEDING, "1"), 9: (Outcome.NO_DATA, "0")}

    found = judge_plant_month(site.month(OVER, outcomes=came_out(site, over)))

    (row,) = rates(found, "clawback_desulphurisation", Period.MONTH)
    assert (row.subject, row.code) == (site.subject("B1"), "a21026")
    assert (row.numerator, row.denominator) == (2, 743)
    assert row.evidence["hours"] == {
        "kept": 741, "confiscated": 1, "fined": 1, "fined_heavier": 0, "undecided": 1,
    }  # fmt: skip
    assert row.evidence["unpriced_hours"] == 2
    assert lost(found) == {3: "confiscated", 4: "fined"}
    (first, _) = findings(found, "clawback_desulphurisation")
    assert first.zh.startswith("示例热电厂B1：2025-03-01 03:00起的一小时，脱硫电价")
    assert "premium_unit" in first.doubts


def start(site: Site, review: Review) -> dict[int, list[Mark]]:
    """A start of the unit over the hours 3 and 4."""
    unit = site.subject("B1")
    one = mark(unit, "permit_power/start_up", MONTH + 3 * HOUR, MONTH + 5 * HOUR)
    return {unit: [one._replace(review=review)]}


def scrubber_out(site: Site, hour: int, out_s: int) -> PerformanceRow:
    (stage,) = {row.stage for row in [mean(1, MONTH, "1")]}
    evidence = {"untreated_s": out_s, "unknown_treatment_s": 0, "unknown_production_s": 0}
    return PerformanceRow(
        site.subject("FGD1"), "synchronous", "", Period.HOUR, MONTH + hour * HOUR, stage,
        Decimal(3600 - out_s), Decimal(3600), sure=True, evidence=evidence,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("review", "cases"),
    [
        pytest.param(Review.ACCEPTED, {3: "confiscated", 4: "fined"}, id="accepted"),
        pytest.param(Review.CLAIMED, {3: "fined", 4: "fined"}, id="claimed"),
        pytest.param(Review.REJECTED, {3: "fined", 4: "fined"}, id="rejected"),
    ],
)
def test_a_start_with_the_scrubber_out_is_not_fined_once_it_is_accepted(
    review: Review, cases: dict[int, str]
) -> None:
    """Both hours are at three times the limit; the scrubber was out in the first alone."""
    site = Site(POWER)
    site.bind(SO2, bound("35"))
    over = {3: (Outcome.EXCEEDING, "2"), 4: (Outcome.EXCEEDING, "2")}
    rows = [scrubber_out(site, 3, 600), scrubber_out(site, 4, 0)]
    marks = start(site, review)

    found = judge_plant_month(
        site.month(OVER, outcomes=came_out(site, over), marks=marks, hour_rates=rows)
    )

    assert lost(found) == cases


@pytest.mark.parametrize(
    ("old", "new"),
    [("火力发电", "钢铁"), ("fuel: coal", "fuel: natural gas"), ("desulphurisation", "bag_filter")],
    ids=["no power", "no coal", "no desulphurisation"],
)
def test_who_is_paid_no_premium_loses_none(old: str, new: str) -> None:
    site = Site(POWER.replace(old, new))
    site.bind(SO2, bound("35"))
    over = {3: (Outcome.EXCEEDING, "0.4")}

    found = judge_plant_month(site.month(OVER, outcomes=came_out(site, over)))

    assert rates(found, "clawback_desulphurisation", Period.MONTH) == []


def result(
    point: int, since: datetime, value: str, kind: ManualKind = "gap", minutes: int = 30
) -> ManualResult:
    return ManualResult(
        *(1, 1, point, kind, since, since + minutes * MINUTES, Decimal(value), "mg/m3", None, None),
        *(1, "", "", False, "", "lab", since, 1),
    )


def fault(site: Site, since: datetime, until: datetime, review: Review = Review.ACCEPTED) -> Mark:
    return mark(site.subject("DA001"), "equipment/fault", since, until)._replace(review=review)


def sampled(site: Site, *hours: float) -> dict[int, list[ManualResult]]:
    point = site.point(SO2)
    return {point: [result(point, MONTH + hour * HOUR, "20") for hour in hours]}


def test_samples_owed_while_the_device_is_out() -> None:
    """Out from the 2nd 00:00 to the 3rd 12:00. Sampled at hours 24, 30, 36, 43: four on the 2nd, but
    7 h apart once (36 to 43), and none after 43: 17 h to the end at hour 60. The 3rd is no whole day.
    """
    site = Site(POWER)
    site.bind(SO2, bound("50"))
    marks = {site.subject("DA001"): [fault(site, MONTH + 24 * HOUR, MONTH + 60 * HOUR)]}

    found = judge_plant_month(site.month(OVER, marks=marks, manual=sampled(site, 24, 30, 36, 43)))

    gaps = [
        (int((one.since - MONTH) / HOUR), one.evidence["interval_h"])
        for one in findings(found, "manual_sampling_interval")
    ]
    assert gaps == [(42, "7"), (49, "17")]
    assert findings(found, "manual_sampling_count") == []
    assert all(one.point == site.point(SO2) for one in found.findings)


def test_a_day_of_three_samples_has_too_few_of_them() -> None:
    """Sampled at 0, 6 and 12 h of the 2nd: 3 of 4, and 12 h from then to its end."""
    site = Site(POWER)
    site.bind(SO2, bound("50"))
    out = fault(site, MONTH + 24 * HOUR, MONTH + 48 * HOUR, Review.CLAIMED)
    marks = {site.subject("DA001"): [out]}

    found = judge_plant_month(site.month(OVER, marks=marks, manual=sampled(site, 24, 30, 36)))

    (few,) = findings(found, "manual_sampling_count")
    assert (few.since, few.evidence) == (MONTH + 24 * HOUR, {"samples": 3, "due": 4})
    assert "outage_claimed" in few.doubts


@pytest.mark.parametrize("manual", [None, {}], ids=["not read", "none"])
def test_samples_are_asked_for_only_where_results_were_read(
    manual: dict[int, list[ManualResult]] | None,
) -> None:
    site = Site(POWER)
    site.bind(SO2, bound("50"))
    marks = {site.subject("DA001"): [fault(site, MONTH + 24 * HOUR, MONTH + 31 * HOUR)]}

    found = judge_plant_month(site.month(END - HOUR, marks=marks, manual=manual))

    asked = "manual_sampling_interval" in found.asked
    assert asked == bool(found.findings) == (manual is not None)


def test_what_is_found_begins_in_the_month() -> None:
    """Out since February: what is owed from the 28th on is February's; March's begins in March."""
    site = Site(POWER)
    site.bind(SO2, bound("50"))
    marks = {site.subject("DA001"): [fault(site, MONTH - 48 * HOUR, MONTH + 24 * HOUR)]}

    found = judge_plant_month(site.month(OVER, marks=marks, manual=sampled(site, -48)))

    assert [one.since for one in found.findings] == [MONTH]
    assert found.findings[0].rule == "manual_sampling_count"


@pytest.mark.parametrize(("laboratory", "found"), [("40", 0), ("34", 1)], ids=["13 %", "32 %"])
def test_a_comparison_out_of_tolerance_is_found(laboratory: str, found: int) -> None:
    """COD 45 over the hours 10 and 11: (45 - 40) / 40 = 12.5 %, (45 - 34) / 34 = 32 %; 15 % is allowed."""
    site = Site(POWER)
    point = site.point(COD)
    hours = [mean(point, MONTH + n * HOUR, "45") for n in (10, 11)]
    lab = result(point, MONTH + 10 * HOUR, laboratory, "comparison", 120)

    month = site.month(OVER, manual={point: [lab]}, compared={point: hours})
    judged = judge_plant_month(month)

    some = findings(judged, "manual_comparison")
    assert len(some) == found
    assert all("automatic_by_hours" in one.doubts for one in some)


FIVE = ("a34013", "a21002", "a21026", "a21024", "a21005")


def burnt(site: Site, lacking: Sequence[int] = (), valid_s: int = 2400) -> list[MeanRow]:
    """Hours of all five, valid but for these of CO, which have so many valid seconds."""
    rows = [row for code in FIVE for row in air(site, "1", name=f"DA001/out/{code}")]
    bad = {MONTH + n * HOUR for n in lacking}
    point = site.point("DA001/out/a21005")
    return [
        row._replace(valid=False, valid_s=valid_s)
        if row.point == point and row.start in bad
        else row
        for row in rows
    ]


def cared(site: Site, since: datetime, minutes: int, review: Review = Review.ACCEPTED) -> Mark:
    until = since + minutes * MINUTES
    kind = "waste_incineration/cems_maintenance"
    return mark(site.subject("DA001"), kind, since, until)._replace(review=review)


def duty(site: Site, marks: Sequence[Mark], lacking: Sequence[int]) -> Judgements:
    of = {site.subject("DA001"): list(marks)}
    return judge_plant_month(site.month(OVER, burnt(site, lacking), marks=of))


def test_missing_data_that_nothing_excuses_are_found() -> None:
    """Hours 3 and 4 have 2400 valid seconds each, 1200 lack: 2400 s, of which 20 min are maintenance."""
    site = Site(WASTE)

    found = duty(site, [cared(site, MONTH + 3 * HOUR, 20)], [3, 4])

    (one,) = findings(found, "incineration_data_duty")
    assert one.subject == site.subject("W1")
    assert one.evidence == {
        "lacking_s": 2400, "maintenance_s": 1200, "claimed_s": 0, "stopped_s": 0,
        "uncovered_s": 1200, "open_s": 0,
    }  # fmt: skip
    assert "缺失或无效共0.67小时" in one.zh


@pytest.mark.parametrize(
    ("review", "expected"),
    [(Review.ACCEPTED, []), (Review.CLAIMED, [("exemption_claimed",)])],
    ids=["accepted", "claimed"],
)
def test_maintenance_excuses_what_lacks_once_it_is_accepted(
    review: Review, expected: list[tuple[str, ...]]
) -> None:
    site = Site(WASTE)

    found = duty(site, [cared(site, MONTH + 3 * HOUR, 120, review)], [3, 4])

    assert [one.doubts for one in findings(found, "incineration_data_duty")] == expected


def test_maintenance_beyond_its_pool_excuses_nothing() -> None:
    """29 h of the quarter went in February; of 3 h of March without data 1 h is excused, 2 h are not."""
    site = Site(WASTE)
    before = cared(site, MONTH - 100 * HOUR, 29 * 60)
    now = cared(site, MONTH + 3 * HOUR, 180)._replace(mark=2)
    of = {site.subject("DA001"): [before, now]}
    rows = burnt(site, [3, 4, 5], valid_s=0)

    found = judge_plant_month(site.month(OVER, rows, marks=of))

    (one,) = findings(found, "incineration_data_duty")
    assert (one.evidence["maintenance_s"], one.evidence["uncovered_s"]) == (3600, 7200)


def test_hours_that_were_never_judged_lack_from_the_first_one_on() -> None:
    """Judged from hour 10 on, and hour 700 is not there: one hour lacks."""
    site = Site(WASTE)
    rows = [
        row for row in burnt(site) if (row.start - MONTH) / HOUR >= 10
        if row.start != MONTH + 700 * HOUR
    ]  # fmt: skip

    found = judge_plant_month(site.month(OVER, rows))

    (one,) = findings(found, "incineration_data_duty")
    assert one.evidence["lacking_s"] == 3600


@pytest.mark.parametrize(
    ("hours", "rules"),
    [
        pytest.param(44, [], id="44 h"),
        pytest.param(45, ["quota_near_furnace_60h"], id="the first warning"),
        pytest.param(60, ["quota_near_furnace_60h"], id="all of it"),
        pytest.param(61, ["quota_furnace_60h"], id="more than there is"),
    ],
)
def test_a_pool_is_warned_of_before_it_is_used_up(hours: int, rules: list[str]) -> None:
    """启炉、停炉、故障、事故: 60 h a year (Order 10 art 10), warned of at 45 h and at 54 h (ours)."""
    site = Site(WASTE)
    unit = site.subject("W1")
    fault_ = mark(unit, "waste_incineration/fault", MONTH, MONTH + hours * HOUR)
    month = site.month(OVER, marks={unit: [fault_]})

    _, found = judge_quotas(month)

    assert [one.rule for one in found.findings] == rules
    assert set(rules) <= found.asked


def test_a_near_pool_says_its_numbers_and_that_the_warning_is_ours() -> None:
    site = Site(WASTE)
    unit = site.subject("W1")
    care = mark(unit, "waste_incineration/cems_maintenance", MONTH, MONTH + 28 * HOUR)
    month = site.month(OVER, marks={unit: [care]})

    _, found = judge_quotas(month)

    (near,) = found.findings
    assert near.zh == "2025年第1季度CEMS维护标记累计28小时，达到预警值27小时，上限30小时。"
    assert near.doubts == ("warn_30h",)
    assert not near.sure
