"""What a device says in an hour: real-time data, records, states, run hours, what happened.

Pure: (device, hour, day so far) in, messages in the order of time out. It must not know how a
message is put into bytes, nor what becomes of it on its way.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from zlib import crc32

import numpy as np

from services.simulate import said, speech_hj212, speech_json
from services.simulate.own_clock import OwnHour, OwnHours, ahead_s
from services.simulate.record import Present, Record, Sums, folded, record_of, sums_of
from services.simulate.said import Said, StateFact
from services.simulate.speech_once import told_once
from services.simulate.spots import columns_of, instants_every
from services.simulate.vendor import vendor_columns, vendor_records
from services.simulate.world import INSTANTS, STEP_S, Hour, Quantity, VirtualDevice

HOUR_S: Final = 3_600
DAY_S: Final = 86_400
STATES_EVERY_S: Final = 60
FURNACE_S: Final = 300
FURNACE_CODES: Final = ("a01901", "a01902")
"""Furnace temperatures of waste incinerators; their 5-minute means are CN 2111 of HJ 212-2025."""

_BEIJING_S: Final = 28_800
_PHASES: Final = 790
# Milliseconds after the device's phase, so that no two messages of a second share a QN.
_LATER_MS: Final = {
    said.REALTIME: 0,
    said.STATES: 20,
    said.MINUTE: 40,
    said.FURNACE: 60,
    said.HOUR: 80,
    said.DAY: 100,
    said.RUN_HOURS: 120,
}
_EVENTS_MS: Final = 140
_EVENT_MS: Final = 3
_MOST_EVENTS: Final = 20


@dataclass(slots=True)
class Speaker:
    """A device and what its logger remembers: the sums of each hour seen, by its own clock.

    A day whose beginning was not seen gets no daily record.
    """

    device: VirtualDevice
    hours: dict[int, Mapping[str, Sums]] = field(default_factory=dict[int, Mapping[str, Sums]])
    own: OwnHours = field(init=False)

    def __post_init__(self) -> None:
        self.own = OwnHours(self.device)

    def says(self, hour: Hour) -> list[Said]:
        """All messages of the hour, those of its end included, in the order of time."""
        device = self.device
        present = presence(device, hour.begin_s)
        told = [
            *_spots(device, hour),
            *_minutes(device, hour, present),
            *_furnace(device, hour, present),
        ]
        for one in self.own.ended(hour, present):
            told += self._hour_ends(one)
        told += [*self._run_hours(hour), *_states(device, hour), *_once(device, hour)]
        return sorted((one for one in told if on_air(device, one.at_s)), key=_order)

    def _hour_ends(self, hour: OwnHour) -> Iterator[Said]:
        self.hours[hour.begin_s] = hour.sums
        yield from _record(self.device, hour, said.HOUR)
        if (hour.begin_s + HOUR_S + _BEIJING_S) % DAY_S:
            return
        begin_s = hour.begin_s + HOUR_S - DAY_S
        if begin_s in self.hours:
            seen = [
                sums for at_s, sums in sorted(self.hours.items()) if begin_s <= at_s <= hour.begin_s
            ]
            day = {
                code: folded([sums[code] for sums in seen if code in sums]) for code in hour.sums
            }
            yield from _record(self.device, OwnHour(begin_s, hour.end_s, day), said.DAY)
        # A clock that is set back may end the day once more.
        self.hours = {at_s: sums for at_s, sums in self.hours.items() if at_s >= begin_s}

    def _run_hours(self, hour: Hour) -> Iterator[Said]:
        end_s = hour.begin_s + HOUR_S
        if hour.run_hours and (end_s + _BEIJING_S) % DAY_S == 0:
            begin_s = end_s - DAY_S + ahead_s(self.device, end_s)
            form = speech_json if self.device.protocol == "cems-v1" else speech_hj212
            groups = form.run_hours_groups(hour.run_hours, begin_s)
            yield _said(self.device, said.RUN_HOURS, end_s, begin_s, groups)


def presence(device: VirtualDevice, begin_s: int) -> Present:
    """Which instants of the hour the logger saw: not those without power or before its time."""
    at = begin_s + STEP_S * np.arange(INSTANTS)
    there = at >= device.commissioned_s
    if device.works is not None:
        there &= (at >= device.works.from_s) & (at < device.works.to_s)
    for gap in device.carriage.lost:
        there &= (at < gap.from_s) | (at >= gap.to_s)
    return there


def on_air(device: VirtualDevice, at_s: int) -> bool:
    """Whether the logger is in service and under power."""
    works = device.works
    if at_s < device.commissioned_s or (
        works is not None and not works.from_s <= at_s <= works.to_s
    ):
        return False
    return not any(gap.holds(at_s) for gap in device.carriage.lost)


def _number(device: VirtualDevice) -> int:
    """Sets the device's times apart from the others'."""
    return crc32(device.mn.encode())


def _order(one: Said) -> tuple[int, int]:
    return one.at_s, one.ms


def _said(
    device: VirtualDevice, command: str, at_s: int, data_s: int, groups: Sequence[str]
) -> Said:
    phase = _number(device) % _PHASES
    later = _LATER_MS.get(command, _EVENTS_MS)
    return Said(at_s, at_s + ahead_s(device, at_s), phase + later, command, data_s, groups)


def _spots(device: VirtualDevice, hour: Hour) -> Iterator[Said]:
    every = instants_every(device.realtime_s, _number(device))
    columns = vendor_columns(device.quirk, columns_of(hour, device.quantities, every))
    if not columns:
        return
    times = [hour.begin_s + STEP_S * place for place in range(INSTANTS)[every]]
    shown = [at_s + ahead_s(device, at_s) for at_s in times] if device.carriage.clock else times
    form = speech_json if device.protocol == "cems-v1" else speech_hj212
    groups = form.spot_groups(columns, shown)
    for at_s, data_s, group in zip(times, shown, groups, strict=True):
        yield _said(device, said.REALTIME, at_s, data_s, group)


def _minutes(device: VirtualDevice, hour: Hour, present: Present) -> Iterator[Said]:
    periods = HOUR_S // device.minute_s
    sums = sums_of(hour, device.quantities, periods, present)
    records = _records(device, sums, device.quantities)
    yield from _periods(device, hour, said.MINUTE, records, present)


def _furnace(device: VirtualDevice, hour: Hour, present: Present) -> Iterator[Said]:
    if device.protocol != "hj212-2025":
        return
    furnace = [each for each in device.quantities if each.code in FURNACE_CODES]
    records = _records(device, sums_of(hour, furnace, HOUR_S // FURNACE_S, present), furnace)
    means = {
        code: Record(
            [None] * len(record.flag),
            record.average,
            [None] * len(record.flag),
            None,
            None,
            record.flag,
        )
        for code, record in records.items()
    }
    yield from _periods(device, hour, said.FURNACE, means, present)


def _records(
    device: VirtualDevice, sums: Mapping[str, Sums], quantities: Sequence[Quantity]
) -> dict[str, Record]:
    records = {
        each.code: record_of(sums[each.code], each, device.medium)
        for each in quantities
        if each.code in sums
    }
    return vendor_records(device.quirk, records)


def _periods(
    device: VirtualDevice,
    hour: Hour,
    command: str,
    records: Mapping[str, Record],
    present: Present,
) -> Iterator[Said]:
    if not records:
        return
    periods = len(next(iter(records.values())).flag)
    seconds = HOUR_S // periods
    ends = [hour.begin_s + seconds * number for number in range(1, periods + 1)]
    begins = [end_s - seconds + ahead_s(device, end_s) for end_s in ends]
    form = speech_json if device.protocol == "cems-v1" else speech_hj212
    groups = form.record_groups(command, begins, records)
    seen: Sequence[bool] = present.reshape(periods, -1).max(axis=1).tolist()
    for end_s, begin_s, group, there in zip(ends, begins, groups, seen, strict=True):
        if there:
            yield _said(device, command, end_s, begin_s, group)


def _record(device: VirtualDevice, period: OwnHour, command: str) -> Iterator[Said]:
    """The one record of an hour or a day, dated by the device's own clock."""
    there = {code: each for code, each in period.sums.items() if each.present.sum() > 0}
    records = _records(device, there, device.quantities)
    if records:
        form = speech_json if device.protocol == "cems-v1" else speech_hj212
        group = form.record_groups(command, [period.begin_s], records)[0]
        yield _said(device, command, period.end_s, period.begin_s, group)


