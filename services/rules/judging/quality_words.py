"""What devices told of themselves, as the indicators of data quality take it: settings, checks, calibrations.

Codes are those of HJ 212-2017 table B.10. It must not know what is looked for in them.
"""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Final, NamedTuple

from services.rules.quality.case import Check, Setting
from services.rules.quality.settings import HEAT_TRACE

_NUMBER = r"([-+]?[0-9]+(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?)"
_PLAIN: Final = re.compile(_NUMBER)
_STANDARD: Final = re.compile(rf"StandardValue={_NUMBER}")
_READ: Final = re.compile(rf"(?<![A-Za-z])Check={_NUMBER}")
_LOGGED: Final = re.compile(
    rf"(?:核查|check)\D*?standard\s*{_NUMBER}\s*read\s*{_NUMBER}", re.IGNORECASE
)
_CALIBRATED: Final = re.compile(r"校准|校零|标定|calibrat", re.IGNORECASE)
_OVER: Final = re.compile(r"结束|完成|完毕|end|finish|done|over", re.IGNORECASE)
_STATUS: Final = "i12001"
_CALIBRATING: Final = "3"
"""i12001 of HJ 212-2017: 0 running, 1 maintenance, 2 fault, 3 calibration."""


class ToldSetting(NamedTuple):
    """A setting that a device told; `about`: the code of what it measures, None: the device."""

    device: int
    about: str | None
    code: str
    at: datetime
    value: str


class ToldEvent(NamedTuple):
    """An event that a device told; `about` or `code` names what it measures."""

    device: int
    kind: str
    about: str | None
    code: str | None
    at: datetime
    text: str


def settings_of(
    told: Iterable[ToldSetting], device: int, code: str, *, first: bool
) -> tuple[Setting, ...]:
    """The settings of the instrument of that code that are numbers.

    `first`: the device's first pollutant, which has the temperature of the sampling line as well
    where that was told of no instrument.
    """
    return tuple(
        Setting(one.at, one.code, float(one.value))
        for one in told
        if one.device == device and _PLAIN.fullmatch(one.value.strip())
        if one.about == code or (first and one.about is None and one.code == HEAT_TRACE)
    )


def checks_of(events: Iterable[ToldEvent], device: int, code: str) -> tuple[Check, ...]:
    """Checks with a standard (CN 2062 of HJ 212-2025), and lines of a log that tell both numbers."""
    found: list[Check] = []
    for one in events:
        if one.device != device or code not in {one.about, one.code}:
            continue
        standard, read = _STANDARD.search(one.text), _READ.search(one.text)
        logged = _LOGGED.search(one.text)
        if one.kind == "check" and standard and read:
            found.append(Check(one.at, float(standard[1]), float(read[1])))
        elif one.kind == "log" and logged:
            found.append(Check(one.at, float(logged[1]), float(logged[2])))
    return tuple(found)


def calibrations_of(events: Iterable[ToldEvent], device: int, code: str) -> tuple[datetime, ...]:
    """When calibrations began, by the status of the instrument or by its log."""
    return tuple(
        sorted(
            {
                one.at
                for one in events
                if one.device == device and one.about == code and _begins(one)
            }
        )
    )


def _begins(one: ToldEvent) -> bool:
    if one.kind == "status":
        return one.code == _STATUS and one.text.strip() == _CALIBRATING
    logged = one.kind == "log" and _CALIBRATED.search(one.text)
    return bool(logged) and not _OVER.search(one.text)
