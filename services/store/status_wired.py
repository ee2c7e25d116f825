"""What is registered of one outlet that its status is told by; it changes seldom.

It must not know who keeps it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, cast

from services.store.instruments import Wiring, read_wiring
from services.store.session import Session
from services.store.status_place import PlacePoint, units_before

POINTS = """
SELECT id, side, code FROM point WHERE subject = %s
ORDER BY side COLLATE "C", code COLLATE "C"
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


def read_wired(session: Session, outlet: int) -> WiredOutlet:
    """As it is registered now. Raises psycopg.Error."""
    rows = session.execute(POINTS, (outlet,)).fetchall()
    points = [WiredPoint._make(cast("tuple[int, str, str]", row)) for row in rows]
    wiring = read_wiring(session, [one.id for one in points])
    return WiredOutlet(outlet, units_before(session, outlet), points, wiring)
