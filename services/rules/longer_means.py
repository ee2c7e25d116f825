"""Means of days and months, out of the means of hours (flue gas; water weighs by flow elsewhere).

GB 18484-2020 3.19 and formula 5: plain mean of at least 20 valid hourly means; HJ 76-2017 appendix B:
a valid month. Days and months are those of the site's clock. It must not know limits.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timezone
from decimal import Decimal
from typing import Literal, NamedTuple, cast

from schemas.judgement import MeanRow, Period, Stage
from schemas.means import HOUR_S
from schemas.parameter import Parameters, Source, parameter
from services.rules.exact import kept, mean_of, sum_of
from services.rules.periods import FEBRUARY, Bounds, local_day

_DAY_S = 24 * HOUR_S


class LongMeanParameters(Parameters):
    """How many valid parts a day and a month need, and of what the month is the mean."""

    valid_hours: int = parameter(
        20,
        "h",
        Source("GB 18484-2020 3.19; HJ 76-2017 appendix B", "high"),
        en="a valid day has at least this many valid hourly means",
        zh="有效日均值所需的最少有效小时数",
        ge=1,
        le=24,
    )
    valid_days: int = parameter(
        25,
        "d",
        Source("HJ 76-2017 appendix B", "medium"),
        en="a valid month has at least this many valid daily means",
        zh="有效月均值所需的最少有效日数",
        ge=1,
        le=31,
    )
    valid_days_february: int = parameter(
        23,
        "d",
        Source("HJ 76-2017 appendix B", "medium"),
        en="a valid February has at least this many valid daily means",
        zh="二月有效月均值所需的最少有效日数",
        ge=1,
        le=29,
    )
    month_from: Literal["days", "hours"] = parameter(
        "days",
        "",
        Source("HJ 76-2017 appendix B (its wording from memory)", "medium", from_memory=True),
        en="a month is the mean of its valid daily means, or of the valid hourly means of all its days",
        zh="月均值取有效日均值的均值，或全月有效小时均值的均值",
    )


class _Span(NamedTuple):
    """A period out of `due` parts of `part_s` seconds; `least` of them make it valid."""

    period: Period
    start: datetime
    due: int
    part_s: int
    least: int


def day_mean(
    hours: Iterable[MeanRow], point: int, day: Bounds, params: LongMeanParameters
) -> MeanRow:
    """The mean of a local day (`periods.local_day`) of a point out of its hour rows; others are left.

    `valid_s` counts valid hours whole. Final when all 24 hours are there and final. A day that is not
    valid has the mean of what there is; a converted mean needs its own 20 hours to be there.
    """
    inside = _inside(hours, day, point, Period.HOUR)
    span = _Span(Period.DAY, day.since, day.hours, HOUR_S, params.valid_hours)
    return _row(point, span, inside, inside)


def month_mean(
    hours: Iterable[MeanRow], point: int, month: Bounds, zone: timezone, params: LongMeanParameters
) -> MeanRow:
    """The mean of a local month (`periods.local_month`) of a point out of its hour rows.

    `valid_s` counts valid days whole. Final when all its days are.
    """
    inside = _inside(hours, month, point, Period.HOUR)
    bounds = list(_days(month, zone))
    days = [day_mean(inside, point, day, params) for day in bounds]
    february = month.since.astimezone(zone).month == FEBRUARY
    name = "valid_days_february" if february else "valid_days"
    least = params.valid_days_february if february else params.valid_days
    span = _Span(Period.MONTH, month.since, len(bounds), _DAY_S, least)
    row = _row(point, span, days, days if params.month_from == "days" else inside)
    doubts = params.unestablished((name, "month_from"))
    known = row.evidence.get("doubts", ())
    return row._replace(evidence={**row.evidence, "doubts": _merged(known, doubts)})


def _inside(rows: Iterable[MeanRow], bounds: Bounds, point: int, period: Period) -> list[MeanRow]:
    """The rows of the period in order, one for each start: of two the later one given."""
    found = {
        row.start: row
        for row in rows
        if row.point == point and row.period is period and bounds.since <= row.start < bounds.until
    }
    return [found[start] for start in sorted(found)]


def _days(month: Bounds, zone: timezone) -> Iterable[Bounds]:
    at = month.since
    while at < month.until:
        day = local_day(at, zone)
        yield day
        at = day.until


def _row(point: int, span: _Span, parts: Sequence[MeanRow], averaged: Sequence[MeanRow]) -> MeanRow:
    """The row of a period: validity and stage by its parts, the numbers by what is averaged."""
    valid = [part for part in parts if part.valid and part.value is not None]
    used = [row for row in averaged if row.valid and row.value is not None]
    converted_parts = _counted(parts)
    converted = {
        key: kept(mean_of((row.converted[key], 1) for row in averaged if key in row.converted))
        for key, count in converted_parts.items()
        if count >= span.least
    }
    masses = [part.mass for part in parts if part.mass is not None]
    doubts = _merged(*(part.evidence.get("doubts", ()) for part in parts))
    evidence: dict[str, object] = {
        "parts": len(parts),
        "due": span.due,
        "valid": len(valid),
        "averaged": len(used),
        "converted": converted_parts,
        "mass_parts": len(masses),
        "mass_hours": sum(_mass_hours(part) for part in parts),
        "mass_enough": len(masses) >= span.least,
    }
    if doubts:
        evidence["doubts"] = doubts
    return MeanRow(
        point=point,
        period=span.period,
        start=span.start,
        stage=_stage(parts, span.due),
        source="computed",
        value=kept(mean_of((row.value, 1) for row in used if row.value is not None))
        if used
        else None,
        converted=converted,
        valid_s=len(valid) * span.part_s,
        due_s=span.due * span.part_s,
        valid=len(valid) >= span.least,
        at_least=any(row.at_least for row in used),
        mass=sum_of(masses) if masses else None,
        evidence=evidence,
    )


def _mass_hours(part: MeanRow) -> int:
    """Of how many hours the part's mass is."""
    if part.mass is None:
        return 0
    hours = part.evidence.get("mass_hours", part.due_s // HOUR_S)
    return hours if isinstance(hours, int) else 0


def _counted(parts: Sequence[MeanRow]) -> dict[str, int]:
    """How many valid parts have a converted mean, by reference."""
    counts: dict[str, int] = {}
    for part in parts:
        for key in part.converted:
            counts[key] = counts.get(key, 0) + 1
    return dict(sorted(counts.items(), key=_as_number))


def _as_number(item: tuple[str, int]) -> Decimal:
    return Decimal(item[0])


def _stage(parts: Sequence[MeanRow], due: int) -> Stage:
    """The least certain stage among the parts; provisional while one is not there."""
    stages = {part.stage for part in parts}
    if len(parts) < due or Stage.PROVISIONAL in stages:
        return Stage.PROVISIONAL
    return Stage.FINAL if Stage.FINAL in stages else Stage.CLOSED


def _merged(*names: object) -> list[str]:
    """The names of all lists, once each."""
    found: set[str] = set()
    for some in names:
        if isinstance(some, (list, tuple)):
            found.update(str(name) for name in cast("Sequence[object]", some))
    return sorted(found)
