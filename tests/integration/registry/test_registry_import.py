"""Documents into a real database and out of it again."""

import time
from collections.abc import Iterator
from importlib.resources import files

import psycopg
import pytest

from services.cases.registering.written import registry_text
from services.registry.writing_progress import rows_to_store
from services.store.connection import connect, connect_now
from services.store.registry import load_lookup, registry_version
from services.store.registry_read import read_registry
from services.store.registry_write import RegistryChange, registry_lock, write_registry
from tests.fixtures.registry import NOW, STANDARD, TERSE, compared, named, sentences, stored

EXAMPLE = (files("services.registry") / "example.yaml").read_text(encoding="utf-8")
REPLACED = """
plants:
  - code: P1
    name: 示例厂
    region: 1505
    devices:
      - mn: {mn: MN-A, to: 2024-07-01}
        commissioned_at: 2024-01-01
      - code: MN-A-2
        mn: {mn: MN-A, from: 2024-07-01}
        commissioned_at: 2024-07-01
        channels: [a21026, a19001]
"""


@pytest.fixture
def connection(database: str) -> Iterator[psycopg.Connection]:
    with connect_now(database, "registrar", "test") as connection:
        yield connection


def count(connection: psycopg.Connection, query: str) -> int:
    row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return row[0]


@pytest.mark.parametrize("text", [TERSE, EXAMPLE], ids=["terse", "example"])
def test_importing_the_same_file_twice_changes_nothing(
    connection: psycopg.Connection, text: str
) -> None:
    stored(connection, text)
    before = read_registry(connection)

    again = stored(connection, text)

    assert again.empty
    assert read_registry(connection) == before
    assert count(connection, "SELECT count(*) FROM registry_change") == 1


@pytest.mark.parametrize("text", [TERSE, EXAMPLE], ids=["terse", "example"])
def test_the_bar_of_writing_ends_where_all_is_written(
    connection: psycopg.Connection, text: str
) -> None:
    told: list[int] = []
    change = RegistryChange("tester", "test.yaml", {})

    for now_said in (text, text.replace("示例", "样例")):
        with registry_lock(connection):
            found = compared(read_registry(connection), now_said)
            told.append(-rows_to_store(found.write))
            write_registry(connection, found.write, change, lambda _kind, rows: told.append(rows))

    assert sum(told) == 0
    assert max(told) > 0


def test_an_export_imports_as_no_change_and_builds_the_same_registry_elsewhere(
    connection: psycopg.Connection,
) -> None:
    stored(connection, EXAMPLE)
    text = registry_text(read_registry(connection), STANDARD)

    again = stored(connection, text)

    assert again.empty
    assert "LOGGER-2" in text


def test_a_replacement_takes_the_mn_on_and_ends_the_old_devices_channels(
    connection: psycopg.Connection,
) -> None:
    stored(connection, TERSE)

    found = stored(connection, REPLACED)

    assert {("ended", "mn", "P1 / MN-A / MN-A"), ("ended", "channel", "P1 / MN-A / a21026")} <= set(
        named(found)
    )
    assert stored(connection, REPLACED).empty
    held = connection.execute(
        "SELECT device.code, lower(valid)::date::text, upper(valid)::date::text"
        " FROM device_mn JOIN device ON device.id = device ORDER BY lower(valid)"
    ).fetchall()
    assert held == [("MN-A", "2023-12-31", "2024-06-30"), ("MN-A-2", "2024-06-30", None)]


def test_changed_channels_may_exchange_their_ranks(connection: psycopg.Connection) -> None:
    entry = "{{code: a21026, rank: {}}}, {{code: a21003, point: DA001/out/a21026, rank: {}}}"
    first = TERSE.replace("a21026, a19001", entry.format("main", "spare"))
    swapped = TERSE.replace("a21026, a19001", entry.format("spare", "main"))
    stored(connection, first)
    before = read_registry(connection).channels

    stored(connection, swapped)

    rows = read_registry(connection)
    assert rows.channels == before
    ranks = {rows.channels[key].code: row.rank for key, [row] in rows.bindings.items()}
    assert ranks == {"a21026": "spare", "a21003": "main"}


