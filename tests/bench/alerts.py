"""From the exceeding reading to the committed case, 2,000 outlets reporting every 30 s; and a storm.

Own servers; ingest, the alert service and the loggers are processes. Times are QN (when a reading
was sent) and the server's commit times. The reading that decides is the first with which the limit
has been exceeded for as long as the live rule asks for.
"""

import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from statistics import median, quantiles

import psycopg

from services.rules.judging.live_parameters import LiveParameters
from tests.bench import ingest
from tests.bench.alert_publisher import EVERY_S, FIRST_S, ONE_IN, SPREAD_S, exceeds_from, mn
from tests.bench.ingest import peak_mb
from tests.bench.rules_plants import register

PLANTS = 500
OUTLETS = 4
DEVICES = PLANTS * OUTLETS
STORM = 5_000
STORM_S = 120
MNS = """
INSERT INTO device_mn
  SELECT id, 'ALERT' || lpad((row_number() OVER (ORDER BY id) - 1)::text, 10, '0'), '(,)' FROM device
"""
OPENED = """
SELECT device_mn.mn, extract(epoch FROM pg_xact_commit_timestamp(event.xmin))::float8
FROM alert_event AS event JOIN alert ON alert.id = event.alert
JOIN device_mn ON device_mn.device =
  (SELECT channel.device FROM channel_binding JOIN channel ON channel.id = channel_binding.channel
   WHERE channel_binding.point = alert.point LIMIT 1)
WHERE alert.kind = 'prewarning' AND event.what = 'opened'
"""
SENT = """
SELECT extract(epoch FROM sent_at)::float8, extract(epoch FROM time)::float8
FROM reading_realtime JOIN channel ON channel.id = reading_realtime.channel
JOIN device_mn ON device_mn.device = channel.device
WHERE device_mn.mn = %s AND channel.code = 'a21026' ORDER BY time
"""
FOUND = """
INSERT INTO finding (rule, subject, point, since, until, stage, standing, zh, en, clause, sure, evidence, rules)
SELECT 'constant_value', point.subject, point.id, now() - INTERVAL '5 hours', NULL, 'final', true,
  '5 小时不变', 'unchanged for 5 hours', 'bench', true, '{}', '1'
FROM point WHERE code IN ('a21026', 'a21002', 'a34013') ORDER BY point.id LIMIT %s
"""


@contextmanager
def judging(run: ingest.Bench) -> Generator[subprocess.Popen[bytes]]:
    """A process of the alert service, once it has looked at the database."""
    log = run.folder / "alerts.log"
    with log.open("wb") as out:
        command = [str(ingest.WORKER), "alerts", "run"]
        process = subprocess.Popen(command, env=run.environment, stdout=out, stderr=out)  # noqa: S603
    try:
        deadline = time.monotonic() + 30
        while b"judging starts" not in log.read_bytes():
            if time.monotonic() > deadline:
                raise TimeoutError(log.read_text())
            time.sleep(0.05)
        yield process
    finally:
        process.terminate()
        process.wait(30)


def latencies(run: ingest.Bench) -> list[float]:
    """Seconds from the deciding reading of each device that exceeds to its open case's commit."""
    hold_s = LiveParameters().hold_s
    seconds = FIRST_S + SPREAD_S + int(hold_s) + 3 * EVERY_S
    with ingest.workers(run, 1), judging(run), _loggers(run, seconds) as since_s:
        pass
    with psycopg.connect(run.database, options="-c timezone=UTC0") as connection:
        opened = dict(connection.execute(OPENED).fetchall())
        found: list[float] = []
        for number in range(0, DEVICES, ONE_IN):
            from_s = since_s + (exceeds_from(number) or 0)
            readings = connection.execute(SENT, (mn(number),)).fetchall()
            over = [(sent, at) for sent, at in readings if at >= from_s]
            deciding = next(sent for sent, at in over if at - over[0][1] >= hold_s)
            found.append(opened[mn(number)] - deciding)
    return found


def storm(run: ingest.Bench) -> tuple[float, float]:
    """Seconds from the commit of 5,000 findings to that of the last case, and the peak in MB."""
    with judging(run) as process, psycopg.connect(run.database, autocommit=True) as connection:
        time.sleep(5)
        connection.execute(FOUND, (STORM,))
        began = time.monotonic()
        cases = "SELECT count(*) FROM alert WHERE kind = 'data_quality' AND state = 'open'"
        while connection.execute(cases).fetchall() != [(STORM,)]:
            if time.monotonic() - began > STORM_S:
                raise TimeoutError((run.folder / "alerts.log").read_text()[-6000:])
            time.sleep(0.1)
        return time.monotonic() - began, peak_mb(process.pid)


@contextmanager
def _loggers(run: ingest.Bench, seconds: int) -> Generator[int]:
    """Publish to the end; gives when it began, in seconds since 1970."""
    command = [sys.executable, "-m", "tests.bench.alert_publisher", str(DEVICES), str(seconds)]
    with subprocess.Popen(  # noqa: S603
        command, env=run.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as sending:
        assert sending.stdin is not None
        assert sending.stdout is not None
        sending.stdout.readline()
        sending.stdin.write("go\n")
        sending.stdin.flush()
        since_s = int(sending.stdout.readline())
        assert sending.wait(seconds + 60) == 0
        ingest.wait_for(run, int(DEVICES / EVERY_S * seconds))
        # The last readings are judged too.
        time.sleep(EVERY_S / 3)
        yield since_s


def run() -> dict[str, float]:
    """Latencies, and a storm."""
    with ingest.bench(registered=False) as servers_up:
        with psycopg.connect(servers_up.database, autocommit=True) as connection:
            register(connection, PLANTS, OUTLETS)
            connection.execute(MNS)
        found = latencies(servers_up)
        took_s, rss_mb = storm(servers_up)
    centiles = quantiles(found, n=100)
    return {
        "alerts.p50_s": median(found),
        "alerts.p99_s": centiles[98],
        "alerts.max_s": max(found),
        "alerts.cases": float(len(found)),
        "alerts.storm_s": took_s,
        "alerts.storm_rss_mb": rss_mb,
    }
