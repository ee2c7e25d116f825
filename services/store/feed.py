"""What happened to cases and orders, numbered in the one order in which the live feed tells it.

Numbers are given after the commit, by one step after the other, so that what has a higher number can
never become visible before what has a lower one. It must not know who listens.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, Literal, LiteralString, NamedTuple, cast

import orjson
from psycopg.types.json import set_json_loads

from services.store.session import Session

Source = Literal["alert", "order"]
# One step at a time; the number only has to be always the same.
FEED_LOCK: Final = 0x716B_6665
AT_ONCE: Final = 2000
# Everything below the mark has its number, and of what lies above it each row is asked for its own.
UNNUMBERED: LiteralString = """
  SELECT 'alert' AS source, one.id AS event, one.position, one.made_at FROM alert_event AS one
  WHERE one.position >= (SELECT position FROM feed_mark)
    AND NOT EXISTS (SELECT FROM feed WHERE feed.source = 'alert' AND feed.event = one.id)
  UNION ALL
  SELECT 'order', one.id, one.position, one.made_at FROM order_event AS one
  WHERE one.position >= (SELECT position FROM feed_mark)
    AND NOT EXISTS (SELECT FROM feed WHERE feed.source = 'order' AND feed.event = one.id)
"""
ANY_NEW: LiteralString = "SELECT EXISTS (" + UNNUMBERED + ")"
# One statement, for one snapshot: the mark moves to what was closed in it, so that nothing that was
# committed meanwhile lies below the mark without a number.
NUMBER: LiteralString = (
    "WITH new AS ("  # noqa: S608 - of constants alone
    + UNNUMBERED
    + """
  ORDER BY position, made_at, source, event LIMIT %(most)s
), numbered AS (
  INSERT INTO feed (source, event) SELECT source, event FROM new
  ORDER BY position, made_at, source, event
  RETURNING number
), moved AS (
  UPDATE feed_mark SET position = closed_position()
  WHERE (SELECT count(*) FROM new) < %(most)s AND position < closed_position()
)
SELECT count(*) FROM numbered
"""
)
HEAD = "SELECT COALESCE(max(number), 0) FROM feed"
AFTER: LiteralString = """
SELECT feed.number, feed.source, event.id, event.alert, event.version, event.what, event.reason,
  event.actor, event.at, event.made_at, event.state, event.severity, event.since, event.until,
  alert.kind, plant.id, plant.code, plant.name, COALESCE(plant.name_en, plant.name), subject.code,
  subject.name, point.side, point.code, device.code, COALESCE(event.detail ->> 'zh', alert.zh),
  COALESCE(event.detail ->> 'en', alert.en), NULL
FROM feed
JOIN alert_event AS event ON event.id = feed.event
JOIN alert ON alert.id = event.alert
LEFT JOIN subject ON subject.id = alert.subject
LEFT JOIN plant ON plant.id = COALESCE(alert.plant, subject.plant)
LEFT JOIN point ON point.id = alert.point
LEFT JOIN device ON device.id = alert.device
WHERE feed.source = 'alert' AND feed.number > %(after)s AND feed.number <= %(upto)s
  AND (%(plants)s::integer[] IS NULL OR plant.id = ANY(%(plants)s::integer[]))
UNION ALL
SELECT feed.number, feed.source, event.id, event.supervision_order, event.version, event.what,
  event.reason, event.actor, event.at, event.made_at, event.state, NULL, NULL, NULL, NULL, plant.id,
  plant.code, plant.name, COALESCE(plant.name_en, plant.name), NULL, NULL, NULL, NULL, NULL, '', '',
  one.region || '-' || one.year || '-' || lpad(one.serial::text, 4, '0')
FROM feed
JOIN order_event AS event ON event.id = feed.event
JOIN supervision_order AS one ON one.id = event.supervision_order
JOIN plant ON plant.id = one.plant
WHERE feed.source = 'order' AND feed.number > %(after)s AND feed.number <= %(upto)s
  AND (%(plants)s::integer[] IS NULL OR plant.id = ANY(%(plants)s::integer[]))
ORDER BY 1
LIMIT %(most)s
"""


class Told(NamedTuple):
    """An event of a case or order with its number in the feed. Times are UTC.

    `key` numbers the case or order; `plant` (an id) None: it is about the platform itself. Of an
    order `severity`, `since`, `until` and `kind` are None, and `order_number` is what people call it.
    """

    number: int
    source: Source
    event: int
    key: int
    version: int
    what: str
    reason: str
    actor: str
    at: datetime
    made_at: datetime
    state: str
    severity: str | None
    since: datetime | None
    until: datetime | None
    kind: str | None
    plant: int | None
    plant_code: str | None
    plant_zh: str | None
    plant_en: str | None
    subject: str | None
    subject_name: str | None
    side: str | None
    code: str | None
    device: str | None
    zh: str
    en: str
    order_number: str | None


class Stretch(NamedTuple):
    """Numbers in (after, upto]; of these plants (None: all, and the platform itself)."""

    after: int
    upto: int
    plants: Sequence[int] | None = None


def number_new(session: Session, most: int = AT_ONCE) -> int:
    """Number what was committed and has no number yet, up to `most`; how many. Raises psycopg.Error.

    The session is in autocommit mode. Several processes may do so: one after the other.
    """
    # A look costs no transaction number, so that an idle feed moves no position.
    row = session.execute(ANY_NEW).fetchone()
    if row is None or row[0] is not True:
        return 0
    with session.transaction():
        # A statement of its own: the next one sees what was numbered while this one waited.
        session.execute("SELECT pg_advisory_xact_lock(%s)", (FEED_LOCK,))
        row = session.execute(NUMBER, {"most": most}).fetchone()
    return cast("int", row[0]) if row else 0


def feed_head(session: Session) -> int:
    """The highest number that was given; 0: none. Raises psycopg.Error."""
    row = session.execute(HEAD).fetchone()
    return cast("int", row[0]) if row else 0


def read_feed(session: Session, stretch: Stretch, most: int) -> list[Told]:
    """The first `most` events of a stretch, in the order of their numbers. Raises psycopg.Error."""
    plants = None if stretch.plants is None else list(stretch.plants)
    values: Mapping[str, object] = {
        "after": stretch.after,
        "upto": stretch.upto,
        "plants": plants,
        "most": most,
    }
    cursor = session.cursor(binary=True)
    set_json_loads(orjson.loads, cursor)
    # Unprepared: planned for its own stretch, which is a few numbers or a great many.
    cursor.execute(AFTER, values, prepare=False)
    return [Told._make(row) for row in cursor.fetchall()]
