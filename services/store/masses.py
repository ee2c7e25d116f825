"""The believed mass and validity of hours, without what each mean rests on: for sums over quarters.

It must not know what is done where none is known.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple, cast

from services.store.beliefs import Stretch
from services.store.session import Session


class HourMasses(NamedTuple):
    """Kg by point and hour (None: it was judged and has none), and the hours whose mean is valid."""

    kg: Mapping[int, Mapping[datetime, Decimal | None]]
    valid: Mapping[int, AbstractSet[datetime]]


_Row = tuple[int, datetime, Decimal | None, bool]

MASSES = """
SELECT DISTINCT ON (point, start) point, start, mass, valid
FROM mean
WHERE point = ANY(%(keys)s) AND period = %(period)s AND start >= %(since)s AND start < %(until)s
  AND (%(known)s::text IS NULL OR position < %(known)s::text::xid8)
ORDER BY point, start, mean.position DESC, id DESC
"""


def read_masses(session: Session, stretch: Stretch) -> HourMasses:
    """What is believed of the stretch's periods, those of a point in order of time. Raises psycopg.Error."""
    values = {
        **stretch._asdict(),
        "keys": list(stretch.keys),
        "period": stretch.period.value,
        "known": None if stretch.known is None else str(stretch.known),
    }
    cursor = session.cursor(binary=True)
    # Unprepared: planned for its own times, so that chunks are left out.
    cursor.execute(MASSES, values, prepare=False)
    kg: dict[int, dict[datetime, Decimal | None]] = {}
    valid: dict[int, set[datetime]] = {}
    for point, start, mass, is_valid in cast("list[_Row]", cursor.fetchall()):
        kg.setdefault(point, {})[start] = mass
        if is_valid:
            valid.setdefault(point, set()).add(start)
    return HourMasses(kg, valid)
