"""Eight days that arrive at once: their cases are opened and closed with their true times, and page nobody."""

import sys
from collections.abc import Mapping
from datetime import timedelta
from random import Random

import orjson
import psycopg
import pytest

from schemas.alert import AlertKind, AlertState
from tests.fixtures.brisk import works
from tests.fixtures.brisk_world import MINUTE, NOON, Play, World, figures, world
from tests.fixtures.hearing import HttpReceiver, http_receiver
from tests.fixtures.ingest import IngestFloor
from tests.fixtures.numbered import Publication
from tests.fixtures.site import Site
from tests.fixtures.told import events_in, tell_all
from tests.fixtures.until import until

HOUR = timedelta(hours=1)
DAYS = 8
NOW = NOON + timedelta(days=17, minutes=20)
"""No month ends in those days, so nothing of a month is news."""
BEGAN = NOW - timedelta(days=DAYS, minutes=20)
OVER: Mapping[int, Mapping[int, float]] = {
    1: {26: 150.0, 27: 150.0, 28: 150.0, 110: 250.0},
    2: {},
}
"""By plant, the means of hours after the beginning that are over 100; all others are 40."""
NOTICES = """
SELECT notice.alert, notice.manner, notice.state FROM notice ORDER BY notice.alert, notice.id
"""


def an_hour(number: int, place: int) -> Publication:
    """All minutes of an hour of a plant, sent now."""
    begin = BEGAN + place * HOUR
    random = Random(1_000 * number + place)  # noqa: S311 - chance, no secret
    value = OVER[number].get(place, 40.0)
    readings = [
        {
            "time": (begin + minute * MINUTE).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "kind": "minute",
            "code": "a21026",
            "value": round(value + random.gauss(0, 4), 2),
            "flag": "N",
        }
        for minute in range(60)
    ]
    payload = {"mn": f"MN-{number}", "readings": readings}
    return Publication(f"MN-{number}", f"cems/v1/MN-{number}", orjson.dumps(payload), {})


async def judged(made: World, limit_s: float) -> float:
    """Wait until every hour of both plants has its verdict, none touched, and cases were looked at."""

    async def so() -> bool:
        with psycopg.connect(made.database_url, autocommit=True) as connection:
            row = connection.execute(
                "SELECT (SELECT count(DISTINCT (point, start)) FROM verdict WHERE period = 'hour'),"
                " (SELECT count(*) FROM touched WHERE hour < %s)",
                (NOW - 20 * MINUTE,),
            ).fetchone()
        return row is not None and int(row[0]) >= 2 * 24 * DAYS and int(row[1]) == 0

    return await until(so, limit_s, "every hour is judged")


@pytest.mark.timeout(150)
async def test_what_a_backfill_brings_is_history_with_its_true_times_and_pages_nobody(
    site: Site, floor: IngestFloor, capsys: pytest.CaptureFixture[str]
) -> None:
    receiver = HttpReceiver()
    async with (
        http_receiver(receiver),
        world(site, floor, Play(2, 1.0, NOW)) as made,
    ):
        await tell_all(made.platform, receiver.port)
        await made.platform.ingest()
        alerts = await made.platform.alerts()
        await works(alerts).well(40, "raises")
        await made.heard()

        for place in range(24 * DAYS):
            for number in OVER:
                made.fleet.publisher.say(an_hour(number, place))
        took_s = await judged(made, 60)
        await two_cases(made)
        with psycopg.connect(made.database_url, autocommit=True) as connection:
            notices = connection.execute(NOTICES).fetchall()
        cases, text = [one.alert for one in made.cases()], figures(made)
        events = [made.events(one.alert) for one in cases]
        status, _ = await alerts.stop()

    with capsys.disabled():
        sys.stdout.write(f"{text}\n{2 * 24 * DAYS} hours judged within {took_s:.1f} s\n{notices}\n")
    over = [one for one in reversed(cases) if one.kind is AlertKind.LIMIT_HOUR]
    assert [(one.since, one.until) for one in over] == [
        (BEGAN + 26 * HOUR, BEGAN + 29 * HOUR),
        (BEGAN + 110 * HOUR, BEGAN + 111 * HOUR),
    ]
    assert [one.severity.value for one in over] == ["yellow", "orange"]
    assert all(one.found_late and one.state is AlertState.RESOLVED for one in cases)
    for some in events:
        assert [one.at for one in some] == sorted(one.at for one in some)
    assert {manner for _, manner, _ in notices} <= {"digest"}
    assert {alert for alert, _, _ in notices} == {one.alert for one in cases}
    assert [event for heard in receiver.heard for event in events_in(heard)] == []
    assert status == 0


async def two_cases(made: World) -> None:
    """Wait until both are history, and have been offered to whoever tells."""

    async def so() -> bool:
        with psycopg.connect(made.database_url, autocommit=True) as connection:
            row = connection.execute("SELECT count(DISTINCT alert) FROM notice").fetchone()
        over = made.cases(AlertKind.LIMIT_HOUR)
        done = [one for one in over if one.alert.state is AlertState.RESOLVED]
        return len(done) == 2 and row is not None and int(row[0]) >= 2

    await until(so, 30, "two cases of the past are resolved")
