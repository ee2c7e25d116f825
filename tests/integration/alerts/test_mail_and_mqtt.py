"""E-mail through a real mail server, and MQTT through a real broker."""

import asyncio
import ipaddress
import ssl
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import aiomqtt
import orjson
import pytest

from schemas.notice import Channel, Delivery, DeliveryState, Form, Message, Receiver
from services.alerts.notify.channel import Letter
from services.alerts.notify.email import Post, send_email
from services.alerts.notify.mqtt import Brokers, send_mqtt, topic_of
from services.cases.receiver_words import Secrets
from services.embedded.mosquitto import Mosquitto
from services.runtime.addresses import Gate
from services.runtime.broker_address import TlsFiles, broker_address, tls_context
from services.runtime.clock import utc_now
from services.runtime.smtp_address import smtp_address
from tests.fixtures.certificates import Authority
from tests.fixtures.hearing import mail_server
from tests.fixtures.notices import NOW

HERE = (ipaddress.ip_network("127.0.0.0/8"),)
KEY = UUID("00000000-0000-4000-8000-000000000002")
MESSAGE = Message(
    form=Form.EVENT,
    title="【晴空】橙色\r\nBcc: all@bureau.example",
    text="第一行\n<script>第二行",
    short="s",
    items=({"plant": "P/1"},),
)
DUTY = Receiver(name="duty", channel=Channel.EMAIL, address="duty@bureau.example")


def letter(address: str, secret: str = "", **config: object) -> Letter:
    delivery = Delivery(1, KEY, "duty", MESSAGE, DeliveryState.WAITING, 1, NOW, NOW)
    receiver = DUTY.model_copy(update={"config": config})
    return Letter(delivery, receiver, Secrets(address, secret), NOW)


async def here(_host: str, _port: int) -> Sequence[str]:
    return ["127.0.0.1"]


def certified(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    authority = Authority(folder, utc_now())
    holder = authority.issue("server", "localhost")
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(holder.certificate, holder.key)
    return serving, tls_context(TlsFiles(ca=authority.certificate))


@pytest.mark.parametrize("scheme", ["smtp", "smtps"], ids=["STARTTLS", "TLS"])
async def test_a_mail_goes_out_over_tls(tmp_path: Path, scheme: str) -> None:
    serving, trusting = certified(tmp_path)
    login = scheme == "smtp"
    with mail_server(serving, implicit=scheme == "smtps", login=login) as server:
        url = f"{scheme}://{'bureau:correct@' if login else ''}localhost:{server.port}"
        post = Post(smtp_address(url), "qingkong@bureau.example", Gate(HERE, here), trusting)
        why = await send_email(post, letter("duty@bureau.example"))

    assert why == ""
    (mail,) = server.mailbox.mails
    assert mail["Message-ID"] == f"<{KEY}@bureau.example>"
    assert mail["Subject"] == "【晴空】橙色 Bcc: all@bureau.example"
    assert mail["Bcc"] is None
    assert mail.get_content_type() == "text/plain"
    payload = mail.get_payload(decode=True)
    assert isinstance(payload, bytes)
    assert "<script>第二行" in payload.decode()


async def test_a_password_is_not_sent_where_the_server_speaks_no_tls(tmp_path: Path) -> None:
    _, trusting = certified(tmp_path)
    with mail_server() as server:
        url = f"smtp://bureau:correct@localhost:{server.port}"
        post = Post(smtp_address(url), "q@bureau.example", Gate(HERE, here), trusting)
        why = await send_email(post, letter("duty@bureau.example"))

    assert why.startswith("the mail server: ")
    assert server.mailbox.mails == []


async def test_a_server_with_the_certificate_of_another_gets_nothing(tmp_path: Path) -> None:
    serving, trusting = certified(tmp_path)
    with mail_server(serving, implicit=True) as server:
        url = f"smtps://mail.example:{server.port}"
        post = Post(smtp_address(url), "q@bureau.example", Gate(HERE, here), trusting)
        why = await send_email(post, letter("duty@bureau.example"))

    assert why.startswith("the mail server")
    assert server.mailbox.mails == []


async def test_a_relay_of_the_inner_network_may_do_without(tmp_path: Path) -> None:
    _, trusting = certified(tmp_path)
    with mail_server() as server:
        address = smtp_address(f"smtp+plain://localhost:{server.port}")
        allowed = await send_email(
            Post(address, "q@bureau.example", Gate(HERE, here), trusting), letter("a@b.example")
        )
        inner = await send_email(
            Post(address, "q@bureau.example", Gate((), here), trusting), letter("a@b.example")
        )

    assert allowed == ""
    assert "QINGKONG_NOTIFY_ALLOW_NETWORKS" in inner
    assert len(server.mailbox.mails) == 1


@pytest.mark.parametrize("said", ["451 later", "550 no such user"])
async def test_a_refusal_is_told(tmp_path: Path, said: str) -> None:
    _, trusting = certified(tmp_path)
    with mail_server() as server:
        server.mailbox.refuse = said
        address = smtp_address(f"smtp+plain://localhost:{server.port}")
        post = Post(address, "q@bureau.example", Gate(HERE, here), trusting)
        why = await send_email(post, letter("a@b.example"))

    assert said[:3] in why


async def test_without_a_mail_server_the_setting_is_named(tmp_path: Path) -> None:
    _, trusting = certified(tmp_path)

    why = await send_email(Post(None, "q@b.example", Gate(), trusting), letter("a@b.example"))

    assert why == "no mail server: set QINGKONG_SMTP_URL"


async def test_mqtt_is_published_on_the_receivers_topic(mosquitto: Mosquitto) -> None:
    known = broker_address(mosquitto.url)
    async with aiomqtt.Client(
        known.host, known.port, username=known.username, password=known.password
    ) as listener:
        await listener.subscribe("alerts/#", qos=1)
        why = await send_mqtt(
            Brokers(Gate(HERE), TlsFiles()),
            letter(mosquitto.url, topic="alerts/{plant}/{receiver}"),
        )
        async with asyncio.timeout(5):
            heard = await anext(aiter(listener.messages))

    assert why == ""
    assert str(heard.topic) == "alerts/P_1/duty"
    assert isinstance(heard.payload, bytes)
    assert orjson.loads(heard.payload)["key"] == str(KEY)


async def test_a_broker_of_an_inner_network_is_refused(mosquitto: Mosquitto) -> None:
    why = await send_mqtt(Brokers(Gate(), TlsFiles()), letter(mosquitto.url))

    assert "QINGKONG_NOTIFY_ALLOW_NETWORKS" in why


async def test_a_wrong_password_is_a_sentence(mosquitto: Mosquitto) -> None:
    wrong = replace(letter(mosquitto.url), secrets=Secrets(mosquitto.url, "wrong"))

    why = await send_mqtt(Brokers(Gate(HERE), TlsFiles()), wrong)

    assert why.startswith("the broker: ")
    assert "wrong" not in why


@pytest.mark.parametrize(
    ("template", "topic"),
    [("a/{receiver}", "a/duty"), ("a/#/+", "a/_/_"), ("{plant}", "P_1")],
)
def test_a_topic_never_reads_as_more_than_one(template: str, topic: str) -> None:
    assert topic_of(letter("mqtt://h", topic=template)) == topic
