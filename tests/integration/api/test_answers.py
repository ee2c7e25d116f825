"""What the API answers of a judged plant's history and evidence is what the store holds."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from schemas.access import Role
from schemas.judgement import Period
from services.embedded.postgres import Postgres
from services.store.beliefs import Stretch, read_means, read_verdicts
from tests.fixtures.answered import (
    END,
    HOUR,
    MISSING,
    OVER,
    SECRET,
    START,
    Answered,
    Place,
    copy_of,
    judged_once,
    start_of,
)
from tests.fixtures.api import API, Api, Asking, got
from tests.fixtures.servers import GivenServer

POINT = f"{API}/plants/P1/subjects/DA001/points/out/a21026"
RANGE = {"from": START.isoformat(), "to": END.isoformat()}


@pytest.fixture(scope="module")
def answered(postgres: Postgres | GivenServer, template: str) -> Iterator[Answered]:
    with judged_once(postgres, template) as made:
        yield made


@pytest.fixture
def database(postgres: Postgres | GivenServer, answered: Answered) -> Iterator[str]:
    with copy_of(postgres, answered.name) as url:
        yield url


@pytest.fixture
def place(answered: Answered) -> Place:
    return answered.place


@pytest.fixture
def machine(api: Api) -> Asking:
    return api.machine("officer", Role.OPERATOR)


async def test_readings_are_those_that_were_sent(machine: Asking) -> None:
    found = await got(machine, f"{POINT}/readings", series="hour", **RANGE)

    hours = [hour for hour in range(12) if hour != MISSING]
    assert [start_of(one, "time") for one in found["items"]] == [START + n * HOUR for n in hours]
    assert [one["value"] for one in found["items"]] == [
        60.0 if hour in OVER else 30.0 for hour in hours
    ]
    first = found["items"][0]
    assert (first["validity"], first["flag"], first["batch"]) == ("valid", "N", 1)
    assert found["channels"][0] | {"id": 0, "since": "", "until": ""} == {
        "id": 0, "device": "MN-A", "code": "a21026", "unit": "mg/m3", "scale": 1.0, "since": "",
        "until": "",
    }  # fmt: skip
    assert first["time"].endswith("+08:00")


async def test_means_and_verdicts_are_those_of_the_store(
    machine: Asking, api: Api, place: Place
) -> None:
    means = await got(machine, f"{POINT}/means", **RANGE)
    verdicts = await got(machine, f"{POINT}/verdicts", **RANGE)

    stretch = Stretch([place.point], START, END, Period.HOUR)
    with api.owner() as session:
        held, judged = read_means(session, stretch), read_verdicts(session, stretch)
    assert [(one["id"], one["value"], one["valid"]) for one in means["items"]] == [
        (one.id, None if one.row.value is None else float(one.row.value), one.row.valid)
        for one in held
    ]
    assert [
        (one["id"], start_of(one), one["outcome"], one["multiple"]) for one in verdicts["items"]
    ] == [(one.id, one.row.start, one.row.outcome, _number(one.row.multiple)) for one in judged]
    assert sum(one["outcome"] == "exceeding" for one in verdicts["items"]) == len(OVER)


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


async def test_verdicts_can_be_asked_for_by_outcome(machine: Asking) -> None:
    found = await got(machine, f"{POINT}/verdicts", outcome="exceeding", **RANGE)

    assert [start_of(one) for one in found["items"]] == [START + hour * HOUR for hour in OVER]


async def test_a_list_by_pieces_is_the_list(machine: Asking) -> None:
    for path in ("readings", "means", "verdicts"):
        whole = await got(machine, f"{POINT}/{path}", limit=1000, **RANGE)
        pieces: list[Any] = []
        cursor: dict[str, str] = {}
        while True:
            piece = await got(machine, f"{POINT}/{path}", limit=5, **RANGE, **cursor)
            pieces += piece["items"]
            if piece["next"] is None:
                break
            cursor = {"cursor": piece["next"]}

        assert pieces == whole["items"]


async def test_as_of_a_position_the_answer_stays_though_more_is_known(
    machine: Asking, api: Api, place: Place
) -> None:
    paths = [f"{POINT}/{one}" for one in ("readings", "means", "verdicts")]
    before = [await got(machine, path, **RANGE) for path in paths]
    position = before[0]["as_of"]
    with api.registrar() as owner:
        owner.execute(
            "INSERT INTO batch SELECT (jsonb_populate_record(batch, jsonb_build_object('id', 2,"
            " 'number', 2, 'position', pg_current_xact_id()::text))).* FROM batch WHERE id = 1"
        )
        owner.execute(
            "UPDATE reading_hour SET value = 99, batch = 2, sent_at = sent_at + INTERVAL '1 day',"
            " received_at = received_at + INTERVAL '1 day' WHERE time = %s",
            (START,),
        )
        owner.execute(
            "INSERT INTO mean (start, point, period, stage, source, value, valid_s, due_s, valid,"
            " evidence, rules) VALUES (%s, %s, 'hour', 'final', 'computed', 99, 3600, 3600, true,"
            " '{}', '1')",
            (START, place.point),
        )

    again = [await got(machine, path, as_of=position, **RANGE) for path in paths]
    now = await got(machine, paths[0], **RANGE)

    assert [one["items"] for one in again] == [one["items"] for one in before]
    assert now["items"][0]["value"] == 99
    revisions = await got(machine, f"{POINT}/revisions", **RANGE)
    assert [(one["value"], one["believed"]) for one in revisions["items"]] == [
        (30.0, False), (99.0, True),
    ]  # fmt: skip


async def test_thinned_out_the_extremes_stay(machine: Asking) -> None:
    for path in ("readings", "means"):
        found = await got(machine, f"{POINT}/{path}", points=4, **RANGE)

        assert found["items"] == []
        assert sum(one["count"] for one in found["samples"]) in {11, 12}
        assert min(one["minimum"] for one in found["samples"]) == 30
        assert max(one["maximum"] for one in found["samples"]) == 60
        tops = [one for one in found["samples"] if one["maximum"] == 60]
        assert start_of(tops[0], "maximum_at") == START + OVER[0] * HOUR


async def test_evidence_leads_from_the_verdict_to_the_frame(machine: Asking, place: Place) -> None:
    [over, *_] = (await got(machine, f"{POINT}/verdicts", outcome="exceeding", **RANGE))["items"]

    found = await got(machine, over["link"])

    assert found["limit"]["version"] == place.limit.version
    assert found["limit"]["bound"]["high"] == 100
    assert found["formula"]["numbers"] == "120 > 100; 120 / 100 - 1 = 0.2"
    assert "二氧化硫小时均值" in found["formula"]["zh"]
    assert (found["mean"]["value"], found["mean"]["converted"]) == (60, {"6": 120})
    assert [one["value"] for one in found["records"]] == [60]
    [chained] = found["chain"]
    assert (chained["batch"], chained["checkpoint"]) == (1, None)
    assert found["believed"] is True


async def test_looks_at_evidence_are_put_on_record(api: Api, machine: Asking) -> None:
    [over, *_] = (await got(machine, f"{POINT}/verdicts", outcome="exceeding", **RANGE))["items"]

    await got(machine, over["link"])

    with api.registrar() as owner:
        rows = owner.execute("SELECT actor, action, object FROM audit").fetchall()
    assert ("officer", "evidence.read", f"verdict/{over['id']}") in rows


@pytest.mark.parametrize(
    ("role", "shown"), [(Role.OPERATOR, False), (Role.ADMINISTRATOR, True)], ids=["masked", "whole"]
)
async def test_frames_hide_their_passwords_but_for_administrators(
    api: Api, place: Place, role: Role, *, shown: bool
) -> None:
    assert place
    machine = api.machine("somebody", role)
    path = f"{API}/plants/P1/devices/MN-A/frames"
    span = {"from": END.isoformat(), "to": (END + HOUR).isoformat()}

    found = await got(machine, path, **span)
    first = await got(machine, path, limit=1, **span)
    second = await got(machine, path, limit=1, cursor=first["next"], **span)

    assert [one["seq"] for one in found["items"]] == [0, 2]
    assert (SECRET.decode() in found["items"][0]["text"]) == shown
    assert ("PW=******;MN" in found["items"][0]["text"]) != shown
    assert first["items"] + second["items"] == found["items"]
    assert second["next"] is None


@pytest.mark.parametrize(
    ("params", "slug"),
    [
        ({"from": "2026-08-02", "to": "2026-08-01"}, "bad-range"),
        ({"from": "yesterday"}, "bad-range"),
        ({"from": "2020-01-01", "to": "2026-08-01"}, "bad-range"),
        ({"as_of": "99999999999"}, "bad-as-of"),
        ({"cursor": "abc"}, "bad-cursor"),
    ],
    ids=["reversed", "no time", "too long", "not closed yet", "no cursor"],
)
async def test_what_cannot_be_answered_is_refused_with_a_reason(
    machine: Asking, params: dict[str, str], slug: str
) -> None:
    answer = await machine("GET", f"{POINT}/means", params=params)

    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["type"] == f"/problems/{slug}"
