"""What a silence 静默 is compared with: where cases lie, which devices serve them; places by code."""

from collections.abc import Sequence
from typing import NamedTuple, cast

from services.store.session import Session

FACTS = """
WITH RECURSIVE asked AS (
  SELECT alert.id, alert.subject, alert.device, plant.region
  FROM alert LEFT JOIN plant ON plant.id = alert.plant WHERE alert.id = ANY(%s)
), above AS (
  SELECT asked.id, asked.region AS code FROM asked WHERE asked.region IS NOT NULL
  UNION SELECT above.id, region.parent FROM above JOIN region ON region.code = above.code
  WHERE region.parent IS NOT NULL
)
SELECT asked.id,
  ARRAY(SELECT code FROM above WHERE above.id = asked.id),
  ARRAY(SELECT DISTINCT point.subject FROM channel
    JOIN channel_binding ON channel_binding.channel = channel.id
    JOIN point ON point.id = channel_binding.point WHERE channel.device = asked.device),
  ARRAY(SELECT DISTINCT channel.device FROM point
    JOIN channel_binding ON channel_binding.point = point.id
    JOIN channel ON channel.id = channel_binding.channel WHERE point.subject = asked.subject)
FROM asked
"""

PLACES = """
SELECT (SELECT code FROM region WHERE code = %(region)s),
  (SELECT id FROM plant WHERE code = %(plant)s),
  (SELECT subject.id FROM subject JOIN plant ON plant.id = subject.plant
    WHERE plant.code = %(plant)s AND subject.code = %(subject)s),
  (SELECT device FROM device_mn WHERE mn = %(mn)s ORDER BY valid DESC LIMIT 1)
"""


class Places(NamedTuple):
    """Places by their ids (a region by its code); None: not asked for, or not registered."""

    region: str | None = None
    plant: int | None = None
    subject: int | None = None
    device: int | None = None


class PlaceFacts(NamedTuple):
    """The region of a case's plant and all above it; subjects of its device, devices of its subject."""

    regions: frozenset[str]
    subjects: frozenset[int]
    devices: frozenset[int]


def place_facts(session: Session, alerts: Sequence[int]) -> dict[int, PlaceFacts]:
    """Of each of these cases. Raises psycopg.Error."""
    rows = session.execute(FACTS, (list(alerts),)).fetchall()
    return {
        cast("int", row[0]): PlaceFacts(*(frozenset(cast("list[int]", one)) for one in row[1:]))  # pyright: ignore[reportArgumentType] - codes are text
        for row in rows
    }


def places_named(
    session: Session, region: str | None, subject: tuple[str | None, str | None], mn: str | None
) -> Places:
    """A region, a plant and subject by their codes, a logger by its MN. Raises psycopg.Error."""
    values = {"region": region, "plant": subject[0], "subject": subject[1], "mn": mn}
    row = session.execute(PLACES, values).fetchone()
    return Places._make(cast("tuple[str | None, int | None, int | None, int | None]", row))


def device_plants(session: Session, devices: Sequence[int]) -> dict[int, int]:
    """The plant of each device. Raises psycopg.Error."""
    rows = session.execute(
        "SELECT id, plant FROM device WHERE id = ANY(%s)", (list(devices),)
    ).fetchall()
    return dict(cast("list[tuple[int, int]]", rows))
