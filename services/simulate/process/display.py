"""What a logger's analysers show of the truth in an hour: rounded, flagged, honest or not.

It must not know protocols, nor how what is shown reaches anybody.
"""

from typing import Final

import numpy as np

from services.simulate.process.befall import CALIBRATION_S, befallen, calibration_begins
from services.simulate.process.chance import HOUR_S, generator
from services.simulate.process.codes import FUEL, LOAD
from services.simulate.process.facts import PROCESSES
from services.simulate.process.forgery import clip, convert, dilute
from services.simulate.process.gas import gas_hour, hour_of_second
from services.simulate.process.load import DAY_S, UnitHour, instants, standing_all
from services.simulate.process.sewage import water_hour
from services.simulate.process.shown import Display, Frame
from services.simulate.site import Episode, Site
from services.simulate.world import (
    INSTANTS,
    STEP_S,
    Floats,
    Quantity,
    Times,
    VirtualDevice,
)

_HELD: Final = frozenset({"stuck", "constant_values"})


def display(
    site: Site, device: VirtualDevice, begin_s: int, without: frozenset[str] = frozenset()
) -> Display:
    """What the device shows in the hour from `begin_s`, episodes of kinds `without` left out."""
    frame = Frame(site, device, site.loggers[device.code], begin_s)
    episodes = [
        episode
        for episode in frame.logger.episodes
        if episode.meets(begin_s, begin_s + HOUR_S) and episode.kind not in without
    ]
    shown = _truth(frame)
    forged = dilute(frame, shown, episodes)
    _own_error(frame, shown)
    _limit_to_range(frame, shown)
    _stops(frame, shown)
    _routine_calibrations(frame, shown)
    for episode in episodes:
        _befall(frame, shown, episode)
    for quantity in device.quantities:
        code = quantity.code
        shown.values[code] = np.round(shown.values[code], quantity.decimals)
    convert(frame, shown, forged)
    for episode in episodes:
        if episode.kind == "clipping":
            clip(frame, shown, episode)
        elif episode.kind == "replayed_days":
            _replay(frame, shown, episode)
        elif episode.kind == "declared_stopped":
            part = frame.part(episode.from_s, episode.to_s)
            shown.flag([quantity.code for quantity in device.quantities], part, "F")
    return shown


def _truth(frame: Frame) -> Display:
    site, device = frame.site, frame.device
    stream = site.streams[device.outlet]
    sampled: dict[str, Times] = {}
    if stream.medium == "air":
        gas = gas_hour(site, stream, frame.logger.side, frame.begin_s)
        truth, units = gas.values, gas.units
    else:
        water = water_hour(site, stream, frame.logger.side, frame.begin_s)
        truth, units, sampled = water.values, water.units, water.sampled
    normal = np.full(INSTANTS, "N")
    shown = Display({}, {quantity.code: normal for quantity in device.quantities})
    for quantity in device.quantities:
        code = quantity.code
        shown.values[code] = truth[code] if code in truth else _signal(frame, quantity, units)
        if code in sampled:
            shown.sampled[code] = sampled[code]
    return shown


def _signal(frame: Frame, quantity: Quantity, units: dict[str, UnitHour]) -> Floats:
    """Load in % or fuel in t/h of the unit that the point names."""
    unit = frame.site.units[quantity.point.partition("/")[0]]
    load = units[unit.code].load
    if quantity.code.startswith(FUEL):
        return load * (PROCESSES[unit.process].feed * unit.capacity)
    assert quantity.code.startswith(LOAD[:-1]), quantity.code  # noqa: S101 - else a plan is wrong
    return load * 100.0


def _own_error(frame: Frame, shown: Display) -> None:
    """No two analysers agree wholly."""
    gain = 1.0 + 0.02 * (frame.logger.phase - 0.5)
    main = all(quantity.rank == "main" for quantity in frame.device.quantities)
    for quantity in frame.device.quantities:
        if quantity.total != "mass":
            continue
        value = shown.values[quantity.code] * gain
        if not main and quantity.cycle_s is None:
            name = f"{frame.site.seed}/{frame.logger.code}/{quantity.code}"
            own = generator(name, frame.begin_s // HOUR_S).standard_normal(INSTANTS)
            value = value * (1.0 + 0.01 * own)
        shown.values[quantity.code] = value


def _limit_to_range(frame: Frame, shown: Display) -> None:
    for quantity in frame.device.quantities:
        if quantity.range is None or quantity.total != "mass":
            continue
        value = shown.values[quantity.code]
        if value.max() > quantity.range[1]:
            over = value > quantity.range[1]
            shown.values[quantity.code] = np.minimum(value, quantity.range[1])
            shown.flags[quantity.code] = np.where(over, "T", shown.flags[quantity.code])


def _stops(frame: Frame, shown: Display) -> None:
    """F while all units stand, where the logger is told of it."""
    if not frame.logger.flags_stops:
        return
    stream = frame.site.streams[frame.device.outlet]
    off = standing_all(frame.site, stream.units, instants(frame.begin_s))
    if off is None or not off.any():
        return
    for quantity in frame.device.quantities:
        if quantity.point.split("/")[1] != "state":
            shown.flags[quantity.code] = np.where(off, "F", shown.flags[quantity.code])


def _routine_calibrations(frame: Frame, shown: Display) -> None:
    begin_s = frame.begin_s
    for at_s in calibration_begins(frame.logger, begin_s - CALIBRATION_S, begin_s + HOUR_S):
        episode = Episode("calibration", at_s, at_s + CALIBRATION_S)
        if episode.meets(begin_s, begin_s + HOUR_S):
            _befall(frame, shown, episode)


def _befall(frame: Frame, shown: Display, episode: Episode) -> None:
    """Change values and flags as an episode of an analyser does."""
    letter = {
        "calibration": "C",
        "span_check": "C",
        "maintenance": "M",
        "fault": "B" if episode.number == 0 else "D",
        "over_range": "T",
        "drift": "N",
        "stuck": "N",
        "constant_values": "N",
    }.get(episode.kind)
    quantities = frame.concerned(episode)
    if letter is None or not quantities:
        return
    held: Display | None = None
    if episode.kind in _HELD:
        held = display(frame.site, frame.device, hour_of_second(episode.from_s), _HELD)
    part = frame.part(episode.from_s, episode.to_s)
    for quantity in quantities:
        value = shown.values[quantity.code].copy()
        if held is None:
            value[part] = befallen(frame.begin_s, quantity, episode, value)[part]
        else:
            place = episode.from_s % HOUR_S // STEP_S
            value[part] = held.values[quantity.code][place]
        shown.values[quantity.code] = value
    if letter != "N":
        shown.flag([quantity.code for quantity in quantities], part, letter)


def _replay(frame: Frame, shown: Display, episode: Episode) -> None:
    """Show what was shown some days ago, as if it were measured now."""
    part = frame.part(episode.from_s, episode.to_s)
    source_s = frame.begin_s - episode.days_back * DAY_S
    source = display(frame.site, frame.device, source_s, frozenset({"replayed_days"}))
    for quantity in frame.device.quantities:
        code = quantity.code
        if episode.codes and code not in episode.codes:
            continue
        if quantity.point.split("/")[1] == "state":
            continue
        pairs = ((shown.values, source.values), (shown.converted, source.converted))
        for now, then in pairs:
            if code in now:
                now[code] = now[code].copy()
                now[code][part] = then[code][part]
        flags = shown.flags[code].copy()
        flags[part] = source.flags[code][part]
        shown.flags[code] = flags
