"""What an analyser shows of each code: unit, decimals, ranges before and after treatment.

Units are those of HJ 212-2017 annex B. It must not know plants.
"""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

LOAD: Final = "i33400"
"""Production load in % (生产负荷), HJ 212-2017 table B.10; further units i33401 ..."""
FUEL: Final = "g203"
"""Weighed feed of fuel (称重给煤机计量信号), HJ 212-2017 table B.7; the unit's number follows."""
FURNACE: Final = "a01901"
"""Mean furnace temperature of a waste incinerator; its 5-minute mean goes out as CN 2111."""
OXYGEN: Final = "a19001"
FLOW: Final = "a00000"
WATER_FLOW: Final = "w00000"
SLOW_S: Final = 7_200


@dataclass(frozen=True, slots=True)
class Shown:
    """How a code is shown: decimals, the top of the range when clean and when raw."""

    unit: str
    decimals: int
    clean: float
    raw: float
    total: Literal["mass", "volume"] | None = None
    cycle_s: int | None = None
    old: str | None = None


_MASS: Final = "mass"
SHOWN: Final = MappingProxyType(
    {
        "a21026": Shown("mg/m3", 2, 200.0, 6000.0, _MASS, old="02"),
        "a21002": Shown("mg/m3", 2, 300.0, 1500.0, _MASS, old="03"),
        "a34013": Shown("mg/m3", 2, 50.0, 60000.0, _MASS, old="01"),
        "a21005": Shown("mg/m3", 2, 1000.0, 3000.0, _MASS, old="04"),
        "a21024": Shown("mg/m3", 2, 100.0, 2000.0, _MASS, old="08"),
        "a24088": Shown("mg/m3", 2, 300.0, 5000.0, _MASS),
        "a25002": Shown("mg/m3", 3, 20.0, 200.0, _MASS),
        "a25003": Shown("mg/m3", 3, 50.0, 500.0, _MASS, old="17"),
        "a25005": Shown("mg/m3", 3, 50.0, 500.0, _MASS, old="18"),
        OXYGEN: Shown("%", 2, 25.0, 25.0, old="S01"),
        "a01011": Shown("m/s", 2, 40.0, 40.0, old="S02"),
        "a01012": Shown("Cel", 1, 300.0, 600.0, old="S03"),
        "a01013": Shown("kPa", 3, 5.0, 5.0, old="S08"),
        "a01014": Shown("%", 1, 40.0, 40.0, old="S05"),
        FLOW: Shown("m3/s", 2, 5000.0, 5000.0, "volume", old="B02"),
        FURNACE: Shown("Cel", 1, 1400.0, 1400.0),
        "w01018": Shown("mg/L", 1, 200.0, 1500.0, _MASS, SLOW_S, "011"),
        "w21003": Shown("mg/L", 2, 20.0, 150.0, _MASS, SLOW_S, "060"),
        "w21011": Shown("mg/L", 3, 5.0, 30.0, _MASS, SLOW_S, "101"),
        "w21001": Shown("mg/L", 2, 50.0, 200.0, _MASS, SLOW_S, "065"),
        "w01001": Shown("1", 2, 14.0, 14.0, old="001"),
        "w01010": Shown("Cel", 1, 50.0, 50.0),
        WATER_FLOW: Shown("L/s", 2, 20000.0, 20000.0, "volume", old="B01"),
    }
)
"""By code; the old code is that of HJ/T 212-2005."""
SIGNALS: Final = MappingProxyType(
    {LOAD: Shown("%", 1, 150.0, 150.0), FUEL: Shown("t/h", 2, 1000.0, 1000.0)}
)
AIR_STATE: Final = (OXYGEN, "a01011", "a01012", "a01013", "a01014", FLOW)
WATER_STATE: Final = ("w01001", "w01010", WATER_FLOW)
CHECKED: Final = frozenset(
    code for code, shown in SHOWN.items() if shown.total == _MASS or code == OXYGEN
)
"""Codes whose analysers are calibrated with a standard."""
