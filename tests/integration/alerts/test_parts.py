"""What the evaluator judges beside hours against limits: removal, furnaces, works, months."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

import psycopg
import pytest
from typer.testing import CliRunner

from schemas.judgement import Outcome, PerformanceRow, Period
from schemas.limits import Bound
from services.alerts.evaluator import Evaluator
from services.cli import app
from services.store.beliefs import Stretch, read_means, read_performance, read_verdicts
from services.store.connection import connect_now
from services.store.marks import MarkQuery, read_marks, write_version
from services.store.session import Session
from tests.fixtures.evaluated import (
    DAY,
    HOUR,
    LAW,
    MINUTE,
    Said,
    assigned,
    believe,
    judged,
    point_of,
    put,
    touch,
)
from tests.fixtures.registry import stored

MONTH = datetime(2025, 2, 28, 16, tzinfo=UTC)  # 2025-03-01 00:00 in Beijing
MONTH_END = MONTH + 31 * DAY
BOILER = """
plants:
  - code: P1
    name: 示例厂
    region: 1505
    outlets:
      - {code: DA001, medium: air}
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
          - {code: a21026, unit: mg/m3}
          - {code: a00000, unit: m3/h}
          - {code: a21026-i, point: DA001/in/a21026, unit: mg/m3}
          - {code: a00000-i, point: DA001/in/a00000, unit: m3/h}
          - {code: i33400, point: B1/state/load, unit: "%"}
          - {code: SB1, point: FGD1/state}
"""
WORKS = """
plants:
  - code: P1
    name: 示例污水处理厂
    region: 1505
    outlets:
      - {code: DW001, medium: water}
    units:
      - {code: L1, process: sewage_line}
    facilities:
      - {code: F1, treatment: sewage, design_capacity: 2400, design_unit: m3/d}
    groups:
      - {code: G1, needed: 1, facilities: [F1], serves: [L1 -> DW001]}
    devices:
      - mn: MN-W
        commissioned_at: 2025-01-01
        channels:
          - {code: w00000, unit: m3/h}
          - {code: w01018, unit: mg/L, cycle: 3600}
          - {code: w01018-i, point: DW001/in/w01018, unit: mg/L, cycle: 3600}
"""
FURNACE = """
plants:
  - code: P1
    name: 示例垃圾焚烧厂
    region: 1505
    outlets:
      - {code: DA001, medium: air}
    units:
      - {code: W1, process: waste_incinerator}
    facilities:
      - {code: F1, treatment: dedusting}
    groups:
      - {code: G1, needed: 1, facilities: [F1], serves: [W1 -> DA001]}
    devices:
      - mn: MN-F
        commissioned_at: 2025-01-01
        channels:
          - {code: a21026, unit: mg/m3}
          - {code: a01901, point: POINT, unit: Cel}
"""


@pytest.fixture
def owner(database: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database, autocommit=True, options="-c timezone=UTC0") as connection:
        yield connection


@pytest.fixture
def session(database: str) -> Iterator[Session]:
    with connect_now(database, "alerts", "test") as connection:
        yield connection


def subject(owner: psycopg.Connection, code: str) -> int:
    row = owner.execute("SELECT id FROM subject WHERE code = %s", (code,)).fetchone()
    assert row is not None
    return int(row[0])


def constant(code: str, value: float, since: datetime, hours: int) -> list[Said]:
    """A minute record each of some hours."""
    return [Said(since + n * MINUTE, code, value) for n in range(60 * hours)]


def hourly(code: str, value: float, hours: int, since: datetime = MONTH) -> list[Said]:
    """The device's own record of each hour."""
    return [
        Said(since + n * HOUR, code, value, span_s=3600, late=HOUR + MINUTE) for n in range(hours)
    ]


def rates(session: Session, key: int, measure: str, period: Period) -> list[PerformanceRow]:
    stretch = Stretch([key], MONTH - DAY, MONTH_END, period)
    return [one.row for one in read_performance(session, stretch) if one.row.measure == measure]


def rules(owner: psycopg.Connection) -> list[tuple[str, datetime, bool]]:
    """The newest belief of each finding."""
    return owner.execute(
        "SELECT DISTINCT ON (rule, subject, point, since) rule, since, standing FROM finding"
        " ORDER BY rule, subject, point, since, id DESC"
    ).fetchall()


def test_removal_is_judged_with_its_hours_and_its_day(
    owner: psycopg.Connection, session: Session
) -> None:
    """In 2000, out 300 mg/m3, the same flow: 85 % of 2000 x 1000 an hour, under the 90 % wanted."""
    stored(owner, BOILER)
    values = {"a21026": 300.0, "a00000": 1e3, "a21026-i": 2e3, "a00000-i": 1e3, "i33400": 80.0}
    for code, value in values.items():
        put(owner, constant(code, value, MONTH, 24))
    ask = Bound(">=", Decimal(90), None, "%", "removal", "hour", None)
    outlet = point_of(owner, "a21026")
    believe(owner, assigned(outlet, ask, MONTH - DAY))

    judged(Evaluator(session, lambda: MONTH + DAY + 2 * MINUTE))

    hours = rates(session, subject(owner, "DA001"), "removal", Period.HOUR)
    (day,) = rates(session, subject(owner, "DA001"), "removal", Period.DAY)
    found = read_verdicts(session, Stretch([outlet], MONTH, MONTH + HOUR))
    assert [(row.numerator, row.denominator) for row in hours] == [(1_700_000, 2_000_000)] * 24
    assert day.denominator == 48_000_000
    assert [(one.row.outcome, one.row.value) for one in found] == [(Outcome.EXCEEDING, 85)]
    assert ("low_removal", MONTH, True) in rules(owner)


