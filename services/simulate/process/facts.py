"""What is usual for each process and treatment: gas, raw pollutants, removal, daily course.

Round figures for a plausible picture, not limits nor guarantees. It must not know a plant.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

NOX, SO2, DUST, CO, HCL = "a21002", "a21026", "a34013", "a21005", "a21024"
NMHC, BENZENE, TOLUENE, XYLENE = "a24088", "a25002", "a25003", "a25005"
COD, AMMONIA, PHOSPHORUS, NITROGEN = "w01018", "w21003", "w21011", "w21001"


@dataclass(frozen=True, slots=True)
class Course:
    """Load over the day: mean, a wave with its peak hour, how much it wanders."""

    mean: float
    wave: float
    peak_h: float
    wander: float
    winter: float = 0.0
    """Share by which midsummer lies below midwinter."""


@dataclass(frozen=True, slots=True)
class Facts:
    """A process. Gas at full load: oxygen % (dry), °C, moisture %, m3/s per unit of capacity.

    `raw` is before treatment, mg/m3 at `reference` oxygen (as measured where None) or mg/L.
    `start_s` is from the first fire to full load, `stop_s` from full load to none.
    """

    name: str
    rated: float
    rated_unit: str
    course: Course
    raw: Mapping[str, float]
    flow: float
    start_s: int = 4 * 3600
    stop_s: int = 3600
    reference: float | None = None
    oxygen: float | None = None
    heat: float = 20.0
    moisture: float = 3.0
    fuel: str | None = None
    feed: float = 0.0
    """Fuel at full load in t/h per unit of capacity, where it is weighed."""
    furnace: float | None = None


_HOUR: Final = 3600
PROCESSES: Final[Mapping[str, Facts]] = MappingProxyType(
    {
        "coal_boiler": Facts(
            *("燃煤锅炉", 300.0, "MW", Course(0.78, 0.12, 19.0, 0.03)),
            *({SO2: 2200.0, NOX: 300.0, DUST: 22000.0}, 0.93, 6 * _HOUR, 2 * _HOUR),
            *(6.0, 5.4, 52.0, 11.5, "coal", 0.45),
        ),
        "sinter": Facts(
            *("烧结机", 360.0, "m2", Course(0.95, 0.02, 14.0, 0.02)),
            *({SO2: 2000.0, NOX: 260.0, DUST: 3000.0}, 0.85, 3 * _HOUR, _HOUR),
            *(16.0, 15.3, 96.0, 9.0),
        ),
        "casting": Facts(
            *("高炉出铁场", 2500.0, "m3", Course(0.9, 0.06, 10.0, 0.05)),
            *({DUST: 3000.0}, 0.06, _HOUR, _HOUR, None, None, 62.0, 3.0),
        ),
        "kiln": Facts(
            *("水泥窑窑尾", 5000.0, "t/d", Course(0.96, 0.01, 3.0, 0.02)),
            *({SO2: 24.0, NOX: 800.0, DUST: 15000.0}, 0.022, 12 * _HOUR, 3 * _HOUR),
            *(10.0, 9.2, 106.0, 10.0, "coal", 0.006),
        ),
        "clinker_cooler": Facts(
            *("水泥窑窑头", 5000.0, "t/d", Course(0.96, 0.01, 3.0, 0.02)),
            *({DUST: 20000.0}, 0.02, 12 * _HOUR, 3 * _HOUR, None, None, 98.0, 3.0),
        ),
        "incinerator": Facts(
            *("焚烧炉", 500.0, "t/d", Course(0.97, 0.02, 16.0, 0.03)),
            *({SO2: 330.0, NOX: 290.0, HCL: 850.0, CO: 11.0, DUST: 4000.0}, 0.05),
            *(4 * _HOUR, 2 * _HOUR, 11.0, 8.6, 146.0, 20.0, "household waste", 0.042, 935.0),
        ),
        "workshop": Facts(
            *("涂装车间", 15.0, "m3/s", Course(0.75, 0.2, 13.0, 0.06)),
            *({NMHC: 1100.0, BENZENE: 12.0, TOLUENE: 75.0, XYLENE: 60.0}, 1.0),
            *(1800, 1200, None, None, 72.0, 3.5),
        ),
        "gas_boiler": Facts(
            *("燃气锅炉", 58.0, "MW", Course(0.68, 0.2, 6.0, 0.04, 0.35)),
            *({SO2: 2.0, NOX: 55.0, DUST: 1.6, CO: 9.0}, 0.3, 1200, 600),
            *(3.5, 3.9, 92.0, 14.0, "natural gas"),
        ),
        "sewage_line": Facts(
            *("生化线", 20000.0, "m3/d", Course(0.76, 0.2, 11.0, 0.04)),
            *({COD: 330.0, AMMONIA: 31.0, PHOSPHORUS: 5.2, NITROGEN: 43.0}, 0.011574),
            *(6 * _HOUR, 2 * _HOUR),
        ),
    }
)
"""By process. `flow` of sewage is L/s per m3/d."""


@dataclass(frozen=True, slots=True)
class Care:
    """A treatment: what share of each pollutant it takes, and how soon a stop is felt."""

    name: str
    prefix: str
    takes: Mapping[str, float]
    lag_s: int
    hot: bool = False
    """It works only on hot gas."""


TREATMENTS: Final[Mapping[str, Care]] = MappingProxyType(
    {
        "denitrification": Care("脱硝反应器", "SCR", {NOX: 0.885}, 120, hot=True),
        "non_catalytic_denitrification": Care("炉内脱硝", "SNCR", {NOX: 0.5}, 60),
        "desulphurisation": Care("脱硫塔", "FGD", {SO2: 0.9905, DUST: 0.7, HCL: 0.95}, 300),
        "semi_dry_desulphurisation": Care("半干法脱酸塔", "SDA", {SO2: 0.93, HCL: 0.985}, 240),
        "bag_filter": Care("布袋除尘器", "BF", {DUST: 0.9988}, 30),
        "precipitator": Care("电除尘器", "ESP", {DUST: 0.9994}, 60),
        "thermal_oxidation": Care(
            "蓄热燃烧装置", "RTO", {NMHC: 0.979, BENZENE: 0.98, TOLUENE: 0.98, XYLENE: 0.98}, 180
        ),
        "flue_gas_recirculation": Care("烟气再循环", "FGR", {NOX: 0.5}, 60),
        "biological": Care(
            "生化池",
            "BIO",
            {COD: 0.932, AMMONIA: 0.962, PHOSPHORUS: 0.945, NITROGEN: 0.755},
            4 * _HOUR,
        ),
        "disinfection": Care("紫外消毒", "UV", {}, 60),
    }
)
"""By treatment."""
