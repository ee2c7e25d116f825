"""A newer belief is a new row, and what was believed can be asked for ever."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import psycopg
import pytest

from schemas.judgement import Finding, MeanRow, Outcome, Period, Stage
from services.store.as_known import closed_position
from services.store.beliefs import (
    Stretch,
    Tally,
    last_valid_means,
    read_findings,
    read_means,
    read_performance,
    read_verdicts,
    tally_verdicts,
)
from services.store.connection import connect_now
from services.store.judgements import Judged, News, write_judgements
from services.store.session import Session
from tests.fixtures.judged import EVIDENCE, HOUR, START, finding, mean, rate, verdict
from tests.fixtures.registry import TERSE, stored

DAY = Stretch([1], START, START + timedelta(days=1))


@pytest.fixture
def session(database: str) -> Iterator[Session]:
    with psycopg.connect(database, autocommit=True) as owner:
        stored(owner, TERSE)
    with connect_now(database, "alerts", "test") as connection:
        yield connection


def write(session: Session, *means: MeanRow, findings: tuple[Finding, ...] = ()) -> News:
    with session.transaction():
        return write_judgements(session, Judged(means=means, findings=findings))


def test_what_is_written_is_read_as_it_was(session: Session) -> None:
    judged = Judged(
        [mean(), mean(None, 1)], [verdict(), verdict(limit=2)], [rate()], [finding(), finding(1, 2)]
    )

    with session.transaction():
        news = write_judgements(session, judged)

    assert news == News(2, 2, 1, 2)
    assert [one.row for one in read_means(session, DAY)] == judged.means
    assert [one.row for one in read_verdicts(session, DAY)] == judged.verdicts
    month = DAY._replace(period=Period.MONTH)
    assert [one.row for one in read_performance(session, month)] == judged.performance
    assert [one.row for one in read_findings(session, DAY)] == judged.findings


def test_the_same_judgement_again_is_no_news(session: Session) -> None:
    judged = Judged([mean()], [verdict()], [rate()], [finding()])

    for expected in (News(1, 1, 1, 1), News(0, 0, 0, 0)):
        with session.transaction():
            assert write_judgements(session, judged) == expected

    rows = session.execute("SELECT count(*) FROM mean").fetchone()
    assert rows == (1,)


@pytest.mark.parametrize(
    ("changed", "news"),
    [
        pytest.param(mean("12.50"), 0, id="the same number written otherwise"),
        pytest.param(mean("12.500000001"), 1, id="another number"),
        pytest.param(mean(None), 1, id="no number any more"),
        pytest.param(mean(stage=Stage.CLOSED), 1, id="another stage"),
        pytest.param(mean(evidence={**EVIDENCE, "minutes": 59}), 1, id="other evidence"),
        pytest.param(mean(evidence={**EVIDENCE, "seen_at": "10:00"}), 0, id="volatile evidence"),
        pytest.param(mean(evidence=dict(reversed(list(EVIDENCE.items())))), 0, id="another order"),
        pytest.param(mean()._replace(mass=None), 1, id="no mass"),
        pytest.param(mean(hours=1), 1, id="another hour"),
        pytest.param(mean(point=2), 1, id="another point"),
        pytest.param(mean()._replace(period=Period.DAY), 1, id="another period"),
    ],
)
def test_only_what_differs_is_a_new_belief(session: Session, changed: MeanRow, news: int) -> None:
    write(session, mean())

    with session.transaction():
        judged = Judged([changed], volatile=frozenset({"seen_at"}))
        written = write_judgements(session, judged)

    assert written.means == news


def test_a_belief_that_comes_back_is_a_row_of_its_own(session: Session) -> None:
    for value in ("1", "2", "1"):
        write(session, mean(value))

    [belief] = read_means(session, DAY)

    assert belief.row.value == Decimal(1)
    assert session.execute("SELECT count(*) FROM mean").fetchone() == (3,)


def test_evidence_may_hold_decimals_and_times_and_lists(session: Session) -> None:
    row = mean(evidence={"mean": Decimal("1.50"), "at": START, "hours": (1, 2), "none": None})

    assert write(session, row).means == 1
    assert write(session, row).means == 0

    [belief] = read_means(session, DAY)
    assert belief.row.evidence == {
        "mean": "1.50",
        "at": "2024-06-03T00:00:00+00:00",
        "hours": [1, 2],
        "none": None,
    }


def test_each_position_has_its_beliefs(session: Session) -> None:
    known: list[int] = [closed_position(session)]
    for value in ("1", "2"):
        write(session, mean(value), findings=(finding(until=int(value)),))
        known.append(closed_position(session))

    means = [read_means(session, DAY._replace(known=position)) for position in known]
    found = [read_findings(session, DAY._replace(known=position)) for position in known]

    assert [[one.row.value for one in some] for some in means] == [[], [Decimal(1)], [Decimal(2)]]
    assert [[one.row.until for one in some] for some in found] == [
        [],
        [START + HOUR],
        [START + 2 * HOUR],
    ]


def test_a_question_as_of_a_closed_position_has_one_answer_whatever_commits_later(
    session: Session, database: str
) -> None:
    write(session, mean("0", 9))  # a transaction that makes a chunk holds up all who want it
    with (
        connect_now(database, "alerts", "slow") as slow,
        connect_now(database, "alerts", "quick") as quick,
    ):
        with slow.transaction():
            write_judgements(slow, Judged([mean("1")]))
            write(quick, mean("2", 1))
            closed = closed_position(session)
            asked = DAY._replace(known=closed)
            during = read_means(session, asked)
        after = read_means(session, asked)
    now = read_means(session, DAY._replace(known=closed_position(session)))

    assert [one.row.value for one in during] == [Decimal(0)]
    assert after == during
    assert [one.row.value for one in now] == [Decimal(1), Decimal(2), Decimal(0)]


def test_the_later_position_is_believed_and_not_the_later_id(
    session: Session, database: str
) -> None:
    with psycopg.connect(database, autocommit=True) as owner:
        insert = (
            "INSERT INTO mean (start, id, point, period, stage, source, value, valid_s, due_s,"
            " valid, evidence, rules, position)"
            " VALUES (%s, %s, 1, 'hour', 'final', 'computed', %s, 0, 0, true, '{}', '1', %s)"
        )
        owner.execute(insert, (START, 1001, 1, "99"))
        owner.execute(insert, (START, 1000, 2, "100"))

    [belief] = read_means(session, DAY)

    assert (belief.row.value, belief.position, belief.id, belief.rules) == (2, 100, 1000, "1")


def test_what_no_longer_holds_is_told_only_when_asked_for(session: Session) -> None:
    write(session, findings=(finding(0), finding(2, point=1)))
    write(session, findings=(replace(finding(0), standing=False),))

    standing = read_findings(session, DAY)
    all_of_them = read_findings(session, DAY, fallen=True)

    assert [one.row for one in standing] == [finding(2, point=1)]
    assert [one.row.standing for one in all_of_them] == [False, True]


def test_a_finding_is_read_wherever_it_touches_the_span(session: Session) -> None:
    write(session, findings=(finding(0, 2), finding(3), finding(9, 10)))

    found = read_findings(session, Stretch([1], START + 2 * HOUR, START + 9 * HOUR))

    assert [one.row for one in found] == [finding(3)]


def test_the_last_valid_means_are_the_newest_beliefs_of_their_hours(session: Session) -> None:
    write(session, *(mean(str(hour), hour) for hour in range(10)))
    write(session, mean(None, 8), mean("70", 7))

    found = last_valid_means(session, Stretch([1], START - 9 * HOUR, START + 9 * HOUR), 3)

    assert [one.row.value for one in found] == [Decimal(70), Decimal(6), Decimal(5)]


def test_the_last_valid_means_are_of_one_point(session: Session) -> None:
    with pytest.raises(ValueError, match="unpack"):
        last_valid_means(session, DAY._replace(keys=[1, 2]), 3)


def test_a_tally_counts_what_is_believed_by_limit_outcome_and_reason(session: Session) -> None:
    exceeding = [verdict(Outcome.EXCEEDING, hour) for hour in range(4)]
    quota = [verdict(Outcome.EXEMPT, hour, limit=2, why="start_up") for hour in range(3)]
    with session.transaction():
        write_judgements(session, Judged(verdicts=exceeding + quota))
    then = closed_position(session)
    with session.transaction():
        write_judgements(session, Judged(verdicts=[verdict(hours=1)]))

    before, now = (tally_verdicts(session, DAY._replace(known=known)) for known in (then, None))

    exempt = Tally(2, Outcome.EXEMPT, "start_up", 3)
    assert before == [Tally(1, Outcome.EXCEEDING, "mean", 4), exempt]
    assert now == [
        Tally(1, Outcome.COMPLIANT, "mean", 1),
        Tally(1, Outcome.EXCEEDING, "mean", 3),
        exempt,
    ]


def test_of_two_rows_of_a_key_in_one_writing_the_last_counts(session: Session) -> None:
    assert write(session, mean("1"), mean("2")).means == 1

    assert [one.row.value for one in read_means(session, DAY)] == [Decimal(2)]


def test_what_is_rolled_back_was_never_believed(session: Session) -> None:
    with session.transaction(force_rollback=True):
        write_judgements(session, Judged([mean()]))

    assert read_means(session, DAY) == []
