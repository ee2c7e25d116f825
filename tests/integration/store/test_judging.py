"""Work is data: nothing is lost and nothing is done twice, however many share it and die."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from schemas.judgement import Stage
from services.store.beliefs import Stretch, read_means
from services.store.connection import connect_now
from services.store.judgements import Judged, write_judgements
from services.store.judging import (
    Clock,
    Due,
    Waits,
    Work,
    claimed,
    enrol_plants,
    hour_of,
    judge_again,
    next_due,
    waiting_plants,
)
from services.store.session import Session
from tests.fixtures.batches import touch
from tests.fixtures.judged import mean
from tests.fixtures.readings import channel_ids, fill
from tests.fixtures.registry import TERSE, stored

NOW = datetime(2024, 6, 3, 10, 20, tzinfo=UTC)
HOUR = timedelta(hours=1)
TEN = NOW.replace(minute=0)
PLANTS = 40
CLOCK = Clock(NOW)


def plants(count: int) -> str:
    """A registry of this many plants with an outlet and a device each."""
    one = TERSE.split("plants:\n", 1)[1]
    return "plants:\n" + "".join(
        one.replace("P1", f"P{n}").replace("MN-A", f"MN-{n}") for n in range(1, count + 1)
    )


@pytest.fixture
def registered(database: str) -> str:
    with psycopg.connect(database, autocommit=True) as connection:
        stored(connection, plants(2))
    return database


@pytest.fixture
def owner(registered: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(registered, autocommit=True, options="-c timezone=UTC0") as connection:
        yield connection


@pytest.fixture
def session(registered: str) -> Iterator[Session]:
    with connect_now(registered, "alerts", "test") as connection:
        yield connection


@pytest.fixture
def other(registered: str) -> Iterator[Session]:
    with connect_now(registered, "alerts", "other") as connection:
        yield connection


def take(session: Session, plant: int = 1, clock: Clock = CLOCK) -> Work | None:
    with claimed(session, plant, clock) as work:
        return work


def test_touched_hours_are_taken_once_each_in_order(
    owner: psycopg.Connection, session: Session
) -> None:
    touch(owner, 1, TEN, TEN - HOUR, TEN)

    work, again = take(session), take(session)

    assert work == Work(1, {1: [TEN - HOUR, TEN]}, [])
    assert again is None


def test_a_plant_is_held_by_one_evaluator_at_a_time(
    owner: psycopg.Connection, session: Session, other: Session
) -> None:
    touch(owner, 1, TEN)
    touch(owner, 2, TEN)

    with claimed(session, 1, CLOCK) as work:
        beside = take(other, 1), take(other, 2)

    assert work is not None
    assert beside[0] is None
    assert beside[1] is not None


def test_hours_touched_meanwhile_stay(owner: psycopg.Connection, session: Session) -> None:
    touch(owner, 1, TEN)

    with claimed(session, 1, CLOCK) as work:
        touch(owner, 1, TEN)
    later = take(session)

    assert work == later == Work(1, {1: [TEN]}, [])


def write_and_fail(session: Session, clock: Clock, fail: Callable[[], None]) -> Work | None:
    """Take plant 1's work and write, then fail within; gives what it had taken."""
    taken: list[Work | None] = []
    with (
        suppress(ZeroDivisionError, psycopg.OperationalError),
        claimed(session, 1, clock) as work,
    ):
        taken.append(work)
        write_judgements(session, Judged([mean()]))
        fail()
        pytest.fail("nothing went wrong")
    return taken[0]


def raise_something() -> None:
    raise ZeroDivisionError


def test_what_is_raised_within_gives_the_work_back(
    owner: psycopg.Connection, session: Session
) -> None:
    enrol_plants(session, CLOCK)
    touch(owner, 1, TEN)
    late = Clock(NOW + HOUR)

    lost = write_and_fail(session, late, raise_something)

    assert read_means(session, Stretch([1], mean().start, NOW)) == []
    assert lost is not None
    assert lost.due
    assert take(session, clock=late) == lost


