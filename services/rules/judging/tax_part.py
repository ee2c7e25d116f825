"""The tax band 环保税减征档 of each pollutant of an outlet over a month that is over.

环境保护税法 art 13: out of the month's mean, the emission standard, and how its hours (air) or days
(water) came out. It must not reckon the tax.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Final, NamedTuple

from schemas.judgement import MeanRow, Outcome, PerformanceRow, Period
from schemas.limits import Bound, LimitVersion
from services.rules.conversion import ConversionParameters
from services.rules.exact import ZERO, text
from services.rules.judged_number import Measured, Why, judged_number
from services.rules.judging.month_case import PlantMonth
from services.rules.judging.shelf import place_of
from services.rules.plant_view import PointView, SubjectView
from services.rules.tax_band import TaxBand, TaxParameters, tax_band

TAX: Final = "tax_pay"
STANDARDS: Final = frozenset({"standard", "local"})
"""国家和地方规定的污染物排放标准: a permit or a programme reduces no tax."""
_WHOLE: Final = Decimal(1)


class _Told(NamedTuple):
    limit: LimitVersion
    band: TaxBand


def tax_bands(case: PlantMonth, means: Iterable[MeanRow]) -> list[PerformanceRow]:
    """A row for each pollutant with a mean of the month and a limit of a standard.

    The numerator is the share of the tax that is due, the denominator 1; both 0 where it is not
    known. Of several limits the one that reduces least counts. Raises SettingError.
    """
    of_point = {row.point: row for row in means if row.period is Period.MONTH}
    outcomes: dict[int, list[Outcome]] = {}
    for one in (*case.outcomes, *case.day_outcomes):
        outcomes.setdefault(one.limit, []).append(one.outcome)
    found: list[PerformanceRow] = []
    for outlet in case.view.outlets.values():
        for point in outlet.outward.values():
            mean = of_point.get(point.point)
            bands = [] if mean is None else _bands(case, outlet, (point, mean), outcomes)
            if bands:
                found.append(_row(case, outlet, point, max(bands, key=_weight)))
    return found


def _bands(
    case: PlantMonth,
    outlet: SubjectView,
    measured: tuple[PointView, MeanRow],
    outcomes: Mapping[int, list[Outcome]],
) -> list[_Told]:
    point, mean = measured
    place = place_of(case.view, outlet)
    params = case.frame.shelf.parameters(TaxParameters, place, case.month.since)
    conversion = case.frame.shelf.parameters(ConversionParameters, place, case.month.since)
    averaging = Period.HOUR if outlet.row.medium == "air" else Period.DAY
    found: list[_Told] = []
    for limit in case.frame.limits.at(point.point, case.month.since):
        bound = limit.bound
        if bound is None or limit.law.origin not in STANDARDS:
            continue
        judged = outcomes.get(limit.limit, [])
        # A limit under a condition that did not hold has judged nothing.
        if bound.averaging != averaging.value or not (judged or not bound.condition):
            continue
        number = _number(mean, bound, Measured(point.unit, point.code, conversion))
        found.append(_Told(limit, tax_band(number, bound, judged, params)))
    return [one for one in found if one.band.why != "not_this_limit"]


def _number(mean: MeanRow, bound: Bound, measured: Measured) -> Decimal | None:
    if not mean.valid or bound.quantity != "concentration":
        return None
    found = judged_number(mean, bound, measured, None)
    return None if isinstance(found, Why) else found[0]


def _weight(told: _Told) -> tuple[bool, bool, Decimal]:
    """All of the tax is due as soon as one limit says so; else what is not known comes first."""
    pay = told.band.pay
    return pay == _WHOLE, pay is None, pay or ZERO


def _row(case: PlantMonth, outlet: SubjectView, point: PointView, told: _Told) -> PerformanceRow:
    band, bound = told.band, told.limit.bound
    return PerformanceRow(
        subject=outlet.row.id,
        measure=TAX,
        code=point.code,
        period=Period.MONTH,
        start=case.month.since,
        stage=case.stage,
        numerator=band.pay or ZERO,
        denominator=ZERO if band.pay is None else _WHOLE,
        sure=band.pay is not None and not band.doubts,
        evidence={
            "why": band.why,
            "formula": band.formula,
            "limit": told.limit.limit,
            "version": told.limit.version,
            "high": None if bound is None or bound.high is None else text(bound.high),
            "clause": "《中华人民共和国环境保护税法》第十三条",
            "doubts": list(band.doubts),
        },
    )
