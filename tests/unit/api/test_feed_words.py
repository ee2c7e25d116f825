"""The stream's text is what text/event-stream says, and its ids come back as they were given."""

from dataclasses import replace
from datetime import UTC, datetime

import orjson
import pytest

from services.api.feed_words import greeting, heartbeat, item_of, position_of, reset
from services.store.feed import Told

AT = datetime(2026, 8, 10, 1, tzinfo=UTC)
TOLD = Told(
    *(7, "alert", 70, 12, 3, "opened", "settled", "platform", AT, AT, "open", "red", AT, None),
    *("limit_hour", 1, "P1", "示例厂", "Example", "DA001", "一号\n排口", "out", "a21026", None),
    *("超标", "over", None),
)


def test_an_event_is_one_block_of_three_lines() -> None:
    item = item_of(TOLD)

    lines = item.text.decode().split("\n")
    assert lines[:2] == ["id: 7", "event: alert"]
    assert lines[2].startswith("data: {")
    assert lines[3:] == ["", ""]


def test_an_event_says_what_happened_in_the_sites_time() -> None:
    item = item_of(TOLD)

    said = orjson.loads(item.text.decode().split("\n")[2].removeprefix("data: "))
    assert (said["number"], said["key"], said["plant"], said["severity"]) == (7, 12, "P1", "red")
    assert said["at"] == "2026-08-10T09:00:00+08:00"
    assert said["subject_name"] == "一号\n排口"
    assert said["until"] is None


def test_an_item_keeps_what_it_is_chosen_by() -> None:
    item = item_of(TOLD._replace(plant=None))

    assert (item.number, item.about, item.plant, item.kind) == (7, "alert", None, "limit_hour")
    assert replace(item, text=b"").severity == "red"


def test_a_heartbeat_tells_how_far_one_has_come_and_its_event_has_no_id() -> None:
    comment, event, rest = heartbeat(9).decode().split("\n\n")

    assert comment == ": heartbeat\nid: 9"
    assert event == 'event: heartbeat\ndata: {"number":9}'
    assert rest == ""
    assert greeting(9) == b"retry: 1000\nid: 9\n\n"


def test_a_reset_is_an_event_of_its_own() -> None:
    assert reset(9) == b'id: 9\nevent: reset\ndata: {"number":9}\n\n'


@pytest.mark.parametrize(
    ("text", "position"),
    [
        pytest.param(None, None, id="none"),
        pytest.param("", None, id="empty"),
        pytest.param("0", 0, id="the beginning"),
        pytest.param(" 17 ", 17, id="a number"),
    ],
)
def test_the_last_id_says_where_to_go_on(text: str | None, position: int | None) -> None:
    assert position_of(text) == position


@pytest.mark.parametrize("text", ["-1", "1.5", "x", "٣", "9" * 30])
def test_what_is_no_id_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="id of an event"):
        position_of(text)
