"""Marks, limits, laboratory results and findings by their number, with all that was believed of them."""

from typing import Any

import psycopg
import pytest

from tests.fixtures.api import API, Api, got
from tests.fixtures.working import LIMIT, MARK, RESULT, World, populated

RANGE = {"from": "2026-08-01", "to": "2026-08-10"}
FINDING = """
INSERT INTO finding (rule, subject, point, since, until, stage, standing, zh, en, clause, sure, doubts,
  evidence, rules)
SELECT %(rule)s, subject.id, point.id, %(since)s, %(until)s, 'final', %(standing)s, '设施停运', 'off',
  'clause', true, '{}', '{"minutes": 30}', '1'
FROM point JOIN subject ON subject.id = point.subject JOIN plant ON plant.id = subject.plant
WHERE plant.code = 'P1' AND point.code = 'a21026'
RETURNING id
"""
RATE = """
INSERT INTO performance (subject, measure, code, period, start, stage, numerator, denominator, sure,
  evidence, rules)
SELECT id, 'synchronous', '', 'day', %s, 'final', %s, %s, true, '{}', '1' FROM subject WHERE code = 'B1'
"""
FOUND = {
    "rule": "facility_off", "since": "2026-08-03T01:00:00Z", "until": "2026-08-03T02:00:00Z",
    "standing": True,
}  # fmt: skip


@pytest.fixture
def world(api: Api) -> World:
    return populated(api)


async def walked(world: World, path: str) -> tuple[Any, str]:
    """What is at an address that a `Location` named, and its ETag."""
    answer = await world.ask("officer", "GET", path.removeprefix(API))
    assert answer.status_code == 200, answer.text
    return answer.json(), answer.headers["ETag"]


async def hidden(world: World, path: str) -> list[int]:
    return [(await world.ask(who, "GET", path)).status_code for who in ("elsewhere", "neighbour")]


async def test_a_mark_is_told_with_every_version_and_as_it_was(world: World) -> None:
    made = await world.post("plant", "/marks", MARK)
    address = made.headers["Location"]
    first, tag = await walked(world, address)
    review = {"verdict": "accept"}
    done = await world.post(
        "officer", f"/marks/{first['id']}/review", review, headers={"If-Match": tag}
    )

    now, newer = await walked(world, address)
    then = await got(world.asking["officer"], f"/marks/{first['id']}", as_of=first["as_of"])

    assert done.status_code == 200, done.text
    assert (made.headers["ETag"], done.headers["ETag"]) == (tag, newer)
    assert [one["review"] for one in now["versions"]] == ["claimed", "accepted"]
    assert then == first
    assert (first["plant"], first["versions"][0]["subject"]) == ("P1", "B1")
    assert first["versions"][0]["zh"] == "启炉"
    assert await hidden(world, f"/marks/{first['id']}") == [404, 404]


async def test_a_limit_is_told_with_every_version(world: World) -> None:
    made = await world.post("officer", "/limits", LIMIT)
    assert made.status_code == 201, made.text

    found, _ = await walked(world, made.headers["Location"])

    assert found["plant"] == "P1"
    assert [(one["point"], one["bound"]["high"]) for one in found["versions"]] == [
        ("DA001/out/a21026", 35.0)
    ]
    assert await hidden(world, f"/limits/{found['limit']}") == [404, 404]


async def test_laboratory_results_are_listed_and_told_with_every_version(world: World) -> None:
    officer = world.asking["officer"]
    made = await world.post("plant", "/results", RESULT)
    first, tag = await walked(world, made.headers["Location"])
    listed = await got(officer, "/plants/P1/results", **RANGE)
    gone = await world.post(
        "plant", f"/results/{first['result']}/withdraw", {"reason": "录入有误"},
        headers={"If-Match": tag},
    )  # fmt: skip

    now, _ = await walked(world, made.headers["Location"])
    later = await got(officer, "/plants/P1/results", **RANGE)
    then = await got(officer, "/plants/P1/results", as_of=listed["as_of"], **RANGE)
    others = await got(officer, "/plants/P1/results", kind="supervisory", **RANGE)

    assert gone.status_code == 200, gone.text
    assert [(one["value"], one["withdrawn"]) for one in now["versions"]] == [
        (31.5, False),
        (31.5, True),
    ]
    assert [(one["place"], one["value"]) for one in listed["items"]] == [("DA001/out/a21026", 31.5)]
    assert (later["items"], others["items"]) == ([], [])
    assert then == listed
    assert await hidden(world, f"/results/{first['result']}") == [404, 404]


async def test_findings_are_listed_told_with_what_was_believed_and_as_known(world: World) -> None:
    officer = world.asking["officer"]
    numbers = [found(world), found(world, since="2026-08-04T01:00:00Z", until=None)]
    before = await got(officer, "/plants/P1/findings", **RANGE)
    fell = found(world, standing=False)

    again = await got(officer, "/plants/P1/findings", as_of=before["as_of"], **RANGE)
    now = await got(officer, "/plants/P1/findings", **RANGE)
    whole = await got(officer, "/plants/P1/findings", fallen=True, rule="facility_off", **RANGE)
    piece = await got(officer, "/plants/P1/findings", fallen=True, limit=1, **RANGE)
    rest = await got(
        officer, "/plants/P1/findings", fallen=True, limit=1, cursor=piece["next"], **RANGE
    )
    none = await got(officer, "/plants/P1/findings", rule="bypass_open", **RANGE)
    one = await got(officer, f"/findings/{numbers[0]}")

    assert [item["id"] for item in before["items"]] == numbers
    assert again == before
    assert [item["id"] for item in now["items"]] == numbers[1:]
    assert [item["id"] for item in whole["items"]] == [fell, numbers[1]]
    assert piece["items"] + rest["items"] == whole["items"]
    assert none["items"] == []
    assert [(item["id"], item["standing"]) for item in one["versions"]] == [
        (numbers[0], True),
        (fell, False),
    ]
    assert one["versions"][0]["evidence"] == {"minutes": 30}
    assert one["versions"][0]["point"] == "out/a21026"
    assert await hidden(world, f"/findings/{fell}") == [404, 404]


