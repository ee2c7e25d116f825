"""A verdict as it is believed, with no more of it than is needed to hold it against another limit."""

from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from schemas.judgement import Outcome, Period, Stage


class StoredVerdict(NamedTuple):
    """What is believed of a period against a limit; `version` is the limit's row it was judged by."""

    period: Period
    start: datetime
    stage: Stage
    outcome: Outcome
    value: Decimal | None
    version: int
