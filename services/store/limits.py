"""Limits as they were believed, version upon version: written as new rows only, read by position.

Which of them holds at a time is for the rules to say.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import LiteralString, NamedTuple, cast

import psycopg

from schemas.limits import Bound, Law, LimitVersion
from services.store.as_known import EVERYTHING
from services.store.connection import Connection
from services.store.limit_hours import touch_hours

SLICE = 500
COLUMNS: LiteralString = (
    "SELECT id, limit_key, point, lower(valid), upper(valid), comparator, low, high, unit,"
    " quantity, averaging, reference_oxygen, condition, origin, standard, clause, confidence,"
    " verified, source, catalogue, act, reason, actor, approver, recorded_at, position::text"
    " FROM limit_version"
)
ALL: LiteralString = (
    COLUMNS + " WHERE position < %(below)s::text::xid8 ORDER BY limit_version.position, id"
)
OF_POINTS: LiteralString = (
    COLUMNS + " WHERE point = ANY(%(points)s) AND position < %(below)s::text::xid8"
    " ORDER BY limit_version.position, id"
)
OF_KEY: LiteralString = (
    COLUMNS + " WHERE limit_key = %(key)s AND position < %(below)s::text::xid8"
    " ORDER BY limit_version.position, id"
)
INSERT = """
INSERT INTO limit_version (limit_key, point, valid, act, withdrawn, comparator, low, high, unit,
  quantity, averaging, reference_oxygen, condition, origin, standard, clause, confidence, verified,
  source, catalogue, reason, actor, approver)
VALUES (%s, %s, tstzrange(%s, %s), %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s,
  %s, %s, %s)
RETURNING id, recorded_at, position::text
"""
NEW_KEYS = "SELECT nextval('limit_key')::integer FROM generate_series(1, %s)"
KEYS = """
SELECT DISTINCT limit_key FROM limit_version
WHERE position < %(below)s::text::xid8 ORDER BY limit_key
"""
NEWEST = """
SELECT limit_version.id, limit_version.actor, subject.plant,
  plant.code || '/' || subject.code || '/' || point.side || '/' || point.code
FROM limit_version JOIN point ON point.id = limit_version.point
JOIN subject ON subject.id = point.subject JOIN plant ON plant.id = subject.plant
WHERE limit_key = %s ORDER BY limit_version.position DESC, limit_version.id DESC LIMIT 1
"""
Stored = tuple[int, datetime, str]
NONE: tuple[None, ...] = (None,) * 7


class PlacedLimit(NamedTuple):
    """The newest version of a limit, who wrote it, and whose it is; `point` as P1/DA001/out/a21026."""

    version: int
    actor: str
    plant: int
    point: str


def newest_limit(connection: psycopg.Connection, key: int) -> PlacedLimit | None:
    """None: there is no such limit. Raises psycopg.Error."""
    row = connection.execute(NEWEST, (key,)).fetchone()
    return None if row is None else PlacedLimit._make(row)


def write_limits(
    connection: psycopg.Connection,
    versions: Sequence[LimitVersion],
    advance: Callable[[int], object] = lambda _: None,
) -> list[LimitVersion]:
    """Add the versions within the caller's `belief_lock`, and mark the hours they concern.

    A limit that is new has a negative key, the same in all its versions; number, time of recording
    and position are the database's. `advance` hears of rows written. Raises psycopg.Error.
    """
    keys = _new_keys(connection, versions)
    rows = [row._replace(limit=keys.get(row.limit, row.limit)) for row in versions]
    stored = list(_inserted(connection, rows, advance))
    touch_hours(connection, [(row.point, row.since, row.until) for row in stored])
    return stored


def read_limits(
    connection: psycopg.Connection,
    points: Collection[int] | None = None,
    below: int = EVERYTHING,
) -> list[LimitVersion]:
    """All beliefs about the limits of the points (None: all), the latest last.

    As of a position: those recorded below it. Raises psycopg.Error.
    """
    values: dict[str, object] = {"below": str(below)}
    if points is None:
        return [limit_of(row) for row in connection.execute(ALL, values).fetchall()]
    values["points"] = list(points)
    return [limit_of(row) for row in connection.execute(OF_POINTS, values).fetchall()]


async def limits_of(
    connection: Connection, points: Collection[int], below: int = EVERYTHING
) -> list[LimitVersion]:
    """The same for a service. Raises psycopg.Error."""
    values: dict[str, object] = {"points": list(points), "below": str(below)}
    cursor = await connection.execute(OF_POINTS, values)
    return [limit_of(row) for row in await cursor.fetchall()]


def limit_history(
    connection: psycopg.Connection, key: int, below: int = EVERYTHING
) -> list[LimitVersion]:
    """All that was ever believed about a limit, in the order of recording. Raises psycopg.Error."""
    rows = connection.execute(OF_KEY, {"key": key, "below": str(below)}).fetchall()
    return [limit_of(row) for row in rows]


def limit_keys(connection: psycopg.Connection, below: int = EVERYTHING) -> list[int]:
    """The keys of all limits that there were. Raises psycopg.Error."""
    rows = connection.execute(KEYS, {"below": str(below)}).fetchall()
    return [cast("int", row[0]) for row in rows]


def limit_of(row: tuple[object, ...]) -> LimitVersion:
    """A row of COLUMNS."""
    bound = None if row[5] is None else Bound._make(row[5:13])
    position = int(cast("str", row[-1]))
    return LimitVersion._make((*row[:5], bound, Law._make(row[13:20]), *row[20:-1], position))


def _new_keys(connection: psycopg.Connection, versions: Sequence[LimitVersion]) -> dict[int, int]:
    temporary = list(dict.fromkeys(row.limit for row in versions if row.limit < 0))
    given = connection.execute(NEW_KEYS, (len(temporary),)).fetchall()
    return dict(zip(temporary, (cast("int", row[0]) for row in given), strict=True))


def _inserted(
    connection: psycopg.Connection,
    rows: Sequence[LimitVersion],
    advance: Callable[[int], object],
) -> Iterator[LimitVersion]:
    left = iter(rows)
    while part := list(islice(left, SLICE)):
        with connection.cursor() as cursor:
            cursor.executemany(INSERT, [_values(row) for row in part], returning=True)
            for row, result in zip(part, cursor.results(), strict=True):
                version, at, position = cast("Stored", result.fetchone())
                yield row._replace(version=version, recorded_at=at, position=int(position))
        advance(len(part))


def _values(row: LimitVersion) -> tuple[object, ...]:
    law, bound = row.law, row.bound
    numbers = (*NONE, "") if bound is None else tuple(bound)
    return (
        *(row.limit, row.point, row.since, row.until, row.act, bound is None),
        *numbers,
        *(law.origin, law.standard, law.clause, law.confidence, law.verified, law.source),
        *(law.catalogue, row.reason, row.actor, row.approver),
    )
