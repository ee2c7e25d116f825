"""What consoles ask most of the time is answered by indexes, and opens only the chunks of its time."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

import psycopg
import pytest

from schemas.judgement import Period
from schemas.series import Series
from services.embedded.postgres import Postgres
from services.store.arrivals import ArrivalsAsked, arrivals_of
from services.store.beliefs import Stretch, read_findings
from services.store.history_beliefs import Beliefs, read_mean_lines
from services.store.history_known import known_below
from services.store.history_mean_samples import read_mean_samples
from services.store.history_newest import newest_of_points
from services.store.history_readings import Asked, instruments_of, read_readings
from services.store.history_samples import read_samples
from services.store.instruments import read_wiring
from services.store.status_cases import active_cases
from services.store.status_doubts import Doubted, doubts_of
from services.store.status_newest import FEW, Newest, live_findings, newest_verdicts
from services.store.status_place import points_at
from services.store.status_running import running_means
from services.store.status_today import DayAsked, exceeded_periods, hour_means, newest_numbers
from services.store.status_words import JudgedSo, words_judged
from tests.bench.api_filled import AT, DAY, END, HOUR, Shape, fill
from tests.bench.rules_plants import register
from tests.fixtures.answered import copy_of
from tests.fixtures.explained import chunks_of, explained
from tests.fixtures.servers import GivenServer

EVERYTHING = 1 << 62
PLANTS, OUTLETS = 3, 2
NEWEST = Newest(None, AT, AT - 26 * HOUR, AT - 4 * DAY, EVERYTHING)
LARGE = ("mean", "verdict", "reading_realtime")


@pytest.fixture(scope="module")
def world(postgres: Postgres | GivenServer, template: str) -> Iterator[str]:
    """Four months of hours and some days of realtime, in more chunks than any question needs."""
    with copy_of(postgres, template) as url:
        with psycopg.connect(url, autocommit=True) as owner:
            register(owner, PLANTS, OUTLETS)
        fill(url, Shape(PLANTS * OUTLETS, 0.33, 150_000))
        yield url


@pytest.fixture(scope="module")
def chunks(world: str) -> dict[str, tuple[datetime, datetime]]:
    with psycopg.connect(world) as owner:
        return {name: span for table in LARGE for name, span in chunks_of(owner, table).items()}


def opened(plan: str, chunks: dict[str, tuple[datetime, datetime]]) -> set[str]:
    """The chunks that a plan opens; it scans none of them from end to end."""
    own = {name for name in chunks if f"{name} " in plan or f"{name}\n" in f"{plan}\n"}
    for name in own:
        assert f"Seq Scan on {name}" not in plan, plan
    return own


def of_time(
    chunks: dict[str, tuple[datetime, datetime]], own: set[str], since: datetime, until: datetime
) -> bool:
    """Whether all of these chunks hold some of that time."""
    return all(chunks[name][0] < until and chunks[name][1] > since for name in own)


def test_a_month_of_hourly_means_is_read_by_the_key(
    world: str, chunks: dict[str, tuple[datetime, datetime]]
) -> None:
    since = END - 30 * DAY

    with explained(world) as (session, plans):
        rows = read_mean_lines(session, Beliefs(1, Period.HOUR, since, END, EVERYTHING), 1001)

    [plan] = plans
    assert len(rows) == 720
    assert "mean_belief" in plan
    own = opened(plan, chunks)
    assert own
    assert of_time(chunks, own, since, END)


def test_a_years_chart_is_drawn_from_the_index_alone(
    world: str, chunks: dict[str, tuple[datetime, datetime]]
) -> None:
    since, until = END - 110 * DAY, END - 40 * DAY
    asked = Beliefs(1, Period.HOUR, since, until, EVERYTHING)

    with explained(world) as (session, plans):
        found = read_mean_samples(session, asked, timedelta(hours=9), None)

    [plan] = plans
    assert sum(one.readings for one in found) == 70 * 24
    own = opened(plan, chunks)
    assert len(own) >= 3
    assert of_time(chunks, own, since, until)
    assert plan.count("Index Only Scan") == len(own)


def test_a_realtime_day_is_read_by_the_key_of_its_channel(
    world: str, chunks: dict[str, tuple[datetime, datetime]]
) -> None:
    since, until = END - DAY, END

    with explained(world) as (session, plans):
        known = known_below(session, EVERYTHING)
        asked = Asked(1, "main", Series.REALTIME, since, until, known)
        pieces = instruments_of(session, asked)
        plans.clear()
        samples = read_samples(session, asked, pieces, timedelta(seconds=30))
        rows = read_readings(session, asked, pieces, 101, None)

    assert (len(samples), len(rows)) == (2880, 101)
    for plan in plans:
        own = opened(plan, chunks)
        assert own
        assert "reading_realtime_pkey" in plan
        assert of_time(chunks, own, since, until)


def test_a_region_is_told_by_the_newest_hour_of_all_points(
    world: str, chunks: dict[str, tuple[datetime, datetime]]
) -> None:
    with explained(world) as (session, plans):
        found = words_judged(session, NEWEST)

    assert {one.stage for one in found} == {"final"}
    assert "verdict_hour" in plans[-1]
    for plan in plans:
        assert of_time(chunks, opened(plan, chunks), NEWEST.days_from, AT)


def test_an_outlet_is_told_by_looks_into_keys(
    world: str, chunks: dict[str, tuple[datetime, datetime]]
) -> None:
    newest = NEWEST._replace(plants=[1])

    with explained(world) as (session, plans):
        assert len(newest_verdicts(session, newest, [1])) == 3
        looks = len(plans)
        active_cases(session, newest)
        active_cases(session, newest._replace(past=True))
        active_cases(session, newest._replace(plants=None, past=True))
        live_findings(session, newest, AT - 2 * DAY)
        read_findings(session, Stretch([1], AT, AT + HOUR, known=EVERYTHING))
        points = [one.id for one in points_at(session, [1], AT)]
        readings = newest_of_points(
            session, points, (AT - 6 * HOUR, AT), known_below(session, EVERYTHING)
        )

    assert len(readings) == len(points) == 5
    assert looks == 1
    told = "\n".join(plans)
    for index in ("verdict_belief", "alert_state", "alert_event_made", "finding_subject", "pkey"):
        assert index in told
    for plan in plans:
        assert of_time(chunks, opened(plan, chunks), NEWEST.days_from, AT)
        assert not {
            name for name in ("alert", "finding", "batch") if f"Seq Scan on {name} " in plan
        }


def test_a_plants_day_is_read_for_all_its_points_by_their_key(
    world: str, chunks: dict[str, tuple[datetime, datetime]]
) -> None:
    points = list(range(1, 11))
    day = DayAsked(points, END - DAY, END, EVERYTHING)
    month = DayAsked(points, END - 30 * DAY, END, EVERYTHING)

    with explained(world) as (session, plans):
        means = hour_means(session, day)
        numbers = newest_numbers(session, day, Period.HOUR)
        over = exceeded_periods(session, month, Period.HOUR)

    limited = {one.point for one in means}
    assert len(means) == 24 * len(limited)
    assert len(numbers) == len(limited) >= len(over) > 0
    of_day, of_newest, of_month = plans
    for plan, index in ((of_day, "mean_belief"), (of_newest, "verdict"), (of_month, "verdict_")):
        assert index in plan
    for plan, asked in ((of_day, day), (of_newest, day), (of_month, month)):
        own = opened(plan, chunks)
        assert own
        assert of_time(chunks, own, asked.since, asked.until)


def test_what_a_month_rests_on_is_read_by_the_key(
    world: str, chunks: dict[str, tuple[datetime, datetime]]
) -> None:
    asked = Doubted([1, 2], [1], END - 10 * DAY, END, EVERYTHING)

    with explained(world) as (session, plans):
        doubts_of(session, asked)

    own = opened(plans[0], chunks)
    assert own
    assert of_time(chunks, own, asked.since, asked.until)
    assert "Seq Scan" not in plans[1]


def test_a_running_hour_is_read_by_the_keys_of_its_channels(world: str) -> None:
    with explained(world) as (session, plans):
        pieces = read_wiring(session, [1, 2, 3]).over(AT - HOUR, AT)
        plans.clear()
        found = running_means(session, pieces, AT - HOUR, AT)

    [plan] = plans
    assert found == {}
    assert "Seq Scan" not in plan


def test_what_a_few_loggers_sent_last_is_read_by_the_key_of_one_channel_each(
    world: str, chunks: dict[str, tuple[datetime, datetime]]
) -> None:
    asked = [ArrivalsAsked(device, device, END - HOUR) for device in (1, 2)]

    with explained(world) as (session, plans):
        none = arrivals_of(session, [], END, DAY)
        arrivals_of(session, asked, END, DAY)

    [plan] = plans
    assert none == {}
    own = opened(plan, chunks)
    assert own
    assert of_time(chunks, own, END - DAY, END + DAY)
    for index in ("reading_realtime_pkey", "a_revision_once", "batch_pkey", "frame_note_pkey"):
        assert index in plan
    assert "Seq Scan on" not in plan


def told_one_by_one(session: psycopg.Connection, newest: Newest) -> set[JudgedSo]:
    return {
        JudgedSo(one.subject, one.outcome, one.stage, one.sure)
        for one in newest_verdicts(session, newest)
    }


@pytest.mark.parametrize("seed", range(4))
def test_all_points_at_once_are_told_as_each_by_itself(world: str, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - chance for a test
    with psycopg.connect(world) as owner:
        positions = [scattered(owner, dice) for _ in range(3)]
        owner.execute("SET LOCAL ROLE qingkong_api")
        for at in (AT, END, AT + 5 * HOUR, AT + 27 * HOUR, AT + 40 * HOUR, AT + 9 * DAY):
            for known in (EVERYTHING, *positions):
                newest = Newest(
                    None, at, at - 26 * HOUR, at - 4 * DAY, known, past=known != EVERYTHING
                )

                found = words_judged(owner, newest)

                assert set(found) == told_one_by_one(owner, newest)
                assert len(found) == len(set(found))
        owner.rollback()


def scattered(owner: psycopg.Connection, dice: random.Random) -> int:
    """Verdicts of some points of some limits of hours and days about the end; the position above them."""
    rows = [
        (
            *(END + dice.randrange(-30, 30) * HOUR, dice.randrange(1, 31), dice.randrange(1, 8)),
            *(dice.choice(["hour", "hour", "day"]), dice.choice(["provisional", "final"])),
            *(dice.choice(["compliant", "exceeding", "no_data"]), dice.random() < 0.5),
            str(dice.randrange(1, 1000)),
        )
        for _ in range(300)
    ]
    with owner.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO verdict (start, point, limit_key, limit_version, period, stage, outcome, sure,"
            " why, evidence, rules, position) VALUES (%s, %s, %s, 1, %s, %s, %s, %s, '', '{}', 'x',"
            " (1000000 + %s)::text::xid8)",
            rows,
        )
    return 1_000_000 + dice.randrange(1, 1000)


def test_few_plants_are_told_like_many(world: str) -> None:
    few = NEWEST._replace(plants=[1, 2])
    many = NEWEST._replace(plants=[1, 2, *range(1000, 1000 + FEW)])

    with psycopg.connect(world) as owner:
        assert set(words_judged(owner, few)) == set(words_judged(owner, many))
        assert {one.subject for one in words_judged(owner, many)} == {1, 2, 3, 4}
