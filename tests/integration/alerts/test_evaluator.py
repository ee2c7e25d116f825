"""Readings in, verdicts out: what is judged of an outlet's hours and days, and why."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import psycopg
import pytest

from schemas.judgement import Outcome, Period, Stage, VerdictRow
from schemas.limits import Averaging, Bound, Law, LimitVersion
from services.alerts.evaluator import Evaluator
from services.store.as_known import belief_lock
from services.store.beliefs import Stretch, read_means, read_verdicts
from services.store.connection import connect_now
from services.store.limits import write_limits
from services.store.session import Session
from tests.fixtures.registry import stored

START = datetime(2025, 3, 1, 16, tzinfo=UTC)  # midnight in Beijing
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
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
          - {code: SB1, point: FGD1/state}
"""
LAW = Law(
    "standard", "GB 13223-2011", "Table 1", "high", verified=True, source="read", catalogue=""
)


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


def point(owner: psycopg.Connection, code: str) -> int:
    row = owner.execute("SELECT id FROM point WHERE code = %s", (code,)).fetchone()
    assert row is not None
    return int(row[0])


def minutes(owner: psycopg.Connection, code: str, start: datetime, values: list[float]) -> None:
    """A minute record each, from `start` on, flagged N."""
    row = owner.execute("SELECT id FROM channel WHERE code = %s", (code,)).fetchone()
    assert row is not None
    into = (
        "COPY reading_minute (time, channel, value, flag, span_s, sent_at, received_at, batch, seq)"
        " FROM STDIN"
    )
    with owner.cursor() as cursor, cursor.copy(into) as copy:
        for number, value in enumerate(values):
            at = start + number * MINUTE
            copy.write_row((at, row[0], value, "N", 60, at, at, 1, number))


def limited(owner: psycopg.Connection, code: str, high: str, averaging: Averaging = "hour") -> int:
    """A limit on the converted concentration; its key."""
    bound = Bound(
        "<=",
        None,
        Decimal(high),
        "mg/m3",
        "concentration",
        averaging,
        Decimal(6),
    )
    version = LimitVersion(
        0, -1, point(owner, code), None, None, bound, LAW, "assign", "", "test", None, START, 0
    )
    with belief_lock(owner):
        (written,) = write_limits(owner, [version])
    return written.limit


def state(owner: psycopg.Connection, at: datetime, value: int) -> None:
    owner.execute(
        "INSERT INTO state (time, channel, value, span_s, received_at, batch, seq)"
        " SELECT %s, id, %s, 0, %s, 1, 0 FROM channel WHERE code = 'SB1'",
        (at, value, at),
    )


def verdicts(session: Session, found: int, period: Period = Period.HOUR) -> list[VerdictRow]:
    stretch = Stretch([found], START - 48 * HOUR, START + 72 * HOUR, period)
    return [one.row for one in read_verdicts(session, stretch)]


def test_an_hour_over_its_limit_is_exceeding_with_its_numbers(
    owner: psycopg.Connection, session: Session
) -> None:
    """Converted: 60 x (21 - 6) / (21 - 13.5) = 60 x 15 / 7.5 = 120; 120 / 100 - 1 = 0.2."""
    minutes(owner, "a21026", START, [60.0] * 60 + [50.0] * 60)
    minutes(owner, "a19001", START, [13.5] * 120)
    minutes(owner, "a00000", START, [1000.0] * 120)
    limit = limited(owner, "a21026", "100")

    done = Evaluator(session, lambda: START + 2 * HOUR + 2 * MINUTE).round()

    rows = verdicts(session, point(owner, "a21026"))
    assert done.left == 0
    assert [(row.outcome, row.value, row.multiple) for row in rows] == [
        (Outcome.EXCEEDING, Decimal(120), Decimal("0.2")),
        (Outcome.COMPLIANT, Decimal(100), Decimal(0)),
    ]
    assert [(row.limit, row.stage) for row in rows] == [
        (limit, Stage.FINAL),
        (limit, Stage.PROVISIONAL),
    ]


