"""Ingest from the broker to the committed row, against a bare COPY of the same rows.

Own servers with the product's settings, in a folder of their own; workers are processes. Rates
come from the commit times in the database, so nothing in the worker measures itself.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import psycopg

from schemas.series import Series
from services.embedded import servers
from services.embedded.postgres import PostgresSettings
from services.embedded.servers import ServerSettings
from services.ingest.packing import pack_rows
from services.ingest.record import Row
from services.store.merge import COPY_HEADER, COPY_TRAILER
from services.store.migrations import migrate
from tests.bench.publisher import CODES, CONVERTED, DEVICES

READINGS = len(CODES)
FRAMES = int(os.environ.get("QINGKONG_BENCH_FRAMES", "60000"))
ROWS_A_COMMIT = 10_000
RUNS = 3
WORKER = Path(sys.executable).parent / "qingkong"
REGISTER = """
INSERT INTO region VALUES ('15', 'bench');
INSERT INTO plant (code, name, region) VALUES ('P1', 'bench', '15');
INSERT INTO subject (plant, kind, code, name)
  SELECT 1, 'outlet', 'DA' || number, 'bench' FROM generate_series(1, 2000) AS number;
INSERT INTO outlet (id, medium) SELECT id, 'air' FROM subject;
INSERT INTO device (plant, code, commissioned_at)
  SELECT 1, 'D' || number, '2000-01-01' FROM generate_series(0, 1999) AS number;
INSERT INTO device_mn SELECT id, 'BENCH' || lpad((id - 1)::text, 10, '0'), '(,)' FROM device;
INSERT INTO point (subject, side, code)
  SELECT subject.id, 'out', 'a2100' || digit
  FROM subject, generate_series(0, 9) AS digit ORDER BY subject.id, digit;
INSERT INTO channel (device, code) SELECT subject, code FROM point ORDER BY id;
INSERT INTO channel_binding (channel, point, valid)
  SELECT channel.id, point.id, '(,)' FROM channel JOIN point
  ON point.subject = channel.device AND point.code = channel.code;
INSERT INTO registry_change (actor, source, summary) VALUES ('bench', 'bench', '{}');
"""
EMPTY = """
ALTER TABLE reading_revision DISABLE TRIGGER USER;
ALTER TABLE batch DISABLE TRIGGER USER;
ALTER TABLE reject DISABLE TRIGGER USER;
ALTER TABLE reject_retry DISABLE TRIGGER USER;
TRUNCATE reading_realtime, reading_revision, batch, batch_block, touched, reject CASCADE;
CHECKPOINT;
"""


@dataclass(frozen=True)
class Bench:
    """The servers of a run."""

    database: str
    environment: dict[str, str]
    folder: Path

    def query(self, text: str) -> tuple[object, ...]:
        with psycopg.connect(self.database, autocommit=True) as connection:
            row = connection.execute(text.encode()).fetchone()
        return row or ()

    def run(self, text: str) -> None:
        with psycopg.connect(self.database, autocommit=True) as connection:
            for statement in filter(str.strip, text.split(";\n")):
                connection.execute(statement.encode())

    def frames(self) -> int:
        return int(str(self.query("SELECT COALESCE(sum(frames), 0) FROM batch")[0]))


@contextmanager
def bench(*, registered: bool = True) -> Generator[Bench]:
    """Servers with the product's settings, and 2,000 devices unless told otherwise."""
    folder = Path(tempfile.mkdtemp(prefix="qingkong-bench-", dir="/var/tmp"))
    folder.chmod(0o755)
    more = {"track_commit_timestamp": "on", "max_wal_size": "8GB"}
    settings = ServerSettings(postgres=PostgresSettings(shared_buffers="1GB", more=more))
    running = servers.up(folder, settings=settings)
    try:
        migrate(running.database_url)
        found = Bench(
            running.database_url,
            os.environ
            | {
                "QINGKONG_DATABASE_URL": running.database_url,
                "QINGKONG_MQTT_URL": running.mqtt_url,
                "QINGKONG_METRICS_PORT": "0",
                "QINGKONG_LOG_LEVEL": "info",
            },
            folder,
        )
        if registered:
            found.run(REGISTER)
        yield found
    finally:
        servers.down(folder)
        servers.reset(folder)
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def workers(run: Bench, count: int) -> Generator[list[subprocess.Popen[bytes]]]:
    """So many workers with as many slots, once each holds one."""
    logs = [run.folder / f"worker-{number}.log" for number in range(count)]
    started: list[subprocess.Popen[bytes]] = []
    for log in logs:
        with log.open("wb") as out:
            command = [str(WORKER), "ingest", "--slots", str(count)]
            started.append(
                subprocess.Popen(command, env=run.environment, stdout=out, stderr=out)  # noqa: S603
            )
    try:
        deadline = time.monotonic() + 30
        while not all(b"broker connected" in log.read_bytes() for log in logs):
            if time.monotonic() > deadline:
                raise TimeoutError("\n".join(log.read_text() for log in logs))
            time.sleep(0.05)
        yield started
    finally:
        for worker in started:
            worker.terminate()
        for worker in started:
            worker.wait(30)


