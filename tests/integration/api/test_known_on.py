"""Cases, orders and contests as they were known: the same for ever, whoever commits when."""

import csv
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import psycopg
import pytest

from schemas.access import Role, Scope
from schemas.alert import Alert, AlertKind, AlertState, Disposition, Event, Severity, Step, Target
from services.rules.alerting.actions import (
    Acknowledge,
    Action,
    Assign,
    Reopen,
    Resolve,
    Verdict,
    act,
)
from services.rules.alerting.causes import Cause
from services.rules.alerting.draft import Draft, Happening
from services.rules.alerting.reasons import Reason
from services.store.alerts import alerts_by_id, write_steps
from services.store.session import Session
from tests.fixtures.api import API, Api, Asking, got
from tests.fixtures.registry import stored
from tests.fixtures.supervised import PLANTS
from tests.fixtures.working import ANSWER, CLOSING, ORDER, populated, version_of

NOW = datetime(2026, 8, 9, 3, tzinfo=UTC)
HOUR = timedelta(hours=1)
EXEMPT_FROM_EVENTS = {"clause", "evidence"}

VERDICT = Verdict(Disposition.CONFIRMED, Cause.FACILITY_FAULT)
FILTERS: tuple[dict[str, Any], ...] = (
    {},
    {"state": "resolved"},
    {"state": ["open", "acknowledged"], "severity": "yellow"},
    {"assignee": "chen"},
    {"found_late": True},
    {"found_late": False},
    {"undisposed": True},
    {"plant": "P1", "subject": "DA001", "region": "150502"},
    {"plant": "P2"},
    {"from": "2026-08-06T00:00"},
    {"to": "2026-08-09T10:00"},
    {"kind": ["limit_hour", "limit_day"]},
)


@pytest.fixture
def owner(api: Api) -> Iterator[Session]:
    with api.registrar() as connection:
        stored(connection, PLANTS)
        yield connection


@pytest.fixture
def machine(api: Api, owner: Session) -> Asking:
    assert owner
    return api.machine("officer", Role.OPERATOR, Scope("1505"))


async def position(machine: Asking) -> str:
    """Which position is closed now."""
    answer = await machine("GET", f"{API}/plants/P1/limits")
    return answer.headers["Qingkong-Position"]


def opened(owner: Session, days: int = 0, severity: Severity = Severity.YELLOW) -> int:
    """A case as the platform opens it; its number."""
    row = owner.execute(
        "SELECT plant.id, subject.id, point.id FROM point JOIN subject ON subject.id = point.subject"
        " JOIN plant ON plant.id = subject.plant WHERE plant.code = 'P1' AND point.code = 'a21026'"
    ).fetchone()
    assert row is not None
    since = NOW - timedelta(days=days)
    kind = list(AlertKind)[days]
    case = Alert(
        *(0, kind, Target(*row), AlertState.OPEN, severity, since, None, 0, NOW),
        worst=Decimal("0.35"),
        zh="超标",
        en="over",
        clause="GB 13223-2011",  # pyright: ignore[reportArgumentType] - fields by name
        evidence={"source": "verdict:1"},
        opened_at=NOW,
    )
    draft = Draft(case, NOW)
    draft.add(Happening(Event.OPENED, Reason.SETTLED, since), case)
    [written] = done(owner, draft.step())
    return written.alert.alert


def done(session: Session, *steps: Step) -> list[Step]:
    with session.transaction():
        return write_steps(session, steps)


def by_person(session: Session, number: int, action: Action, hours: int = 1) -> None:
    [held] = alerts_by_id(session, [number])
    write_steps(session, [act(held, action, NOW + hours * HOUR)])


def bare(item: dict[str, Any]) -> dict[str, Any]:
    """A case without what no event tells."""
    return {name: said for name, said in item.items() if name not in EXEMPT_FROM_EVENTS}


