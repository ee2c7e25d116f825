"""One logger's account of frames by hour of receipt, and which rejects there are of whom.

As services/store/accounting.py counts, but by the logger and not by the MN it claimed: what another
plant's logger sent while it held the same MN is none of this one's.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from services.store.accounting import HourAccount
from services.store.session import Session

HOURS = """
WITH single AS (
  SELECT batch.received_from + part.ms * INTERVAL '1 millisecond' AS received_at, part.outcome,
    part.outcome = 'x' AND EXISTS (
      SELECT FROM reject JOIN reject_retry ON reject_retry.reject = reject.id
      WHERE reject.batch = batch.id AND reject.seq = part.place - 1 AND reject.whole
        AND reject_retry.outcome IN ('stored', 'repeated')) AS recovered
  FROM batch
  CROSS JOIN LATERAL unnest(batch.devices, batch.received_ms, string_to_array(batch.outcomes, NULL))
    WITH ORDINALITY AS part (device, ms, outcome, place)
  WHERE batch.received_to >= %(since)s AND batch.received_from < %(until)s
    AND batch.received_from >= %(since)s - INTERVAL '1 day' AND batch.origin = 'mqtt'
    AND part.device = %(device)s
), every AS (
  SELECT date_bin(INTERVAL '1 hour', received_at, TIMESTAMPTZ '2000-01-01 00:00:00+00') AS hour,
    1::bigint AS received, (outcome = 's')::integer AS stored, (outcome = 'r')::integer AS repeated,
    (outcome = 'x')::integer AS rejected, recovered::integer AS recovered, 0::bigint AS pending
  FROM single WHERE received_at >= %(since)s AND received_at < %(until)s
  UNION ALL
  SELECT said.hour, said.messages, 0, 0, 0, 0, said.messages
  FROM pending AS said, LATERAL (
    SELECT device FROM device_mn
    WHERE mn = said.publisher AND valid && tstzrange(said.hour, said.hour + INTERVAL '1 hour')
    ORDER BY lower(valid) DESC NULLS LAST LIMIT 1
  ) AS holder
  WHERE holder.device = %(device)s
    AND said.hour > %(since)s - INTERVAL '1 hour' AND said.hour < %(until)s
)
SELECT hour, sum(received)::bigint, sum(stored), sum(repeated), sum(rejected), sum(recovered),
  sum(pending)::bigint
FROM every GROUP BY hour ORDER BY hour DESC
"""
REASONS = """
SELECT device.code, plant.code, reason, count(*)::integer,
  (count(*) FILTER (WHERE EXISTS (SELECT FROM reject_retry WHERE reject_retry.reject = reject.id
    AND reject_retry.outcome IN ('stored', 'repeated'))))::integer, max(received_at)
FROM reject
LEFT JOIN device ON device.id = reject.device
LEFT JOIN plant ON plant.id = device.plant
WHERE received_at >= %(since)s AND received_at < %(until)s
  AND (%(plants)s::integer[] IS NULL OR device.plant = ANY(%(plants)s::integer[]))
  AND (%(device)s::integer IS NULL OR reject.device = %(device)s::integer)
GROUP BY device.code, plant.code, reason
ORDER BY count(*) DESC, plant.code COLLATE "C", device.code COLLATE "C", reason COLLATE "C"
"""


class ReasonCount(NamedTuple):
    """How many rejects of a logger have a reason; `recovered`: stored since, when fed in again.

    `device` and `plant` are codes, None where nobody knows the MN.
    """

    device: str | None
    plant: str | None
    reason: str
    rejects: int
    recovered: int
    newest: datetime


def device_hours(
    session: Session, device: int, since: datetime, until: datetime
) -> list[HourAccount]:
    """The frames of one logger received in [since, until), the newest hour first.

    Hours without frames are left out. Raises psycopg.Error.
    """
    values = {"device": device, "since": since, "until": until}
    # Unprepared: planned for its own times.
    rows = session.execute(HOURS, values, prepare=False).fetchall()
    return [HourAccount._make(row) for row in rows]


def reject_reasons(
    session: Session,
    plants: Sequence[int] | None,
    since: datetime,
    until: datetime,
    device: int | None = None,
) -> list[ReasonCount]:
    """Rejects received in [since, until) by logger and reason, the most first.

    Of these plants' loggers (None: all, also of nobody's). Raises psycopg.Error.
    """
    values = {
        "plants": None if plants is None else list(plants),
        "since": since,
        "until": until,
        "device": device,
    }
    rows = session.execute(REASONS, values, prepare=False).fetchall()
    return [ReasonCount._make(row) for row in rows]
