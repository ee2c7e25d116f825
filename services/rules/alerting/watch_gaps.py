"""From frames heard, in any order, to the silences between them. Pure.

A silence is the time between two frames that is longer than the device's floor: shorter ones mean
nothing for any rule, and are not kept.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from schemas.watch import Beat, Gap, Heard, WatchedDevice

LEAST: Final = timedelta(seconds=120)
INTERVALS: Final = 3


def floor_of(device: WatchedDevice) -> timedelta:
    """The shortest silence of a device that is kept: three of its intervals, at least two minutes.

    The longer of the registered real-time and minute intervals: a logger may send minutes alone.
    """
    return max(LEAST, timedelta(seconds=INTERVALS * max(device.realtime_s, device.minute_s)))


@dataclass(frozen=True, slots=True)
class Hearing:
    """A device as heard, and its silences that have ended, of any time."""

    heard: Heard
    gaps: frozenset[Gap]


def heard_again(known: Hearing, beats: Iterable[Beat], floor: timedelta) -> Hearing:
    """The hearing with more frames of the device, whenever they were received.

    In which order and in how many parts beats come makes no difference: what is left are the times
    between the frames that are longer than `floor`.
    """
    for beat in sorted(beats):
        known = _with(known, beat, floor)
    return known


def open_gap(heard: Heard, since: datetime, now: datetime) -> Gap:
    """The silence that goes on at `now`; of a device never heard it begins at `since`."""
    if heard.heard_at is None:
        return Gap(heard.device, min(since, now), None, never=True)
    return Gap(heard.device, min(heard.heard_at, now), None, heard.said_at)


def _with(known: Hearing, beat: Beat, floor: timedelta) -> Hearing:
    heard = known.heard
    if heard.first_at is None or heard.heard_at is None:
        first = replace(heard, first_at=beat.first, heard_at=beat.last)
        return Hearing(first, known.gaps)
    first_at, heard_at = heard.first_at, heard.heard_at
    gaps = {piece for gap in known.gaps for piece in _around(gap, beat, floor)}
    if beat.first - heard_at > floor:
        gaps.add(Gap(beat.device, heard_at, beat.first, heard.said_at))
    if first_at - beat.last > floor:
        gaps.add(Gap(beat.device, beat.last, first_at))
    now = replace(heard, first_at=min(first_at, beat.first), heard_at=max(heard_at, beat.last))
    return Hearing(now, frozenset(gaps))


def _around(gap: Gap, beat: Beat, floor: timedelta) -> list[Gap]:
    """What is left of a silence in which something was heard after all."""
    if gap.until is None or beat.last <= gap.since or beat.first >= gap.until:
        return [gap]
    parts = [gap._replace(until=beat.first), gap._replace(since=beat.last, said_at=None)]
    return [part for part in parts if part.until is not None and part.until - part.since > floor]
