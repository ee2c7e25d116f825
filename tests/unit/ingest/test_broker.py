"""Where the broker is and how long to wait between attempts."""

from dataclasses import replace

import pytest

from services.ingest.broker import BrokerAddress, ConsumerSettings, address_of, backoff_s

SETTINGS = ConsumerSettings(
    url="mqtt://ingest:s3cret@broker.test", client_id="ingest-0", filters=("hj212/+",)
)


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("mqtt://h", BrokerAddress("h", 1883, tls=False, username=None, password=None)),
        ("mqtts://h", BrokerAddress("h", 8883, tls=True, username=None, password=None)),
        (
            "mqtt://a:p%40ss@[::1]:99",
            BrokerAddress("::1", 99, tls=False, username="a", password="p@ss"),  # noqa: S106 - nobody's
        ),
    ],
    ids=["plain", "TLS", "with password and port"],
)
def test_a_url_is_taken_apart(url: str, address: BrokerAddress):
    assert address_of(url) == address


@pytest.mark.parametrize(
    "url", ["http://h", "mqtt://", "h:1883", "mqtt://u:s3cret@h:port"], ids=str
)
def test_a_url_that_is_none_is_refused_without_showing_its_password(url: str):
    with pytest.raises(ValueError, match=r"^(?!.*s3cret)"):
        address_of(url)


@pytest.mark.parametrize(
    "changes",
    [{"receive_maximum": 0}, {"receive_maximum": 65_536}, {"keep_alive_s": 0}, {"filters": ()}],
    ids=str,
)
def test_settings_that_mqtt_cannot_express_are_refused(changes: dict[str, object]):
    with pytest.raises(ValueError, match=r"MQTT"):
        replace(SETTINGS, **changes)  # pyright: ignore[reportArgumentType] - wrong on purpose


def test_settings_and_address_print_without_the_password():
    assert "s3cret" not in repr(SETTINGS)
    assert "s3cret" not in repr(address_of(SETTINGS.url))


def test_waiting_doubles_up_to_the_limit_and_half_of_it_is_chance():
    settings = replace(SETTINGS, backoff_first_s=0.5, backoff_limit_s=30.0)

    longest = [backoff_s(settings, failures, lambda: 1.0) for failures in range(8)]
    shortest = [backoff_s(settings, failures, lambda: 0.0) for failures in range(8)]

    assert longest == [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0]
    assert shortest == [seconds / 2 for seconds in longest]
    assert backoff_s(settings, 100_000, lambda: 1.0) == 30.0
