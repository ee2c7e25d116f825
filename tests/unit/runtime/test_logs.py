import io
import json
import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import structlog

from services.runtime.logs import configure_logs
from services.runtime.settings import Settings


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def plain_logging_afterwards() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def test_elsewhere_than_on_a_terminal_an_event_is_one_json_line_in_utc() -> None:
    stream = io.StringIO()
    configure_logs(Settings(), stream)

    structlog.stdlib.get_logger("ingest").warning("batch_retried", plant="晴空", wait_s=0.5)

    [line] = stream.getvalue().splitlines()
    event = json.loads(line)
    assert datetime.fromisoformat(event.pop("timestamp")).utcoffset() == timedelta(0)
    assert event == {
        "event": "batch_retried",
        "level": "warning",
        "logger": "ingest",
        "plant": "晴空",
        "wait_s": 0.5,
    }
    assert "晴空" in line


def test_on_a_terminal_events_are_for_people() -> None:
    stream = Terminal()
    configure_logs(Settings(), stream)

    structlog.stdlib.get_logger("ingest").info("slot_taken", slot=0)

    assert "slot_taken" in stream.getvalue()
    assert not stream.getvalue().startswith("{")


def test_what_a_library_logs_comes_out_in_the_same_form() -> None:
    stream = io.StringIO()
    configure_logs(Settings(), stream)

    logging.getLogger("psycopg.pool").warning("connection %d lost", 7)

    event = json.loads(stream.getvalue())
    assert (event["event"], event["logger"]) == ("connection 7 lost", "psycopg.pool")


def test_an_error_keeps_its_traceback_in_the_line() -> None:
    stream = io.StringIO()
    configure_logs(Settings(), stream)

    try:
        int("planted")
    except ValueError:
        structlog.stdlib.get_logger("ingest").exception("loop_failed")

    assert "ValueError: invalid literal" in json.loads(stream.getvalue())["exception"]


def test_events_below_the_level_are_not_told() -> None:
    stream = io.StringIO()
    configure_logs(Settings(log_level="warning"), stream)

    structlog.stdlib.get_logger("ingest").info("slot_taken")
    logging.getLogger("other").info("connected")

    assert stream.getvalue() == ""
