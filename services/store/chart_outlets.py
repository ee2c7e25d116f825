"""Which outlets a chart shows for what is no outlet itself: a facility, a unit, a logger.

It must not know what is drawn.
"""

from services.store.session import Session

# A unit has its own ways, a facility those of its groups.
BEHIND = """
SELECT DISTINCT path.outlet FROM facility_group_path AS path
LEFT JOIN facility_group_member AS member USING (facility_group)
WHERE path.unit = %(subject)s OR member.facility = %(subject)s ORDER BY path.outlet
"""
OF_DEVICE = """
SELECT DISTINCT subject.id FROM device
JOIN channel ON channel.device = device.id
JOIN channel_binding AS binding ON binding.channel = channel.id
JOIN point ON point.id = binding.point
JOIN subject ON subject.id = point.subject AND subject.kind = 'outlet'
WHERE device.plant = %(plant)s AND device.code = %(device)s ORDER BY subject.id
"""


def outlets_behind(session: Session, subject: int) -> list[int]:
    """The outlets that a facility's or unit's gas or water reaches. Raises psycopg.Error."""
    rows = session.execute(BEHIND, {"subject": subject}).fetchall()
    return [int(str(row[0])) for row in rows]


def outlets_of_device(session: Session, plant: int, device: str) -> list[int]:
    """The outlets that a plant's logger speaks for, ever. Raises psycopg.Error."""
    rows = session.execute(OF_DEVICE, {"plant": plant, "device": device}).fetchall()
    return [int(str(row[0])) for row in rows]
