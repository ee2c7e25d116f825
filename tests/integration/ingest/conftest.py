"""Both consumers, by one fixture, with settings for a broker of the test's own."""

import asyncio

import pytest

from services.embedded.mosquitto import Mosquitto
from services.ingest.broker import ConsumerSettings
from services.ingest.events import (
    Event,
)
from services.ingest.mqtt import MqttConsumer
from services.ingest.mqtt_paho import PahoConsumer
from tests.fixtures.consumer import Make, Watched

IMPLEMENTATIONS = {"mqtt5": MqttConsumer, "paho": PahoConsumer}


@pytest.fixture(params=list(IMPLEMENTATIONS))
def make(request: pytest.FixtureRequest) -> Make:
    implementation = IMPLEMENTATIONS[str(request.param)]

    def make(settings: ConsumerSettings) -> Watched:
        events = asyncio.Queue[Event]()
        consumer = implementation(
            settings,
            wall_clock_us=lambda: 1_700_000_000_000_000,
            random=lambda: 0.0,
            on_event=events.put_nowait,
        )
        return Watched(consumer, events)

    return make


@pytest.fixture
def settings(broker: Mosquitto) -> ConsumerSettings:
    return ConsumerSettings(
        url=broker.url,
        client_id="ingest-0",
        filters=("hj212/+",),
        receive_maximum=100,
        backoff_first_s=0.1,
        backoff_limit_s=0.2,
        reply_timeout_s=5.0,
    )
