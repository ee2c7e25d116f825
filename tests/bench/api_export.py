"""Exports of five million readings over HTTP, from a process of its own: rows a second, and its memory."""

import tempfile
import time
from pathlib import Path

import httpx

from services.embedded.servers import ServerSettings
from services.store.migrations import migrate
from tests.bench.export_world import BEGIN, END, fill
from tests.bench.rules_server import server
from tests.fixtures.serving import Serving, serving, token_of

WAIT_S = 600
CHANNELS = "code=a21026"


def run() -> dict[str, float]:
    """Rows a second of CSV; megabytes that the process gained by it; a tenth of it as Parquet."""
    with server(ServerSettings()) as url, tempfile.TemporaryDirectory() as folder:
        migrate(url)
        rows = fill(url)
        token = token_of(url, "bench")
        with serving(url, Path(folder)) as served:
            taken(served, token, "limits.csv")
            before_mb = served.memory_mb()
            took_s = taken(served, token, "readings.csv")
            csv_mb = served.memory_mb()
            parquet_s = taken(served, token, "readings.parquet", CHANNELS)
            return {
                "api.export_rows_per_s": rows / took_s,
                "api.export_gained_mb": csv_mb - before_mb,
                "api.export_peak_mb": csv_mb,
                "api.export_parquet_rows_per_s": rows / 10 / parquet_s,
                "api.export_parquet_peak_mb": served.memory_mb(),
            }


def taken(served: Serving, token: str, what: str, more: str = "") -> float:
    """Download it and let it go; the seconds that it took."""
    query = {
        "series": "minute",
        "from": BEGIN.isoformat(),
        "to": END.isoformat(),
        **dict([more.split("=")] if more else []),
    }
    headers = {"Authorization": f"Bearer {token}"}
    began = time.monotonic()
    with httpx.stream(
        "GET", f"{served.base}/api/v1/export/{what}", params=query, headers=headers, timeout=WAIT_S
    ) as answer:
        answer.raise_for_status()
        for _ in answer.iter_raw():
            pass
    return time.monotonic() - began
