"""Vendors' ways with numbers: other units than the standard's, and numbers that mean 'no value'.

Pure; they lie in the numbers, so a device has them in HJ 212 and in JSON alike.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import isnan
from types import MappingProxyType
from typing import Final

from services.simulate.quirks import NO_VALUE
from services.simulate.record import NORMAL, Record
from services.simulate.spots import Column

# m3/s in m3/h, L/s in m3/h, kPa in Pa; totals stay as they are.
FACTORS: Final[Mapping[str, float]] = MappingProxyType(
    {"a00000": 3_600.0, "w00000": 3.6, "a01013": 1_000.0}
)
_DECIMALS: Final = 3


def vendor_columns(quirk: str | None, columns: Sequence[Column]) -> list[Column]:
    """The instants as a device with that quirk shows them."""
    match quirk:
        case "vendor_units":
            return [
                replace(each, values=_times(each.values, FACTORS[each.code]))
                if each.code in FACTORS
                else each
                for each in columns
            ]
        case "sentinels":
            return [_column_without_value(each) for each in columns]
        case _:
            return [*columns]


def vendor_records(quirk: str | None, records: Mapping[str, Record]) -> dict[str, Record]:
    """The records as a device with that quirk shows them."""
    match quirk:
        case "vendor_units":
            return {
                code: _record_times(record, FACTORS[code]) if code in FACTORS else record
                for code, record in records.items()
            }
        case "sentinels":
            return {code: _record_without_value(record) for code, record in records.items()}
        case _:
            return dict(records)


def _times(numbers: Sequence[float], factor: float) -> list[float]:
    return [round(number * factor, _DECIMALS) for number in numbers]


def _record_times(record: Record, factor: float) -> Record:
    def shown(numbers: Sequence[float | None]) -> list[float | None]:
        return [None if each is None else round(each * factor, _DECIMALS) for each in numbers]

    return replace(
        record,
        minimum=shown(record.minimum),
        average=shown(record.average),
        maximum=shown(record.maximum),
    )


def _column_without_value(column: Column) -> Column:
    """What is not normal is shown as the sentinel, and flagged as if it were."""
    odd = [flag != NORMAL for flag in column.flags]
    return replace(
        column,
        values=_hidden(column.values, odd),
        converted=None if column.converted is None else _hidden(column.converted, odd),
        flags=[NORMAL] * len(odd),
        gaps=False,
    )


def _record_without_value(record: Record) -> Record:
    odd = [flag != NORMAL for flag in record.flag]

    def shown(numbers: Sequence[float | None]) -> list[float | None]:
        return [NO_VALUE if wrong else each for each, wrong in zip(numbers, odd, strict=True)]

    zs = record.converted
    return Record(
        shown(record.minimum),
        shown(record.average),
        shown(record.maximum),
        record.total,
        None if zs is None else (shown(zs[0]), shown(zs[1]), shown(zs[2])),
        [NORMAL] * len(odd),
    )


def _hidden(numbers: Sequence[float], odd: Sequence[bool]) -> list[float]:
    return [
        NO_VALUE if wrong or isnan(number) else number
        for number, wrong in zip(numbers, odd, strict=True)
    ]
