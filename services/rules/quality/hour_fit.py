"""Hours at odds with their own minutes (F23), where it can be known what these minutes come to.

A logger without flags may have left out minutes that look like all others; without data times, or by
a wrong clock, an hour may stand for another one (sent at 11:00, for that from 10:00). Then an hour accuses only where no minutes that it
may be of come to it; of the rest it is said that it cannot be known, and why.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple, Self

import numpy as np

from schemas.judgement import Finding
from services.rules.quality.absence import AbsenceParameters
from services.rules.quality.case import Case, Watched
from services.rules.quality.findings import Found, figure, findings, percent
from services.rules.quality.series import HOUR_S, Bools, Floats, Series

OFF: Final = "hour_against_minutes"
UNSURE: Final = "hour_not_comparable"
"""A finding that accuses nobody: the numbers differ, and it cannot be known whether they should."""
_HOUR: Final = timedelta(seconds=HOUR_S)
_NAMES: Final = ("backfill_share", "backfill_hours", "minutes_needed")


class Why(StrEnum):
    """Why it is not known which minutes an hour is of."""

    CLOCK = "clock"
    ODD_TIMES = "odd_times"
    UNDATED = "undated"
    UNFLAGGED = "unflagged"


_ZH: Final = MappingProxyType(
    {
        Why.CLOCK: "数采仪时钟异常",
        Why.ODD_TIMES: "记录时间重复或不在整点（整分）",
        Why.UNDATED: "数采仪不报数据时间（以发送时间代替）",
        Why.UNFLAGGED: "数采仪不报数据标记，哪些分钟无效不得而知",
    }
)
_EN: Final = MappingProxyType(
    {
        Why.CLOCK: "its logger's clock was wrong",
        Why.ODD_TIMES: "records are doubled or off the grid",
        Why.UNDATED: "its logger sends no data times (that of sending stands for them)",
        Why.UNFLAGGED: "its logger sends no flags, so nobody knows which minutes were not valid",
    }
)


class Compared(NamedTuple):
    """An hour that is not the mean of its minutes; `why` None: it should be."""

    place: int
    hour: float
    mean: float
    why: Why | None


def hour_against_minutes(case: Case, parameters: AbsenceParameters) -> tuple[Finding, ...]:
    """F23: hours that were sent differ from the mean of their own minutes, as made-up ones do.

    Hours with a minute that is flagged or marked are left out: how much of it counts is not known.
    Where it is not known which minutes count, hours beyond all of them are found; the others make a
    finding `hour_not_comparable`, which suspects nobody.
    """
    found: list[Found] = []
    for watched in case.points:
        if watched.minutes is None or watched.minutes.step_s > HOUR_S:
            continue
        differing = list(_differing(case, watched, watched.minutes, parameters))
        off = [one for one in differing if one.why is None]
        unsure = [one for one in differing if one.why is not None]
        if len(off) >= parameters.backfill_hours:
            found.append(_off(case, watched, off, parameters))
        elif len(differing) >= parameters.backfill_hours and unsure:
            found.append(_unsure(watched, unsure, parameters))
    return findings(case, found, parameters)


def _off(
    case: Case, watched: Watched, off: Sequence[Compared], parameters: AbsenceParameters
) -> Found:
    worst = max(off, key=lambda each: abs(each.hour - each.mean))
    at = f"{watched.hours.at(worst.place).astimezone(case.clock):%m-%d %H:%M}"
    return Found(
        OFF,
        watched,
        watched.hours.at(off[0].place),
        watched.hours.at(off[-1].place + 1),
        f"有{len(off)}个小时值与其分钟均值相差超过{percent(parameters.backfill_share)}，"
        f"如{at}小时值{figure(worst.hour)}、分钟均值{figure(worst.mean)} {watched.unit}",
        f"sent {len(off)} hours that differ from the mean of their minutes by more than "
        f"{percent(parameters.backfill_share)}: {figure(worst.hour)} against {figure(worst.mean)} "
        f"{watched.unit} at {at}",
        _NAMES,
        {"hours": len(off)},
    )


def _unsure(watched: Watched, unsure: Sequence[Compared], parameters: AbsenceParameters) -> Found:
    reasons = [why for why in Why if any(one.why is why for one in unsure)]
    return Found(
        UNSURE,
        watched,
        watched.hours.at(unsure[0].place),
        watched.hours.at(unsure[-1].place + 1),
        f"有{len(unsure)}个小时值与其分钟均值相差超过{percent(parameters.backfill_share)}，但"
        f"{'、'.join(_ZH[why] for why in reasons)}，是否应当相符不得而知",
        f"sent {len(unsure)} hours that differ from the mean of their minutes by more than "
        f"{percent(parameters.backfill_share)}, but {' and '.join(_EN[why] for why in reasons)}: "
        "whether they should agree is not known",
        _NAMES,
        {"hours": len(unsure), "why": [why.value for why in reasons]},
        suspected=False,
    )


@dataclass(frozen=True, slots=True)
class _Minutes:
    """The minutes of a point: which were shown as normal, and which somebody gave a reason for."""

    series: Series
    normal: Bools
    explained: Bools
    least: float
    needed_s: int

    @classmethod
    def of(cls, case: Case, watched: Watched, series: Series, needed_s: int) -> Self:
        normal = case.operating(watched, series)
        steps = np.abs(np.diff(np.unique(series.values[normal])))
        least = float(steps.min()) if len(steps) else 0.0
        return cls(series, normal, case.explained(watched, series), least, needed_s)

    def hour(self, at: datetime, later: int = 0) -> slice:
        """The cells of the hour that begins then, or of as long a time so many cells later."""
        first = self.series.place(at) + later
        return slice(max(first, 0), max(first + HOUR_S // self.series.step_s, 0))

    def shown(self, cells: slice) -> Floats | None:
        """Its numbers; None where they are too few, or it is not known how much of some counts."""
        numbers = self.series.values[cells][self.normal[cells]]
        enough = len(numbers) * self.series.step_s >= self.needed_s
        return numbers if enough and not self.explained[cells].any() else None


def _differing(
    case: Case, watched: Watched, series: Series, parameters: AbsenceParameters
) -> Iterator[Compared]:
    """The new hours that differ from the mean of their minutes, where these are enough."""
    minutes = _Minutes.of(case, watched, series, parameters.minutes_needed * 60)
    odd = _odd_hours(watched, series)
    for place in range(case.fresh_from, case.hours):
        at, hour = watched.hours.at(place), float(watched.hours.values[place])
        shown = minutes.shown(minutes.hour(at))
        if shown is None or np.isnan(hour):
            continue
        mean = float(shown.mean())
        slack = max(parameters.backfill_share * abs(mean), minutes.least)
        if abs(hour - mean) <= slack:
            continue
        why = _why(watched, place, odd)
        if why is Why.UNDATED:
            if _fits_when_sent(minutes, at, hour, slack):
                continue
            shown = series.values[minutes.normal]
        if why in {Why.UNDATED, Why.UNFLAGGED} and _beyond(hour, shown, slack):
            # A flag of its own says that it is no mean of normal minutes, whichever they are.
            why = None if watched.hours.flags[place] == "N" else why
        yield Compared(place, hour, mean, why)


def _fits_when_sent(minutes: _Minutes, at: datetime, hour: float, slack: float) -> bool:
    """Whether it may be the hour that ended when it was sent; its minutes ended when they were."""
    shown = minutes.shown(minutes.hour(at - _HOUR, later=1))
    return shown is None or abs(hour - float(shown.mean())) <= slack


def _why(watched: Watched, place: int, odd: frozenset[int]) -> Why | None:
    since = watched.hours.at(place)
    # A clock that jumps puts what it dates beside the time in which it did.
    if any(one.meets(since - _HOUR, since + 2 * _HOUR) for one in watched.clock_wrong):
        return Why.CLOCK
    if place in odd:
        return Why.ODD_TIMES
    if not watched.dated:
        return Why.UNDATED
    return None if watched.flagged else Why.UNFLAGGED


def _odd_hours(watched: Watched, minutes: Series) -> frozenset[int]:
    """Hours with a record, of the hour or of its minutes, that is doubled or off the grid."""
    return frozenset(watched.hours.place(one.at) for one in (*watched.hours.odd, *minutes.odd))


def _beyond(hour: float, shown: Floats, slack: float) -> bool:
    """Whether no mean of some of the minutes comes to it."""
    return hour < float(shown.min()) - slack or hour > float(shown.max()) + slack
