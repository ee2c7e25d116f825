"""What a watch holds to be wrong, as stretches of time: written where something is new, read by key.

It must not know what any kind means.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final, LiteralString, NamedTuple, cast

from psycopg.types.json import Jsonb

from schemas.alert import AlertKind, Detail, Span, Target
from schemas.watch import Seen
from services.store.session import Session

COLUMNS: Final[LiteralString] = (
    "SELECT id, kind, plant, device, source, since, until, seen_at, exempt, zh, en, evidence"
    " FROM watch_span"
)
STANDING: Final[LiteralString] = (
    COLUMNS + " WHERE standing AND kind = ANY(%(kinds)s)"
    " AND COALESCE(until, 'infinity'::timestamptz) > %(after)s ORDER BY id"
)
OF_KEY: Final[LiteralString] = (
    COLUMNS + " WHERE standing AND kind = %(kind)s AND device IS NOT DISTINCT FROM %(device)s"
    " AND COALESCE(until, 'infinity'::timestamptz) >= %(since)s AND since < %(until)s"
    " ORDER BY since, source"
)
WRITE: Final = """
INSERT INTO watch_span (kind, plant, device, source, since, until, seen_at, exempt, zh, en, evidence)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (kind, device, source, since) DO UPDATE SET until = EXCLUDED.until,
  seen_at = EXCLUDED.seen_at, exempt = EXCLUDED.exempt, zh = EXCLUDED.zh, en = EXCLUDED.en,
  evidence = EXCLUDED.evidence, standing = true, news = true
"""
FALL: Final = "UPDATE watch_span SET standing = false, news = true WHERE id = ANY(%s::bigint[])"
NEWS: Final = """
SELECT kind, plant, device, min(since), max(COALESCE(until, 'infinity'::timestamptz)) = 'infinity',
  max(until), array_agg(id)
FROM watch_span WHERE news GROUP BY kind, plant, device ORDER BY min(id) LIMIT %s
"""
TOLD: Final = "UPDATE watch_span SET news = false WHERE id = ANY(%s::bigint[])"


class Kept(NamedTuple):
    """A stretch as kept; `seen_at`: when it was last seen to be so."""

    id: int
    seen: Seen
    seen_at: datetime


class WatchNews(NamedTuple):
    """Something changed about a kind and target between two times; `until` None: it goes on."""

    kind: AlertKind
    target: Target
    since: datetime
    until: datetime | None
    ids: Sequence[int]


def standing_spans(session: Session, kinds: Iterable[AlertKind], after: datetime) -> list[Kept]:
    """What stands of these kinds and ended after a moment, or goes on. Raises psycopg.Error."""
    values = {"kinds": [one.value for one in kinds], "after": after}
    return [_kept(row) for row in session.execute(STANDING, values).fetchall()]


def watched_spans(
    session: Session, kind: AlertKind, target: Target, window: tuple[datetime, datetime]
) -> list[Span]:
    """What stands of one kind and target and touches a window, by beginning. Raises psycopg.Error."""
    values = {"kind": kind.value, "device": target.device, "since": window[0], "until": window[1]}
    return [_kept(row).seen.span for row in session.execute(OF_KEY, values).fetchall()]


def write_spans(session: Session, spans: Iterable[Seen], now: datetime) -> None:
    """Keep stretches, new or changed, as news. Raises psycopg.Error."""
    with session.cursor() as cursor:
        cursor.executemany(WRITE, [_fields(one, now) for one in spans])


def refresh_span(session: Session, number: int, at: datetime, evidence: Detail) -> None:
    """It was seen again, with these figures; that is no news. Raises psycopg.Error."""
    session.execute(
        "UPDATE watch_span SET seen_at = %s, evidence = %s WHERE id = %s",
        (at, Jsonb(dict(evidence)), number),
    )


def drop_spans(session: Session, ids: Sequence[int]) -> None:
    """What is no longer believed falls, which is news as well. Raises psycopg.Error."""
    if ids:
        session.execute(FALL, (list(ids),))


def watch_news(session: Session, most: int) -> list[WatchNews]:
    """What changed and nobody was told of, by kind and target. Raises psycopg.Error."""
    found: list[WatchNews] = []
    for row in session.execute(NEWS, (most,)).fetchall():
        kind, plant, device, since, goes_on, until, ids = cast(
            "tuple[str, int | None, int | None, datetime, bool, datetime | None, list[int]]", row
        )
        target = Target(plant=plant, device=device)
        found.append(WatchNews(AlertKind(kind), target, since, None if goes_on else until, ids))
    return found


def told(session: Session, ids: Sequence[int]) -> None:
    """These stretches are news no more. Raises psycopg.Error."""
    session.execute(TOLD, (list(ids),))


def _fields(one: Seen, now: datetime) -> tuple[object, ...]:
    span, target = one.span, one.target
    return (
        *(one.kind.value, target.plant, target.device, span.source, span.since, span.until, now),
        *(span.exempt, span.zh, span.en, Jsonb(dict(span.evidence))),
    )


def _kept(row: tuple[object, ...]) -> Kept:
    number, kind, plant, device, source = cast(
        "tuple[int, str, int | None, int | None, str]", row[:5]
    )
    since, until, seen_at, exempt = cast(
        "tuple[datetime, datetime | None, datetime, bool]", row[5:9]
    )
    zh, en, evidence = cast("tuple[str, str, Mapping[str, object]]", row[9:])
    span = Span(since, until, holds=not exempt, exempt=exempt, source=source)
    span = replace(span, zh=zh, en=en, evidence=evidence)
    return Kept(number, Seen(AlertKind(kind), Target(plant=plant, device=device), span), seen_at)
