"""`qingkong demo` from nothing, without a terminal, and once more on the data it kept."""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.embedded import servers
from tests.fixtures.servers import Yard

PROGRAM = (sys.executable, "-c", "from services.demo.commands import app; app()")
STORED = re.compile(r"stored 入库 ([0-9,]+)")
KEPT = re.compile(r"库内累计 ([0-9,]+)")


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


def last(number: re.Pattern[str], said: str) -> int:
    return int(number.findall(said)[-1].replace(",", ""))


@pytest.mark.timeout(200)
def test_the_demo_stores_readings_and_stops_cleanly(home: Path) -> None:
    first = demo(home)
    stopped = not servers.status(home).running
    again = demo(home)

    assert last(STORED, first) > 3
    assert last(STORED, again) > 3
    assert "示例" in first
    assert last(KEPT, again) > last(STORED, again)
    assert f"The data is kept in {home}" in first
    assert stopped
    assert "stopped" in (home / "ingest.log").read_text().splitlines()[-1]


@pytest.mark.timeout(200)
def test_a_demo_that_is_ended_by_its_operator_says_at_once_that_it_stops(home: Path) -> None:
    with subprocess.Popen(  # noqa: S603 - the words are ours
        [*PROGRAM, "--home", str(home)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        begun = process.stdout.readline()
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=60)

    assert "database" in begun
    assert process.returncode == 0, errors
    assert "stopping 正在停止 ..." in errors
    assert "Traceback" not in errors
    assert "The data is kept" in output
