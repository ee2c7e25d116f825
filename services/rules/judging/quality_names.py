"""What is measured, by its code of HJ 212-2017 annex B, in words for findings.

Pollutants have the names of the catalogue of limits.
"""

from collections.abc import Mapping
from functools import cache
from typing import Final, NamedTuple

from services.rules.catalogue import catalogue


class Named(NamedTuple):
    """A name in Chinese and in English."""

    zh: str
    en: str


_OWN: Final[Mapping[str, Named]] = {
    "a00000": Named("烟气流量", "flue gas flow"),
    "a01011": Named("烟气流速", "flue gas velocity"),
    "a01012": Named("烟气温度", "flue gas temperature"),
    "a01013": Named("烟气压力", "flue gas pressure"),
    "a01014": Named("烟气湿度", "flue gas moisture"),
    "a19001": Named("氧含量", "oxygen"),
    "a21005": Named("一氧化碳", "carbon monoxide"),
    "w00000": Named("污水流量", "wastewater flow"),
    "w01001": Named("pH值", "pH"),
    "w01010": Named("水温", "water temperature"),
    "load": Named("生产负荷", "load"),
    "fuel": Named("燃料量", "fuel feed"),
}


@cache
def _listed() -> Mapping[str, Named]:
    found: dict[str, Named] = {}
    for row in catalogue().values():
        found.setdefault(row.code, Named(row.pollutant_zh, row.pollutant_en))
    return found


def named(code: str) -> Named:
    """The names of a code; of one that nobody has named, the code itself."""
    return _OWN.get(code) or _listed().get(code) or Named(code, code)
