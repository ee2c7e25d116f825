"""Judges of running hours among others: two at once, one that is killed, and a plant that does not fit."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import datetime
from threading import Barrier, Event

import psycopg
import pytest
from prometheus_client import CollectorRegistry

from schemas.rule_settings import SettingVersion
from services.alerts.evaluator import Evaluator
from services.alerts.live import LiveJudge
from services.alerts.live_worker import LiveWork
from services.alerts.metrics import live_metrics
from services.alerts.rounds import Rounds
from services.rules.judging.case import Delays
from services.store.as_known import belief_lock
from services.store.connection import connect_now
from services.store.rule_settings import write_setting
from services.store.session import Session
from tests.fixtures.evaluated import DAY, HOUR, MINUTE, assigned, believe, point_of
from tests.fixtures.live_scene import (
    NOON,
    PLAIN,
    PLANT,
    Clock,
    commit,
    found,
    limited,
    load_and_state,
    minutes,
    said,
    series,
)
from tests.fixtures.registry import stored

OTHER = """
plants:
  - code: P2
    name: 另一示例厂
    region: 1505
    outlets:
      - {code: DA001, medium: air}
    devices:
      - mn: MN-B
        commissioned_at: 2025-01-01
        channels:
          - {code: a21002, unit: mg/m3}
"""


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


class Interleaved:
    """An evaluator's clock: as it is asked before the claim, a live judge has a later time and a round."""

    def __init__(self, live: LiveJudge, clock: Clock, later: datetime) -> None:
        self.live = live
        self.clock = clock
        self.later = later
        self.asked = 0

    def __call__(self) -> datetime:
        at = self.clock.at
        self.asked += 1
        if self.asked == 2:  # once before the round, then before the claim
            self.clock.at = self.later
            self.live.round()
        return at


def test_what_live_judging_wrote_before_an_evaluators_claim_does_not_fall(
    owner: psycopg.Connection, session: Session, database: str
) -> None:
    """Off from 12:20 on: no finding yet at 12:34:59, when the evaluator looks at its clock."""
    clock = Clock(NOON + 20 * MINUTE)
    with connect_now(database, "alerts", "test") as other:
        judge = LiveJudge(other, clock)
        Evaluator(session, clock).round()
        load_and_state(owner, NOON, 20, treated=True)
        judge.round()
        clock.at = NOON + 21 * MINUTE
        load_and_state(owner, NOON + 20 * MINUTE, 1, treated=False)
        judge.round()
        commit(owner, minutes(NOON + 21 * MINUTE, [80.0] * 14, "i33400"), "minute", 60)
        owner.execute(
            "INSERT INTO touched (subject, hour, batch) SELECT id, %s, 1 FROM subject",
            (NOON - HOUR,),
        )
        clock.at = NOON + 34 * MINUTE
        now = Interleaved(judge, clock, NOON + 35 * MINUTE + MINUTE)

        done = Evaluator(session, now).round()

    (one,) = found(session, owner, "facility_off")
    assert now.asked > 2
    assert done.hours >= 1
    assert one.since == NOON + 20 * MINUTE
    assert falls(owner) == 0


def falls(owner: psycopg.Connection) -> int:
    row = owner.execute("SELECT count(*) FROM finding WHERE NOT standing").fetchone()
    assert row is not None
    return int(row[0])


def test_two_judges_at_the_same_time_write_each_finding_once(
    owner: psycopg.Connection, database: str
) -> None:
    stored(owner, OTHER)
    limited(owner)
    believe(owner, assigned(point_of(owner, "a21002"), PLAIN, NOON - 30 * DAY))
    clock = Clock(NOON)
    start = Barrier(2)

    def rounds(judge: LiveJudge) -> int:
        start.wait(timeout=20)
        return judge.round().findings

    with ExitStack() as stack, ThreadPoolExecutor(2) as threads:
        judges = [
            LiveJudge(stack.enter_context(connect_now(database, "alerts", f"test {n}")), clock)
            for n in (1, 2)
        ]
        total = 0
        for place in range(12):
            at = NOON + place * 5 * MINUTE
            clock.at = at + 5 * MINUTE
            value = 120.0 if place % 2 == 0 else 50.0
            commit(owner, [*series(at, [value] * 10), *series(at, [value] * 10, "a21002")])
            total += sum(threads.map(rounds, judges))
        for judge in judges:  # what one left because the other held the plant
            total += judge.round().findings

    keys = owner.execute(
        "SELECT point, since, standing, until, count(*) FROM finding WHERE rule = 'over_limit_now'"
        " GROUP BY point, since, standing, until"
    ).fetchall()
    assert total == len(owner.execute("SELECT FROM finding").fetchall())
    assert {row[4] for row in keys} == {1}
    assert len({(row[0], row[1]) for row in keys}) == 2 * 6