def test_the_mass_is_that_of_the_measured_concentration(
    owner: psycopg.Connection, session: Session
) -> None:
    """60 mg/m3 x 1000 m3/h x 1e-6 = 0.06 kg."""
    minutes(owner, "a21026", START, [60.0] * 60)
    minutes(owner, "a19001", START, [13.5] * 60)
    minutes(owner, "a00000", START, [1000.0] * 60)

    Evaluator(session, lambda: START + HOUR + 2 * MINUTE).round()

    (mean,) = read_means(session, Stretch([point(owner, "a21026")], START, START + HOUR))
    assert mean.row.mass == Decimal("0.06")


def test_a_day_without_data_is_no_data_and_not_compliant(
    owner: psycopg.Connection, session: Session
) -> None:
    minutes(owner, "a21026", START, [60.0])
    limited(owner, "a21026", "100")

    Evaluator(session, lambda: START + 5 * HOUR + 2 * MINUTE).round()

    rows = verdicts(session, point(owner, "a21026"))
    assert [row.outcome for row in rows] == [Outcome.INVALID, *[Outcome.NO_DATA] * 4]


def test_a_limit_of_the_day_is_put_upon_the_day_once_it_is_over(
    owner: psycopg.Connection, session: Session
) -> None:
    minutes(owner, "a21026", START, [60.0] * 60 * 24)
    minutes(owner, "a19001", START, [13.5] * 60 * 24)
    limited(owner, "a21026", "110", averaging="day")

    Evaluator(session, lambda: START + 24 * HOUR + 2 * MINUTE).round()

    (row,) = verdicts(session, point(owner, "a21026"), Period.DAY)
    assert (row.outcome, row.value, row.start) == (Outcome.EXCEEDING, Decimal(120), START)


def test_a_facility_off_while_its_boiler_runs_is_found(
    owner: psycopg.Connection, session: Session
) -> None:
    minutes(owner, "i33400", START, [80.0] * 120)
    for part in range(24):
        state(owner, START + part * 5 * MINUTE, 1 if part < 6 else 0)

    Evaluator(session, lambda: START + 2 * HOUR + 2 * MINUTE).round()

    rows = owner.execute("SELECT rule, since, standing FROM finding").fetchall()
    assert rows == [("facility_off", START + 30 * MINUTE, True)]


def test_the_same_hours_judged_again_say_nothing_new(
    owner: psycopg.Connection, session: Session
) -> None:
    minutes(owner, "a21026", START, [60.0] * 60)
    minutes(owner, "a19001", START, [13.5] * 60)
    limited(owner, "a21026", "100")
    evaluator = Evaluator(session, lambda: START + HOUR + 2 * MINUTE)
    first = evaluator.round()
    owner.execute(
        "INSERT INTO touched (subject, hour, batch) SELECT id, %s, 2 FROM outlet", (START,)
    )

    second = evaluator.round()

    assert first.news.means > 0
    assert (second.hours, sum(second.news)) == (1, 0)


def test_a_corrected_minute_turns_what_it_touches_and_keeps_both_verdicts(
    owner: psycopg.Connection, session: Session
) -> None:
    minutes(owner, "a21026", START, [60.0] * 120)
    minutes(owner, "a19001", START, [13.5] * 120)
    limited(owner, "a21026", "119.9")
    evaluator = Evaluator(session, lambda: START + 2 * HOUR + 2 * MINUTE)
    evaluator.round()
    owner.execute(
        "UPDATE reading_minute SET value = 20, sent_at = sent_at + INTERVAL '1 day', batch = 2"
        " FROM channel WHERE channel.id = reading_minute.channel AND code = 'a21026' AND time = %s",
        (START,),
    )
    owner.execute(
        "INSERT INTO touched (subject, hour, batch) SELECT id, %s, 2 FROM outlet", (START,)
    )

    evaluator.round()

    rows = verdicts(session, point(owner, "a21026"))
    written = owner.execute("SELECT count(*) FROM verdict WHERE start = %s", (START,)).fetchone()
    assert [row.outcome for row in rows] == [Outcome.COMPLIANT, Outcome.EXCEEDING]
    assert written == (2,)
