"""What an export holds, as lines of CSV that are the same whenever they are asked for again.

Memory stays flat: the server sends, and no more is taken than is passed on.
"""

from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from typing import Final, NamedTuple, cast

from psycopg import sql

from schemas.export import Column, ExportQuery, What
from services.store.export_cases import ALERT_COLUMNS, LIMIT_COLUMNS, MARK_COLUMNS, case_statement
from services.store.export_judged import MEAN_COLUMNS, VERDICT_COLUMNS, judged_statements
from services.store.export_readings import COLUMNS, reading_statements
from services.store.histories import PIN_THE_FORM
from services.store.session import Session

CHUNK_BYTES: Final = 256 * 1024
SORTED_IN = "SET LOCAL work_mem TO '96MB'"
LINES = sql.SQL("COPY ({statement}) TO STDOUT (FORMAT csv)")
COUNT = sql.SQL("SELECT count(*) FROM (SELECT FROM ({statement}) AS one LIMIT {most}) AS counted")
COLUMNS_OF: Final[Mapping[What, tuple[Column, ...]]] = {
    What.READINGS: COLUMNS,
    What.MEANS: MEAN_COLUMNS,
    What.VERDICTS: VERDICT_COLUMNS,
    What.ALERTS: ALERT_COLUMNS,
    What.MARKS: MARK_COLUMNS,
    What.LIMITS: LIMIT_COLUMNS,
}


class Chunk(NamedTuple):
    """Whole lines, and how many rows they are."""

    lines: bytes
    rows: int


@contextmanager
def export_view(session: Session) -> Generator[None]:
    """One unchanging view of the database, whose lines do not depend on anybody's settings."""
    with session.transaction():
        for statement in (*PIN_THE_FORM, SORTED_IN):
            session.execute(statement)
        yield


def export_lines(session: Session, query: ExportQuery) -> Generator[Chunk]:
    """The rows in an order that never changes, within an `export_view`. Raises psycopg.Error."""
    for statement in _statements(session, query):
        yield from _copied(session, statement)


def count_rows(session: Session, query: ExportQuery, most: int) -> int:
    """How many rows there are, but at most `most`, within an `export_view`. Raises psycopg.Error."""
    found = 0
    for statement in _statements(session, query):
        counted = COUNT.format(statement=statement, most=sql.Literal(most - found))
        row = session.execute(counted, prepare=False).fetchone()
        found += cast("int", row[0]) if row else 0
        if found >= most:
            break
    return found


def _statements(session: Session, query: ExportQuery) -> Iterator[sql.Composed]:
    match query.what:
        case What.READINGS:
            return reading_statements(session, query)
        case What.MEANS | What.VERDICTS:
            return judged_statements(session, query)
        case What.ALERTS | What.MARKS | What.LIMITS:
            return iter([case_statement(query)])


def _copied(session: Session, statement: sql.Composed) -> Generator[Chunk]:
    parts: list[bytes] = []
    size = 0
    with session.cursor() as cursor, cursor.copy(LINES.format(statement=statement)) as copy:
        # The server sends a row a time; a row of CSV may hold line breaks, so rows are counted here.
        for part in copy:
            parts.append(bytes(part))
            size += len(part)
            if size >= CHUNK_BYTES:
                yield Chunk(b"".join(parts), len(parts))
                parts, size = [], 0
    if parts:
        yield Chunk(b"".join(parts), len(parts))
