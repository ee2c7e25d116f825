"""Cases and orders as they are read: within scope, by pieces, and as the store has them."""

from collections.abc import Iterator
from typing import Any

import pytest

from schemas.access import Role, Scope
from services.store.alerts import alerts_by_id
from services.store.session import Session
from tests.fixtures.api import API, Api, Asking, got
from tests.fixtures.registry import stored
from tests.fixtures.supervised import PLANTS, judged, opened

ORDER = """
INSERT INTO supervision_order (region, year, serial, plant, level, state, demand, issued_at,
  issued_by, held_by, accept_due, answer_due, overdue, clock_at, version, changed_at)
SELECT '1505', 2026, %(serial)s, plant.id, 'ordinary', 'issued', '查明超标原因', %(at)s, 'officer',
  '1505', %(at)s, %(at)s, %(overdue)s, %(at)s, 1, %(at)s FROM plant WHERE code = 'P1'
RETURNING id
"""
ISSUED = """
INSERT INTO order_event (supervision_order, version, what, reason, actor, party, place, at, made_at,
  state, held_by)
SELECT id, 1, 'issued', 'by hand', 'officer', 'bureau', '1505', issued_at, issued_at, state, held_by
FROM supervision_order
"""


@pytest.fixture
def owner(api: Api) -> Iterator[Session]:
    with api.registrar() as connection:
        stored(connection, PLANTS)
        yield connection


@pytest.fixture
def machine(api: Api, owner: Session) -> Asking:
    assert owner
    return api.machine("officer", Role.OPERATOR, Scope("1505"))


def order(owner: Session, serial: int, *overdue: str) -> int:
    values = {"serial": serial, "at": f"2026-08-0{serial}T01:00:00Z", "overdue": list(overdue)}
    row = owner.execute(ORDER, values).fetchone()
    assert row is not None
    return int(row[0])


async def test_a_case_is_as_the_store_has_it(machine: Asking, owner: Session) -> None:
    number = opened(owner)

    answer = await machine("GET", f"{API}/alerts/{number}")

    [held] = alerts_by_id(owner, [number])
    found = answer.json()
    assert (found["id"], found["kind"], found["state"], found["severity"]) == (
        number, held.kind, held.state, held.severity,
    )  # fmt: skip
    assert (found["plant"], found["subject"], found["zh_kind"]) == ("P1", "DA001", "小时均值超标")
    assert found["since"] == "2026-08-03T09:00:00+08:00"
    assert answer.headers["ETag"] == f'"{held.version}"'


@pytest.mark.parametrize(
    ("params", "count"),
    [
        ({}, 4),
        ({"severity": "red"}, 1),
        ({"severity": ["red", "blue"]}, 2),
        ({"kind": "limit_day"}, 0),
        ({"state": "resolved"}, 0),
        ({"plant": "P1", "subject": "DA001"}, 4),
        ({"plant": "P2"}, 0),
        ({"region": "150502"}, 4),
        ({"from": "2026-08-01", "to": "2026-08-02"}, 0),
        ({"from": "2026-08-02"}, 4),
    ],
    ids=str,
)
async def test_cases_are_found_by_what_they_are(
    machine: Asking, owner: Session, params: dict[str, Any], count: int
) -> None:
    for severity in ("blue", "yellow", "orange", "red"):
        opened(owner, severity)

    found = await got(machine, "/alerts", **params)

    assert len(found["items"]) == count


async def test_cases_by_pieces_are_the_list(machine: Asking, owner: Session) -> None:
    for severity in ("blue", "yellow", "orange", "red"):
        opened(owner, severity)
    whole = await got(machine, "/alerts")

    pieces: list[Any] = []
    cursor: dict[str, str] = {}
    while True:
        piece = await got(machine, "/alerts", limit=1, **cursor)
        pieces += piece["items"]
        if piece["next"] is None:
            break
        cursor = {"cursor": piece["next"]}

    assert pieces == whole["items"]
    assert len(pieces) == 4


async def test_the_steps_of_a_case_are_told_as_known(machine: Asking, owner: Session) -> None:
    number = opened(owner)
    before = await got(machine, f"/alerts/{number}/events")
    with owner.transaction():
        owner.execute(
            "INSERT INTO alert_event (alert, version, what, reason, actor, at, made_at, state,"
            " severity, since) SELECT id, 2, 'commented', 'said', 'anna', since, opened_at, 'open',"
            " severity, since FROM alert WHERE id = %s",
            (number,),
        )

    again = await got(machine, f"/alerts/{number}/events", as_of=before["as_of"])
    now = await got(machine, f"/alerts/{number}/events")

    assert again["items"] == before["items"]
    assert [one["what"] for one in now["items"]] == ["opened", "commented"]


async def test_the_evidence_of_a_case_names_its_verdicts(machine: Asking, owner: Session) -> None:
    number, verdict = opened(owner), judged(owner)
    owner.execute(
        "UPDATE alert SET evidence = jsonb_build_object('source', %s::text) WHERE id = %s",
        (f"verdict:{verdict}", number),
    )

    found = await got(machine, f"/alerts/{number}/evidence")

    assert found["sources"] == [f"verdict:{verdict}"]
    assert [(one["id"], one["outcome"], one["value"]) for one in found["verdicts"]] == [
        (verdict, "exceeding", 75.0)
    ]
    assert found["more"] is False


async def test_orders_are_listed_and_told_with_their_history(
    machine: Asking, owner: Session
) -> None:
    keys = [order(owner, 1), order(owner, 2, "accept"), order(owner, 3)]
    owner.execute(ISSUED)

    listed = await got(machine, "/orders")
    late = await got(machine, "/orders", overdue=True)
    first = await got(machine, "/orders", limit=2)
    rest = await got(machine, "/orders", limit=2, cursor=first["next"])
    one = await got(machine, f"/orders/{keys[1]}")

    assert [item["id"] for item in listed["items"]] == keys[::-1]
    assert [item["number"] for item in late["items"]] == ["1505-2026-0002"]
    assert first["items"] + rest["items"] == listed["items"]
    assert [step["what"] for step in one["history"]] == ["issued"]
    assert one["history"][0]["actor"] == {"name": "officer", "party": "bureau", "place": "1505"}


async def test_others_see_nothing_of_it(api: Api, owner: Session) -> None:
    numbers = opened(owner), order(owner, 1), judged(owner)
    blind = api.machine("neighbour", Role.OPERATOR, Scope("1502"))
    paths = ("alerts/{}", "orders/{}", "verdicts/{}")

    answers = [
        await blind("GET", f"{API}/{path.format(number)}")
        for path, number in zip(paths, numbers, strict=True)
    ]

    assert [one.status_code for one in answers] == [404, 404, 404]
    assert (await got(blind, "/alerts"))["items"] == []
    assert (await got(blind, "/orders"))["items"] == []
