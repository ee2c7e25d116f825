"""up, down, reset and status with real servers in a home of their own."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from services.embedded import servers
from services.embedded.errors import EmbeddedError
from services.embedded.processes import port_free
from tests.fixtures.servers import Yard


@pytest.fixture
def home(yard: Yard) -> Iterator[Path]:
    place = yard.place()
    yield place
    servers.reset(place)


def test_the_database_has_its_extensions_and_no_failing_job(home: Path) -> None:
    running = servers.up(home)

    with psycopg.connect(running.database_url) as connection:
        extensions = connection.execute("SELECT extname FROM pg_extension").fetchall()
        jobs = connection.execute(
            "SELECT id FROM _timescaledb_config.bgw_job WHERE scheduled"
        ).fetchall()
    assert {("timescaledb",), ("btree_gist",)} <= set(extensions)
    assert jobs == []


def test_a_second_up_changes_nothing(home: Path) -> None:
    first = servers.up(home)

    second = servers.up(home)

    assert second == first


def test_two_at_once_end_with_the_same_servers(home: Path) -> None:
    with ThreadPoolExecutor(2) as both:
        first, second = both.map(servers.up, [home, home])

    assert first == second


def test_a_restart_keeps_data_and_urls(home: Path) -> None:
    before = servers.up(home)
    with psycopg.connect(before.database_url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")

    servers.down(home)
    stopped = servers.status(home)
    after = servers.up(home)

    assert not stopped.running
    assert (after.database_url, after.mqtt_url) == (before.database_url, before.mqtt_url)
    with psycopg.connect(after.database_url) as connection:
        assert connection.execute("SELECT number FROM kept").fetchone() == (7,)


def test_a_pid_file_that_names_a_stranger_is_not_believed(home: Path) -> None:
    servers.up(home)
    pid_files = [home / "postgres/data/postmaster.pid", home / "mosquitto/mosquitto.pid"]
    left = [file.read_text() for file in pid_files]
    servers.down(home)
    for file, text in zip(pid_files, left, strict=True):
        file.write_text("\n".join([str(os.getppid()), *text.splitlines()[1:]]))

    stopped = servers.status(home)
    running = servers.up(home)

    assert (stopped.postgres_pid, stopped.mosquitto_pid) == (None, None)
    assert os.getppid() not in {running.postgres_pid, running.mosquitto_pid}


def test_a_port_taken_meanwhile_is_replaced(home: Path, yard: Yard) -> None:
    before = servers.up(home)
    servers.down(home)
    port = int(before.mqtt_url.rpartition(":")[2])
    other = replace(yard.mosquitto(), port=port)
    other.start()

    after = servers.up(home)
    other.stop()

    assert after.mqtt_url != before.mqtt_url
    assert after.database_url == before.database_url


def test_a_reset_deletes_the_data_and_stops_the_servers(home: Path) -> None:
    before = servers.up(home)

    servers.reset(home)

    assert servers.status(home).database_url is None
    assert port_free(int(before.mqtt_url.rpartition(":")[2]))
    assert not (home / "postgres").exists()


def test_a_home_without_its_passwords_is_not_started_with_new_ones(home: Path) -> None:
    servers.up(home)
    servers.down(home)
    (home / "servers.json").unlink()

    with pytest.raises(EmbeddedError, match="passwords"):
        servers.up(home)
