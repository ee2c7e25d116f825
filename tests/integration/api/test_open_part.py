"""The public part is there only where it is switched on, and each address asks only so often."""

from fastapi import APIRouter

from services.api.access import require
from services.api.open_part import OPEN_PART
from services.api.permissions import Permission
from tests.fixtures.api import Api, running


def opened(api: Api) -> None:
    router = APIRouter()

    @router.get("/open", dependencies=[require(Permission.OPEN_DATA), OPEN_PART])
    def shown() -> str:
        return "shown"

    api.app.include_router(router)


async def test_by_default_nothing_is_public(api: Api) -> None:
    opened(api)

    assert (await api.browser().get("/open")).status_code == 404


async def test_an_address_that_asks_too_often_waits_and_others_do_not(database: str) -> None:
    async with running(database, open_data=True, open_data_per_minute=2) as api:
        opened(api)
        one, other = api.browser(), api.browser(address="198.51.100.7")

        asked = [await one.get("/open") for _ in range(3)]
        elsewhere = await other.get("/open")
        api.clock.go(seconds=30)
        later = await one.get("/open")

    assert [answer.status_code for answer in asked] == [200, 200, 429]
    assert asked[2].headers["retry-after"] == "30"
    assert (elsewhere.status_code, later.status_code) == (200, 200)