def test_the_work_of_a_killed_evaluator_comes_back_and_is_done_once(
    owner: psycopg.Connection, session: Session, other: Session
) -> None:
    enrol_plants(session, CLOCK)
    touch(owner, 1, TEN)
    late = Clock(NOW + HOUR)

    def kill() -> None:
        number = other.info.backend_pid
        owner.execute("SELECT pg_terminate_backend(%s, 10000)", (number,))
        other.execute("SELECT 1")

    lost = write_and_fail(other, late, kill)
    with claimed(session, 1, late) as work:
        write_judgements(session, Judged([mean()]))

    assert lost is not None
    assert work == lost
    assert owner.execute("SELECT count(*) FROM mean").fetchone() == (1,)
    assert take(session, clock=late) is None


def test_many_evaluators_share_all_hours_and_no_two_have_the_same(
    registered: str, owner: psycopg.Connection
) -> None:
    stored(owner, plants(PLANTS))
    for subject in range(1, PLANTS + 1):
        touch(owner, subject, *(TEN - n * HOUR for n in range(6)))
    done: list[tuple[int, datetime]] = []
    holders: dict[int, int] = {}
    start = threading.Barrier(4)

    def evaluate(number: int) -> int:
        taken = 0
        with connect_now(registered, "alerts", f"evaluator {number}") as own:
            start.wait()
            while waiting := waiting_plants(own, CLOCK):
                for plant in waiting[number:] + waiting[:number]:
                    taken += one_claim(own, plant, number)
        return taken

    def one_claim(own: Session, plant: int, number: int) -> int:
        with claimed(own, plant, Clock(NOW, most=2)) as work:
            if work is None:
                return 0
            assert holders.setdefault(plant, number) == number
            write_judgements(own, Judged([mean(point=plant)]))
            done.extend((plant, hour) for hour in work.hours())
            del holders[plant]
            return 1

    with ThreadPoolExecutor(4) as pool:
        shares = list(pool.map(evaluate, range(4)))

    assert sorted(done) == sorted(
        (plant, TEN - n * HOUR) for plant in range(1, PLANTS + 1) for n in range(6)
    )
    assert sum(shares) == PLANTS * 3
    assert owner.execute("SELECT count(*) FROM mean").fetchone() == (PLANTS,)


def test_the_newest_touched_hours_come_first_and_all_come(
    owner: psycopg.Connection, session: Session
) -> None:
    touch(owner, 1, *(TEN - n * HOUR for n in (5, 0, 3, 1, 4, 2)))
    clock = Clock(NOW, most=4)

    works = [take(session, clock=clock) for _ in range(3)]

    assert [work and work.hours()[0] for work in works] == [TEN - 3 * HOUR, TEN - 5 * HOUR, None]


def test_the_running_hour_may_be_left_until_it_is_over(
    owner: psycopg.Connection, session: Session
) -> None:
    touch(owner, 1, TEN, TEN - HOUR)
    clock = Clock(NOW, touched_before=TEN)

    work = take(session, clock=clock)

    assert work is not None
    assert work.hours() == [TEN - HOUR]
    assert waiting_plants(session, clock) == []
    assert waiting_plants(session, CLOCK) == [1]


def commissioned(owner: psycopg.Connection, at: datetime) -> None:
    owner.execute("UPDATE device SET commissioned_at = %s", (at,))


