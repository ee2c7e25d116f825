"""The load of a sewage works by month, and works that stand idle, in words and numbers.

It must not know how flow is measured beyond its valid pieces, nor where limits are kept.
"""

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Literal, NamedTuple

from schemas.judgement import Finding, PerformanceRow, Period, Stage
from schemas.registry_rows import SubjectRow
from schemas.registry_words import BEIJING
from services.rules.clause_words import clause_said
from services.rules.exact import EXACT, QUOTIENT, digits, kept, sum_of, text
from services.rules.sewage_parameters import (
    PLAN_000,
    PLAN_002,
    SewageIdleParameters,
    SewageLoadParameters,
)
from services.rules.water_cycle import Span
from services.rules.water_flow import UNITS, Flow, Volume, uncovered
from services.rules.water_series import FLOW, local_day

DAY_S = 86_400
LEAP_DAY = (2, 29)


@dataclass(frozen=True, slots=True)
class SewageWorks:
    """A sewage works; `design_m3_d` its capacity. `place` 城市 or 城镇, None: not known."""

    subject: int
    zh: str
    en: str
    design_m3_d: Decimal
    commissioned_on: date | None = None
    place: Literal["city", "town"] | None = None
    clock: tzinfo = BEIJING

    def told(self, at: datetime) -> str:
        """A time on the site's clock."""
        return at.astimezone(self.clock).strftime("%Y-%m-%d %H:%M")

    def midnight(self, day: date) -> datetime:
        """When a local day begins, UTC."""
        return datetime.combine(day, time(), self.clock).astimezone(UTC)


class DayVolume(NamedTuple):
    """What a works treated on a local day, and how much of the day is known."""

    day: date
    volume: Volume


class _Level(NamedTuple):
    percent: Decimal
    # The parameter that says so, the plan that it is from, and how the works comes under it.
    name: str
    plan: str
    zh: str
    en: str


class Load(NamedTuple):
    """The load of a month and what is wrong with it."""

    row: PerformanceRow
    findings: tuple[Finding, ...]


def design_of(facility: SubjectRow) -> Decimal | None:
    """The design capacity in m3/d; None where none is registered in a unit of flow."""
    capacity, unit = facility.design_capacity, facility.design_unit
    if capacity is None or unit is None or unit not in UNITS:
        return None
    metres, seconds = UNITS[unit]
    per_day = EXACT.multiply(EXACT.multiply(digits(capacity), metres), DAY_S)
    return kept(QUOTIENT.divide(per_day, seconds))


def day_volumes(flow: Flow, month: date, clock: tzinfo) -> tuple[DayVolume, ...]:
    """The volume of every local day of the month that `month` lies in, m3."""
    length = calendar.monthrange(month.year, month.month)[1]
    days = [month.replace(day=1) + timedelta(days=place) for place in range(length)]
    return tuple(DayVolume(day, flow.volume(local_day(day, clock))) for day in days)


def load_rate(
    works: SewageWorks,
    month: date,
    days: Sequence[DayVolume],
    stage: Stage,
    params: SewageLoadParameters,
) -> Load:
    """负荷率 of a month: volume treated / (design capacity x days).

    A day counts with `day_cover_percent` of it known, its mean flow then standing for all of it; the
    others leave numerator and denominator. Findings (load under 60 % more than a year after
    commissioning; under the level of its place) are made of months that are over, with enough days.
    What is not known picks the stricter level.
    """
    counted = [one.volume for one in days if one.volume.known_for(params.day_cover_percent)]
    volume = sum_of(one.amount if one.known else kept(one.whole()) for one in counted)
    capacity = EXACT.multiply(works.design_m3_d, len(counted))
    length = calendar.monthrange(month.year, month.month)[1]
    partial = sum(not one.known for one in counted)
    doubts: tuple[str, ...] = ()
    if partial or len(counted) < length:
        doubts = params.unestablished(("day_cover_percent",))
    row = PerformanceRow(
        works.subject,
        "load",
        FLOW,
        Period.MONTH,
        works.midnight(month.replace(day=1)),
        stage,
        volume,
        capacity,
        not doubts,
        {
            "design_m3_d": text(works.design_m3_d),
            "days": length,
            "days_counted": len(counted),
            "days_in_part": partial,
        },
    )
    enough = len(counted) * 100 >= params.month_cover_percent * length
    if stage is Stage.PROVISIONAL or not counted or not enough:
        return Load(row, ())
    if len(counted) < length:
        doubts = (*doubts, *params.unestablished(("month_cover_percent",)))
    found = _low(works, month, row, doubts, params)
    return Load(row, tuple(one for one in found if one is not None))


