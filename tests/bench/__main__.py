"""Runs the benchmarks: `python -m tests.bench [NAME ...]`; figures go to build/bench.json."""

import importlib
import json
import sys
import time
from pathlib import Path
from typing import Protocol, cast

from rich.console import Console
from rich.table import Table

BENCHMARKS = (
    "decode",
    "message",
    "mqtt",
    "ingest",
    "fleet",
    "cheats",
    "rules",
    "alerts",
    "api",
    "api_feed",
    "api_export",
    "console",
)
RESULTS = Path("build/bench.json")


class Benchmark(Protocol):
    """A module of tests/bench: `run` gives flat keys and figures."""

    def run(self) -> dict[str, float]: ...


def main(names: list[str]) -> int:
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        print(f"no benchmark {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}")
        return 2
    found: dict[str, float] = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    console = Console()
    for name in names or BENCHMARKS:
        began = time.monotonic()
        with console.status(f"running {name} ..."):
            module = importlib.import_module(f"tests.bench.{name}")
            figures = cast("Benchmark", cast("object", module)).run()
        table = Table(title=f"{name} ({time.monotonic() - began:.0f} s)", title_justify="left")
        table.add_column("figure")
        table.add_column("value", justify="right")
        for key, value in figures.items():
            table.add_row(key, f"{value:,.4g}" if value < 10_000 else f"{value:,.0f}")
        console.print(table)
        found |= figures
        RESULTS.parent.mkdir(exist_ok=True)
        RESULTS.write_text(json.dumps(found, indent=2, sort_keys=True) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
