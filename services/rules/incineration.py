"""Waste incinerators: the furnace's temperature, the day of the five pollutants, the month of days.

MEE Order 10 (2019), Announcement 2019 No. 50, GB 18484-2020. It takes what marks excuse as given.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal, NamedTuple

from schemas.judgement import Outcome
from schemas.parameter import Parameters, Source, parameter
from services.rules.exact import EXACT, QUOTIENT, kept

FIVE_POLLUTANTS: Mapping[str, str] = {
    "a34013": "颗粒物",
    "a21002": "氮氧化物",
    "a21026": "二氧化硫",
    "a21024": "氯化氢",
    "a21005": "一氧化碳",
}
FIVE_MINUTES_A_DAY = 288
Excuse = Literal["none", "claimed", "accepted"]
"""A mark other than normal operation, 炉温异常 among them; unmarked is normal operation."""


class IncinerationParameters(Parameters):
    """Figures of Order 10 and GB 18484; the pools of marked time are parameters of the marks."""

    furnace_floor: Decimal = parameter(
        Decimal(850),
        "C",
        Source("MEE Order 10 (2019) art 7; Announcement 2019 No. 50, 3.4", "high"),
        en="household waste: five-minute means of the furnace are not below this",
        zh="生活垃圾焚烧炉膛温度5分钟均值下限",
        gt=0,
    )
    furnace_failures: int = parameter(
        5,
        "times",
        Source("MEE Order 10 (2019) art 7, 11", "high"),
        en="household waste: more such means below it in a calendar day are a violation",
        zh="一个自然日内允许低于下限的次数",
        ge=0,
    )
    hazardous_floor: Decimal = parameter(
        Decimal(1100),
        "C",
        Source("GB 18484-2020 section 7.2", "high"),
        en="hazardous waste: five-minute means of the furnace are not below this",
        zh="危险废物焚烧炉膛温度5分钟均值下限",
        gt=0,
    )
    hazardous_failures: int = parameter(
        0,
        "times",
        Source("GB 18484-2020 names no number that is allowed; so read by us", "ours"),
        en="hazardous waste: more such means below it in a calendar day are a violation",
        zh="危险废物焚烧一个自然日内允许低于下限的次数",
        ge=0,
    )
    month_days: int = parameter(
        5,
        "days",
        Source("MEE Order 10 (2019) art 10: 5 days or more, 5 included", "high"),
        en="so many exceedance days in a calendar month lead to limited or stopped production",
        zh="一个自然月内累计超标天数（含本数）",
        ge=1,
    )


class FurnaceRule(NamedTuple):
    """Which temperature, how often below it, and which of `names` say so; `clause`: where it stands."""

    floor: Decimal
    allowed: int
    clause: str
    doubts: tuple[str, ...]


class FurnaceMean(NamedTuple):
    """A five-minute mean of the representative temperature; None: missing, or 热电偶故障."""

    start: datetime
    temperature: Decimal | None
    excuse: Excuse = "none"


@dataclass(frozen=True, slots=True)
class FurnaceDay:
    """A calendar day of a furnace, in five-minute means.

    `failed`: below, in normal operation. `claimed`: below, under a mark that nobody has accepted.
    `unknown`: without a temperature, and not under an accepted mark. `excused`: under one.
    """

    outcome: Outcome
    failed: tuple[datetime, ...]
    claimed: int
    unknown: int
    excused: int
    due: int
    doubts: tuple[str, ...]


class MonthOfDays(NamedTuple):
    """Exceedance days of an incinerator in a calendar month, and whether the number is reached.

    claimed: only with days whose exemption is claimed; unknown: only with days not known.
    """

    exceeding: int
    claimed: int
    unknown: int
    reached: Literal["reached", "claimed", "unknown", "not_reached"]


class DataDuty(NamedTuple):
    """Order 10 art 12: time without valid data that nothing excuses, in seconds; `claimed_s` perhaps."""

    uncovered_s: int
    claimed_s: int
    kept: Literal["kept", "claimed", "not_kept"]


def household(params: IncinerationParameters) -> FurnaceRule:
    """Order 10 art 7 and 11: more than 5 failures in a calendar day."""
    return FurnaceRule(
        params.furnace_floor,
        params.furnace_failures,
        "生活垃圾焚烧发电厂自动监测数据应用管理规定（生态环境部令第10号）第七条、第十一条",
        params.unestablished(("furnace_floor", "furnace_failures")),
    )


def hazardous(params: IncinerationParameters) -> FurnaceRule:
    """GB 18484-2020: 1100 C in normal operation."""
    return FurnaceRule(
        params.hazardous_floor,
        params.hazardous_failures,
        "GB 18484-2020 危险废物焚烧污染控制标准",
        params.unestablished(("hazardous_floor", "hazardous_failures")),
    )


def representative_temperature(
    upper: Iterable[Decimal | None], middle: Iterable[Decimal | None]
) -> Decimal | None:
    """炉膛温度 in C: the mean of the medians of upper and middle section (2019 No. 50, 3.4).

    Thermocouples without a number are left out; None where a section has none left.
    """
    one, other = _median(upper), _median(middle)
    if one is None or other is None:
        return None
    return kept(EXACT.divide(EXACT.add(one, other), Decimal(2)))


def furnace_day(
    means: Iterable[FurnaceMean], rule: FurnaceRule, due: int = FIVE_MINUTES_A_DAY
) -> FurnaceDay:
    """Judge a calendar day; `due` of its five-minute means should be there.

    Missing ones are as unknown as those without a temperature: the day is compliant only if it stays
    so with all of them below.
    """
    each = {mean.start: mean for mean in means}.values()
    open_ = [mean for mean in each if mean.excuse != "accepted"]
    below = [
        mean for mean in open_ if mean.temperature is not None and mean.temperature < rule.floor
    ]
    failed = tuple(sorted(mean.start for mean in below if mean.excuse == "none"))
    claimed = len(below) - len(failed)
    dark = sum(mean.temperature is None for mean in open_)
    missing = max(0, due - len(each))
    excused = len(each) - len(open_)
    counts = (len(failed), claimed, dark + missing)
    measured = len(open_) - dark
    outcome = _furnace_outcome(counts, rule.allowed, measured=measured, excused=excused)
    return FurnaceDay(outcome, failed, claimed, dark + missing, excused, due, rule.doubts)


def incinerator_day(verdicts: Mapping[str, Outcome]) -> Outcome:
    """Of the verdicts on the five daily means by code: over if any is over (Order 10 art 6).

    A pollutant that is not there has no data. Compliant only if none is over and all are judged.
    """
    outcomes = [verdicts.get(code, Outcome.NO_DATA) for code in FIVE_POLLUTANTS]
    for over in (Outcome.EXCEEDING, Outcome.AT_LEAST, Outcome.CLAIMED):
        if over in outcomes:
            return over
    dark = {Outcome.UNKNOWN, Outcome.INVALID, Outcome.NO_DATA} & set(outcomes)
    if dark:
        return dark.pop() if len(set(outcomes)) == 1 else Outcome.UNKNOWN
    return next(
        (one for one in (Outcome.EXEMPT, Outcome.COMPLIANT) if one in outcomes), Outcome.STOPPED
    )


def month_of_days(days: Sequence[Outcome], params: IncinerationParameters) -> MonthOfDays:
    """Count the days of a calendar month, each incinerator apart (Order 10 art 10, 14).

    Give one outcome for each day that is over; a day that has yet to come is none.
    """
    exceeding = sum(day in {Outcome.EXCEEDING, Outcome.AT_LEAST} for day in days)
    claimed = sum(day is Outcome.CLAIMED for day in days)
    unknown = sum(day in {Outcome.UNKNOWN, Outcome.INVALID, Outcome.NO_DATA} for day in days)
    needed = params.month_days
    if exceeding >= needed:
        return MonthOfDays(exceeding, claimed, unknown, "reached")
    if exceeding + claimed >= needed:
        return MonthOfDays(exceeding, claimed, unknown, "claimed")
    perhaps = exceeding + claimed + unknown >= needed
    return MonthOfDays(exceeding, claimed, unknown, "unknown" if perhaps else "not_reached")


def data_duty(lacking_s: int, maintenance_s: int, claimed_s: int, stopped_s: int) -> DataDuty:
    """Whether the equipment was kept running: missing or invalid data are excused by two things alone.

    Of the `lacking_s` seconds without valid data, `maintenance_s` lie under CEMS维护 that counts and
    is within its 30 h a quarter, `stopped_s` under 停运, `claimed_s` under either, not yet accepted.
    """
    uncovered = max(0, lacking_s - maintenance_s - stopped_s)
    claimed = min(claimed_s, uncovered)
    if uncovered == 0:
        return DataDuty(0, 0, "kept")
    certain = uncovered - claimed
    return DataDuty(certain, claimed, "not_kept" if certain else "claimed")


def _furnace_outcome(
    counts: tuple[int, int, int], allowed: int, *, measured: int, excused: int
) -> Outcome:
    failed, claimed, unknown = counts
    if failed > allowed:
        return Outcome.EXCEEDING
    if failed + claimed > allowed:
        return Outcome.CLAIMED
    if not measured and not excused:
        return Outcome.NO_DATA
    if failed + claimed + unknown > allowed:
        return Outcome.UNKNOWN
    return Outcome.COMPLIANT if measured else Outcome.STOPPED


def _median(temperatures: Iterable[Decimal | None]) -> Decimal | None:
    """The middle one; of an even number the mean of the two in the middle."""
    known = sorted(one for one in temperatures if one is not None)
    if not known:
        return None
    half = len(known) // 2
    if len(known) % 2:
        return known[half]
    return QUOTIENT.divide(EXACT.add(known[half - 1], known[half]), Decimal(2))