@contextmanager
def publishers(
    run: Bench, kind: str, count: int, number: int = 2, rate: float = 0
) -> Generator[list[subprocess.Popen[str]]]:
    """Publishers that are ready to send `count` messages in all; a line on stdin starts them."""
    share = count // number
    start_s = int(time.time()) - 60 - count // DEVICES  # noqa: TID251 - readings are dated now
    started = [
        subprocess.Popen(  # noqa: S603
            [
                *(sys.executable, "-m", "tests.bench.publisher"),
                *(kind, str(place), str(number), str(share), str(rate / number), str(start_s)),
            ],
            env=run.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for place in range(number)
    ]
    for publisher in started:
        assert publisher.stdout is not None
        publisher.stdout.readline()
    yield started
    for publisher in started:
        publisher.communicate()


def go(started: list[subprocess.Popen[str]]) -> None:
    for publisher in started:
        assert publisher.stdin is not None
        publisher.stdin.write("go\n")
        publisher.stdin.flush()


def wait_for(run: Bench, frames: int, timeout_s: float = 300) -> None:
    deadline = time.monotonic() + timeout_s
    while run.frames() < frames:
        if time.monotonic() > deadline:
            raise TimeoutError(f"{run.frames()} of {frames} frames were stored")
        time.sleep(0.2)


def committed_rate(run: Bench) -> float:
    """Readings per second between the first and the last commit, those of the first left out."""
    row = run.query(
        "SELECT sum(readings) - (array_agg(readings ORDER BY committed_at))[1],"
        " extract(epoch FROM max(committed_at) - min(committed_at)) FROM batch"
    )
    return float(str(row[0])) / float(str(row[1]))


def bare_copy(run: Bench, rows: int = 500_000) -> float:
    """Rows per second of a bare binary COPY into the same table, buffers built beforehand."""
    start_us = (int(time.time()) - 86_400) * 1_000_000  # noqa: TID251 - readings are dated now
    buffers: list[bytes] = []
    for first in range(0, rows, ROWS_A_COMMIT):
        built = [_row(first + place, start_us) for place in range(ROWS_A_COMMIT)]
        buffers.append(COPY_HEADER + pack_rows(built, 1) + COPY_TRAILER)
    run.run(EMPTY)
    with psycopg.connect(run.database, autocommit=True) as connection:
        began = time.monotonic()
        for buffer in buffers:
            with connection.cursor().copy(
                "COPY reading_realtime FROM STDIN (FORMAT binary)"
            ) as copy:
                copy.write(buffer)
        took_s = time.monotonic() - began
    return rows / took_s


def _row(number: int, start_us: int) -> Row:
    frame, code = divmod(number, READINGS)
    tick, device = divmod(frame, DEVICES)
    time_us = start_us + tick * 1_000_000
    converted = 12.5 if code < CONVERTED else None
    return Row(
        Series.REALTIME, time_us, 1 + device * READINGS + code, 12.5, None, None, converted,
        None, None, None, "N", 30, None, time_us, time_us, frame % 1000,
    )  # fmt: skip


def backlog(run: Bench, slots: int, kind: str = "frames", count: int = FRAMES) -> float:
    """Readings per second drained from a queue that filled while no worker ran."""
    run.run(EMPTY)
    with workers(run, slots):
        pass
    with publishers(run, kind, count) as started:
        go(started)
    with workers(run, slots):
        wait_for(run, count)
    retire(run, slots)
    rate = committed_rate(run)
    assert run.frames() == count
    return rate


def retire(run: Bench, slots: int) -> None:
    """End the sessions of all slots but the first, as lowering their number asks for."""
    for slot in range(1, slots):
        command = [str(WORKER), "ingest", "retire", str(slot), "--quiet-s", "0.2"]
        subprocess.run(command, env=run.environment, check=True, capture_output=True)  # noqa: S603


def live(run: Bench, slots: int) -> float:
    """Readings per second with the publishers on the same cores."""
    run.run(EMPTY)
    with workers(run, slots), publishers(run, "frames", FRAMES) as started:
        go(started)
        wait_for(run, FRAMES)
    return committed_rate(run)


def steady(run: Bench, rate: float = 2000, seconds: int = 20) -> dict[str, float]:
    """Seconds from publishing to the commit at a steady rate, and what the worker needs for it."""
    count = int(rate * seconds)
    run.run(EMPTY)
    with workers(run, 1) as started:
        before = _cpu_s(started[0].pid)
        with publishers(run, "frames", count, number=1, rate=rate) as sending:
            go(sending)
            wait_for(run, count)
        cpu_s = _cpu_s(started[0].pid) - before
        rss_mb = peak_mb(started[0].pid)
    row = run.query(
        "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY lag),"
        " percentile_cont(0.99) WITHIN GROUP (ORDER BY lag) FROM (SELECT extract(epoch FROM"
        " pg_xact_commit_timestamp(xmin) - sent_at)::float8 AS lag FROM reading_realtime"
        " WHERE channel % 10 = 1) AS lags"
    )
    return {
        "ingest.p50_s": float(str(row[0])),
        "ingest.p99_s": float(str(row[1])),
        "ingest.steady_cpu_us_per_message": 1e6 * cpu_s / count,
        "ingest.steady_rss_mb": rss_mb,
    }


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def peak_mb(pid: int) -> float:
    """The most memory that a process has held so far."""
    found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    return int(found.group(1)) / 1024 if found else 0.0


def run() -> dict[str, float]:
    """All figures of ingest; shares are of the bare COPY of the same run."""
    with bench() as servers_up:
        floor = median(bare_copy(servers_up) for _ in range(RUNS))
        one = median(backlog(servers_up, 1) for _ in range(RUNS))
        row = servers_up.query(
            "SELECT sum(octet_length(block))::float8 / (SELECT sum(frames) FROM batch)"
            " FROM batch_block"
        )
        repeats = median(backlog(servers_up, 1, "repeats") for _ in range(RUNS))
        two = median(backlog(servers_up, 2, count=2 * FRAMES) for _ in range(RUNS))
        live_one = median(live(servers_up, 1) for _ in range(RUNS))
        json = median(backlog(servers_up, 1, "json", 2 * FRAMES) for _ in range(RUNS))
        found = steady(servers_up)
    return {
        "ingest.copy_rows_per_s": floor,
        "ingest.one_slot_rows_per_s": one,
        "ingest.one_slot_share": one / floor,
        "ingest.two_slot_share": two / floor,
        "ingest.live_one_slot_share": live_one / floor,
        "ingest.repeats_share": repeats / one,
        "ingest.json_rows_per_s": json,
        "ingest.bytes_per_frame": float(str(row[0])),
        "ingest.rss_mb": found.pop("ingest.steady_rss_mb"),
        **found,
    }
