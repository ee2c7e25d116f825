"""Where what is exported was measured: points and instruments by their codes, as known at a position.

It must not know what is exported of them.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple, cast

from psycopg import sql

from schemas.export import ExportQuery
from schemas.series import Series
from services.store.instruments import Instrument, Span, read_instruments
from services.store.session import Session

AT_ONCE_ROWS: Final = 100_000
"""So many rows, as far as one can tell before, are sorted by one statement."""
AT_ONCE_PIECES: Final = 300
POINTS = sql.SQL("""
SELECT point.id, plant.code, plant.name, subject.code, subject.name, point.side, point.code
FROM {point} AS point
JOIN {subject} AS subject ON subject.id = point.subject
JOIN {plant} AS plant ON plant.id = subject.plant
WHERE ({plants}::integer[] IS NULL OR plant.id = ANY({plants}::integer[]))
  AND ({code}::text IS NULL OR point.code = {code}::text)
  AND ({side}::text IS NULL OR point.side = {side}::text)
  AND ({at}::text IS NULL OR subject.code = {at}::text)
ORDER BY plant.code COLLATE "C", subject.code COLLATE "C", point.side COLLATE "C",
  point.code COLLATE "C", point.id
""")
# A row of the registry was known from `known_from` on, and until its history says that it went.
KNOWN = sql.SQL("""(
SELECT * FROM {table} WHERE known_from < {at}::xid8
UNION ALL
SELECT (jsonb_populate_record(NULL::{table}, "row")).* FROM registry_history
WHERE table_name = {name} AND position >= {at}::xid8
  AND ("row" ->> 'known_from')::xid8 < {at}::xid8)""")
DEVICES = sql.SQL("SELECT id, code FROM {device} AS device")
INTERVALS: Final = {
    Series.REALTIME: timedelta(seconds=30),
    Series.MINUTE: timedelta(minutes=1),
    Series.FIVE_MINUTE: timedelta(minutes=5),
    Series.HOUR: timedelta(hours=1),
    Series.DAY: timedelta(days=1),
    Series.STATE: timedelta(minutes=30),
}
# A spreadsheet takes a cell that begins so for a formula, or what it hides for one.
BEGINS_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


class Place(NamedTuple):
    """A point with the names of where it is."""

    point: int
    plant: str
    plant_name: str
    subject: str
    subject_name: str
    side: str
    code: str


class Piece(NamedTuple):
    """What of a place is read over [since, until), by which instrument; None: of no instrument."""

    place: Place
    since: datetime
    until: datetime
    instrument: Instrument | None
    device: str = ""


def read_places(session: Session, query: ExportQuery) -> list[Place]:
    """The points that a query means, in the order of their codes. Raises psycopg.Error."""
    plants = None if query.plants is None else list(query.plants)
    statement = POINTS.format(
        **{name: table_known(name, query.position) for name in ("point", "subject", "plant")},
        plants=sql.Literal(plants),
        code=sql.Literal(query.code),
        side=sql.Literal(query.side),
        at=sql.Literal(query.subject),
    )
    return [Place._make(row) for row in session.execute(statement, prepare=False).fetchall()]


def reading_pieces(session: Session, query: ExportQuery) -> list[Piece]:
    """The instruments of all places, in the order of places, ranks and time. Raises psycopg.Error."""
    places = read_places(session, query)
    found = read_instruments(session, _span(places, query))
    rows = session.execute(
        DEVICES.format(device=table_known("device", query.position)), prepare=False
    ).fetchall()
    devices = dict(cast("list[tuple[int, str]]", rows))
    of_point: dict[int, list[Instrument]] = {}
    for one in found:
        of_point.setdefault(one.line.point, []).append(one)
    return [
        Piece(place, one.since, one.until, one, devices.get(one.device, ""))
        for place in places
        for one in sorted(of_point.get(place.point, ()), key=_order)
    ]


def point_pieces(session: Session, query: ExportQuery) -> list[Piece]:
    """All places over all the time, cut where the main instrument's unit changes.

    Where there is none, the unit is not known. Raises psycopg.Error.
    """
    places = read_places(session, query)
    mains: dict[int, list[Instrument]] = {}
    for one in read_instruments(session, _span(places, query)):
        if one.line.rank == "main":
            mains.setdefault(one.line.point, []).append(one)
    return [
        Piece(place, since, until, one)
        for place in places
        for since, until, one in _gapless(sorted(mains.get(place.point, ()), key=_order), query)
    ]


def groups_of(pieces: Sequence[Piece], interval: timedelta) -> Iterator[list[Piece]]:
    """The same cut into stretches that one statement sorts in memory, in the same order."""
    group: list[Piece] = []
    rows = 0.0
    longest = interval * AT_ONCE_ROWS
    for piece in pieces:
        since = piece.since
        while since < piece.until:
            until = min(piece.until, since + longest)
            expected = (until - since) / interval
            if group and (rows + expected > AT_ONCE_ROWS or len(group) >= AT_ONCE_PIECES):
                yield group
                group, rows = [], 0.0
            group.append(piece._replace(since=since, until=until))
            rows += expected
            since = until
    if group:
        yield group


def guarded(text: str, query: ExportQuery) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if query.guarded and text.startswith(BEGINS_FORMULA) else text


def table_known(name: str, position: int) -> sql.Composed:
    """A table of the registry as it was known below a position."""
    return KNOWN.format(
        # Bare, `point` is a type of geometry.
        table=sql.Identifier("public", name),
        name=sql.Literal(name),
        at=sql.Literal(str(position)),
    )


def _span(places: Sequence[Place], query: ExportQuery) -> Span:
    points = [place.point for place in places]
    return Span(points, query.since, query.until, query.position)


def _order(one: Instrument) -> tuple[str, datetime, int]:
    return one.line.rank, one.since, one.channel


def _gapless(
    mains: Sequence[Instrument], query: ExportQuery
) -> Iterator[tuple[datetime, datetime, Instrument | None]]:
    since = query.since
    for one in mains:
        if since < one.since:
            yield since, one.since, None
        if since < one.until:
            yield max(since, one.since), one.until, one
            since = one.until
    if since < query.until:
        yield since, query.until, None