async def test_as_of_a_position_a_case_stands_as_it_stood_though_others_commit_out_of_order(
    machine: Asking, owner: Session, api: Api
) -> None:
    number = opened(owner)
    with psycopg.connect(api.url) as slow:
        # Its position is drawn before that of the step it builds upon.
        [first] = slow.execute("SELECT pg_current_xact_id()::text").fetchone() or [""]
        closed = await position(machine)
        before = await got(machine, "/alerts", as_of=closed)
        with owner.transaction():
            by_person(owner, number, Acknowledge("li"))
        meanwhile = await got(machine, "/alerts", as_of=closed)
        by_person(slow, number, Assign("wang", "chen"), 2)

    ways = [await got(machine, "/alerts", as_of=closed) for _ in range(2)]
    between = await got(machine, "/alerts", as_of=str(int(first) + 1))
    now = await position(machine)
    after = await got(machine, f"/alerts/{number}", as_of=now)
    steps = await got(machine, f"/alerts/{number}/events", as_of=str(int(first) + 1))
    evidence = await got(machine, f"/alerts/{number}/evidence", as_of=closed)
    exported = await machine(
        "GET",
        f"{API}/export/alerts.csv",
        params={"as_of": str(int(first) + 1), "from": "2026-08-01", "to": "2026-08-31"},
    )

    assert int(closed) <= int(first) < int(now)
    assert before == meanwhile == ways[0] == ways[1]
    assert [(one["state"], one["version"]) for one in before["items"]] == [("open", 1)]
    # The third step lies below that position, and the second, on which it rests, does not.
    assert [one["version"] for one in between["items"]] == [1]
    assert [one["version"] for one in steps["items"]] == [1]
    assert [row["version"] for row in csv.DictReader(exported.text.splitlines())] == ["1"]
    assert (evidence["alert"], len(evidence["events"])) == (before["items"][0], 1)
    assert (after["state"], after["version"], after["assignee"]) == ("acknowledged", 3, "chen")
    assert after["acknowledged_by"] == "li"


async def test_as_of_now_cases_are_found_as_they_are(machine: Asking, owner: Session) -> None:
    cases = [opened(owner, day, severity) for day, severity in enumerate(Severity)]
    with owner.transaction():
        by_person(owner, cases[0], Acknowledge("li"))
        by_person(owner, cases[1], Assign("li", "chen"))
        by_person(owner, cases[2], Resolve("li", VERDICT))
        by_person(owner, cases[3], Resolve("li", VERDICT))
        by_person(owner, cases[3], Reopen("li", "not done"), 2)
    now = await position(machine)

    counts: list[int] = []
    for params in FILTERS:
        stands = await got(machine, "/alerts", **params)
        known = await got(machine, "/alerts", as_of=now, **params)
        piece = await got(machine, "/alerts", as_of=now, limit=1, **params)

        counts.append(len(known["items"]))
        assert [bare(one) for one in known["items"]] == [bare(one) for one in stands["items"]]
        assert all(one["evidence"] == {"source": "verdict:1"} for one in known["items"])
        assert piece["items"] == known["items"][:1]
        assert (piece["next"] is None) == (len(known["items"]) < 2)
    assert counts == [4, 1, 1, 1, 0, 4, 0, 4, 0, 4, 3, 2]


async def test_a_case_that_was_not_known_yet_is_not_found(machine: Asking, owner: Session) -> None:
    before = await position(machine)
    number = opened(owner)

    answer = await machine("GET", f"{API}/alerts/{number}", params={"as_of": before})
    listed = await got(machine, "/alerts", as_of=before)

    assert answer.status_code == 404
    assert listed["items"] == []