async def test_rates_are_told_period_by_period_and_as_known(world: World) -> None:
    officer = world.asking["officer"]
    for day, numbers in (("2026-08-02T16:00Z", (79, 80)), ("2026-08-03T16:00Z", (0, 0))):
        rated(world, day, *numbers)
    before = await got(officer, "/plants/P1/rates", **RANGE)
    rated(world, "2026-08-02T16:00Z", 60, 80)

    again = await got(officer, "/plants/P1/rates", as_of=before["as_of"], **RANGE)
    now = await got(officer, "/plants/P1/rates", measure="synchronous", subject="B1", **RANGE)
    piece = await got(officer, "/plants/P1/rates", limit=1, **RANGE)
    rest = await got(officer, "/plants/P1/rates", limit=1, cursor=piece["next"], **RANGE)
    none = [
        await got(officer, "/plants/P1/rates", **RANGE, **{name: value})
        for name, value in (("measure", "removal"), ("subject", "DA001"), ("period", "hour"))
    ]
    nowhere = await world.ask("officer", "GET", "/plants/P1/rates", params={"subject": "X"})

    assert [(one["start"], one["value"]) for one in before["items"]] == [
        ("2026-08-03T00:00:00+08:00", 0.9875),
        ("2026-08-04T00:00:00+08:00", None),
    ]
    assert again == before
    assert [one["value"] for one in now["items"]] == [0.75, None]
    assert piece["items"] + rest["items"] == now["items"]
    assert [one["items"] for one in none] == [[], [], []]
    assert nowhere.status_code == 404
    assert await hidden(world, "/plants/P1/rates") == [404, 404]


async def test_a_plant_is_told_as_it_was_registered(world: World) -> None:
    officer = world.asking["officer"]
    limits = await officer("GET", f"{API}/plants/P1/limits")
    position = limits.headers["Qingkong-Position"]
    before = await got(officer, "/plants/P1")
    with psycopg.connect(world.api.url, autocommit=True) as owner:
        owner.execute("UPDATE plant SET name = '新名' WHERE code = 'P1'")
        owner.execute("UPDATE outlet SET reference_oxygen = 6")
        owner.execute("UPDATE channel_setting SET unit = 'ug/m3'")

    then = await got(officer, "/plants/P1", as_of=position)
    now = await got(officer, "/plants/P1")
    early = await world.ask("officer", "GET", "/plants/P1", params={"as_of": "3"})

    assert then == before
    assert (then["name"], now["name"]) == ("示例厂", "新名")
    [outlet] = [one for one in now["subjects"] if one["kind"] == "outlet"]
    assert outlet["reference_oxygen"] == 6
    assert {one["unit"] for one in outlet["points"]} == {"ug/m3"}
    assert early.status_code == 404


@pytest.mark.parametrize("noun", ["marks", "limits", "results", "findings", "contests"])
async def test_a_number_that_nothing_has_is_not_found(world: World, noun: str) -> None:
    numbers = ("0", "77", str(1 << 40), str((1 << 63) - 1), str(1 << 70))

    answers = [(await world.ask("administrator", "GET", f"/{noun}/{n}")) for n in numbers]

    assert {one.status_code for one in answers} <= {404, 422}


async def test_silences_are_listed_as_they_were_known(world: World) -> None:
    officer = world.asking["officer"]
    asked = {"plant": "P1", "to": "2026-08-10T20:00", "reason": "检修"}
    made = await world.made("officer", "/silences", asked)
    position = (await officer("GET", f"{API}/plants/P1/limits")).headers["Qingkong-Position"]
    before = await got(officer, "/silences", as_of=position)
    gone = await world.post(
        "officer", f"/silences/{made['silence']}/withdraw", {"reason": "提前完成"}
    )

    again = await got(officer, "/silences", as_of=position)
    now = await got(officer, "/silences")
    early = await got(officer, "/silences", as_of="3")

    assert gone.status_code == 200, gone.text
    assert [one["silence"] for one in before["items"]] == [made["silence"]]
    assert again == before
    assert (now["items"], early["items"]) == ([], [])


def rated(world: World, start: str, numerator: int, denominator: int) -> None:
    """A belief about the synchronous operation of a day."""
    with psycopg.connect(world.api.url, autocommit=True) as owner:
        owner.execute(RATE, (start, numerator, denominator))


def found(world: World, **given: object) -> int:
    """A belief about a finding; its number."""
    with psycopg.connect(world.api.url, autocommit=True) as owner:
        row = owner.execute(FINDING, FOUND | given).fetchone()
    assert row is not None
    return int(row[0])
