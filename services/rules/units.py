"""The units 计量单位 that channels may have, by what they measure, and which are nearest to a wrong one.

A unit may measure several things (ppm in gas and in water); nothing is converted here.
"""

import unicodedata
from collections.abc import Mapping
from difflib import get_close_matches
from functools import lru_cache

# A line for each dimension; Chinese names are those of HJ 212-2017, annex B.
DIMENSIONS: Mapping[str, tuple[str, ...]] = {
    "gas concentration": (
        *("mg/m3", "ug/m3", "ng/m3", "g/m3", "kg/m3", "ppm", "ppb", "mg/Nm3", "ug/Nm3", "g/Nm3"),
        *("ngTEQ/m3", "ng-TEQ/m3", "ngTEQ/Nm3", "mg/kg", "毫克/立方米", "微克/立方米"),
        *("纳克/立方米", "克/立方米", "千克/立方米"),
    ),
    "water concentration": (
        *("mg/L", "ug/L", "ng/L", "g/L", "g/m3", "kg/m3", "ppm", "ppb", "mol/L", "mmol/L"),
        *("毫克/升", "微克/升", "纳克/升", "克/升", "千克/立方米"),
    ),
    "share": ("%", "‰", "1", "%RH", "%vol", "vol%", "%LEL"),
    "number": ("1", "pH", "无量纲", "dimensionless", "个", "次"),
    "flow": (
        *("L/s", "L/min", "L/h", "m3/s", "m3/min", "m3/h", "m3/d", "Nm3/s", "Nm3/min", "Nm3/h"),
        *("Nm3/d", "km3/h", "万m3/h", "万m3/d", "升/秒", "立方米/秒", "立方米/小时", "立方米/天"),
    ),
    "mass flow": (
        *("t/h", "t/d", "t/a", "kg/s", "kg/min", "kg/h", "kg/d", "g/s", "g/min", "g/h", "g/d"),
        *("mg/s", "吨/小时", "千克/小时"),
    ),
    "volume": ("m3", "L", "mL", "Nm3", "km3", "万m3", "立方米", "升"),
    "mass": ("mg", "g", "kg", "t", "克", "千克", "吨"),
    "pressure": (
        *("Pa", "hPa", "kPa", "MPa", "bar", "mbar", "mmHg", "mmH2O", "atm", "帕", "千帕", "兆帕"),
    ),
    "temperature": ("Cel", "degC", "°C", "摄氏度", "K"),
    "speed": ("m/s", "m/min", "km/h", "米/秒"),
    "angle": ("deg", "°", "度", "[角]度", "rad"),
    "colour": ("color degree", "度", "倍", "PCU", "CU", "Hazen"),
    "turbidity": ("NTU", "FNU", "FTU", "度"),
    "conductivity": ("uS/cm", "mS/cm", "mS/m", "S/m"),
    "count": (
        *("1/L", "1/mL", "个/L", "个/mL", "个/100mL", "MPN/L", "MPN/100mL", "CFU/L", "CFU/mL"),
        *("CFU/100mL", "cells/L", "个/升"),
    ),
    "radioactivity": ("Bq/L", "Bq/m3", "Bq/kg"),
    "sound": ("dB", "dB(A)", "dBA", "分贝"),
    "power": ("W", "kW", "MW", "kVA", "MVA", "GJ/h", "千瓦"),
    "energy": ("Wh", "kWh", "MWh", "GWh", "J", "kJ", "MJ", "GJ", "度", "千瓦时", "千瓦[特][小]时"),
    "voltage": ("V", "mV", "kV", "伏", "伏[特]", "毫伏", "毫伏[特]"),
    "current": ("A", "mA", "kA", "安", "安[培]", "毫安"),
    "frequency": ("Hz", "kHz", "赫兹"),
    "rotation": ("r/min", "rpm", "r/s", "转/分钟", "转/分"),
    "length": ("m", "um", "mm", "cm", "km", "米", "毫米", "厘米"),
    "rain": ("mm", "mm/h", "mm/min"),
    "area": ("m2", "km2", "平方米"),
    "deposition": ("t/(km2.month)", "t/(km2·月)", "g/m2"),
    "irradiance": ("W/m2", "MJ/m2"),
    "time": ("ms", "s", "min", "h", "d", "秒", "分钟", "小时", "天", "年月日时分秒"),
}
NEAREST = 5
_AMOUNTS = frozenset(
    {
        *("gas concentration", "water concentration", "share", "number", "mass flow", "volume"),
        *("mass", "colour", "turbidity", "conductivity", "count", "radioactivity"),
    }
)


@lru_cache(maxsize=1024)
def dimensions(unit: str) -> frozenset[str]:
    """What a unit may measure; empty for an unknown one. µ and u, ³ and 3, l and L are one."""
    written = _plain(unit)
    return frozenset(
        dimension
        for dimension, units in DIMENSIONS.items()
        if any(_plain(one) == written for one in units)
    )


def never_negative(unit: str) -> bool:
    """Whether whatever is measured in it is an amount, of which there is not less than nothing."""
    found = dimensions(unit)
    return bool(found) and found <= _AMOUNTS


def nearest_units(unit: str, standard: str | None) -> tuple[str, ...]:
    """Known units that are written like this one, else those that measure what `standard` does."""
    known = {one: one for units in DIMENSIONS.values() for one in units if one.isascii()}
    folded = {one.casefold(): one for one in known}
    close = get_close_matches(_plain(unit).casefold(), folded, n=NEAREST, cutoff=0.6)
    if close:
        return tuple(folded[one] for one in close)
    wanted = dimensions(standard) if standard else frozenset[str]()
    choice = [one for name in DIMENSIONS if name in wanted for one in DIMENSIONS[name]]
    return tuple(choice or ("mg/m3", "mg/L", "%", "kPa", "Cel"))[:NEAREST]


def _plain(unit: str) -> str:
    written = unicodedata.normalize("NFKC", unit).replace("μ", "u")
    # HJ 212's own texts write the litre in both ways; no unit here has another l after a stroke.
    written = "".join(written.split()) if "color" not in written else " ".join(written.split())
    return written.removesuffix("/l") + "/L" if written.endswith("/l") else written
