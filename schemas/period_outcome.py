"""How a period came out against a limit, without what the verdict rests on: for counting over many."""

from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from schemas.judgement import Outcome


class PeriodOutcome(NamedTuple):
    """What is believed of a point's period against a limit (its key); `multiple` 超标倍数.

    `doubts`: what the verdict rests on that nobody vouches for.
    """

    point: int
    limit: int
    start: datetime
    outcome: Outcome
    multiple: Decimal | None = None
    doubts: tuple[str, ...] = ()
