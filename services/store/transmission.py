"""What devices were due to send, what came, and when it came first; by hour or by local day.

Due is what the registered intervals ask for in the time in which the device was commissioned, held
its MN and had a channel bound. The first arrival is the least time of receipt of the believed
reading and of its revisions. The intervals are those registered now: they have no history.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import cast

import psycopg
from psycopg.types.range import Range

from schemas.transmission import Graces, SeriesCount
from services.store.transmission_due import (
    HOUR_S,
    NAMES,
    Periods,
    Rhythm,
    Sender,
    dues,
    moment_at,
    rhythms,
    seconds,
    step_s,
)
from services.store.transmission_span import CHOSEN, Part, Span

SENDERS = (
    CHOSEN  # noqa: S608 - two constants, joined
    + """
, bound AS (
  SELECT chosen.id AS device, channel.id AS channel, range_agg(channel_binding.valid) AS valid,
    CASE %(part)s::text WHEN 'outlet' THEN subject.code WHEN 'code' THEN channel.code ELSE '' END
      AS part
  FROM chosen
  JOIN channel ON channel.device = chosen.id
  JOIN channel_binding ON channel_binding.channel = channel.id
  JOIN point ON point.id = channel_binding.point AND point.side <> 'state'
  JOIN subject ON subject.id = point.subject
  WHERE channel_binding.valid && tstzrange(%(since)s, %(until)s)
  GROUP BY chosen.id, channel.id, part
), united AS (
  SELECT device, part, range_agg(one.period) AS valid
  FROM bound CROSS JOIN LATERAL unnest(bound.valid) AS one (period) GROUP BY device, part
), sender AS (
  SELECT device, part, united.valid, array_agg(bound.channel ORDER BY bound.channel) AS channels,
    array_agg(CASE WHEN %(part)s::text = 'outlet' AND bound.valid <> united.valid
      THEN bound.valid * tstzmultirange(tstzrange(%(since)s, %(until)s)) END
      ORDER BY bound.channel) AS own
  FROM bound JOIN united USING (device, part) GROUP BY device, part, united.valid
)
SELECT chosen.plant, chosen.code, chosen.mn, sender.part, sender.channels, sender.own,
  array_agg(lower(one.period) ORDER BY one.period),
  array_agg(upper(one.period) ORDER BY one.period),
  chosen.realtime_interval_s, chosen.minute_interval_s
FROM sender
JOIN chosen ON chosen.id = sender.device
CROSS JOIN LATERAL unnest(
  sender.valid * chosen.valid * tstzmultirange(tstzrange(
    greatest(chosen.commissioned_at, %(since)s::timestamptz - INTERVAL '2 days'),
    greatest(chosen.commissioned_at, %(until)s::timestamptz + INTERVAL '2 days')))
) AS one (period)
GROUP BY chosen.plant, chosen.code, chosen.mn, sender.part, sender.channels, sender.own,
  chosen.realtime_interval_s, chosen.minute_interval_s
