"""The loggers of a scenario: their MNs, protocols and quirks, and the codes that each one sends.

It must not know what happens to them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final, NamedTuple, cast

from schemas.scenario import Device, Line, Outlet, Plant, Scenario, Unit
from services.simulate.process.codes import (
    AIR_STATE,
    FUEL,
    FURNACE,
    LOAD,
    OXYGEN,
    SHOWN,
    SIGNALS,
    WATER_STATE,
    Shown,
)
from services.simulate.process.facts import PROCESSES, Facts
from services.simulate.quirks import QUIRK_POLICIES
from services.simulate.scenario.usual import Layout, layout
from services.simulate.world import Protocol, Quantity

# A low-discrepancy sequence: shares come out right over any stretch of devices.
_GOLDEN: Final = 0.6180339887498949
_WATER: Final = "sewage_line"


class PlantCopy(NamedTuple):
    """One plant of the fleet."""

    code: str
    name: str
    name_en: str | None
    entry: Plant
    layout: Layout


@dataclass(frozen=True, slots=True)
class Dealt:
    """A logger with what was dealt to it."""

    plant: PlantCopy
    entry: Device
    mn: str
    protocol: Protocol
    quirk: str | None
    sm4_key: bytes | None


def copies(scenario: Scenario) -> Iterator[PlantCopy]:
    """Every plant, those with a `count` that many times."""
    for entry in scenario.plants:
        whole = layout(entry)
        if entry.count == 1:
            yield PlantCopy(entry.code, entry.name, entry.name_en, entry, whole)
            continue
        for number in range(1, entry.count + 1):
            name_en = f"{entry.name_en} {number}" if entry.name_en else None
            name = f"{entry.name}{number}号"
            yield PlantCopy(f"{entry.code}-{number:05}", name, name_en, entry, whole)


def deal(scenario: Scenario, plants: list[PlantCopy]) -> list[Dealt]:
    """Give every logger its MN, protocol and quirk, in the order of the file."""
    digest = blake2b(scenario.name.encode(), digest_size=4).hexdigest().upper()
    series = "ABCDEF"[int(digest[0], 16) % 6] + digest[1:6]
    quirks = _Quirks(scenario)
    dealt: list[Dealt] = []
    number = 0
    for plant in plants:
        for entry in plant.layout.devices:
            number += 1
            free = entry.protocol is None
            protocol = entry.protocol or _protocol(scenario, number)
            quirk = entry.quirk or quirks.next(number, protocol, free=free)
            if quirk is not None and protocol not in QUIRK_POLICIES[quirk].protocols:
                protocol = cast("Protocol", QUIRK_POLICIES[quirk].protocols[0])
            mn = _mn(series, number, protocol)
            secret = _secret(entry, protocol, quirk, number)
            key = blake2b(f"{scenario.seed}/{mn}".encode(), digest_size=16).digest()
            dealt.append(Dealt(plant, entry, mn, protocol, quirk, key if secret else None))
    return dealt


class _Quirks:
    """Deals quirks in turn to a share of the loggers; some wait until one comes that can."""

    def __init__(self, scenario: Scenario) -> None:
        self._share = scenario.quirks.share if scenario.quirks else 0.0
        self._turn = list((scenario.quirks.kinds if scenario.quirks else ()) or QUIRK_POLICIES)
        self._waiting: list[str] = []

    def next(self, number: int, protocol: str, *, free: bool) -> str | None:
        if int(number * self._share) == int((number - 1) * self._share):
            return None
        if not self._waiting:
            self._waiting = list(self._turn)
        for place, quirk in enumerate(self._waiting):
            if free or protocol in QUIRK_POLICIES[quirk].protocols:
                return self._waiting.pop(place)
        fitting = [quirk for quirk in self._turn if protocol in QUIRK_POLICIES[quirk].protocols]
        return fitting[number % len(fitting)] if fitting else None


def _protocol(scenario: Scenario, number: int) -> Protocol:
    if not scenario.protocols:
        return scenario.defaults.protocol
    place = number * _GOLDEN % 1 * sum(scenario.protocols.values())
    for protocol, share in scenario.protocols.items():
        place -= share
        if place < 0:
            return protocol
    return scenario.defaults.protocol


def _mn(series: str, number: int, protocol: Protocol) -> str:
    """24 hex digits as in 2017, or 14 characters as in 2005; 88888888 belongs to nobody."""
    if protocol == "hjt212-2005":
        return f"888888{series[:1]}{number:07}"
    return f"88888888{series}{number:010X}"


def _secret(entry: Device, protocol: Protocol, quirk: str | None, number: int) -> bool:
    if protocol != "hj212-2025":
        return False
    if quirk is not None and quirk.startswith("sm4"):
        return True
    return number % 2 == 0 if entry.sm4 is None else entry.sm4


def quantities(plant: PlantCopy, device: Device, carried: set[str]) -> tuple[Quantity, ...]:
    """What the logger sends; load and fuel of units that no logger before it has `carried`."""
    line, units = _line_of(plant, device)
    facts = PROCESSES[units[0].process]
    outlet = next(outlet for outlet in plant.layout.outlets if outlet.code == device.outlet)
    found = [
        _quantity(code, SHOWN[code], device, facts, units[0])
        for code in _codes(outlet, device, units[0].process, facts)
    ]
    if device.side == "out" and device.rank == "main":
        found += _signals(line, units, carried)
    return tuple(found)


def _line_of(plant: PlantCopy, device: Device) -> tuple[Line, list[Unit]]:
    line = next(line for line in plant.layout.lines if line.to == device.outlet)
    by_code = {unit.code: unit for unit in plant.layout.units}
    return line, [by_code[code] for code in line.units]


def _codes(outlet: Outlet, device: Device, process: str, facts: Facts) -> list[str]:
    codes = [*facts.raw, *(WATER_STATE if process == _WATER else AIR_STATE)]
    if facts.oxygen is None and OXYGEN in codes:
        codes.remove(OXYGEN)
    if facts.furnace is not None and device.side == "out":
        codes.append(FURNACE)
    return [code for code in codes if not outlet.codes or code in outlet.codes]


def _quantity(code: str, shown: Shown, device: Device, facts: Facts, unit: Unit) -> Quantity:
    converts = shown.total == "mass" and facts.reference is not None and device.side == "out"
    ranged = shown.total == "mass" or code == OXYGEN
    top = shown.clean if device.side == "out" else shown.raw
    where = f"{unit.code}/state" if code == FURNACE else f"{device.outlet}/{device.side}"
    return Quantity(
        code=code,
        unit=shown.unit,
        decimals=shown.decimals,
        point=f"{where}/{code}",
        total=shown.total,
        converts=converts,
        cycle_s=shown.cycle_s,
        range=(0.0, top) if ranged else None,
        rank=device.rank,
        reference=facts.reference if converts else None,
        old_code=shown.old,
    )


def _signals(line: Line, units: list[Unit], carried: set[str]) -> Iterator[Quantity]:
    for place, unit in enumerate(unit for unit in units if unit.code not in carried):
        code = f"{LOAD[:-1]}{place}"
        shown = SIGNALS[LOAD]
        yield Quantity(code, shown.unit, shown.decimals, f"{unit.code}/state/load")
        if PROCESSES[unit.process].feed:
            shown = SIGNALS[FUEL]
            code = f"{FUEL}{place + 1:02}"
            yield Quantity(code, shown.unit, shown.decimals, f"{unit.code}/state/fuel")
    carried.update(line.units)


def facilities(plant: PlantCopy, device: Device, carried: set[str]) -> tuple[tuple[str, str], ...]:
    """(SBn, facility) of those whose state this logger sends; each is sent by one logger only."""
    if device.side == "in" or device.rank != "main":
        return ()
    found: list[str] = []
    for line in plant.layout.lines:
        if line.to != device.outlet:
            continue
        for stage in line.through:
            found += [code for code in stage.facilities if code not in carried]
    carried.update(found)
    return tuple((f"SB{number}", code) for number, code in enumerate(dict.fromkeys(found), 1))
