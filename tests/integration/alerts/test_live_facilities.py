"""Facilities in the running hour: what stops, opens or contradicts itself is found then, and ends."""

from collections.abc import Iterator
from datetime import timedelta

import psycopg
import pytest

from schemas.mark_entry import NewMark
from schemas.marks import Review
from services.alerts.evaluator import Evaluator
from services.alerts.live import LiveJudge
from services.rules.marks.amending import reviewed
from services.store.connection import connect_now
from services.store.marks import enter_marks, read_mark, write_version
from services.store.session import Session
from tests.fixtures.evaluated import HOUR, MINUTE, judged
from tests.fixtures.live_scene import (
    NOON,
    Clock,
    Row,
    commit,
    found,
    limited,
    load_and_state,
    minutes,
    said,
    series,
)
from tests.fixtures.registry import stored

PLANT = """
plants:
  - code: P1
    name: 示例厂
    region: 1505
    outlets:
      - {code: DA001, medium: air, reference_oxygen: 6}
      - {code: DA002, medium: air, role: bypass}
    units:
      - {code: B1, process: coal_boiler, fuel: coal}
    facilities:
      - {code: FGD1, treatment: desulphurisation}
    groups:
      - {code: G1, needed: 1, facilities: [FGD1], serves: [B1 -> DA001]}
    devices:
      - mn: MN-A
        outlet: DA001
        commissioned_at: 2025-01-01
        channels:
          - {code: a21026, unit: mg/m3}
          - a19001
          - {code: i33400, point: B1/state/load, unit: "%"}
          - {code: SB1, point: FGD1/state}
          - {code: SB2, point: B1/state}
          - {code: a01011, point: DA002/out/a01011, unit: m/s}
"""
SOON = timedelta(seconds=2)


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


def stopped(owner: psycopg.Connection, judge: LiveJudge, clock: Clock) -> None:
    """The facility is off from 12:20 on while the boiler runs: a finding at 12:35."""
    clock.at = NOON + 20 * MINUTE
    load_and_state(owner, NOON, 20, treated=True)
    judge.round()
    clock.at = NOON + 21 * MINUTE
    load_and_state(owner, NOON + 20 * MINUTE, 1, treated=False)
    judge.round()
    commit(owner, minutes(NOON + 21 * MINUTE, [80.0] * 14, "i33400"), "minute", 60)
    clock.at = NOON + 35 * MINUTE + SOON
    judge.round()


def test_a_facility_that_runs_again_ends_its_finding_at_once(
    owner: psycopg.Connection, session: Session
) -> None:
    clock = Clock(NOON)
    judge = LiveJudge(session, clock)
    stopped(owner, judge, clock)
    load_and_state(owner, NOON + 35 * MINUTE, 7, treated=True)
    clock.at = NOON + 42 * MINUTE

    done = judge.round()

    (one,) = found(session, owner, "facility_off")
    assert done.findings == 1
    assert (one.since, one.until) == (NOON + 20 * MINUTE, NOON + 35 * MINUTE)


def test_a_facility_of_which_nothing_more_is_heard_says_so_and_ends_with_the_day(
    owner: psycopg.Connection, session: Session
) -> None:
    """The load is heard up to 12:35 and its record holds two minutes: off for 16 minutes, then nobody knows."""
    clock = Clock(NOON)
    stopped(owner, LiveJudge(session, clock), clock)
    clock.at = NOON + HOUR + 2 * MINUTE
    judged(Evaluator(session, clock))
    (after_the_hour,) = found(session, owner, "facility_off")
    clock.at = NOON + 13 * HOUR
    judged(Evaluator(session, clock))

    (one,) = found(session, owner, "facility_off")

    assert after_the_hour.until is None
    assert "2025-03-02 12:36:00之后无可用数据，状态未知" in after_the_hour.zh
    assert one.until == NOON + 36 * MINUTE
    assert one.evidence["end_unknown"] is True
    assert "Nothing is known since 2025-03-02 12:36:00." in one.en