def test_a_judge_killed_within_a_round_leaves_nothing_undone(
    owner: psycopg.Connection, session: Session, database: str
) -> None:
    """Its connection dies between what it wrote and its commit; the next judge finds the same."""
    limited(owner)
    commit(owner, series(NOON, [120.0] * 10))
    clock = Clock(NOON + 5 * MINUTE)
    row = session.execute("SELECT pg_backend_pid()").fetchone()
    assert row is not None
    judge = LiveJudge(session, clock)
    asked = 0

    def ends_it() -> datetime:
        nonlocal asked
        asked += 1
        if asked == 2:  # within the plant's transaction
            with psycopg.connect(database, autocommit=True) as killer:
                killer.execute("SELECT pg_terminate_backend(%s, 5000)", (row[0],))
        return clock.at

    judge.now = ends_it
    with pytest.raises(psycopg.OperationalError):
        judge.round()
    before = said(owner, "over_limit_now")

    with connect_now(database, "alerts", "test") as fresh:
        done = LiveJudge(fresh, clock).round()

    assert (before, done.findings) == (0, 1)
    assert said(owner, "over_limit_now") == 1


def misfit(owner: psycopg.Connection, name: str, value: int, plant: str) -> None:
    wrong = SettingVersion(
        0, name, "plant", plant, value, None, None, "a slip", "bureau", NOON, 0
    )  # fmt: skip
    with belief_lock(owner):
        write_setting(owner, wrong, [])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("hour_parameters.valid_minutes", 600, id="hours"),
        pytest.param("live_parameters.hold_s", -1, id="live"),
        pytest.param("facility_parameters.off_delay_s", -1, id="facilities"),
    ],
)
def test_a_plant_whose_settings_do_not_fit_costs_no_other_plant_anything(
    owner: psycopg.Connection, session: Session, name: str, value: int
) -> None:
    stored(owner, OTHER)
    limited(owner)
    believe(owner, assigned(point_of(owner, "a21002"), PLAIN, NOON - 30 * DAY))
    misfit(owner, name, value, "P1")
    judge = LiveJudge(session, Clock(NOON + 5 * MINUTE))
    load_and_state(owner, NOON, 5, treated=True)
    commit(owner, [*series(NOON, [120.0] * 10), *series(NOON, [120.0] * 10, "a21002")])

    done = [judge.round() for _ in range(3)]

    points = {one.point for one in found(session, owner, "over_limit_now")}
    assert point_of(owner, "a21002") in points
    assert done[-1].batches == 0
    assert done[-1].left == 1


def test_a_misfit_is_said_once_and_judged_as_soon_as_it_is_mended(
    owner: psycopg.Connection, session: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    limited(owner)
    misfit(owner, "hour_parameters.valid_minutes", 600, "P1")
    clock = Clock(NOON + 5 * MINUTE)
    judge = LiveJudge(session, clock)
    for place in range(5):
        commit(owner, series(NOON + place * MINUTE, [120.0] * 2))
        judge.round()
    left = judge.round().left
    misfit(owner, "hour_parameters.valid_minutes", 45, "P1")
    commit(owner, series(NOON + 5 * MINUTE, [120.0] * 2))
    clock.at = NOON + 6 * MINUTE

    mended = judge.round()

    assert capsys.readouterr().out.count("settings do not fit") <= 1
    assert (left, mended.left) == (1, 0)
    assert len(found(session, owner, "over_limit_now")) == 1


class OneRound(Event):
    """Set as soon as somebody would wait for the next round."""

    def wait(self, timeout: float | None = None) -> bool:
        del timeout
        self.set()
        return True


def test_what_does_not_fit_is_a_number_of_the_process(
    owner: psycopg.Connection, database: str
) -> None:
    limited(owner)
    misfit(owner, "hour_parameters.valid_minutes", 600, "P1")
    commit(owner, series(NOON, [120.0] * 2))
    registry = CollectorRegistry()
    metrics = live_metrics(registry)
    rounds = Rounds(database, "test", OneRound(), metrics.reconnects)

    LiveWork(rounds, metrics, Clock(NOON + 5 * MINUTE), Delays()).run()

    assert registry.get_sample_value("qingkong_alerts_live_plants_left") == 1
