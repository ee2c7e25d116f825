"""Where a mark may be set: plants, their subjects and points, by the codes that people write."""

from typing import cast

import psycopg

from schemas.mark_entry import MarkPlaces

PLACES = """
SELECT plant.code, plant.name, subject.code, subject.id, subject.kind
FROM subject JOIN plant ON plant.id = subject.plant
ORDER BY plant.code, subject.code
"""
POINTS = """
SELECT point.subject, point.side || '/' || point.code, point.id FROM point ORDER BY point.id
"""
OUTLETS = """
SELECT DISTINCT outlet FROM facility_group_path WHERE unit = %(subject)s ORDER BY outlet
"""


def mark_places(connection: psycopg.Connection) -> MarkPlaces:
    """All of them. Raises psycopg.Error."""
    places = cast("list[tuple[str, str, str, int, str]]", connection.execute(PLACES).fetchall())
    points = cast("list[tuple[int, str, int]]", connection.execute(POINTS).fetchall())
    return MarkPlaces(
        plants={row[0]: row[1] for row in places},
        subjects={(row[0], row[2]): (row[3], row[4]) for row in places},
        points={(subject, name): point for subject, name, point in points},
    )


def outlets_of_unit(connection: psycopg.Connection, unit: int) -> list[int]:
    """The outlets that a unit's gas or water reaches. Raises psycopg.Error."""
    rows = connection.execute(OUTLETS, {"subject": unit}).fetchall()
    return [cast("int", row[0]) for row in rows]
