"""A scenario worked out into a World: every plant, every logger, everything that will happen.

Pure: the scenario and the time of its start decide all.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from schemas.scenario import Scenario
from schemas.scenario_incident import RULES
from services.simulate.process.load import DAY_S
from services.simulate.scenario.carriage import carriage_of
from services.simulate.scenario.course import Happens, by_chance, planned
from services.simulate.scenario.fleet import site_of
from services.simulate.scenario.loggers import (
    Dealt,
    PlantCopy,
    copies,
    deal,
    facilities,
    quantities,
)
from services.simulate.scenario.outages import OUTAGES
from services.simulate.scenario.registry_words import plant_entry
from services.simulate.scenario.subjects import own_code, problems_of
from services.simulate.site import Site
from services.simulate.world import Incident, Interval, VirtualDevice, World

FOR_EVER_S: Final = 4_102_444_800
"""2100: as good as always for whoever holds an MN."""
_HISTORY_S: Final = 400 * DAY_S


def work_out(scenario: Scenario, start_s: int) -> World:
    """The scenario's world; `start_s` (Unix seconds) counts only where it names no start itself.

    Raises ValueError naming every incident whose subject does not exist.
    """
    problems = problems_of(scenario)
    if problems:
        raise ValueError("; ".join(sentence for _, sentence in problems))
    if scenario.start is not None:
        start_s = int(scenario.start.timestamp())
    span = Interval(start_s, start_s + scenario.duration)
    plants = list(copies(scenario))
    dealt: dict[str, list[Dealt]] = {}
    for one in deal(scenario, plants):
        dealt.setdefault(one.plant.code, []).append(one)
    planned_for: dict[str, list[Happens]] = {}
    for incident in scenario.incidents:
        for item in planned(incident, own_code(scenario, incident), span):
            planned_for.setdefault(item.plant, []).append(item)
    devices: list[VirtualDevice] = []
    incidents: list[Incident] = []
    sites: dict[str, Site] = {}
    entries: list[dict[str, object]] = []
    for plant in plants:
        happens = [*planned_for.get(plant.code, ()), *by_chance(scenario, plant, span)]
        own = _devices(scenario, plant, dealt[plant.code], happens, span)
        measured = {device.code: device.quantities for device in own}
        site, stops = site_of(scenario.seed, plant, happens, measured, span)
        sites[plant.code] = _with_replacements(site, own)
        devices += own
        incidents += stops
        incidents += [_incident(item) for item in happens if item.kind not in OUTAGES]
        entries.append(plant_entry(plant, own))
    incidents.sort(key=lambda one: (one.during.from_s, one.subject, one.kind))
    return World(
        seed=scenario.seed,
        span=span,
        devices=tuple(devices),
        incidents=tuple(incidents),
        registry={"plants": entries},
        sites=sites,
    )


def _incident(item: Happens) -> Incident:
    honest = RULES[item.kind].honest
    said = item.details.model_dump(exclude_defaults=True)
    shown = [f"{name}={value}" for name, value in said.items()]
    if "factor" not in said and "limit" not in said and item.number != 1.0:
        shown.append(f"factor={item.number:.3g}")
    subject = f"{item.plant}/{item.subject}"
    return Incident(item.kind, subject, item.during, honest=honest, detail=", ".join(shown))


def _devices(
    scenario: Scenario,
    plant: PlantCopy,
    dealt: Iterable[Dealt],
    happens: list[Happens],
    span: Interval,
) -> list[VirtualDevice]:
    carried_units: set[str] = set()
    carried_facilities: set[str] = set()
    found: list[VirtualDevice] = []
    for one in dealt:
        own = [item for item in happens if item.subject == one.entry.code]
        found += _replaced(
            VirtualDevice(
                mn=one.mn,
                plant=plant.code,
                code=one.entry.code,
                outlet=one.entry.outlet,
                protocol=one.protocol,
                medium="water" if _is_water(plant, one) else "air",
                st="32" if _is_water(plant, one) else "31",
                quirk=one.quirk,
                commissioned_s=(span.from_s - _HISTORY_S) // DAY_S * DAY_S,
                realtime_s=one.entry.realtime_s or scenario.defaults.realtime_s,
                minute_s=one.entry.minute_s or scenario.defaults.minute_s,
                quantities=quantities(plant, one.entry, carried_units),
                facilities=facilities(plant, one.entry, carried_facilities),
                carriage=carriage_of(own),
                sm4_key=one.sm4_key,
            ),
            [item.during for item in own if item.kind == "replaced"],
        )
    return found


def _is_water(plant: PlantCopy, dealt: Dealt) -> bool:
    line = next(line for line in plant.layout.lines if line.to == dealt.entry.outlet)
    return any(
        unit.process == "sewage_line" for unit in plant.layout.units if unit.code == line.units[0]
    )


def _replaced(device: VirtualDevice, gaps: list[Interval]) -> list[VirtualDevice]:
    """The logger and those that take its place and MN, one after each gap."""
    found: list[VirtualDevice] = []
    from_s, commissioned_s = device.commissioned_s, device.commissioned_s
    for number, gap in enumerate(sorted(gaps, key=lambda one: one.from_s)):
        if gap.from_s <= from_s:
            continue
        works = Interval(from_s, gap.from_s)
        found.append(_holder(device, number, commissioned_s, works))
        from_s = commissioned_s = gap.to_s
    if not found:
        return [device]
    works = Interval(from_s, FOR_EVER_S)
    return [*found, _holder(device, len(found), commissioned_s, works)]


def _holder(
    device: VirtualDevice, number: int, commissioned_s: int, works: Interval
) -> VirtualDevice:
    code = device.code if number == 0 else f"{device.code}-{number + 1}"
    return replace(device, code=code, commissioned_s=commissioned_s, works=works)


def _with_replacements(site: Site, devices: list[VirtualDevice]) -> Site:
    loggers = dict(site.loggers)
    for device in devices:
        if device.code not in loggers:
            before = device.code.rpartition("-")[0]
            loggers[device.code] = replace(site.loggers[before], code=device.code)
    return replace(site, loggers=loggers)