@pytest.mark.parametrize("point", ["W1/state/furnace_temperature", "DA001/out/a01901"])
def test_a_furnace_that_was_cold_six_times_is_found_at_the_days_end(
    owner: psycopg.Connection, session: Session, point: str
) -> None:
    """Also where the last hour alone is judged of the day: the furnace's day is read whole."""
    stored(owner, FURNACE.replace("POINT", point))
    into = "INSERT INTO reading_five_minute (time, channel, value, flag, span_s, sent_at,"
    into += " received_at, batch, seq) SELECT %s, id, %s, 'N', 300, %s, %s, 1, 0 FROM channel"
    for n in range(288):
        at = MONTH + 5 * n * MINUTE
        said = (at, 849.0 if n < 6 else 900.0, at, at)
        owner.execute(into.encode() + b" WHERE code = 'a01901'", said)
    put(owner, constant("a21026", 20.0, MONTH, 24))
    for hour in range(24):
        judged(Evaluator(session, lambda n=hour: MONTH + (n + 1) * HOUR + 2 * MINUTE))

    (row,) = rates(session, subject(owner, "W1"), "furnace_temperature", Period.DAY)
    assert (row.numerator, row.denominator) == (282, 288)
    assert ("furnace_temperature", MONTH, True) in rules(owner)


def test_a_works_load_is_counted_while_its_month_runs_and_judged_when_it_is_over(
    owner: psycopg.Connection, session: Session
) -> None:
    """50 m3/h: 1,200 m3 of 2,400 m3 a day; 37,200 of 74,400 m3 in March."""
    stored(owner, WORKS)
    put(owner, hourly("w00000", 50.0, 31 * 24), "hour")
    works = subject(owner, "DW001")

    judged(Evaluator(session, lambda: MONTH + 2 * DAY + 20 * MINUTE))
    (running,) = rates(session, works, "load", Period.MONTH)
    judged(Evaluator(session, lambda: MONTH_END + 20 * MINUTE))
    (over,) = rates(session, works, "load", Period.MONTH)

    assert (running.numerator, running.denominator) == (2400, 4800)
    assert (over.numerator, over.denominator) == (37_200, 74_400)
    assert {"sewage_load", "sewage_load_year"} <= {rule for rule, _, _ in rules(owner)}


def test_a_month_that_is_over_has_means_verdicts_rates_and_mass(
    owner: psycopg.Connection, session: Session
) -> None:
    """Every hour 60 mg/m3 in 1000 m3/h: 0.06 kg an hour, 744 h: 0.04464 t; over a limit of 50.

    An ultra-low limit of 70 is kept in all 744 hours.
    """
    stored(owner, BOILER)
    for code, value in {"a21026": 60.0, "a00000": 1000.0}.items():
        put(owner, hourly(code, value, 31 * 24), "hour")
    point = point_of(owner, "a21026")
    month = Bound("<=", None, Decimal(50), "mg/m3", "concentration", "month", None)
    low = Bound("<=", None, Decimal(70), "mg/m3", "concentration", "hour", None)
    believe(owner, assigned(point, month, MONTH - DAY))
    ultra = LAW._replace(origin="ultra_low", standard="环大气[2019]35号")
    believe(owner, assigned(point, low, MONTH - DAY)._replace(law=ultra))

    judged(Evaluator(session, lambda: MONTH_END + 20 * MINUTE))

    stretch = Stretch([point], MONTH, MONTH_END, Period.MONTH)
    outlet = subject(owner, "DA001")
    (mean,) = read_means(session, stretch)
    (verdict,) = read_verdicts(session, stretch)
    (mass,) = rates(session, outlet, "mass", Period.MONTH)
    (share,) = rates(session, outlet, "ultra_low", Period.MONTH)
    assert (mean.row.value, mean.row.mass) == (60, Decimal("44.64"))
    assert (verdict.row.outcome, verdict.row.multiple) == (Outcome.EXCEEDING, Decimal("0.2"))
    assert (mass.numerator, mass.denominator) == (Decimal("0.04464"), Decimal("0.04464"))
    assert (share.numerator, share.denominator) == (744, 744)
    assert rates(session, subject(owner, "B1"), "operation", Period.MONTH)
    assert rates(session, outlet, "synchronous", Period.MONTH)


