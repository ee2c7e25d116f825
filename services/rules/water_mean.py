"""The mean of a water point over an hour, a local day or a month, and what it rests on.

It must not know limits nor marks. HJ 356-2019 was not read: what it is said to say is a parameter.
"""

import calendar
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import NamedTuple

from schemas.judgement import MeanRow, Period, Stage
from schemas.water import DueResults, WaterMean, WaterPart, WaterResult, Weighting
from services.rules.exact import kept, mean_of, sum_of, text, weighted_mean
from services.rules.water_cycle import Span, one_due
from services.rules.water_hourly import MEAN, hourly_range, mean_told, range_of_days
from services.rules.water_parameters import WaterMeanParameters
from services.rules.water_series import FLOW, TEMPERATURE, UNAVERAGED, WaterSeries, local_day

HOUR = timedelta(hours=1)
FEBRUARY = 2
NO_DATA, ALL_INVALID, ALL_STILL, TOO_FEW = "no_data", "invalid", "no_flow", "too_few"


class _Averaged(NamedTuple):
    value: Decimal | None
    weighting: Weighting
    # Why it is not weighted by flow, and what entered it.
    why_plain: str = ""
    parts: tuple[WaterPart, ...] = ()


class _Period(NamedTuple):
    period: Period
    span: Span
    stage: Stage
    percent: Decimal
    # The parameter that says what share is needed.
    rests_on: str


def water_hour(series: WaterSeries, start: datetime, stage: Stage) -> WaterMean:
    """The value of the hour from `start` (UTC).

    Slow analyser: the mean of the results sampled in it, or, where its cycle lets none be due, the
    one that stands at its beginning. Continuous: the mean by time of the valid records, valid with
    `hour_percent` of the hour. pH, temperature, colour: their range.
    """
    span = (start, start + HOUR)
    asked = _Period(Period.HOUR, span, stage, series.rules.mean.hour_percent, "hour_percent")
    results = series.within(span)
    if series.cycle_s is None:
        return _mean(series, results, asked, series.counts(results, span))
    standing = [one for one in series.results if one.at < start < one.until]
    if not results and standing:
        results = [standing[-1]]
    return _mean(series, results, asked, one_due(results))


def water_day(series: WaterSeries, day: date, clock: tzinfo, stage: Stage) -> WaterMean:
    """The mean of a local day (W02): sum of C x Q over sum of Q of its valid results.

    Q is what flowed from a result's sampling to the next one, within the day. Where that is not
    known of every valid result the mean is the plain one, and says so. Valid with `day_percent` of
    what was due.
    """
    params = series.rules.mean
    asked = _Period(Period.DAY, local_day(day, clock), stage, params.day_percent, "day_percent")
    results = series.within(asked.span)
    return _mean(series, results, asked, series.counts(results, asked.span))


def water_month(
    days: Sequence[WaterMean],
    month: date,
    clock: tzinfo,
    stage: Stage,
    params: WaterMeanParameters,
) -> WaterMean:
    """The mean of a month from the means of its days, one point's; `days` must not be empty.

    Weighted by the days' volumes where every valid day has one and was weighted itself. Valid with
    `month_days` valid days (a rule for gas: for water none was found). Its mass is the sum of the
    days', where each day of the month has one.
    """
    length = calendar.monthrange(month.year, month.month)[1]
    since = datetime.combine(month.replace(day=1), time(), clock).astimezone(UTC)
    name = "february_days" if month.month == FEBRUARY else "month_days"
    needed = params.february_days if month.month == FEBRUARY else params.month_days
    good = [one for one in days if one.row.valid]
    averaged = _month_value(good)
    volumes = [one.volume for one in days]
    masses = [one.row.mass for one in days]
    doubts = dict.fromkeys([*params.unestablished((name,)), *(n for d in days for n in d.doubts)])
    counts = DueResults(*map(sum, zip(*(one.counts for one in days), strict=True)))
    valid = len(good) >= needed
    row = MeanRow(
        point=days[0].row.point,
        period=Period.MONTH,
        start=since,
        stage=stage,
        source="computed",
        value=averaged.value,
        converted={},
        valid_s=counts.valid_s,
        due_s=counts.due_s,
        valid=valid,
        at_least=any(one.row.at_least for one in good),
        mass=_all_of(masses, length),
        evidence={
            "weighting": str(averaged.weighting),
            "days": len(good),
            "needed": needed,
            **_told(_month_told(good)),
        },
    )
    why = "" if valid else (TOO_FEW if good else NO_DATA)
    return WaterMean(
        row,
        averaged.weighting,
        min((one.lowest for one in good if one.lowest is not None), default=None),
        max((one.highest for one in good if one.highest is not None), default=None),
        _all_of(volumes, length),
        counts,
        why,
        tuple(doubts),
        range_of_days(good),
    )


def _month_told(good: Sequence[WaterMean]) -> Decimal | None:
    """The mean of the days' mean temperatures."""
    told = [one.row.evidence[MEAN] for one in good if MEAN in one.row.evidence]
    return kept(mean_of((Decimal(str(one)), 1) for one in told)) if told else None


def _told(mean: Decimal | None) -> dict[str, object]:
    return {} if mean is None else {MEAN: text(mean)}


