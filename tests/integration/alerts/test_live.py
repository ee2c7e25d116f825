"""The running hour: a reading that is committed becomes a finding in the next round of a live judge."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import psycopg
import pytest

from services.alerts.evaluator import Evaluator
from services.alerts.live import LiveJudge
from services.store.connection import connect_now
from services.store.live_locks import live_hold
from services.store.session import Session
from tests.fixtures.evaluated import CONVERTED, HOUR, MINUTE, point_of
from tests.fixtures.live_scene import (
    HALF,
    NOON,
    PLANT,
    Clock,
    Row,
    announce,
    commit,
    found,
    limited,
    load_and_state,
    minutes,
    said,
    series,
)
from tests.fixtures.registry import stored


@pytest.fixture
def owner(database: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database, autocommit=True, options="-c timezone=UTC0") as connection:
        stored(connection, PLANT)
        yield connection


@pytest.fixture
def session(database: str, owner: psycopg.Connection) -> Iterator[Session]:
    assert owner.info.dbname
    with connect_now(database, "alerts", "test") as connection:
        yield connection


def test_a_reading_that_completes_a_run_over_the_limit_is_found_in_the_next_round(
    owner: psycopg.Connection, session: Session
) -> None:
    """Limit 100, 180 s: records of 30 s from 12:10:00 on; the sixth ends at 12:13:00."""
    limit = limited(owner)
    clock = Clock(NOON + 13 * MINUTE)
    judge = LiveJudge(session, clock)
    commit(owner, series(NOON + 10 * MINUTE, [120.0] * 5))
    before = judge.round()
    commit(owner, series(NOON + 12 * MINUTE + HALF, [120.0]))

    after = judge.round()

    (one,) = found(session, owner, "over_limit_now")
    assert (before.findings, after.findings) == (0, 1)
    assert (one.since, one.until, one.point) == (
        NOON + 10 * MINUTE,
        None,
        point_of(owner, "a21026"),
    )
    assert one.evidence["limit"] == limit
    assert "2025-03-02 12:10:00" in one.zh


def test_a_run_goes_on_over_the_hour_and_ends_where_it_was_within_again(
    owner: psycopg.Connection, session: Session
) -> None:
    """Over from 12:55:00 to 13:05:00, then within: at 13:08:00 it has been so for 180 s."""
    limited(owner)
    clock = Clock(NOON + 59 * MINUTE)
    judge = LiveJudge(session, clock)
    commit(owner, series(NOON + 55 * MINUTE, [120.0] * 8))
    judge.round()
    commit(owner, series(NOON + 59 * MINUTE, [120.0] * 12 + [90.0] * 5))
    clock.at = NOON + 67 * MINUTE + HALF
    judge.round()
    still_open = found(session, owner, "over_limit_now")
    commit(owner, series(NOON + 67 * MINUTE + HALF, [90.0]))
    clock.at = NOON + 68 * MINUTE

    judge.round()

    (one,) = found(session, owner, "over_limit_now")
    assert [each.until for each in still_open] == [None]
    assert (one.since, one.until) == (NOON + 55 * MINUTE, NOON + 65 * MINUTE)
    assert said(owner, "over_limit_now") == 2


def test_an_hour_that_will_be_over_is_warned_of_once_and_the_warning_ends_with_it(
    owner: psycopg.Connection, session: Session
) -> None:
    """20 minutes at 95 are projected to 95, more than 90 % of 100; nothing is over 100."""
    limited(owner)
    clock = Clock(NOON + 20 * MINUTE)
    judge = LiveJudge(session, clock)
    commit(owner, minutes(NOON, [95.0] * 20, "a21026"), "minute", 60)
    judge.round()
    (warned,) = found(session, owner, "prewarning")
    commit(owner, minutes(NOON + 20 * MINUTE, [96.0] * 5, "a21026"), "minute", 60)
    clock.at = NOON + 25 * MINUTE
    again = judge.round()
    clock.at = NOON + HOUR

    ended = judge.round()

    (one,) = found(session, owner, "prewarning")
    assert (warned.since, warned.until, warned.evidence["projected"]) == (
        NOON,
        None,
        "95.000000000",
    )
    assert (again.findings, ended.findings) == (0, 1)
    assert (one.until, one.evidence["ended"]) == (NOON + HOUR, "hour_over")
    assert found(session, owner, "over_limit_now") == []


def test_numbers_are_converted_with_the_oxygen_beside_them(
    owner: psycopg.Connection, session: Session
) -> None:
    """60 x (21 - 6) / (21 - 13.5) = 120, over 100; at 20.5 % nothing is converted, nor found."""
    limited(owner, CONVERTED)
    clock = Clock(NOON + 30 * MINUTE)
    judge = LiveJudge(session, clock)
    commit(owner, [*series(NOON, [60.0] * 6), *series(NOON, [20.5] * 6, "a19001")])
    guarded = judge.round()
    at = NOON + 10 * MINUTE
    commit(owner, [*series(at, [60.0] * 6), *series(at, [13.5] * 6, "a19001")])
    clock.at = at + 3 * MINUTE

    judge.round()

    (one,) = found(session, owner, "over_limit_now")
    assert guarded.findings == 0
    assert (one.since, one.evidence["newest"]) == (at, "120.000000000")


def test_a_dead_judge_is_made_good_by_the_next_one(
    owner: psycopg.Connection, session: Session
) -> None:
    limited(owner)
    clock = Clock(NOON + 5 * MINUTE)
    commit(owner, series(NOON, [120.0] * 10))
    LiveJudge(session, clock).round()
    commit(owner, series(NOON + 5 * MINUTE, [90.0] * 6))
    clock.at = NOON + 3 * HOUR

    LiveJudge(session, clock).round()

    (one,) = found(session, owner, "over_limit_now")
    assert one.until is not None
    assert said(owner, "over_limit_now") == 2


def test_two_judges_write_each_beginning_once(
    owner: psycopg.Connection, session: Session, database: str
) -> None:
    limited(owner)
    clock = Clock(NOON + 5 * MINUTE)
    with connect_now(database, "alerts", "test") as other:
        judges = [LiveJudge(session, clock), LiveJudge(other, clock)]
        commit(owner, series(NOON, [120.0] * 10))

        written = [judge.round().findings for judge in judges]

    assert written == [1, 0]
    assert said(owner, "over_limit_now") == 1


def test_a_plant_that_another_holds_is_judged_in_the_next_round(
    owner: psycopg.Connection, session: Session, database: str
) -> None:
    limited(owner)
    judge = LiveJudge(session, Clock(NOON + 5 * MINUTE))
    commit(owner, series(NOON, [120.0] * 10))
    row = owner.execute("SELECT id FROM plant").fetchone()
    assert row is not None
    with connect_now(database, "alerts", "test") as other, live_hold(other, row[0]) as held:
        first = judge.round()

    second = judge.round()

    assert held
    assert (first.findings, second.findings) == (0, 1)


def test_a_batch_that_commits_after_a_later_one_is_heard(
    owner: psycopg.Connection, session: Session, database: str
) -> None:
    limited(owner)
    judge = LiveJudge(session, Clock(NOON + 5 * MINUTE))
    judge.round()
    with psycopg.connect(database, autocommit=True) as slow, slow.transaction():
        slow.execute("SELECT pg_current_xact_id()")
        commit(owner, series(NOON, [50.0], "a19001"))
        judge.round()
        channel = owner.execute("SELECT id FROM channel WHERE code = 'a21026'").fetchone()
        assert channel is not None
        for at in (NOON + place * HALF for place in range(10)):
            slow.execute(
                "INSERT INTO reading_realtime (time, channel, value, flag, span_s, received_at,"
                " batch, seq) VALUES (%s, %s, 120, 'N', 30, %s, 9999, 0)",
                (at, channel[0], at),
            )
        announce(slow, 9999, NOON)
        within = judge.round()

    after = judge.round()

    assert (within.findings, after.findings) == (0, 1)


def test_a_facility_that_stops_is_found_once_it_has_stood_long_enough_and_not_twice(
    owner: psycopg.Connection, session: Session
) -> None:
    """Off from 12:20:00 on while the boiler runs; 900 s later, at 12:35, it is a finding."""
    clock = Clock(NOON + 20 * MINUTE)
    judge = LiveJudge(session, clock)
    load_and_state(owner, NOON, 20, treated=True)
    judge.round()
    clock.at = NOON + 21 * MINUTE
    load_and_state(owner, NOON + 20 * MINUTE, 1, treated=False)
    stopped = judge.round()
    commit(owner, minutes(NOON + 21 * MINUTE, [80.0] * 14, "i33400"), "minute", 60)
    clock.at = NOON + 35 * MINUTE + timedelta(seconds=2)

    judge.round()

    (one,) = found(session, owner, "facility_off")
    clock.at = NOON + HOUR + 2 * MINUTE
    Evaluator(session, clock).round()
    assert stopped.findings == 0
    assert (one.since, one.until) == (NOON + 20 * MINUTE, None)
    assert len(found(session, owner, "facility_off")) == 1


def test_the_evaluator_of_the_hour_lets_live_findings_stand(
    owner: psycopg.Connection, session: Session
) -> None:
    limited(owner)
    clock = Clock(NOON + 59 * MINUTE + HALF)
    judge = LiveJudge(session, clock)
    commit(owner, series(NOON, [120.0] * 119))
    judge.round()
    clock.at = NOON + HOUR + 2 * MINUTE

    Evaluator(session, clock).round()

    assert [one.until for one in found(session, owner, "over_limit_now")] == [None]
    assert [one.until for one in found(session, owner, "prewarning")] == [None]


FURNACE = """
plants:
  - code: P2
    name: 示例垃圾焚烧厂
    region: 1505
    outlets:
      - {code: DA009, medium: air}
    units:
      - {code: W1, process: waste_incinerator}
    devices:
      - mn: MN-F
        commissioned_at: 2025-01-01
        channels:
          - {code: a01901, point: W1/state/furnace_temperature, unit: Cel}
"""


def test_a_furnace_is_found_cold_with_the_sixth_mean_below_and_the_day_tells_the_same(
    owner: psycopg.Connection, session: Session
) -> None:
    """Five five-minute means below 850 °C a day are allowed; the day began at 00:00 in Beijing."""
    stored(owner, FURNACE)
    clock = Clock(NOON + 25 * MINUTE)
    judge = LiveJudge(session, clock)
    commit(owner, cold(NOON, 5), "five_minute", 300)
    fifth = judge.round()
    commit(owner, cold(NOON + 25 * MINUTE, 1), "five_minute", 300)
    clock.at = NOON + 30 * MINUTE

    sixth = judge.round()
    commit(owner, cold(NOON + 30 * MINUTE, 1), "five_minute", 300)
    seventh = judge.round()

    (one,) = found(session, owner, "furnace_temperature")
    assert [each.findings for each in (fifth, sixth, seventh)] == [0, 1, 0]
    assert (one.since, one.until) == (NOON - 12 * HOUR, NOON + 12 * HOUR)
    assert "共6次" in one.zh


def cold(since: datetime, count: int) -> list[Row]:
    return [Row(since + place * 5 * MINUTE, "a01901", 840.0) for place in range(count)]