async def test_an_order_and_a_contest_are_told_as_they_stood_after_each_step(api: Api) -> None:
    world = populated(api)
    officer, seen = world.asking["officer"], list[tuple[str, Any, Any]]()

    async def look() -> None:
        now = await got(officer, f"/orders/{order}"), await got(officer, "/contests")
        seen.append((await position(officer), *now))

    order = (await world.made("officer", "/orders", ORDER))["order"]
    await look()
    await world.made("plant", f"/orders/{order}/accept", None)
    await look()
    answered = await world.ask("plant", "POST", f"/orders/{order}/answer", data=ANSWER)
    assert answered.status_code == 200, answered.text
    await look()
    filed = {"about": "alert", "key": str(world.alert), "grounds": "限值有误"}
    contest = (await world.ask("plant", "POST", "/contests", data=filed)).json()["contest"]
    await look()
    await world.made(
        "officer", f"/contests/{contest}/answer", {"outcome": "upheld", "reasons": "属实"}
    )
    await world.made("officer", f"/orders/{order}/verify", {"found": "现场核查"})
    await world.made("officer", f"/orders/{order}/close", CLOSING)
    await look()

    for known, stood, contests in seen:
        assert await got(officer, f"/orders/{order}", as_of=known) == stood
        listed = await got(officer, "/orders", as_of=known, state=stood["state"], overdue=False)
        assert [one["version"] for one in listed["items"]] == [stood["version"]]
        told = await got(officer, "/contests", as_of=known)
        assert told["items"] == contests["items"]
    assert [one[1]["state"] for one in seen] == [
        "issued",
        "accepted",
        "answered",
        "answered",
        "closed",
    ]
    assert [len(one[2]["items"]) for one in seen] == [0, 0, 0, 1, 1]
    assert seen[-1][2]["items"][0]["zh_state"] == "成立"
    early = await officer("GET", f"{API}/contests/{contest}", params={"as_of": seen[0][0]})
    assert early.status_code == 404


async def test_contests_are_listed_by_what_they_are_and_shown_with_their_steps(api: Api) -> None:
    world = populated(api)
    verdict = world.judged()
    forms = [("alert", world.alert), ("verdict", verdict)]
    made = [
        await world.ask(
            "plant", "POST", "/contests",
            data={"about": about, "key": str(key), "grounds": "理由"},
            files=[("files", ("a.csv", b"1,2\n", "text/csv"))],
        )
        for about, key in forms
    ]  # fmt: skip
    first, second = (one.json()["contest"] for one in made)
    officer = world.asking["officer"]

    whole = await got(officer, "/contests")
    piece = await got(officer, "/contests", limit=1)
    rest = await got(officer, "/contests", limit=1, cursor=piece["next"])
    of_verdicts = await got(officer, "/contests", about="verdict", key=verdict)
    of_case = await got(officer, "/contests", alert=world.alert, state="filed", overdue=False)
    one = await officer("GET", f"{API}/contests/{second}")
    withdrawn = await world.post(
        "plant", f"/contests/{second}/withdraw", {"reason": "误报"}, headers=version_of(one)
    )

    shown = one.json()
    assert [item["id"] for item in whole["items"]] == [second, first]
    assert piece["items"] + rest["items"] == whole["items"]
    assert [item["id"] for item in of_verdicts["items"]] == [second]
    assert first in [item["id"] for item in of_case["items"]]
    assert shown["link"] == f"/api/v1/verdicts/{verdict}"
    assert [(step["what"], step["zh"]) for step in shown["history"]] == [("filed", "提出申诉")]
    assert [file["name"] for file in shown["attachments"]] == ["a.csv"]
    assert withdrawn.status_code == 200


async def test_others_see_no_contest(api: Api) -> None:
    world = populated(api)
    form = {"about": "alert", "key": str(world.alert), "grounds": "理由"}
    contest = (await world.ask("plant", "POST", "/contests", data=form)).json()["contest"]

    listed = [
        (await world.ask(who, "GET", "/contests")).json() for who in ("elsewhere", "neighbour")
    ]
    shown = [
        (await world.ask(who, "GET", f"/contests/{contest}")).status_code
        for who in ("elsewhere", "neighbour", "plant", "auditor")
    ]

    assert [one["items"] for one in listed] == [[], []]
    assert shown == [404, 404, 200, 200]
