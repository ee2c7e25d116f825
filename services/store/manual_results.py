"""Laboratory results 手工监测结果 as they are kept: a version is a row, the newest one is believed.

Whoever writes one marks the hours it bears on, in the same transaction. What a result is good for is
not known here.
"""

from collections.abc import Collection, Generator, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, LiteralString, cast

import psycopg

from schemas.manual import ManualKind, ManualResult
from schemas.manual_entry import NewManualResult, PointUnit
from schemas.sentence import Sentence, SentenceError
from services.store.as_known import EVERYTHING, History
from services.store.connection import Connection
from services.store.limit_hours import touch_hours

# One lock for all who write results; the number only has to be always the same.
MANUAL_LOCK = 0x716B_6D72
RESULTS: Final = History(
    MANUAL_LOCK,
    "SELECT COALESCE(max(position)::text::numeric + 1, 0) FROM manual_result"
    " WHERE recorded_at <= %(at)s",
)
BELIEVED: LiteralString = """
WITH newest AS (
  SELECT DISTINCT ON (result_key) result_key, id, point, kind, sampled, value, unit, converted,
    reference_oxygen, samples, method, laboratory, withdrawn, reason, actor, recorded_at, position
  FROM manual_result
  WHERE position < %(below)s::text::xid8
    AND (%(result)s::integer IS NULL OR result_key = %(result)s::integer)
    AND (%(points)s::integer[] IS NULL OR result_key IN (
      SELECT result_key FROM manual_result WHERE point = ANY(%(points)s::integer[])))
  ORDER BY result_key, position DESC, id DESC
)
SELECT result_key, id, point, kind, lower(sampled), upper(sampled), value, unit, converted,
  reference_oxygen, samples, method, laboratory, withdrawn, reason, actor, recorded_at,
  position::text
FROM newest
WHERE (%(points)s::integer[] IS NULL OR point = ANY(%(points)s::integer[]))
  AND (%(withdrawn)s OR NOT withdrawn)
  AND (%(kind)s::text IS NULL OR kind = %(kind)s::text)
  AND sampled && tstzrange(%(since)s, %(until)s)
ORDER BY lower(sampled), result_key
"""
VERSIONS: LiteralString = """
SELECT result_key, id, point, kind, lower(sampled), upper(sampled), value, unit, converted,
  reference_oxygen, samples, method, laboratory, withdrawn, reason, actor, recorded_at,
  position::text
FROM manual_result
WHERE result_key = %(result)s AND position < %(below)s::text::xid8
ORDER BY manual_result.position, id
"""
INSERT: LiteralString = """
INSERT INTO manual_result (result_key, point, kind, sampled, value, unit, converted,
  reference_oxygen, samples, method, laboratory, withdrawn, reason, actor)
VALUES (COALESCE(%(result)s::integer, nextval('manual_result_key')::integer), %(point)s, %(kind)s,
  tstzrange(%(since)s, %(until)s), %(value)s, %(unit)s, %(converted)s, %(reference_oxygen)s,
  %(samples)s, %(method)s, %(laboratory)s, %(withdrawn)s, %(reason)s, %(actor)s)
RETURNING result_key
"""
UNITS = """
SELECT binding.point,
  lower(binding.valid * setting.valid), upper(binding.valid * setting.valid), setting.unit
FROM channel_binding AS binding
JOIN channel_setting AS setting
  ON setting.channel = binding.channel AND setting.valid && binding.valid
WHERE binding.rank = 'main' AND binding.point = ANY(%s) ORDER BY 1, 2 NULLS FIRST
"""
# How long after its sampling a result may stand in for what an instrument did not measure.
REACH = timedelta(hours=6)


class ManualConflict(SentenceError):  # noqa: N818 - it is a conflict, by whoever's error
    """The result is not what was looked at; the message says what to do."""


@dataclass(frozen=True, slots=True)
class ResultQuery:
    """Which believed results: of these points (None: all), sampled within the span (None: open).

    `below`: as known below this position. `withdrawn`: with those that were withdrawn.
    """

    points: Collection[int] | None = None
    since: datetime | None = None
    until: datetime | None = None
    kind: ManualKind | None = None
    below: int = EVERYTHING
    withdrawn: bool = False


@contextmanager
def manual_lock(connection: psycopg.Connection) -> Generator[None]:
    """A transaction in which nobody else writes results; an exception rolls it back."""
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (MANUAL_LOCK,))
        yield


def read_results(
    connection: psycopg.Connection, query: ResultQuery | None = None
) -> list[ManualResult]:
    """The believed results that meet the span, by when they were sampled. Raises psycopg.Error."""
    values = _values(query or ResultQuery())
    return [result_of(row) for row in connection.execute(BELIEVED, values).fetchall()]


