"""When units and facilities ran, as reported, as signals show and as stated: intervals, as known then."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from schemas.access import Role, Scope
from tests.fixtures.api import Api, Asking
from tests.fixtures.evaluated import Said, put
from tests.fixtures.registry import stored

API = "/api/v1"
PLANTS = """
regions:
  - {code: 150502, name: 科尔沁区, parent: 1505}
plants:
  - code: P1
    name: 示例厂
    region: 150502
    outlets:
      - {code: DA001, medium: air}
    units:
      - {code: B1, process: coal_boiler, fuel: coal}
    facilities:
      - {code: FGD1, treatment: desulphurisation}
    groups:
      - {code: G1, needed: 1, facilities: [FGD1], serves: [B1 -> DA001]}
    devices:
      - mn: MN-A
        commissioned_at: 2025-01-01
        channels:
          - {code: a21026, unit: mg/m3}
          - {code: i33400, point: B1/state/load, unit: "%"}
          - {code: SB1, point: FGD1/state}
  - code: P2
    name: 另一厂
    region: 150502
    facilities:
      - {code: F1, treatment: denitrification}
    devices:
      - mn: MN-B
        commissioned_at: 2025-01-01
        channels:
          - {code: SB2, point: F1/state}
"""
DAY = datetime(2026, 8, 7, 16, tzinfo=UTC)
"""Midnight of 8 August in Beijing."""
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
RANGE = {"from": "2026-08-08", "to": "2026-08-09"}
REPORTED = """
INSERT INTO state (time, channel, value, span_s, sent_at, received_at, batch, seq)
SELECT %s, id, %s, 0, %s, %s, 1, 0 FROM channel WHERE code = %s
"""
STANDSTILL = """
INSERT INTO mark (mark_key, kind, subject, during, origin, planned, entered_at, review, reviewer, actor)
SELECT 1, %s, id, tstzrange(%s, %s), 'plant', false, %s, 'accepted', 'officer', 'anna'
FROM subject WHERE code = 'FGD1'
"""
BATCH = """
INSERT INTO batch (id, slot, number, received_from, received_to, frames, stored, repeated, rejected,
  readings, revised, devices, received_ms, outcomes, block_bytes, previous, digest)
