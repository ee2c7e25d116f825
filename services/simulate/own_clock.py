"""Hours as a logger cuts them: by its own clock, right or wrong.

Pure. It must not know how records are written nor when they are sent.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

import numpy as np

from services.simulate.record import Present, Sums, folded, sums_of
from services.simulate.world import INSTANTS, STEP_S, Hour, Times, VirtualDevice

HOUR_S: Final = 3_600


class OwnHour(NamedTuple):
    """An hour that began at `begin_s` by the logger's clock and had passed at `end_s`, the true time."""

    begin_s: int
    end_s: int
    sums: Mapping[str, Sums]


def ahead_s(device: VirtualDevice, at_s: int) -> int:
    """How far the device's clock is ahead at a true time."""
    return sum(wrong.by_s for wrong in device.carriage.clock if wrong.during.holds(at_s))


@dataclass(slots=True)
class OwnHours:
    """A logger's hour that goes on, through the hours of the model.

    A clock that jumps within an hour leaves or doubles a part of it; one that jumps out of it ends
    it there. The record is of what was seen, and lacks what of 3,600 s was not.
    """

    device: VirtualDevice
    _begin_s: int = 0
    _parts: list[Mapping[str, Sums]] = field(default_factory=list[Mapping[str, Sums]])

    def ended(self, hour: Hour, present: Present) -> Iterator[OwnHour]:
        """The hours that end within this one of the model, its end included."""
        device = self.device
        if not device.carriage.clock:
            sums = sums_of(hour, device.quantities, 1, present)
            yield OwnHour(hour.begin_s, hour.begin_s + HOUR_S, sums)
            return
        begins = _begins(device, hour.begin_s)
        if self._begin_s != begins[0]:
            # It was out of service meanwhile.
            self._begin_s, self._parts = int(begins[0]), []
        cuts = [0, *(np.flatnonzero(np.diff(begins)) + 1).tolist()]
        for first, end in zip(cuts, [*cuts[1:], INSTANTS], strict=True):
            if first < end:
                self._parts.append(_part(hour, device, present, slice(first, end)))
            if begins[end] != self._begin_s:
                yield OwnHour(self._begin_s, hour.begin_s + STEP_S * end, _whole(self._parts))
                self._begin_s, self._parts = int(begins[end]), []


def _begins(device: VirtualDevice, begin_s: int) -> Times:
    """In which hour of its own clock each instant lies, the first one after the hour included."""
    at = begin_s + STEP_S * np.arange(INSTANTS + 1)
    shown = at.copy()
    for wrong in device.carriage.clock:
        shown[(at >= wrong.during.from_s) & (at < wrong.during.to_s)] += wrong.by_s
    return shown // HOUR_S * HOUR_S


def _part(
    hour: Hour, device: VirtualDevice, present: Present, instants: slice
) -> Mapping[str, Sums]:
    """The sums of some instants of an hour, as long as they are."""
    within = np.zeros(INSTANTS, dtype=np.bool_)
    within[instants] = present[instants]
    count = instants.stop - instants.start
    share = count / INSTANTS
    return {
        code: replace(
            one,
            seconds=STEP_S * count,
            amount=None if one.amount is None else one.amount * share,
        )
        for code, one in sums_of(hour, device.quantities, 1, within).items()
    }


def _whole(parts: Sequence[Mapping[str, Sums]]) -> Mapping[str, Sums]:
    """The parts as one record of an hour, however much of it was seen."""
    if len(parts) == 1:
        return {code: replace(one, seconds=HOUR_S) for code, one in parts[0].items()}
    codes = dict.fromkeys(code for part in parts for code in part)
    return {
        code: replace(folded([part[code] for part in parts if code in part]), seconds=HOUR_S)
        for code in codes
    }
