"""A registry of 10,000 devices: how long a worker takes to start, and whether ingest slows down.

The same 2,000 devices publish before and after the other 8,000 are registered.
"""

import time
from statistics import median

from tests.bench import ingest

RUNS = 3
MORE = """
INSERT INTO subject (plant, kind, code, name)
  SELECT 1, 'outlet', 'DA' || number, 'bench' FROM generate_series(2001, 10000) AS number;
INSERT INTO outlet (id, medium) SELECT id, 'air' FROM subject WHERE id > 2000;
INSERT INTO device (plant, code, commissioned_at)
  SELECT 1, 'D' || number, '2000-01-01' FROM generate_series(2000, 9999) AS number;
INSERT INTO device_mn
  SELECT id, 'BENCH' || lpad((id - 1)::text, 10, '0'), '(,)' FROM device WHERE id > 2000;
INSERT INTO point (subject, side, code)
  SELECT subject.id, 'out', 'a2100' || digit
  FROM subject, generate_series(0, 9) AS digit WHERE subject.id > 2000 ORDER BY subject.id, digit;
INSERT INTO channel (device, code)
  SELECT subject, code FROM point WHERE subject > 2000 ORDER BY id;
INSERT INTO channel_binding (channel, point, valid)
  SELECT channel.id, point.id, '(,)' FROM channel JOIN point
  ON point.subject = channel.device AND point.code = channel.code WHERE channel.device > 2000;
INSERT INTO registry_change (actor, source, summary) VALUES ('bench', 'bench', '{}');
"""


def run() -> dict[str, float]:
    """Seconds from the start of a process to its subscription; readings a second from a backlog."""
    with ingest.bench() as servers_up:
        few = _figures(servers_up)
        servers_up.run(MORE)
        many = _figures(servers_up)
    return {
        "fleet.start_s_2000": few[0],
        "fleet.start_s_10000": many[0],
        "fleet.rows_per_s_2000": few[1],
        "fleet.rows_per_s_10000": many[1],
        "fleet.rate_kept": many[1] / few[1],
    }


def _figures(servers_up: ingest.Bench) -> tuple[float, float]:
    starts = [_start_s(servers_up) for _ in range(RUNS)]
    rates = [ingest.backlog(servers_up, 1) for _ in range(RUNS)]
    return median(starts), median(rates)


def _start_s(servers_up: ingest.Bench) -> float:
    began = time.monotonic()
    with ingest.workers(servers_up, 1):
        return time.monotonic() - began
