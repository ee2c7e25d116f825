"""The newest reading of each of some points: one look into the key for each channel.

It must not know how they are shown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import cast

from schemas.series import Series
from services.store.history_known import Known
from services.store.history_readings import Asked, ReadingRow, newest_reading
from services.store.instruments import Instrument, Wiring, columns_of, read_wiring
from services.store.session import Session

# All channels at once, as `history_readings` reads one: sentinels come as the text of an array.
NEWEST = """
SELECT asked.point, time, asked.channel, as_read(value, scale, sentinels),
  CASE WHEN value = ANY(sentinels) THEN NULL
    WHEN scale < 0 THEN as_read(maximum, scale, sentinels) ELSE as_read(minimum, scale, sentinels) END,
  CASE WHEN value = ANY(sentinels) THEN NULL
    WHEN scale < 0 THEN as_read(minimum, scale, sentinels) ELSE as_read(maximum, scale, sentinels) END,
  CASE WHEN value = ANY(sentinels) THEN NULL ELSE as_read(converted, scale, sentinels) END,
  as_read(total, total_scale, sentinels), flag, span_s, sampled_at, sent_at, received_at, batch, seq,
  COALESCE(value = ANY(sentinels), false)
FROM (
  SELECT point, channel, since, until, scale, total_scale, said::float8[] AS sentinels
  FROM unnest(%(points)s::integer[], %(channels)s::integer[], %(begins)s::timestamptz[],
    %(ends)s::timestamptz[], %(scales)s::float8[], %(total_scales)s::float8[], %(sentinels)s::text[])
    AS given (point, channel, since, until, scale, total_scale, said)
) AS asked CROSS JOIN LATERAL (
  SELECT * FROM reading_realtime
  WHERE channel = asked.channel AND time >= asked.since AND time < asked.until
    AND time >= %(since)s AND time < %(until)s
  ORDER BY time DESC LIMIT 1
) AS reading
"""


def newest_of_points(
    session: Session,
    points: Sequence[int],
    span: tuple[datetime, datetime],
    known: Known,
    wiring: Wiring | None = None,
) -> dict[int, ReadingRow]:
    """The last real-time reading of each point's main channel in [since, until), else of a minute.

    Of a state the last report. A point that has none is left out. Ask in one snapshot with
    `known_below`; `wiring`: of the points, where it is at hand as it is now. Raises psycopg.Error.
    """
    since, until = span
    pieces: dict[int, list[Instrument]] = {}
    if wiring is None or known.registry is not None:
        wiring = read_wiring(session, points, known.registry)
    for one in wiring.over(since, until):
        if one.line.rank == "main":
            pieces.setdefault(one.line.point, []).append(one)
    found = _newest_at_once(session, pieces, span) if known.nothing_fresh else {}
    for point, own in pieces.items():
        if point in found:
            continue
        asked = Asked(point, "main", Series.REALTIME, since, until, known)
        every = (Series.STATE,) if own[0].state else (Series.REALTIME, Series.MINUTE)
        for series in every:
            row = newest_reading(session, replace(asked, series=series), own)
            if row is not None:
                found[point] = row
                break
    return found


def _newest_at_once(
    session: Session, pieces: Mapping[int, Sequence[Instrument]], span: tuple[datetime, datetime]
) -> dict[int, ReadingRow]:
    """Real-time readings of the last instrument of each point; who has none there is left out."""
    last = [max(own, key=lambda one: one.until) for own in pieces.values() if not own[0].state]
    if not last:
        return {}
    values: dict[str, object] = {
        **columns_of(last),
        "total_scales": [one.total_scale for one in last],
        "since": span[0],
        "until": span[1],
    }
    cursor = session.cursor(binary=True)
    # Unprepared: planned for its own times, so that chunks are left out.
    cursor.execute(NEWEST, values, prepare=False)
    return {cast("int", point): ReadingRow._make(row) for point, *row in cursor.fetchall()}
