"""Verdicts and findings in, cases out: each real problem once, with its evidence, whatever happens."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import psycopg
import pytest

from schemas.alert import AlertKind, AlertState, Severity, Span, Target
from schemas.judgement import Outcome, Stage
from services.alerts.raiser import Raiser
from services.alerts.raising import raise_spans
from services.alerts.raising_reading import Spans
from services.store.connection import connect_now
from services.store.session import Session
from tests.fixtures.raised import (
    HOUR,
    MINUTE,
    PLANT,
    Found,
    Said,
    cases,
    find,
    history,
    judge,
    raised,
    told,
)
from tests.fixtures.registry import stored

START = datetime(2026, 3, 1, 6, tzinfo=UTC)  # 14:00 in Beijing
SOON = START + HOUR + 2 * MINUTE
PENDING, OPEN, RESOLVED, LAPSED = (
    AlertState.PENDING,
    AlertState.OPEN,
    AlertState.RESOLVED,
    AlertState.LAPSED,
)


@pytest.fixture
def session(database: str) -> Iterator[Session]:
    with psycopg.connect(database, autocommit=True) as owner:
        stored(owner, PLANT)
    with connect_now(database, "alerts", "test") as connection:
        yield connection


def test_an_exceeding_hour_becomes_one_open_case_with_its_evidence(session: Session) -> None:
    judge(session, Said(START, "123.4"), Said(START, "150", limit=2))

    [case] = raised(session, SOON)

    assert (case.kind, case.target) == (AlertKind.LIMIT_HOUR, Target(1, 1, 1))
    assert (case.state, case.severity) == (OPEN, Severity.YELLOW)
    assert (case.since, case.worst) == (START, Decimal("0.5"))
    assert "示例厂 DA001 二氧化硫 2026-03-01 14时 均值 150 mg/m3 超过限值 100" in case.zh
    assert [one["limit"] for one in case.evidence["limits"]] == [2, 1]  # pyright: ignore[reportIndexIssue, reportUnknownVariableType, reportGeneralTypeIssues] - evidence is JSON
    assert [what for what, _ in told(session, case.alert)][-1] == "opened"


def test_a_round_without_news_writes_nothing(session: Session) -> None:
    judge(session, Said(START, "123.4"))
    before = raised(session, SOON)

    after = raised(session, SOON + MINUTE)

    assert after == before


def test_hours_in_a_row_are_one_case_and_two_right_hours_end_it(session: Session) -> None:
    for hours in range(3):
        judge(session, Said(START + hours * HOUR, "150"))
        raised(session, SOON + hours * HOUR)
    judge(session, Said(START + 3 * HOUR, "50"))
    [still] = raised(session, SOON + 3 * HOUR)
    judge(session, Said(START + 4 * HOUR, "50"))

    [case] = raised(session, SOON + 4 * HOUR)

    assert still.state is OPEN
    assert (case.state, case.until, case.disposition) == (RESOLVED, START + 3 * HOUR, None)


def test_every_other_hour_over_is_one_case_that_neither_ends_nor_begins_anew(
    session: Session,
) -> None:
    for hours in range(12):
        judge(session, Said(START + hours * HOUR, "50" if hours % 2 else "150"))
        raised(session, SOON + hours * HOUR)

    [case] = raised(session, SOON + 12 * HOUR)

    assert case.state is OPEN
    assert [what for what, _ in told(session, case.alert) if what != "raised"] == [
        "pending",
        "opened",
    ]


def test_a_provisional_hour_is_pending_until_it_is_final(session: Session) -> None:
    judge(session, Said(START, "150", stage=Stage.PROVISIONAL))
    [pending] = raised(session, SOON)
    judge(session, Said(START, "150"))

    [opened] = raised(session, SOON + 14 * MINUTE)

    assert (pending.state, opened.state) == (PENDING, OPEN)
    assert [what for what, _ in told(session, opened.alert)] == ["pending", "opened"]


def test_a_provisional_hour_that_turns_out_right_lapses(session: Session) -> None:
    judge(session, Said(START, "150", stage=Stage.PROVISIONAL))
    raised(session, SOON)
    judge(session, Said(START, "99"))

    [case] = raised(session, SOON + 14 * MINUTE)

    assert case.state is LAPSED


def test_a_correction_resolves_the_case_and_says_why(session: Session) -> None:
    judge(session, Said(START, "150"))
    raised(session, SOON)
    judge(session, Said(START, "99"))

    [case] = raised(session, SOON + HOUR)

    assert case.state is RESOLVED
    assert told(session, case.alert)[-1] == ("resolved", "belief_changed")


def test_a_mark_that_counts_resolves_it_as_exempt(session: Session) -> None:
    judge(session, Said(START, "150"))
    raised(session, SOON)
    judge(session, Said(START, "150", outcome=Outcome.EXEMPT))

    [case] = raised(session, SOON + HOUR)

    assert told(session, case.alert)[-1] == ("resolved", "exempt")


def test_a_claimed_exemption_is_visible_and_pages_nobody(session: Session) -> None:
    judge(session, Said(START, "150", outcome=Outcome.CLAIMED))

    [case] = raised(session, SOON + HOUR)

    assert case.state is PENDING


def test_late_data_open_and_close_the_case_of_their_own_time(session: Session) -> None:
    now = START + timedelta(days=10)
    judge(session, Said(START, "150"), Said(START + HOUR, "50"), Said(START + 2 * HOUR, "50"))

    [case] = raised(session, now)

    assert (case.state, case.found_late) == (RESOLVED, True)
    assert (case.since, case.until) == (START, START + HOUR)


def test_an_hour_without_data_is_a_case_of_its_outlet(session: Session) -> None:
    judge(
        session,
        Said(START, None, outcome=Outcome.NO_DATA, valid_s=0),
        Said(START, None, point=2, outcome=Outcome.INVALID, valid_s=900),
        Said(START, "50", point=3),
    )

    [case] = raised(session, SOON + 14 * MINUTE)

    assert (case.kind, case.target, case.state) == (AlertKind.NO_DATA, Target(1, 1), OPEN)
    assert "二氧化硫（有效0/3600秒）、氮氧化物（有效900/3600秒）" in case.zh


def test_an_hour_in_which_all_stood_lacks_nothing(session: Session) -> None:
    judge(session, Said(START, None, outcome=Outcome.STOPPED, valid_s=0))

    assert raised(session, SOON) == []


def test_a_finding_becomes_a_case_and_its_fall_ends_it(session: Session) -> None:
    find(session, Found(START))
    [before] = raised(session, SOON)
    find(session, Found(START, standing=False))

    [after] = raised(session, SOON + MINUTE)

    assert (before.kind, before.target, before.until) == (
        AlertKind.FACILITY_OFF, Target(1, 1), None,
    )  # fmt: skip
    assert (before.state, after.state) == (OPEN, RESOLVED)
    assert told(session, after.alert)[-1] == ("resolved", "belief_changed")


def test_a_finding_that_ended_is_over_when_the_clock_says_so(session: Session) -> None:
    find(session, Found(START, START + HOUR))
    [before] = raised(session, SOON)
    assert before.due_at is not None

    [after] = raised(session, before.due_at)

    assert (before.state, after.state) == (OPEN, RESOLVED)
    assert (after.until, after.due_at) == (START + HOUR, None)


def test_the_same_rows_give_the_same_events_in_any_parts(session: Session, database: str) -> None:
    values = ["150", "160", "50", "50", "170", "450", "50", "120"]
    rows = [Said(START + hours * HOUR, value) for hours, value in enumerate(values)]
    for hours, row in enumerate(rows):
        judge(session, row)
        raised(session, SOON + hours * HOUR)
    step_by_step = history(session)
    with psycopg.connect(database, autocommit=True) as owner:
        owner.execute("SET session_replication_role = replica")
        owner.execute("TRUNCATE alert, alert_event, reading_cursor CASCADE")

    raised(session, SOON + len(rows) * HOUR, most=1)

    assert history(session) == step_by_step


def test_what_was_taken_and_written_is_one_transaction(session: Session) -> None:
    judge(session, Said(START, "150"))
    find(session, Found(START))
    with session.transaction(force_rollback=True):
        raised(session, SOON)
        before = history(session)
    assert cases(session) == []

    raised(session, SOON)

    assert history(session) == before
    assert len(before) == 2


def test_an_earlier_position_that_commits_later_is_raised_too(
    session: Session, database: str
) -> None:
    # Both write into a chunk that is there: one who makes it keeps the other waiting.
    judge(session, Said(START - HOUR, "50"))
    with connect_now(database, "alerts", "slow") as slow:
        slow.execute("BEGIN")
        judge(slow, Said(START, "150"))
        judge(session, Said(START, "150", point=3))
        first = raised(session, SOON)
        slow.execute("COMMIT")

    both = raised(session, SOON)

    assert [case.target.point for case in first] == [3]
    assert sorted(case.target.point or 0 for case in both) == [1, 3]


def test_of_two_raisers_one_stands_by_and_takes_over(session: Session, database: str) -> None:
    judge(session, Said(START, "150"))
    with connect_now(database, "alerts", "two") as second:
        other = Raiser(second, lambda: SOON)
        with connect_now(database, "alerts", "one") as first:
            mine = Raiser(first, lambda: SOON).round()
            stands = other.round()
        judge(session, Said(START, "150", point=3))
        takes = next(done for done in iter(other.round, None) if not done.standing_by)

    assert (mine.standing_by, stands.standing_by) == (False, True)
    assert (sum(mine.events.values()), sum(takes.events.values())) == (2, 2)
    assert len(cases(session)) == 2


def test_spans_of_who_watches_become_cases_too(session: Session) -> None:
    target = Target(plant=1, device=1)
    kind = AlertKind.DEVICE_OFFLINE
    silent = Span(START, None, holds=True, zh="离线", en="silent", source="watch:1")

    raise_spans(session, SOON, [Spans(kind, target, [silent], START)])
    again = raise_spans(session, SOON, [Spans(kind, target, [silent], START)])

    [case] = cases(session)
    assert (case.kind, case.target, case.state) == (kind, target, OPEN)
    assert again == []


def test_silence_of_the_logger_explains_what_is_lacking(session: Session) -> None:
    kind = AlertKind.DEVICE_OFFLINE
    silent = Span(START, None, holds=True, zh="离线", en="silent", source="watch:1")
    raise_spans(session, SOON, [Spans(kind, Target(plant=1, device=1), [silent], START)])
    judge(session, Said(START, None, outcome=Outcome.NO_DATA, valid_s=0))

    raised(session, SOON)

    assert [case.kind for case in cases(session)] == [kind]


@pytest.mark.parametrize(
    ("minutes", "kind", "states"),
    [
        pytest.param((40, 70), AlertKind.DEVICE_OFFLINE, [OPEN], id="20 of its 60 minutes silent"),
        pytest.param((20, 40), AlertKind.DEVICE_CLOCK, [RESOLVED], id="a clock wrong so long"),
        pytest.param((50, 70), AlertKind.DEVICE_OFFLINE, [OPEN, OPEN], id="10 minutes explain not"),
    ],
)
def test_an_hour_that_a_cover_explains_by_a_quarter_lacks_nothing_of_its_own(
    session: Session, minutes: tuple[int, int], kind: AlertKind, states: list[AlertState]
) -> None:
    """An hour needs 45 valid minutes: 15 that are explained are enough to miss it."""
    since, until = (START + one * MINUTE for one in minutes)
    span = Span(since, until, holds=True, zh="离线", en="silent", source="watch:1")
    target = Target(plant=1, device=1)
    raise_spans(session, SOON, [Spans(kind, target, [span], since)])
    judge(session, Said(START, None, outcome=Outcome.INVALID, valid_s=2400))

    raised(session, SOON)

    assert [case.state for case in cases(session)] == states


def test_a_silence_that_came_again_explains_nothing_of_the_time_between(session: Session) -> None:
    """Silent from 3 to 2 hours before and again from 2 hours after: one case, and two spells of it."""
    kind, target = AlertKind.DEVICE_OFFLINE, Target(plant=1, device=1)
    first = START - 3 * HOUR
    silent = [
        Span(since, until, holds=True, zh="离线", en="silent", source="watch:1")
        for since, until in ((first, START - 2 * HOUR), (START + 2 * HOUR, START + 4 * HOUR))
    ]
    raise_spans(session, SOON + 4 * HOUR, [Spans(kind, target, silent, first)])
    judge(session, Said(START, None, outcome=Outcome.INVALID, valid_s=1500))
    judge(session, Said(START + 3 * HOUR, None, outcome=Outcome.NO_DATA, valid_s=0))

    raised(session, SOON + 6 * HOUR)

    offline, lacking = sorted(cases(session), key=lambda case: case.kind)
    assert (offline.kind, offline.spells) == (kind, 2)
    assert (lacking.kind, lacking.since) == (AlertKind.NO_DATA, START)
    assert lacking.until is None or lacking.until <= START + HOUR


def test_lacking_data_lapse_when_the_logger_turns_out_to_be_silent(session: Session) -> None:
    judge(session, Said(START, None, outcome=Outcome.NO_DATA, stage=Stage.PROVISIONAL, valid_s=0))
    raised(session, SOON)
    silent = Span(START, None, holds=True, zh="离线", en="silent", source="watch:1")
    target = Target(plant=1, device=1)
    raise_spans(session, SOON, [Spans(AlertKind.DEVICE_OFFLINE, target, [silent], START)])

    raised(session, SOON + MINUTE)

    states = {case.kind: case.state for case in cases(session)}
    assert states == {AlertKind.NO_DATA: LAPSED, AlertKind.DEVICE_OFFLINE: OPEN}
