"""50 requests a second of the mix that consoles ask for, over two years of hours: how long each waits.

The world is made once for its shape (ROWS=, OUTLETS=, YEARS= of the environment) and kept; so many
PROCESSES= of the API serve it. Of the same run are the times of a route that does nothing and of one
that asks the database one thing: what is above them is ours. CPU a request is taken from requests one
after another.
"""

import asyncio
import json
import os
import random
import secrets
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Final

import psycopg

from tests.bench.api_filled import AT, END, HOUR
from tests.bench.api_load import Answer, Asker, Wish, asked, one_by_one
from tests.bench.api_world import A_PLANT, asked_shape, world
from tests.bench.rules_plants import JUDGED
from tests.fixtures.serving import serving_together, token_of

PER_S: Final = 50
PROCESSES: Final = int(os.environ.get("PROCESSES", "") or 2 * (os.cpu_count() or 1))
"""Of the API on one port, as they are deployed: two for each core, for half of the time they wait."""
SECONDS: Final = float(os.environ.get("SECONDS_ASKED", "60"))
WARM_S: Final = 15.0
ALONE: Final = 40
MIX: Final = {
    "outlet_status": 8,
    "region_status": 4,
    "month_hourly": 4,
    "day_realtime": 3,
    "year_chart": 1,
}
"""Of twenty."""
FLOORS: Final = {"healthz": "/healthz", "readyz": "/readyz"}
FLOOR_EVERY: Final = 10
"""After so many requests of the mix one of each floor: these come on top."""
API: Final = "/api/v1"
DAY: Final = timedelta(days=1)
POINTS_OF_DAY, POINTS_OF_YEAR = 5_760, 2_000
"""Of a day every reading is kept (two of each 30 s), of a year the extremes of each nine hours."""


RECENT: Final = (
    (b"SELECT count(rules), sum(valid_s) FROM mean WHERE start >= %s", END - 31 * DAY),
    (b"SELECT count(why), sum(id) FROM verdict WHERE start >= %s", END - DAY),
    (b"SELECT count(flag), sum(value) FROM reading_realtime WHERE time >= %s", END - DAY),
)


class Targets:
    """Targets by kind, of outlets by chance, the same in each run."""

    def __init__(self, outlets: int) -> None:
        self._outlets = outlets
        self._dice = random.Random(7)  # noqa: S311 - chance for a benchmark

    def of(self, kind: str) -> str:
        number = self._dice.randrange(1, self._outlets + 1)
        outlet = f"{API}/plants/P{-(-number // A_PLANT)}/outlets/{_outlet(number)}"
        point = (
            outlet.replace("outlets", "subjects") + f"/points/out/{self._dice.choice([*JUDGED])}"
        )
        at, until = _time(AT), _time(END)
        return {
            "outlet_status": f"{outlet}/status?at={at}",
            "region_status": f"{API}/regions/15/status?at={at}",
            "month_hourly": f"{point}/means?period=hour&limit=1000&from={_time(END - 30 * DAY)}&to={until}",
            "day_realtime": f"{point}/readings?series=realtime&points={POINTS_OF_DAY}"
            f"&from={_time(END - DAY)}&to={until}",
            "year_chart": f"{point}/means?period=hour&points={POINTS_OF_YEAR}"
            f"&from={_time(END - 365 * DAY + HOUR)}&to={until}",
        }[kind]

    def mix(self, seconds: float) -> list[Wish]:
        """As many as belong to that time, with the floors between them."""
        pattern = [kind for kind, share in MIX.items() for _ in range(share)]
        wishes: list[Wish] = []
        for place in range(round(seconds * PER_S)):
            if place % len(pattern) == 0:
                self._dice.shuffle(pattern)
            kind = pattern[place % len(pattern)]
            wishes.append(Wish(kind, self.of(kind)))
        return wishes


