"""公布率 kept by the real evaluator: results that were due, entered in time, late or never.

One point that owes a result each month; the rates are worked by hand.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import psycopg
import pytest

from schemas.judgement import Finding, PerformanceRow, Period, Stage
from schemas.manual_entry import NewManualResult
from schemas.registry_words import BEIJING
from schemas.rule_settings import SettingVersion
from services.alerts.composition import judge_what_rests_on_hours, rows_of
from services.alerts.evaluator import Evaluator
from services.alerts.library import Library
from services.alerts.plant_reading import Asked
from services.rules.judging.case import Delays
from services.rules.periods import local_day
from services.store.as_known import belief_lock
from services.store.beliefs import Stretch, read_findings, read_performance
from services.store.connection import connect_now
from services.store.judgements import write_judgements
from services.store.judging import Due, Work
from services.store.manual_results import (
    add_results,
    manual_lock,
    read_results,
    replace_result,
    withdraw_result,
)
from services.store.result_history import Told, versions_of
from services.store.rule_settings import write_setting
from services.store.session import Session
from tests.fixtures.evaluated import DAY, HOUR, Said, judged, point_of, put
from tests.fixtures.registry import stored

FEBRUARY = datetime(2025, 1, 31, 16, tzinfo=UTC)  # midnight in Beijing
MARCH = FEBRUARY + 28 * DAY
YEAR = FEBRUARY - 31 * DAY
DUE = MARCH + 10 * DAY
SO2 = "a21026"
PLANT = """
plants:
  - code: P1
    name: 示例厂
    region: 1505
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
        put(connection, [Said(DUE - DAY, SO2, 20.0, span_s=3600, late=HOUR)], "hour")
        yield connection


@pytest.fixture
def session(database: str, owner: psycopg.Connection) -> Iterator[Session]:
    assert owner.info.dbname
    with connect_now(database, "alerts", "test") as connection:
        yield connection


def owes(
    owner: psycopg.Connection, value: object, name: str = "publication_parameters.self_every"
) -> None:
    """What is set of the plant from February on."""
    setting = SettingVersion(
        *(0, name, "plant", "P1", value, FEBRUARY, None, "permit", "bureau", FEBRUARY, 0)  # type: ignore[arg-type] # a case
    )
    with belief_lock(owner):
        write_setting(owner, setting, [point_of(owner, SO2)])


def entered(
    owner: psycopg.Connection, at: datetime, since: datetime = FEBRUARY + DAY, value: str = "20"
) -> int:
    """A result of the point, entered at that time."""
    with manual_lock(owner):
        [key] = add_results(owner, [sampled(owner, since, value)])
    dated(owner, key, at)
    return key


def sampled(owner: psycopg.Connection, since: datetime, value: str) -> NewManualResult:
    return NewManualResult(
        *(point_of(owner, SO2), "self", since, since + HOUR, Decimal(value)),
        *("mg/m3", None, None, 1, "", "示例检测", "put right", "chemist"),
    )


def dated(owner: psycopg.Connection, key: int, at: datetime) -> None:
    """As though the newest version had been entered then: the tests' months are long ago."""
    owner.execute("ALTER TABLE manual_result DISABLE TRIGGER USER")
    owner.execute(
        "UPDATE manual_result SET recorded_at = %s WHERE id = "
        "(SELECT max(id) FROM manual_result WHERE result_key = %s)",
        (at, key),
    )
    owner.execute("ALTER TABLE manual_result ENABLE TRIGGER USER")


def evaluate(session: Session, now: datetime) -> None:
    """All that there is to be judged, as an evaluator does."""
    judged(Evaluator(session, lambda: now))


def judge(session: Session, now: datetime, touched: datetime | None = None) -> None:
    """What the end of a day brings before `now`, or an hour that was touched."""
    library = Library.read(session)
    [plant] = library.plants.ids()
    end = local_day(now, BEIJING).since
    due = [] if touched else [Due(Stage.PROVISIONAL, end - HOUR, end)]
    work = Work(plant, {} if touched is None else {0: [touched]}, due)
    asked = Asked(library, now, Delays())
    with session.transaction():
        judge_what_rests_on_hours(
            session, work, asked, lambda found: write_judgements(session, rows_of(found))
        )


def outlet(owner: psycopg.Connection) -> int:
    row = owner.execute("SELECT id FROM subject WHERE code = 'DA001'").fetchone()
    assert row is not None
    return int(row[0])


def rate(
    session: Session,
    owner: psycopg.Connection,
    period: Period = Period.MONTH,
    since: datetime = FEBRUARY,
    code: str = "",
) -> PerformanceRow | None:
    stretch = Stretch([outlet(owner)], since, since + HOUR, period)
    rows = [one.row for one in read_performance(session, stretch)]
    found = [row for row in rows if (row.measure, row.code) == ("publication_self", code)]
    return found[0] if found else None


def of_what(row: PerformanceRow | None) -> tuple[int, int, Stage] | None:
    return None if row is None else (int(row.numerator), int(row.denominator), row.stage)


def low(session: Session, owner: psycopg.Connection) -> list[Finding]:
    found = read_findings(session, Stretch([outlet(owner)], YEAR, YEAR + 365 * DAY))
    return [one.row for one in found if one.row.rule.startswith("publication_")]


