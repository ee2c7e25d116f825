"""Fills the world of the API's benchmark: means, verdicts, readings and cases, in the order they come.

Rows are written hour by hour and tick by tick over all places, as judging and ingest write them, so
that what one point needs lies as scattered as in a database that has run for years.
"""

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import LiteralString, NamedTuple, cast

import psycopg
from psycopg import sql
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

END = datetime(2026, 6, 30, 16, tzinfo=UTC)
"""Midnight in Beijing: what was judged ends here, and `at` is asked for it."""
AT = END + timedelta(minutes=20)
"""Asked for is this moment: the last hour has been judged."""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TICK = timedelta(seconds=30)
JUDGED_DAYS = 31
"""So many of the newest days have verdicts, and both beliefs of each hour: provisional, then final."""
SLICE = 5 * DAY
SLICE_ROWS = 500_000
WORKERS = 2
FILLED = ("mean", "verdict", "reading_realtime")
# Numbers are drawn from a pool: to compute each of fifty million would take most of the time.
POOL = """
CREATE TABLE bench_pool AS
SELECT number, value, jsonb_build_object('6', round(value * 1.15, 3)::text) AS converted,
  round(value * 0.182, 6) AS mass, number %% 97 > 0 AS valid,
  CASE WHEN number %% 97 > 0 THEN 3600 ELSE 1500 END AS valid_s,
  CASE WHEN number %% 97 = 0 THEN 'no_data' WHEN number %% 211 = 0 THEN 'exceeding' ELSE 'compliant' END
    AS outcome, CASE WHEN number %% 211 = 0 THEN 0.25 END AS multiple, number %% 307 > 0 AS sure
FROM (SELECT number, round((12 + 8 * sin(number) + number / 900.0)::numeric, 3) AS value
  FROM generate_series(0, %(most)s - 1) AS number) AS one
"""
POOLED = 9_973
"""A prime: neighbouring hours and points draw far apart."""
MEANS: LiteralString = """
INSERT INTO mean (start, point, period, stage, source, value, converted, valid_s, due_s, valid, mass,
  evidence, rules)
SELECT %(since)s::timestamptz + step * %(step)s, bound.point, %(period)s, %(stage)s, 'computed', one.value,
  one.converted, one.valid_s, 3600, one.valid, one.mass,
  '{"series": "minute", "records": 60, "seconds": {"valid": 3600}, "reference_oxygen": "6"}', 'bench'
FROM generate_series(0, %(steps)s - 1) AS step CROSS JOIN limit_version AS bound
JOIN bench_pool AS one ON one.number = (step * 3571 + bound.point * 6007) %% %(most)s
"""
VERDICTS: LiteralString = """
INSERT INTO verdict (start, point, limit_key, limit_version, period, stage, outcome, value, multiple,
  sure, why, evidence, rules)
SELECT %(since)s::timestamptz + step * %(step)s, bound.point, bound.limit_key, bound.id, %(period)s,
  %(stage)s, one.outcome, one.value, one.multiple, one.sure, 'the mean against the limit',
  '{"limit": "35", "unit": "mg/m3", "hours": 1}', 'bench'
FROM generate_series(0, %(steps)s - 1) AS step CROSS JOIN limit_version AS bound
JOIN bench_pool AS one ON one.number = (step * 3571 + bound.point * 6007) %% %(most)s
"""
READINGS: LiteralString = """
INSERT INTO reading_realtime (time, channel, value, flag, span_s, sent_at, received_at, batch, seq)
SELECT tick, channel.id, (3000 + (at / 7 + channel.id * 37 + at * channel.id %% 101) %% 2000) / 100.0::float8,
  CASE WHEN (at + channel.id) %% 500 = 0 THEN 'M' ELSE 'N' END, 30,
  tick + INTERVAL '31 seconds', tick + INTERVAL '31.413 seconds', 1 + at %% 5000, channel.id
FROM generate_series(0, %(steps)s - 1) AS at
CROSS JOIN LATERAL (SELECT %(since)s::timestamptz + at * %(step)s AS tick) AS one
CROSS JOIN channel
"""
BATCHES = """
INSERT INTO batch (id, slot, number, received_from, received_to, frames, stored, repeated, rejected,
  readings, revised, devices, received_ms, outcomes, block_bytes, previous, digest)
SELECT number, 0, number, at, at + INTERVAL '1 second', 0, 0, 0, 0, 4000, 0, '{}', '{}', '', 0,
  sha256('a'), sha256(number::text::bytea)
FROM (SELECT number, %(until)s::timestamptz - (5001 - number) * INTERVAL '30 seconds' AS at
  FROM generate_series(1, 5000) AS number) AS one
"""
# Cases of two years, of which one outlet in forty has one that is open.
CASES = """
INSERT INTO alert (key, kind, plant, subject, state, severity, since, until, sure, zh, en, opened_at,
  acknowledged_at, acknowledged_by, resolved_at, disposition, version, changed_at)
SELECT 'bench/' || subject.id || '/' || number, 'limit_hour', subject.plant, subject.id,
  CASE WHEN number > 1 THEN 'resolved' WHEN subject.id %% 80 = 0 THEN 'acknowledged' ELSE 'open' END,
  'orange', since, CASE WHEN number > 1 THEN since + INTERVAL '3 hours' END, true, '小时均值超标',
  'an hourly mean is over its limit', since + INTERVAL '20 minutes',
  CASE WHEN subject.id %% 80 = 0 THEN since + INTERVAL '1 hour' END,
  CASE WHEN subject.id %% 80 = 0 THEN 'officer' END,
  CASE WHEN number > 1 THEN since + INTERVAL '1 day' END, CASE WHEN number > 1 THEN 'confirmed' END, 3,
  since + INTERVAL '1 day'
FROM outlet JOIN subject USING (id) CROSS JOIN generate_series(1, 20) AS number
CROSS JOIN LATERAL (SELECT %(until)s::timestamptz - number * INTERVAL '17 days'
  - subject.id * INTERVAL '1 minute' AS since) AS one
WHERE number > 1 OR subject.id %% 40 = 0
"""
EVENTS = """
INSERT INTO alert_event (alert, version, what, reason, actor, at, made_at, state, severity, since, until)
SELECT id, step, CASE step WHEN 1 THEN 'raised' WHEN 2 THEN 'opened' ELSE 'changed' END, 'bench', 'bench',
  since, since + step * INTERVAL '5 minutes', CASE step WHEN 1 THEN 'pending' WHEN 2 THEN 'open'
    ELSE state END, severity, since, until
FROM alert CROSS JOIN generate_series(1, 3) AS step
"""
FINDINGS = """
INSERT INTO finding (rule, subject, point, since, until, stage, standing, zh, en, clause, sure, evidence,
  rules)
SELECT CASE WHEN number %% 3 = 0 THEN 'over_limit_now' ELSE 'prewarning' END, point.subject, point.id,
  since, CASE WHEN number > 1 THEN since + INTERVAL '25 minutes' END, 'provisional', number < 12,
  '小时均值趋于超标', 'the running hour comes near its limit', '', true, '{"value": "33.1"}', 'bench'
FROM (SELECT DISTINCT point FROM limit_version) AS bound JOIN point ON point.id = bound.point
CROSS JOIN generate_series(1, 12) AS number
CROSS JOIN LATERAL (SELECT %(until)s::timestamptz - number * number * INTERVAL '5 hours'
  + INTERVAL '4 hours 20 minutes' - point.id %% 50 * INTERVAL '1 second' AS since) AS one
WHERE (point.id + number * 7) %% 20 = 0
"""
MARKS = """
INSERT INTO mark (mark_key, kind, subject, during, origin, planned, entered_at, review, actor)
SELECT nextval('mark_key'), 'waste_incineration/cems_maintenance', outlet.id, tstzrange(since, since + INTERVAL '3 hours'), 'plant',
  true, since - INTERVAL '1 day', 'claimed', 'bench'
FROM outlet CROSS JOIN generate_series(1, 4) AS number
CROSS JOIN LATERAL (SELECT %(until)s::timestamptz - number * INTERVAL '40 days' AS since) AS one
"""
FEW: tuple[LiteralString, ...] = (BATCHES, CASES, EVENTS, FINDINGS, MARKS)


