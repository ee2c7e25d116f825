"""What the verdicts and rates of a time rest on that nobody vouches for, as it is believed."""

from collections.abc import Iterator
from datetime import timedelta

import psycopg
import pytest

from schemas.judgement import Period
from services.store.as_known import closed_position
from services.store.connection import connect_now
from services.store.judgements import Judged, write_judgements
from services.store.session import Session
from services.store.status_doubts import Doubted, doubts_of
from tests.fixtures.judged import HOUR, START, rate, verdict
from tests.fixtures.registry import TERSE, stored


@pytest.fixture
def session(database: str) -> Iterator[Session]:
    with psycopg.connect(database, autocommit=True) as owner:
        stored(owner, TERSE)
    with connect_now(database, "alerts", "test") as connection:
        yield connection


def write(session: Session, judged: Judged) -> None:
    with session.transaction():
        write_judgements(session, judged)


def doubts(session: Session) -> set[str]:
    asked = Doubted([1], [1], START, START + timedelta(days=1), closed_position(session))
    return doubts_of(session, asked)


def test_hours_and_days_name_what_they_rest_on(session: Session) -> None:
    day = rate()._replace(period=Period.DAY, sure=False, evidence={"doubts": ["holds_s"]})
    write(session, Judged(verdicts=[verdict()], performance=[day]))

    assert doubts(session) == {"grace_s", "valid_share", "holds_s"}


def test_what_is_sure_outside_or_no_longer_believed_names_nothing(session: Session) -> None:
    write(
        session,
        Judged(verdicts=[verdict(), verdict(hours=30), verdict(hours=2)._replace(sure=True)]),
    )
    write(session, Judged(verdicts=[verdict()._replace(sure=True, doubts=())]))
    month = rate()._replace(sure=False, evidence={"doubts": ["of_the_month"]})
    untold = rate()._replace(period=Period.DAY, sure=False, measure="load", start=START + HOUR)
    write(session, Judged(performance=[month, untold]))

    assert doubts(session) == set()
