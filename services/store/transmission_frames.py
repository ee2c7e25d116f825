"""What became of the frames of devices, by hour or local day of receipt; reasons and resent ones."""

from dataclasses import asdict

import psycopg

from schemas.transmission import FrameCount
from services.store.transmission_span import CHOSEN, Span

FRAMES = (
    CHOSEN  # noqa: S608 - two constants, joined
    + """
, single AS MATERIALIZED (
  SELECT batch.id AS batch, part.place - 1 AS seq, part.device, part.outcome,
    CASE %(step)s::text WHEN 'day'
      THEN date_bin(INTERVAL '1 day', at.received_at, TIMESTAMPTZ '2000-01-01 00:00:00+08')
      ELSE date_bin(INTERVAL '1 hour', at.received_at, TIMESTAMPTZ '2000-01-01 00:00:00+08')
    END AS since
  FROM batch
  CROSS JOIN LATERAL unnest(batch.devices, batch.received_ms, string_to_array(batch.outcomes, NULL))
    WITH ORDINALITY AS part (device, ms, outcome, place)
  CROSS JOIN LATERAL (
    SELECT batch.received_from + part.ms * INTERVAL '1 millisecond' AS received_at) AS at
  WHERE batch.received_to >= %(since)s AND batch.received_from < %(until)s
    AND batch.received_from >= %(since)s - INTERVAL '1 day' AND batch.origin = 'mqtt'
    AND batch.devices && ARRAY(SELECT id FROM chosen)
    AND part.device = ANY(ARRAY(SELECT id FROM chosen))
    AND at.received_at >= %(since)s AND at.received_at < %(until)s
    -- What the device sent under another MN is none of this one's.
    AND (%(mn)s::text IS NULL OR EXISTS (
      SELECT FROM chosen WHERE chosen.id = part.device AND chosen.valid @> at.received_at))
), counted AS (
  SELECT device, since, count(*) AS received, count(*) FILTER (WHERE outcome = 's') AS stored,
    count(*) FILTER (WHERE outcome = 'r') AS repeated,
    count(*) FILTER (WHERE outcome = 'x') AS rejected
  FROM single GROUP BY device, since
), reason AS (
  SELECT device, since, jsonb_object_agg(reason, frames ORDER BY frames DESC, reason) AS reasons
  FROM (
    SELECT single.device, single.since, why.reason, count(*) AS frames
    FROM single
    CROSS JOIN LATERAL (
      SELECT reject.reason FROM reject
      WHERE reject.batch = single.batch AND reject.seq = single.seq AND reject.whole
      ORDER BY reject.id LIMIT 1
    ) AS why
    WHERE single.outcome = 'x'
    GROUP BY single.device, single.since, why.reason
  ) AS alike
  GROUP BY device, since
), resent AS (
  SELECT frame_note.device, sum(frame_note.frames)::bigint AS frames,
    CASE %(step)s::text WHEN 'day'
      THEN date_bin(INTERVAL '1 day', batch.received_from, TIMESTAMPTZ '2000-01-01 00:00:00+08')
      ELSE date_bin(INTERVAL '1 hour', batch.received_from, TIMESTAMPTZ '2000-01-01 00:00:00+08')
    END AS since
  FROM batch JOIN frame_note ON frame_note.batch = batch.id AND frame_note.note = 'resent'
  WHERE batch.received_from >= %(since)s AND batch.received_from < %(until)s
    AND batch.origin = 'mqtt'
    AND (%(mn)s::text IS NULL OR EXISTS (
      SELECT FROM chosen
      WHERE chosen.id = frame_note.device AND chosen.valid @> batch.received_from))
  GROUP BY frame_note.device, 3
)
SELECT chosen.plant, chosen.code, chosen.mn, counted.since, counted.received, counted.stored,
  counted.repeated, counted.rejected, COALESCE(resent.frames, 0), COALESCE(reason.reasons, '{}')
FROM counted
JOIN chosen ON chosen.id = counted.device
LEFT JOIN reason ON reason.device = counted.device AND reason.since = counted.since
LEFT JOIN resent ON resent.device = counted.device AND resent.since = counted.since
ORDER BY chosen.plant, chosen.code, counted.since
"""
)


def frame_counts(connection: psycopg.Connection, span: Span) -> list[FrameCount]:
    """What became of the devices' frames by time of receipt; steps without frames are left out."""
    rows = connection.execute(FRAMES, asdict(span)).fetchall()
    return [FrameCount._make(row) for row in rows]
