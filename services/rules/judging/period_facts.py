"""What conditions of limits ask for that only the period tells: load, and what somebody set for its time.

It must not know any condition; what is not known is left out, and so stays unknown.
"""

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from math import isfinite
from typing import Final

from schemas.limits import LimitVersion
from schemas.parameter import Parameters, Source, parameter
from services.rules.conditions import Fact
from services.rules.exact import digits, mean_of
from services.rules.facility.derived import usable
from services.rules.facility.parameters import FacilityParameters
from services.rules.judging.burners import units_behind
from services.rules.judging.case import PlantDay
from services.rules.judging.records import MAIN
from services.rules.judging.shelf import place_of
from services.rules.periods import Bounds
from services.rules.plant_view import PlantView, PointView, SubjectView

LOAD: Final = "load"
_PERCENT: Final = "%"
_SECOND: Final = timedelta(seconds=1)
_HUNDRED: Final = 100


class FactParameters(Parameters):
    """What holds of an outlet for a time, and no instrument tells."""

    mode: str | None = parameter(
        None,
        "",
        Source("the permit names the ways of operation; set by the bureau or the plant", "ours"),
        en="way of operation, as conditions of limits name it; null: not known",
        zh="运行方式（限值条件用语），空则未知",
    )
    season: str | None = parameter(
        None,
        "",
        Source("the permit names the seasons; set with its dates", "ours"),
        en="season, as conditions of limits name it; null: not known",
        zh="季节（限值条件用语），空则未知",
    )
    load_share: int = parameter(
        75,
        "%",
        Source("as 45 minutes of an hour (HJ 75-2017), taken over for load by us", "ours"),
        en="the load of a period is known where its signal covers this share of it",
        zh="负荷信号覆盖时段达到该比例时负荷视为已知",
        gt=0,
        le=100,
    )


def period_facts(
    case: PlantDay,
    view: PlantView,
    outlet: SubjectView,
    span: Bounds,
    versions: Iterable[LimitVersion],
) -> dict[str, Fact]:
    """Load (%, the mean of its signal), mode and season; nothing where no limit has a condition.

    Of several units nobody says whose load is meant: then it is not known.
    """
    if not any(one.bound is not None and one.bound.condition for one in versions):
        return {}
    params = case.shelf.parameters(FactParameters, place_of(view, outlet), span.since)
    found: dict[str, Fact] = {"mode": params.mode, "season": params.season}
    units = units_behind(view, outlet.row.id)
    if len(units) == 1:
        point = view.units[units[0]].signals.get(LOAD)
        if point is not None and point.unit == _PERCENT:
            found[LOAD] = _mean(case, point, span, params.load_share)
    return {name: fact for name, fact in found.items() if fact is not None}


def _mean(case: PlantDay, point: PointView, span: Bounds, share: int) -> Decimal | None:
    params = FacilityParameters()
    parts: list[tuple[Decimal, int]] = []
    for record in case.recorded.minutes.get((point.point, MAIN), ()):
        if record.value is None or not isfinite(record.value) or not usable(record, params):
            continue
        since, until = max(record.at, span.since), record.at + record.span_s * _SECOND
        seconds = (min(until, span.until) - since) // _SECOND
        if seconds > 0:
            parts.append((digits(record.value), seconds))
    covered = sum(seconds for _, seconds in parts)
    whole = (span.until - span.since) // _SECOND
    return mean_of(parts) if covered * _HUNDRED >= whole * share else None
