"""What is believed of a key from its window on, and nothing of before it."""

from collections.abc import Iterator
from datetime import UTC, datetime

import psycopg
import pytest

from schemas.alert import AlertKind, Target
from schemas.judgement import Outcome
from services.alerts.raiser import Raiser
from services.alerts.raising_reading import Reading
from services.store.alert_places import read_names
from services.store.connection import connect_now
from services.store.session import Session
from tests.fixtures.raised import HOUR, PLANT, Said, judge
from tests.fixtures.registry import stored

START = datetime(2026, 3, 1, 6, tzinfo=UTC)
NOW = START + 3 * HOUR


@pytest.fixture
def session(database: str) -> Iterator[Session]:
    with psycopg.connect(database, autocommit=True) as owner:
        stored(owner, PLANT)
    with connect_now(database, "alerts", "test") as connection:
        yield connection


@pytest.mark.parametrize(
    ("kind", "target", "outcome", "value"),
    [
        (AlertKind.NO_DATA, Target(1, 1), Outcome.NO_DATA, None),
        (AlertKind.LIMIT_HOUR, Target(1, 1, 1), Outcome.EXCEEDING, "150"),
    ],
    ids=["no data", "over its limit"],
)
def test_the_hour_that_ends_as_the_window_begins_is_outside_of_it(
    session: Session, kind: AlertKind, target: Target, outcome: Outcome, value: str | None
) -> None:
    """A case that grew by it would begin before its own window."""
    judge(session, *(Said(START + n * HOUR, value, outcome=outcome) for n in range(2)))
    raising = Raiser(session, lambda: NOW).raising
    [window] = raising.windows(NOW, {(kind, target): START + HOUR})
    names = read_names(session, [1], [1])

    [believed] = Reading.of(session, names, raising.settings, NOW).believed(
        [window._replace(since=START + HOUR)]
    )

    assert [span.since for span in believed.spans] == [START + HOUR]
