"""Answers that are kept under a key, by transactions that wait for each other."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest

from services.store.connection import connect_now
from services.store.idempotency import Asked, Told, begin_once, keep_answer
from services.store.session import Session

NOW = datetime(2026, 8, 9, 3, tzinfo=UTC)
DIGEST = b"d" * 32
TOLD = Told(DIGEST, 201, {"ETag": '"1"'}, b"{}")


@pytest.fixture
def session(database: str) -> Iterator[Session]:
    with connect_now(database, "api", "test") as connection:
        yield connection


@pytest.fixture
def asked(session: Session) -> Asked:
    row = session.execute(
        "INSERT INTO account (name, role, version, made_at, changed_at)"
        " VALUES ('duty', 'operator', 1, %(at)s, %(at)s) RETURNING id",
        {"at": NOW},
    ).fetchone()
    assert row is not None
    return Asked(row[0], "k1", DIGEST)


def test_who_begins_has_no_position_before_he_writes_what_he_believes(
    session: Session, asked: Asked
) -> None:
    """Else one who waits for another's belief would write his own below it."""
    with session.transaction():
        first = begin_once(session, asked, NOW)
        drawn = session.execute("SELECT pg_current_xact_id_if_assigned()").fetchone()
        keep_answer(session, asked, TOLD, NOW)

    assert first is None
    assert drawn == (None,)
    assert begin_once(session, asked, NOW + timedelta(hours=23)) == TOLD
    assert begin_once(session, asked, NOW + timedelta(hours=25)) is None


def test_a_second_one_waits_for_the_answer_of_the_first(
    session: Session, asked: Asked, database: str
) -> None:
    answers: list[Told | None] = []

    def ask_again() -> None:
        with connect_now(database, "api", "test") as other, other.transaction():
            answers.append(begin_once(other, asked, NOW))

    with session.transaction():
        begin_once(session, asked, NOW)
        second = Thread(target=ask_again)
        second.start()
        keep_answer(session, asked, TOLD, NOW)
    second.join(10)

    assert answers == [TOLD]
