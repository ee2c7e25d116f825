"""Exceedances that come again, and a quarter of many: what raises an alert, none of it law by itself.

No national rule counts repetitions of stacks, and no published text says when an exceedance is
severe 严重超标; both say so in their doubts.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from schemas.judgement import Outcome
from schemas.parameter import Parameters, Source, parameter
from services.rules.exact import ZERO

_SEVERE = Source("no numeric criterion was found in any announcement of 严重超标", "ours")


class RecurrenceParameters(Parameters):
    """When exceedances are repeated, and when they are proposed as severe."""

    repeats: int = parameter(
        3,
        "times",
        Source("one public repository (A06); not a national rule", "low"),
        en="the exceedance of this number within the window, of one outlet and factor, is a repetition",
        zh="窗口期内第几次超标视为重复超标",
        ge=2,
    )
    window_days: int = parameter(
        30,
        "days",
        Source("one public repository (A06); not a national rule", "low"),
        en="the window of repetition, back from the exceedance",
        zh="重复超标统计窗口",
        ge=1,
    )
    severe_multiple: Decimal = parameter(
        Decimal(1),
        "",
        _SEVERE,
        en="a multiple of at least this in a quarter is proposed as severe",
        zh="建议认定为严重超标的超标倍数",
        gt=0,
    )
    severe_share: Decimal = parameter(
        Decimal("0.2"),
        "",
        _SEVERE,
        en="at least this share of the valid periods of a quarter over the limit is proposed as severe",
        zh="建议认定为严重超标的超标时段占比",
        gt=0,
        le=1,
    )


class Episode(NamedTuple):
    """Exceedances one after another without a gap: from `since` to before `until`, so many periods."""

    since: datetime
    until: datetime
    periods: int


class Repetition(NamedTuple):
    """An episode that makes the number full: it is the `nth` within the window that ends with it."""

    at: datetime
    nth: int
    first: datetime
    doubts: tuple[str, ...]


class Severe(NamedTuple):
    """Whether a quarter is proposed as severe, and by which of the two; never more than a proposal."""

    proposed: bool
    by: tuple[str, ...]
    share: Decimal | None
    greatest: Decimal | None
    doubts: tuple[str, ...]


def episodes(starts: Iterable[datetime], length: timedelta) -> list[Episode]:
    """Exceeding periods of one length, joined where one follows the other; in order of time."""
    found: list[Episode] = []
    for start in sorted(set(starts)):
        if found and found[-1].until == start:
            found[-1] = found[-1]._replace(until=start + length, periods=found[-1].periods + 1)
        else:
            found.append(Episode(start, start + length, 1))
    return found


def repetitions(exceedances: Iterable[datetime], params: RecurrenceParameters) -> list[Repetition]:
    """Of one outlet and factor: each exceedance that is at least the third within 30 days.

    Give the beginnings of episodes, so that one long exceedance does not repeat itself. The window
    is (at - 30 days, at].
    """
    window = timedelta(days=params.window_days)
    doubts = params.unestablished(("repeats", "window_days"))
    recent: deque[datetime] = deque()
    found: list[Repetition] = []
    for at in sorted(set(exceedances)):
        recent.append(at)
        while recent[0] <= at - window:
            recent.popleft()
        if len(recent) >= params.repeats:
            found.append(Repetition(at, len(recent), recent[0], doubts))
    return found


def severe_quarter(
    judged: Sequence[tuple[Outcome, Decimal | None]], params: RecurrenceParameters
) -> Severe:
    """严重超标 as we propose it: of the (outcome, multiple) of a quarter's periods, by one factor.

    By the greatest multiple, or by the share of those over among those judged. Claimed and exempt
    exceedances are not counted as over; periods not known are not judged.
    """
    over = [
        multiple for outcome, multiple in judged if outcome in {Outcome.EXCEEDING, Outcome.AT_LEAST}
    ]
    valid = len(over) + sum(outcome is Outcome.COMPLIANT for outcome, _ in judged)
    greatest = max((multiple for multiple in over if multiple is not None), default=None)
    share = Decimal(len(over)) / valid if valid else None
    by: list[str] = []
    if greatest is not None and greatest >= params.severe_multiple:
        by.append("multiple")
    if (share or ZERO) >= params.severe_share:
        by.append("share")
    doubts = params.unestablished(("severe_multiple", "severe_share"))
    return Severe(bool(by), tuple(by), share, greatest, doubts)