SELECT 2, 0, 2, %(at)s, %(at)s, 1, 1, 0, 0, 1, 1, ARRAY[1], ARRAY[0], 's', 1, sha256('a'), sha256('b')
"""


def hour(number: float) -> datetime:
    return DAY + number * HOUR


def scene(owner: psycopg.Connection) -> None:
    """Load until 12:00, none until 18:00, then silence; reports of the scrubber until 11:30.

    It says that it runs until 10:00 and stands from then on; from 18:00 a mark states a standstill.
    """
    stored(owner, PLANTS)
    loads = [Said(DAY + n * MINUTE, "i33400", 80.0 if n < 720 else 0.0) for n in range(-360, 1080)]
    put(owner, loads)
    for half in range(-4, 24):
        at, runs = DAY + half * 30 * MINUTE, 1.0 if half < 20 else 0.0
        owner.execute(REPORTED, (at, runs, at, at, "SB1"))
    at = hour(9)
    owner.execute(REPORTED, (at, 3.0, at, at, "SB2"))
    owner.execute(STANDSTILL, ("thermal_power/out_of_service", hour(18), hour(24), hour(18)))


@pytest.fixture
def owner(api: Api) -> Iterator[psycopg.Connection]:
    with api.registrar() as connection:
        scene(connection)
        yield connection


@pytest.fixture
def machine(api: Api, owner: psycopg.Connection) -> Asking:
    assert owner
    return api.machine("officer", Role.OPERATOR, Scope("1505"))


async def got(machine: Asking, plant: str = "P1", **params: Any) -> Any:
    answer = await machine("GET", f"{API}/plants/{plant}/states", params=RANGE | params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def lines(found: Any, subject: str) -> list[tuple[float, float, str, str | None, int | None]]:
    """Intervals in hours of the day."""
    return [
        (
            (datetime.fromisoformat(one["since"]) - DAY) / HOUR,
            (datetime.fromisoformat(one["until"]) - DAY) / HOUR,
            *(one["running"], one["source"], one["number"]),
        )
        for one in found["items"]
        if one["subject"] == subject
    ]


async def test_each_state_is_told_with_where_it_is_from(machine: Asking) -> None:
    found = await got(machine)

    assert lines(found, "FGD1") == [
        (0, 10, "running", "reported", 1),
        (10, 18, "off", "reported", 0),
        (18, 24, "off", "manual", None),
    ]
    # A signal holds two minutes.
    silent = pytest.approx(18 + 1 / 60)
    assert lines(found, "B1") == [
        (0, 12, "running", "derived", None),
        (12, silent, "off", "derived", None),
        (silent, 24, "unknown", None, None),
    ]
    first = found["items"][0]
    assert (first["zh"], first["en"], first["kind"]) == ("运行", "running", "unit")
    assert first["since"] == "2026-08-08T00:00:00+08:00"
    assert found["zone"] == "+08:00"


async def test_a_plant_without_groups_tells_what_was_reported(machine: Asking) -> None:
    found = await got(machine, "P2")

    assert lines(found, "F1") == [
        (0, 9, "unknown", None, None),
        (9, 10, "off", "reported", 3),
        (10, 24, "unknown", None, None),
    ]


async def test_what_goes_on_over_midnight_is_one_interval_and_pieces_are_the_list(
    machine: Asking,
) -> None:
    whole = await got(machine, **{"from": "2026-08-07T22:00", "to": "2026-08-09T06:00"})

    pieces: list[Any] = []
    cursor: dict[str, str] = {}
    while True:
        span = {"from": "2026-08-07T22:00", "to": "2026-08-09T06:00", "limit": 2}
        piece = await got(machine, **span, **cursor)
        pieces += piece["items"]
        if piece["next"] is None:
            break
        cursor = {"cursor": piece["next"]}

    assert lines(whole, "FGD1")[0] == (-2, 10, "running", "reported", 1)
    assert lines(whole, "B1")[0] == (-2, 12, "running", "derived", None)
    assert pieces == whole["items"]
    assert len(pieces) > 4


async def test_states_are_found_by_place_source_and_word(machine: Asking) -> None:
    of_one = await got(machine, subject="FGD1")
    manual = await got(machine, source="manual")
    unknown = await got(machine, running="unknown")
    nowhere = await machine("GET", f"{API}/plants/P1/states", params={"subject": "X", **RANGE})
    long = await machine("GET", f"{API}/plants/P1/states", params={"from": "2026-07-01"})

    assert {one["subject"] for one in of_one["items"]} == {"FGD1"}
    assert [one["source"] for one in manual["items"]] == ["manual"]
    assert {one["subject"] for one in unknown["items"]} == {"B1"}
    assert (nowhere.status_code, long.status_code) == (404, 422)


async def test_as_of_a_position_states_stay_though_a_report_is_corrected(
    machine: Asking, owner: psycopg.Connection
) -> None:
    before = await got(machine)
    with owner.transaction():
        owner.execute(BATCH, {"at": hour(30)})
        owner.execute(
            "UPDATE state SET value = 1, batch = 2, sent_at = %s, received_at = %s"
            " WHERE time >= %s AND channel = (SELECT id FROM channel WHERE code = 'SB1')",
            (hour(30), hour(30), hour(10)),
        )
        owner.execute(
            "INSERT INTO mark (mark_key, kind, subject, during, origin, planned, entered_at, review,"
            " withdrawn, actor) SELECT mark_key, kind, subject, during, origin, planned, entered_at,"
            " 'claimed', true, actor FROM mark"
        )

    again = await got(machine, as_of=before["as_of"])
    now = await got(machine)

    assert again == before
    assert lines(now, "FGD1")[0] == (0, pytest.approx(18 + 59 / 60), "running", "reported", 1)


async def test_others_see_no_states(api: Api, owner: psycopg.Connection) -> None:
    rows = owner.execute("SELECT id FROM plant WHERE code = 'P2'").fetchall()
    blind = api.machine("neighbour", Role.PLANT, Scope(None, frozenset(row[0] for row in rows)))

    answer = await blind("GET", f"{API}/plants/P1/states", params=RANGE)

    assert answer.status_code == 404
