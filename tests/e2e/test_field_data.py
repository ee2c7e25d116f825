"""The main job on real input: a turbine's hours from a file, and packets as the field sends them.

What must be stored is read from the input a second time here, by simpler means.
"""

import asyncio
import csv
import gzip
import json
import os
import struct
from asyncio.subprocess import PIPE, STDOUT
from collections import Counter
from collections.abc import Iterable, Sequence
from importlib.resources import files
from itertools import islice
from pathlib import Path
from typing import LiteralString, cast

import psycopg
import pytest
from psycopg import sql

from services.embedded.mosquitto import Mosquitto
from tests.fixtures.field_packets import (
    GATEWAY,
    Happened,
    Key,
    Packet,
    Told,
    events,
    expected_rejects,
    good,
    header,
    readings_of,
    registry_text,
)
from tests.fixtures.ingest import PROGRAM, Ingest, IngestFloor, Servers, environment
from tests.fixtures.ledger import (
    assert_accounted,
    assert_chains_whole,
    batches,
    count,
    rejects,
)
from tests.fixtures.numbered import Publication
from tests.fixtures.publisher import Publisher, publishing
from tests.fixtures.registry import stored as registered
from tests.fixtures.until import until

HOURS = 20_000
AGAIN = 2_000
TURBINE_START_S = 1_704_038_400  # 2024-01-01T00:00:00+08:00
TURBINE_COLUMNS = {
    "Ambient temperature": "a01001",
    "Ambient pressure": "a01006",
    "Ambient humidity": "a01002",
    "Air filter difference pressure": "AFDP",
    "Gas turbine exhaust pressure": "GTEP",
    "Turbine inlet temperature": "TIT",
    "Turbine after temperature": "TAT",
    "Compressor discharge pressure": "YIELD",  # the file's headings of these two are swapped
    "Turbine energy yield": "CDP",
    "Carbon monoxide": "a21005",
    "Nitrogen oxides": "a21002",
}
HOURLY = """
SELECT channel.code, extract(epoch FROM reading.time)::bigint, reading.value, reading.batch,
  reading.seq
FROM reading_hour AS reading JOIN channel ON channel.id = reading.channel
ORDER BY channel.code, reading.time
"""
ODD_HOURS = """
SELECT count(*) FROM reading_hour
WHERE flag IS DISTINCT FROM 'N' OR span_s <> 3600 OR num_nonnulls(minimum, maximum, converted,
  converted_min, converted_max, total, sampled_at) > 0
"""

SERIES = {
    "realtime": "reading_realtime",
    "minute": "reading_minute",
    "hour": "reading_hour",
    "day": "reading_day",
    "state": "state",
}
READINGS: LiteralString = """
SELECT {series}, device_mn.mn, channel.code, extract(epoch FROM reading.time)::bigint,
  value, minimum, maximum, converted, converted_min, converted_max, total, flag,
  extract(epoch FROM sampled_at)::bigint
FROM {table} AS reading
JOIN channel ON channel.id = reading.channel JOIN device_mn ON device_mn.device = channel.device
"""
EVENTS = """
SELECT mn, kind, about, code, text, extract(epoch FROM happened_at)::bigint
FROM device_event JOIN device_mn USING (device)
"""
NOISE = b"\r\n\x00\xffRING\r\n"
STORED = 29
READINGS_STORED = 168
# An upload without values (15), an answer (48) and a request (88): evidence, never a repeat.
SILENT = 3


@pytest.fixture(scope="module")
def shared() -> Path:
    folder = os.environ.get("QINGKONG_SHARED")
    if folder is None and "CI" in os.environ:
        pytest.fail("QINGKONG_SHARED must name the shared folder in CI")
    if folder is None:
        pytest.skip("set QINGKONG_SHARED to the shared folder to read its data")
    return Path(folder)