def test_a_second_main_channel_is_refused_with_both_named(connection: psycopg.Connection) -> None:
    stored(connection, TERSE)
    other = TERSE.replace("MN-A", "MN-B").replace("a21026, a19001", "a21026")

    found = compared(read_registry(connection), other)

    [sentence] = sentences(found)
    assert "P1 / MN-A / a21026" in sentence
    assert "P1 / MN-B / a21026" in sentence


@pytest.mark.parametrize(
    ("query", "constraint"),
    [
        pytest.param(
            "INSERT INTO device_mn SELECT device, mn, valid FROM device_mn",
            "one_device_per_mn",
            id="mn",
        ),
        pytest.param(
            "WITH other AS (INSERT INTO channel (device, code)"
            " SELECT device, 'other' FROM channel LIMIT 1 RETURNING id)"
            " INSERT INTO channel_binding (channel, point, valid)"
            " SELECT other.id, point, valid FROM other, channel_binding",
            "one_main_per_point",
            id="two mains",
        ),
        pytest.param(
            "INSERT INTO channel (device, code) SELECT device, code FROM channel",
            "one_channel_per_code",
            id="code",
        ),
        pytest.param(
            "INSERT INTO channel_binding (channel, point, rank, valid)"
            " SELECT channel, point, 'spare', valid FROM channel_binding",
            "one_binding_per_channel",
            id="binding",
        ),
        pytest.param(
            "INSERT INTO channel_setting (channel, valid, unit)"
            " SELECT channel, valid, 'g' FROM channel_setting",
            "one_setting_at_a_time",
            id="setting",
        ),
    ],
)
def test_the_database_itself_refuses_what_overlaps(
    connection: psycopg.Connection, query: str, constraint: str
) -> None:
    stored(connection, TERSE)

    with pytest.raises(psycopg.errors.IntegrityError) as caught:
        connection.execute(query.encode())

    assert caught.value.diag.constraint_name == constraint


def test_an_import_wakes_who_listens_and_says_the_version(
    connection: psycopg.Connection, database: str
) -> None:
    with psycopg.connect(database, autocommit=True) as listener:
        listener.execute("LISTEN qingkong_registry")

        stored(connection, TERSE)

        [note] = listener.notifies(timeout=5, stop_after=1)
    assert note.payload == "1"


async def test_the_lookup_has_every_device_and_channel(
    connection: psycopg.Connection, database: str
) -> None:
    stored(connection, TERSE)

    async with await connect(database, "ingest", "test") as ingest:
        version = await registry_version(ingest)
        rows = await load_lookup(ingest)

    [device] = rows.devices
    assert (version, rows.version) == (1, 1)
    assert [held.mn for held in device.mns] == ["MN-A"]
    assert device.utc_offset_s == 28800
    assert {channel.code for channel in rows.channels} == {"a19001", "a21026"}
    assert {channel.side for channel in rows.channels} == {"out"}


async def test_the_version_of_an_empty_registry_is_0(database: str) -> None:
    async with await connect(database, "ingest", "test") as ingest:
        rows = await load_lookup(ingest)

    assert rows == (0, [], [])


def many(devices: int) -> str:
    codes = "[a21026, a21002, a34013, a19001, a01011, a01012, a01013, a01014, a00000, a21005]"
    plants = [
        f"- code: P{n}\n  name: 示例 {n}\n  region: 1505\n"
        f"  outlets: [{{code: DA001, medium: air}}]\n  devices:\n"
        f"  - mn: MN{n:022d}\n    commissioned_at: 2024-01-01\n    channels: {codes}\n"
        for n in range(devices)
    ]
    return "plants:\n" + "".join(plants)


@pytest.mark.parametrize(
    "devices",
    [
        pytest.param(500, id="500"),
        pytest.param(10_000, id="10000", marks=[pytest.mark.soak, pytest.mark.timeout(180)]),
    ],
)
async def test_many_devices_are_registered_within_seconds(
    connection: psycopg.Connection, database: str, devices: int
) -> None:
    text = many(devices)
    started = time.perf_counter()

    stored(connection, text, NOW)

    took = time.perf_counter() - started
    async with await connect(database, "ingest", "test") as ingest:
        started = time.perf_counter()
        rows = await load_lookup(ingest)
        loaded = time.perf_counter() - started
    print(f"{devices} devices: imported in {took:.2f} s, looked up in {loaded:.2f} s")  # noqa: T201 - the figure is the point
    assert (len(rows.devices), len(rows.channels)) == (devices, 10 * devices)
    assert took < 60
