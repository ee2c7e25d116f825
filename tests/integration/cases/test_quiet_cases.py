"""What is said to be quiet, what is found by it, and what a silence says that it hid, are the same."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from schemas.alert import AlertKind, Severity
from schemas.silence import Silence
from services.cases.quiet_cases import quiet_at
from services.cases.silence_actions import kept_quiet
from services.store.alert_lists import AlertQuery, list_alerts
from services.store.connection import connect_now
from services.store.session import Session
from services.store.silences import write_silence
from tests.fixtures.registry import stored
from tests.fixtures.supervised import PLANTS, opened

NOW = datetime(2026, 8, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)
ANY = Silence(0, NOW - HOUR, NOW + HOUR, "检修", "li")
OTHERS = """
INSERT INTO alert (key, kind, plant, subject, device, state, severity, since, until, sure, zh, en, opened_at,
  resolved_at, version, changed_at)
SELECT kind || '/' || COALESCE(one.code, ''), kind, plant.id, NULL, device.id, one.state, 'yellow',
  '2026-08-03T01:00:00Z', until, true, '', '', now(), CASE one.state WHEN 'resolved' THEN now() END, 1, now()
FROM (VALUES ('device_offline', 'P1', 'open', NULL::timestamptz), ('supervision', 'P1', 'open', NULL),
  ('device_clock', 'P1', 'resolved', '2026-08-04T00:00:00Z'), ('no_data', 'P2', 'open', NULL),
  ('late_transmission', 'P1', 'open', '2026-08-04T00:00:00Z'), ('platform_silent', NULL, 'open', NULL))
  AS one (kind, code, state, until)
LEFT JOIN plant USING (code)
LEFT JOIN device ON device.plant = plant.id AND kind LIKE 'device%'
"""


@pytest.fixture
def session(database: str) -> Iterator[Session]:
    with psycopg.connect(database, autocommit=True) as owner:
        stored(owner, PLANTS)
        for severity in ("blue", "red"):
            opened(owner, severity)
        owner.execute(OTHERS)
    with connect_now(database, "registrar", "test") as connection:
        yield connection


def ids(session: Session) -> tuple[int, int, int]:
    """Plant P1, its outlet and its logger."""
    row = session.execute(
        "SELECT plant.id, subject.id, device.id FROM plant JOIN subject ON subject.plant = plant.id"
        " JOIN device ON device.plant = plant.id WHERE plant.code = 'P1'"
    ).fetchone()
    assert row is not None
    return row[0], row[1], row[2]


def shapes(session: Session) -> list[Silence]:
    """Silences of every kind of place, and of several."""
    plant, outlet, logger = ids(session)
    return [
        replace(ANY, plant=plant),
        replace(ANY, region="15"),
        replace(ANY, region="1505", severity=Severity.YELLOW),
        replace(ANY, region="1502", severity=Severity.BLUE),
        replace(ANY, subject=outlet),
        replace(ANY, device=logger),
        replace(ANY, plant=plant, device=logger, kinds=frozenset({AlertKind.DEVICE_OFFLINE})),
        replace(ANY, kinds=frozenset({AlertKind.NO_DATA, AlertKind.SUPERVISION})),
        replace(ANY, plant=plant, since=NOW + HOUR / 2),
        replace(ANY, plant=plant, since=datetime(2026, 8, 1, tzinfo=UTC)),
    ]


def test_what_is_quiet_is_found_and_is_what_the_silence_hid(session: Session) -> None:
    every = list_alerts(session, AlertQuery(), 100).alerts
    ended = {one.alert.alert for one in every if one.alert.kind is AlertKind.LATE_TRANSMISSION}
    wrong: list[object] = []
    sizes: list[int] = []

    for shape in shapes(session):
        with session.transaction(force_rollback=True):
            silence = write_silence(session, shape)
            quiet = quiet_at(session, NOW)
            said = {one.alert.alert for one in every if quiet.silence_of(one.alert) is not None}
            found, told = (
                {
                    one.alert.alert
                    for one in list_alerts(
                        session, quiet.sought(AlertQuery(silenced=wanted)), 100
                    ).alerts
                }
                for wanted in (True, False)
            )
            hid = {one.alert.alert for one in kept_quiet(session, silence)}
        holds = silence.since <= NOW
        if said != found or told != {one.alert.alert for one in every} - said:
            wrong.append((shape, said, found, told))
        # What is over and not resolved yet may still be told of; it was none of its time.
        if said - ended != (hid - ended if holds else set()):
            wrong.append((shape, said, hid))
        sizes.append(len(said))

    assert wrong == []
    # All of P1 but its order and what was resolved before; by place; by kind; none that is to come.
    assert sizes == [4, 5, 3, 0, 3, 3, 1, 2, 0, 5]


def test_where_none_holds_nothing_is_quiet(session: Session) -> None:
    write_silence(session, replace(ANY, region="15", until=NOW))

    quiet = quiet_at(session, NOW)
    found = list_alerts(session, quiet.sought(AlertQuery(silenced=True)), 100)

    assert quiet.reaches == []
    assert found.alerts == []
