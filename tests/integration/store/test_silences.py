"""Silences only grow: a newer row of a key is what is believed of it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from schemas.alert import AlertKind, Severity
from schemas.silence import Silence
from services.store.connection import connect_now
from services.store.session import Session
from services.store.silences import SilenceConflict, read_silence, read_silences, write_silence
from tests.fixtures.raised import PLANT
from tests.fixtures.registry import stored

START = datetime(2026, 3, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
WHOLE = Silence(
    *(0, START, START + 5 * HOUR, "检修", "li"),
    maintenance=True,
    region="15",
    plant=1,
    subject=1,
    device=1,
    kinds=frozenset({AlertKind.NO_DATA, AlertKind.LIMIT_HOUR}),
    severity=Severity.ORANGE,
)


@pytest.fixture
def session(database: str) -> Iterator[Session]:
    with psycopg.connect(database, autocommit=True) as owner:
        stored(owner, PLANT)
    with connect_now(database, "registrar", "test") as connection:
        yield connection


def test_what_is_written_is_read_as_it_was(session: Session) -> None:
    written = write_silence(session, WHOLE)

    assert read_silences(session) == [written]
    assert replace(written, silence=0, row=0, recorded_at=None) == WHOLE


def test_a_newer_row_takes_its_place_and_the_old_one_stays(session: Session) -> None:
    first = write_silence(session, WHOLE)

    second = write_silence(session, replace(first, until=START + HOUR, reason="提前结束"))

    assert (second.silence, read_silences(session)) == (first.silence, [second])
    assert session.execute("SELECT count(*) FROM silence").fetchone() == (2,)
    with pytest.raises(SilenceConflict, match="look at it again"):
        write_silence(session, replace(first, reason="x"))


def test_a_withdrawn_one_holds_no_more(session: Session) -> None:
    first = write_silence(session, WHOLE)

    gone = write_silence(session, replace(first, withdrawn=True))

    assert read_silences(session) == []
    assert read_silences(session, withdrawn=True) == [gone]
    assert read_silence(session, first.silence) == gone


@pytest.mark.parametrize(
    ("since", "until", "count"),
    [
        pytest.param(None, None, 1, id="any time"),
        pytest.param(START + 5 * HOUR, None, 0, id="its end is not of it"),
        pytest.param(None, START, 0, id="over before it begins"),
        pytest.param(START + HOUR, START + 2 * HOUR, 1, id="within"),
    ],
)
def test_silences_are_found_by_their_time(
    session: Session, since: datetime | None, until: datetime | None, count: int
) -> None:
    write_silence(session, WHOLE)

    assert len(read_silences(session, since, until)) == count


def test_a_place_that_is_not_there_is_refused(session: Session) -> None:
    with pytest.raises(SilenceConflict, match="not registered"):
        write_silence(session, replace(WHOLE, device=77))

    assert read_silences(session, withdrawn=True) == []
