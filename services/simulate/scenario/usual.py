"""What stands in the usual plant of each kind: units, stages of treatment, outlets, loggers.

It must not know what is worked out of it.
"""

from collections.abc import Callable
from functools import cache
from typing import Final, NamedTuple

from schemas.scenario import Device, Line, Outlet, Plant, Stage, Unit
from schemas.scenario_words import PlantKind, Process, Treatment
from services.simulate.process.facts import TREATMENTS


class Layout(NamedTuple):
    """A plant's things, all said."""

    units: tuple[Unit, ...]
    lines: tuple[Line, ...]
    outlets: tuple[Outlet, ...]
    devices: tuple[Device, ...]


def layout(plant: Plant) -> Layout:
    """The plant's own layout, or that which is usual; outlets and loggers completed."""
    base = (
        Layout(plant.units, plant.lines, (), ()) if plant.lines else usual(plant.kind, plant.size)
    )
    said = {outlet.code: outlet for outlet in plant.outlets}
    reached = dict.fromkeys(line.to for line in base.lines)
    outlets = [said.get(code, Outlet(code=code)) for code in reached]
    outlets += [outlet for outlet in plant.outlets if outlet.code not in reached]
    devices = plant.devices or base.devices
    if not devices:
        devices = tuple(
            Device(code=f"D{number}", outlet=code) for number, code in enumerate(reached, 1)
        )
    return base._replace(outlets=tuple(outlets), devices=devices)


@cache
def usual(kind: PlantKind, size: int | None) -> Layout:
    """The usual plant of a kind with so many units (a number usual for it where None)."""
    build, usual_size = _BUILDERS[kind]
    return build(size or usual_size)


def _stage(treatment: Treatment, number: int, count: int = 1, needed: int | None = None) -> Stage:
    prefix = TREATMENTS[treatment].prefix
    codes = (
        (f"{prefix}{number}",)
        if count == 1
        else tuple(f"{prefix}{number}{'ABCDEFGH'[place]}" for place in range(count))
    )
    return Stage(code=f"G-{prefix}{number}", treatment=treatment, facilities=codes, needed=needed)


def _units(prefix: str, process: Process, size: int) -> tuple[Unit, ...]:
    return tuple(Unit(code=f"{prefix}{number}", process=process) for number in range(1, size + 1))


def _coal_power(size: int) -> Layout:
    lines = tuple(
        Line(
            units=(f"B{number}",),
            through=(
                _stage("denitrification", number, 2),
                _stage("precipitator", number),
                # The first boiler has a spare absorber.
                _stage("desulphurisation", number, *((3, 2) if number == 1 else (1, None))),
            ),
            to=f"DA{number:03}",
        )
        for number in range(1, size + 1)
    )
    return Layout(_units("B", "coal_boiler", size), lines, (), ())


def _steel(size: int) -> Layout:
    sinter = [
        Line(
            units=(f"S{number}",),
            through=(
                _stage("precipitator", number),
                _stage("desulphurisation", number),
                _stage("denitrification", number),
            ),
            to=f"DA{number:03}",
        )
        for number in range(1, size + 1)
    ]
    # One filter house serves both cast houses, each with its own outlet.
    shared = _stage("bag_filter", 1, 3, 2)
    casting = [
        Line(units=(f"C{number}",), through=(shared,), to=f"DA{size + number:03}")
        for number in (1, 2)
    ]
    units = _units("S", "sinter", size) + _units("C", "casting", 2)
    return Layout(units, (*sinter, *casting), (), ())


def _cement(size: int) -> Layout:
    lines: list[Line] = []
    for number in range(1, size + 1):
        care = (
            _stage("non_catalytic_denitrification", number),
            _stage("denitrification", number),
            _stage("bag_filter", 2 * number - 1),
        )
        lines += [
            Line(units=(f"K{number}",), through=care, to=f"DA{2 * number - 1:03}"),
            Line(
                units=(f"H{number}",),
                through=(_stage("bag_filter", 2 * number),),
                to=f"DA{2 * number:03}",
            ),
        ]
    units = _units("K", "kiln", size) + _units("H", "clinker_cooler", size)
    return Layout(units, tuple(lines), (), ())


def _waste(size: int) -> Layout:
    lines = tuple(
        Line(
            units=(f"W{number}",),
            through=(
                _stage("non_catalytic_denitrification", number),
                _stage("semi_dry_desulphurisation", number),
                _stage("bag_filter", number),
            ),
            to=f"DA{number:03}",
        )
        for number in range(1, size + 1)
    )
    return Layout(_units("W", "incinerator", size), lines, (), ())


def _sewage(size: int) -> Layout:
    units = _units("L", "sewage_line", size)
    line = Line(
        units=tuple(unit.code for unit in units),
        through=(_stage("biological", 1, size), _stage("disinfection", 1)),
        to="DW001",
    )
    devices = (Device(code="D1", outlet="DW001"), Device(code="D2", outlet="DW001", side="in"))
    return Layout(units, (line,), (), devices)


def _chemical(size: int) -> Layout:
    units = tuple(
        Unit(code=f"R{number}", process="workshop", weekly_stop=number == size)
        for number in range(1, size + 1)
    )
    codes = tuple(unit.code for unit in units)
    line = Line(units=codes, through=(_stage("thermal_oxidation", 1),), to="DA001")
    return Layout(units, (line,), (), ())


def _heating(size: int) -> Layout:
    """Several boilers on one stack."""
    units = _units("B", "gas_boiler", size)
    line = Line(
        units=tuple(unit.code for unit in units),
        through=(_stage("flue_gas_recirculation", 1, size),),
        to="DA001",
    )
    return Layout(units, (line,), (), ())


_BUILDERS: Final[dict[PlantKind, tuple[Callable[[int], Layout], int]]] = {
    "coal_power": (_coal_power, 2),
    "steel": (_steel, 1),
    "cement": (_cement, 1),
    "waste_incineration": (_waste, 2),
    "sewage": (_sewage, 2),
    "chemical_voc": (_chemical, 2),
    "gas_heating": (_heating, 3),
}
