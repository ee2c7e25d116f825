"""The content of HJ 212 frames as texts: a project (`code-Field=number,...`) for each code.

Columns in, texts out, made with formats prepared once a column: `services/hj212/encode.py` says
the same more slowly, and a test holds both equal.
"""

import re
from collections.abc import Mapping, Sequence
from math import isnan
from typing import Final

from services.hj212.content import NUMBER_FIELDS
from services.simulate.record import Record
from services.simulate.said import ParameterFact, digits
from services.simulate.spots import Column

_PLAIN: Final = re.compile(r"[0-9A-Za-z.+_-]+")
_RECORD_FIELDS: Final = ("Min", "Avg", "Max", "Cou", "ZsMin", "ZsAvg", "ZsMax")


def spot_groups(columns: Sequence[Column], times: Sequence[int]) -> list[tuple[str, ...]]:
    """CN 2011: the projects of each instant."""
    del times
    return list(zip(*[_spots(column) for column in columns], strict=True))


def record_groups(
    command: str, begins: Sequence[int], records: Mapping[str, Record]
) -> list[tuple[str, ...]]:
    """CN 2051, 2061, 2031, 2111: the projects of each period."""
    del command, begins
    return list(zip(*[_periods(code, record) for code, record in records.items()], strict=True))


def state_groups(states: Mapping[str, int], at_s: int) -> list[str]:
    """CN 2021: SBn-RS of each facility."""
    del at_s
    return [f"{code}-RS={state}" for code, state in states.items()]


def run_hours_groups(hours: Mapping[str, float], day_s: int) -> list[str]:
    """CN 2041: SBn-RT of each facility."""
    del day_s
    return [f"{code}-RT={float(run)!r}" for code, run in hours.items()]


def parameter_groups(parameters: Sequence[ParameterFact]) -> list[str]:
    """CN 3020: i13... of one instrument."""
    return [info_group(each.about, each.code, each.value) for each in parameters]


def info_group(about: str | None, code: str, text: str) -> str:
    """A log, state or setting (HJ 212-2017 C.40 to C.46): plain words, or a text in `//`."""
    quoted = text if _PLAIN.fullmatch(text) else f"//{text}//"
    field = f"{code}-Info={quoted}"
    return field if about is None else f"PolId={about};{field}"


def _spots(column: Column) -> list[str]:
    code = column.code
    fields = [f"{code}-Rtd=%r"]
    lists: list[Sequence[object]] = [column.values]
    if column.sampled is not None:
        fields.insert(0, f"{code}-SampleTime=%s")
        lists.insert(0, [*map(digits, column.sampled)])
    if column.converted is not None:
        fields.append(f"{code}-ZsRtd=%r")
        lists.append(column.converted)
    fields.append(f"{code}-Flag=%s")
    lists.append(column.flags)
    if column.gaps:
        return [_without_gaps(fields, row) for row in zip(*lists, strict=True)]
    written = ",".join(fields)
    return [written % row for row in zip(*lists, strict=True)]


def _without_gaps(fields: Sequence[str], row: Sequence[object]) -> str:
    """The fields that have a number: an analyser that stands still shows none."""
    return ",".join(
        [
            field % value
            for field, value in zip(fields, row, strict=True)
            if not (value is None or (isinstance(value, float) and isnan(value)))
        ]
    )


def _periods(code: str, record: Record) -> list[str]:
    zs = record.converted or (None, None, None)
    lists: dict[str, Sequence[float | None] | None] = dict(
        zip(
            _RECORD_FIELDS,
            (record.minimum, record.average, record.maximum, record.total, *zs),
            strict=True,
        )
    )
    there = {name: numbers for name, numbers in lists.items() if numbers is not None}
    fields = [f"{code}-{name}=%r" for name in NUMBER_FIELDS if name in there]
    columns = [there[name] for name in NUMBER_FIELDS if name in there]
    fields.append(f"{code}-Flag=%s")
    rows = zip(*columns, record.flag, strict=True)
    if any(None in numbers for numbers in columns):
        return [_without_gaps(fields, row) for row in rows]
    written = ",".join(fields)
    return [written % row for row in rows]