ORDER BY chosen.plant, chosen.code, sender.part
"""
)
# Of the channels between those asked for. No null: in an array with one, the server walks to each
# element from the first.
NO_LANE = -1
# A lane is a set of channels whose records are those of the same senders at the same times. A reading's lane is looked
# up in an array and not joined: of arrays the planner knows no more than the length, and hashes the
# readings. So one device is read by index, block by block once, and a province is read through.
RECORDS = """
WITH said AS (
  SELECT 0 AS number, (%(lanes)s::integer[])[reading.channel - %(before)s::integer] AS lane,
    reading.time, min(reading.received_at) AS arrived_at, false AS revised
  FROM reading_realtime AS reading
  WHERE 'realtime' = ANY(%(series)s::text[]) AND reading.channel = ANY(%(channels)s::integer[])
    AND reading.time >= %(since)s AND reading.time < %(until)s
  GROUP BY lane, reading.time
  UNION ALL
  SELECT 1, (%(lanes)s::integer[])[reading.channel - %(before)s::integer] AS lane, reading.time,
    min(reading.received_at), false
  FROM reading_minute AS reading
  WHERE 'minute' = ANY(%(series)s::text[]) AND reading.channel = ANY(%(channels)s::integer[])
    AND reading.time >= %(since)s AND reading.time < %(until)s
  GROUP BY lane, reading.time
  UNION ALL
  SELECT 2, (%(lanes)s::integer[])[reading.channel - %(before)s::integer] AS lane, reading.time,
    min(reading.received_at), false
  FROM reading_hour AS reading
  WHERE 'hour' = ANY(%(series)s::text[]) AND reading.channel = ANY(%(channels)s::integer[])
    AND reading.time >= %(since)s AND reading.time < %(until)s
  GROUP BY lane, reading.time
  UNION ALL
  SELECT 3, (%(lanes)s::integer[])[reading.channel - %(before)s::integer] AS lane, reading.time,
    min(reading.received_at), false
  FROM reading_day AS reading
  WHERE 'day' = ANY(%(series)s::text[]) AND reading.channel = ANY(%(channels)s::integer[])
    AND reading.time >= %(since)s AND reading.time < %(until)s
  GROUP BY lane, reading.time
  UNION ALL
  SELECT array_position(ARRAY['realtime', 'minute', 'hour', 'day'], known.series) - 1,
    (%(lanes)s::integer[])[known.channel - %(before)s::integer] AS lane, known.time, min(known.received_at), true
  FROM reading_revision AS known
  WHERE known.series = ANY(%(series)s::text[])
    AND known.channel = ANY(%(channels)s::integer[])
    AND known.time >= %(since)s AND known.time < %(until)s
  GROUP BY known.series, lane, known.time
), served AS MATERIALIZED (
  SELECT lane, sender, to_timestamp(from_s) AS since, to_timestamp(to_s) AS until
  FROM unnest(%(served_lanes)s::integer[], %(senders)s::integer[], %(served_from_s)s::bigint[],
    %(served_to_s)s::bigint[]) AS one (lane, sender, from_s, to_s)
), record AS (
  SELECT said.number, served.sender, said.time, min(said.arrived_at) AS arrived_at,
    bool_or(said.revised) AS revised
  FROM said
  JOIN served ON served.lane = said.lane AND said.time >= served.since AND said.time < served.until
  GROUP BY said.number, served.sender, said.time
), bound AS (
  SELECT sender, number, to_timestamp(from_s) AS since, to_timestamp(to_s) AS until,
    make_interval(secs => allowed_s) AS allowed
  FROM unnest(%(bound_senders)s::integer[], %(numbers)s::integer[], %(begins_s)s::bigint[],
    %(ends_s)s::bigint[], %(allowed_s)s::integer[]) AS said (sender, number, from_s, to_s, allowed_s)
)
SELECT record.sender, record.number,
  extract(epoch FROM date_bin(INTERVAL '1 hour', record.time, TIMESTAMPTZ '2000-01-01 00:00:00+00'))
    ::bigint AS hour_s,
  count(*), count(*) FILTER (WHERE record.arrived_at <= record.time + bound.allowed),
  count(*) FILTER (WHERE record.revised)
FROM record
JOIN bound ON bound.sender = record.sender AND bound.number = record.number
  AND record.time >= bound.since AND record.time < bound.until
