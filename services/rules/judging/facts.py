"""What conditions of limits ask for, as far as the outlet's own points and units tell it.

It must not know any condition; what is not known is left out, and so stays unknown.
"""

from collections.abc import Mapping
from decimal import Decimal

from schemas.judgement import MeanRow
from services.rules.conditions import Fact
from services.rules.plant_view import PlantView, SubjectView

WATER_TEMPERATURE = "w01010"
INCINERATORS = frozenset({"incinerator", "waste_incinerator", "生活垃圾焚烧炉"})
"""Kinds of units, as registered, that burn household waste: MEE Order 10 applies to them."""


def facts_of(view: PlantView, outlet: SubjectView, means: Mapping[str, MeanRow]) -> dict[str, Fact]:
    """Region, fuel where all units burn the same, and the water's temperature of the period."""
    found: dict[str, Fact] = {"region": view.row.region}
    fuels = {view.units[unit].row.fuel for unit in view.units_of(outlet.row.id)}
    if len(fuels) == 1 and (fuel := fuels.pop()):
        found["fuel"] = fuel
    temperature = means.get(WATER_TEMPERATURE)
    if temperature is not None and temperature.valid and temperature.value is not None:
        found["water_temperature"] = Decimal(temperature.value)
    return found


def is_incinerator(view: PlantView, outlet: SubjectView) -> bool:
    """Whether all units of the outlet burn household waste."""
    units = view.units_of(outlet.row.id)
    return bool(units) and all(view.units[unit].row.process in INCINERATORS for unit in units)