@pytest.mark.parametrize(
    ("commission", "readings", "first"),
    [
        pytest.param(NOW - 9999 * HOUR, [], TEN, id="long ago, and nothing heard: from now"),
        pytest.param(NOW + 48 * HOUR, [], TEN + 48 * HOUR, id="to come"),
        pytest.param(NOW - 9999 * HOUR, [("minute", -7)], TEN - 7 * HOUR, id="first minute"),
        pytest.param(
            NOW + HOUR, [("minute", -7), ("hour", -8)], TEN - 8 * HOUR, id="the first of any"
        ),
        pytest.param(NOW - HOUR, [("realtime", -9)], TEN - 9 * HOUR, id="real-time alone"),
    ],
)
def test_a_plants_clock_starts_with_its_data_or_its_commissioning(
    owner: psycopg.Connection,
    session: Session,
    commission: datetime,
    readings: list[tuple[str, int]],
    first: datetime,
) -> None:
    commissioned(owner, commission)
    channel = channel_ids(owner)["MN-1/a21026"]
    for series, hours in readings:
        fill(owner, f"reading_{series}", [(NOW + hours * HOUR, channel, 1.0)])

    enrolled = enrol_plants(session, CLOCK)
    again = enrol_plants(session, Clock(NOW + 99 * HOUR))

    rows = session.execute(
        "SELECT stage, next_hour, due_at FROM judging WHERE plant = 1 ORDER BY due_at"
    ).fetchall()
    assert rows == [
        ("provisional", first, first + HOUR + timedelta(minutes=1)),
        ("final", first, first + HOUR + timedelta(minutes=15)),
        ("closed", first, first + HOUR + timedelta(days=10)),
    ]
    assert (enrolled, again) == (2, 0)


def test_an_hour_before_a_plant_was_ever_heard_is_not_judged_for_a_record_of_its_day(
    owner: psycopg.Connection, session: Session
) -> None:
    """Heard from seven in the morning on; the day's record stands at midnight, and touches its hour."""
    channel = channel_ids(owner)["MN-1/a21026"]
    morning = TEN - 20 * HOUR
    fill(owner, "reading_minute", [(morning, channel, 1.0)])
    fill(owner, "reading_day", [(morning - 7 * HOUR, channel, 1.0)])
    touch(owner, 1, morning - 7 * HOUR, morning)

    work = take(session)

    assert work is not None
    assert work.touched == {1: [morning]}


def test_what_is_decided_of_an_hour_before_a_plant_was_heard_is_judged(
    owner: psycopg.Connection, session: Session
) -> None:
    """A mark or a limit touches hours as batch 0."""
    channel = channel_ids(owner)["MN-1/a21026"]
    fill(owner, "reading_minute", [(TEN - 20 * HOUR, channel, 1.0)])
    owner.execute(
        "INSERT INTO touched (subject, hour, batch) VALUES (1, %s, 0)", (TEN - 27 * HOUR,)
    )

    work = take(session)

    assert work is not None
    assert work.touched == {1: [TEN - 27 * HOUR]}


def test_a_plant_registered_later_is_enrolled_by_itself(
    owner: psycopg.Connection, session: Session
) -> None:
    enrol_plants(session, CLOCK)
    stored(owner, plants(3))

    enrolled = enrol_plants(session, Clock(NOW + HOUR))

    assert enrolled == 1
    assert next_due(session) == TEN + HOUR + timedelta(minutes=1)


