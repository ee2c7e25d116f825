"""A laboratory result as it is entered, before the database gives it a number."""

from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from schemas.manual import ManualKind


class NewManualResult(NamedTuple):
    """What is entered; sampled from `since` to `until` (UTC). Numbers are in `unit`, exact.

    `value` None: there is none (a sample was lost, or it lay below what the method finds); `reason`
    says why.
    """

    point: int
    kind: ManualKind
    since: datetime
    until: datetime
    value: Decimal | None
    unit: str
    converted: Decimal | None
    reference_oxygen: Decimal | None
    samples: int
    method: str
    laboratory: str
    reason: str
    actor: str


class PointUnit(NamedTuple):
    """The unit of a point's main channel, from `since` until `until`; open where None."""

    since: datetime | None
    until: datetime | None
    unit: str
