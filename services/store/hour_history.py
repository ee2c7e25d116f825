"""Believed hour means over a long time, for whoever looks at numbers and reasons and at no evidence.

A month of an outlet is some thousand rows: of what each rests on only little is read. It must not
know what is looked for in them.
"""

from datetime import datetime
from decimal import Decimal
from typing import NamedTuple, cast

import orjson

from schemas.judgement import Evidence, MeanRow, Period, Stage
from schemas.means import HOUR_S
from services.store.beliefs import Stretch
from services.store.session import Session

# Evidence is opened only where it says why an hour is not valid, or when a sample was taken.
HISTORY = """
SELECT DISTINCT ON (point, start) point, start, stage, value, converted::text, valid_s, valid,
  at_least,
  CASE WHEN NOT valid THEN jsonb_build_object('not_valid_s', evidence -> 'not_valid_s',
    'device', jsonb_build_object('flag', evidence -> 'device' -> 'flag'))::text END,
  CASE WHEN valid THEN evidence -> 'values' -> -1 ->> 0 END
FROM mean
WHERE point = ANY(%(keys)s) AND period = 'hour' AND start >= %(since)s AND start < %(until)s
  AND (%(known)s::text IS NULL OR position < %(known)s::text::xid8)
ORDER BY point, start, mean.position DESC, id DESC
"""
NOTHING = "{}"


class _Row(NamedTuple):
    point: int
    start: datetime
    stage: str
    value: Decimal | None
    converted: str
    valid_s: int
    valid: bool
    at_least: bool
    reasons: str | None
    sampled: str | None


def read_hour_history(session: Session, stretch: Stretch) -> dict[int, list[MeanRow]]:
    """The believed hours of each point in order, with little evidence.

    It is `not_valid_s` and the flag of the `device` of an hour that is not valid, and the time of
    the last sample in `values` of a valid one. The stretch's period does not count; masses are left out. Raises psycopg.Error.
    """
    values = {
        "keys": list(stretch.keys),
        "since": stretch.since,
        "until": stretch.until,
        "known": None if stretch.known is None else str(stretch.known),
    }
    cursor = session.cursor(binary=True)
    # Unprepared: planned for its own times, so that chunks are left out.
    cursor.execute(HISTORY, values, prepare=False)
    found: dict[int, list[MeanRow]] = {}
    for said in cursor.fetchall():
        row = _Row._make(said)
        found.setdefault(row.point, []).append(_mean(row))
    return found


def _mean(row: _Row) -> MeanRow:
    return MeanRow(
        row.point,
        Period.HOUR,
        row.start,
        Stage(row.stage),
        "",
        row.value,
        _numbers(row.converted),
        row.valid_s,
        HOUR_S,
        row.valid,
        row.at_least,
        None,
        _evidence(row),
    )


def _evidence(row: _Row) -> Evidence:
    if row.reasons is not None:
        return cast("Evidence", orjson.loads(row.reasons))
    return {} if row.sampled is None else {"values": [[row.sampled]]}


def _numbers(text: str) -> dict[str, Decimal]:
    if text == NOTHING:
        return {}
    said = cast("dict[str, str]", orjson.loads(text))
    return {key: Decimal(number) for key, number in said.items()}
