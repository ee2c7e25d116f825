"""A plant with a month of means and verdicts in the tables: tax band, premiums lost, samples owed.

Kept by the composition that evaluators use, at the month's end; worked by hand.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import psycopg
import pytest

from schemas.judgement import Finding, Outcome, PerformanceRow, Period, Stage
from schemas.limits import Bound
from schemas.manual_entry import NewManualResult
from schemas.mark_entry import NewMark
from services.alerts.composition import judge_what_rests_on_hours, rows_of
from services.alerts.library import Library
from services.alerts.plant_reading import Asked
from services.rules.judging.case import Delays
from services.store.beliefs import Stretch, read_findings, read_performance
from services.store.connection import connect_now
from services.store.judgements import Judged, News, write_judgements
from services.store.judging import Due, Work
from services.store.manual_results import add_results, manual_lock
from services.store.marks import enter_marks
from services.store.session import Session
from tests.fixtures.evaluated import DAY, HOUR, assigned, believe, point_of
from tests.fixtures.judged import verdict
from tests.fixtures.plant_days import mean
from tests.fixtures.registry import stored

MARCH = datetime(2025, 2, 28, 16, tzinfo=UTC)  # midnight in Beijing
APRIL = MARCH + 31 * DAY
NOW = APRIL + HOUR
HIGH = Bound("<=", None, Decimal(50), "mg/m3", "concentration", "hour")
PLANT = """
plants:
  - code: P1
    name: 示例热电厂
    region: 1505
    industry: 火力发电
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
        channels: [{code: a21026, point: DA001/out/a21026, unit: mg/m3}]
