"""The newest reading of each of some points: one look into the key for each channel.

It must not know how they are shown.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from schemas.series import Series
from services.store.history_known import Known
from services.store.history_readings import Asked, ReadingRow, newest_reading
from services.store.instruments import Instrument, Span, read_instruments
from services.store.session import Session


def newest_of_points(
    session: Session, points: Sequence[int], span: tuple[datetime, datetime], known: Known
) -> dict[int, ReadingRow]:
    """The last real-time reading of each point's main channel in [since, until), else of a minute.

    Of a state the last report. A point that has none is left out. Ask in one snapshot with
    `known_below`. Raises psycopg.Error.
    """
    since, until = span
    pieces: dict[int, list[Instrument]] = {}
    for one in read_instruments(session, Span(points, since, until, known.registry)):
        if one.line.rank == "main":
            pieces.setdefault(one.line.point, []).append(one)
    found: dict[int, ReadingRow] = {}
    for point, own in pieces.items():
        asked = Asked(point, "main", Series.REALTIME, since, until, known)
        every = (Series.STATE,) if own[0].state else (Series.REALTIME, Series.MINUTE)
        for series in every:
            row = newest_reading(session, replace(asked, series=series), own)
            if row is not None:
                found[point] = row
                break
    return found
