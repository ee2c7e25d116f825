"""Indicators of data quality put to days that are over, by the real evaluator on a real database."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import numpy as np
import psycopg
import pytest

from services.alerts.evaluator import Evaluator
from services.simulate.truth import registry_text
from services.store.connection import connect_now
from services.store.session import Session
from tests.fixtures.evaluated import DAY, HOUR, MINUTE, Said, judged, point_of, put, touch
from tests.fixtures.registry import stored
from tests.fixtures.scenarios import START_S, world
from tests.fixtures.shown_records import put_world

START = datetime(2025, 3, 1, 16, tzinfo=UTC)  # midnight in Beijing
GRACE = 20 * MINUTE
SO2, OXYGEN, FLOW, LOAD = "a21026", "a19001", "a00000", "i33400"
PLANT = """
plants:
  - code: P1
    name: 示例厂
    region: 1505
    outlets:
      - {code: DA001, medium: air, reference_oxygen: 6}
    units:
      - {code: B1, process: coal_boiler, fuel: coal}
    facilities:
      - {code: FGD1, treatment: desulphurisation}
    groups:
      - {code: G1, needed: 1, facilities: [FGD1], serves: [B1 -> DA001]}
    devices:
      - mn: MN-A
        commissioned_at: 2025-01-01
        channels:
          - {code: a21026, range: [0, 200]}
          - a19001
          - {code: a00000, unit: m3/h}
          - {code: i33400, point: B1/state/load, unit: "%"}
"""
SIMULATED = datetime.fromtimestamp(START_S, UTC)


class Found(NamedTuple):
    """A believed finding of an indicator."""

    rule: str
    point: int | None
    since: datetime
    until: datetime
    stage: str
    zh: str
    en: str


@pytest.fixture
def owner(database: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database, autocommit=True, options="-c timezone=UTC0") as connection:
        yield connection


@pytest.fixture
def session(database: str, owner: psycopg.Connection) -> Iterator[Session]:
    assert owner.info.dbname
    with connect_now(database, "alerts", "test") as connection:
        yield connection


def standing(owner: psycopg.Connection) -> list[Found]:
    """What indicators found and still holds, by rule and time."""
    rows = owner.execute(
        "SELECT rule, point, since, until, stage, zh, en FROM ("
        " SELECT DISTINCT ON (rule, subject, point, since) * FROM finding"
        " WHERE evidence ? 'judged_day' ORDER BY rule, subject, point, since, id DESC) AS believed"
        " WHERE standing ORDER BY rule, since, point"
    )
    return [Found._make(row) for row in rows.fetchall()]


def rules(owner: psycopg.Connection) -> list[str]:
    return [one.rule for one in standing(owner)]


def lively(level: float, hours: int = 24, seed: int = 1) -> list[float]:
    """A minute's number each, about a level, never twice the same for long."""
    dice = np.random.default_rng(seed)
    wander = dice.normal(0, 0.004, hours * 60).cumsum()
    return [round(level * float(np.exp(step)), 2) for step in wander]


def minutes(code: str, values: Sequence[float], start: datetime = START) -> list[Said]:
    return [Said(start + number * MINUTE, code, value) for number, value in enumerate(values)]


def put_day(owner: psycopg.Connection, so2: Sequence[float], load: float = 80.0) -> None:
    """A day of a boiler with honest oxygen and flow."""
    stored(owner, PLANT)
    put(
        owner,
        [
            *minutes(SO2, so2),
            *minutes(OXYGEN, lively(8.0, seed=2)),
            *minutes(FLOW, lively(50_000.0, seed=3)),
            *minutes(LOAD, [load] * len(so2)),
        ],
    )


def frozen(values: list[float], first: int, end: int) -> list[float]:
    """The same with one number from one hour to another."""
    return [*values[: first * 60], *[31.25] * ((end - first) * 60), *values[end * 60 :]]


def corrected(owner: psycopg.Connection, values: Sequence[float]) -> None:
    """All minutes of the day's SO2 sent again, a day later, and their hours touched."""
    put_again = (
        "UPDATE reading_minute SET value = %s, sent_at = sent_at + INTERVAL '1 day', batch = 2"
        " FROM channel WHERE channel.id = reading_minute.channel AND code = %s AND time = %s"
    )
    cursor = owner.cursor()
    cursor.executemany(
        put_again,
        [(value, SO2, START + number * MINUTE) for number, value in enumerate(values)],
    )
    touch(owner, "DA001", [START + number * HOUR for number in range(24)], batch=2)


