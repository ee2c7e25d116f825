"""Which water outlets of a plant belong to sewage works, what those were built for, and what comes in.

It must not know what was measured.
"""

from collections.abc import Iterable
from datetime import date, tzinfo
from decimal import Decimal
from typing import Final, NamedTuple

from schemas.registry_rows import SubjectRow
from services.rules.exact import ZERO, sum_of
from services.rules.plant_view import Codes, PlantView, SubjectView
from services.rules.sewage import SewageWorks, design_of

SEWAGE: Final = frozenset(
    {"sewage", "sewage_line", "sewage_works", "sewage_treatment", "污水处理", "污水处理厂"}
)
"""Kinds of units and of treatment, as registered, that make a plant a sewage works."""


class Works(NamedTuple):
    """A works with the outlet that it discharges by; `inlet`: the points of what comes in.

    `works.design_m3_d` is 0 where no capacity is registered: then its load is not known. `doubts`:
    `design_capacity` where it is but the rated capacity of units.
    """

    works: SewageWorks
    outlet: SubjectView
    inlet: Codes
    doubts: tuple[str, ...] = ()


def sewage_works(view: PlantView, clock: tzinfo) -> list[Works]:
    """A works for each discharge outlet of a plant with sewage units or facilities, or an inlet."""
    water = [outlet for outlet in view.outlets.values() if outlet.row.medium == "water"]
    inlets = [outlet for outlet in water if outlet.row.role == "inlet"]
    discharges = [outlet for outlet in water if outlet.row.role not in {"inlet", "bypass"}]
    whole = bool(inlets) or any(_is_sewage(row) for row in _rows(view))
    if not whole:
        return []
    alone = len(discharges) == 1
    found: list[Works] = []
    for outlet in discharges:
        came: Codes = inlets[0].outward if alone and len(inlets) == 1 else {}
        works, doubts = _works(view, outlet, clock, alone=alone)
        found.append(Works(works, outlet, outlet.inward or came, doubts))
    return found


def _works(
    view: PlantView, outlet: SubjectView, clock: tzinfo, *, alone: bool
) -> tuple[SewageWorks, tuple[str, ...]]:
    """Of the facilities and units on the outlet's ways; of all of them where there is but one outlet."""
    on_way = set(view.units_of(outlet.row.id))
    for group in view.groups:
        if any(way.outlet == outlet.row.id for way in group.serves):
            on_way.update(group.facilities)
    rows = [row for row in _rows(view) if row.id in on_way or (alone and not on_way)]
    facilities = [row for row in rows if row.kind == "facility" and design_of(row) is not None]
    name = view.row.name if alone else f"{view.row.name}{outlet.row.name or outlet.row.code}"
    latin = view.row.name_en or view.row.code
    works = SewageWorks(
        outlet.row.id,
        name,
        latin if alone else f"{latin} {outlet.row.code}",
        _design(facilities or [_as_facility(row) for row in rows if row.kind == "unit"]),
        _commissioned(facilities),
        None,
        clock,
    )
    return works, (() if facilities else ("design_capacity",))


def _design(rows: Iterable[SubjectRow]) -> Decimal:
    capacities = (design_of(row) for row in rows)
    return sum_of(one for one in capacities if one is not None) or ZERO


def _commissioned(facilities: list[SubjectRow]) -> date | None:
    """When the last of them was; None where that is not known of any of them."""
    days = [row.commissioned_on for row in facilities]
    known = [day for day in days if day is not None]
    return max(known) if known and len(known) == len(days) else None


def _as_facility(unit: SubjectRow) -> SubjectRow:
    """A unit's rated capacity stands where no facility has one of its own."""
    return unit._replace(design_capacity=unit.rated_capacity, design_unit=unit.rated_unit)


def _rows(view: PlantView) -> list[SubjectRow]:
    return [one.row for kind in (view.units, view.facilities) for one in kind.values()]


def _is_sewage(row: SubjectRow) -> bool:
    return (row.process or "") in SEWAGE or (row.treatment or "") in SEWAGE
