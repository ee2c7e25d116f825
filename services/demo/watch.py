"""Looks at the running demo once a second: ingest's metrics page and the newest readings.

Edge: asks, and hands values on; it must not know how they are shown.
"""

import asyncio
import http.client
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from services.demo.fleet import Fleet
from services.demo.intake import Intake, rates, read_intake
from services.demo.preparing import APPLICATION
from services.demo.view import Snapshot
from services.store.newest import NewestReading, newest_readings
from services.store.session import StoreError, session

HAPPENINGS = 4
_BACK = timedelta(hours=2, minutes=10)
_AHEAD = timedelta(minutes=10)
_TIMEOUT_S = 2.0
_RATE_OVER_S = 10.0


@dataclass(frozen=True)
class Lookout:
    """Where to look: database, port of the metrics page, two clocks, how many rows, the fleet."""

    database_url: str = field(repr=False)
    metrics_port: int
    now: Callable[[], datetime]
    monotonic: Callable[[], float]
    rows: int
    fleet: Fleet


async def watch(lookout: Lookout, every_s: float) -> AsyncIterator[Snapshot]:
    """A snapshot every so many seconds, for ever; what cannot be had now is told as trouble."""
    seen: list[Intake] = [Intake(lookout.monotonic())]
    while True:
        intake, trouble = await asyncio.to_thread(_intake, lookout, seen[-1])
        readings, more = await asyncio.to_thread(_readings, lookout)
        seen = [one for one in seen if intake.at_s - one.at_s <= _RATE_OVER_S] or [intake]
        happening = lookout.fleet.newest(lookout.now().timestamp(), HAPPENINGS)
        yield Snapshot(
            intake,
            rates(seen[0], intake),
            readings,
            trouble or more,
            lookout.fleet.tallies(),
            happening,
        )
        seen.append(intake)
        await asyncio.sleep(every_s)


def _intake(lookout: Lookout, last: Intake) -> tuple[Intake, str]:
    connection = http.client.HTTPConnection("127.0.0.1", lookout.metrics_port, timeout=_TIMEOUT_S)
    try:
        connection.request("GET", "/metrics")
        page = connection.getresponse().read().decode()
    except (OSError, http.client.HTTPException):
        return last, "ingest is starting, or does not answer"
    finally:
        connection.close()
    return read_intake(page, lookout.monotonic()), ""


def _readings(lookout: Lookout) -> tuple[list[NewestReading], str]:
    now = lookout.now()
    try:
        with session(lookout.database_url, "api", APPLICATION) as connection:
            return newest_readings(connection, now - _BACK, now + _AHEAD, lookout.rows), ""
    except StoreError as error:
        return [], str(error)