@pytest.fixture(scope="module")
def packets(shared: Path) -> list[Packet]:
    text = (shared / "field" / "hj212-packets.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture
def servers(database: str, broker: Mosquitto) -> Servers:
    return Servers(database, broker.url)


@pytest.fixture
async def worker(servers: Servers, floor: IngestFloor) -> Ingest:
    """Start an ingest that believes old packets too."""
    days = {"RETENTION_REALTIME_DAYS": 36_500, "RETENTION_MINUTE_DAYS": 36_500}
    one = await floor.start(servers, 1, **days)
    await one.holds(0)
    return one


async def qingkong(servers: Servers, *words: object) -> str:
    """Run the command as a user does, to its successful end; what it said."""
    process = await asyncio.create_subprocess_exec(
        str(PROGRAM), *map(str, words), stdout=PIPE, stderr=STDOUT, env=environment(servers, {})
    )
    output, _ = await process.communicate()
    assert process.returncode == 0, output.decode()
    return output.decode()


async def accounted(url: str, frames: int) -> None:
    async def so() -> bool:
        return count(url, "SELECT COALESCE(sum(frames), 0) FROM batch") >= frames

    await until(so, 40, f"{frames} frames accounted for")


async def published(servers: Servers, payloads: Iterable[tuple[str, bytes]]) -> None:
    lot = [Publication("", f"hj212/{name}", payload, {}) for name, payload in payloads]
    async with publishing(Publisher(servers.mqtt_url, lot)):
        pass


def rows(url: str, statement: sql.Composed | LiteralString) -> list[tuple[object, ...]]:
    with psycopg.connect(url) as connection:
        return connection.cursor(binary=True).execute(statement).fetchall()


def hourly_values(found: Sequence[tuple[object, ...]]) -> dict[tuple[str, int], bytes]:
    """(Code, seconds since 1970 UTC) to the value's bits."""
    return {
        (cast("str", code), cast("int", at_s)): struct.pack(">d", value)
        for code, at_s, value, *_ in found
    }


def turbine_values(file: Path) -> dict[tuple[str, int], bytes]:
    """Read the same from the file."""
    with gzip.open(file, "rt", encoding="utf-8", newline="") as text:
        return {
            (TURBINE_COLUMNS[heading], TURBINE_START_S + 3600 * hour): struct.pack(
                ">d", float(cell)
            )
            for hour, row in enumerate(csv.DictReader(text))
            for heading, cell in row.items()
        }


def cut_file(file: Path, folder: Path) -> Path:
    """Write the headings and the first hours of the file into the folder."""
    cut = folder / "first-hours.csv"
    with gzip.open(file, "rb") as whole:
        cut.write_bytes(b"".join(islice(whole, 1 + AGAIN)))
    return cut


def outcomes(url: str) -> tuple[int, int, int]:
    """How many frames were stored, repeated and rejected."""
    kept = batches(url)
    assert_accounted(kept)
    assert_chains_whole(kept)
    letters = Counter("".join(batch.head.outcomes for batch in kept))
    return letters["s"], letters["r"], letters["x"]


def stored_readings(url: str) -> dict[Key, Told]:
    statements = [
        sql.SQL(READINGS).format(series=sql.Literal(series), table=sql.Identifier(table))
        for series, table in SERIES.items()
    ]
    found = rows(url, sql.SQL(" UNION ALL ").join(statements))
    return {Key._make(row[:4]): Told._make((tuple(row[4:11]), *row[11:])) for row in found}


def stored_events(url: str) -> Counter[Happened]:
    return Counter(map(Happened._make, rows(url, EVENTS)))


def register(url: str, packets: Sequence[Packet]) -> None:
    with psycopg.connect(url) as connection:
        senders = [one for one in packets if one["expect"] == "ok" or one["n"] == 53]
        registered(connection, registry_text(senders))


@pytest.mark.usefixtures("worker")
async def test_every_hour_of_a_gas_turbine_is_stored_as_its_file_says_and_once(
    shared: Path, servers: Servers, tmp_path: Path
) -> None:
    maps = files("services.simulate") / "maps"
    file = shared / "data" / "gas-turbine-hourly.csv.gz"
    words = ("--map", maps / "gas-turbine.toml", "--speed", "max")
    url = servers.database_url
    await qingkong(servers, "registry", "import", maps / "gas-turbine.yaml")

    said = await qingkong(servers, "replay", file, *words)
    await accounted(url, HOURS)

    assert f"{HOURS} messages" in said
    found = rows(url, HOURLY)
    assert len(found) == 220_000
    assert hourly_values(found) == turbine_values(file)
    assert count(url, ODD_HOURS) == 0
    assert outcomes(url) == (HOURS, 0, 0)

    await qingkong(servers, "replay", cut_file(file, tmp_path), *words)
    await accounted(url, HOURS + AGAIN)

    assert rows(url, HOURLY) == found
    assert outcomes(url) == (HOURS, AGAIN, 0)
    assert rejects(url) == []
    assert count(url, "SELECT count(*) FROM reading_revision") == 0


@pytest.mark.usefixtures("worker")
async def test_packets_of_the_field_end_stored_or_refused_for_their_reason(
    packets: list[Packet], servers: Servers
) -> None:
    url = servers.database_url
    register(url, packets)
    frames = len(packets) + 1  # packet 53 is noise and a frame

    lot = [(header(one["packet"], "MN") or "unknown", one["packet"].encode()) for one in packets]
    await published(servers, lot)
    await accounted(url, frames)

    expected = readings_of(good(packets))
    assert len(expected) == READINGS_STORED
    assert stored_readings(url) == expected
    assert stored_events(url) == Counter(events(packets))
    assert outcomes(url) == (STORED, 0, frames - STORED)
    refused = expected_rejects(packets)
    assert sorted((one.reason, one.payload) for one in rejects(url)) == refused
    assert len(good(packets)) == STORED
    listed = await qingkong(servers, "rejects", "list", "--json", "--limit", "100")
    told = cast("list[dict[str, str]]", json.loads(listed))
    assert sorted((one["reason"], bytes.fromhex(one["frame"])) for one in told) == refused

    await published(servers, lot)
    await accounted(url, 2 * frames)

    assert stored_readings(url) == expected
    assert stored_events(url) == Counter(events(packets))
    assert outcomes(url) == (STORED + SILENT, STORED - SILENT, 2 * (frames - STORED))
    assert count(url, "SELECT count(*) FROM reading_revision") == 0


@pytest.mark.usefixtures("worker")
async def test_good_packets_glued_to_bad_ones_and_noise_are_all_stored(
    packets: list[Packet], servers: Servers
) -> None:
    url = servers.database_url
    register(url, packets)
    payload = NOISE + NOISE.join(one["packet"].encode() for one in packets)

    await published(servers, [(GATEWAY, payload)])
    await accounted(url, 1)

    assert stored_readings(url) == readings_of(good(packets))
    assert outcomes(url)[:2] == (STORED, 0)
    (batch,) = batches(url)
    assert b"".join(entry.frame for entry in batch.entries) == payload
