"""As whom a slot connects, and how long it waits between attempts."""

from dataclasses import replace

import pytest

from services.ingest.broker import ConsumerSettings, wait_s

SETTINGS = ConsumerSettings(
    url="mqtt://ingest:s3cret@broker.test", client_id="ingest-0", filters=("hj212/+",)
)


@pytest.mark.parametrize(
    "changes",
    [{"receive_maximum": 0}, {"receive_maximum": 65_536}, {"keep_alive_s": 0}, {"filters": ()}],
    ids=str,
)
def test_settings_that_mqtt_cannot_express_are_refused(changes: dict[str, object]):
    with pytest.raises(ValueError, match=r"MQTT"):
        replace(SETTINGS, **changes)  # pyright: ignore[reportArgumentType] - wrong on purpose


def test_a_url_that_is_none_is_refused_without_showing_its_password():
    with pytest.raises(ValueError, match=r"^(?!.*s3cret)"):
        replace(SETTINGS, url="http://u:s3cret@h")


def test_settings_print_without_the_password():
    assert "s3cret" not in repr(SETTINGS)


def test_waiting_doubles_up_to_the_limit_and_half_of_it_is_chance():
    settings = replace(SETTINGS, backoff_first_s=0.5, backoff_limit_s=30.0)

    longest = [wait_s(settings, failures, lambda: 1.0) for failures in range(8)]
    shortest = [wait_s(settings, failures, lambda: 0.0) for failures in range(8)]

    assert longest == [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0]
    assert shortest == [seconds / 2 for seconds in longest]
    assert wait_s(settings, 100_000, lambda: 1.0) == 30.0
