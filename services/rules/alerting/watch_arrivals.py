"""A logger's clock by what it sends now, where its newest reading by data time stands still. Pure.

A clock that is set back dates what is measured now before what is known: the newest reading stays the
one from before the change until the clock has caught up. Records in the order of arrival show it.

What is sent again (补传) must not be taken for it. HJ 212-2017 marks it by nothing (2025 does, RF=1),
neither by flag nor by CN, and loggers send real-time records (CN 2011) again as well as minutes, hours
and days. Three things tell it apart. Current records between old ones let the newest reading go on,
so nobody looks here. What was kept, by the logger or on its way while the platform was deaf, comes
as fast as the line takes it or as slowly as is chosen, while a clock that is wrong goes on as fast as
a right one: its records stay as far behind as they were. And answers to a question about history
state the time of now as theirs of sending.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from statistics import median
from typing import Final

from schemas.watch import Arrival, Heard, Newest
from services.rules.alerting.watch_parameters import DeviceClockParameters

LEAST: Final = timedelta(seconds=120)
PERIODS: Final = 3
ENOUGH: Final = 3
KEPT: Final = 15
"""So many differences of a clock are kept: the most that the median may be of."""
LASTING: Final = timedelta(seconds=90)
"""So long a clock is watched, so that it is seen to go on at its pace."""
PACE_PART: Final = 5
"""Meanwhile its differences may change by this part of that time."""
STEADY: Final = timedelta(seconds=30)
STEADY_PART: Final = 10
"""A record is left out that lies farther from the median, and by more than this part of the time."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What arrivals show of a clock: receipt less sending in seconds, the last 15 of them.

    `since`: when the first record that was dated so was received; `last` is the newest of them.
    """

    skews: tuple[float, ...]
    since: datetime
    last: Arrival


def stands_still(heard: Heard, newest: Newest | None) -> bool:
    """Whether it was heard for three of its periods, and for two minutes, behind its newest reading."""
    if newest is None or heard.heard_at is None:
        return False
    patience = max(LEAST, timedelta(seconds=PERIODS * newest.span_s))
    return heard.heard_at - newest.received_at > patience


def shown_by(arrivals: Sequence[Arrival], params: DeviceClockParameters) -> Shown | None:
    """The clock that most of these records agree on, in the order of arrival; None where none is sure.

    By hand, a clock set back by an hour, records every 30 s: received 10:00:30 to 10:02:30, sent by
    its clock 09:00:30 to 09:02:30: five differences of 3600 s over 120 s. A backlog of the same
    times that goes out within a second has differences of 3630, 3600, ... 3510 s: no clock.
    """
    usable = _usable(arrivals)
    if len(usable) < ENOUGH:
        return None
    middle = median(map(_behind, usable[-params.samples :]))
    slack = max(STEADY, _lasting(usable) / STEADY_PART).total_seconds()
    alike = [one for one in usable if abs(_behind(one) - middle) <= slack]
    if len(alike) < ENOUGH or 2 * len(alike) <= len(usable) or not _at_pace(alike):
        return None
    return Shown(tuple(map(_behind, alike[-KEPT:])), alike[0].received_at, alike[-1])


def measured(heard: Heard, shown: Shown | None, params: DeviceClockParameters) -> Heard:
    """The device with what arrivals show in place of what was known of its clock."""
    if shown is None:
        return heard
    if heard.said_at is None and abs(median(shown.skews)) <= params.tolerance_s:
        return replace(heard, skews=())
    return replace(heard, skews=shown.skews)


def put_right(heard: Heard, params: DeviceClockParameters) -> Heard:
    """Forget a clock that was behind when its newest record was sent at the right time.

    One is enough: a late message looks as if its clock were behind, and none makes a clock that is
    behind look right. That it was the clock, and not messages late by chance, is known where its
    differences were alike, and that it was set, by a step of half of what is allowed at least. Of one
    that was ahead the next arrivals tell.
    """
    known, last = heard.skews[:-1][-params.samples :], heard.skews[-1:]
    if len(known) < ENOUGH or abs(last[0]) > params.tolerance_s:
        return heard
    steady = timedelta(seconds=max(known) - min(known)) <= 2 * STEADY
    middle = median(known)
    if not steady or middle <= params.tolerance_s or middle - last[0] < params.tolerance_s / 2:
        return heard
    # Where no time of sending is stated, data times stood for it only while the clock was wrong.
    return replace(heard, skews=() if heard.said_at is None else last)


def _usable(arrivals: Sequence[Arrival]) -> list[Arrival]:
    """Real-time records where there are some, once a frame.

    They are dated when they are measured and sent at once. Minutes tell where they state when they
    were sent: their own time is that of a period which began before.
    """
    some = [one for one in arrivals if one.realtime]
    some = some or [one for one in arrivals if one.sent_at is not None]
    return list({(one.batch, one.frame, one.received_at): one for one in some}.values())


def _at_pace(alike: Sequence[Arrival]) -> bool:
    """Whether they were watched long enough and neither gained nor lost much on the true time."""
    skews = [*map(_behind, alike)]
    lasting = _lasting(alike)
    changed = timedelta(seconds=max(skews) - min(skews))
    return lasting >= LASTING and changed <= lasting / PACE_PART


def _lasting(some: Sequence[Arrival]) -> timedelta:
    return some[-1].received_at - some[0].received_at


def _behind(one: Arrival) -> float:
    """Seconds from its time, by its clock, to its receipt."""
    return (one.received_at - (one.sent_at or one.data_at)).total_seconds()
