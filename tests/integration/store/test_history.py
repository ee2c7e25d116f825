"""Readings by pieces and thinned out say what is there; hot questions open no chunk they need not."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import LiteralString

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.judgement import Period
from schemas.series import Series
from services.store.as_known import closed_position
from services.store.connection import connect_now
from services.store.history_beliefs import MEANS, VERDICTS, Beliefs
from services.store.history_known import Known, known_below
from services.store.history_readings import (
    Asked,
    ReadingRow,
    instruments_of,
    newest_reading,
    read_readings,
)
from services.store.history_samples import bucket_width, read_samples
from services.store.registry_read import read_registry
from services.store.session import Session
from services.store.status_newest import VERDICTS_NOW
from services.store.status_plant_rows import read_plant_rows
from services.store.status_rates import EXCEEDANCES, RATED, SUMS
from tests.fixtures.answered import PLANTS
from tests.fixtures.batches import say
from tests.fixtures.evaluated import point_of
from tests.fixtures.readings import channel_ids, fill
from tests.fixtures.registry import TERSE, stored

START = datetime(2024, 6, 3, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
SENTINEL = 999.0
VALUES = st.lists(
    st.tuples(st.integers(0, 59), st.one_of(st.none(), st.just(SENTINEL), st.integers(-50, 50))),
    max_size=40,
    unique_by=lambda one: one[0],
)


@pytest.fixture
def owner(database: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database, autocommit=True, options="-c timezone=UTC0") as connection:
        stored(connection, TERSE)
        yield connection


@pytest.fixture
def session(database: str, owner: psycopg.Connection) -> Iterator[Session]:
    assert owner
    with connect_now(database, "api", "test") as connection:
        yield connection


def asked(owner: psycopg.Connection, known: Known, span: timedelta = HOUR) -> Asked:
    point = point_of(owner, "a21026")
    return Asked(point, "main", Series.MINUTE, START, START + span, known)


def everything(session: Session) -> Known:
    return known_below(session, closed_position(session))


def rescaled(owner: psycopg.Connection) -> None:
    """Twice as much from the middle of the hour on; 999 means no value."""
    channel = channel_ids(owner)["MN-A/a21026"]
    owner.execute("DELETE FROM channel_setting WHERE channel = %s", (channel,))
    middle = START + HOUR / 2
    for since, until, scale in ((None, middle, 1), (middle, None, 2)):
        owner.execute(
            "INSERT INTO channel_setting (channel, valid, unit, scale, sentinels)"
            " VALUES (%s, tstzrange(%s, %s), 'mg/m3', %s, ARRAY[%s]::float8[])",
            (channel, since, until, scale, SENTINEL),
        )


def read(minute: int, value: float | None) -> float | None:
    if value is None or value == SENTINEL:
        return None
    return float(value) * (1 if minute < 30 else 2)


@given(values=VALUES, points=st.integers(2, 200), piece=st.integers(1, 7))
@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_pieces_give_all_and_stretches_keep_the_extremes(
    owner: psycopg.Connection,
    session: Session,
    values: list[tuple[int, float | None]],
    points: int,
    piece: int,
) -> None:
    rescaled(owner)
    owner.execute("DELETE FROM reading_minute")
    channel = channel_ids(owner)["MN-A/a21026"]
    fill(owner, "reading_minute", ((START + m * MINUTE, channel, v) for m, v in values))
    wanted = asked(owner, everything(session))
    pieces = instruments_of(session, wanted)

    whole = read_readings(session, wanted, pieces, 1000, None)
    width = bucket_width(wanted.since, wanted.until, points)
    samples = read_samples(session, wanted, pieces, width)

    expected = [(START + m * MINUTE, read(m, v)) for m, v in sorted(values)]
    assert [(row.time, row.value) for row in whole] == expected
    paged: list[ReadingRow] = []
    after: tuple[datetime, int] | None = None
    while rows := read_readings(session, wanted, pieces, piece, after):
        paged += rows
        after = (rows[-1].time, rows[-1].channel)
    assert paged == whole
    assert len(samples) <= max(points // 2, 1)
    assert sum(one.readings for one in samples) == len(values)
    for sample in samples:
        inside = [
            (value, time)
            for time, value in expected
            if sample.since <= time < sample.since + width and value is not None
        ]
        assert sample.valued == len(inside)
        assert sample.minimum == min((value for value, _ in inside), default=None)
        assert sample.maximum == max((value for value, _ in inside), default=None)
        if inside:
            assert (sample.minimum, sample.minimum_at) == min(inside)
    newest = newest_reading(session, wanted, pieces)
    assert newest == (whole[-1] if whole else None)


def test_what_came_later_is_not_known_yet_whichever_way_it_is_told(
    owner: psycopg.Connection, session: Session
) -> None:
    channel = channel_ids(owner)["MN-A/a21026"]
    say(owner, 1, channel, {START: 1.0, START + MINUTE: 2.0})
    position = closed_position(session)
    say(owner, 2, channel, {START: 10.0, START + 2 * MINUTE: 30.0})

    named = known_below(session, position)
    looked_up = replace(named, fresh=None)

    assert named.fresh == [2]
    for known, expected in (
        (named, [1.0, 2.0]),
        (looked_up, [1.0, 2.0]),
        (everything(session), [10.0, 2.0, 30.0]),
    ):
        wanted = asked(owner, known)
        rows = read_readings(session, wanted, instruments_of(session, wanted), 10, None)
        assert [row.value for row in rows] == expected


@pytest.mark.parametrize("points", [-1, 0, 1], ids=str)
def test_a_stretch_has_two_ends(points: int) -> None:
    with pytest.raises(ValueError, match="two points or more"):
        bucket_width(START, START + HOUR, points)


CHUNK = re.compile(r"_hyper_\d+_\d+_chunk\b(?!_)")
JUDGED = """
INSERT INTO verdict (start, point, limit_key, limit_version, period, stage, outcome, sure, why,
  evidence, rules)