def test_a_month_reaches_its_stages_with_the_clock_alone(
    owner: psycopg.Connection, session: Session
) -> None:
    """February's result is due on 11 March: until then there is no rate, after it 0 of 1, of the
    quarter and the year so far too; closed ten days later."""
    owes(owner, "month")
    seen: list[tuple[int, int, Stage] | None] = []

    for now in (DUE - HOUR, DUE + HOUR, DUE + 10 * DAY + HOUR):
        evaluate(session, now)
        seen.append(of_what(rate(session, owner)))

    assert seen == [None, (0, 1, Stage.FINAL), (0, 1, Stage.CLOSED)]
    assert of_what(rate(session, owner, code=SO2)) == (0, 1, Stage.CLOSED)
    for period in (Period.QUARTER, Period.YEAR):
        assert of_what(rate(session, owner, period, YEAR)) == (0, 1, Stage.PROVISIONAL)


def test_a_result_that_was_entered_in_time_counts_and_falls_out_when_it_is_withdrawn(
    owner: psycopg.Connection, session: Session
) -> None:
    owes(owner, "month")
    entered(owner, DUE)
    evaluate(session, DUE + HOUR)
    before = of_what(rate(session, owner))
    [known] = read_results(owner)
    with manual_lock(owner):
        withdraw_result(owner, known, "another sample", "chemist")

    evaluate(session, DUE + DAY + HOUR)

    assert before == (1, 1, Stage.FINAL)
    assert of_what(rate(session, owner)) == (0, 1, Stage.FINAL)


def test_a_correction_after_the_day_leaves_the_result_in_time(
    owner: psycopg.Connection, session: Session
) -> None:
    owes(owner, "month")
    key = entered(owner, DUE - DAY)
    [known] = read_results(owner)
    with manual_lock(owner):
        replace_result(owner, known, sampled(owner, FEBRUARY + DAY, "21"))
    dated(owner, key, DUE + DAY)

    judge(session, DUE + 2 * DAY)

    assert of_what(rate(session, owner)) == (1, 1, Stage.FINAL)
    told = Told([point_of(owner, SO2)], ["self"], FEBRUARY, MARCH)
    assert [one.recorded_at for one in versions_of(session, told)] == [DUE - DAY, DUE + DAY]


def test_a_month_that_is_too_low_is_found_where_months_are_judged(
    owner: psycopg.Connection, session: Session
) -> None:
    """0 of 1 in time, one late: 0 %, under 90 %. The finding falls when nothing is owed any more."""
    owes(owner, "month")
    owes(owner, ["month"], "publication_parameters.judged_over")
    entered(owner, DUE + HOUR)
    judge(session, DUE + 2 * HOUR)
    found = low(session, owner)
    owes(owner, "none")

    judge(session, DUE + 3 * HOUR, FEBRUARY)

    [one] = found
    assert (one.rule, one.since, one.until) == ("publication_self", FEBRUARY, MARCH)
    assert "应公布1个，按期录入本平台0个，逾期1个，缺0个" in one.zh
    assert low(session, owner) == []
    assert of_what(rate(session, owner)) == (0, 0, Stage.FINAL)


def test_a_result_of_january_is_counted_in_march_where_quarters_are_owed(
    owner: psycopg.Connection, session: Session
) -> None:
    """The quarter was owed as it began, on 1 January; sampled on 2 February, after its rate was told."""
    setting = SettingVersion(
        *(0, "publication_parameters.self_every", "plant", "P1", "quarter", YEAR, None),
        *("permit", "bureau", FEBRUARY, 0),
    )
    with belief_lock(owner):
        write_setting(owner, setting, [point_of(owner, SO2)])
    april = MARCH + 31 * DAY
    judge(session, april + 10 * DAY + HOUR)
    before = of_what(rate(session, owner, since=MARCH))
    entered(owner, april + 10 * DAY)

    judge(session, april + 10 * DAY + 2 * HOUR, FEBRUARY + DAY)

    assert before == (0, 1, Stage.FINAL)
    assert of_what(rate(session, owner, since=MARCH)) == (1, 1, Stage.FINAL)
    assert of_what(rate(session, owner, Period.QUARTER, YEAR)) == (1, 1, Stage.FINAL)


def test_what_is_entered_half_a_year_later_is_counted_as_the_day_ends(
    owner: psycopg.Connection, session: Session
) -> None:
    """Nothing was measured in February, so that no hour of it is touched; 200 days later it is late."""
    owes(owner, "month")
    now = FEBRUARY + 200 * DAY + HOUR
    judge(session, now)
    before = rate(session, owner)
    entered(owner, now)

    judge(session, now + DAY)

    row = rate(session, owner)
    assert (before, of_what(row)) == (None, (0, 1, Stage.CLOSED))
    assert row is not None
    assert (row.evidence["late"], row.evidence["missing"]) == (1, 0)


def test_it_is_written_once_whoever_judges_again(
    database: str, owner: psycopg.Connection, session: Session
) -> None:
    owes(owner, "month")
    judge(session, DUE + HOUR)
    count = "SELECT count(*) FROM performance WHERE measure LIKE 'publication%'"
    rows = owner.execute(count).fetchone()

    with connect_now(database, "alerts", "other") as other:
        judge(other, DUE + HOUR)
        judge(other, DUE + DAY + HOUR)

    assert rows == (6,)
    assert owner.execute(count).fetchone() == rows


def test_nothing_is_kept_where_nobody_said_how_often(
    owner: psycopg.Connection, session: Session
) -> None:
    entered(owner, MARCH - timedelta(days=2))

    judge(session, DUE + HOUR)

    assert rate(session, owner) is None
