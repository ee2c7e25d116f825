"""A deviation is rejected with the policy's name, accepted once it is registered, and counted."""

from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from services.hj212.crc import crc16, modbus
from services.hj212.encode import enclose
from services.ingest.proof.rejects import RejectRetry, Retried, RetryOrder
from services.runtime.settings import Settings
from services.store.connection import connect
from services.store.rejects import Wanted
from tests.fixtures.kept import BEIJING, NOW, START, Kept, frame

AT = f"{START + BEIJING:%Y%m%d%H%M%S}"
NOTES = "SELECT note, frames FROM frame_note ORDER BY batch, note"


def framed(content: str, head: str = f"QN={AT}001;ST=32;CN=2011;PW=1;MN=MN-A;Flag=4;") -> bytes:
    return enclose(f"{head}CP=&&{content}&&".encode())


GOOD = framed(f"DataTime={AT};a21026-Rtd=1.5,a21026-Flag=N")
SEGMENT = GOOD[6:-6]
# The policy, a frame that needs it, and the reason for which it is refused without.
DEVIATIONS = {
    "long_data_time": (framed(f"DataTime={AT}123;a21026-Rtd=1.5"), "bad_data_time"),
    "data_time_from_qn": (framed("a21026-Rtd=1.5,a21026-Flag=N"), "no_data_time"),
    "mn_from_topic": (
        framed(f"DataTime={AT};a21026-Rtd=1.5", f"QN={AT}001;ST=32;CN=2011;PW=1;MN=;Flag=4;"),
        "no_mn",
    ),
    "accept_wrong_length": (b"##0400" + GOOD[6:], "length_mismatch"),
    "surface_water": (
        framed(f"DataTime={AT};a21026-Rtd=1.5", f"QN={AT}001;ST=21;CN=2063;PW=1;MN=MN-A;Flag=8;"),
        "unsupported_command",
    ),
}


@pytest.fixture
def kept(database: str, tmp_path: Path) -> Kept:
    return Kept(database, Settings(database_url=SecretStr(database), home=tmp_path))


async def retry(kept: Kept) -> list[Retried]:
    lookup = await kept.lookup()
    async with await connect(kept.url, "ingest", "test") as connection:
        order = RetryOrder("test")
        work = RejectRetry(connection, lookup, kept.guard, order, lambda _done: None)
        return await work.run(Wanted())


@pytest.mark.parametrize("policy", DEVIATIONS)
async def test_a_reject_names_the_policy_and_is_accepted_once_that_is_registered(
    kept: Kept, policy: str
) -> None:
    payload, reason = DEVIATIONS[policy]
    kept.register("MN-A", codes=["a21026"])
    await kept.store([("MN-A", payload)], START)
    assert kept.rows("SELECT reason, policy FROM reject") == [(reason, policy)]
    too_early = await retry(kept)
    kept.allow("MN-A", policy)

    (mended,) = await retry(kept)

    assert [one.outcome for one in too_early] == ["rejected"]
    assert mended.outcome == "stored"
    stored = "SELECT count(*) FROM reading_realtime UNION ALL SELECT count(*) FROM device_event"
    assert sorted(kept.rows(stored)) == [(0,), (1,)]
    assert kept.rows(NOTES) == [(policy, 1)]
    assert (await kept.verify(deep=True)).findings == []


async def test_another_check_sum_is_rejected_with_the_setting_that_accepts_it_and_then_noted(
    kept: Kept,
) -> None:
    payload = b"##%04d%s%04X\r\n" % (len(SEGMENT), SEGMENT, modbus(SEGMENT))
    kept.register("MN-A", codes=["a21026"])
    await kept.store([("MN-A", payload)], START)
    assert kept.rows("SELECT policy FROM reject") == [("crc: accept_modbus",)]
    kept.allow("MN-A", crc="accept_modbus")

    (mended,) = await retry(kept)

    assert mended.outcome == "stored"
    assert kept.rows(NOTES) == [("crc_accept_modbus", 1), ("crc_modbus", 1)]


async def test_only_frames_that_deviate_are_noted_and_resent_ones_are_told(kept: Kept) -> None:
    kept.register("MN-A", "MN-B", codes=["a21026"])
    kept.allow("MN-A", "long_data_time")
    later = f"{START + BEIJING + timedelta(seconds=30):%Y%m%d%H%M%S}"
    resent = framed(
        f"DataTime={later};a21026-Rtd=1", f"QN={AT}002;ST=31;CN=2011;PW=1;MN=MN-A;Flag=8;RF=1;"
    )

    await kept.store(
        [
            ("MN-A", GOOD),
            ("MN-A", DEVIATIONS["long_data_time"][0]),
            ("MN-A", resent),
            ("MN-B", frame("MN-B", START, codes=["a21026"])),
        ],
        START,
    )

    assert kept.rows("SELECT device, note, frames FROM frame_note ORDER BY note") == [
        (1, "long_data_time", 1),
        (1, "resent", 1),
    ]


async def test_a_gateways_frames_are_each_read_as_their_own_device_speaks(kept: Kept) -> None:
    kept.register("MN-A", "MN-B", codes=["a21026"])
    kept.owner("UPDATE device SET gateway = 'GW'")
    kept.allow("MN-B", "long_data_time")
    long = f"DataTime={AT}123;a21026-Rtd=1.5"
    payload = framed(long) + framed(long, f"QN={AT}001;ST=32;CN=2011;PW=1;MN=MN-B;Flag=4;")

    written = await kept.store([("GW", payload)], START)

    assert written.head.outcomes == "xs"
    assert kept.rows("SELECT mn, policy FROM reject") == [("MN-A", "long_data_time")]


async def test_a_policy_registered_later_accuses_no_reading_of_before(kept: Kept) -> None:
    kept.register("MN-A", codes=["a21026", "a21002"])
    mixed = framed(f"DataTime={AT};a21026-Rtd=1.5;a21002=2.5")
    await kept.store([("MN-A", mixed + b"##0400" + GOOD[6:] + mixed)], START)
    assert kept.rows("SELECT count(*) FROM reading_realtime") == [(1,)]
    kept.allow("MN-A", "bare_codes", "accept_wrong_length", "accept_missing_header", at=NOW)

    report = await kept.verify(deep=True)

    assert {one.kind.value for one in report.findings} <= {"registry_differs"}
    assert report.clean


async def test_the_notes_are_a_history_that_a_checkpoint_covers(kept: Kept) -> None:
    kept.register("MN-A", codes=["a21026"])
    kept.allow("MN-A", "long_data_time")
    await kept.store([("MN-A", DEVIATIONS["long_data_time"][0])], START)
    made = await kept.checkpoint()

    kept.owner("DELETE FROM frame_note")

    report = await kept.verify(made.file)
    assert ["frame_note" in one.detail for one in report.findings] == [True]


async def test_changing_a_policy_without_a_record_is_found(kept: Kept) -> None:
    kept.register("MN-A", codes=["a21026"])
    made = await kept.checkpoint()

    kept.owner("UPDATE device SET policies = '{bare_codes}'")

    report = await kept.verify(made.file)
    assert [one.kind.value for one in report.findings] == ["registry_unrecorded"]


def test_the_frames_of_this_file_are_right_but_for_their_deviation() -> None:
    assert GOOD.endswith(b"%04X\r\n" % crc16(SEGMENT))
