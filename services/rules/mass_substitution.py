"""Mass of hours without valid data, for the tonnage alone: a substitute never decides an exceedance.

HJ 75-2017 (table of substitution by capture rate; clause from memory): the greatest hourly mass of
the last valid hours before the gap.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from schemas.parameter import Parameters, Source, parameter
from services.rules.mass import MassHour, MassState

_TABLE = Source(
    "HJ 75-2017, table of missing data (clause from memory)", "medium", from_memory=True
)
_HOUR = timedelta(hours=1)


class SubstitutionParameters(Parameters):
    """The table: by the quarter's capture rate and the length of the gap, how far to look back."""

    high_capture: Decimal = parameter(
        Decimal(90),
        "%",
        _TABLE,
        en="from this capture rate on the gap's length decides",
        zh="按缺失时长选取替代值的捕集率下限",
    )
    substitution_capture: Decimal = parameter(
        Decimal(75),
        "%",
        _TABLE,
        en="under this capture rate nothing is substituted automatically",
        zh="低于该捕集率不自动替代",
    )
    short_gap_hours: int = parameter(
        24, "h", _TABLE, en="a gap of at most this is short", zh="短时缺失的最长时长", ge=1
    )
    short_gap_window: int = parameter(
        180,
        "h",
        _TABLE,
        en="valid hours looked back on for a short gap",
        zh="短时缺失回溯有效小时数",
        ge=1,
    )
    long_gap_window: int = parameter(
        720,
        "h",
        _TABLE,
        en="valid hours looked back on for a long gap",
        zh="长时缺失回溯有效小时数",
        ge=1,
    )
    low_capture_window: int = parameter(
        2160,
        "h",
        _TABLE,
        en="valid hours looked back on under the high capture rate",
        zh="捕集率较低时回溯有效小时数",
        ge=1,
    )


class Gap(NamedTuple):
    """Due hours in a row without a mass; stopped hours between them neither count nor end it."""

    hours: tuple[MassHour, ...]

    @property
    def look_back_from(self) -> datetime:
        """The beginning of the gap, or the last passed calibration before it where one is told."""
        told = [hour.look_back_from for hour in self.hours if hour.look_back_from is not None]
        return min([self.hours[0].start, *told])


def substituted(
    hours: Iterable[MassHour],
    history: Iterable[MassHour],
    capture_percent: Decimal | None,
    params: SubstitutionParameters,
) -> list[MassHour]:
    """The hours of a quarter in order, the missing ones substituted where the table allows it.

    Every hour of the quarter must be among them. `history`: the hours before, for the look-back.
    `capture_percent`: the quarter's rate; None: none is known, nothing is substituted. Where fewer
    valid hours are there than the table says, the greatest of those is taken; of equal ones the last.
    """
    ordered = sorted(hours, key=_start)
    valid = [hour for hour in sorted([*history, *ordered], key=_start) if hour.decides]
    found = {hour.start: hour for hour in ordered}
    for gap in gaps(ordered):
        window = _window(len(gap.hours), capture_percent, params)
        before = [hour for hour in valid if hour.start + _HOUR <= gap.look_back_from]
        if window is None or not before:
            continue
        greatest = max(before[-window:], key=_mass_then_start)
        for hour in gap.hours:
            found[hour.start] = hour._replace(
                state=MassState.SUBSTITUTED,
                kg=greatest.kg,
                rule=f"max_{window}",
                source=greatest.start,
            )
    return [found[hour.start] for hour in ordered]


def gaps(ordered: Sequence[MassHour]) -> list[Gap]:
    """The gaps in hours that are in order."""
    found: list[Gap] = []
    open_gap: list[MassHour] = []
    for hour in ordered:
        if hour.state is MassState.MISSING:
            open_gap.append(hour)
        elif hour.state is not MassState.STOPPED and open_gap:
            found.append(Gap(tuple(open_gap)))
            open_gap = []
    return [*found, Gap(tuple(open_gap))] if open_gap else found


def _window(
    gap_hours: int, capture_percent: Decimal | None, params: SubstitutionParameters
) -> int | None:
    if capture_percent is None or capture_percent < params.substitution_capture:
        return None
    if capture_percent < params.high_capture:
        return params.low_capture_window
    short = gap_hours <= params.short_gap_hours
    return params.short_gap_window if short else params.long_gap_window


def _start(hour: MassHour) -> datetime:
    return hour.start


def _mass_then_start(hour: MassHour) -> tuple[Decimal, datetime]:
    return hour.kg or Decimal(0), hour.start
