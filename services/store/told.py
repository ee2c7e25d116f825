"""What devices told of themselves over a span, without anything that they measured.

As `windows` reads it for points. It must not know what is looked for in it.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple, cast

from services.store.session import Session
from services.store.windows import HAPPENED, SAID, Happened, Said


class Tellers(NamedTuple):
    """Of these devices, what holds or happened in [since, until); `known`: below this position."""

    devices: Iterable[int]
    since: datetime
    until: datetime
    known: int | None = None


def read_said(session: Session, tellers: Tellers) -> list[Said]:
    """The settings that they told, by device and time. Raises psycopg.Error."""
    cursor = session.cursor(binary=True)
    cursor.execute(SAID, _values(tellers), prepare=False)
    return [Said._make(row) for row in cursor.fetchall()]


def read_happened(session: Session, tellers: Tellers) -> list[Happened]:
    """The events that they told, by device and time. Raises psycopg.Error."""
    cursor = session.cursor(binary=True)
    cursor.execute(HAPPENED, _values(tellers), prepare=False)
    return [Happened._make(row) for row in cursor.fetchall()]


def channel_codes(session: Session, channels: Iterable[int]) -> dict[int, str]:
    """How devices call what these channels carry. Raises psycopg.Error."""
    rows = session.execute(
        "SELECT id, code FROM channel WHERE id = ANY(%s)", (sorted(channels),)
    ).fetchall()
    return {cast("int", row[0]): cast("str", row[1]) for row in rows}


def _values(tellers: Tellers) -> dict[str, object]:
    return {
        "devices": sorted(tellers.devices),
        "since": tellers.since,
        "until": tellers.until,
        "known": None if tellers.known is None else str(tellers.known),
    }
