"""Hours, days and months of a site's clock 自然时、日、月 as seconds.

The clock has a fixed offset, so every day has 24 hours. It must not know what happened in them.
"""

from datetime import datetime, timedelta, timezone
from typing import NamedTuple

from schemas.judgement import Period
from services.rules.facility.course import Window, second_of, time_of

_STEP_S = {Period.HOUR: 3_600, Period.DAY: 86_400}


class Slice(NamedTuple):
    """A whole period, from a second to a second."""

    period: Period
    since: int
    until: int


def slices(period: Period, window: Window, zone: timezone) -> tuple[Slice, ...]:
    """The hours, days or months that the window touches, whole, in order.

    Raises ValueError for a period that is none of these.
    """
    if period is Period.MONTH:
        return _months(window, zone)
    if period not in _STEP_S:
        raise ValueError(f"rates are of an hour, a day or a month, not of a {period}")
    step_s = _STEP_S[period]
    shift = zone.utcoffset(None) // timedelta(seconds=1)
    first = (window.since + shift) // step_s * step_s - shift
    return tuple(Slice(period, at, at + step_s) for at in range(first, window.until, step_s))


def _months(window: Window, zone: timezone) -> tuple[Slice, ...]:
    at = time_of(window.since).astimezone(zone)
    found: list[Slice] = []
    begin = datetime(at.year, at.month, 1, tzinfo=zone)
    while second_of(begin) < window.until:
        year, month = divmod(begin.year * 12 + begin.month, 12)
        end = datetime(year, month + 1, 1, tzinfo=zone)
        found.append(Slice(Period.MONTH, second_of(begin), second_of(end)))
        begin = end
    return tuple(found)