SELECT hour, %(point)s, 1, 1, 'hour', 'final', 'exceeding', true, 'over', '{}', '1'
FROM generate_series(%(since)s::timestamptz, %(until)s, INTERVAL '6 hours') AS hour
"""
KEPT = """
INSERT INTO mean (start, point, period, stage, source, valid_s, due_s, valid, evidence, rules)
SELECT hour, %(point)s, 'hour', 'final', 'computed', 3600, 3600, true, '{}', '1'
FROM generate_series(%(since)s::timestamptz, %(until)s, INTERVAL '6 hours') AS hour
"""
RATES = """
INSERT INTO performance (start, subject, measure, period, stage, numerator, denominator, sure,
  evidence, rules)
SELECT day, subject, 'synchronous', 'day', 'final', 1, 1, true, '{}', '1'
FROM point, generate_series(%(since)s::timestamptz, %(until)s, INTERVAL '1 day') AS day
WHERE point.id = %(point)s
"""


@pytest.mark.parametrize(
    ("query", "index", "chunks"),
    [
        pytest.param(VERDICTS_NOW, "verdict_belief", 1, id="newest verdicts"),
        pytest.param(MEANS, "mean_belief", 1, id="means of a day"),
        pytest.param(VERDICTS, "verdict_belief", 1, id="verdicts of a day"),
        pytest.param(EXCEEDANCES, "verdict_", 1, id="exceedances"),
        pytest.param(SUMS, "performance_belief", 1, id="rates"),
        pytest.param(RATED, "performance_belief", 1, id="rates of all"),
    ],
)
def test_a_hot_question_looks_into_the_key_of_the_chunks_it_needs(
    owner: psycopg.Connection, query: LiteralString, index: str, chunks: int
) -> None:
    point = point_of(owner, "a21026")
    span = {"point": point, "since": START - 400 * DAY, "until": START}
    for statement in (JUDGED, KEPT, RATES):
        owner.execute(statement, span)
    owner.execute("ANALYZE verdict, mean, performance")
    # A few rows are read fastest as they lie; what is asked here is whether the key serves.
    owner.execute("SET enable_seqscan TO off")

    plan = explained(owner, query, point)

    # A day in the middle of a chunk, so that a look never needs the next one.
    assert index in plan
    assert "Seq Scan on _hyper" not in plan
    assert len(set(CHUNK.findall(plan))) == chunks


def explained(owner: psycopg.Connection, query: LiteralString, point: int) -> str:
    row = owner.execute(
        "SELECT range_start + (range_end - range_start) / 2 FROM timescaledb_information.chunks"
        " WHERE hypertable_name = 'verdict' ORDER BY range_start DESC LIMIT 1"
    ).fetchone()
    assert row is not None
    middle: datetime = row[0]
    values: Mapping[str, object] = {
        **Beliefs(point, Period.HOUR, middle - HOUR, middle + HOUR, 1 << 40).values(),
        "most": 100,
        "after_start": middle - HOUR,
        "after_limit": -1,
        "outcomes": None,
        "plants": None,
        "subjects": None,
        "hours_from": middle - DAY,
        "hours_until": middle + HOUR,
        "days_from": middle - DAY,
        "days_until": middle + HOUR,
        "measure": "synchronous",
        "kind": "outlet",
        "periods": ["hour", "day"],
    }
    values = {**values, "subjects": [1] if query == SUMS else None}
    rows = owner.execute(b"EXPLAIN " + query.encode(), values, prepare=False).fetchall()
    return "\n".join(str(one[0]) for one in rows)


def test_the_rows_of_one_plant_are_those_of_the_registry(owner: psycopg.Connection) -> None:
    stored(owner, PLANTS)
    whole = read_registry(owner)
    [plant] = [one for one in whole.plants.values() if one.code == "P1"]

    found = read_plant_rows(owner, plant.id)

    assert found.plants == {plant.id: plant}
    assert found.subjects == {
        key: one for key, one in whole.subjects.items() if one.plant == plant.id
    }
    assert found.groups == {key: one for key, one in whole.groups.items() if one.plant == plant.id}
    assert found.devices == {
        key: one for key, one in whole.devices.items() if one.plant == plant.id
    }
    own = {key for key, one in whole.channels.items() if one.device in found.devices}
    assert found.channels == {key: whole.channels[key] for key in own}
    assert found.bindings == {key: whole.bindings[key] for key in own}
    assert found.settings == {key: whole.settings[key] for key in own if key in whole.settings}
    assert found.points == {
        key: one for key, one in whole.points.items() if one.subject in found.subjects
    }