"""


@pytest.fixture
def owner(database: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database, autocommit=True, options="-c timezone=UTC0") as connection:
        stored(connection, PLANT)
        yield connection


@pytest.fixture
def session(database: str, owner: psycopg.Connection) -> Iterator[Session]:
    """The month of SO2: every hour 25 mg/m3, half of the limit, and one verdict of it over by 0.4."""
    with connect_now(database, "alerts", "test") as connection:
        point = point_of(owner, "a21026")
        limit = believe(owner, assigned(point, HIGH, MARCH - 365 * DAY)).limit
        means = [mean(point, MARCH + n * HOUR, "25") for n in range(744)]
        came_out(connection, point, limit, Outcome.EXCEEDING, means=Judged(means))
        yield connection


def came_out(
    session: Session, point: int, limit: int, of_hour_3: Outcome, means: Judged | None = None
) -> None:
    verdicts = [
        verdict(of_hour_3 if n == 3 else Outcome.COMPLIANT)._replace(
            point=point, limit=limit, start=MARCH + n * HOUR, multiple=Decimal("0.4")
        )
        for n in range(744)
    ]
    with session.transaction():
        write_judgements(session, replace(means or Judged(), verdicts=verdicts))


def judge(session: Session, stage: Stage = Stage.FINAL) -> News:
    """As its last hour reaches a stage."""
    library = Library.read(session)
    [plant] = library.plants.ids()
    work = Work(plant, {}, [Due(stage, APRIL - HOUR, APRIL)])
    asked = Asked(library, NOW, Delays())
    with session.transaction():
        return judge_what_rests_on_hours(
            session, work, asked, lambda found: write_judgements(session, rows_of(found))
        )


def subject(owner: psycopg.Connection, code: str) -> int:
    row = owner.execute("SELECT id FROM subject WHERE code = %s", [code]).fetchone()
    assert row is not None
    return int(row[0])


def month_rate(session: Session, subject_: int, measure: str) -> PerformanceRow:
    stretch = Stretch([subject_], MARCH, APRIL, Period.MONTH)
    [row] = [one.row for one in read_performance(session, stretch) if one.row.measure == measure]
    return row


def standing(session: Session, owner: psycopg.Connection, like: str) -> list[Finding]:
    subjects = [subject(owner, "B1"), subject(owner, "DA001")]
    found = read_findings(session, Stretch(subjects, MARCH, APRIL))
    return [one.row for one in found if one.row.rule.startswith(like)]


def test_an_hour_over_the_limit_costs_the_premium_and_the_reduction_of_the_tax(
    owner: psycopg.Connection, session: Session
) -> None:
    """Of 744 hours one is over by 0.4: 1 of 744 loses its premium, without a fine, since 0.4 < 1. The
    mean of 25 is half of 50, which would pay 50 %; with an hour over all of the tax is due."""
    judge(session)

    lost = month_rate(session, subject(owner, "B1"), "clawback_desulphurisation")
    assert (lost.numerator, lost.denominator) == (1, 744)
    [hour] = standing(session, owner, "clawback")
    assert (hour.since, hour.evidence["case"]) == (MARCH + 3 * HOUR, "confiscated")
    tax = month_rate(session, subject(owner, "DA001"), "tax_pay")
    assert (tax.numerator, tax.denominator, tax.evidence["why"]) == (1, 1, "exceeded")


def test_they_are_given_back_when_the_hour_turns_out_to_be_within(
    owner: psycopg.Connection, session: Session
) -> None:
    judge(session)
    limit = owner.execute("SELECT max(limit_key) FROM limit_version").fetchone()
    assert limit is not None
    came_out(session, point_of(owner, "a21026"), int(limit[0]), Outcome.COMPLIANT)

    judge(session)

    assert standing(session, owner, "clawback") == []
    lost = month_rate(session, subject(owner, "B1"), "clawback_desulphurisation")
    assert (lost.numerator, lost.denominator) == (0, 744)
    tax = month_rate(session, subject(owner, "DA001"), "tax_pay")
    assert (tax.numerator, tax.evidence["why"]) == (Decimal("0.5"), "far_under")


def test_samples_owed_are_found_until_they_are_entered(
    owner: psycopg.Connection, session: Session
) -> None:
    """Out for 10 h of the 2nd: more than 6 h without a sample. One after 5 h puts it right."""
    since = MARCH + DAY
    mark = NewMark(
        *("equipment/fault", subject(owner, "DA001"), None, since, since + 10 * HOUR, "bureau"),
        *(False, since, "bureau"),
    )
    with session.transaction():
        enter_marks(session, [mark], since, touching=False)
    judge(session)
    before = standing(session, owner, "manual_sampling")
    result = NewManualResult(
        *(point_of(owner, "a21026"), "gap", since + 5 * HOUR, since + 6 * HOUR, Decimal(20)),
        *("mg/m3", None, None, 1, "", "示例检测", "", "chemist"),
    )
    with manual_lock(owner):
        add_results(owner, [result])

    judge(session)

    assert [(one.rule, one.since) for one in before] == [
        ("manual_sampling_interval", since + 6 * HOUR)
    ]
    assert standing(session, owner, "manual_sampling") == []


def test_judging_it_again_writes_nothing_new(
    database: str, owner: psycopg.Connection, session: Session
) -> None:
    assert owner.info.dbname
    first = judge(session)

    with connect_now(database, "alerts", "other") as other:
        second = judge(other)

    assert first.performance > 0
    assert second == News(0, 0, 0, 0)


def test_a_pool_that_runs_low_is_found_and_falls_with_its_last_mark(
    owner: psycopg.Connection, session: Session
) -> None:
    """CEMS maintenance of 28 h in the quarter: warned of from 27 h on, 30 h are allowed."""
    mark = NewMark(
        *("waste_incineration/cems_maintenance", subject(owner, "DA001"), None, MARCH),
        *(MARCH + timedelta(hours=28), "bureau", False, MARCH, "bureau"),
    )
    with session.transaction():
        enter_marks(session, [mark], MARCH, touching=False)
    judge(session)
    near = [one.rule for one in standing(session, owner, "quota_near")]
    owner.execute(
        "INSERT INTO mark (mark_key, kind, subject, during, origin, planned, entered_at, review,"
        " withdrawn, actor) SELECT mark_key, kind, subject, during, origin, planned, entered_at,"
        " review, true, actor FROM mark"
    )

    judge(session, Stage.PROVISIONAL)

    assert near == ["quota_near_cems_30h"]
    assert standing(session, owner, "quota_near") == []
