"""季度有效数据捕集率: the share of a quarter's due hours that have valid data (HJ 75-2017).

Its clause is known from code and memory only.
"""

from decimal import Decimal
from typing import NamedTuple

from schemas.parameter import Parameters, Source, parameter
from services.rules.exact import QUOTIENT, kept


class CaptureParameters(Parameters):
    """The least capture rate."""

    least_capture: Decimal = parameter(
        Decimal(75),
        "%",
        Source("HJ 75-2017 (clause from memory)", "medium", from_memory=True),
        en="a quarter's valid data capture rate is at least this",
        zh="季度有效数据捕集率下限",
        ge=0,
        le=100,
    )


class CaptureRate(NamedTuple):
    """Hours of a quarter: `captured` of `due` (those in which the source ran)."""

    captured: int
    due: int

    @property
    def percent(self) -> Decimal | None:
        """Captured / due in %; None where nothing was due: no rate is not a good one."""
        if not self.due:
            return None
        return kept(QUOTIENT.divide(Decimal(self.captured * 100), self.due))


def capture_rate(quarter_h: int, stopped_h: int, invalid_h: int) -> CaptureRate:
    """(H quarter - H stopped - H invalid) / (H quarter - H stopped), in hours.

    `invalid_h`: hours without valid data while the source ran. Raises ValueError where the hours do
    not fit into the quarter.
    """
    due = quarter_h - stopped_h
    captured = due - invalid_h
    if min(stopped_h, invalid_h, captured) < 0:
        raise ValueError(
            f"{stopped_h} h stopped and {invalid_h} h invalid do not fit into {quarter_h} h"
        )
    return CaptureRate(captured, due)


def is_short(rate: CaptureRate, params: CaptureParameters) -> bool:
    """Whether too little was captured; False where nothing was due."""
    percent = rate.percent
    return percent is not None and percent < params.least_capture
