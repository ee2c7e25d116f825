"""Which channels spoke for which points over a span, and how their numbers are to be read there.

As the registry says now, or as it said below a position. It must not know what is judged from it.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, cast

from psycopg import sql

from services.store.in_turns import in_turns
from services.store.session import Session


class Line(NamedTuple):
    """A point's records of one rank: main, spare or comparison."""

    point: int
    rank: str


class Span(NamedTuple):
    """Of these points, [since, until); `known`: as was known below this position (None: now)."""

    points: Sequence[int]
    since: datetime
    until: datetime
    known: int | None = None


class Instrument(NamedTuple):
    """A channel that served a line over [since, until) under one setting.

    Ranges are in `unit`, as read. Without a setting unit and scale are None: its numbers have no
    meaning. `state`: it reports run states.
    """

    line: Line
    channel: int
    device: int
    state: bool
    since: datetime
    until: datetime
    unit: str | None = None
    scale: float | None = None
    total_scale: float | None = None
    sentinels: tuple[float, ...] = ()
    range_min: float | None = None
    range_max: float | None = None
    cycle_s: int | None = None


def columns_of(pieces: Sequence[Instrument]) -> dict[str, object]:
    """Of each its point, channel, time, scale and sentinels, for a statement that unnests them.

    Sentinels go as the text of an array: of each channel there may be another number of them.
    """
    return {
        "points": [one.line.point for one in pieces],
        "channels": [one.channel for one in pieces],
        "begins": [one.since for one in pieces],
        "ends": [one.until for one in pieces],
        "scales": [one.scale for one in pieces],
        "sentinels": ["{" + ",".join(map(repr, one.sentinels)) + "}" for one in pieces],
    }


class _Bound(NamedTuple):
    point: int
    rank: str
    channel: int
    device: int
    state: bool
    since: datetime | None
    until: datetime | None


class _Set(NamedTuple):
    channel: int
    since: datetime | None
    until: datetime | None
    unit: str
    scale: float
    total_scale: float
    sentinels: list[float]
    range_min: float | None
    range_max: float | None
    cycle_s: int | None


class Wiring(NamedTuple):
    """Which channels were ever bound to some points, and how they were set."""

    bound: Sequence[_Bound]
    settings: Mapping[int, Sequence[_Set]]
    known: int | None = None
    """As was known below this position; None: now."""

    def over(self, since: datetime, until: datetime) -> list[Instrument]:
        """Who spoke over [since, until); by point, rank and time."""
        return [
            piece
            for one in self.bound
            for piece in _pieces(one, self.settings.get(one.channel, ()), since, until)
        ]


# No condition on `valid`: planned while it is thought to be selective, it reads every channel's rows.
BINDINGS = sql.SQL("""
SELECT binding.point, binding.rank, binding.channel, channel.device, point.side = 'state',
  lower(binding.valid), upper(binding.valid)
FROM {bindings} AS binding
JOIN channel ON channel.id = binding.channel
JOIN point ON point.id = binding.point
WHERE binding.point = ANY(%(points)s)
ORDER BY binding.point, binding.rank, binding.valid, binding.channel
""")
SETTINGS = sql.SQL("""
SELECT channel, lower(valid), upper(valid), unit, scale, total_scale, sentinels,
  as_read(CASE WHEN scale < 0 THEN range_max ELSE range_min END, scale, NULL),
  as_read(CASE WHEN scale < 0 THEN range_min ELSE range_max END, scale, NULL), cycle_s
FROM {settings} AS setting
WHERE channel = ANY(%(channels)s)
ORDER BY channel, valid
""")
# A row of the registry was known from `known_from` on, and until its history says that it went.
AS_KNOWN = sql.SQL("""(
SELECT * FROM {table} WHERE known_from < %(known)s::text::xid8
UNION ALL
SELECT (jsonb_populate_record(NULL::{table}, "row")).* FROM registry_history
WHERE table_name = {name} AND position >= %(known)s::text::xid8
  AND ("row" ->> 'known_from')::xid8 < %(known)s::text::xid8)""")


def points_of(session: Session, plant: int) -> list[int]:
    """The points of all subjects of a plant, in the order of their ids."""
    rows = session.execute(
        "SELECT point.id FROM point JOIN subject ON subject.id = point.subject"
        " WHERE subject.plant = %s ORDER BY point.id",
        (plant,),
    ).fetchall()
    return [cast("int", row[0]) for row in rows]


def read_instruments(session: Session, span: Span) -> list[Instrument]:
    """Who spoke for these points, cut to the span; by point, rank and time. Raises psycopg.Error."""
    return read_wiring(session, span.points, span.known).over(span.since, span.until)


def read_wiring(session: Session, points: Sequence[int], known: int | None = None) -> Wiring:
    """Who ever spoke for these points, to be cut to several spans. Raises psycopg.Error."""
    below = None if known is None else str(known)
    cursor = session.cursor(binary=True)
    cursor.execute(
        BINDINGS.format(bindings=_table("channel_binding", known)),
        {"points": list(points), "known": below},
        prepare=False,
    )
    bound = [_Bound._make(row) for row in in_turns(cursor)]
    cursor.execute(
        SETTINGS.format(settings=_table("channel_setting", known)),
        {"channels": sorted({one.channel for one in bound}), "known": below},
        prepare=False,
    )
    settings: dict[int, list[_Set]] = {}
    for row in in_turns(cursor):
        settings.setdefault(cast("int", row[0]), []).append(_Set._make(row))
    return Wiring(bound, settings, known)


def _table(name: str, known: int | None) -> sql.Composable:
    table = sql.Identifier(name)
    return table if known is None else AS_KNOWN.format(table=table, name=sql.Literal(name))


def _pieces(
    bound: _Bound, settings: Sequence[_Set], since: datetime, until: datetime
) -> Iterator[Instrument]:
    """A binding cut where its settings change; what no setting covers has none."""
    since = max(since, bound.since or since)
    until = min(until, bound.until or until)
    for one in settings:
        begins, ends = max(since, one.since or since), min(until, one.until or until)
        if begins < ends:
            if since < begins:
                yield _instrument(bound, since, begins)
            yield _instrument(bound, begins, ends, one)
            since = ends
    if since < until:
        yield _instrument(bound, since, until)


def _instrument(
    bound: _Bound, since: datetime, until: datetime, setting: _Set | None = None
) -> Instrument:
    line = Line(bound.point, bound.rank)
    bare = Instrument(line, bound.channel, bound.device, bound.state, since, until)
    if setting is None:
        return bare
    return bare._replace(
        unit=setting.unit,
        scale=setting.scale,
        total_scale=setting.total_scale,
        sentinels=tuple(setting.sentinels),
        range_min=setting.range_min,
        range_max=setting.range_max,
        cycle_s=setting.cycle_s,
    )
