"""传输有效率 kept by the real evaluator: months, quarters and years as rows, and what is too low as findings.

One outlet that is assessed by SO2 alone; its hour records are there, or not, and the rates are worked
by hand.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from schemas.judgement import Finding, PerformanceRow, Period, Stage
from services.alerts.evaluator import Evaluator
from services.store.beliefs import Stretch, read_findings, read_performance
from services.store.connection import connect_now
from services.store.session import Session
from tests.fixtures.evaluated import DAY, HOUR, Said, judged, put, touch
from tests.fixtures.registry import stored

FEBRUARY = datetime(2025, 1, 31, 16, tzinfo=UTC)  # midnight in Beijing
MARCH = FEBRUARY + 28 * DAY
APRIL = MARCH + 31 * DAY
YEAR = FEBRUARY - 31 * DAY
SO2 = "a21026"
PLANT = """
plants:
  - code: P1
    name: 示例厂
    region: 4501
    outlets:
      - {code: DA001, medium: air}
    devices:
      - mn: MN-A
        commissioned_at: 2025-02-01
        channels: [{code: a21026, unit: mg/m3}]
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


def sent(
    owner: psycopg.Connection, since: datetime, hours: int, late: timedelta = timedelta(minutes=5)
) -> list[datetime]:
    """So many hour records from a time on, each so long after its hour's end."""
    starts = [since + place * HOUR for place in range(hours)]
    records = [Said(at, SO2, 20.0, span_s=3600, late=HOUR + late) for at in starts]
    put(owner, records, "hour")
    return starts


def judge(session: Session, now: datetime) -> Evaluator:
    evaluator = Evaluator(session, lambda: now)
    judged(evaluator)
    return evaluator


def outlet(owner: psycopg.Connection) -> int:
    row = owner.execute("SELECT id FROM subject WHERE code = 'DA001'").fetchone()
    assert row is not None
    return int(row[0])


def rate(
    session: Session, owner: psycopg.Connection, period: Period, since: datetime, ending: str = ""
) -> PerformanceRow:
    stretch = Stretch([outlet(owner)], since, since + HOUR, period)
    [row] = [
        one.row
        for one in read_performance(session, stretch)
        if (one.row.measure, one.row.code) == (f"effectiveness{ending}", "")
    ]
    return row


def of_what(row: PerformanceRow) -> tuple[int, int]:
    return int(row.numerator), int(row.denominator)


def low(session: Session, owner: psycopg.Connection) -> dict[str, Finding]:
    stretch = Stretch([outlet(owner)], YEAR, YEAR + 365 * DAY)
    return {
        one.row.rule: one.row
        for one in read_findings(session, stretch)
        if one.row.rule.startswith("low_effectiveness")
    }


def written(owner: psycopg.Connection, like: str = "effectiveness%") -> int:
    row = owner.execute("SELECT count(*) FROM performance WHERE measure LIKE %s", [like]).fetchone()
    assert row is not None
    return int(row[0])


def test_a_month_a_quarter_and_a_year_are_kept_and_the_low_month_is_found(
    owner: psycopg.Connection, session: Session
) -> None:
    """February has 28 days: 672 hours and 28 days are due, 700 records.

    Hours of the first 7 days came in time, 168; the 12 after them three days late, so within the
    window of ten; no day came. First 168 / 700 = 24 %, then 180 / 700 = 25.71 %, under 75 %. Quarter
    and year so far are that month.
    """
    sent(owner, FEBRUARY, 168)
    sent(owner, FEBRUARY + 168 * HOUR, 12, 3 * DAY)

    judge(session, MARCH + DAY + HOUR)

    month = rate(session, owner, Period.MONTH, FEBRUARY)
    assert (of_what(month), month.stage) == ((180, 700), Stage.FINAL)
    assert of_what(rate(session, owner, Period.MONTH, FEBRUARY, "_first")) == (168, 700)
    assert of_what(rate(session, owner, Period.MONTH, FEBRUARY, "_backfilled")) == (180, 700)
    quarter = rate(session, owner, Period.QUARTER, YEAR)
    assert (of_what(quarter), quarter.stage) == ((180, 700), Stage.PROVISIONAL)
    assert of_what(rate(session, owner, Period.YEAR, YEAR)) == (180, 700)
    found = low(session, owner)
    assert set(found) == {"low_effectiveness"}
    assert "应传数据700个" in found["low_effectiveness"].zh
    assert found["low_effectiveness"].since == FEBRUARY


