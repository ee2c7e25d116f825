"""How much was rejected, counted by device and reason; no bytes are read.

It must not know what a reason means.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from services.store.session import Session

COUNTS = """
SELECT reject.mn, device.code, plant.code, reason, policy, count(*) AS rejects,
  min(received_at), max(received_at)
FROM reject
LEFT JOIN device ON device.id = reject.device
LEFT JOIN plant ON plant.id = device.plant
WHERE received_at >= %(since)s AND received_at < %(until)s
  AND (%(plants)s::integer[] IS NULL OR device.plant = ANY(%(plants)s::integer[]))
GROUP BY reject.mn, device.code, plant.code, reason, policy
ORDER BY rejects DESC, max(received_at) DESC, reject.mn, reason
LIMIT %(most)s
"""


class RejectCount(NamedTuple):
    """How many of a reason came from an MN; `device` and `plant` None where nobody knows it."""

    mn: str | None
    device: str | None
    plant: str | None
    reason: str
    policy: str | None
    rejects: int
    first: datetime
    last: datetime


def reject_counts(
    session: Session,
    span: tuple[datetime, datetime],
    plants: Sequence[int] | None,
    most: int,
) -> list[RejectCount]:
    """Of those received in [since, until), of these plants (None: all, also of nobody's).

    The most frequent first. Raises psycopg.Error.
    """
    values = {
        "since": span[0],
        "until": span[1],
        "plants": None if plants is None else list(plants),
        "most": most,
    }
    return [RejectCount._make(row) for row in session.execute(COUNTS, values).fetchall()]
