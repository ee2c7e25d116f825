"""Judging from minute records in the database to the evidence written, as evaluators do it.

A channel-hour counts where a limit binds the point: three pollutants an outlet. Oxygen and flow are
read and averaged beside them; with them counted as well it is `rules.points_per_s`. The floor of the
same run is a bare fetch of the same minutes, and the writing of nothing.
"""

import json
import logging
import subprocess
import sys
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from statistics import median
from typing import NamedTuple
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from services.embedded.postgres import PostgresSettings
from services.embedded.servers import ServerSettings
from services.store.migrations import migrate
from tests.bench.rules_plants import (
    CODES,
    HOUR,
    JUDGED,
    START,
    counted,
    fill,
    register,
    touch,
    wipe,
)
from tests.bench.rules_server import server

RUNS = 3
DAY_H, YEAR_H = 24, 365 * 24
PLANTS, OUTLETS = 48, 1
PROVINCE = 2_500
"""Plants of two outlets each."""
BATCHES_AN_HOUR = 60
"""So often an outlet's hour is touched: a batch a minute."""
PROVISIONAL = timedelta(minutes=1)
FINAL = timedelta(minutes=15)
FETCH = (
    "SELECT channel, time, span_s, value, flag FROM reading_minute WHERE time >= %s AND time < %s"
)
Found = dict[str, float]


class Database(NamedTuple):
    """Its address, and a connection of its owner."""

    url: str
    owner: psycopg.Connection


def run() -> dict[str, float]:
    """All figures of judging; those of a few seconds are the median of three runs."""
    # Each connection would warn that the zone UTC0 has no file.
    logging.getLogger("psycopg").setLevel(logging.ERROR)
    settings = PostgresSettings(shared_buffers="1GB", more={"max_wal_size": "8GB"})
    with server(ServerSettings(postgres=settings)) as url:
        return {**_day(url), **_year(url), **_province(url)}


def _day(url: str) -> Found:
    """A day of 48 outlets, all of its hours due at once: one evaluator, then two."""
    with _database(url, "day", PLANTS, DAY_H) as database:
        floor = median(_fetched_s(database.owner, DAY_H) for _ in range(RUNS))
        now = START + DAY_H * HOUR + PROVISIONAL
        one = [_anew(database, now) for _ in range(RUNS)]
        two = [_anew(database, now, evaluators=2) for _ in range(RUNS)]
    outlets = PLANTS * OUTLETS
    _checked([*one, *two], PLANTS * DAY_H)
    took_s, cpu_s = median(run["wall_s"] for run in one), median(run["cpu_s"] for run in one)
    channel_hours = outlets * len(JUDGED) * DAY_H
    return {
        "rules.channel_hours_per_s": channel_hours / took_s,
        "rules.channel_hours_per_cpu_s": channel_hours / cpu_s,
        "rules.points_per_s": outlets * len(CODES) * DAY_H / took_s,
        "rules.fetch_share": floor / took_s,
        "rules.two_evaluators_cpu_factor": median(run["cpu_s"] for run in two) / cpu_s,
        "rules.two_evaluators_channel_hours_per_s": channel_hours
        / median(run["wall_s"] for run in two),
    }


def _year(url: str) -> Found:
    """A year of one outlet, judged after it: hours, days and months; indicators of data quality apart."""
    with _database(url, "year", 1, YEAR_H) as database:
        floor = _fetched_s(database.owner, YEAR_H)
        found = _anew(database, START + YEAR_H * HOUR + PROVISIONAL)
    return {
        "rules.outlet_year_s": found["wall_s"] - found["indicators_s"],
        "rules.outlet_year_with_indicators_s": found["wall_s"],
        "rules.outlet_year_cpu_s": found["cpu_s"],
        "rules.outlet_year_fetch_s": floor,
    }


