"""A world on the air, hour after hour, and the truth that is noted beside it."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import orjson
import pytest
import yaml

from services.hj212.dialect import Dialect, always
from services.hj212.frame import CrcPolicy
from services.hj212.stream import decode
from services.simulate.outgoing import Air, Outgoing
from services.simulate.quirks import QUIRK_POLICIES, QuirkPolicy
from services.simulate.truth import truth_beside
from services.simulate.world import (
    Carriage,
    Hour,
    Incident,
    Interval,
    Offset,
    StateChange,
    VirtualDevice,
    World,
)
from tests.fixtures.virtual import (
    AIR,
    BEGIN_S,
    HOUR_S,
    virtual_device,
    virtual_hour,
    virtual_world,
)

OTHER = "88888888AB00000000000002"


def measured(_world: World, _device: VirtualDevice, begin_s: int) -> Hour:
    hour = virtual_hour(begin_s, AIR)
    return replace(hour, states=(*hour.states, StateChange("SB1", begin_s + 600, 3)))


def flat(lots: Iterable[Iterable[Outgoing]]) -> list[Outgoing]:
    return [one for lot in lots for one in lot]


def air(*devices: VirtualDevice, hours: int = 2, begin_s: int = BEGIN_S) -> Air:
    return Air(virtual_world(*devices), measured, begin_s, BEGIN_S + HOUR_S * hours)


def test_both_orders_give_the_same_messages() -> None:
    both = air(virtual_device(), virtual_device(mn=OTHER, protocol="cems-v1"))

    in_order, by_device = flat(both.lots(in_order=True)), flat(both.lots(in_order=False))

    assert sorted(in_order) == sorted(by_device)
    assert in_order == sorted(in_order, key=lambda one: one.at_s)


def test_the_records_of_the_last_hour_go_out_after_its_end() -> None:
    last = flat(air(virtual_device(), hours=1).lots(in_order=True))[-2:]

    assert [one.command for one in last] == ["2051", "2061"]


def test_a_run_that_begins_within_an_hour_says_nothing_of_before() -> None:
    begin_s = BEGIN_S + 1_234

    sent = flat(air(virtual_device(), begin_s=begin_s).lots(in_order=True))

    assert begin_s <= sent[0].at_s < begin_s + 60


def test_a_logger_that_is_not_there_yet_says_nothing() -> None:
    later = virtual_device(works=Interval(BEGIN_S + HOUR_S, BEGIN_S + 2 * HOUR_S))

    sent = flat(air(later, hours=4).lots(in_order=True))

    assert {int(one.at_s - BEGIN_S) // HOUR_S for one in sent} == {1, 2}


def test_no_two_devices_send_at_the_same_moment_of_a_second() -> None:
    devices = [virtual_device(mn=f"88888888AB{number:014}") for number in range(20)]

    sent = flat(air(*devices, hours=1).lots(in_order=True))

    assert len({one.at_s % 1 for one in sent if one.command == "2011"}) > 15


def noted(folder: Path, noun: str) -> list[dict[str, object]]:
    return [orjson.loads(line) for line in (folder / f"{noun}.ndjson").read_bytes().splitlines()]


def run(folder: Path, world: World, received_s: int | None = None) -> list[Outgoing]:
    with truth_beside(
        folder, world, "name: test\n", lambda at_s: at_s if received_s is None else received_s
    ) as truth:
        on_air = Air(world, measured, BEGIN_S, BEGIN_S + 2 * HOUR_S, truth.said)
        sent: list[Outgoing] = []
        for one in flat(on_air.lots(in_order=False)):
            truth.sent(one)
            sent.append(one)
    return sent


def test_the_truth_tells_each_change_of_state_once(tmp_path: Path) -> None:
    run(tmp_path, virtual_world(virtual_device()))

    states = [
        (row["code"], row["facility"], row["at"], row["state"]) for row in noted(tmp_path, "states")
    ]

    assert states == [
        ("SB1", "FGD1", BEGIN_S, 1),
        ("SB2", "SCR1", BEGIN_S, 1),
        ("SB1", "FGD1", BEGIN_S + 600, 3),
        ("SB1", "FGD1", BEGIN_S + HOUR_S, 1),
        ("SB1", "FGD1", BEGIN_S + HOUR_S + 600, 3),
    ]


def test_the_truth_tells_the_incidents_that_overlap_the_run(tmp_path: Path) -> None:
    def incident(kind: str, from_s: int, to_s: int) -> Incident:
        during = Interval(BEGIN_S + from_s, BEGIN_S + to_s)
        return Incident(kind, "P1/D1", during, honest=True)

    incidents = (
        incident("over", -20, 0),
        incident("going on", -20, 1),
        incident("within", 5, 6),
        incident("later", 10, 20),
    )
    world = replace(virtual_world(virtual_device()), incidents=incidents)

    with truth_beside(tmp_path, world, "", float, Interval(BEGIN_S, BEGIN_S + 10)):
        pass

    assert [row["kind"] for row in noted(tmp_path, "incidents")] == ["going on", "within"]


def test_the_accounts_are_those_of_what_was_sent(tmp_path: Path) -> None:
    carriage = Carriage(resend_share=0.1, garble_share=0.1)

    sent = run(tmp_path, virtual_world(virtual_device(carriage=carriage)))

    rows = noted(tmp_path, "accounts")
    assert [row["hour"] for row in rows] == [BEGIN_S, BEGIN_S + HOUR_S, BEGIN_S + 2 * HOUR_S]
    assert sum(int(str(row["messages"])) for row in rows) == len(sent)
    assert sum(int(str(row["repeated"])) for row in rows) == sum(one.repeated for one in sent) > 0
    refused = [row["refused"] for row in rows[:2]]
    assert all(
        isinstance(each, dict) and each.keys() == {"crc_mismatch", "truncated"} for each in refused
    )


@pytest.mark.parametrize(
    ("by_s", "received_s", "refused"),
    [(7_200, None, True), (7_200, BEGIN_S + 86_400, False), (-200_000, None, True)],
    ids=["ahead as it comes", "ahead of a time long past", "before commissioning"],
)
def test_a_wrong_clock_is_expected_to_be_refused(
    tmp_path: Path, by_s: int, received_s: int | None, *, refused: bool
) -> None:
    wrong = Carriage(clock=(Offset(Interval(0, BEGIN_S + 86_400), by_s),))

    run(tmp_path, virtual_world(virtual_device(carriage=wrong)), received_s)

    assert (
        any(row["refused"] == {"clock": row["frames"]} for row in noted(tmp_path, "accounts"))
        is refused
    )


def test_incidents_registry_and_scenario_lie_beside(tmp_path: Path) -> None:
    incident = Incident("bypass", "P1/FGD1", Interval(BEGIN_S, BEGIN_S + 60), honest=True)
    world = replace(virtual_world(virtual_device()), incidents=(incident,))

    run(tmp_path, world)

    assert noted(tmp_path, "incidents") == [
        {
            "kind": "bypass",
            "subject": "P1/FGD1",
            "from": BEGIN_S,
            "to": BEGIN_S + 60,
            "honest": True,
            "detail": "",
        }
    ]
    assert yaml.safe_load((tmp_path / "registry.yaml").read_text()) == {"plants": []}
    assert (tmp_path / "scenario.yaml").read_text() == "name: test\n"


@pytest.mark.parametrize("quirk", [None, "glued"])
def test_a_message_holds_the_frames_that_the_account_counts_however_bad_the_line(
    quirk: str | None,
) -> None:
    noisy = virtual_device(quirk=quirk, carriage=Carriage(garble_share=0.5))

    sent = flat(air(noisy).lots(in_order=True))

    assert any(one.refused for one in sent) or quirk == "glued"
    assert [len(decode(one.payload)) for one in sent] == [one.frames for one in sent]


@pytest.mark.parametrize("quirk", [None, *QUIRK_POLICIES])
def test_what_a_bad_line_spoils_is_refused_for_the_reason_that_the_truth_tells(
    quirk: str | None,
) -> None:
    noisy = virtual_device(quirk=quirk, carriage=Carriage(garble_share=0.5))
    rules = QUIRK_POLICIES[quirk] if quirk else QuirkPolicy()
    registered = always(Dialect(CrcPolicy(rules.crc), frozenset(rules.policies)))

    spoilt = [one for one in flat(air(noisy).lots(in_order=True)) if one.refused]

    assert spoilt or quirk == "glued"
    for one in spoilt:
        reasons = [
            piece.refusal and piece.refusal.reason for piece in decode(one.payload, registered)
        ]
        assert reasons == [one.refused], one.command
