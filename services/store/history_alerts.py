"""Cases a page at a time for whoever sees only some plants: scope is part of the statement.

It must not know how they are shown.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import LiteralString, cast

import orjson
from psycopg.types.json import set_json_loads

from services.store.alert_lists import FILTERED, NAMES, AlertQuery, ListedAlert
from services.store.alert_rows import COLUMNS, WIDTH, alert_of
from services.store.session import Session

# Cases about the platform itself have no plant: they are for those who see everything.
PAGE: LiteralString = (
    "SELECT "
    + COLUMNS
    + NAMES
    + FILTERED
    + """
  AND (%(plants)s::integer[] IS NULL
    OR COALESCE(alert.plant, subject.plant) = ANY(%(plants)s::integer[]))
  AND (%(after_id)s::bigint IS NULL
    OR (alert.since, alert.id) < (%(after_since)s::timestamptz, %(after_id)s::bigint))
ORDER BY alert.since DESC, alert.id DESC
LIMIT %(most)s
"""
)


def page_of_alerts(
    session: Session,
    query: AlertQuery,
    plants: Sequence[int] | None,
    most: int,
    after: tuple[datetime, int] | None = None,
) -> list[ListedAlert]:
    """At most `most` cases of these plants (None: all), the latest beginning first.

    Behind `after` (beginning, number). Raises psycopg.Error.
    """
    values = {
        **query.values(),
        "plants": None if plants is None else list(plants),
        "most": most,
        "after_since": None if after is None else after[0],
        "after_id": None if after is None else after[1],
    }
    cursor = session.cursor(binary=True)
    set_json_loads(orjson.loads, cursor)
    # Unprepared: what is not asked for costs nothing then.
    cursor.execute(PAGE, values, prepare=False)
    return [
        ListedAlert(alert_of(row[:WIDTH]), *cast("tuple[str | None, ...]", row[WIDTH:]))
        for row in cursor.fetchall()
    ]
