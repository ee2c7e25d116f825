"""Hourly values of what is never averaged (pH, colour, temperature): the median of each hour.

W03 (HJ 356-2019, seen in public code alone): judged on the range of instantaneous or hourly values.
It must not know limits.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Final, NamedTuple

from schemas.water import HourlyRange, WaterMean, WaterResult
from services.rules.exact import EXACT, kept, mean_of
from services.rules.water_cycle import NO_FLOW, Span, overlap_s
from services.rules.water_series import WaterSeries

MEAN: Final = "mean"
"""In a row's evidence: the mean temperature, for conditions of limits and never for a verdict."""
_HOUR = timedelta(hours=1)
_HOUR_S = 3600


class _Median(NamedTuple):
    value: Decimal
    at_least: bool


def hourly_range(
    series: WaterSeries, results: Sequence[WaterResult], span: Span
) -> HourlyRange | None:
    """The range of a period's hourly values; None where no hour has enough valid records.

    Of a slow analyser each result is such a value. `span` begins with an hour.
    """
    if series.cycle_s is not None:
        return _range(_Median(value, one.at_least) for one, value in _valued(results))

    def hour_of(one: WaterResult) -> datetime:
        return span[0] + (one.at - span[0]) // _HOUR * _HOUR

    medians: list[_Median] = []
    percent = series.rules.mean.hour_percent
    for start, some in groupby(results, hour_of):
        of_hour = list(some)
        if _is_enough(of_hour, (start, start + _HOUR), percent):
            medians.append(_median(of_hour))
    return _range(medians)


def range_of_days(days: Sequence[WaterMean]) -> HourlyRange | None:
    """The range of the hourly values of days; None where one of them has none."""
    known = [one.hourly for one in days if one.hourly is not None]
    if not known or len(known) < len(days):
        return None
    return HourlyRange(
        min(one.least for one in known),
        max(one.greatest for one in known),
        any(one.at_least for one in known),
    )


def mean_told(results: Iterable[WaterResult]) -> Decimal | None:
    """The mean by time of the valid results; None of none."""
    pairs = [
        (value, (one.until - one.at) // timedelta(seconds=1)) for one, value in _valued(results)
    ]
    return kept(mean_of(pairs)) if any(seconds for _, seconds in pairs) else None


def _is_enough(results: Sequence[WaterResult], hour: Span, percent: Decimal) -> bool:
    """Whether enough of the hour's time with flow is valid."""
    seconds = {True: 0, False: 0}
    for one in results:
        if one.valid or one.why == NO_FLOW:
            seconds[one.valid] += overlap_s((one.at, one.until), hour)
    due_s = _HOUR_S - seconds[False]
    return seconds[True] > 0 and seconds[True] * 100 >= percent * due_s


def _median(results: Sequence[WaterResult]) -> _Median:
    """The middle of the valid values; what is over range lies above all others."""
    ordered = sorted((one.at_least, value) for one, value in _valued(results))
    low, high = ordered[(len(ordered) - 1) // 2], ordered[len(ordered) // 2]
    middle = EXACT.multiply(EXACT.add(low[1], high[1]), Decimal("0.5"))
    return _Median(kept(middle), high[0])


def _range(values: Iterable[_Median]) -> HourlyRange | None:
    several = list(values)
    if not several:
        return None
    numbers = [one.value for one in several]
    return HourlyRange(min(numbers), max(numbers), any(one.at_least for one in several))


def _valued(results: Iterable[WaterResult]) -> list[tuple[WaterResult, Decimal]]:
    return [(one, one.value) for one in results if one.valid and one.value is not None]
