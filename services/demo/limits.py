"""The limits of the demo's province: rows of the catalogue for each kind of process, put up once.

The plants are made up; so is the year in which they were built, which picks the rows for existing
plants. What binds them is the law's, verified or not. It must not know what they emit.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from schemas.limits import LimitVersion
from schemas.registry_rows import PointRow
from schemas.registry_words import BEIJING
from services.rules.catalogue import catalogue
from services.rules.limit_acts import Said, Who, version_of
from services.rules.limit_places import Places
from services.rules.limit_said import SaidLimit, Stated, said_of, spot_of
from services.store.as_known import belief_lock
from services.store.limits import read_limits, write_limits
from services.store.registry_read import read_registry
from services.store.session import Session

ACTOR: Final = "demo"
REASON: Final = (
    "made-up plant 示例, built in 2005; row chosen by the kind of its process 按工艺选定"
)
FACTS: Final = ("built=2005-01-01",)
SINCE: Final = datetime(2020, 1, 1, tzinfo=BEIJING)
"""After the last of these rows had come into force, and before any of the data."""

# The law first, then the programme of ultra-low emission (超低排放) where there is one. Not the rows
# for key areas (特别排放限值): where they hold is said by notices.
ROWS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "coal_boiler": (
            "GB-13223-2011/a21026/hour/419d6673ca",
            "GB-13223-2011/a21002/hour/ab11170122",
            "GB-13223-2011/a34013/hour/a1a43010fc",
            "coal-power-ultra-low/a21026/hour/d1cabd32de",
            "coal-power-ultra-low/a21002/hour/00517f16be",
            "coal-power-ultra-low/a34013/hour/7fc1055c62",
        ),
        "sinter": (
            "GB-28662-2012/a21026/hour/39bcb9b743",
            "GB-28662-2012/a21002/hour/4f00f1e8bd",
            "GB-28662-2012/a34013/hour/c9f4c4a0ec",
            "环大气-2019-35号/a21026/hour/365d1010fc",
            "环大气-2019-35号/a21002/hour/3ef9c5145c",
            "环大气-2019-35号/a34013/hour/393e33324b",
        ),
        "casting": ("环大气-2019-35号/a34013/hour/63b43f700f",),
        "kiln": (
            "GB-4915-2013/a21026/hour/025a8e1fb9",
            "GB-4915-2013/a21002/hour/3f8b6b9f62",
            "GB-4915-2013/a34013/hour/8c5d57ee33",
        ),
        "clinker_cooler": ("GB-4915-2013/a34013/hour/7e190032ea",),
        "incinerator": (
            "GB-18485-2014/a21026/hour/b2d53c9c25",
            "GB-18485-2014/a21002/hour/df9c04b77d",
            "GB-18485-2014/a34013/hour/fd83adf0ab",
            "GB-18485-2014/a21005/hour/4e6bba0e69",
            "GB-18485-2014/a21024/hour/d85d0d0fd8",
            "GB-18485-2014/a21026/day/b6d25153a2",
            "GB-18485-2014/a21002/day/dd8215bb22",
            "GB-18485-2014/a34013/day/acd7d7f53a",
            "GB-18485-2014/a21005/day/5c4c1e9fb7",
            "GB-18485-2014/a21024/day/9b3f90a8db",
        ),
        "workshop": (
            "GB-16297-1996/a24088/hour/5526e7f859",
            "GB-16297-1996/a25002/hour/e4142fee49",
            "GB-16297-1996/a25003/hour/1e2d47940f",
            "GB-16297-1996/a25005/hour/e7cb21f9ab",
        ),
        "gas_boiler": (
            "GB-13271-2014/a21026/hour/54eddf1e68",
            "GB-13271-2014/a21002/hour/5ca6c72bf2",
            "GB-13271-2014/a34013/hour/f57fbeb136",
        ),
        "sewage_line": (
            "GB-18918-2002/w01018/day/03fc961476",
            # Which of the two holds is told by the water's temperature of the day.
            "GB-18918-2002/w21003/day/77d2999cab",
            "GB-18918-2002/w21003/day/e75c7e73bb",
            "GB-18918-2002/w21011/day/ab0b62a1b4",
            "GB-18918-2002/w21001/day/856c724e3e",
        ),
    }
)
"""Keys of the catalogue by the kind of process whose gas or water passes an outlet."""


class LimitMisfit(Exception):  # noqa: N818 - it is a misfit, of a row and a point
    """A row of the table does not fit a point of the province; the message says why."""


def assign_limits(connection: Session, now: datetime) -> int:
    """Put up what was never put up before, as `ACTOR`; how many limits were new.

    What somebody has changed or withdrawn since stays so. Raises LimitMisfit and psycopg.Error.
    """
    with belief_lock(connection):
        places = Places(read_registry(connection))
        known = {(one.point, one.law.catalogue) for one in read_limits(connection)}
        missing = [one for one in wanted(places) if (one[0].id, one[1]) not in known]
        if missing:
            write_limits(connection, list(_versions(places, missing, now)))
    return len(missing)


def wanted(places: Places) -> Iterator[tuple[PointRow, str]]:
    """The points behind treatment of all outlets but bypasses, each with keys of its rows.

    What goes through a bypass is no permitted emission: no figure makes it one.
    """
    rows = catalogue()
    for point in places.chosen():
        _, outlet = places.of_point(point)
        if point.side != "out" or outlet.kind != "outlet" or outlet.role == "bypass":
            continue
        kinds = {unit.process or "" for unit in places.units_of(outlet)}
        for kind in sorted(kinds & ROWS.keys()):
            yield from ((point, key) for key in ROWS[kind] if rows[key].code == point.code)


def _versions(
    places: Places, missing: Iterable[tuple[PointRow, str]], now: datetime
) -> Iterator[LimitVersion]:
    who = Who(ACTOR, now, REASON)
    for number, (point, key) in enumerate(missing, 1):
        said = fitting(places, point, key)
        new = Said(point.id, SINCE, said.until, said.bound, said.law)
        yield version_of(-number, new, "assign", who)


def fitting(places: Places, point: PointRow, key: str) -> SaidLimit:
    """What the row says of the point; raises LimitMisfit where it is not for such a one."""
    stated = Stated(SINCE, catalogue=key, facts=FACTS)
    said = said_of(stated, spot_of(places, point), catalogue())
    if said.wrong:
        raise LimitMisfit(f"{places.point_name(point)}: {'; '.join(said.wrong)}")
    return said
