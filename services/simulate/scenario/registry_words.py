"""The registry that fits the virtual devices, as the plain values of `qingkong registry import`.

It must not know what happens to the plants.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from schemas.registry_words import BEIJING
from schemas.scenario import Outlet, Stage, Unit
from services.simulate.process.facts import PROCESSES, TREATMENTS
from services.simulate.quirks import QUIRK_POLICIES, QuirkPolicy
from services.simulate.scenario.loggers import PlantCopy
from services.simulate.world import Quantity, VirtualDevice

INDUSTRIES: Final[Mapping[str, str]] = {
    "coal_power": "火力发电",
    "steel": "炼铁",
    "cement": "水泥制造",
    "waste_incineration": "生物质能发电",
    "sewage": "污水处理及其再生利用",
    "chemical_voc": "化学原料和化学制品制造业",
    "gas_heating": "热力生产和供应",
}


def plant_entry(plant: PlantCopy, devices: Iterable[VirtualDevice]) -> dict[str, object]:
    """A plant of the document (schemas/registry.py) with its devices."""
    entry: dict[str, object] = {
        "code": plant.code,
        "name": plant.name,
        "region": plant.entry.region,
        "industry": INDUSTRIES[plant.entry.kind],
        "outlets": [_outlet(plant, outlet) for outlet in plant.layout.outlets],
        "units": [_unit(unit) for unit in plant.layout.units],
        "facilities": _facilities(plant),
        "groups": _groups(plant),
        "devices": [_device(device) for device in devices],
    }
    said = {
        "name_en": plant.name_en,
        "longitude": plant.entry.longitude,
        "latitude": plant.entry.latitude,
    }
    return entry | {name: value for name, value in said.items() if value is not None}


def _outlet(plant: PlantCopy, outlet: Outlet) -> dict[str, object]:
    processes = [
        next(unit for unit in plant.layout.units if unit.code == line.units[0]).process
        for line in plant.layout.lines
        if line.to == outlet.code
    ]
    water = outlet.code.startswith("DW") or "sewage_line" in processes
    entry: dict[str, object] = {
        "code": outlet.code,
        "medium": "water" if water else "air",
        "name": outlet.name or f"{outlet.code}排放口",
    }
    reference = PROCESSES[processes[0]].reference if processes else None
    if reference is not None:
        entry["reference_oxygen"] = reference
    if outlet.role != "main":
        entry["role"] = outlet.role
    return entry


def _unit(unit: Unit) -> dict[str, object]:
    facts = PROCESSES[unit.process]
    entry: dict[str, object] = {
        "code": unit.code,
        "name": unit.name or f"{unit.code}{facts.name}",
        "process": unit.process,
        "rated_capacity": unit.capacity or facts.rated,
        "rated_unit": facts.rated_unit,
    }
    fuel = unit.fuel or facts.fuel
    return entry | ({"fuel": fuel} if fuel else {})


def _stages(plant: PlantCopy) -> dict[str, Stage]:
    return {stage.code: stage for line in plant.layout.lines for stage in line.through}


def _facilities(plant: PlantCopy) -> list[dict[str, object]]:
    found: dict[str, dict[str, object]] = {}
    for stage in _stages(plant).values():
        name = TREATMENTS[stage.treatment].name
        for code in stage.facilities:
            found[code] = {"code": code, "name": f"{code}{name}", "treatment": stage.treatment}
    return list(found.values())


def _groups(plant: PlantCopy) -> list[dict[str, object]]:
    return [
        {
            "code": stage.code,
            "needed": stage.needed or len(stage.facilities),
            "facilities": list(stage.facilities),
            "serves": [
                {"unit": unit, "outlet": line.to, "place": place}
                for line in plant.layout.lines
                for place, other in enumerate(line.through, 1)
                if other.code == stage.code
                for unit in line.units
            ],
        }
        for stage in _stages(plant).values()
    ]


def _device(device: VirtualDevice) -> dict[str, object]:
    rules = QUIRK_POLICIES[device.quirk] if device.quirk else QuirkPolicy()
    held: dict[str, object] = {"mn": device.mn}
    commissioned_s = device.commissioned_s
    if device.works is not None:
        held["from"] = _time(device.works.from_s)
        if device.works.to_s < _FOR_EVER_S:
            held["to"] = _time(device.works.to_s)
    entry: dict[str, object] = {
        "code": device.code,
        "mn": [held] if len(held) > 1 else device.mn,
        "commissioned_at": _time(commissioned_s),
        "outlet": device.outlet,
        "protocol": device.protocol,
        "realtime_interval": device.realtime_s,
        "minute_interval": device.minute_s,
        "channels": [
            *(_channel(quantity, rules) for quantity in device.quantities),
            *({"code": code, "point": f"{name}/state"} for code, name in device.facilities),
        ],
    }
    said: dict[str, object] = {
        "crc": rules.crc if rules.crc != "strict" else None,
        "policies": [str(policy) for policy in rules.policies] or None,
        "unflagged_as": rules.unflagged_as,
        "gateway": rules.gateway,
    }
    return entry | {name: value for name, value in said.items() if value is not None}


def _channel(quantity: Quantity, rules: QuirkPolicy) -> dict[str, object]:
    code = quantity.old_code if rules.old_codes and quantity.old_code else quantity.code
    entry: dict[str, object] = {"code": code, "point": quantity.point}
    unit = rules.units.get(quantity.code)
    if unit is None and not quantity.code.startswith(("a", "w")):
        unit = quantity.unit
    said: dict[str, object] = {
        "unit": unit,
        "range": list(quantity.range) if quantity.range else None,
        "cycle": quantity.cycle_s,
        "sentinels": list(rules.sentinels) or None,
        "rank": quantity.rank if quantity.rank != "main" else None,
    }
    return entry | {name: value for name, value in said.items() if value is not None}


_FOR_EVER_S = 4_102_444_800


def _time(at_s: int) -> str:
    return datetime.fromtimestamp(at_s, BEIJING).isoformat()
