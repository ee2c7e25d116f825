"""A result of a laboratory 手工监测, with its own averaging."""

from datetime import datetime
from decimal import Decimal
from typing import Literal, NamedTuple

ManualKind = Literal["self", "supervisory", "comparison", "gap"]
"""自行监测, 监督性监测, 比对, 故障期间手工监测."""


class ManualResult(NamedTuple):
    """The believed version of a result, in the point's unit; sampled from `since` to `until`.

    `converted` is the laboratory's own converted number, at `reference_oxygen`. `samples` were
    averaged into it.
    """

    result: int
    version: int
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
    withdrawn: bool
    reason: str
    actor: str
    recorded_at: datetime
    position: int