@dataclass(frozen=True)
class Shape:
    """How much there is: outlets of three limited pollutants, years of hours, readings of seconds."""

    outlets: int = 1_000
    years: float = 2.0
    rows: int = 20_000_000

    @property
    def since(self) -> datetime:
        return END - timedelta(days=round(self.years * 365))


class Piece(NamedTuple):
    """A statement over a stretch, and about how many rows it brings."""

    statement: LiteralString
    values: dict[str, object]
    rows: int


def fill(url: str, shape: Shape) -> None:
    """Everything but the registry; indexes of the large tables are built at the end."""
    with psycopg.connect(url, autocommit=True) as owner:
        channels = _count(owner, "channel")
        points = _count(owner, "limit_version")
        owner.execute(POOL, {"most": POOLED})
        for statement in FEW:
            owner.execute(statement, {"until": END})
        indexes = list(_dropped(owner))
    pieces = [*_judged(shape, points), *_readings(shape, channels)]
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:.0f} %"))
    with Progress(*columns, TimeRemainingColumn()) as progress:
        task = progress.add_task("rows", total=sum(piece.rows for piece in pieces))
        _all_written(url, pieces, progress, task)
        task = progress.add_task("indexes", total=len(indexes) + len(FILLED))
        with psycopg.connect(url, autocommit=True) as owner:
            owner.execute("SET maintenance_work_mem = '512MB'")
            for definition in indexes:
                owner.execute(definition)
                progress.advance(task)
            for table in FILLED:
                owner.execute(sql.SQL("VACUUM ANALYZE {}").format(sql.Identifier(table)))
                progress.advance(task)
            owner.execute("DROP TABLE bench_pool")
            owner.execute("ANALYZE")
            owner.execute("CHECKPOINT")


