"""What only the consumer on the mqtt5 codec promises: held-back reading, last copies, TLS."""

import asyncio
import ssl
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from services.embedded.mosquitto import Mosquitto
from services.ingest.broker import ConsumerSettings
from services.ingest.events import Closed, SessionLost, Subscribed
from tests.fixtures.consumer import Make, payloads_of, publish, running
from tests.fixtures.proxy import MakeProxy

pytestmark = pytest.mark.parametrize("make", ["mqtt5"], indirect=True)


async def test_while_paused_nothing_is_read_and_afterwards_nothing_is_missing(
    make: Make, settings: ConsumerSettings, broker: Mosquitto
):
    async with running(make(replace(settings, keep_alive_s=1))) as ingest:
        ingest.consumer.pause()
        sent = await publish(broker, 40)

        assert await ingest.consumer.take(1, 2.0) == []  # longer than the broker's patience
        ingest.consumer.resume()
        assert payloads_of(await ingest.take(40)) == sent
        assert ingest.consumer.state.connections == 1


async def test_messages_of_qos_0_stop_the_reading_when_they_pile_up(
    make: Make, settings: ConsumerSettings, broker: Mosquitto
):
    tight = replace(settings, max_pending_bytes=40_000, receive_maximum=65_535)
    async with running(make(tight)) as ingest:
        await publish(broker, 400, qos=0, size=2000)
        first = await ingest.take(1)
        held = ingest.consumer.pending()
        rest = await ingest.take(399)

        assert held < 399
        assert payloads_of(first + rest) == sorted(payloads_of(first + rest))


async def test_what_a_broker_that_lost_the_session_had_sent_stays_for_the_taker(
    make: Make, settings: ConsumerSettings, broker: Mosquitto
):
    async with running(make(settings)) as ingest:
        sent = await publish(broker, 5)
        await asyncio.to_thread(broker.stop)
        await ingest.saw(Closed)
        for file in (broker.folder / "store").iterdir():
            file.unlink()
        await asyncio.to_thread(broker.start)
        await ingest.saw(SessionLost)
        await ingest.saw(Subscribed)

        assert payloads_of(await ingest.take(5)) == sent
        assert ingest.consumer.state.session_lost == 1


async def test_it_can_be_closed_while_the_broker_has_not_answered_yet(
    make: Make, settings: ConsumerSettings, broker: Mosquitto, proxy: MakeProxy
):
    way = await proxy("127.0.0.1", broker.port)
    way.deaf()
    url = settings.url.replace(str(broker.port), str(way.port))
    waiting = make(replace(settings, url=url, reply_timeout_s=60.0))

    async with asyncio.timeout(10.0), asyncio.TaskGroup() as tasks:
        run = tasks.create_task(waiting.consumer.run(), name="consumer")
        await waiting.consumer.take(1, 0.3)
        await waiting.consumer.close()
        await waiting.consumer.close()

    assert run.done()
    assert waiting.consumer.state.connections == 0


async def test_it_connects_by_tls_and_trusts_only_the_given_authority(
    make: Make, settings: ConsumerSettings, broker: Mosquitto, tmp_path: Path
):
    certificate, key = self_signed(tmp_path)
    async with tls_front(broker, certificate, key) as port:
        url = settings.url.replace("mqtt:", "mqtts:").replace(str(broker.port), str(port))
        trusting = replace(settings, url=url, ca_path=certificate)
        async with running(make(trusting)) as ingest:
            sent = await publish(broker, 3)

            assert payloads_of(await ingest.take(3)) == sent

        doubting = make(replace(settings, url=url))
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(doubting.consumer.run(), name="consumer")
            closed = await doubting.saw(Closed)
            await doubting.consumer.close()

    assert "CERTIFICATE_VERIFY_FAILED" in str(closed)


def self_signed(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    start = datetime(2020, 1, 1, tzinfo=UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=36_500))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    certificate_path, key_path = folder / "front.crt", folder / "front.key"
    certificate_path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return certificate_path, key_path


@asynccontextmanager
async def tls_front(broker: Mosquitto, certificate: Path, key: Path) -> AsyncGenerator[int]:
    """Take TLS off and pass the bytes on to the broker."""

    async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while piece := await reader.read(65_536):
                writer.write(piece)
                await writer.drain()
        except OSError:
            return
        finally:
            writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", broker.port)
        async with asyncio.TaskGroup() as both:
            both.create_task(copy(reader, far_writer), name="up")
            both.create_task(copy(far_reader, writer), name="down")

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    async with await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context) as server:
        yield int(server.sockets[0].getsockname()[1])
