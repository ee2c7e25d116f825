"""What a verdict rests on: its row and mean, its limit's version, and the frames with their places.

Each as it was known when the verdict was written. It must not know how it is told.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import LiteralString, NamedTuple, cast

import orjson
from psycopg.types.json import set_json_loads

from schemas.judgement import Evidence
from schemas.limits import LimitVersion
from services.store.limits import COLUMNS, limit_of
from services.store.session import Session


class KeptVerdict(NamedTuple):
    """A verdict as written, whether or not it is still believed; `newer`: what was written later."""

    id: int
    start: datetime
    point: int
    limit: int
    limit_version: int
    period: str
    stage: str
    outcome: str
    value: Decimal | None
    multiple: Decimal | None
    sure: bool
    doubts: Sequence[str]
    why: str
    evidence: Evidence
    rules: str
    position: str


class KeptMean(NamedTuple):
    """The mean that was believed when the verdict was written."""

    id: int
    stage: str
    source: str
    value: Decimal | None
    converted: Mapping[str, str]
    valid_s: int
    due_s: int
    valid: bool
    at_least: bool
    mass: Decimal | None
    evidence: Evidence
    rules: str
    position: str


class PointPlace(NamedTuple):
    """Where a point stands."""

    plant: str
    subject: str
    subject_kind: str
    side: str
    code: str


class ChainedBatch(NamedTuple):
    """A batch's place in its slot's chain; `checkpoint`: the first that covers it, with its time."""

    id: int
    slot: int
    number: int
    received_from: datetime
    received_to: datetime
    frames: int
    previous: bytes
    digest: bytes
    position: str
    checkpoint: int | None
    checkpoint_made_at: datetime | None
    checkpoint_key: str | None


class Version(NamedTuple):
    """A belief about the same period and limit, earlier or later."""

    id: int
    stage: str
    outcome: str
    position: str


VERDICT: LiteralString = """
SELECT id, start, point, limit_key, limit_version, period, stage, outcome, value, multiple, sure,
  doubts, why, evidence, rules, position::text
FROM verdict WHERE id = %s
"""
# At or below the verdict's own position: a mean and its verdict are written together.
MEAN = """
SELECT id, stage, source, value, converted, valid_s, due_s, valid, at_least, mass, evidence, rules,
  position::text
FROM mean
WHERE point = %(point)s AND period = %(period)s AND start = %(start)s
  AND position <= %(known)s::text::xid8
ORDER BY mean.position DESC, id DESC LIMIT 1
"""
VERSIONS = """
SELECT id, stage, outcome, position::text FROM verdict
WHERE point = %(point)s AND period = %(period)s AND start = %(start)s AND limit_key = %(limit)s
ORDER BY verdict.position, id
"""
LIMIT: LiteralString = COLUMNS + " WHERE id = %s"
PLACE = """
SELECT plant.code, subject.code, subject.kind, point.side, point.code
FROM point JOIN subject ON subject.id = point.subject JOIN plant ON plant.id = subject.plant
WHERE point.id = %s
"""
CHAIN = """
SELECT batch.id, slot, number, received_from, received_to, frames, previous, digest,
  batch.position::text, one.id, one.made_at, one.key_id
FROM batch LEFT JOIN LATERAL (
  SELECT id, made_at, key_id FROM checkpoint WHERE closed > batch.position ORDER BY id LIMIT 1
) AS one ON true
WHERE batch.id = ANY(%s::bigint[])
ORDER BY slot, number
"""
COVERED = """
SELECT id, made_at FROM checkpoint WHERE closed > %s::text::xid8 ORDER BY id LIMIT 1
"""


def read_kept_verdict(session: Session, number: int) -> KeptVerdict | None:
    """A verdict by its number. Raises psycopg.Error."""
    cursor = session.cursor(binary=True)
    set_json_loads(orjson.loads, cursor)
    row = cursor.execute(VERDICT, (number,)).fetchone()
    return None if row is None else KeptVerdict._make(row)


def read_kept_mean(session: Session, verdict: KeptVerdict) -> KeptMean | None:
    """The mean under a verdict; None where it was never kept. Raises psycopg.Error."""
    cursor = session.cursor(binary=True)
    set_json_loads(orjson.loads, cursor)
    values = {
        "point": verdict.point,
        "period": verdict.period,
        "start": verdict.start,
        "known": verdict.position,
    }
    row = cursor.execute(MEAN, values, prepare=False).fetchone()
    return None if row is None else KeptMean._make(row)


def verdict_versions(session: Session, verdict: KeptVerdict) -> list[Version]:
    """All that was ever believed of the same period and limit, in order. Raises psycopg.Error."""
    values = {
        "point": verdict.point,
        "period": verdict.period,
        "start": verdict.start,
        "limit": verdict.limit,
    }
    rows = session.execute(VERSIONS, values, prepare=False).fetchall()
    return [Version._make(row) for row in rows]


def limit_version(session: Session, version: int) -> LimitVersion | None:
    """A belief about a limit by its number. Raises psycopg.Error."""
    row = session.execute(LIMIT, (version,)).fetchone()
    return None if row is None else limit_of(row)


def place_of_point(session: Session, point: int) -> PointPlace | None:
    """Raises psycopg.Error."""
    row = session.execute(PLACE, (point,)).fetchone()
    return None if row is None else PointPlace._make(row)


def chained_batches(session: Session, batches: Sequence[int]) -> list[ChainedBatch]:
    """The places of these batches, by slot and number. Raises psycopg.Error."""
    cursor = session.cursor(binary=True)
    rows = cursor.execute(CHAIN, (sorted(set(batches)),)).fetchall()
    return [ChainedBatch._make(row) for row in rows]


def checkpoint_over(session: Session, position: int) -> tuple[int, datetime] | None:
    """The first checkpoint that covers what was written at a position. Raises psycopg.Error."""
    row = session.execute(COVERED, (str(position),)).fetchone()
    return None if row is None else cast("tuple[int, datetime]", row)