def idle_findings(
    works: SewageWorks,
    flow: Flow,
    window: Span,
    stopped: Sequence[Span],
    params: SewageIdleParameters,
) -> list[Finding]:
    """Times of `idle_s` or more without flow while nobody had declared a stop (无故不运行).

    `stopped`: what marks or the plant declared. Time without valid flow is unknown, not idle. A time
    that lasts to the window's end is open.
    """
    spans = [
        (max(since, window[0]), min(until, window[1]))
        for since, until, value in flow.pieces
        if since < window[1] and until > window[0] and _still(works, flow.unit, value, params)
    ]
    least = timedelta(seconds=params.idle_s)
    names = ["idle_s"] if not params.idle_percent else ["idle_s", "idle_percent"]
    doubts = params.unestablished(names)
    found: list[Finding] = []
    for since, until in [left for one in _joined(spans) for left in uncovered(one, stopped)]:
        if until - since < least:
            continue
        hours = text(Decimal((until - since) // timedelta(minutes=6)) / 10)
        began, ended = works.told(since), works.told(until)
        found.append(
            Finding(
                rule="sewage_idle",
                subject=works.subject,
                point=None,
                since=since,
                until=until if until < window[1] else None,
                stage=Stage.FINAL,
                zh=f"{began}至{ended}，{works.zh}{hours}小时无处理水量，且未申报停运。"
                f"依据：{PLAN_000}（已建成污水处理设施但无故不运行）。",
                en=f"From {began} to {ended} ({hours} h) {works.en} treated no water, and no stop was "
                f"declared. Basis: {clause_said(PLAN_000, 'en')} (works that stand idle without reason).",
                clause=PLAN_000,
                sure=not doubts,
                doubts=doubts,
                evidence={"hours": hours, "idle_s": params.idle_s},
            )
        )
    return found


def _low(
    works: SewageWorks,
    month: date,
    row: PerformanceRow,
    doubts: tuple[str, ...],
    params: SewageLoadParameters,
) -> list[Finding | None]:
    sure_of = params.unestablished
    found: list[Finding | None] = []
    began = works.commissioned_on
    if began is None or month.replace(day=1) >= _a_year_after(began):
        first = _Level(
            params.first_year_percent,
            "first_year_percent",
            PLAN_000,
            "建成一年后",
            "more than a year after it was commissioned",
        )
        unsure = () if began else ("commissioned_on",)
        found.append(_under(works, row, first, (*doubts, *unsure, *sure_of((first.name,)))))
    city = _Level(
        params.city_percent, "city_percent", PLAN_002, "作为城市污水处理厂", "as a city's works"
    )
    town = _Level(
        params.town_percent, "town_percent", PLAN_002, "作为城镇污水处理厂", "as a town's works"
    )
    level = town if works.place == "town" else city
    unsure = () if works.place else ("place",)
    found.append(_under(works, row, level, (*doubts, *unsure, *sure_of((level.name,)))))
    return found


def _under(
    works: SewageWorks, row: PerformanceRow, level: _Level, doubts: tuple[str, ...]
) -> Finding | None:
    if EXACT.multiply(row.numerator, 100) >= EXACT.multiply(level.percent, row.denominator):
        return None
    percent = text(round(QUOTIENT.divide(EXACT.multiply(row.numerator, 100), row.denominator), 2))
    month = row.start.astimezone(works.clock)
    volume, design = text(round(row.numerator, 1)), text(works.design_m3_d)
    days = row.evidence["days_counted"]
    until = works.midnight((month.date().replace(day=28) + timedelta(days=4)).replace(day=1))
    return Finding(
        rule="sewage_load_year" if level.name == "first_year_percent" else "sewage_load",
        subject=works.subject,
        point=None,
        since=row.start,
        until=until,
        stage=row.stage,
        zh=f"{month.year}年{month.month}月，{works.zh}{level.zh}处理水量{volume} m3（计{days}日），"
        f"设计能力{design} m3/d，负荷率{percent}%，低于{text(level.percent)}%。依据：{level.plan}。",
        en=f"In {month:%Y-%m} {works.en}, {level.en}, treated {volume} m3 on {days} days with a design "
        f"capacity of {design} m3/d: a load of {percent} %, below {text(level.percent)} %. Basis: "
        f"{clause_said(level.plan, 'en')}.",
        clause=level.plan,
        sure=not doubts,
        doubts=doubts,
        evidence={
            **row.evidence,
            "volume_m3": volume,
            "percent": percent,
            "level": text(level.percent),
        },
    )


def _still(works: SewageWorks, unit: str, value: Decimal, params: SewageIdleParameters) -> bool:
    metres, seconds = UNITS[unit]
    treated = EXACT.multiply(EXACT.multiply(value, metres), DAY_S * 100)
    least = EXACT.multiply(EXACT.multiply(params.idle_percent, works.design_m3_d), seconds)
    return treated <= least


def _joined(spans: Sequence[Span]) -> list[Span]:
    joined: list[Span] = []
    for since, until in spans:
        if joined and joined[-1][1] == since:
            joined[-1] = (joined[-1][0], until)
        else:
            joined.append((since, until))
    return joined


def _a_year_after(day: date) -> date:
    if (day.month, day.day) == LEAP_DAY:
        return date(day.year + 1, 3, 1)
    return day.replace(year=day.year + 1)
