"""Silence of many at once is not theirs: it is the platform's, a gateway's or a region's. Pure.

A logger that speaks every 30 s and was last heard at 10:00:00 fell silent somewhere between then and
10:00:30. So an outage at a moment T explains every silence that began up to one interval before T.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from schemas.watch import Deaf, Gap, WatchedDevice
from services.rules.alerting.watch_gaps import LEAST, floor_of
from services.rules.alerting.watch_parameters import PlatformSilenceParameters

JITTER: Final = timedelta(seconds=30)
PERCENT: Final = 100
PLATFORM: Final = "together"
REGION: Final = 4
"""Digits of a prefecture-level region, GB/T 2260."""


@dataclass(frozen=True, slots=True)
class Speakers:
    """Who may speak: devices by id, and when each was heard first and last."""

    devices: Mapping[int, WatchedDevice]
    first_heard: Mapping[int, datetime]
    last_heard: Mapping[int, datetime] = field(default_factory=dict[int, datetime])


class _Fell(NamedTuple):
    """A silence, and until when an outage may have begun that explains it."""

    since: datetime
    latest: datetime
    gap: Gap


class _Rule(NamedTuple):
    """How many of those that speak must fall silent together."""

    least: int
    share: int
    least_of_all: int

    def met(self, silent: int, speaking: int) -> bool:
        """Whether so many are too many to be a coincidence."""
        if silent >= self.least and silent * PERCENT >= self.share * speaking:
            return True
        return silent == speaking and silent >= self.least_of_all


def platform_silences(
    gaps: Sequence[Gap], speakers: Speakers, now: datetime, params: PlatformSilenceParameters
) -> list[Deaf]:
    """When the platform, a gateway's or a region's loggers fell silent together, by beginning.

    `gaps` are the silences that have ended and those that go on, of devices once heard. The outcome
    does not depend on their order. What the platform explains is not told of a gateway again.
    """
    known = [
        _while_due(one, speakers.devices[one.device])
        for one in gaps
        if not one.never and one.device in speakers.devices
    ]
    rule = _Rule(params.least, params.share, params.least_of_all)
    found = _found(known, speakers, now, (rule, params.whole_share, PLATFORM))
    within = _Rule(params.least, params.group_share, params.least)
    for name, members in _groups(speakers.devices):
        # The platform as a whole was looked at already.
        if len(members) < len(speakers.devices):
            own = [one for one in known if one.device in members]
            part = replace(speakers, devices={one: speakers.devices[one] for one in members})
            # Whatever share of a group falls silent, others are none of its business.
            for deaf in _found(own, part, now, (within, PERCENT + 1, name)):
                if not any(_explains(wider, deaf) for wider in found):
                    found.append(deaf)
    return sorted(found, key=lambda one: (one.since, one.why))


def _groups(devices: Mapping[int, WatchedDevice]) -> list[tuple[str, set[int]]]:
    members: defaultdict[str, set[int]] = defaultdict(set)
    for device in devices.values():
        if device.gateway is not None:
            members[f"gateway:{device.gateway}"].add(device.device)
        members[f"region:{device.region[:REGION]}"].add(device.device)
    return sorted(members.items())


def _explains(wider: Deaf, deaf: Deaf) -> bool:
    ends = wider.until is None or deaf.since < wider.until
    begins = deaf.until is None or wider.since < deaf.until
    return ends and begins and (wider.whole or deaf.devices <= wider.devices)


def _found(
    gaps: Sequence[Gap],
    speakers: Speakers,
    now: datetime,
    rules: tuple[_Rule, int, str],
) -> list[Deaf]:
    rule, whole_share, why = rules
    fell = [_Fell(gap.since, gap.since + _slack(speakers.devices[gap.device]), gap) for gap in gaps]
    population = _Population(speakers, fell, now)
    found: list[Deaf] = []
    taken: set[Gap] = set()
    # The highest pile first, so that none is split by a lower one beside it.
    for at, pile in sorted(_piles(fell), key=lambda one: (-len(one[1]), one[0])):
        some = [one for one in pile if one.gap not in taken]
        few = len(some) < rule.least
        if len(some) < rule.least_of_all or (few and population.least > len(some)):
            continue
        speaking = max(population.speaking(at), len(some))
        if rule.met(len(some), speaking):
            taken |= {one.gap for one in some}
            found.append(_deaf(some, speaking, rule, (whole_share, why)))
    return found


def _piles(fell: Sequence[_Fell]) -> Iterator[tuple[datetime, list[_Fell]]]:
    """The moments that explain most: each last beginning before another can explain no more."""
    turns = sorted(
        [(one.since, False, place) for place, one in enumerate(fell)]
        + [(one.latest, True, place) for place, one in enumerate(fell)]
    )
    inside: set[int] = set()
    grown: datetime | None = None
    for at, leaves, place in turns:
        if not leaves:
            inside.add(place)
            grown = at
            continue
        if grown is not None and len(inside) > 1:
            yield grown, [fell[one] for one in sorted(inside)]
        grown = None
        inside.discard(place)


class _Population:
    """How many speak at a time, looked up in sorted times: there may be years of silences."""

    def __init__(self, speakers: Speakers, fell: Sequence[_Fell], now: datetime) -> None:
        self._devices = [
            (first, device)
            for number, device in speakers.devices.items()
            if (first := speakers.first_heard.get(number)) is not None
        ]
        self._now = now
        self._last = speakers.last_heard
        self._begun = sorted(first for first, _ in self._devices)
        self._ended = sorted(one.until for _, one in self._devices if one.until is not None)
        self._fell = sorted(one.latest for one in fell)
        self._back = sorted(one.gap.until for one in fell if one.gap.until is not None)
        self._slowest = max((floor_of(one) for _, one in self._devices), default=LEAST)
        self.least = len(self._devices) - len({one.gap.device for one in fell})
        """So many at least speak at any time."""

    def speaking(self, at: datetime) -> int:
        """How many spoke until about `at`, of those whose silence since then would be seen by now."""
        silent = bisect_left(self._fell, at) - bisect_right(self._back, at)
        if self._now - at > self._slowest:
            return bisect_right(self._begun, at) - bisect_right(self._ended, at) - silent
        return sum(self._counts(first, device, at) for first, device in self._devices) - silent

    def _counts(self, first: datetime, device: WatchedDevice, at: datetime) -> bool:
        ended = device.until is not None and device.until <= at
        if first > at or ended:
            return False
        # A slow one is not missed yet; but it speaks if it was heard since.
        last = self._last.get(device.device)
        return self._now - at > floor_of(device) or (last is not None and last > at + JITTER)


def _deaf(some: Sequence[_Fell], speaking: int, rule: _Rule, named: tuple[int, str]) -> Deaf:
    whole_share, why = named
    ends = sorted(one.gap.until for one in some if one.gap.until is not None)
    # It is over with the return of the one that leaves too few silent.
    until = next(
        (end for back, end in enumerate(ends, 1) if not rule.met(len(some) - back, speaking)), None
    )
    return Deaf(
        max(one.since for one in some),
        until,
        frozenset(one.gap.device for one in some),
        speaking,
        len(some) * PERCENT >= whole_share * speaking,
        why,
    )


def _while_due(gap: Gap, device: WatchedDevice) -> Gap:
    """Who is not to speak any more is not silent."""
    if device.until is None or (gap.until is not None and gap.until <= device.until):
        return gap
    return gap._replace(until=max(device.until, gap.since))


def _slack(device: WatchedDevice) -> timedelta:
    return timedelta(seconds=max(device.realtime_s, device.minute_s)) + JITTER