def test_a_day_that_is_honest_is_not_suspected(owner: psycopg.Connection, session: Session) -> None:
    put_day(owner, lively(30.0))

    judged(Evaluator(session, lambda: START + DAY + GRACE))

    assert standing(owner) == []


def test_one_value_for_hours_is_found_with_a_sentence_in_both_languages(
    owner: psycopg.Connection, session: Session
) -> None:
    """From 10:00 to 16:00 on the site's clock: 6 hours, and 4 are enough."""
    put_day(owner, frozen(lively(30.0), 10, 16))

    judged(Evaluator(session, lambda: START + DAY + GRACE))

    (one,) = [each for each in standing(owner) if each.rule == "constant_value"]
    assert (one.point, one.stage) == (point_of(owner, SO2), "final")
    assert (one.since, one.until) == (START + 10 * HOUR, START + 16 * HOUR)
    assert (
        "2025-03-02 10:00至2025-03-02 16:00，二氧化硫（a21026）连续6个小时值均为31.25 mg/m3"
        in one.zh
    )
    assert "showed 31.25 mg/m3 in each of 6 hours in a row" in one.en


def test_what_was_found_falls_when_the_day_is_corrected(
    owner: psycopg.Connection, session: Session
) -> None:
    put_day(owner, frozen(lively(30.0), 10, 16))
    evaluator = Evaluator(session, lambda: START + DAY + GRACE)
    judged(evaluator)
    corrected(owner, lively(30.0))

    judged(evaluator)

    written = owner.execute(
        "SELECT standing FROM finding WHERE rule = 'constant_value' ORDER BY id"
    ).fetchall()
    assert standing(owner) == []
    assert written == [(True,), (False,)]


def test_a_unit_that_stands_by_its_own_signal_makes_no_zero_suspicious(
    owner: psycopg.Connection, session: Session
) -> None:
    """Nobody marked the stop; the load of 0 % tells it, and the zeros are honest."""
    put_day(owner, [0.0] * 24 * 60, load=0.0)

    judged(Evaluator(session, lambda: START + DAY + GRACE))

    assert standing(owner) == []


def test_the_same_zeros_are_suspicious_while_the_unit_runs(
    owner: psycopg.Connection, session: Session
) -> None:
    put_day(owner, [0.0] * 24 * 60)

    judged(Evaluator(session, lambda: START + DAY + GRACE))

    assert "zero_value" in rules(owner)


def test_a_day_is_looked_at_once_it_is_final_and_not_before(
    owner: psycopg.Connection, session: Session
) -> None:
    put_day(owner, frozen(lively(30.0), 10, 16))
    clock = [START + 18 * HOUR]
    evaluator = Evaluator(session, lambda: clock[0])
    looked: list[list[str]] = []
    for now in (START + 18 * HOUR, START + DAY + 2 * MINUTE, START + DAY + GRACE):
        clock[0] = now
        judged(evaluator)
        looked.append(rules(owner))

    assert looked == [[], [], ["constant_value"]]


def test_looking_again_says_nothing_new_until_the_day_is_closed(
    owner: psycopg.Connection, session: Session
) -> None:
    put_day(owner, frozen(lively(30.0), 10, 16))
    clock = [START + DAY + GRACE]
    evaluator = Evaluator(session, lambda: clock[0])
    judged(evaluator)
    touch(owner, "DA001", [START + 3 * HOUR], batch=2)

    news = judged(evaluator).news
    clock[0] = START + 11 * DAY + GRACE
    judged(evaluator)

    assert news.findings == 0
    assert [one.stage for one in standing(owner) if one.since < START + DAY] == ["closed"]


def test_an_episode_over_midnight_is_one_finding_and_shrinks_when_its_second_day_is_corrected(
    owner: psycopg.Connection, session: Session
) -> None:
    """From 18:00 to 04:00; then the second day is honest, and 18:00 to 24:00 is left."""
    stored(owner, PLANT)
    so2 = frozen(lively(30.0, hours=48), 18, 28)
    rest = {OXYGEN: 8.0, FLOW: 50_000.0, LOAD: 80.0}
    put(owner, minutes(SO2, so2))
    for code, level in rest.items():
        put(owner, minutes(code, lively(level, hours=48, seed=7)))
    evaluator = Evaluator(session, lambda: START + 2 * DAY + GRACE)
    judged(evaluator)
    before = [one for one in standing(owner) if one.rule == "constant_value"]
    owner.execute(
        "UPDATE reading_minute SET value = value + extract(minute FROM time)"
        " + extract(hour FROM time), sent_at = sent_at + INTERVAL '3 days', batch = 2"
        " FROM channel WHERE channel.id = reading_minute.channel AND code = %s AND time >= %s"
        " AND time < %s",
        (SO2, START + DAY, START + 28 * HOUR),
    )
    touch(owner, "DA001", [START + number * HOUR for number in range(24, 28)], batch=2)

    judged(evaluator)

    after = [one for one in standing(owner) if one.rule == "constant_value"]
    assert [(one.since, one.until) for one in before] == [(START + 18 * HOUR, START + 28 * HOUR)]
    assert [(one.since, one.until) for one in after] == [(START + 18 * HOUR, START + 24 * HOUR)]


