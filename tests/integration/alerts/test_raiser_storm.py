"""Five thousand findings at once: all cases soon, and no more memory for it than a pass needs."""

import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime
from time import perf_counter

import psycopg
import pytest

from schemas.alert import AlertKind, AlertState
from services.alerts.raiser import Raised, Raiser
from services.store.connection import connect_now
from services.store.session import Session
from tests.fixtures.raised import HOUR, MINUTE, Found, Said, cases, find, judge

START = datetime(2026, 3, 1, 6, tzinfo=UTC)
OUTLETS = 2_500
REGISTRY = """
INSERT INTO region (code, name) VALUES ('15', '内蒙古');
INSERT INTO plant (code, name, region) SELECT 'P' || n, '企业' || n, '15'
FROM generate_series(1, 500) AS n;
INSERT INTO subject (plant, kind, code, name) SELECT 1 + n % 500, 'outlet', 'DA' || n, 'DA' || n
FROM generate_series(1, 2500) AS n;
INSERT INTO outlet (id, medium) SELECT id, 'air' FROM subject;
INSERT INTO point (subject, side, code) SELECT id, 'out', 'a21026' FROM subject;
"""
SOON_S = 30.0
"""All cases of 5,000 findings are to be committed within this time."""
FLAT = 60_000_000
"""Bytes that Python holds at most while it raises them."""


@pytest.fixture
def session(database: str) -> Iterator[Session]:
    with psycopg.connect(database, autocommit=True) as owner:
        owner.execute(REGISTRY)
    with connect_now(database, "alerts", "test") as connection:
        yield connection


@pytest.mark.timeout(120)
def test_five_thousand_findings_at_once_are_all_raised_within_half_a_minute(
    session: Session,
) -> None:
    find(
        session,
        *(Found(START, subject=1 + number) for number in range(OUTLETS)),
        *(
            Found(START, START + HOUR, "constant_value", 1 + number, 1 + number)
            for number in range(OUTLETS)
        ),
    )
    passes: list[Raised] = []
    raiser = Raiser(session, lambda: START + HOUR + MINUTE, observer=passes.append)
    tracemalloc.start()
    began = perf_counter()

    done = raiser.round()

    took_s = perf_counter() - began
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert done.findings == 2 * OUTLETS
    assert max(one.keys for one in passes) <= 500
    assert took_s < SOON_S, f"took {took_s:.1f} s"
    assert peak < FLAT, f"held {peak / 1e6:.0f} MB"
    found = cases(session)
    assert len(found) == 2 * OUTLETS
    assert {case.state for case in found} == {AlertState.OPEN}


@pytest.mark.timeout(120)
def test_a_compliant_hour_of_thousands_costs_next_to_nothing(session: Session) -> None:
    judge(session, *(Said(START, "50", point=1 + number) for number in range(OUTLETS)))
    judge(session, Said(START, "150", point=7))
    began = perf_counter()

    done = Raiser(session, lambda: START + HOUR + MINUTE).round()

    took_s = perf_counter() - began
    assert (done.verdicts, done.keys) == (1, 1)
    assert [case.kind for case in cases(session)] == [AlertKind.LIMIT_HOUR]
    assert took_s < 2, f"took {took_s:.1f} s"
