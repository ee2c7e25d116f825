"""What is registered of all outlets that their status is told by: points, channels, units before them.

It changes seldom, so whoever asks often keeps it. It must not know who keeps it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, cast

from services.store.in_turns import in_turns
from services.store.instruments import Wiring, read_wiring
from services.store.session import Session
from services.store.status_place import PlacePoint, points_at, units_before

POINTS = """
SELECT outlet.id, point.id, side, point.code
FROM outlet JOIN point ON point.subject = outlet.id
WHERE outlet.role = 'discharge'
ORDER BY outlet.id, side COLLATE "C", point.code COLLATE "C"
"""
OUTLETS = """
SELECT outlet.id, ARRAY(SELECT DISTINCT unit FROM facility_group_path AS path
  WHERE path.outlet = outlet.id ORDER BY unit)
FROM outlet WHERE outlet.role = 'discharge'
"""


class WiredPoint(NamedTuple):
    """A point by its id."""

    id: int
    side: str
    code: str


class WiredOutlet(NamedTuple):
    """An outlet's points with their channels, and the units from which a way leads to it."""

    subject: int
    units: Sequence[int]
    points: Sequence[WiredPoint]
    wiring: Wiring

    def points_at(self, at: datetime) -> list[PlacePoint]:
        """The points with the unit of the main channel at a time, by side and code."""
        units = {
            one.line.point: one.unit
            for one in self.wiring.over(at, at + datetime.resolution)
            if one.line.rank == "main"
        }
        return [
            PlacePoint(one.id, self.subject, one.side, one.code, units.get(one.id))
            for one in self.points
        ]


def wired_then(session: Session, outlet: int, at: datetime, known: int) -> WiredOutlet:
    """One outlet as it was registered below a position. Raises psycopg.Error."""
    points = points_at(session, [outlet], at, known)
    return WiredOutlet(
        outlet,
        units_before(session, outlet, known),
        [WiredPoint(one.id, one.side, one.code) for one in points],
        read_wiring(session, [one.id for one in points], known),
    )


def read_wired(session: Session) -> dict[int, WiredOutlet]:
    """All outlets that discharge, as they are registered now. Raises psycopg.Error."""
    points: dict[int, list[WiredPoint]] = {}
    for outlet, *point in in_turns(session.execute(POINTS)):
        points.setdefault(cast("int", outlet), []).append(WiredPoint._make(point))
    whole = read_wiring(session, [one.id for some in points.values() for one in some])
    bound: dict[int, list[int]] = {}
    for place, one in enumerate(whole.bound):
        bound.setdefault(one.point, []).append(place)
    found: dict[int, WiredOutlet] = {}
    for row in in_turns(session.execute(OUTLETS)):
        outlet, units = cast("tuple[int, list[int]]", row)
        own = points.get(outlet, [])
        places = [place for one in own for place in bound.get(one.id, ())]
        wiring = Wiring([whole.bound[place] for place in sorted(places)], whole.settings)
        found[outlet] = WiredOutlet(outlet, units, own, wiring)
    return found
