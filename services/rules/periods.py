"""Days, weeks, months, quarters, half-years and years of a site's clock, as UTC bounds [since, until).

The clock is a fixed offset; a day has 24 hours always.
"""

from datetime import UTC, datetime, timedelta, timezone
from types import MappingProxyType
from typing import Final, NamedTuple

from schemas.judgement import Period

FEBRUARY = 2
_MONTHS_A_QUARTER = 3
_MONTHS_A_HALF_YEAR = 6
_MONTHS_A_YEAR = 12
_LENGTHS: Final = MappingProxyType(
    {
        Period.FIVE_MINUTE: timedelta(minutes=5),
        Period.HOUR: timedelta(hours=1),
        Period.DAY: timedelta(days=1),
    }
)
_MONTHS: Final = MappingProxyType(
    {
        Period.MONTH: 1,
        Period.QUARTER: _MONTHS_A_QUARTER,
        Period.YEAR: _MONTHS_A_YEAR,
    }
)


class Bounds(NamedTuple):
    """`since` belongs to the period, `until` does not; both UTC."""

    since: datetime
    until: datetime

    @property
    def hours(self) -> int:
        return int((self.until - self.since) / timedelta(hours=1))


def local_day(at: datetime, zone: timezone) -> Bounds:
    """The local day that `at` lies in."""
    local = at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return Bounds(local.astimezone(UTC), (local + timedelta(days=1)).astimezone(UTC))


def local_week(at: datetime, zone: timezone) -> Bounds:
    """The local week, Monday to Sunday, that `at` lies in."""
    since = local_day(at, zone).since
    since -= timedelta(days=since.astimezone(zone).weekday())
    return Bounds(since, since + timedelta(days=7))


def local_month(at: datetime, zone: timezone) -> Bounds:
    """The local month that `at` lies in."""
    return _months(at, zone, 1)


def local_quarter(at: datetime, zone: timezone) -> Bounds:
    """The local quarter that `at` lies in."""
    return _months(at, zone, _MONTHS_A_QUARTER)


def local_half_year(at: datetime, zone: timezone) -> Bounds:
    """The local half-year that `at` lies in."""
    return _months(at, zone, _MONTHS_A_HALF_YEAR)


def local_year(at: datetime, zone: timezone) -> Bounds:
    """The local year that `at` lies in."""
    return _months(at, zone, _MONTHS_A_YEAR)


def ended_at(start: datetime, period: Period, zone: timezone) -> datetime:
    """When the period of this kind that begins at `start` is over."""
    if period in _LENGTHS:
        return start + _LENGTHS[period]
    return _months(start, zone, _MONTHS[period]).until


def begun_before(at: datetime, period: Period, zone: timezone) -> datetime:
    """Periods of this kind that began before the answer, and no others, had ended by `at`."""
    if period in _LENGTHS:
        return at - _LENGTHS[period] + datetime.resolution
    return _months(at, zone, _MONTHS[period]).since


def _months(at: datetime, zone: timezone, count: int) -> Bounds:
    local = at.astimezone(zone)
    first = (local.month - 1) // count * count + 1
    since = datetime(local.year, first, 1, tzinfo=zone)
    year, last = divmod(first + count - 1, _MONTHS_A_YEAR)
    until = datetime(local.year + year, last + 1, 1, tzinfo=zone)
    return Bounds(since.astimezone(UTC), until.astimezone(UTC))
