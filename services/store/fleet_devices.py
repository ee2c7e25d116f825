"""The loggers of plants with how each was heard and what is open about it, for a look at the fleet.

It must not know when silence means something.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from services.store.session import Session

DEVICES = """
SELECT device.id, device.code, plant.id, plant.code, plant.name, plant.region, held.mn, protocol,
  device.gateway, realtime_interval_s, minute_interval_s, commissioned_at, heard.known_at,
  heard.first_at, heard.heard_at, heard.data_at, heard.received_at, COALESCE(heard.skews, '{}'),
  heard.clock_rejected_at,
  ARRAY(SELECT DISTINCT kind FROM alert WHERE alert.device = device.id
    AND state IN ('open', 'acknowledged') ORDER BY kind)
FROM device
JOIN plant ON plant.id = device.plant
LEFT JOIN LATERAL (
  SELECT mn FROM device_mn
  WHERE device_mn.device = device.id AND device_mn.valid @> %(at)s::timestamptz LIMIT 1
) AS held ON true
LEFT JOIN device_heard AS heard ON heard.device = device.id
WHERE (%(plants)s::integer[] IS NULL OR plant.id = ANY(%(plants)s::integer[]))
  AND (%(device)s::integer IS NULL OR device.id = %(device)s::integer)
ORDER BY plant.code COLLATE "C", device.code COLLATE "C"
"""


class FleetDevice(NamedTuple):
    """A logger; `mn` None: it holds none now. `cases`: kinds of open cases about it.

    `skews`: receipt less sending of its last readings, in seconds; the other times are as in
    schemas.watch.Heard.
    """

    id: int
    code: str
    plant_id: int
    plant: str
    plant_name: str
    region: str
    mn: str | None
    protocol: str
    gateway: str | None
    realtime_s: int
    minute_s: int
    commissioned_at: datetime
    known_at: datetime | None
    first_at: datetime | None
    heard_at: datetime | None
    data_at: datetime | None
    received_at: datetime | None
    skews: Sequence[float]
    clock_rejected_at: datetime | None
    cases: Sequence[str]


def fleet_devices(
    session: Session, plants: Sequence[int] | None, at: datetime, device: int | None = None
) -> list[FleetDevice]:
    """The loggers of these plants (None: of all), or one of them; MNs as held at `at`.

    Raises psycopg.Error.
    """
    values = {"plants": None if plants is None else list(plants), "at": at, "device": device}
    return [FleetDevice._make(row) for row in session.execute(DEVICES, values).fetchall()]
