"""The public sees what a bureau says is public, and nothing else; and only where it is switched on."""

from collections.abc import AsyncIterator
from datetime import timedelta

import psycopg
import pytest
from psycopg.types.json import Jsonb

from schemas.judgement import Stage
from tests.fixtures.api import BEGIN, Api, running
from tests.fixtures.exported import LIMIT, MEAN, PLANTS
from tests.fixtures.raised import Said, judge
from tests.fixtures.registry import stored

HOUR = timedelta(hours=1)
NEWEST = BEGIN.replace(minute=0) - HOUR


@pytest.fixture
def database(database: str) -> str:
    """Two plants, of which P1 publishes; its outlet was over the limit for three hours."""
    with psycopg.connect(database, autocommit=True, options="-c timezone=UTC0") as owner:
        stored(owner, PLANTS)
        owner.execute(LIMIT.encode())
        for hour in range(3):
            owner.execute(MEAN.encode(), (NEWEST - hour * HOUR, 150 + hour))
            judge(owner, Said(NEWEST - hour * HOUR, str(150 + hour)))
        judge(owner, Said(NEWEST, "160", stage=Stage.PROVISIONAL, limit=2))
        judge(owner, Said(NEWEST, "150", point=3))
    publish(database, "P1")
    return database


def publish(url: str, plant: str, *, value: bool = True) -> None:
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute(
            "INSERT INTO rule_setting (name, scope, scope_key, value, valid, reason, actor)"
            " VALUES ('open_data_parameters.published', 'plant', %s, %s, '(,)', 'law', 'officer')",
            (plant, Jsonb(value)),
        )


@pytest.fixture
async def public(database: str) -> AsyncIterator[Api]:
    async with running(database, open_data=True, open_data_per_minute=20) as made:
        yield made


async def test_who_publishes_is_listed(public: Api) -> None:
    answer = await public.browser().get("/api/v1/open/plants")

    assert [one["code"] for one in answer.json()["items"]] == ["P1"]
    assert answer.headers["cache-control"] == "public, max-age=60"


async def test_the_newest_hour_stands_beside_its_limits(public: Api) -> None:
    answer = (await public.browser().get("/api/v1/open/plants/P1/hours")).json()

    [hour] = [one for one in answer["items"] if one["limits"]]
    assert (hour["outlet"], hour["mean"], hour["unit"], hour["valid"]) == (
        "DA001",
        150,
        "mg/m3",
        True,
    )
    assert hour["start"] == "2026-08-10T08:00:00+08:00"
    assert [(one["outcome"], one["high"]) for one in hour["limits"]] == [
        ("exceeding", 100), ("exceeding", None),
    ]  # fmt: skip


async def test_exceedances_are_final_and_the_latest_first(public: Api) -> None:
    browser = public.browser()
    first = (await browser.get("/api/v1/open/exceedances?limit=2")).json()
    rest = (await browser.get(f"/api/v1/open/exceedances?limit=2&cursor={first['next']}")).json()

    assert [one["value"] for one in [*first["items"], *rest["items"]]] == [150, 151, 152]
    assert {one["plant"] for one in first["items"]} == {"P1"}
    assert rest["next"] is None


async def test_of_others_nothing_is_there(public: Api) -> None:
    browser = public.browser()

    assert (await browser.get("/api/v1/open/plants/P2/hours")).status_code == 404
    assert (await browser.get("/api/v1/open/exceedances?plant=P2")).json()["items"] == []


async def test_what_is_withdrawn_is_gone(public: Api) -> None:
    publish(public.url, "P1", value=False)

    assert (await public.browser().get("/api/v1/open/plants")).json()["items"] == []


async def test_who_asks_too_often_is_told_when_to_come_back(public: Api) -> None:
    browser = public.browser()

    answers = [await browser.get("/api/v1/open/plants") for _ in range(21)]

    assert [one.status_code for one in answers] == [200] * 20 + [429]
    assert int(answers[-1].headers["retry-after"]) >= 1


async def test_a_longer_range_is_refused(public: Api) -> None:
    answer = await public.browser().get("/api/v1/open/exceedances?from=2020-01-01T00:00:00Z")

    assert answer.status_code == 422


async def test_switched_off_it_is_not_there(api: Api) -> None:
    assert (await api.browser().get("/api/v1/open/plants")).status_code == 404
