"""What conditions of limits ask for, as far as the outlet's own points and units tell it.

It must not know any condition; what is not known is left out, and so stays unknown.
"""

from collections.abc import Mapping
from decimal import Decimal

from schemas.judgement import MeanRow
from services.rules.conditions import Fact
from services.rules.fuel_words import fuel_named
from services.rules.judging.burners import burnt_behind, units_behind
from services.rules.plant_view import PlantView, SubjectView
from services.rules.water_hourly import MEAN

WATER_TEMPERATURE = "w01010"


def facts_of(view: PlantView, outlet: SubjectView, means: Mapping[str, MeanRow]) -> dict[str, Fact]:
    """Region, fuel where all units burn the same, and the water's temperature of the period."""
    found: dict[str, Fact] = {"region": view.row.region}
    fuels = {view.units[unit].row.fuel for unit in units_behind(view, outlet.row.id)}
    names = {fuel and (fuel_named(fuel) or fuel) for fuel in fuels}
    if len(names) == 1 and (fuel := fuels.pop() if len(fuels) == 1 else names.pop()):
        found["fuel"] = fuel
    temperature = _temperature(means.get(WATER_TEMPERATURE))
    if temperature is not None:
        found["water_temperature"] = temperature
    return found


def _temperature(row: MeanRow | None) -> Decimal | None:
    """The mean temperature told beside a row that has no value, since none is judged by it.

    None where it is over range: warmer than known, and perhaps warm enough for another limit.
    """
    if row is None or not row.valid or row.at_least:
        return None
    told = row.value if row.value is not None else row.evidence.get(MEAN)
    return None if told is None else Decimal(str(told))


def is_incinerator(view: PlantView, outlet: SubjectView) -> bool:
    """Whether all units of the outlet burn household waste: MEE Order 10 applies to them.

    Units of which nobody registered what waste they burn are among them, in doubt.
    """
    return burnt_behind(view, outlet) in {"household", "unsaid"}