def _province(url: str) -> Found:
    """An hour of 5,000 outlets, from the moment on at which it is due; then the same hour made final."""
    with _database(url, "province", PROVINCE, 1, outlets=2) as database:
        now, final = START + HOUR + PROVISIONAL, START + HOUR + FINAL
        floor = _fetched_s(database.owner, 1)
        one = _anew(database, now, touched=1)
        two = _anew(database, now, evaluators=2, touched=1)
        last = _anew(database, now, touched=1, later=final)
    _checked([one, two, last], PROVINCE)
    return {
        "rules.province_one_evaluator_s": one["wall_s"],
        "rules.province_two_evaluators_s": two["wall_s"],
        "rules.province_cpu_s": one["cpu_s"],
        "rules.province_cpu_factor": two["cpu_s"] / one["cpu_s"],
        "rules.province_final_cpu_share": last["cpu_s"] / one["cpu_s"],
        "rules.province_fetch_s": floor,
    }


def _anew(
    database: Database,
    now: datetime,
    *,
    evaluators: int = 1,
    touched: int = 0,
    later: datetime | None = None,
) -> Found:
    """Forget what was judged, touch so many hours as ingest does, and have all of it judged."""
    owner = database.owner
    wipe(owner)
    if touched:
        touch(owner, START, touched, BATCHES_AN_HOUR)
    found = _judged(database.url, now, evaluators, later)
    found["means"], found["verdicts"] = counted(owner, "mean"), counted(owner, "verdict")
    return found


def _checked(runs: Sequence[Found], hours: int) -> None:
    """Every run judged each hour once, and wrote as much as the others; the last may be made final too."""
    if {run["hours"] for run in runs} != {hours}:
        raise AssertionError("an hour was judged twice, or not at all")
    rows = [(run["means"], run["verdicts"]) for run in runs]
    if any(row not in {rows[0], (2 * rows[0][0], 2 * rows[0][1])} for row in rows):
        raise AssertionError(f"runs wrote different numbers of rows: {rows}")


@contextmanager
def _database(
    url: str, name: str, plants: int, hours: int, *, outlets: int = OUTLETS
) -> Generator[Database]:
    """A database with plants and their minutes."""
    at = urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    migrate(at)
    with psycopg.connect(at, autocommit=True, options="-c timezone=UTC0") as owner:
        fill(owner, register(owner, plants, outlets), START, hours)
        owner.execute("VACUUM ANALYZE")
        yield Database(at, owner)


def _judged(
    url: str,
    now: datetime,
    evaluators: int = 1,
    later: datetime | None = None,
) -> Found:
    """What evaluators did with the same work at `now`, or at `later` after it; seconds until all was done."""
    times = [at.isoformat() for at in (now, later) if at is not None]
    words = [sys.executable, "-m", "tests.bench.rules_worker", url, *times]
    started = [
        subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603
        for _ in range(evaluators)
    ]
    for one in started:
        if one.stdout is None or one.stdout.readline() != "ready\n":
            raise RuntimeError("an evaluator did not start")
    for one in started:
        if one.stdin is not None:
            one.stdin.write("go\n")
            one.stdin.flush()
    said: list[Found] = [json.loads(one.communicate()[0] or "[{}]")[-1] for one in started]
    if any(one.returncode for one in started):
        raise RuntimeError("an evaluator failed: see what it said")
    return {
        "hours": sum(one["hours"] for one in said),
        "wall_s": max(one["wall_s"] for one in said),
        "indicators_s": max(one["indicators_s"] for one in said),
        "cpu_s": sum(one["cpu_s"] for one in said),
    }


def _fetched_s(owner: psycopg.Connection, hours: int) -> float:
    """Seconds to fetch the same minutes and do nothing with them, a day at a time."""
    began = time.monotonic()
    for first in range(0, hours, DAY_H):
        cursor = owner.cursor(binary=True)
        until = START + min(first + DAY_H, hours) * HOUR
        cursor.execute(FETCH, (START + first * HOUR, until), prepare=False)
        cursor.fetchall()
    return time.monotonic() - began
