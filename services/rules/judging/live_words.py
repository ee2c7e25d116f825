"""The sentences of the running hour's findings, with their numbers, and how an end is told."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timezone
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final, NamedTuple

from schemas.judgement import Finding
from schemas.limits import Bound, LimitVersion
from services.rules.clause_words import LANGUAGES, law_said
from services.rules.exact import text
from services.rules.judging.quality_names import Named, named
from services.rules.plant_view import PointView, SubjectView

_SHOWN: Final = Decimal("0.001")
WHY_ENDED: Final[Mapping[str, Named]] = {
    "within": Named("数据回到限值以内", "what is measured is within it again"),
    "silent": Named("此后无有效数据，状态未知", "no valid data since then: unknown"),
    "hour_over": Named("该小时已结束，以小时均值认定为准", "the hour is over and its mean decides"),
    "standing_still": Named("生产设施已停运", "all units stand still"),
    "no_limit": Named("该限值不再适用", "no such limit binds any more"),
}


class About(NamedTuple):
    """Which point of which outlet, against which limit, on which clock."""

    outlet: SubjectView
    point: PointView
    version: LimitVersion
    bound: Bound
    zone: timezone


class Forecast(NamedTuple):
    """Of the hour from `hour`: the mean so far up to `newest`, and what the whole will come to."""

    hour: datetime
    newest: datetime
    so_far: Decimal
    projected: Decimal
    share: Decimal | None
    settled: bool


class Lasting(NamedTuple):
    """Over from `since` to `newest` with so many records; the last and the greatest of them."""

    since: datetime
    newest: datetime
    records: int
    last: Decimal
    greatest: Decimal


def warning_said(about: About, told: Forecast) -> Named:
    """预警: that it warns and decides nothing."""
    zh, en = _about(about)
    hour, newest = (_clock(one, about.zone) for one in (told.hour, told.newest))
    share = "" if told.share is None else _percent(told.share)
    so_far, projected = _shown(told.so_far), _shown(told.projected)
    unit = about.bound.unit
    sure_zh = "；剩余时间无论如何该小时均值都将超过限值" if told.settled else ""
    sure_en = "; whatever the rest of the hour brings, its mean is over the limit" * told.settled
    return Named(
        f"{zh}：{hour}起的小时，至{newest}有效均值{so_far} {unit}，按近期水平预测小时均值{projected} {unit}"
        f"{f'，为限值的{share}' if share else ''}{sure_zh}。此为预警，超标以小时均值认定。",
        f"{en}: in the hour from {hour} the valid mean is {so_far} {unit} by {newest}, and the hour's "
        f"mean is projected to be {projected} {unit}{f', {share} of the limit' if share else ''}"
        f"{sure_en}. This is a warning: the hour's mean decides.",
    )


def over_said(about: About, told: Lasting) -> Named:
    """实时超限: that records were over the limit, and that the limit binds means."""
    zh, en = _about(about)
    since, newest = (_clock(one, about.zone) for one in (told.since, told.newest))
    unit = about.bound.unit
    last, greatest = _shown(told.last), _shown(told.greatest)
    return Named(
        f"{zh}：自{since}起至{newest}连续{told.records}条有效数据均超过限值，最新{last} {unit}，"
        f"最高{greatest} {unit}。此为实时提示，超标以小时均值认定。",
        f"{en}: from {since} to {newest} all {told.records} valid records were over the limit, the last "
        f"{last} {unit}, the highest {greatest} {unit}. This is what is measured now: the hour's mean "
        "decides.",
    )


def ended(known: Finding, until: datetime | None, why: str, zone: timezone) -> Finding:
    """The finding with its end and the reason; None: it has no ground, and falls."""
    because = WHY_ENDED[why]
    evidence = {**known.evidence, "ended": why}
    if until is None:
        return replace(known, standing=False, evidence=evidence)
    clock = _clock(until, zone)
    return replace(
        known,
        until=until,
        zh=f"{known.zh}{clock}结束：{because.zh}。",
        en=f"{known.en} It ended at {clock}: {because.en}.",
        evidence=evidence,
    )


def clause_of(version: LimitVersion) -> str:
    """Where the limit comes from."""
    return " ".join(part for part in (version.law.standard, version.law.clause) if part)


def _about(about: About) -> Named:
    """DA001二氧化硫折算浓度（基准氧6%），小时限值100 mg/m3（GB 13223-2011 表1）."""
    row, bound = about.outlet.row, about.bound
    outlet = row.code if row.name in {row.code, ""} else f"{row.name}({row.code})"
    what = named(about.point.code)
    limit = f"{text(bound.high or Decimal(0))} {bound.unit}"
    law = about.version.law
    law_zh, law_en = (law_said(law.standard, law.clause, one) for one in LANGUAGES)
    zh, en = "", ""
    if bound.reference_oxygen is not None:
        oxygen = text(bound.reference_oxygen)
        zh, en = f"折算浓度（基准氧{oxygen}%）", f", converted to {oxygen} % oxygen"
    return Named(
        f"{outlet}{what.zh}{zh or '实测浓度'}，小时限值{limit}（{law_zh}）",
        f"{outlet} {what.en}{en or ', as measured'}, hourly limit {limit} ({law_en})",
    )


def _clock(at: datetime, zone: timezone) -> str:
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")


def _shown(number: Decimal) -> str:
    return text(number.quantize(_SHOWN, rounding=ROUND_HALF_EVEN))


def _percent(share: Decimal) -> str:
    return f"{text((share * 100).quantize(Decimal('0.1'), rounding=ROUND_HALF_EVEN))}%"
