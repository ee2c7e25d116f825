"""The month of an ultra-low plant: the share of hours in which all of its factors are within.

环大气[2019]35号: at least 95 % of the hourly means of a month. It must not know any limit.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Literal, NamedTuple

from schemas.judgement import Outcome
from schemas.parameter import Parameters, Source, parameter
from services.rules.catalogue import CatalogueRow

_OVER = frozenset({Outcome.EXCEEDING, Outcome.AT_LEAST})
Month = Literal["reached", "missed", "unknown", "no_hours"]


class UltraLowParameters(Parameters):
    """When a month of ultra-low emission 超低排放 counts as reached."""

    month_share: Decimal = parameter(
        Decimal("0.95"),
        "",
        Source("环大气[2019]35号", "high"),
        en="least share of a month's valid hours with all of PM, SO2 and NOx within the limits",
        zh="每月达标小时数占有效小时数的最低比例",
        gt=0,
        le=1,
    )


class UltraLowMonth(NamedTuple):
    """Hours of a month of a unit.

    `within`: all factors within. `over`: one at least is over. `open_`: claimed or unknown, and none
    is over. `left_out`: stopped, exempt, or with a factor that was not valid and none over.
    """

    within: int
    over: int
    open_: int
    left_out: int
    month: Month
    doubts: tuple[str, ...]

    @property
    def share(self) -> Decimal | None:
        """Of the hours that are settled."""
        settled = self.within + self.over
        return Decimal(self.within) / settled if settled else None


def factors_of(rows: Iterable[CatalogueRow], process: str) -> frozenset[str]:
    """The codes that the programme limits for a type of unit: PM alone for points of dust."""
    return frozenset(
        row.code for row in rows if row.origin == "ultra_low" and row.process == process
    )


def ultra_low_month(
    hours: Iterable[Mapping[str, Outcome]], factors: frozenset[str], params: UltraLowParameters
) -> UltraLowMonth:
    """Count a month of hours, each given as the outcomes by code against the ultra-low limits.

    A factor that is not there has no data. The month is reached, or missed, only if it stays so
    whatever the open hours turn out to be. Raises ValueError without factors.
    """
    if not factors:
        raise ValueError("an ultra-low unit needs at least one factor: name its process")
    counts = {"within": 0, "over": 0, "open": 0, "left_out": 0}
    for hour in hours:
        counts[_hour({hour.get(code, Outcome.NO_DATA) for code in factors})] += 1
    within, over, open_ = counts["within"], counts["over"], counts["open"]
    return UltraLowMonth(
        within,
        over,
        open_,
        counts["left_out"],
        _month(within, over, open_, params.month_share),
        params.unestablished(("month_share",)),
    )


def _hour(outcomes: set[Outcome]) -> Literal["within", "over", "open", "left_out"]:
    if outcomes & _OVER:
        return "over"
    if outcomes <= {Outcome.COMPLIANT}:
        return "within"
    if outcomes <= {Outcome.COMPLIANT, Outcome.CLAIMED, Outcome.UNKNOWN}:
        return "open"
    return "left_out"


def _month(within: int, over: int, open_: int, needed: Decimal) -> Month:
    hours = within + over + open_
    if not hours:
        return "no_hours"
    # An open hour may also be left out in the end; that lies between the two.
    if Decimal(within) >= needed * hours:
        return "reached"
    return "missed" if Decimal(within + open_) < needed * hours else "unknown"