def minutes_past(work: Work | None) -> list[tuple[Stage, int, int]]:
    return [
        (due.stage, (due.since - TEN) // HOUR, (due.until - TEN) // HOUR)
        for due in (work.due if work else ())
    ]


def test_each_stage_comes_when_its_wait_is_over(session: Session) -> None:
    enrol_plants(session, CLOCK)

    seen: dict[str, list[tuple[Stage, int, int]]] = {
        name: minutes_past(take(session, clock=Clock(TEN + after)))
        for name, after in {
            "a second early": HOUR + timedelta(seconds=59),
            "the minute over": HOUR + timedelta(minutes=1),
            "once": HOUR + timedelta(minutes=2),
            "the grace over": HOUR + timedelta(minutes=15),
            "two hours later": 3 * HOUR + timedelta(minutes=1),
            "amendments over": HOUR + timedelta(days=10),
        }.items()
    }

    assert seen == {
        "a second early": [],
        "the minute over": [(Stage.PROVISIONAL, 0, 1)],
        "once": [],
        "the grace over": [(Stage.FINAL, 0, 1)],
        "two hours later": [(Stage.PROVISIONAL, 1, 3), (Stage.FINAL, 1, 2)],
        "amendments over": [
            (Stage.PROVISIONAL, 3, 51),
            (Stage.FINAL, 2, 50),
            (Stage.CLOSED, 0, 1),
        ],
    }


def test_whoever_is_behind_catches_up_in_bounded_steps(session: Session) -> None:
    waits = Waits(final=timedelta(days=99), closed=timedelta(days=99))
    enrol_plants(session, Clock(NOW, waits))
    session.execute("DELETE FROM judging WHERE plant = 2")
    late = Clock(TEN + 7 * HOUR + timedelta(minutes=1), waits, most=3)

    steps = [minutes_past(take(session, clock=late)) for _ in range(4)]

    assert steps == [
        [(Stage.PROVISIONAL, 0, 3)],
        [(Stage.PROVISIONAL, 3, 6)],
        [(Stage.PROVISIONAL, 6, 7)],
        [],
    ]
    assert next_due(session) == TEN + 8 * HOUR + timedelta(minutes=1)


def test_a_longer_wait_puts_off_what_was_due(session: Session) -> None:
    enrol_plants(session, CLOCK)
    patient = Waits(timedelta(hours=2), timedelta(hours=2), timedelta(days=20))

    work = take(session, clock=Clock(TEN + 2 * HOUR, patient))

    assert work is None
    rows = session.execute("SELECT due_at FROM judging WHERE plant = 1 ORDER BY due_at").fetchall()
    assert [row[0] for row in rows][:2] == [TEN + 3 * HOUR, TEN + 3 * HOUR]


def test_the_longest_due_plant_waits_first_and_touched_ones_after(
    owner: psycopg.Connection, session: Session
) -> None:
    stored(owner, plants(3))
    enrol_plants(session, CLOCK)
    judge_again(session, 2, TEN - HOUR, NOW - 3 * HOUR)
    judge_again(session, 3, TEN - HOUR, NOW - 4 * HOUR)
    touch(owner, 1, TEN)

    waiting = waiting_plants(session, CLOCK)

    assert waiting == [3, 2, 1]


def test_a_clock_turned_back_brings_all_hours_again(session: Session) -> None:
    enrol_plants(session, CLOCK)
    later = Clock(NOW + 5 * HOUR)
    take(session, clock=later)

    judge_again(session, 1, NOW - 2 * HOUR, later.now)
    work = take(session, clock=later)

    assert minutes_past(work) == [
        (Stage.PROVISIONAL, -2, 5),
        (Stage.FINAL, -2, 5),
    ]


def test_a_clock_turned_back_while_the_plant_is_held_is_not_forgotten(
    session: Session, other: Session
) -> None:
    enrol_plants(session, CLOCK)
    later = Clock(NOW + 5 * HOUR)

    with ThreadPoolExecutor(1) as pool:
        with claimed(session, 1, later) as work:
            turned = pool.submit(judge_again, other, 1, NOW - 2 * HOUR, later.now)
        turned.result()

    assert minutes_past(work)[0] == (Stage.PROVISIONAL, 0, 5)
    assert minutes_past(take(session, clock=later))[0] == (Stage.PROVISIONAL, -2, 5)


def test_the_work_of_touch_and_clock_is_one_list_of_hours() -> None:
    work = Work(
        1,
        {1: [TEN, TEN + HOUR], 2: [TEN]},
        [
            Due(Stage.PROVISIONAL, TEN + HOUR, TEN + 3 * HOUR),
            Due(Stage.CLOSED, TEN - 240 * HOUR, TEN - 239 * HOUR),
        ],
    )

    assert work.hours() == [TEN - 240 * HOUR, TEN, TEN + HOUR, TEN + 2 * HOUR]


@pytest.mark.parametrize(
    ("at", "hour"),
    [
        pytest.param(NOW, TEN, id="within"),
        pytest.param(TEN, TEN, id="at its beginning"),
        pytest.param(datetime(1999, 12, 31, 23, 59, tzinfo=UTC), None, id="before 2000"),
    ],
)
def test_the_hour_of_a_moment(at: datetime, hour: datetime | None) -> None:
    assert hour_of(at) == (hour or datetime(1999, 12, 31, 23, tzinfo=UTC))
