"""Plants with all that befalls them, as the process models need them.

It must not know loggers' words nor the registry.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from schemas.scenario import Line, Stage
from services.simulate.process.chance import generator
from services.simulate.process.facts import PROCESSES
from services.simulate.scenario.course import Happens, codes_for
from services.simulate.scenario.loggers import PlantCopy
from services.simulate.scenario.outages import OUTAGES, outages
from services.simulate.site import (
    Episode,
    FacilityPlan,
    LoggerPlan,
    Site,
    StagePlan,
    StreamPlan,
    UnitPlan,
)
from services.simulate.world import Incident, Interval, Quantity

_CALIBRATE_S: Final = (4 * 3600, 6 * 3600, 12 * 3600, 24 * 3600)
_F_SHARE: Final = 0.8


def site_of(
    seed: str,
    plant: PlantCopy,
    happens: Iterable[Happens],
    measured: Mapping[str, tuple[Quantity, ...]],
    span: Interval,
) -> tuple[Site, list[Incident]]:
    """The plant as worked out; `measured` gives each logger's quantities. And its units' outages."""
    by_subject: dict[str, list[Happens]] = {}
    for item in happens:
        by_subject.setdefault(item.subject, []).append(item)
    phases = generator(f"{seed}/{plant.code}/phases").random(64 + len(measured) * 2)
    draw = iter(phases.tolist() * 4)
    units: dict[str, UnitPlan] = {}
    incidents: list[Incident] = []
    for unit in plant.layout.units:
        items = by_subject.get(unit.code, [])
        down = [item for item in items if item.kind in OUTAGES]
        stops, made = outages(unit, plant.code, down, span)
        incidents += made
        capacity = unit.capacity or PROCESSES[unit.process].rated
        rest = tuple(_episode(item) for item in items if item.kind not in OUTAGES)
        units[unit.code] = UnitPlan(unit.code, unit.process, capacity, next(draw), stops, rest)
    bypasses = {outlet.code for outlet in plant.layout.outlets if outlet.role == "bypass"}
    streams = {
        line.to: _stream(line, units, bypass=line.to in bypasses) for line in plant.layout.lines
    }
    site = Site(
        seed=f"{seed}/{plant.code}",
        code=plant.code,
        kind=plant.entry.kind,
        units=units,
        facilities={
            code: FacilityPlan(
                *(code, stage.treatment, next(draw), _served(plant, code), stage),
                _facility_episodes(by_subject.get(code, ()), diverting=bool(bypasses)),
            )
            for code, stage in _stages(streams).items()
        },
        streams=streams,
        loggers={
            device.code: _logger(
                device.code, device.side, (next(draw), next(draw)), by_subject, measured
            )
            for device in plant.layout.devices
        },
    )
    return site, incidents


def _stream(line: Line, units: Mapping[str, UnitPlan], *, bypass: bool) -> StreamPlan:
    process = units[line.units[0]].process
    medium = "water" if process == "sewage_line" else "air"
    stages = tuple(_stage(stage) for stage in line.through)
    return StreamPlan(line.to, medium, process, line.units, stages, bypass)


def _stage(stage: Stage) -> StagePlan:
    needed = stage.needed or len(stage.facilities)
    return StagePlan(stage.code, stage.treatment, stage.facilities, needed)


def _stages(streams: Mapping[str, StreamPlan]) -> dict[str, StagePlan]:
    return {
        code: stage
        for stream in streams.values()
        for stage in stream.stages
        for code in stage.facilities
    }


def _served(plant: PlantCopy, facility: str) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(
            unit
            for line in plant.layout.lines
            if any(facility in stage.facilities for stage in line.through)
            for unit in line.units
        )
    )


def _logger(
    code: str,
    side: str,
    draws: tuple[float, float],
    by_subject: Mapping[str, list[Happens]],
    measured: Mapping[str, tuple[Quantity, ...]],
) -> LoggerPlan:
    phase, other = draws
    codes = [quantity.code for quantity in measured[code]]
    items = by_subject.get(code, ())
    return LoggerPlan(
        code=code,
        side="in" if side == "in" else "out",
        phase=phase,
        calibrate_s=_CALIBRATE_S[int(other * len(_CALIBRATE_S))],
        flags_stops=other < _F_SHARE,
        episodes=tuple(_episode(item, codes_for(item, codes)) for item in items),
    )


def _facility_episodes(items: Iterable[Happens], *, diverting: bool) -> tuple[Episode, ...]:
    """Where the plant has a bypass of its own, the gas leaves by that one."""
    episodes = [_episode(item) for item in items]
    if not diverting:
        return tuple(episodes)
    return tuple(
        replace(episode, kind="diverted") if episode.kind == "bypass" else episode
        for episode in episodes
    )


def _episode(item: Happens, codes: tuple[str, ...] = ()) -> Episode:
    return Episode(
        kind=item.kind,
        from_s=item.during.from_s,
        to_s=item.during.to_s,
        codes=codes,
        number=item.number,
        days_back=item.details.days_back,
        forged=item.details.forged,
    )
