"""`qingkong demo` from nothing, without a terminal, and once more on the data it kept."""

import re
import signal
import subprocess
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from services.embedded import servers
from tests.fixtures.servers import Yard

PROGRAM = (sys.executable, "-c", "from services.demo.commands import app; app()")
STORED = re.compile(r"stored 入库 ([0-9,]+)")
KEPT = re.compile(r"库内累计 ([0-9,]+)")
JUDGED = re.compile(r"judged 已判 ([0-9,]+)")


@pytest.fixture
def home(yard: Yard) -> Iterator[Path]:
    place = yard.place()
    yield place
    servers.reset(place)


@contextmanager
def running_demo(home: Path, *more: str) -> Generator[subprocess.Popen[str]]:
    with subprocess.Popen(  # noqa: S603 - the words are ours
        [*PROGRAM, "--home", str(home), *more],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def ended(process: subprocess.Popen[str], by: signal.Signals | None = None) -> tuple[str, str]:
    if by is not None:
        process.send_signal(by)
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    assert "Traceback" not in errors
    return output, errors


def lines_until_judged(process: subprocess.Popen[str]) -> str:
    """What it prints up to the first line that counts verdicts."""
    assert process.stdout is not None
    said: list[str] = []
    for line in process.stdout:
        said.append(line)
        if JUDGED.search(line) and last(JUDGED, line):
            break
    return "".join(said)


def last(number: re.Pattern[str], said: str) -> int:
    return int(number.findall(said)[-1].replace(",", ""))


@pytest.mark.timeout(200)
def test_the_demo_stores_and_judges_and_goes_on_with_what_it_kept(home: Path) -> None:
    with running_demo(home) as process:
        first = lines_until_judged(process)
        rest, _ = ended(process, signal.SIGINT)
    stopped = not servers.status(home).running
    with running_demo(home, "--seconds", "5") as process:
        again, _ = ended(process)

    assert last(STORED, first) > 3
    assert "示例" in first
    assert stopped
    assert f"The data is kept in {home}" in rest
    assert f"qingkong embedded up --home {home}" in rest
    assert "qingkong limits list" in rest
    assert last(JUDGED, again) > 0
    assert last(KEPT, again) > last(STORED, again)
    assert "stopped" in (home / "ingest.log").read_text().splitlines()[-1]
    assert '"judged"' in (home / "alerts.log").read_text()


@pytest.mark.timeout(200)
def test_a_demo_that_is_ended_by_its_operator_says_at_once_that_it_stops(home: Path) -> None:
    with running_demo(home) as process:
        assert process.stdout is not None
        begun = process.stdout.readline()
        output, errors = ended(process, signal.SIGINT)

    assert re.search(r"console 控制台 http://127\.0\.0\.1:\d+/console", begun)
    assert "stopping 正在停止 ..." in errors
    assert "The data is kept" in output
