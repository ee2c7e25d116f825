"""How far silences 静默 reach: the plants of their region, the devices and outlets that belong together.

All of them in one statement. It must not know which cases a silence means.
"""

from collections.abc import Sequence
from typing import NamedTuple, cast

from schemas.silence import Silence
from services.store.session import Session

REACHES = """
WITH RECURSIVE named AS (
  SELECT * FROM unnest(%(keys)s::integer[], %(regions)s::text[], %(subjects)s::integer[],
    %(devices)s::integer[]) AS named (key, region, subject, device)
), below AS (
  SELECT key, region AS code FROM named WHERE region IS NOT NULL
  UNION SELECT below.key, region.code FROM region JOIN below ON region.parent = below.code
)
SELECT named.key,
  ARRAY(SELECT plant.id FROM plant JOIN below ON below.code = plant.region
    WHERE below.key = named.key),
  ARRAY(SELECT DISTINCT channel.device FROM point
    JOIN channel_binding ON channel_binding.point = point.id
    JOIN channel ON channel.id = channel_binding.channel WHERE point.subject = named.subject),
  ARRAY(SELECT DISTINCT point.subject FROM channel
    JOIN channel_binding ON channel_binding.channel = channel.id
    JOIN point ON point.id = channel_binding.point WHERE channel.device = named.device)
FROM named
"""


class Reach(NamedTuple):
    """A silence; the plants of its region, devices that serve its subject, subjects of its device."""

    silence: Silence
    plants: frozenset[int] = frozenset()
    serving: frozenset[int] = frozenset()
    served: frozenset[int] = frozenset()


def reaches_of(session: Session, silences: Sequence[Silence]) -> list[Reach]:
    """Of each of these, in their order; none is asked for where there is none. Raises psycopg.Error."""
    if not silences:
        return []
    values = {
        "keys": [one.silence for one in silences],
        "regions": [one.region for one in silences],
        "subjects": [one.subject for one in silences],
        "devices": [one.device for one in silences],
    }
    found = {
        cast("int", row[0]): [frozenset(cast("list[int]", some)) for some in row[1:]]
        for row in session.execute(REACHES, values, prepare=False).fetchall()
    }
    return [Reach(one, *found[one.silence]) for one in silences]
