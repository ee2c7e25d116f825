"""What is registered is kept by the process, and never for longer than it stays so."""

from tests.fixtures.api import Api, Asking, got
from tests.fixtures.registry import stored
from tests.fixtures.supervised import PLANTS

STATUS = "/plants/P1/outlets/DA001/status"
MORE = PLANTS.replace("channels: [a21026, a19001]", "channels: [a21026, a19001, a21002]")


async def codes(machine: Asking) -> list[str]:
    found = await got(machine, STATUS)
    return [one["code"] for one in found["points"]]


async def test_a_point_that_is_registered_is_shown_at_once(api: Api) -> None:
    machine = api.machine("anna")
    with api.registrar() as owner:
        stored(owner, PLANTS)
    before = await codes(machine)

    with api.registrar() as owner:
        stored(owner, MORE)

    assert before == ["a19001", "a21026"]
    assert await codes(machine) == ["a19001", "a21002", "a21026"]


async def test_a_unit_is_that_of_the_channel_that_speaks_for_the_point(api: Api) -> None:
    machine = api.machine("anna")
    with api.registrar() as owner:
        stored(owner, PLANTS)
        owner.execute(
            "UPDATE channel_setting SET unit = 'ug/m3' FROM channel"
            " WHERE channel.id = channel_setting.channel AND code = 'a21026'"
        )

    [dust] = [one for one in (await got(machine, STATUS))["points"] if one["code"] == "a21026"]

    assert dust["unit"] == "ug/m3"
