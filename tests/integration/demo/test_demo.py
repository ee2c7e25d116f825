"""`qingkong demo` from nothing, without a terminal, and once more on the data it kept."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.embedded import servers
from tests.fixtures.servers import Yard

PROGRAM = (sys.executable, "-c", "from services.demo.commands import app; app()")
STORED = re.compile(r"stored 入库 ([0-9]+)")


@pytest.fixture
def home(yard: Yard) -> Iterator[Path]:
    place = yard.place()
    yield place
    servers.reset(place)


def demo(home: Path) -> str:
    words = [*PROGRAM, "--home", str(home), "--seconds", "12"]
    done = subprocess.run(  # noqa: S603 - the words are ours
        words, capture_output=True, text=True, timeout=90, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.timeout(200)
def test_the_demo_stores_readings_and_stops_cleanly(home: Path) -> None:
    first = demo(home)
    stopped = not servers.status(home).running
    again = demo(home)

    assert int(STORED.findall(first)[-1]) > 3
    assert int(STORED.findall(again)[-1]) > 3
    assert "示例" in first
    assert f"The data is kept in {home}" in first
    assert stopped
    assert "stopped" in (home / "ingest.log").read_text().splitlines()[-1]
