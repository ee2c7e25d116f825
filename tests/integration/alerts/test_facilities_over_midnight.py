"""A facility off over midnight is one finding in the tables, whichever day is judged, and how often."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from services.alerts.evaluator import Evaluator
from services.store.connection import connect_now
from services.store.session import Session
from tests.fixtures.evaluated import HOUR, MINUTE, Said, judged, put, touch
from tests.fixtures.facility_days import BOILER
from tests.fixtures.registry import stored

DAY = datetime(2025, 3, 1, 16, tzinfo=UTC)  # midnight in Beijing
NEXT = DAY + timedelta(days=1)
DAY_LATER = timedelta(days=1)
OFF = (NEXT - 14 * MINUTE, NEXT + 14 * MINUTE)
EVENING, NIGHT = NEXT - 3 * HOUR, NEXT + 3 * HOUR
Kept = list[tuple[datetime, datetime | None, bool]]


@pytest.fixture
def owner(database: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database, autocommit=True, options="-c timezone=UTC0") as connection:
        stored(connection, BOILER)
        yield connection


@pytest.fixture
def session(database: str) -> Iterator[Session]:
    with connect_now(database, "alerts", "test") as connection:
        yield connection


def loads(owner: psycopg.Connection, since: datetime, until: datetime, batch: int = 1) -> None:
    count = (until - since) // MINUTE
    put(owner, [Said(since + n * MINUTE, "i33400", 80.0) for n in range(count)], batch=batch)


def states(owner: psycopg.Connection, off: tuple[datetime, datetime]) -> None:
    """One report every five minutes and at each change, from the evening into the night."""
    regular = {EVENING + n * 5 * MINUTE for n in range(12 * 6)}
    rows = [(at, 0 if off[0] <= at < off[1] else 1, at) for at in sorted(regular | set(off))]
    owner.cursor().executemany(
        "INSERT INTO state (time, channel, value, span_s, received_at, batch, seq)"
        " SELECT %s, id, %s, 0, %s, 1, 0 FROM channel WHERE code = 'SB1'",
        rows,
    )


def believed(owner: psycopg.Connection) -> Kept:
    """The newest belief of each finding."""
    return owner.execute(
        "SELECT since, until, standing FROM (SELECT DISTINCT ON (subject, since) since, until,"
        " standing FROM finding WHERE rule = 'facility_off' ORDER BY subject, since, id DESC) AS f"
        " ORDER BY since"
    ).fetchall()


def run(session: Session, now: datetime) -> None:
    judged(Evaluator(session, lambda: now))


def test_it_is_one_finding_though_either_day_has_but_fourteen_minutes_of_it(
    owner: psycopg.Connection, session: Session
) -> None:
    loads(owner, EVENING, NIGHT)
    states(owner, OFF)
    touch(owner, "DA001", [EVENING + n * HOUR for n in range(6)], 1)

    run(session, NIGHT + 2 * MINUTE)

    assert believed(owner) == [(*OFF, True)]


def test_judging_the_former_day_again_neither_doubles_it_nor_lets_it_fall(
    owner: psycopg.Connection, session: Session
) -> None:
    off = (NEXT - HOUR, NEXT + HOUR)
    loads(owner, EVENING, NIGHT)
    states(owner, off)
    touch(owner, "DA001", [EVENING + n * HOUR for n in range(6)], 1)
    for minutes in (-58, 2, 62, 122, 182):
        run(session, NEXT + minutes * MINUTE)
    before = believed(owner)
    touch(owner, "DA001", [EVENING], 2)

    run(session, NIGHT + 3 * MINUTE)

    assert before == believed(owner) == [(*off, True)]


def test_it_falls_where_the_production_turns_out_to_have_stood(
    owner: psycopg.Connection, session: Session
) -> None:
    """The loads of the evening are corrected to 0; 14 minutes of it are left after midnight."""
    loads(owner, EVENING, NIGHT)
    states(owner, OFF)
    touch(owner, "DA001", [EVENING + n * HOUR for n in range(6)], 1)
    run(session, NIGHT + 2 * MINUTE)
    owner.execute(
        "UPDATE reading_minute SET value = 0, sent_at = sent_at + INTERVAL '1 day', batch = 2"
        " WHERE time < %s",
        (NEXT,),
    )
    touch(owner, "DA001", [NEXT - HOUR], 2)

    run(session, NIGHT + 3 * MINUTE)

    assert believed(owner) == [(*OFF, False)]


def test_an_episode_is_open_under_one_key_on_both_days(
    owner: psycopg.Connection, session: Session
) -> None:
    off = (NEXT - HOUR, NIGHT + HOUR)
    loads(owner, EVENING, NIGHT)
    states(owner, off)
    touch(owner, "DA001", [EVENING + n * HOUR for n in range(6)], 1)

    seen: list[Kept] = []
    for minutes in (-10, 2, 62):
        run(session, NEXT + minutes * MINUTE)
        seen.append(believed(owner))

    assert seen == [[(off[0], None, True)]] * 3


def miscounted(owner: psycopg.Connection) -> list[tuple[datetime, bool]]:
    return owner.execute(
        "SELECT since, standing FROM finding WHERE rule = 'run_hours_disagree' ORDER BY id"
    ).fetchall()


def counted(owner: psycopg.Connection, hours: float, late: timedelta) -> None:
    """The device's own run hours of the day, told so long after it."""
    owner.execute(
        "INSERT INTO reading_day (time, channel, value, span_s, sent_at, received_at, batch, seq)"
        " SELECT %(at)s, id, %(told)s, 86400, %(sent)s, %(sent)s, 1, 0 FROM channel WHERE code = 'SB1'"
        " ON CONFLICT (channel, time) DO UPDATE SET value = excluded.value,"
        " sent_at = excluded.sent_at, received_at = excluded.received_at",
        {"at": DAY, "told": hours, "sent": NEXT + late},
    )
    touch(owner, "FGD1", [DAY], 3)


def test_run_hours_that_the_states_contradict_are_found_and_fall_when_they_are_put_right(
    owner: psycopg.Connection, session: Session
) -> None:
    """States from 21:00 on: 21 h unknown, 14 min off, 2 h 46 min on. Told 0.1 h: 2.77 - 0.1 > 0.5."""
    loads(owner, DAY, NEXT)
    states(owner, OFF)
    counted(owner, 0.1, MINUTE)
    run(session, NEXT + DAY_LATER)
    before = miscounted(owner)

    counted(owner, 23.7, 2 * MINUTE)
    run(session, NEXT + DAY_LATER)

    assert before == [(DAY, True)]
    assert miscounted(owner) == [(DAY, True), (DAY, False)]
