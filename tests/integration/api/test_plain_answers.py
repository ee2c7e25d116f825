"""What is written straight as JSON is what the models that document it would write."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from pydantic import BaseModel

from schemas.access import Role, Scope
from services.api.models.history import MeansModel, ReadingsModel
from services.api.models.status import RegionStatusModel
from services.embedded.postgres import Postgres
from tests.fixtures.answered import END, HOUR, OVER, START, Answered, copy_of, judged_once
from tests.fixtures.api import API, Api, Asking, got
from tests.fixtures.servers import GivenServer

POINT = f"{API}/plants/P1/subjects/DA001/points/out/a21026"
RANGE = {"from": START.isoformat(), "to": END.isoformat()}
HEADER = "Qingkong-Position"


@pytest.fixture(scope="module")
def answered(postgres: Postgres | GivenServer, template: str) -> Iterator[Answered]:
    with judged_once(postgres, template) as made:
        yield made


@pytest.fixture
def database(postgres: Postgres | GivenServer, answered: Answered) -> Iterator[str]:
    with copy_of(postgres, answered.name) as url:
        yield url


@pytest.fixture
def machine(api: Api) -> Asking:
    return api.machine("officer", Role.OPERATOR)


@pytest.mark.parametrize(
    ("path", "query", "model", "filled"),
    [
        pytest.param("readings", {"series": "hour"}, ReadingsModel, "items", id="readings"),
        pytest.param(
            "readings", {"series": "hour", "raw": "true", "limit": "3"}, ReadingsModel, "next",
            id="a piece of them, as sent",
        ),
        pytest.param("readings", {"series": "hour", "points": "12"}, ReadingsModel, "samples",
            id="readings thinned out"),
        pytest.param("means", {}, MeansModel, "items", id="means"),
        pytest.param("means", {"points": "6"}, MeansModel, "samples", id="means thinned out"),
        pytest.param("means", {"points": "6", "reference": "6"}, MeansModel, "samples",
            id="converted means thinned out"),
    ],
)  # fmt: skip
async def test_a_history_is_written_as_its_model_writes_it(
    machine: Asking, path: str, query: dict[str, str], model: type[BaseModel], filled: str
) -> None:
    answer = await machine("GET", f"{POINT}/{path}", params={**RANGE, **query})

    assert answer.json()[filled]
    assert_written(answer.json(), model)
    assert answer.headers[HEADER] == answer.json()["as_of"]
    assert answer.headers["content-type"] == "application/json"


@pytest.mark.parametrize("scope", [Scope(), Scope("1505"), Scope(plants=frozenset({2}))], ids=str)
async def test_a_region_is_written_as_its_model_writes_it(api: Api, scope: Scope) -> None:
    machine = api.machine("watcher", Role.OPERATOR, scope)
    for hour in (-9, OVER[1] + 1, 12, 13):
        at = (START + hour * HOUR).isoformat()

        answer = await machine("GET", f"{API}/regions/15/status", params={"at": at})

        assert_written(answer.json(), RegionStatusModel)
        assert answer.headers[HEADER] == answer.json()["as_of"]
        for plant in answer.json()["plants"]:
            own = await got(machine, plant["link"], at=at)
            told = own["standing"]
            assert [plant[name] for name in ("word", "stage", "sure")] == [
                told[name] for name in ("word", "stage", "sure")
            ]


async def test_what_is_registered_later_is_seen_at_once(api: Api, machine: Asking) -> None:
    before = await got(machine, f"{API}/regions/15/status")
    with api.registrar() as owner:
        owner.execute("UPDATE plant SET name = '新名' WHERE code = 'P1'")
        owner.execute(
            "INSERT INTO registry_change (actor, source, summary) VALUES ('a', 'test', '{}')"
        )

    after = await got(machine, f"{API}/regions/15/status")

    assert [one["name"] for one in before["plants"]] == ["示例厂", "另一厂"]
    assert {one["name"] for one in after["plants"]} == {"新名", "另一厂"}


async def test_a_stretch_begins_where_it_is_asked_for_to_the_microsecond(machine: Asking) -> None:
    since = START + timedelta(microseconds=300_001)

    found = await got(
        machine, f"{POINT}/means", points="6", **{"from": since.isoformat(), "to": END.isoformat()}
    )

    for one in found["samples"]:
        assert one["since"] <= one["minimum_at"]
        assert one["since"] <= one["maximum_at"]
    assert found["samples"][0]["since"].endswith(".300001+08:00")


def assert_written(body: dict[str, Any], model: type[BaseModel]) -> None:
    assert body == model.model_validate(body).model_dump(mode="json")
