"""The database of the API's benchmark: made once for a shape, kept under build/ and taken again."""

import json
import os
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import psycopg

from services.embedded import servers
from services.embedded.postgres import PostgresSettings
from services.embedded.servers import ServerSettings
from services.store.migrations import migrate
from tests.bench.api_filled import Shape, fill
from tests.bench.rules_plants import register

KEPT = Path("build/bench-api")
MAKING = 1
"""Another number where the making changes: an old world is not taken then."""
A_PLANT = 4
CITIES, DISTRICTS = 10, 5
# A sixth of a machine with 24 GB, so that what was written of late stays in it. Vacuumed once when it is
# made: what runs by itself would only make the figures uneven.
SETTINGS = ServerSettings(
    PostgresSettings("4GB", more={"autovacuum": "off", "max_wal_size": "16GB"})
)
REGIONS = """
INSERT INTO region (code, name, parent)
SELECT '15' || lpad(city::text, 2, '0'), '示例市' || city, '15' FROM generate_series(1, %(cities)s) AS city
UNION ALL
SELECT '15' || lpad(city::text, 2, '0') || lpad(district::text, 2, '0'), '示例区' || district,
  '15' || lpad(city::text, 2, '0')
FROM generate_series(1, %(cities)s) AS city, generate_series(1, %(districts)s) AS district
"""
SPREAD = """
UPDATE plant SET region = '15' || lpad((1 + id %% %(cities)s)::text, 2, '0')
  || lpad((1 + id / %(cities)s %% %(districts)s)::text, 2, '0')
"""


@dataclass(frozen=True)
class World:
    """A server of that process number over a filled database; `made_s` None: it was there."""

    url: str
    postgres: int
    shape: Shape
    made_s: float | None
    bytes: int


def asked_shape() -> Shape:
    """By the environment: ROWS of readings, OUTLETS, YEARS of hours."""
    usual = Shape()
    return Shape(
        int(os.environ.get("OUTLETS", usual.outlets)),
        float(os.environ.get("YEARS", usual.years)),
        int(os.environ.get("ROWS", usual.rows)),
    )


@contextmanager
def world(shape: Shape) -> Generator[World]:
    """Start it; made first where there is none of this shape that is whole."""
    home = (KEPT / f"{MAKING}-{shape.outlets}-{shape.years:g}-{shape.rows}").resolve()
    whole = home / "whole.json"
    made_s = None
    if not whole.exists():
        servers.reset(home)
        began = time.monotonic()
        try:
            _make(servers.up(home, settings=SETTINGS).database_url, shape)
        finally:
            servers.down(home)
        made_s = time.monotonic() - began
        whole.write_text(json.dumps({**asdict(shape), "made_s": made_s}))
    running = servers.up(home, settings=SETTINGS)
    url = running.database_url
    try:
        migrate(url)
        with psycopg.connect(url) as owner:
            row = owner.execute("SELECT pg_database_size(current_database())").fetchone()
        yield World(url, running.postgres_pid, shape, made_s, row[0] if row else 0)
    finally:
        servers.down(home)


def _make(url: str, shape: Shape) -> None:
    migrate(url)
    with psycopg.connect(url, autocommit=True) as owner:
        register(owner, -(-shape.outlets // A_PLANT), A_PLANT)
        values = {"cities": CITIES, "districts": DISTRICTS}
        owner.execute(REGIONS, values)
        owner.execute(SPREAD, values)
    fill(url, shape)
