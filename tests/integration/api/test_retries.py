"""Rejects are fed in again by who may ask for it, of what he sees, with ingest doing the work."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from schemas.access import EVERYTHING, Role, Scope
from services.hj212.encode import enclose
from services.runtime.settings import Settings
from tests.fixtures.api import API, Api, Asking, got, running
from tests.fixtures.kept import BEIJING, NOW, START, Kept, frame
from tests.fixtures.retrying import carried_out, retrying

PATH = f"{API}/rejects/retries"
TEXT = f"{START + BEIJING:%Y%m%d%H%M%S}"
LONG = enclose(
    f"QN={TEXT}001;ST=32;CN=2011;PW=246810;MN=MN-A;Flag=4;CP=&&DataTime={TEXT}123;a21026-Rtd=1.5&&".encode()
)
"""Accepted under the policy `long_data_time` alone."""
READINGS = "SELECT count(*) FROM reading_realtime"
REFUSED: list[tuple[dict[str, Any], str]] = [
    ({}, "invalid"),
    ({"dry_run": True}, "invalid"),
    ({"reject": 1, "mn": "MN-A"}, "invalid"),
    ({"reason": "no_such_reason"}, "invalid"),
    ({"reject": 99}, "not-found"),
    ({"from": "2026-08-02T00:00:00Z", "to": "2026-08-01T00:00:00Z"}, "bad-range"),
    ({"reject": 1, "clock_offset_s": 10**12}, "invalid"),
]


@pytest.fixture
def kept(api: Api, tmp_path: Path) -> Kept:
    return Kept(api.url, Settings(database_url=SecretStr(api.url), home=tmp_path))


@pytest.fixture
async def rejected(kept: Kept) -> Kept:
    """Reject 1 of MN-A for want of a policy, 2 of nobody's device."""
    kept.register("MN-A", codes=["a21026"])
    await kept.store([("MN-A", LONG), ("MN-?", frame("MN-?", START))], START)
    return kept


@pytest.fixture
def root(api: Api) -> Asking:
    return api.machine("root", Role.ADMINISTRATOR, EVERYTHING)