def _month_value(good: Sequence[WaterMean]) -> _Averaged:
    valued = [(one.row.value, one) for one in good if one.row.value is not None]
    if not valued:
        return _Averaged(None, Weighting.RANGE)
    pairs = [
        (value, one.volume)
        for value, one in valued
        if one.weighting is Weighting.FLOW and one.volume is not None
    ]
    if len(pairs) == len(valued) and any(volume for _, volume in pairs):
        return _Averaged(kept(weighted_mean(pairs)), Weighting.FLOW)
    return _Averaged(kept(mean_of((value, 1) for value, _ in valued)), Weighting.PLAIN)


def _all_of(numbers: Sequence[Decimal | None], length: int) -> Decimal | None:
    there = [one for one in numbers if one is not None]
    return kept(sum_of(there)) if len(there) == length == len(numbers) else None


def _mean(
    series: WaterSeries, results: Sequence[WaterResult], asked: _Period, counts: DueResults
) -> WaterMean:
    valid = [one for one in results if one.valid]
    averaged = _averaged(series, valid, asked)
    enough = bool(valid) and counts.due_s > 0
    enough = enough and counts.valid_s * 100 >= asked.percent * counts.due_s
    why = "" if enough else _why(results, valid, counts)
    values = [one.value for one in valid if one.value is not None]
    flow = series.flow.volume(asked.span) if series.flow else None
    known = flow is not None and flow.known_for(series.rules.mean.flow_percent)
    row = MeanRow(
        point=series.at.point,
        period=asked.period,
        start=asked.span[0],
        stage=asked.stage,
        source="computed",
        value=averaged.value,
        converted={},
        valid_s=counts.valid_s,
        due_s=counts.due_s,
        valid=enough,
        at_least=any(one.at_least for one in valid),
        mass=None,
        evidence=_evidence(series, valid, averaged, counts),
    )
    return WaterMean(
        row,
        averaged.weighting,
        min(values, default=None),
        max(values, default=None),
        kept(flow.whole()) if flow is not None and known else None,
        counts,
        why,
        _doubts(series, averaged, counts, asked),
        hourly_range(series, results, asked.span) if series.at.code in UNAVERAGED else None,
        averaged.parts,
    )


def _averaged(series: WaterSeries, valid: Sequence[WaterResult], asked: _Period) -> _Averaged:
    if series.at.code in UNAVERAGED:
        return _Averaged(None, Weighting.RANGE)
    pairs = [(one.value, one) for one in valid if one.value is not None]
    if not pairs:
        return _Averaged(None, Weighting.PLAIN, "no_value")
    parts: list[WaterPart] = []
    why = _why_plain(series, asked)
    if not why:
        volumes = [series.volume(one, asked.span) for _, one in pairs]
        parts = [
            WaterPart(one.at, value, volume.whole())
            for (value, one), volume in zip(pairs, volumes, strict=True)
        ]
        if not all(one.known_for(series.rules.mean.flow_percent) for one in volumes):
            why = "flow_not_valid"
        elif not any(one.weight for one in parts):
            why = "no_flow"
    if not why:
        weighted = kept(weighted_mean([(one.value, one.weight) for one in parts]))
        return _Averaged(weighted, Weighting.FLOW, "", tuple(parts))
    seconds = [(v, one.at, _seconds(one) if series.cycle_s is None else 1) for v, one in pairs]
    mean = kept(mean_of((value, weight) for value, _, weight in seconds))
    plain = tuple(WaterPart(at, value, Decimal(weight)) for value, at, weight in seconds)
    return _Averaged(mean, Weighting.PLAIN, why, plain)


def _why_plain(series: WaterSeries, asked: _Period) -> str:
    if series.at.code == FLOW or asked.period is Period.HOUR:
        return "not_weighted"
    if series.rules.mean.weighting == "plain":
        return "set_plain"
    return "" if series.flow is not None else "no_flow_meter"


def _seconds(one: WaterResult) -> int:
    return (one.until - one.at) // timedelta(seconds=1)


def _why(results: Sequence[WaterResult], valid: Sequence[WaterResult], counts: DueResults) -> str:
    if valid:
        return TOO_FEW
    if not results:
        return NO_DATA
    return ALL_STILL if counts.no_flow and not counts.invalid + counts.missing else ALL_INVALID


def _doubts(
    series: WaterSeries, averaged: _Averaged, counts: DueResults, asked: _Period
) -> tuple[str, ...]:
    names: list[str] = []
    if series.cycle_s is None or asked.period is not Period.HOUR:
        names.append(asked.rests_on)
    if averaged.weighting is Weighting.FLOW or averaged.why_plain == "flow_not_valid":
        names.append("weighting")
    if counts.no_flow:
        names.append("zero_flow")
    found = list(series.rules.mean.unestablished(names))
    if counts.check:
        found += series.rules.cycle.unestablished(("check_allowance_s",))
    return tuple(dict.fromkeys([*found, *series.doubts]))


def _evidence(
    series: WaterSeries, valid: Sequence[WaterResult], averaged: _Averaged, counts: DueResults
) -> dict[str, object]:
    said: dict[str, object] = {
        "weighting": str(averaged.weighting),
        "results": {**counts._asdict()},
    }
    if averaged.why_plain:
        said["not_weighted"] = averaged.why_plain
    if series.at.code == TEMPERATURE:
        said |= _told(mean_told(valid))
    if series.cycle_s is not None:
        weights = [
            text(kept(one.weight)) if averaged.weighting is Weighting.FLOW else None
            for one in averaged.parts
        ] or [None] * len(valid)
        said["cycle_s"] = series.cycle_s
        said["values"] = [
            [one.at.isoformat(), text(one.value or Decimal(0)), weight]
            for one, weight in zip(valid, weights, strict=True)
        ]
    return said