async def results_of(connection: Connection, query: ResultQuery) -> list[ManualResult]:
    """The same for a service. Raises psycopg.Error."""
    cursor = await connection.execute(BELIEVED, _values(query))
    return [result_of(row) for row in await cursor.fetchall()]


def result_versions(
    connection: psycopg.Connection, result: int, below: int = EVERYTHING
) -> list[ManualResult]:
    """All that was ever believed of a result, in the order of recording. Raises psycopg.Error."""
    values = {"result": result, "below": str(below)}
    return [result_of(row) for row in connection.execute(VERSIONS, values).fetchall()]


def add_results(connection: psycopg.Connection, entries: Iterable[NewManualResult]) -> list[int]:
    """Enter results within the caller's `manual_lock`, all or none; gives their keys in order.

    Raises psycopg.Error.
    """
    given = list(entries)
    keys = [_insert(connection, _entered(None, one)) for one in given]
    touch_hours(connection, [(one.point, one.since, one.until + REACH) for one in given])
    return keys


def replace_result(
    connection: psycopg.Connection, known: ManualResult, entry: NewManualResult
) -> None:
    """Believe something else of a result from now on, within the caller's `manual_lock`.

    `known` is the version that was looked at. Raises ManualConflict when another is believed by now,
    or the point is another; psycopg.Error otherwise. Nothing is written then.
    """
    _check(connection, known)
    if known.point != entry.point:
        raise ManualConflict(
            Sentence(
                "a result stays with its point: withdraw it and enter another",
                "监测结果不能改到其他监测点：请撤回后另行录入",
            )
        )
    _insert(connection, _entered(known.result, entry))
    _touch_both(connection, known, entry.since, entry.until)


def withdraw_result(
    connection: psycopg.Connection, known: ManualResult, reason: str, actor: str
) -> None:
    """Believe a result no longer, within the caller's `manual_lock`; what it said stays to be read.

    Raises ManualConflict when another version is believed by now, psycopg.Error otherwise.
    """
    _check(connection, known)
    ended = {"withdrawn": True, "reason": reason, "actor": actor}
    _insert(connection, known._asdict() | ended)
    _touch_both(connection, known, known.since, known.until)


def point_units(
    connection: psycopg.Connection, points: Collection[int]
) -> dict[int, list[PointUnit]]:
    """The units that the points' main channels have had; none where nothing is bound.

    Raises psycopg.Error.
    """
    found: dict[int, list[PointUnit]] = {}
    for point, *unit in connection.execute(UNITS, (list(points),)).fetchall():
        found.setdefault(cast("int", point), []).append(PointUnit._make(unit))
    return found


def _entered(result: int | None, entry: NewManualResult) -> Mapping[str, object]:
    return entry._asdict() | {"result": result, "withdrawn": False}


def _check(connection: psycopg.Connection, known: ManualResult) -> None:
    values = _values(ResultQuery(withdrawn=True)) | {"result": known.result}
    rows = connection.execute(BELIEVED, values).fetchall()
    believed = result_of(rows[0]) if rows else None
    if believed is None or believed.withdrawn:
        raise ManualConflict(
            Sentence(
                f"result {known.result} was withdrawn or never entered: see `qingkong manual list`",
                f"监测结果 {known.result} 不存在或已撤回",
            )
        )
    if believed.version != known.version:
        raise ManualConflict(
            Sentence(
                f"result {known.result} was changed meanwhile by {believed.actor}: look at it again",
                f"监测结果 {known.result} 已由 {believed.actor} 更新：请重新读取后再试",
            )
        )


def _insert(connection: psycopg.Connection, values: Mapping[str, object]) -> int:
    given = connection.execute(INSERT, values).fetchone()
    if given is None:
        raise psycopg.DataError("the server gave no key")
    return cast("int", given[0])


def _touch_both(
    connection: psycopg.Connection, known: ManualResult, since: datetime, until: datetime
) -> None:
    touch_hours(
        connection,
        [(known.point, known.since, known.until + REACH), (known.point, since, until + REACH)],
    )


def _values(query: ResultQuery) -> dict[str, object]:
    return {
        "points": None if query.points is None else list(query.points),
        "since": query.since,
        "until": query.until,
        "kind": query.kind,
        "below": str(query.below),
        "withdrawn": query.withdrawn,
        "result": None,
    }


def result_of(row: tuple[object, ...]) -> ManualResult:
    """The result of a row whose columns are those of VERSIONS."""
    return ManualResult._make((*row[:-1], int(cast("str", row[-1]))))