async def posted(machine: Asking, body: dict[str, Any], status: int = 202) -> Any:
    answer = await machine("POST", PATH, json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


def outcome(told: Any) -> list[int]:
    return [told[name] for name in ("stored", "repeated", "rejected", "skipped")]


async def test_a_reject_without_its_policy_is_stored_once_that_is_registered_and_retried(
    api: Api, rejected: Kept, root: Asking
) -> None:
    early = await posted(root, {"reason": "bad_data_time", "mn": "MN-A", "dry_run": True})
    await carried_out(rejected)
    refused = await got(root, f"{PATH}/{early['retry']}")
    rejected.allow("MN-A", "long_data_time")

    dry = await posted(root, {"reason": "bad_data_time", "dry_run": True})
    await carried_out(rejected)
    would_be = await got(root, f"{PATH}/{dry['retry']}")
    nothing_yet = rejected.rows(READINGS)
    real = await posted(root, {"reason": "bad_data_time"})
    await carried_out(rejected)
    done = await got(root, f"{PATH}/{real['retry']}")
    settled = await posted(root, {"reason": "bad_data_time"}, 409)
    again = await posted(root, {"reject": 1, "again": True})
    await carried_out(rejected)
    repeated = await got(root, f"{PATH}/{again['retry']}")
    [listed] = (
        await got(root, "/rejects", mn="MN-A", **{"from": "2026-08-01", "to": "2026-08-02"})
    )["items"]

    assert (refused["state"], outcome(refused)) == ("done", [0, 0, 1, 0])
    assert refused["reasons"] == {"bad_data_time": 1}
    assert (would_be["dry_run"], outcome(would_be), nothing_yet) == (True, [1, 0, 0, 0], [(0,)])
    assert (done["actor"], outcome(done)) == ("root", [1, 0, 0, 0])
    assert settled["type"] == "/problems/conflict"
    assert outcome(repeated) == [0, 1, 0, 0]
    assert rejected.rows(READINGS) == [(1,)]
    assert listed["retried"] == "repeated"
    with api.registrar() as owner:
        deeds = owner.execute(
            "SELECT action, object, plant FROM audit WHERE action LIKE 'rejects.retry%' ORDER BY id"
        ).fetchall()
    assert deeds == [
        ("rejects.retry_preview", "retry/1", 1), ("rejects.retry_preview", "retry/2", 1),
        ("rejects.retry", "retry/3", 1), ("rejects.retry", "retry/4", 1),
    ]  # fmt: skip


async def test_who_sees_a_part_retries_and_sees_that_alone(
    api: Api, rejected: Kept, root: Asking
) -> None:
    rejected.owner("INSERT INTO region (code, name) VALUES ('42', '湖北省')")
    local = api.machine("local", Role.ADMINISTRATOR, Scope("15"))
    elsewhere = api.machine("elsewhere", Role.ADMINISTRATOR, Scope("42"))

    everything = await posted(root, {"from": "2026-08-01T00:00:00Z"})
    own = await posted(local, {"from": "2026-08-01T00:00:00Z"})
    await posted(local, {"reject": 2}, 404)
    nothing = await posted(elsewhere, {"mn": "MN-A"}, 422)
    hidden = [
        (await local("GET", f"{PATH}/{everything['retry']}")).status_code,
        (await elsewhere("GET", f"{PATH}/{own['retry']}")).status_code,
    ]
    listed = [
        [one["retry"] for one in (await got(who, PATH))["items"]]
        for who in (root, local, elsewhere)
    ]

    assert (everything["total"], own["total"]) == (2, 1)
    assert "MN" in nothing["detail"]
    assert hidden == [404, 404]
    assert listed == [[own["retry"], everything["retry"]], [own["retry"]], []]


async def test_what_was_asked_for_is_listed_once_the_newest_first_and_goes_on_behind_its_cursor(
    rejected: Kept, root: Asking
) -> None:
    key = {"Idempotency-Key": "k1"}
    first, again = [await root("POST", PATH, json={"reject": 1}, headers=key) for _ in range(2)]
    made = [1, *[(await posted(root, {"reject": 1, "dry_run": True}))["retry"] for _ in range(2)]]

    newest = await got(root, PATH, limit=2)
    rest = await got(root, PATH, limit=2, cursor=newest["next"])

    assert first.headers["Location"] == f"{PATH}/1"
    assert again.json() == first.json()
    assert rejected.rows("SELECT count(*) FROM asked_retry") == [(3,)]
    assert [one["retry"] for one in newest["items"] + rest["items"]] == made[::-1]
    assert rest["next"] is None


async def test_a_retry_that_was_stopped_begins_nothing_more_and_keeps_what_was_done(
    api: Api, rejected: Kept, root: Asking
) -> None:
    local = api.machine("local", Role.ADMINISTRATOR, Scope("15"))
    wrong = (await posted(root, {"from": "2026-08-01T00:00:00Z", "clock_offset_s": -3600}))["retry"]
    async with retrying(rejected) as work:
        work.most = 1
        await work.step(NOW)

    unseen = await local("POST", f"{PATH}/{wrong}/stop")
    stopped = await root("POST", f"{PATH}/{wrong}/stop")
    again = await root("POST", f"{PATH}/{wrong}/stop")
    pieces = await carried_out(rejected)
    after = await got(root, f"{PATH}/{wrong}")
    whole = (await posted(root, {"reject": 1, "dry_run": True}))["retry"]
    await carried_out(rejected)
    late = await root("POST", f"{PATH}/{whole}/stop")

    assert unseen.status_code == 404
    assert (stopped.status_code, again.json()) == (200, stopped.json())
    assert (after["state"], after["stopped_by"]) == ("stopped", "root")
    assert (after["looked"], after["total"], pieces) == (1, 2, 0)
    assert after["finished_at"] is not None
    assert (late.status_code, late.json()["type"]) == (409, "/problems/conflict")
    with api.registrar() as owner:
        deeds = owner.execute(
            "SELECT object, detail FROM audit WHERE action = 'rejects.retry_stop' ORDER BY id"
        ).fetchall()
    assert deeds[0] == (f"retry/{wrong}", {"left": 1})


async def test_what_cannot_be_asked_for_is_refused_in_words(rejected: Kept, root: Asking) -> None:
    found: list[str] = []

    for body, _ in REFUSED:
        said = [
            (await root("POST", PATH, json=body, headers={"Accept-Language": lang})).json()
            for lang in ("zh", "en")
        ]
        found.append(said[0]["type"].removeprefix("/problems/"))
        assert said[0]["detail"] != said[1]["detail"]

    assert found == [kind for _, kind in REFUSED]
    assert rejected.rows("SELECT count(*) FROM asked_retry") == [(0,)]


async def test_more_than_the_bound_are_to_be_narrowed_down(rejected: Kept, database: str) -> None:
    await rejected.store([("MN-?", frame("MN-?", START))], START)

    async with running(database, api_retry_rejects=2) as api:
        root = api.machine("strict", Role.ADMINISTRATOR)
        refused = await posted(root, {"from": "2026-08-01T00:00:00Z"}, 422)
        taken = await posted(root, {"mn": "MN-?"})

    assert "超过 2 条" in refused["detail"]
    assert taken["total"] == 2


async def test_what_is_quoted_hides_passwords_from_who_may_not_see_them(
    api: Api, rejected: Kept, root: Asking
) -> None:
    assert rejected
    retry = (await posted(root, {"reject": 1, "dry_run": True}))["retry"]
    with api.registrar() as owner:
        owner.execute(
            """UPDATE asked_retry SET examples = '[{"reject": 1, "outcome": "rejected", "why": "x: PW=246810;"}]'"""
        )
    narrow = Asking(root.client, api.token(api.made["root"], ["retry_rejects"]))

    own, masked = [(await got(who, f"{PATH}/{retry}"))["examples"] for who in (root, narrow)]

    assert own[0]["why"] == "x: PW=246810;"
    assert masked[0]["why"] == "x: PW=******;"