def test_a_silent_outlet_is_a_gap_that_nobody_explains_and_a_mark_explains_it(
    owner: psycopg.Connection, session: Session
) -> None:
    """From 05:00 to 08:00 nothing comes."""
    honest = lively(30.0)
    put_day(owner, honest)
    owner.execute(
        "DELETE FROM reading_minute USING channel WHERE channel.id = reading_minute.channel"
        " AND code = %s AND time >= %s AND time < %s",
        (SO2, START + 5 * HOUR, START + 8 * HOUR),
    )
    evaluator = Evaluator(session, lambda: START + DAY + GRACE)
    judged(evaluator)
    gaps = [(one.rule, one.since, one.until) for one in standing(owner)]
    owner.execute(
        "INSERT INTO mark (mark_key, kind, subject, during, origin, planned, entered_at, evidence,"
        " review, actor) SELECT nextval('mark_key'), 'equipment/fault', id, tstzrange(%s, %s),"
        " 'plant', false, %s, '', 'claimed', 'plant' FROM subject WHERE code = 'DA001'",
        (START + 5 * HOUR, START + 8 * HOUR, START + 6 * HOUR),
    )
    touch(owner, "DA001", [START + 5 * HOUR], batch=2)

    judged(evaluator)

    assert gaps == [("unexplained_gap", START + 5 * HOUR, START + 8 * HOUR)]
    assert standing(owner) == []


def test_what_an_instrument_says_of_its_range_is_held_against_the_registry(
    owner: psycopg.Connection, session: Session
) -> None:
    """Registered to 200 mg/m3; told 100. A check of 50 that reads 35 is 30 % off."""
    put_day(owner, lively(30.0))
    told = START + 9 * HOUR
    owner.execute(
        "INSERT INTO parameter (device, about, code, value, effective_at, received_at, batch, seq)"
        " SELECT id, 'a21026', 'i13001', '100', %s, %s, 1, 0 FROM device",
        (told, told),
    )
    owner.execute(
        "INSERT INTO device_event (device, kind, about, code, text, happened_at, received_at, batch,"
        " seq) SELECT id, 'check', NULL, 'a21026', 'CN=2062;Check=35.0;StandardValue=50.0', %s, %s,"
        " 1, 0 FROM device",
        (told, told),
    )

    judged(Evaluator(session, lambda: START + DAY + GRACE))

    assert rules(owner) == ["check_far_off", "settings_differ"]
    assert "100，备案值为200" in standing(owner)[1].zh


@pytest.mark.parametrize("kind", ["coal_power", "sewage"])
def test_two_days_of_an_honest_simulated_plant_are_not_suspected(
    owner: psycopg.Connection, session: Session, kind: str
) -> None:
    honest = world(kind, size=1)
    stored(owner, registry_text(honest))
    put_world(owner, honest, range(48), START_S)

    judged(Evaluator(session, lambda: SIMULATED + 2 * DAY + GRACE))

    assert standing(owner) == []


@pytest.mark.parametrize(
    ("kind", "hours", "expected"),
    [
        pytest.param(
            "declared_stopped", 8, {"declared_stopped", "marks_contradict"}, id="标停未停"
        ),
        pytest.param("constant_values", 8, {"constant_value"}, id="恒值"),
    ],
)
def test_a_simulated_cheat_is_found_in_the_hours_it_lasts(
    owner: psycopg.Connection, session: Session, kind: str, hours: int, expected: set[str]
) -> None:
    begin = SIMULATED + DAY + 2 * HOUR
    cheating = world(
        "coal_power",
        {"kind": kind, "subject": "P0/D1", "from": "1d 2h", "for": f"{hours}h"},
        size=1,
    )
    stored(owner, registry_text(cheating))
    put_world(owner, cheating, range(48), START_S)

    judged(Evaluator(session, lambda: SIMULATED + 2 * DAY + GRACE))

    found = standing(owner)
    assert {one.rule for one in found} == expected
    assert {(one.since, one.until) for one in found} == {(begin, begin + timedelta(hours=hours))}
