"""A real frame of every command ends where the table of commands says, in a real database."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from pydantic import SecretStr

from services.hj212.encode import enclose
from services.ingest.command_places import COMMANDS, SURFACE_WATER, Command, Place
from services.runtime.settings import Settings
from tests.fixtures.kept import BEIJING, START, Kept

AT = f"{START + BEIJING:%Y%m%d%H%M%S}"
CODES = ("w01018", "a01012", "SB1", "LA")
SECRET = "00112233445566778899AABBCCDDEEFF"  # noqa: S105 - it must be nowhere
VALUES = f"DataTime={AT};w01018-Avg=20.5,w01018-Min=20,w01018-Max=21,w01018-Flag=N"
CHECK = f"DataTime={AT};w01018-Rtd=20.1,w01018-Flag=N"
# What a device says under each command that has a place; those that are not here say nothing.
SAID = {
    "1001": "i23005-Info=//LOGGER-1//;i23006-Info=//CPU//",
    "1011": f"PolId=w01018;SystemTime={AT}",
    "1013": "PolId=w01018",
    "1021": "PolId=w01018;w01018-LowValue=1.1,w01018-UpValue=9.9",
    "1031": "AlarmTarget=10.0.0.1",
    "1041": "ReportTime=2000",
    "1061": "RtdInterval=30",
    "1063": "MinInterval=10",
    "2011": f"DataTime={AT};w01018-Rtd=20.1,w01018-Flag=N",
    "2013": f"DataTime={AT};a24088-Spectrum=1|2|3",
    "2021": f"DataTime={AT};SB1-RS=1",
    "2031": VALUES,
    "2041": f"DataTime={AT};SB1-RT=1.1",
    "2051": VALUES,
    "2052": f"DataTime={AT};LA-Rtd=50.1",
    "2061": VALUES,
    "2062": CHECK,
    "2071": f"DataTime={AT};w01018-Ala=9.9",
    "2072": f"DataTime={AT};w01018-Ala=9.9;AlarmType=1",
    "2081": f"DataTime={AT};RestartTime={AT}",
    "2111": f"DataTime={AT};a01012-Avg=851.5,a01012-Flag=N",
    "3015": f"DataTime={AT};VaseNo=1",
    "3017": "PolId=w01018;CstartTime=000000;Ctime=2",
    "3018": "PolId=w01018;Stime=40",
    "3019": "PolId=w01018;w01018-SN=010000A8900016F000169DC1",
    "3020": f"DataTime={AT};PolId=w01018;i13004-Info=168.0",
    "3021": "PolId=w01018;InfoId=i13004;i13004-Info=168.0",
}
SAID_OF_WATER = {
    "1014": f"SystemTime={AT}",
    **dict.fromkeys(("2062", "2063", "2064", "2065", "2066"), CHECK),
}
ASKED = {
    "1014": f"SKCreateTime={AT};NewSK={SECRET}",
    "1062": "RtdInterval=30",
    "2012": "",
    "9011": "QnRtn=1",
}
TABLES = (
    *("reading_realtime", "reading_minute", "reading_five_minute", "reading_hour", "reading_day"),
    *("state", "parameter", "device_event", "reject"),
)


@pytest.fixture
def kept(database: str, tmp_path: Path) -> Kept:
    return Kept(database, Settings(database_url=SecretStr(database), home=tmp_path))


async def places(
    kept: Kept, mn: str, commands: Mapping[str, Command], said: Mapping[str, str]
) -> dict[str, str]:
    """Store a frame of every command, each in a batch of its own; the tables that hold rows of it."""
    found: dict[str, str] = {}
    for ms, cn in enumerate(commands):
        content = said.get(cn, ASKED.get(cn, ""))
        head = f"QN={AT}{ms:03};ST=32;CN={cn};PW=1;MN={mn};Flag=4;CP="
        written = await kept.store([(mn, enclose(f"{head}&&{content}&&".encode()))], START)
        batch = written.head.id
        tables = [
            table for table in TABLES if kept.rows(f"SELECT FROM {table} WHERE batch = {batch}")
        ]
        assert written.head.outcomes == "s", (cn, kept.rows("SELECT reason, detail FROM reject"))
        found[cn] = " ".join(tables) or Place.BATCH.value
    return found


async def test_every_command_ends_in_its_table(kept: Kept) -> None:
    kept.register("MN-A", codes=CODES)

    found = await places(kept, "MN-A", COMMANDS, SAID)

    assert found == {cn: command.place.value for cn, command in COMMANDS.items()}
    assert SAID.keys() == {
        cn for cn, command in COMMANDS.items() if command.place is not Place.BATCH
    }


async def test_every_command_of_the_surface_water_draft_ends_in_its_table(kept: Kept) -> None:
    kept.register("MN-A", codes=CODES)
    kept.allow("MN-A", "surface_water")

    found = await places(kept, "MN-A", SURFACE_WATER, SAID_OF_WATER)

    assert found == {cn: command.place.value for cn, command in SURFACE_WATER.items()}


@pytest.mark.parametrize("policies", [(), ("surface_water",)], ids=["standard", "surface water"])
async def test_a_new_key_is_in_clear_in_no_table_of_what_was_said(
    kept: Kept, policies: tuple[str, ...]
) -> None:
    kept.register("MN-A", codes=CODES)
    kept.allow("MN-A", *policies)

    await places(kept, "MN-A", {"1014": COMMANDS["1014"]}, {})

    told = kept.rows("SELECT value FROM parameter UNION ALL SELECT text FROM device_event")
    assert SECRET not in repr(told)
    assert kept.rows("SELECT FROM reject") == []


async def test_a_command_that_nobody_knows_is_kept_and_replayable(kept: Kept) -> None:
    kept.register("MN-A", codes=CODES)
    segment = f"QN={AT}001;ST=32;CN=9017;PW=1;MN=MN-A;Flag=4;CP=&&X=1&&"

    written = await kept.store([("MN-A", enclose(segment.encode()))], START)

    assert written.head.outcomes == "x"
    assert kept.rows("SELECT reason, policy FROM reject") == [("unsupported_command", None)]


async def test_five_minute_means_are_revised_verified_and_rebuilt_like_all_readings(
    kept: Kept,
) -> None:
    kept.register("MN-A", codes=CODES)
    for ms, value in ((1, 851.5), (2, 852.5)):
        segment = (
            f"QN={AT}{ms:03};ST=31;CN=2111;PW=1;MN=MN-A;Flag=8;"
            f"CP=&&DataTime={AT};a01012-Avg={value},a01012-Flag=N&&"
        )
        await kept.store([("MN-A", enclose(segment.encode()))], START)

    assert kept.rows("SELECT value, span_s FROM reading_five_minute") == [(852.5, 300)]
    assert kept.rows("SELECT series, value FROM reading_revision") == [("five_minute", 851.5)]
    assert (await kept.verify(deep=True)).findings == []
    kept.owner("UPDATE reading_five_minute SET value = 1")
    kinds = {one.kind.value for one in (await kept.verify(deep=True)).findings}
    assert "reading_changed" in kinds
