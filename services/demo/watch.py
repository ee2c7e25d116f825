"""Looks at the running demo once a second: ingest's metrics page, newest readings and verdicts.

Edge: asks, and hands values on; it must not know how they are shown.
"""

import asyncio
import http.client
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from schemas.alert import AlertState
from services.demo.fleet import Fleet
from services.demo.intake import Intake, rates, read_intake
from services.demo.preparing import APPLICATION
from services.demo.view import Snapshot
from services.store.alert_lists import AlertQuery, ListedAlert, list_alerts
from services.store.judged_overview import Overview, judged_overview
from services.store.newest import Choice, NewestReading, newest_by_outlet
from services.store.session import StoreError, session

HAPPENINGS = 3
CASES = 2
OPEN = (AlertState.OPEN, AlertState.ACKNOWLEDGED)
SHOWN_CODES = ("a21026", "a21002", "a34013", "a24088", "w01018", "w21003")
"""Rather these than others: SO2, NOx, particles, non-methane hydrocarbons, COD, ammonia."""
TURN_S = 5.0
_BACK = timedelta(hours=3, minutes=10)
_JUDGED_BACK = timedelta(hours=24)
_AHEAD = timedelta(minutes=10)
_TIMEOUT_S = 2.0
_RATE_OVER_S = 10.0


@dataclass(frozen=True)
class Lookout:
    """Where to look: database, port of ingest's metrics page, two clocks, the fleet.

    `rows`: so many readings; `kept`: how many frames the database held before this start.
    """

    database_url: str = field(repr=False)
    metrics_port: int
    now: Callable[[], datetime]
    monotonic: Callable[[], float]
    fleet: Fleet
    rows: int = 1
    kept: int = 0


async def watch(lookout: Lookout, every_s: float) -> AsyncIterator[Snapshot]:
    """A snapshot every so many seconds, for ever; what cannot be had now is told as trouble."""
    seen: list[Intake] = [Intake(lookout.monotonic())]
    judged = Overview()
    while True:
        intake, trouble = await asyncio.to_thread(_intake, lookout, seen[-1])
        readings, more = await asyncio.to_thread(_readings, lookout)
        judged, wrong = await asyncio.to_thread(_judged, lookout, judged)
        cases = await asyncio.to_thread(_cases, lookout)
        seen = [one for one in seen if intake.at_s - one.at_s <= _RATE_OVER_S] or [intake]
        happening = lookout.fleet.newest(_shown_until_s(lookout, readings), HAPPENINGS)
        yield Snapshot(
            intake,
            rates(seen[0], intake),
            readings,
            trouble or more or wrong,
            lookout.fleet.tallies(judged),
            happening,
            lookout.kept,
            judged,
            cases,
        )
        seen.append(intake)
        await asyncio.sleep(every_s)


def _shown_until_s(lookout: Lookout, readings: Sequence[NewestReading]) -> float:
    """The time of the readings shown, which lies behind while the last hours are sent."""
    now_s = lookout.now().timestamp()
    # A device's clock may be ahead.
    return min(now_s, max((one.time.timestamp() for one in readings), default=now_s))


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
            choice = Choice(SHOWN_CODES, int(lookout.monotonic() // TURN_S), lookout.rows)
            return newest_by_outlet(connection, now - _BACK, now + _AHEAD, choice), ""
    except StoreError as error:
        return [], str(error)


def _judged(lookout: Lookout, last: Overview) -> tuple[Overview, str]:
    now = lookout.now()
    try:
        with session(lookout.database_url, "api", APPLICATION) as connection:
            return judged_overview(connection, now - _JUDGED_BACK, now), ""
    except StoreError as error:
        return last, str(error)


def _cases(lookout: Lookout) -> list[ListedAlert]:
    """The newest cases that are open; none while the database cannot be asked: others say so."""
    try:
        with session(lookout.database_url, "api", APPLICATION) as connection:
            return list_alerts(connection, AlertQuery(states=OPEN), CASES).alerts
    except StoreError:
        return []
