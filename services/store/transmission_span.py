"""Which devices, which hours and series, and how finely: what questions about transmission share."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Part = Literal["device", "outlet", "code"]
Step = Literal["hour", "day"]


@dataclass(frozen=True, slots=True)
class Span:
    """Whole hours [since, until), seen from `now`; of one MN or plant, and of some series, where given."""

    since: datetime
    until: datetime
    now: datetime
    mn: str | None = None
    plant: str | None = None
    step: Step = "hour"
    series: tuple[str, ...] = ("realtime", "minute", "hour", "day")


CHOSEN = """
WITH chosen AS MATERIALIZED (
  SELECT device.id, plant.code AS plant, device.code, device.commissioned_at, held.valid,
    device.realtime_interval_s, device.minute_interval_s, held.mn
  FROM device
  JOIN plant ON plant.id = device.plant
  CROSS JOIN LATERAL (
    SELECT range_agg(device_mn.valid) AS valid,
      (array_agg(device_mn.mn ORDER BY lower(device_mn.valid) DESC NULLS LAST))[1] AS mn
    FROM device_mn
    WHERE device_mn.device = device.id AND device_mn.valid && tstzrange(%(since)s, %(until)s)
      AND (%(mn)s::text IS NULL OR device_mn.mn = %(mn)s)
  ) AS held
  WHERE held.mn IS NOT NULL AND (%(plant)s::text IS NULL OR plant.code = %(plant)s)
)
"""
