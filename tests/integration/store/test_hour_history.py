"""A long time of hours is read with little of what they rest on; what devices told, without records."""

from collections.abc import Iterator
from datetime import timedelta

import psycopg
import pytest

from schemas.judgement import MeanRow
from services.store.as_known import closed_position
from services.store.beliefs import Stretch, read_means
from services.store.connection import connect_now
from services.store.hour_history import read_hour_history
from services.store.judgements import Judged, write_judgements
from services.store.session import Session
from services.store.told import Tellers, channel_codes, read_happened, read_said
from tests.fixtures.judged import HOUR, START, mean
from tests.fixtures.registry import TERSE, stored

DAY = Stretch([1], START, START + timedelta(days=1))


@pytest.fixture
def owner(database: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database, autocommit=True, options="-c timezone=UTC0") as connection:
        stored(connection, TERSE)
        yield connection


@pytest.fixture
def session(database: str, owner: psycopg.Connection) -> Iterator[Session]:
    assert owner.info.dbname
    with connect_now(database, "alerts", "test") as connection:
        yield connection


def write(session: Session, *means: MeanRow) -> None:
    with session.transaction():
        write_judgements(session, Judged(means))


def bare(row: MeanRow) -> MeanRow:
    return row._replace(source="", mass=None, evidence={})


def test_hours_are_those_that_are_believed_but_for_their_evidence(session: Session) -> None:
    write(session, mean(), mean("13.75", 2), mean("9", 1))
    write(session, mean("10", 1))

    found = read_hour_history(session, DAY)

    assert found == {1: [bare(one.row) for one in read_means(session, DAY)]}
    assert [row.value for row in found[1]] == [mean().value, mean("10").value, mean("13.75").value]


def test_an_hour_that_is_not_valid_says_why(session: Session) -> None:
    said = {
        "not_valid_s": {"fault": 3600},
        "device": {"flag": "D", "why": "fault"},
        "computed": None,
    }
    write(session, mean(None, evidence=said))

    ((row,),) = read_hour_history(session, DAY).values()

    assert row.evidence == {"not_valid_s": {"fault": 3600}, "device": {"flag": "D"}}


def test_an_hour_of_a_slow_analyser_says_when_the_last_sample_was_taken(session: Session) -> None:
    values = [["2024-06-02T22:00:00+00:00", "40", None], ["2024-06-03T00:00:00+00:00", "41", None]]
    write(session, mean(evidence={"values": values}))

    ((row,),) = read_hour_history(session, DAY).values()

    assert row.evidence == {"values": [["2024-06-03T00:00:00+00:00"]]}


def test_hours_can_be_read_as_they_were_known(session: Session) -> None:
    write(session, mean("9"))
    before = closed_position(session)
    write(session, mean("10"))

    ((row,),) = read_hour_history(session, DAY._replace(known=before)).values()

    assert row.value == 9


def test_of_points_without_hours_there_is_nothing(session: Session) -> None:
    assert read_hour_history(session, DAY) == {}


def test_what_devices_told_is_read_in_its_span_alone(
    owner: psycopg.Connection, session: Session
) -> None:
    for hours in (-1, 1, 25):
        at = START + hours * HOUR
        owner.execute(
            "INSERT INTO parameter (device, about, code, value, effective_at, received_at, batch,"
            " seq) SELECT id, 'a21026', 'i13001', '200', %s, %s, 1, 0 FROM device",
            (at, at),
        )
        owner.execute(
            "INSERT INTO device_event (device, kind, about, code, text, happened_at, received_at,"
            " batch, seq) SELECT id, 'log', 'a21026', 'i11001', '开始校准', %s, %s, 1, 0 FROM device",
            (at, at),
        )
    tellers = Tellers([1], START, START + timedelta(days=1))

    said, happened = read_said(session, tellers), read_happened(session, tellers)

    assert [(one.code, one.value, one.effective_at) for one in said] == [
        ("i13001", "200", START + HOUR)
    ]
    assert [(one.text, one.happened_at) for one in happened] == [("开始校准", START + HOUR)]
    assert read_said(session, tellers._replace(devices=[])) == []


def test_channels_are_called_as_devices_call_them(session: Session) -> None:
    rows = session.execute("SELECT id, code FROM channel").fetchall()

    assert channel_codes(session, [row[0] for row in rows]) == dict(rows)