def test_an_open_bypass_is_found_after_five_minutes_and_ends_when_it_is_shut(
    owner: psycopg.Connection, session: Session
) -> None:
    """Faster than 3 m/s from 12:10 on; shut at 12:20."""
    clock = Clock(NOON + 10 * MINUTE)
    judge = LiveJudge(session, clock)
    commit(owner, minutes(NOON, [0.0] * 10, "a01011"), "minute", 60)
    judge.round()
    commit(owner, minutes(NOON + 10 * MINUTE, [8.0] * 5, "a01011"), "minute", 60)
    clock.at = NOON + 15 * MINUTE + SOON
    judge.round()
    (opened,) = found(session, owner, "bypass_open")
    commit(owner, minutes(NOON + 15 * MINUTE, [8.0] * 5 + [0.0] * 6, "a01011"), "minute", 60)
    clock.at = NOON + 26 * MINUTE

    judge.round()

    (one,) = found(session, owner, "bypass_open")
    assert (opened.since, opened.until) == (NOON + 10 * MINUTE, None)
    assert (one.since, one.until) == (NOON + 10 * MINUTE, NOON + 20 * MINUTE)


def test_a_unit_reported_off_whose_load_says_that_it_runs_is_a_contradiction(
    owner: psycopg.Connection, session: Session
) -> None:
    """Reported off from 12:00 on at 80 % load: 1,800 s later, at 12:30, it is a finding."""
    clock = Clock(NOON + MINUTE)
    judge = LiveJudge(session, clock)
    commit(owner, [Row(NOON, "SB2", 0.0)], "state", 0)
    commit(owner, minutes(NOON, [80.0], "i33400"), "minute", 60)
    judge.round()
    commit(owner, minutes(NOON + MINUTE, [80.0] * 29, "i33400"), "minute", 60)
    clock.at = NOON + 29 * MINUTE
    judge.round()
    early = found(session, owner, "state_contradiction")
    clock.at = NOON + 30 * MINUTE + SOON

    judge.round()

    (one,) = found(session, owner, "state_contradiction")
    assert early == []
    assert (one.since, one.until) == (NOON, None)


def test_numbers_over_a_limit_of_a_unit_that_surely_stands_are_no_live_finding(
    owner: psycopg.Connection, session: Session
) -> None:
    """No load from 12:00 on and 120 against 100: it stands; with load the same is found."""
    limited(owner)
    clock = Clock(NOON + 10 * MINUTE)
    judge = LiveJudge(session, clock)
    commit(owner, minutes(NOON - 5 * MINUTE, [0.0] * 15, "i33400"), "minute", 60)
    commit(owner, series(NOON + 2 * MINUTE, [120.0] * 16))
    judge.round()
    standing = said(owner, "over_limit_now")
    commit(owner, minutes(NOON + 10 * MINUTE, [80.0] * 8, "i33400"), "minute", 60)
    commit(owner, series(NOON + 10 * MINUTE, [120.0] * 16))
    clock.at = NOON + 18 * MINUTE + SOON

    judge.round()

    assert standing == 0
    assert said(owner, "over_limit_now") == 1


@pytest.mark.parametrize(
    ("kind", "findings"),
    [
        pytest.param("equipment/calibration", 0, id="of the instrument"),
        pytest.param("permit_boiler/shut_down", 1, id="of a condition, which the hour judges"),
    ],
)
def test_what_an_accepted_mark_takes_out_is_no_live_finding(
    owner: psycopg.Connection, session: Session, kind: str, findings: int
) -> None:
    limited(owner)
    row = owner.execute("SELECT id FROM subject WHERE code = 'DA001'").fetchone()
    assert row is not None
    mark = NewMark(
        kind, row[0], None, NOON, NOON + HOUR, "plant", planned=False,
        entered_at=NOON, actor="operator", evidence="log sheet 7",
    )  # fmt: skip
    (key,) = enter_marks(owner, [mark], NOON)
    entered = read_mark(owner, key)
    assert entered is not None
    write_version(owner, reviewed(entered, Review.ACCEPTED, "officer", "seen"), NOON)
    commit(owner, series(NOON, [120.0] * 10))

    LiveJudge(session, Clock(NOON + 5 * MINUTE)).round()

    assert said(owner, "over_limit_now") == findings