@pytest.mark.parametrize("late", [timedelta(minutes=5), 2 * DAY], ids=["in time", "in the window"])
def test_what_was_low_falls_when_the_records_are_sent_again(
    owner: psycopg.Connection, session: Session, late: timedelta
) -> None:
    """Of 700 due 504 came: 72 %. With 168 more it is 672 / 700 = 96 %."""
    sent(owner, FEBRUARY, 504)
    judge(session, MARCH + DAY + HOUR)
    before = low(session, owner)
    again = sent(owner, FEBRUARY + 504 * HOUR, 168, late)
    touch(owner, "DA001", again, 2)

    judge(session, MARCH + 2 * DAY)

    assert set(before) == {"low_effectiveness"}
    assert low(session, owner) == {}
    assert of_what(rate(session, owner, Period.MONTH, FEBRUARY)) == (672, 700)
    assert of_what(rate(session, owner, Period.QUARTER, YEAR)) == (672, 700)


def test_a_quarter_that_is_over_is_found_apart_from_its_months(
    owner: psycopg.Connection, session: Session
) -> None:
    """February 180 / 700, March 0 / 775: of the quarter 180 / 1475. January is not there, a doubt."""
    sent(owner, FEBRUARY, 180)

    judge(session, APRIL + 12 * DAY)

    found = low(session, owner)
    assert set(found) == {"low_effectiveness", "low_effectiveness_quarter"}
    quarter = rate(session, owner, Period.QUARTER, YEAR)
    assert (of_what(quarter), quarter.stage) == ((180, 1475), Stage.CLOSED)
    assert "months_missing" in found["low_effectiveness_quarter"].doubts


def test_a_running_month_is_counted_once_a_day(owner: psycopg.Connection, session: Session) -> None:
    """After 5 days 120 hours are over, 119 past their grace of half an hour, and 4 days past theirs."""
    sent(owner, FEBRUARY, 120)
    end = FEBRUARY + 5 * DAY
    judge(session, end + timedelta(minutes=2))
    rows = written(owner)
    touched = [FEBRUARY + 7 * HOUR]
    touch(owner, "DA001", touched, 2)

    judge(session, end + timedelta(hours=3))

    month = rate(session, owner, Period.MONTH, FEBRUARY)
    assert (of_what(month), month.stage) == ((119, 123), Stage.PROVISIONAL)
    assert written(owner) == rows
    assert low(session, owner) == {}


def test_a_month_reaches_its_stages_with_the_clock_alone(
    owner: psycopg.Connection, session: Session
) -> None:
    """Its last day's record may come until 06:00; amendments end on the 11th."""
    sent(owner, FEBRUARY, 672)
    stages: list[Stage] = []

    for now in (MARCH + HOUR, MARCH + DAY + HOUR, MARCH + 9 * DAY + HOUR, MARCH + 10 * DAY + HOUR):
        judge(session, now)
        stages.append(rate(session, owner, Period.MONTH, FEBRUARY).stage)

    assert stages == [Stage.PROVISIONAL, Stage.FINAL, Stage.FINAL, Stage.CLOSED]


def test_two_evaluators_write_it_once(
    database: str, owner: psycopg.Connection, session: Session
) -> None:
    sent(owner, FEBRUARY, 180)
    judge(session, MARCH + DAY + HOUR)
    rows = written(owner)

    with connect_now(database, "alerts", "other") as other:
        judge(other, MARCH + DAY + HOUR)
        touch(owner, "DA001", [FEBRUARY], 2)
        judge(other, MARCH + DAY + HOUR)

    assert written(owner) == rows
