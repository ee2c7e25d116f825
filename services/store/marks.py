"""Marks 标记 as they are kept: a version is a row, and the newest below a position is believed.

Whoever writes one marks the hours it bears on as touched, in the same transaction. What a mark does
is not known here.
"""

from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final, LiteralString, cast

import psycopg

from schemas.mark_entry import NewMark
from schemas.marks import Mark, MarkOrigin, Review
from schemas.sentence import Sentence, SentenceError
from services.store.as_known import History

# One lock for all who write marks: what is compared must not change before it is replaced.
MARKS_LOCK = 0x716B_6D6B
MARKS: Final = History(
    MARKS_LOCK,
    "SELECT COALESCE(max(position)::text::numeric + 1, 0) FROM mark WHERE recorded_at <= %(at)s",
)
# A mark is no batch's news.
NO_BATCH = 0
BELIEVED = """
WITH newest AS (
  SELECT DISTINCT ON (mark_key) mark_key, id, kind, subject, point, during, origin, planned,
    entered_at, actor, evidence, review, reviewer, reason, position, withdrawn
  FROM mark
  WHERE (%(subjects)s::integer[] IS NULL OR subject = ANY(%(subjects)s::integer[]))
    AND (%(mark)s::integer IS NULL OR mark_key = %(mark)s::integer)
    AND (%(before)s::text IS NULL OR position < %(before)s::text::xid8)
  ORDER BY mark_key, position DESC, id DESC
)
SELECT mark_key, id, kind, subject, point, lower(during), upper(during), origin, planned,
  entered_at, actor, evidence, review, reviewer, reason, position::text
FROM newest
WHERE NOT withdrawn AND during && tstzrange(%(since)s, %(until)s)
  AND (%(review)s::text IS NULL OR review = %(review)s::text)
ORDER BY lower(during), mark_key
"""
AUTHORS = """
SELECT DISTINCT actor FROM mark WHERE mark_key = %s AND review = 'claimed' AND NOT withdrawn
"""
NEW = """
INSERT INTO mark (mark_key, kind, subject, point, during, origin, planned, entered_at, evidence,
  review, actor)
VALUES (nextval('mark_key'), %(kind)s, %(subject)s, %(point)s, tstzrange(%(since)s, %(until)s),
  %(origin)s, %(planned)s, %(entered_at)s, %(evidence)s, 'claimed', %(actor)s)
RETURNING mark_key
"""
NEXT = """
INSERT INTO mark (mark_key, kind, subject, point, during, origin, planned, entered_at, evidence,
  review, reviewer, reason, withdrawn, actor)
VALUES (%(mark)s, %(kind)s, %(subject)s, %(point)s, tstzrange(%(since)s, %(until)s), %(origin)s,
  %(planned)s, %(entered_at)s, %(evidence)s, %(review)s, %(reviewer)s, %(reason)s, %(withdrawn)s,
  %(actor)s)
RETURNING id
"""
# What a mark takes of a year's pool the later marks lack, so they are judged anew until its local
# year (+08:00) ends. An outlet is judged by the marks of its units and facilities, and they by it.
TOUCH = """
WITH span AS (
  SELECT unnest(%(subjects)s::integer[]) AS subject, unnest(%(since)s::timestamptz[]) AS since,
    least(unnest(%(until)s::timestamptz[]), %(now)s) AS until
), kin AS (
  SELECT subject, subject AS to_judge FROM span
  UNION SELECT way.unit, way.outlet FROM facility_group_path AS way
  UNION SELECT way.outlet, way.unit FROM facility_group_path AS way
  UNION SELECT member.facility, way.outlet FROM facility_group_member AS member
    JOIN facility_group_path AS way ON way.facility_group = member.facility_group
), later AS (
  SELECT mark.subject, greatest(lower(mark.during), span.since) AS since,
    least(coalesce(upper(mark.during), %(now)s), %(now)s, year.ends) AS until
  FROM span
  CROSS JOIN LATERAL (SELECT (date_trunc('year', (span.until AT TIME ZONE INTERVAL '8 hours'))
    + INTERVAL '1 year') AT TIME ZONE INTERVAL '8 hours' AS ends) AS year
  JOIN kin ON kin.subject = span.subject
  JOIN mark ON mark.subject = kin.to_judge AND mark.during && tstzrange(span.until, year.ends)
    AND span.until < year.ends
), hours AS (
  SELECT DISTINCT kin.to_judge, hour
  FROM (SELECT subject, since, until FROM span UNION SELECT subject, since, until FROM later) AS one
  JOIN kin ON kin.subject = one.subject
  CROSS JOIN LATERAL generate_series(
    date_bin(INTERVAL '1 hour', one.since, TIMESTAMPTZ '2000-01-01 00:00:00+00'),
    one.until, INTERVAL '1 hour') AS hour
  WHERE hour < one.until
)
INSERT INTO touched (subject, hour, batch) SELECT to_judge, hour, %(batch)s FROM hours
"""


class MarkConflict(SentenceError):  # noqa: N818 - it is a conflict, by whoever's error
    """The mark is not what was looked at; the message says what to do."""