GROUP BY 1, 2, 3
"""


def series_counts(
    connection: psycopg.Connection, span: Span, graces: Graces, part: Part = "device"
) -> list[SeriesCount]:
    """What was due and what came, by device (or outlet, or code), series and step.

    Steps in which nothing was due and nothing came are left out, and so are periods whose grace
    is not over at `span.now`.
    """
    values = asdict(span) | {"part": part}
    rows = connection.execute(SENDERS, values).fetchall()
    senders = [_sender(row, graces, span.now) for row in rows]
    if not senders:
        return []
    come = {
        (sender, number, hour_s): (records, in_time, revised)
        for sender, number, hour_s, records, in_time, revised in cast(
            "list[tuple[int, int, int, int, int, int]]",
            connection.execute(RECORDS, _arrays(senders, span)).fetchall(),
        )
    }
    return _summed(senders, come, span)


def _sender(row: tuple[object, ...], graces: Graces, now: datetime) -> Sender:
    plant, device, mn, part = cast("tuple[str, str, str, str]", row[:4])
    numbers, own = cast("tuple[list[int], list[Sequence[Range[datetime]] | None]]", row[4:6])
    begins, ends = cast("tuple[list[datetime], list[datetime]]", row[6:8])
    intervals = cast("tuple[int, int]", row[8:])
    periods = [(seconds(first), seconds(last)) for first, last in zip(begins, ends, strict=True)]
    channels = {
        channel: None if bound is None else tuple(map(_ends, bound))
        for channel, bound in zip(numbers, own, strict=True)
    }
    return Sender(plant, device, mn, part, channels, periods, rhythms(intervals, graces, now))


def _ends(bound: Range[datetime]) -> tuple[int, int]:
    # Clipped by the question, so that no end is open.
    return seconds(cast("datetime", bound.lower)), seconds(cast("datetime", bound.upper))


def _arrays(senders: Sequence[Sender], span: Span) -> dict[str, object]:
    always = ((seconds(span.since), seconds(span.until)),)
    serving: dict[int, list[tuple[int, Periods]]] = defaultdict(list)
    for place, sender in enumerate(senders):
        for channel, bound in sender.channels.items():
            serving[channel].append((place, always if bound is None else bound))
    lanes = {served: lane for lane, served in enumerate({tuple(all_) for all_ in serving.values()})}
    before = min(serving) - 1
    lane_of = [
        lanes[tuple(serving[channel])] if channel in serving else NO_LANE
        for channel in range(before + 1, max(serving) + 1)
    ]
    rows = [
        (lane, place, first, last)
        for served, lane in lanes.items()
        for place, periods in served
        for first, last in periods
    ]
    names = ("served_lanes", "senders", "served_from_s", "served_to_s")
    return {
        "since": span.since,
        "until": span.until,
        "series": list(span.series),
        "before": before,
        "channels": _array(sorted(serving)),
        "lanes": _array(lane_of),
        **_columns(names, rows),
        **_bounds(senders),
    }


def _bounds(senders: Sequence[Sender]) -> dict[str, object]:
    bounds = [
        (place, number, first, min(last, rhythm.settled_s), rhythm.interval_s + rhythm.grace_s)
        for place, sender in enumerate(senders)
        for number, rhythm in enumerate(sender.rhythms)
        for first, last in sender.periods
    ]
    return _columns(("bound_senders", "numbers", "begins_s", "ends_s", "allowed_s"), bounds)


def _columns(names: Sequence[str], rows: Sequence[Sequence[int]]) -> dict[str, object]:
    columns = zip(*rows, strict=True)
    return {name: _array(column) for name, column in zip(names, columns, strict=True)}


def _array(numbers: Iterable[int]) -> str:
    """An array literal; the driver takes ten times as long for a thousand numbers."""
    return f"{{{','.join(map(str, numbers))}}}"


def _summed(
    senders: Sequence[Sender],
    come: dict[tuple[int, int, int], tuple[int, int, int]],
    span: Span,
) -> list[SeriesCount]:
    by_day = span.step == "day"
    wanted = [number for number, name in enumerate(NAMES) if name in span.series]
    hours = range(seconds(span.since), seconds(span.until), HOUR_S)
    arrived: dict[tuple[int, int], dict[int, tuple[int, int, int]]] = defaultdict(dict)
    for (place, number, hour_s), counts in come.items():
        arrived[place, number][hour_s] = counts
    # The codes of a device are due alike.
    known: dict[tuple[Periods, Rhythm], Mapping[int, int]] = {}
    found: list[SeriesCount] = []
    for place, sender in enumerate(senders):
        for number in wanted:
            rhythm = sender.rhythms[number]
            key = tuple(sender.periods), rhythm
            if key not in known:
                known[key] = dues(rhythm, sender.periods, hours)
            sums = _steps(known[key], arrived.get((place, number), {}), by_day=by_day)
            found += (
                SeriesCount(*sender[:4], NAMES[number], moment_at(at_s), *counts)
                for at_s, counts in sums.items()
            )
    return found


def _steps(
    due: Mapping[int, int], arrived: Mapping[int, tuple[int, int, int]], *, by_day: bool
) -> dict[int, list[int]]:
    """Due, in time, late, missing, extra and revised records of each step in which any was due or came."""
    sums: dict[int, list[int]] = {}
    for hour_s in sorted(due.keys() | arrived.keys()):
        wanted = due.get(hour_s, 0)
        records, in_time, revised = arrived.get(hour_s, (0, 0, 0))
        counts = sums.setdefault(step_s(hour_s, by_day=by_day), [0] * 6)
        counts[0] += wanted
        counts[1] += in_time
        counts[2] += records - in_time
        counts[3] += max(wanted - records, 0)
        counts[4] += max(records - wanted, 0)
        counts[5] += revised
    return sums
