"""Rates of a month that is over, as sums of its days: 同步运行率 and 脱硫设施投运率.

A day that is not there is unknown in all of its seconds. It must not know how days were counted.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from decimal import Decimal
from itertools import groupby
from typing import Final, NamedTuple, cast

from schemas.judgement import PerformanceRow, Period
from services.rules.exact import QUOTIENT, ZERO, kept, sum_of, text
from services.rules.facility.operation_band import operation_band
from services.rules.facility.parameters import FacilityParameters
from services.rules.facility.rates import OPERATION, SYNCHRONOUS
from services.rules.judging.month_case import PlantMonth
from services.rules.settings_catalogue import Place

_SECOND: Final = timedelta(seconds=1)
_DAY_S: Final = 86_400
_ADDED: Final = (
    "production_s",
    "stopped_s",
    "untreated_s",
    "unknown_production_s",
    "unknown_treatment_s",
    "contradicted_s",
    "spare_s",
)
_OWN: Final = frozenset({*_ADDED, "elapsed_s", "certainty", "doubts"})


class _Key(NamedTuple):
    subject: int
    measure: str
    code: str


def month_rates(case: PlantMonth) -> list[PerformanceRow]:
    """A row for each rate that any day of the month has; months of operation carry their band.

    发改价格[2007]1176号 (number from memory) for the bands.
    """
    place = Place(region=case.view.row.region, plant=case.view.row.code)
    params = case.frame.shelf.parameters(FacilityParameters, place, case.month.since)
    days = [
        row
        for row in case.rates
        if row.period is Period.DAY and row.measure in {SYNCHRONOUS, OPERATION}
    ]
    return [
        _banded(_summed(key, list(some), case), params)
        for key, some in groupby(sorted(days, key=_sorting), key=_key)
    ]


def _summed(key: _Key, days: list[PerformanceRow], case: PlantMonth) -> PerformanceRow:
    seconds = {name: sum(_seconds(day, name) for day in days) for name in _ADDED}
    elapsed_s = (case.month.until - case.month.since) // _SECOND
    dark_s = elapsed_s - _DAY_S * len(days)
    seconds["unknown_production_s"] += dark_s
    unknown_s = seconds["unknown_production_s"] + seconds["unknown_treatment_s"]
    doubts = dict.fromkeys(name for day in days for name in _doubts(day.evidence))
    facts = {name: value for name, value in days[-1].evidence.items() if name not in _OWN}
    return PerformanceRow(
        *key,
        period=Period.MONTH,
        start=case.month.since,
        stage=case.stage,
        numerator=sum_of(day.numerator for day in days),
        denominator=sum_of(day.denominator for day in days),
        sure=not unknown_s and all(day.sure for day in days),
        evidence={
            **facts,
            **seconds,
            "elapsed_s": elapsed_s,
            "days": len(days),
            "certainty": text(kept(QUOTIENT.divide(Decimal(elapsed_s - unknown_s), elapsed_s))),
            "doubts": list(doubts),
        },
    )


def _banded(row: PerformanceRow, params: FacilityParameters) -> PerformanceRow:
    if row.measure != OPERATION:
        return row
    band = operation_band(row, params)
    doubts = params.unestablished(("operation_full", "operation_low"))
    facts = {"band": band.band.value, "band_worst": band.worst.value, "band_best": band.best.value}
    return row._replace(
        sure=row.sure and not doubts,
        evidence={**row.evidence, **facts, "band_doubts": list(doubts)},
    )


def _key(row: PerformanceRow) -> _Key:
    return _Key(row.subject, row.measure, row.code)


def _sorting(row: PerformanceRow) -> tuple[object, ...]:
    return (*_key(row), row.start)


def _seconds(row: PerformanceRow, name: str) -> int:
    return int(Decimal(str(row.evidence.get(name, ZERO))))


def _doubts(evidence: Mapping[str, object]) -> Iterable[str]:
    return cast("Iterable[str]", evidence.get("doubts", ()))