def test_the_third_exceedance_is_found_and_falls_when_one_is_corrected(
    owner: psycopg.Connection, session: Session
) -> None:
    stored(owner, BOILER)
    over = {3, 30, 60}
    put(
        owner,
        [
            one._replace(value=90.0 if n in over else 20.0)
            for n, one in enumerate(hourly("a21026", 0.0, 72))
        ],
        "hour",
    )
    point = point_of(owner, "a21026")
    low = Bound("<=", None, Decimal(50), "mg/m3", "concentration", "hour", None)
    believe(owner, assigned(point, low, MONTH - DAY))
    evaluator = Evaluator(session, lambda: MONTH + 3 * DAY + 20 * MINUTE)
    judged(evaluator)
    before = rules(owner)
    owner.execute(
        "UPDATE reading_hour SET value = 20, sent_at = sent_at + INTERVAL '1 day', batch = 2"
        " WHERE time = %s",
        (MONTH + 30 * HOUR,),
    )
    touch(owner, "DA001", [MONTH + 30 * HOUR], 2)

    judged(evaluator)

    third = MONTH + 60 * HOUR
    assert ("repeated_exceedance", third, True) in before
    assert ("repeated_exceedance", third, False) in rules(owner)


def test_a_quarter_of_twice_the_limit_is_proposed_as_severe(
    owner: psycopg.Connection, session: Session
) -> None:
    """100 against 50 in one hour: a multiple of 1, in March alone; the quarter is over."""
    stored(owner, BOILER)
    hours = hourly("a21026", 20.0, 31 * 24)
    put(owner, [hours[0]._replace(value=100.0), *hours[1:]], "hour")
    low = Bound("<=", None, Decimal(50), "mg/m3", "concentration", "hour", None)
    believe(owner, assigned(point_of(owner, "a21026"), low, MONTH - DAY))

    judged(Evaluator(session, lambda: MONTH_END + 20 * MINUTE))

    severe = [since for rule, since, _ in rules(owner) if rule == "severe_quarter"]
    assert severe == [datetime(2024, 12, 31, 16, tzinfo=UTC)]


def flagged(since: datetime, minutes: int, flag: str) -> list[Said]:
    return [Said(since + n * MINUTE, "a21026", 20.0, flag=flag) for n in range(minutes)]


def marks(owner: psycopg.Connection) -> list[tuple[str, datetime, datetime, str]]:
    """The newest version of each mark."""
    return owner.execute(
        "SELECT DISTINCT ON (mark_key) kind, lower(during), upper(during), origin FROM mark"
        " ORDER BY mark_key, id DESC"
    ).fetchall()


def test_a_long_run_of_a_flag_becomes_one_mark_of_the_logger(
    owner: psycopg.Connection, session: Session
) -> None:
    """40 minutes of D at 06:00; ten of C are too short. A second evaluation enters no other."""
    stored(owner, BOILER)
    put(owner, flagged(MONTH + 6 * HOUR, 40, "D"))
    put(owner, flagged(MONTH + 9 * HOUR, 10, "C"))
    put(owner, constant("a21026", 20.0, MONTH + 23 * HOUR, 1))
    evaluator = Evaluator(session, lambda: MONTH + DAY + 2 * MINUTE)
    judged(evaluator)
    first = marks(owner)
    touch(owner, "DA001", [MONTH + 6 * HOUR], 2)

    judged(evaluator)

    since = MONTH + 6 * HOUR
    assert first == [("equipment/fault", since, since + 40 * MINUTE, "logger")]
    assert marks(owner) == first


def test_a_run_that_proves_longer_lengthens_its_mark_and_one_withdrawn_stays_so(
    owner: psycopg.Connection, session: Session
) -> None:
    stored(owner, BOILER)
    since = MONTH + 6 * HOUR
    put(owner, flagged(since, 40, "D"))
    put(owner, flagged(MONTH + 12 * HOUR, 40, "M"))
    put(owner, constant("a21026", 20.0, MONTH + 23 * HOUR, 1))
    evaluator = Evaluator(session, lambda: MONTH + DAY + 2 * MINUTE)
    judged(evaluator)
    maintained = next(one for one in read_marks(owner, MarkQuery()) if "maint" in one.kind)
    write_version(owner, maintained, MONTH + DAY, withdrawn=True)
    put(owner, flagged(since + 40 * MINUTE, 20, "D"), batch=2)
    touch(owner, "DA001", [since], 2)

    judged(evaluator)

    (left,) = read_marks(owner, MarkQuery())
    assert (left.kind, left.until) == ("equipment/fault", since + 60 * MINUTE)


def test_judging_a_month_by_hand_writes_the_month_too(
    owner: psycopg.Connection, database: str
) -> None:
    stored(owner, BOILER)
    put(owner, hourly("a21026", 60.0, 31 * 24), "hour")
    asked = ["judge", "--outlet", "P1", "--from", "2025-03-01", "--to", "2025-04-01"]

    done = CliRunner().invoke(app, [*asked, "--database-url", database])

    written = owner.execute(
        "SELECT start, value FROM mean WHERE period = 'month' AND value IS NOT NULL"
    ).fetchall()
    assert done.exit_code == 0, done.output
    assert written == [(MONTH, 60)]
