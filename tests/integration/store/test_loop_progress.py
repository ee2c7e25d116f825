"""Whose loops speak is known; who said nothing for a week is forgotten with the next report."""

from datetime import UTC, datetime, timedelta

from schemas.watch import Progress
from services.store.connection import connect_now
from services.store.loop_progress import read_progress, report_clock, report_progress

NOW = datetime(2026, 3, 9, tzinfo=UTC)
DAY = timedelta(days=1)


def said(name: str, host: str, at: datetime) -> Progress:
    return Progress(name, host, 1.0, None, at)


def test_a_host_that_is_gone_for_a_week_is_forgotten(database: str) -> None:
    with connect_now(database, "alerts", "test") as session:
        report_progress(session, said("raising", "gone", NOW - 7 * DAY - timedelta(seconds=1)))
        report_progress(session, said("raising", "quiet", NOW - 7 * DAY))
        report_progress(session, said("notices", "gone", NOW - 30 * DAY))
        before = read_progress(session)

        report_progress(session, said("raising", "here", NOW))

        after = read_progress(session)
    assert len(before) == 3
    assert [(one.name, one.host) for one in after] == [
        ("notices", "gone"),
        ("raising", "here"),
        ("raising", "quiet"),
    ]


def test_the_clock_of_a_host_is_kept_by_the_servers_own_time(database: str) -> None:
    with connect_now(database, "alerts", "test") as session:
        report_progress(session, said("clock", "gone", NOW - 300 * 30 * DAY))
        report_progress(session, said("raising", "here", NOW))

        report_clock(session, "here", 0.5)

        found = [(one.name, one.host) for one in read_progress(session)]
    assert found == [("clock", "here"), ("raising", "here")]
