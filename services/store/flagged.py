"""Minute records that carry a flag beside N, and which marks loggers have stated before.

It must not know what a flag means.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, cast

from schemas.record import Record
from services.store.instruments import Span, read_instruments
from services.store.session import Session

MAIN = "main"
FLAGGED = """
SELECT channel, time, span_s, flag FROM reading_minute
WHERE channel = ANY(%(channels)s) AND time >= %(since)s AND time < %(until)s AND flag <> 'N'
ORDER BY channel, time
"""
STATED = """
SELECT DISTINCT kind, subject, point, lower(during) FROM mark
WHERE origin = 'logger' AND subject = ANY(%(subjects)s)
  AND lower(during) >= %(since)s AND lower(during) < %(until)s
"""


class StatedMark(NamedTuple):
    """What a mark is known by."""

    kind: str
    subject: int
    point: int | None
    since: datetime


def read_flagged(session: Session, span: Span) -> Mapping[int, Sequence[Record]]:
    """The flagged records of each point's main channel, in order of time, without their numbers.

    Raises psycopg.Error.
    """
    main = [one for one in read_instruments(session, span) if one.line.rank == MAIN]
    values = {
        "channels": sorted({one.channel for one in main}),
        "since": span.since,
        "until": span.until,
    }
    cursor = session.cursor(binary=True)
    # Unprepared: planned for its own times, so that chunks are left out.
    cursor.execute(FLAGGED, values, prepare=False)
    found: dict[int, list[Record]] = {}
    for row in cursor.fetchall():
        channel, at, span_s, flag = cast("tuple[int, datetime, int, str]", row)
        for one in main:
            if one.channel == channel and one.since <= at < one.until:
                found.setdefault(one.line.point, []).append(Record(at, span_s, None, flag))
    return {point: sorted(records, key=lambda one: one.at) for point, records in found.items()}


def stated_by_loggers(
    session: Session, subjects: Sequence[int], since: datetime, until: datetime
) -> set[StatedMark]:
    """All marks that loggers ever stated with a beginning in the span, also those withdrawn since.

    Raises psycopg.Error.
    """
    values = {"subjects": list(subjects), "since": since, "until": until}
    return {StatedMark._make(row) for row in session.execute(STATED, values).fetchall()}