def run() -> dict[str, float]:
    """Percentiles of each kind in ms, CPU a request, and the floors."""
    with world(asked_shape()) as made, tempfile.TemporaryDirectory() as folder:
        warm(made.url)
        token = token_of(made.url, f"bench-{secrets.token_hex(4)}")
        targets = Targets(made.shape.outlets)
        with serving_together(made.url, Path(folder), PROCESSES) as served:
            api = tuple(one.process.pid for one in served if one.process is not None)
            watched = Watched(api, made.postgres)
            asker = Asker("127.0.0.1", served[0].port, token)
            figures = asyncio.run(_measured(asker, watched, targets))
        figures["api.bench_size_gb"] = made.bytes / 1e9
        figures["api.bench_load"] = os.getloadavg()[0]
        if made.made_s is not None:
            figures["api.bench_filled_s"] = made.made_s
    return figures


def warm(url: str) -> None:
    """Read what a platform that runs has written of late, and so has in memory."""
    with psycopg.connect(url) as owner:
        for statement, since in RECENT:
            owner.execute(statement, (since,))


@dataclass(frozen=True)
class Watched:
    """Those whose CPU is told: the API's processes and the database's."""

    api: tuple[int, ...]
    postgres: int

    def cpu_s(self) -> tuple[float, float]:
        return sum(map(cpu_s, self.api)), family_cpu_s(self.postgres)

    def since(self, before: tuple[float, float], name: str, requests: int) -> dict[str, float]:
        """CPU in ms a request since then."""
        api, postgres = (
            (now - then) / requests * 1000 for now, then in zip(self.cpu_s(), before, strict=True)
        )
        return {f"api.{name}_cpu_ms": api, f"api.{name}_postgres_cpu_ms": postgres}


async def _measured(asker: Asker, watched: Watched, targets: Targets) -> dict[str, float]:
    figures: dict[str, float] = {}
    await asked(asker, targets.mix(WARM_S), 1 / PER_S)
    for kind in MIX:
        await one_by_one(asker, [targets.of(kind) for _ in range(3)])
        before = watched.cpu_s()
        await one_by_one(asker, [targets.of(kind) for _ in range(ALONE)])
        figures |= watched.since(before, kind, ALONE)
    before = watched.cpu_s()
    wishes = targets.mix(SECONDS)
    async with asyncio.TaskGroup() as group:
        mix = group.create_task(asked(asker, wishes, 1 / PER_S))
        floors = [Wish(kind, target) for kind, target in FLOORS.items()] * (
            len(wishes) // FLOOR_EVERY
        )
        floor = group.create_task(asked(asker, floors, FLOOR_EVERY / PER_S / len(FLOORS)))
    figures |= watched.since(before, "mix", len(wishes))
    asker.close()
    answers = [*mix.result(), *floor.result()]
    for kind in (*MIX, *FLOORS):
        figures |= _percentiles(kind, [one for one in answers if one.kind == kind])
    figures["api.mix_failed"] = sum(one.status != HTTPStatus.OK for one in answers)
    return figures


def _percentiles(kind: str, answers: Sequence[Answer]) -> dict[str, float]:
    waits = sorted(one.seconds for one in answers)
    return {
        f"api.{kind}_p50_ms": waits[len(waits) // 2] * 1000,
        f"api.{kind}_p99_ms": waits[len(waits) * 99 // 100] * 1000,
        f"api.{kind}_kb": sum(one.bytes for one in answers) / len(answers) / 1000,
    }


def cpu_s(process: int) -> float:
    """Seconds of CPU that a process has taken."""
    fields = _stat(process)
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def family_cpu_s(process: int) -> float:
    """The same of all that it has started and that live."""
    own = [int(one.name) for one in Path("/proc").iterdir() if one.name.isdigit()]
    taken = 0.0
    for one in own:
        with suppress(OSError):
            if int(_stat(one)[1]) == process:
                taken += cpu_s(one)
    return taken


def _stat(process: int) -> list[str]:
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()


def _outlet(number: int) -> str:
    # rules_plants numbers plants from 1 and outlets on from the first plant's last.
    return f"DA{number + A_PLANT:03}"


def _time(at: object) -> str:
    return str(at).replace("+00:00", "Z").replace(" ", "T")


if __name__ == "__main__":
    print(json.dumps(run(), indent=2))
