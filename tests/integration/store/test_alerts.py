"""A case is written where it still is what was read, with its events; and found again by who looks."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from schemas.alert import (
    PLATFORM,
    Alert,
    AlertEvent,
    AlertKind,
    AlertState,
    Disposition,
    Event,
    Severity,
    Step,
    Target,
)
from services.store.alert_events import read_events
from services.store.alert_lists import AlertQuery, events_made, list_alerts
from services.store.alert_rates import disposition_rates
from services.store.alerts import (
    AskedKey,
    Stale,
    alerts_by_id,
    due_alerts,
    oldest_due,
    read_alerts,
    write_steps,
)
from services.store.connection import Role, connect_now
from services.store.session import Session
from tests.fixtures.raised import PLANT
from tests.fixtures.registry import stored

START = datetime(2026, 3, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
PLACE = Target(1, 1, 1)
OPEN, RESOLVED = AlertState.OPEN, AlertState.RESOLVED


@pytest.fixture
def session(database: str) -> Iterator[Session]:
    with psycopg.connect(database, autocommit=True) as owner:
        stored(owner, PLANT)
    with connect_now(database, "alerts", "test") as connection:
        yield connection


def case(hours: int = 0, state: AlertState = OPEN, target: Target = PLACE, **more: object) -> Alert:
    since = START + hours * HOUR
    alert = Alert(
        alert=0,
        kind=AlertKind.LIMIT_HOUR,
        target=target,
        state=state,
        severity=Severity.YELLOW,
        since=since,
        until=since + HOUR,
        version=0,
        changed_at=since,
        worst=Decimal("0.234"),
        zh="超标",
        en="over",
        evidence={"n": Decimal("1.50"), "limits": ({"limit": 1},)},
        opened_at=since,
        resolved_at=since + HOUR if state is RESOLVED else None,
    )
    return replace(alert, **more)  # pyright: ignore[reportArgumentType] - fields by name


def step(alert: Alert, *what: Event) -> Step:
    """The case one version on for each event."""
    events = tuple(
        AlertEvent(
            alert.version + number, one, "settled", PLATFORM, alert.since, alert.since,
            alert.state, alert.severity, alert.since, alert.until, {"zh": "超标"},
        )
        for number, one in enumerate(what, 1)
    )  # fmt: skip
    return Step(replace(alert, version=alert.version + len(events)), events)


def write(session: Session, *steps: Step) -> list[Alert]:
    with session.transaction():
        return [one.alert for one in write_steps(session, steps)]


def test_what_is_written_is_read_as_it_was(session: Session) -> None:
    [written] = write(session, step(case(), Event.PENDING, Event.OPENED))

    [read] = alerts_by_id(session, [written.alert])
    events = read_events(session, written.alert)

    assert read == replace(written, evidence={"n": "1.50", "limits": [{"limit": 1}]})
    assert (read.version, [one.version for one in events]) == (2, [1, 2])
    assert events[1].detail == {"zh": "超标"}


def test_nothing_is_kept_of_a_case_that_somebody_changed_meanwhile(session: Session) -> None:
    [first] = write(session, step(case(), Event.OPENED))
    write(session, step(first, Event.COMMENTED))

    with pytest.raises(Stale):
        write(session, step(first, Event.RAISED), step(case(target=Target(1, 2)), Event.OPENED))

    [page] = [list_alerts(session, AlertQuery(), 10)]
    assert [one.alert.version for one in page.alerts] == [2]


def test_of_a_key_there_is_one_case_that_is_not_over(session: Session) -> None:
    write(session, step(case(), Event.OPENED))

    with pytest.raises(Stale):
        write(session, step(case(5), Event.OPENED))

    assert [one.alert.since for one in list_alerts(session, AlertQuery(), 10).alerts] == [START]


def test_a_case_ends_and_the_next_begins_in_one_writing(session: Session) -> None:
    [first] = write(session, step(case(), Event.OPENED))
    over = replace(first, state=RESOLVED, resolved_at=START)

    written = write(session, step(case(5), Event.OPENED), step(over, Event.RESOLVED))

    assert [one.state for one in written] == [OPEN, RESOLVED]


def test_one_case_is_open_again_as_another_is_over(session: Session) -> None:
    old, new = write(session, step(case(0, RESOLVED), Event.RESOLVED), step(case(5), Event.OPENED))

    write(
        session,
        step(replace(old, state=OPEN, resolved_at=None), Event.REOPENED),
        step(replace(new, state=RESOLVED, resolved_at=START), Event.RESOLVED),
    )

    assert [one.state for one in alerts_by_id(session, [old.alert, new.alert])] == [OPEN, RESOLVED]


def test_a_step_without_events_changes_when_it_is_due(session: Session) -> None:
    [first] = write(session, step(case(), Event.OPENED))

    write(session, step(replace(first, due_at=START + HOUR)))

    assert oldest_due(session) == START + HOUR
    kinds = [AlertKind.LIMIT_HOUR]
    assert due_alerts(session, START + HOUR - timedelta(seconds=1), kinds, 10) == []
    assert [one.version for one in due_alerts(session, START + HOUR, kinds, 10)] == [1]


def test_cases_of_keys_are_those_active_and_those_that_meet_the_time(session: Session) -> None:
    write(
        session,
        step(case(0, RESOLVED), Event.RESOLVED),
        step(case(10, RESOLVED), Event.RESOLVED),
        step(case(20, target=Target(1, 2)), Event.OPENED),
    )
    key, other = case().key, case(target=Target(1, 2)).key
    asked = [
        AskedKey(key, START + 5 * HOUR, START + 50 * HOUR),
        AskedKey(other, START + 30 * HOUR, START + 50 * HOUR),
    ]

    found = read_alerts(session, asked, held=True)

    assert [one.since for one in found[key]] == [START + 10 * HOUR]
    assert [one.since for one in found[other]] == [START + 20 * HOUR]


def test_a_list_is_filtered_and_goes_on_page_by_page(session: Session) -> None:
    write(
        session,
        *(step(case(hours, RESOLVED), Event.RESOLVED) for hours in range(5)),
        step(case(9, target=Target(1, 2)), Event.OPENED),
        step(case(8, target=Target(), kind=AlertKind.PLATFORM_LAG), Event.OPENED),
    )
    query = AlertQuery(region="15", subject="DA001", undisposed=True)

    first = list_alerts(session, query, 3)
    rest = list_alerts(session, query, 3, first.after)

    hours = [(one.alert.since - START) // HOUR for one in (*first.alerts, *rest.alerts)]
    assert hours == [4, 3, 2, 1, 0]
    assert rest.after is None
    assert {(one.plant, one.plant_name, one.subject) for one in rest.alerts} == {
        ("P1", "示例厂", "DA001")
    }


@pytest.mark.parametrize(
    ("query", "count"),
    [
        pytest.param(AlertQuery(states=[OPEN]), 1, id="state"),
        pytest.param(AlertQuery(kinds=[AlertKind.NO_DATA]), 1, id="kind"),
        pytest.param(AlertQuery(severities=[Severity.RED]), 1, id="severity"),
        pytest.param(AlertQuery(plant="P2"), 0, id="another plant"),
        pytest.param(AlertQuery(region="11"), 0, id="another region"),
        pytest.param(AlertQuery(assignee="li"), 1, id="assignee"),
        pytest.param(AlertQuery(found_late=True), 1, id="found late"),
        pytest.param(AlertQuery(since=START + 2 * HOUR), 2, id="since"),
        pytest.param(AlertQuery(since=START + HOUR), 2, id="one that ended then is before it"),
        pytest.param(AlertQuery(since=START + 8 * HOUR), 1, id="one that began then is in it"),
        pytest.param(AlertQuery(until=START + HOUR), 1, id="until"),
        pytest.param(AlertQuery(undisposed=True), 1, id="needs a disposition"),
        pytest.param(AlertQuery(), 3, id="all"),
    ],
)
def test_each_filter_leaves_what_it_asks_for(
    session: Session, query: AlertQuery, count: int
) -> None:
    write(
        session,
        step(case(0, RESOLVED, disposition=Disposition.TEST, cause="x"), Event.DISPOSED),
        step(
            case(4, RESOLVED, kind=AlertKind.NO_DATA, severity=Severity.RED, found_late=True),
            Event.RESOLVED,
        ),
        step(case(8, assignee="li", until=START + 8 * HOUR), Event.OPENED),
    )

    assert len(list_alerts(session, query, 10).alerts) == count


def test_what_became_of_cases_is_counted_by_kind_and_rule(session: Session) -> None:
    def quality(hours: int, state: AlertState, **more: object) -> Alert:
        kind, evidence = AlertKind.DATA_QUALITY, {"rule": "constant_value"}
        return case(hours, state, PLACE, kind=kind, evidence=evidence, **more)

    instrument = quality(0, RESOLVED, cause="x", disposition=Disposition.INSTRUMENT)
    write(
        session,
        step(instrument, Event.RESOLVED),
        step(quality(5, RESOLVED), Event.RESOLVED),
        step(quality(9, AlertState.LAPSED, opened_at=None), Event.LAPSED),
        step(case(0), Event.OPENED),
    )

    constant, limit = disposition_rates(session, AlertQuery())

    assert (constant.kind, constant.rule) == (AlertKind.DATA_QUALITY, "constant_value")
    assert (constant.cases, constant.instrument, constant.undisposed, constant.lapsed) == (
        3, 1, 1, 1,
    )  # fmt: skip
    assert (limit.rule, limit.active, limit.disposed) == ("", 1, 0)


def test_events_of_a_time_are_found_with_their_cases(session: Session) -> None:
    [first] = write(session, step(case(), Event.OPENED, Event.COMMENTED))

    found = events_made(session, (START, START + HOUR), ["commented"], 10)

    assert [(one.alert, one.event.what) for one in found] == [(first.alert, Event.COMMENTED)]
    assert events_made(session, (START + HOUR, START + 2 * HOUR), ["commented"], 10) == []


@pytest.mark.parametrize("role", ["alerts", "api", "registrar", "ingest"])
@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM alert_event",
        "UPDATE alert_event SET reason = 'x'",
        "DELETE FROM alert",
        "DELETE FROM silence",
        "UPDATE silence SET withdrawn = true",
    ],
)
def test_nobody_rewrites_what_happened(
    session: Session, database: str, role: Role, statement: str
) -> None:
    write(session, step(case(), Event.OPENED))

    with (
        connect_now(database, role, "try") as connection,
        pytest.raises(InsufficientPrivilege),
    ):
        connection.execute(statement.encode())
