"""Reported states 上报状态 as a course: a report holds until the next one, but not in silence.

It must not know what signals say.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import zip_longest
from typing import NamedTuple

from schemas.record import Record
from services.rules.facility.course import Course, Window, course_of, second_of
from services.rules.facility.intervals import Span, merged
from services.rules.facility.parameters import FacilityParameters

STATES = frozenset(range(6))
"""0 off, 1 running, 2 calibrating, 3 maintenance, 4 alarm, 5 blow-back (HJ 212-2017 table 4)."""


class Piece(NamedTuple):
    """From `since` to `until` (seconds) the state reported was `number`."""

    since: int
    until: int
    number: int


class Reported(NamedTuple):
    """The course, and the numbers it was read from; pieces of a number nobody knows are unknown."""

    course: Course
    pieces: tuple[Piece, ...]


def reported(
    reports: Iterable[Record],
    window: Window,
    params: FacilityParameters,
    heard: Iterable[datetime] = (),
) -> Reported:
    """What SBn-RS said over the window (HJ 212-2017 CN 2021, table 4: the state is `value`).

    Give reports from `report_holds_s` before the window on, so that its beginning is known. A report
    without a number makes the state unknown until the next. `heard`: other times at which the same
    device spoke; with them a state sent only at a change holds as long as the device is not silent.
    After a silence it is unknown until the next report: nobody knows what happened meanwhile.
    """
    numbers = {second_of(each.at): _state(each.value) for each in reports}
    pieces = tuple(_held(numbers, [second_of(at) for at in heard], window, params))
    running = frozenset(params.running_states)
    on = [(one.since, one.until) for one in pieces if one.number in running]
    off = [(one.since, one.until) for one in pieces if one.number in STATES - running]
    return Reported(course_of(window, merged(on), merged(off)), pieces)


def _state(value: float | None) -> int | None:
    return int(value) if value is not None and float(value).is_integer() else None


def _held(
    numbers: dict[int, int | None], heard: Sequence[int], window: Window, params: FacilityParameters
) -> Iterable[Piece]:
    """Pieces within the window; equal neighbours are one."""
    moments = sorted(numbers)
    alive = merged((at, at + params.report_holds_s) for at in [*moments, *heard])
    ends = _ends(moments, alive)
    last: Piece | None = None
    for at, following in zip_longest(moments, moments[1:], fillvalue=window.until):
        number = numbers[at]
        since, until = max(at, window.since), min(following, ends[at], window.until)
        if number is None or since >= until:
            continue
        if last is not None and last.until == since and last.number == number:
            last = last._replace(until=until)
            continue
        if last is not None:
            yield last
        last = Piece(since, until, number)
    if last is not None:
        yield last


def _ends(moments: Sequence[int], alive: Sequence[Span]) -> dict[int, int]:
    """For each moment the end of the interval of `alive` that holds it; both are sorted."""
    found: dict[int, int] = {}
    place = 0
    for at in moments:
        while alive[place][1] <= at:
            place += 1
        found[at] = alive[place][1]
    return found