@dataclass(frozen=True, slots=True)
class MarkQuery:
    """Which believed marks: of these subjects (None: all), over the span (None: open).

    `before`: as known below this position; None: all that can be seen.
    """

    subjects: Sequence[int] | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None
    review: Review | None = None


@contextmanager
def marks_lock(connection: psycopg.Connection) -> Generator[None]:
    """A transaction in which nobody else writes marks; an exception rolls it back."""
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (MARKS_LOCK,))
        yield


def read_marks(connection: psycopg.Connection, query: MarkQuery) -> list[Mark]:
    """The believed marks that meet the span, by their beginning; none that were withdrawn.

    Raises psycopg.Error.
    """
    values = asdict(query) | {
        "mark": None,
        "subjects": None if query.subjects is None else list(query.subjects),
        "before": None if query.before is None else str(query.before),
    }
    return [mark_of(row) for row in connection.execute(BELIEVED, values).fetchall()]


def read_mark(connection: psycopg.Connection, mark: int) -> Mark | None:
    """The believed version of a mark by its key; None where there is none, or it was withdrawn."""
    values = asdict(MarkQuery()) | {"mark": mark}
    row = connection.execute(BELIEVED, values).fetchone()
    return None if row is None else mark_of(row)


def mark_authors(connection: psycopg.Connection, mark: int) -> frozenset[str]:
    """Who ever entered or changed what a mark states. Raises psycopg.Error."""
    rows = connection.execute(AUTHORS, (mark,)).fetchall()
    return frozenset(cast("str", row[0]) for row in rows)


def enter_marks(
    connection: psycopg.Connection,
    entries: Iterable[NewMark],
    now: datetime,
    *,
    touching: bool = True,
) -> list[int]:
    """Enter marks and touch their hours; all or none. Gives their keys in order.

    `touching` False: no hour is touched, for marks that no verdict asks for. Raises psycopg.Error.
    """
    given = list(entries)
    with marks_lock(connection):
        keys = [_number(connection, NEW, entry._asdict()) for entry in given]
        if touching:
            _touch(connection, [(one.subject, one.since, one.until) for one in given], now)
    return keys


def write_version(
    connection: psycopg.Connection, mark: Mark, now: datetime, *, withdrawn: bool = False
) -> int:
    """Put a newer belief in the place of `mark.version`, and touch the hours of both.

    `mark` holds what is to be believed, with the version that it replaces; `mark.actor` is who says
    so. Gives the new version's number. Raises MarkConflict when another version was written
    meanwhile or the mark is gone, psycopg.Error otherwise; nothing is written then.
    """
    with marks_lock(connection):
        known = read_mark(connection, mark.mark)
        if known is None:
            raise MarkConflict(
                Sentence(
                    f"mark {mark.mark} was withdrawn or never entered: see `qingkong marks list`",
                    f"标记 {mark.mark} 不存在或已撤回",
                )
            )
        if known.version != mark.version:
            raise MarkConflict(
                Sentence(
                    f"mark {mark.mark} was changed meanwhile by {known.actor}: look at it again",
                    f"标记 {mark.mark} 已由 {known.actor} 更新：请重新读取后再试",
                )
            )
        if known.subject != mark.subject:
            raise MarkConflict(
                Sentence(
                    "a mark stays with its subject: withdraw it and enter another",
                    "标记不能改到其他排放口或设施：请撤回后另行录入",
                )
            )
        version = _number(connection, NEXT, mark._asdict() | {"withdrawn": withdrawn})
        both = [(one.subject, one.since, one.until) for one in (known, mark)]
        _touch(connection, both, now)
    return version


def _number(
    connection: psycopg.Connection, query: LiteralString, values: Mapping[str, object]
) -> int:
    row = connection.execute(query, values).fetchone()
    if row is None:
        raise psycopg.DataError("the server gave no key")
    return cast("int", row[0])


def _touch(
    connection: psycopg.Connection,
    spans: Iterable[tuple[int, datetime, datetime | None]],
    now: datetime,
) -> None:
    """Touch the hours that have begun; those ahead are judged with the mark when they come."""
    past = [(one, since, until or now) for one, since, until in spans if since < now]
    if not past:
        return
    subjects, begins, ends = zip(*past, strict=True)
    values = {
        "subjects": list(subjects),
        "since": list(begins),
        "until": list(ends),
        "now": now,
        "batch": NO_BATCH,
    }
    connection.execute(TOUCH, values)


def mark_of(row: tuple[object, ...]) -> Mark:
    """The mark of a row, column for column as BELIEVED gives it."""
    key, version, kind, subject, point = cast("tuple[int, int, str, int, int | None]", row[:5])
    since, until, origin, planned, entered_at = cast(
        "tuple[datetime, datetime | None, MarkOrigin, bool, datetime]", row[5:10]
    )
    actor, evidence, review, reviewer, reason, position = cast(
        "tuple[str, str, str, str | None, str, str]", row[10:]
    )
    return Mark(
        key, version, kind, subject, point, since, until, origin, planned, entered_at,
        actor, evidence, Review(review), reviewer, reason, int(position),
    )  # fmt: skip
