"""Raising while others act, die, or wait: nothing is lost, doubled or overwritten."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from threading import Event as Flag
from typing import cast

import psycopg
import pytest
from prometheus_client import CollectorRegistry, Counter

from schemas.alert import AlertState, Severity
from services.alerts.raiser import Raiser
from services.alerts.raising_loop import RaisingLoop
from services.alerts.raising_metrics import raising_metrics
from services.alerts.raising_reading import Reading, Spans, Window
from services.alerts.rounds import Rounds
from services.cases.alert_actions import CaseConflict, act_on_alert, act_on_alerts
from services.rules.alerting.actions import Acknowledge, ActionError, Comment
from services.store.alert_events import read_events
from services.store.alert_places import read_names
from services.store.connection import connect_now
from services.store.errors import DatabaseError
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
)
from tests.fixtures.registry import stored

START = datetime(2026, 3, 1, 6, tzinfo=UTC)
SOON = START + HOUR + 2 * MINUTE


@pytest.fixture
def session(database: str) -> Iterator[Session]:
    with psycopg.connect(database, autocommit=True) as owner:
        stored(owner, PLANT)
    with connect_now(database, "alerts", "test") as connection:
        yield connection


def versions(session: Session, alert: int) -> list[int]:
    return [event.version for event in read_events(session, alert)]


def test_an_acknowledgement_between_reading_and_writing_is_kept(
    session: Session, database: str
) -> None:
    judge(session, Said(START, "150"))
    [case] = raised(session, SOON)
    judge(session, Said(START + HOUR, "450"))
    raiser = Raiser(session, lambda: SOON + HOUR)
    tries: list[bool] = []
    raise_changed = raiser.raising.raise_changed

    def once(*, held: bool) -> None:
        tries.append(held)
        changed = {(case.kind, case.target): START}
        windows = raiser.raising.windows(SOON + HOUR, changed, held=held)
        if not held:
            with connect_now(database, "registrar", "person") as person:
                act_on_alert(person, case.alert, Acknowledge("li"), SOON)
            believed = _believed(raiser, windows)
            raiser.raising.write(SOON + HOUR, windows, believed)
        else:
            raise_changed(SOON + HOUR, changed, held=held)

    raiser.raising.tried(once)

    [after] = cases(session)
    assert tries == [False, True]
    assert (after.acknowledged_by, after.state) == ("li", AlertState.ACKNOWLEDGED)
    assert after.severity is Severity.RED
    assert versions(session, case.alert) == list(range(1, after.version + 1))


def _believed(raiser: Raiser, windows: list[Window]) -> list[Spans]:
    names = read_names(raiser.session, [1], [1])
    settings = raiser.raising.settings
    return Reading.of(raiser.session, names, settings, SOON + HOUR).believed(windows)


def test_persons_who_act_at_once_all_leave_their_event(session: Session, database: str) -> None:
    judge(session, Said(START, "150"))
    [case] = raised(session, SOON)

    def speak(name: str) -> None:
        with connect_now(database, "registrar", name) as person:
            for number in range(5):
                act_on_alert(person, case.alert, Comment(name, f"{number}"), SOON)

    _together(*(lambda name=name: speak(name) for name in ("li", "wang")))

    events = read_events(session, case.alert)
    assert [one.version for one in events] == list(range(1, 13))
    assert sum(one.actor == "li" for one in events) == 5


def test_who_looked_at_another_version_is_told_so(session: Session) -> None:
    judge(session, Said(START, "150"))
    [case] = raised(session, SOON)
    act_on_alert(session, case.alert, Comment("li", "看过"), SOON, seen=case.version)

    with pytest.raises(CaseConflict, match="look at it again"):
        act_on_alert(session, case.alert, Acknowledge("wang"), SOON, seen=case.version)
    with pytest.raises(ActionError, match="no case 77"):
        act_on_alert(session, 77, Acknowledge("wang"), SOON)

    assert [one.state for one in cases(session)] == [AlertState.OPEN]


def test_of_many_cases_those_are_written_that_can_be(session: Session) -> None:
    judge(session, Said(START, "150"), Said(START, "150", point=3))
    first, second = raised(session, SOON)
    act_on_alert(session, first.alert, Acknowledge("li"), SOON)

    done = act_on_alerts(session, [first.alert, second.alert, 77], Acknowledge("wang"), SOON)

    assert [step.alert.alert for step in done.steps] == [second.alert]
    assert [number for number, _ in done.refused] == [first.alert, 77]


def test_a_raiser_killed_anywhere_leaves_what_one_that_lives_leaves(
    session: Session, database: str
) -> None:
    rows = [Said(START + hours * HOUR, value) for hours, value in enumerate(["150", "50", "450"])]
    judge(session, *rows, *(Said(one.start, one.value, point=3) for one in rows))
    find(session, Found(START, START + HOUR), Found(START + 2 * HOUR))
    now = START + 4 * HOUR
    raised(session, now)
    whole = history(session)
    _forget(database)

    # The server ends the session after the first, second, third ... statement of a pass.
    for statements in range(1, 40, 3):
        with connect_now(database, "alerts", "victim") as victim:
            _killed(victim, database, now, statements)
    raised(session, now)

    assert history(session) == whole


def _killed(victim: Session, database: str, now: datetime, statements: int) -> None:
    """A round with two rows a pass, whose connection is ended after so many statements."""
    left = statements
    execute = cast("Callable[..., object]", victim.execute)

    def counted(*given: object, **more: object) -> object:
        nonlocal left
        left -= 1
        if left == 0:
            with psycopg.connect(database, autocommit=True) as owner:
                owner.execute("SELECT pg_terminate_backend(%s)", (victim.info.backend_pid,))
        return execute(*given, **more)

    victim.execute = counted  # pyright: ignore[reportAttributeAccessIssue] - the edge is what fails here
    try:
        Raiser(victim, lambda: now, most=2).round()
    except DatabaseError:
        return


def _forget(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as owner:
        owner.execute("SET session_replication_role = replica")
        owner.execute("TRUNCATE alert, alert_event, reading_cursor CASCADE")


def test_loops_take_turns_and_one_that_is_told_to_stop_does(
    session: Session, database: str
) -> None:
    loops = [_loop(database, f"loop {number}") for number in range(2)]
    threads = [threading.Thread(target=loop.work) for loop in loops]
    for thread in threads:
        thread.start()
    _until(lambda: sum(loop.raises for loop in loops) == 1)
    [first] = [loop for loop in loops if loop.raises]
    [second] = [loop for loop in loops if not loop.raises]
    judge(session, Said(START, "150"))
    _until(lambda: len(cases(session)) == 1)

    first.rounds.stopped.set()
    _until(lambda: second.raises)
    judge(session, Said(START, "150", point=3))
    _until(lambda: len(cases(session)) == 2)

    assert second.health().ok
    second.rounds.stopped.set()
    for thread in threads:
        thread.join(10)
        assert not thread.is_alive()


def _loop(database: str, name: str) -> RaisingLoop:
    registry = CollectorRegistry()
    reconnects = Counter("reconnects", "lost connections", registry=registry)
    rounds = Rounds(database, name, Flag(), reconnects)
    return RaisingLoop(rounds, raising_metrics(registry))


def _until(condition: Callable[[], bool], seconds: float = 20) -> None:
    flag, end = Flag(), datetime.now(UTC) + timedelta(seconds=seconds)  # noqa: TID251 - real loops take real time
    while not condition():
        assert datetime.now(UTC) < end  # noqa: TID251 - as above
        flag.wait(0.05)


def _together(*works: Callable[[], None]) -> None:
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
