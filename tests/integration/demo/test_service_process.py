"""A service of the demo: what it says goes to its log, and it ends when it is told to."""

import os
from pathlib import Path

from services.demo.service_process import Service, running


def service(folder: Path, *words: str) -> Service:
    return Service(words, folder / "log", os.environ)


def test_a_service_is_named_by_its_command_and_keeps_its_environment_to_itself() -> None:
    secret = Service(("alerts", "run"), Path("log"), {"QINGKONG_DATABASE_URL": "secret"})

    assert secret.name == "alerts run"
    assert "secret" not in repr(secret)


async def test_what_a_service_says_before_it_ends_by_itself_is_in_its_log(tmp_path: Path) -> None:
    told = service(tmp_path, "--version")

    async with running(told) as process:
        ended = await process.wait()

    assert ended == 0
    assert told.log.read_text().startswith("qingkong ")


async def test_a_service_that_runs_is_stopped_at_the_end(tmp_path: Path) -> None:
    async with running(service(tmp_path, "decode", "-")) as process:
        begun = process.returncode

    assert begun is None
    assert process.returncode is not None
