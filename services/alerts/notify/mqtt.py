"""MQTT: the message as JSON on a topic of the receiver's own, QoS 1."""

import logging
import ssl
from dataclasses import dataclass
from typing import Final

import aiomqtt

from services.alerts.notify.channel import Letter, text_of
from services.alerts.notify.webhook import body_of
from services.runtime.addresses import ForbiddenAddressError, Gate
from services.runtime.broker_address import BrokerAddress, TlsFiles, broker_address, tls_context

TIMEOUT_S: Final = 10.0
USUAL_TOPIC: Final = "qingkong/alerts/{receiver}"
WILD = frozenset("+#\0")


@dataclass(frozen=True, slots=True)
class Brokers:
    """How brokers are reached."""

    gate: Gate
    trust: TlsFiles


class NamedContext(ssl.SSLContext):
    """Verifies the name that was resolved, and not the address that is connected to."""

    name: str = ""

    def wrap_socket(self, sock: object, *args: object, **words: object) -> ssl.SSLSocket:  # type: ignore[override] # pyright: ignore[reportIncompatibleMethodOverride] - only the name is replaced
        words["server_hostname"] = self.name
        return super().wrap_socket(sock, *args, **words)  # type: ignore[arg-type] # pyright: ignore[reportArgumentType] - handed on as they came


async def send_mqtt(brokers: Brokers, letter: Letter) -> str:
    """Publish it and wait until the broker has taken it."""
    try:
        broker = broker_address(letter.secrets.address)
        topic = topic_of(letter)
        address = await brokers.gate.address_of(broker.host, broker.port)
        client = aiomqtt.Client(
            address,
            broker.port,
            username=broker.username,
            password=letter.secrets.secret or broker.password,
            # The same for each try: a second one takes the place of one that hangs.
            identifier=f"qingkong-notify-{letter.key[:8]}",
            protocol=aiomqtt.ProtocolVersion.V5,
            tls_context=_tls(broker, brokers.trust),
            timeout=TIMEOUT_S,
            logger=_quiet(),
        )
        async with client:
            await client.publish(topic, body_of(letter), qos=1)
    except (ForbiddenAddressError, ValueError) as error:
        return str(error)
    except aiomqtt.MqttError as error:
        return f"the broker: {error}"[:300]
    except OSError as error:
        return f"the broker cannot be reached: {error.strerror or type(error).__name__}"
    return ""


def topic_of(letter: Letter) -> str:
    """The receiver's template with {receiver} and {plant} put in, without what MQTT reads as more.

    Raises ValueError when nothing is left to publish to.
    """
    items = letter.delivery.message.items
    plants = {str(item.get("plant") or "") for item in items}
    plant = plants.pop() if len(plants) == 1 else ""
    template = text_of(letter.receiver.config, "topic", USUAL_TOPIC)
    words = {"{receiver}": letter.receiver.name, "{plant}": plant or "-"}
    topic = template
    for word, value in words.items():
        topic = topic.replace(word, value.replace("/", "_"))
    topic = "".join("_" if character in WILD else character for character in topic)
    if not topic.strip("/"):
        raise ValueError("the receiver's topic is empty")
    return topic


def _tls(broker: BrokerAddress, trust: TlsFiles) -> ssl.SSLContext | None:
    if not broker.tls:
        return None
    usual = tls_context(trust)
    named = NamedContext(ssl.PROTOCOL_TLS_CLIENT)
    named.name = broker.host
    named.minimum_version = usual.minimum_version
    if trust.ca is None:
        named.load_default_certs()
    else:
        named.load_verify_locations(trust.ca)
    return named


def _quiet() -> logging.Logger:
    """The library's own words would say each failure twice."""
    quiet = logging.getLogger("qingkong.notify.mqtt")
    quiet.setLevel(logging.CRITICAL)
    return quiet