def _states(device: VirtualDevice, hour: Hour) -> Iterator[Said]:
    """The states as often as real-time data, at most once a minute, and at each change."""
    changes = [change for change in hour.states if change.at_s >= hour.begin_s]
    now = {change.code: change.state for change in hour.states if change.at_s <= hour.begin_s}
    every = instants_every(max(STATES_EVERY_S, device.realtime_s), _number(device))
    times = {hour.begin_s + STEP_S * place for place in range(INSTANTS)[every]}
    times |= {change.at_s for change in changes}
    for at_s in sorted(times):
        now |= {change.code: change.state for change in changes if change.at_s == at_s}
        if now:
            data_s = at_s + ahead_s(device, at_s)
            facts = tuple(StateFact(code, data_s, state) for code, state in now.items())
            json = device.protocol == "cems-v1"
            groups = (speech_json if json else speech_hj212).state_groups(now, data_s)
            yield _said(device, said.STATES, at_s, data_s, groups)._replace(facts=facts)


def _once(device: VirtualDevice, hour: Hour) -> Iterator[Said]:
    def shown(at_s: int) -> int:
        return at_s + ahead_s(device, at_s)

    for number, once in enumerate(told_once(device, hour, shown)):
        data_s = shown(once.at_s)
        one = _said(device, once.command, once.at_s, data_s, once.groups)
        ms = one.ms - _LATER_MS.get(once.command, _EVENTS_MS) + _EVENTS_MS
        ms += number % _MOST_EVENTS * _EVENT_MS
        yield one._replace(shown_s=data_s, ms=ms, facts=once.facts)
