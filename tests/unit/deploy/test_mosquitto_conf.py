from itertools import pairwise
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[3] / "deploy" / "mosquitto"


def settings(name: str) -> list[str]:
    text = (FOLDER / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


@pytest.mark.parametrize(
    "line",
    [
        "persistence true",
        "autosave_interval 1",
        "autosave_on_changes false",
        "max_queued_messages 1000000000",
        "max_queued_bytes 0",
        "max_inflight_messages 1000",
        "max_packet_size 8388608",
        "allow_anonymous false",
        "password_file /mosquitto/secrets/passwords",
        "acl_file /mosquitto/config/access",
    ],
)
def test_what_delivery_rests_on_is_set(line: str) -> None:
    assert line in settings("mosquitto.conf")


def test_every_listener_speaks_tls() -> None:
    lines = settings("mosquitto.conf")

    words = [line.split()[0] for line in lines]

    assert words.count("listener") == words.count("certfile") == words.count("keyfile") == 2


def test_sessions_do_not_expire() -> None:
    assert not any("persistent_client_expiration" in line for line in settings("mosquitto.conf"))


def test_a_device_may_write_its_own_topics_and_nothing_else() -> None:
    patterns = [line for line in settings("access") if line.startswith("pattern")]

    assert patterns == ["pattern write hj212/%u", "pattern write cems/v1/%u"]


def test_every_setting_of_the_broker_has_its_reason_above_it() -> None:
    text = (FOLDER / "mosquitto.conf").read_text(encoding="utf-8")
    first_listener = text.split("listener 8884")[0]

    lines = first_listener.splitlines()
    bare = [
        line
        for before, line in pairwise(lines)
        if line and line[0] != "#" and not before.startswith("#")
    ]

    assert bare == []