def _all_written(url: str, pieces: Sequence[Piece], progress: Progress, task: TaskID) -> None:
    left = iter(pieces)
    turn = threading.Lock()

    def work() -> None:
        with psycopg.connect(url, autocommit=True) as session:
            while True:
                with turn:
                    piece = next(left, None)
                if piece is None:
                    return
                session.execute(piece.statement, piece.values)
                progress.advance(task, piece.rows)

    with ThreadPoolExecutor(WORKERS) as threads:
        for done in [threads.submit(work) for _ in range(WORKERS)]:
            done.result()


def _judged(shape: Shape, points: int) -> Iterator[Piece]:
    newest = max(shape.since, END - JUDGED_DAYS * DAY)
    for since, until in _slices(shape.since, newest, SLICE):
        yield _piece(MEANS, (since, until), HOUR, points, ("hour", "closed"))
    yield _piece(MEANS, (shape.since, newest), DAY, points, ("day", "closed"))
    for since, until in _slices(newest, END, SLICE):
        for stage in ("provisional", "final"):
            yield _piece(MEANS, (since, until), HOUR, points, ("hour", stage))
            yield _piece(VERDICTS, (since, until), HOUR, points, ("hour", stage))
    yield _piece(VERDICTS, (newest, END), DAY, points, ("day", "final"))


def _readings(shape: Shape, channels: int) -> Iterator[Piece]:
    ticks = max(1, shape.rows // channels)
    width = max(1, SLICE_ROWS // channels)
    for since, until in _slices(END - ticks * TICK, END, width * TICK):
        yield _piece(READINGS, (since, until), TICK, channels)


def _piece(
    statement: LiteralString,
    span: tuple[datetime, datetime],
    step: timedelta,
    points: int,
    words: tuple[str, str] = ("", ""),
) -> Piece:
    since, until = span
    steps = round((until - since) / step)
    values: dict[str, object] = {"since": since, "step": step, "steps": steps, "most": POOLED}
    return Piece(statement, {**values, "period": words[0], "stage": words[1]}, steps * points)


def _slices(
    since: datetime, until: datetime, width: timedelta
) -> Iterator[tuple[datetime, datetime]]:
    while since < until:
        yield since, min(since + width, until)
        since += width


def _dropped(owner: psycopg.Connection) -> Iterator[LiteralString]:
    """Drop the indexes of the large tables; what makes them again."""
    rows = owner.execute(
        "SELECT indexname, indexdef, conname FROM pg_indexes LEFT JOIN pg_constraint"
        " ON conname = indexname AND contype = 'p'"
        " WHERE schemaname = 'public' AND tablename = ANY(%s) ORDER BY tablename, indexname",
        (list(FILLED),),
    ).fetchall()
    for name, definition, constraint in cast("list[tuple[str, LiteralString, str | None]]", rows):
        if constraint is None:
            owner.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
            yield definition
        else:
            owner.execute("ALTER TABLE reading_realtime DROP CONSTRAINT reading_realtime_pkey")
            yield "ALTER TABLE reading_realtime ADD PRIMARY KEY (channel, time)"


def _count(owner: psycopg.Connection, table: str) -> int:
    query = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))
    row = owner.execute(query).fetchone()
    return cast("int", row[0]) if row else 0
