"""Webhooks, robots and SMS over real connections, with receivers good and bad."""

import asyncio
import gzip
import hashlib
import hmac
import ipaddress
import ssl
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import orjson
import pytest

from schemas.notice import Channel, Delivery, DeliveryState, Form, Message, Receiver
from services.alerts.notify.channel import Letter
from services.alerts.notify.robots import (
    dingtalk_sign,
    feishu_sign,
    send_dingtalk,
    send_feishu,
    send_wecom,
)
from services.alerts.notify.sms import send_sms
from services.alerts.notify.transport import MOST_ANSWER_BYTES, Http, Request
from services.alerts.notify.webhook import genuine, send_webhook
from services.cases.receiver_words import Secrets
from services.runtime.addresses import Gate
from services.runtime.broker_address import TlsFiles, tls_context
from services.runtime.clock import utc_now
from tests.fixtures.certificates import Authority
from tests.fixtures.hearing import HttpReceiver, answer, http_receiver
from tests.fixtures.notices import NOW

HERE = (ipaddress.ip_network("127.0.0.0/8"),)
Robot = Callable[[Http, Letter], Awaitable[str]]
KEY = UUID("00000000-0000-4000-8000-000000000001")
MESSAGE = Message(
    form=Form.EVENT,
    title="标题 <b>",
    text='第一行 <at user_id="all"></at>\n第二行',
    short="短“信”\\",
)
RECEIVER = Receiver(name="room", channel=Channel.WEBHOOK, address="shown")
SECRET = "s3cret"  # noqa: S105 - of nobody
OK = b'{"errcode":0,"errmsg":"ok"}'


def letter(url: str, secret: str = SECRET, **config: object) -> Letter:
    delivery = Delivery(1, KEY, "room", MESSAGE, DeliveryState.WAITING, 1, NOW, NOW)
    return Letter(
        delivery, RECEIVER.model_copy(update={"config": config}), Secrets(url, secret), NOW
    )


def http(gate: Gate | None = None) -> Http:
    return Http(gate or Gate(HERE), ssl.create_default_context())


async def test_a_webhook_is_signed_and_can_be_verified() -> None:
    async with http_receiver(HttpReceiver()) as receiver:
        why = await send_webhook(http(), letter(f"http://127.0.0.1:{receiver.port}/in"))

    assert why == ""
    (heard,) = receiver.heard
    names = ("X-Qingkong-Key", "X-Qingkong-Timestamp", "X-Qingkong-Signature")
    headers = {name: heard.headers[name.lower()] for name in names}
    assert genuine("s3cret", headers, heard.body)
    assert not genuine("other", headers, heard.body)
    assert not genuine("s3cret", headers, heard.body + b" ")
    stamped = f"{int(NOW.timestamp())}.".encode() + heard.body
    by_hand = hmac.new(b"s3cret", stamped, hashlib.sha256).hexdigest()
    assert headers["X-Qingkong-Signature"] == f"sha256={by_hand}"
    assert headers["X-Qingkong-Key"] == str(KEY)
    assert orjson.loads(heard.body)["text"] == MESSAGE.text


async def test_a_redirect_is_not_followed() -> None:
    async with http_receiver(HttpReceiver()) as inner:
        place = f"Location: http://127.0.0.1:{inner.port}/"
        async with http_receiver(HttpReceiver((answer(307, b"", place),))) as receiver:
            why = await send_webhook(http(), letter(f"http://127.0.0.1:{receiver.port}/"))

    assert "redirects are not followed" in why
    assert inner.heard == []


@pytest.mark.parametrize("status", [400, 404, 429, 500, 503])
async def test_what_is_no_2xx_is_a_failure_with_its_words(status: int) -> None:
    async with http_receiver(HttpReceiver((answer(status, "没有\n".encode()),))) as receiver:
        why = await send_webhook(http(), letter(f"http://127.0.0.1:{receiver.port}/"))

    assert why == f"HTTP {status}: 没有"


async def test_nobody_there_is_a_sentence_without_the_address() -> None:
    async with http_receiver(HttpReceiver()) as receiver:
        gone = receiver.port

    why = await send_webhook(http(), letter(f"http://127.0.0.1:{gone}/token-in-the-path"))

    assert why.startswith("no connection")
    assert "token" not in why


async def test_an_endless_answer_is_read_in_its_first_part_alone() -> None:
    endless = HttpReceiver((b"HTTP/1.1 200 OK\r\n\r\n",), endless=True)
    async with http_receiver(endless) as receiver:
        found = await http().post(Request(f"http://127.0.0.1:{receiver.port}/", b"{}"))

    assert len(found.body) == MOST_ANSWER_BYTES
    assert endless.passed < 1000 * MOST_ANSWER_BYTES


async def test_a_packed_answer_is_not_unpacked() -> None:
    bomb = gzip.compress(bytes(50_000_000))
    packed = answer(200, bomb, "Content-Encoding: gzip")
    async with http_receiver(HttpReceiver((packed,))) as receiver:
        found = await http().post(Request(f"http://127.0.0.1:{receiver.port}/", b"{}"))

    assert found.body[:2] == bomb[:2]
    assert len(found.body) <= MOST_ANSWER_BYTES


@pytest.mark.parametrize(
    ("host", "what"),
    [
        ("127.0.0.1", "this host itself"),
        ("[::1]", "this host itself"),
        ("[::ffff:127.0.0.1]", "this host itself"),
        ("10.0.0.1", "inner network"),
        ("192.168.1.1", "inner network"),
        ("169.254.169.254", "of the link alone"),
        ("224.0.0.1", "for many"),
        ("0.0.0.0", "of nobody"),  # noqa: S104 - nothing is bound to it
        ("localhost", "this host itself"),
    ],
)
async def test_inner_addresses_are_refused_before_anything_is_sent(host: str, what: str) -> None:
    async with http_receiver(HttpReceiver()) as receiver:
        why = await send_webhook(http(Gate()), letter(f"http://{host}:{receiver.port}/"))

    assert what in why
    assert "QINGKONG_NOTIFY_ALLOW_NETWORKS" in why
    assert receiver.heard == []


async def test_a_name_that_means_an_inner_host_is_refused() -> None:
    async def inner(_host: str, _port: int) -> Sequence[str]:
        return ["93.184.216.34", "127.0.0.1"]

    async with http_receiver(HttpReceiver()) as receiver:
        gate = Gate((), inner)
        why = await send_webhook(http(gate), letter(f"http://evil.example:{receiver.port}/"))

    assert "evil.example is 127.0.0.1" in why
    assert receiver.heard == []


async def test_a_name_is_looked_up_once_and_what_was_checked_is_connected_to() -> None:
    said = iter([["127.0.0.1"], ["169.254.169.254"], ["169.254.169.254"]])
    asked: list[str] = []

    async def rebinding(host: str, _port: int) -> Sequence[str]:
        asked.append(host)
        return next(said)

    async with http_receiver(HttpReceiver()) as receiver:
        gate = Gate(HERE, rebinding)
        first = await send_webhook(http(gate), letter(f"http://rebind.example:{receiver.port}/"))
        second = await send_webhook(http(gate), letter(f"http://rebind.example:{receiver.port}/"))

    assert (first, len(receiver.heard)) == ("", 1)
    assert "169.254.169.254" in second
    assert asked == ["rebind.example", "rebind.example"]
    assert receiver.heard[0].headers["host"] == f"rebind.example:{receiver.port}"


@pytest.mark.parametrize(
    ("name", "well"), [("localhost", True), ("other.example", False)], ids=["its own", "another"]
)
async def test_the_certificate_is_that_of_the_name_and_not_of_the_address(
    tmp_path: Path, name: str, *, well: bool
) -> None:
    authority = Authority(tmp_path, utc_now())
    holder = authority.issue("server", "localhost")
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(holder.certificate, holder.key)

    async def here(_host: str, _port: int) -> Sequence[str]:
        return ["127.0.0.1"]

    client = Http(Gate(HERE, here), tls_context(TlsFiles(ca=authority.certificate)))
    async with http_receiver(HttpReceiver(), serving) as receiver:
        why = await send_webhook(client, letter(f"https://{name}:{receiver.port}/"))

    assert (why == "") is well
    assert len(receiver.heard) == int(well)


async def test_a_slow_receiver_is_given_up_by_whoever_waits() -> None:
    slow = HttpReceiver(hold=asyncio.Event())
    async with http_receiver(slow) as receiver:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await send_webhook(http(), letter(f"http://127.0.0.1:{receiver.port}/"))


async def test_dingtalk_gets_plain_text_and_a_signature_in_its_url() -> None:
    async with http_receiver(HttpReceiver((answer(200, OK),))) as receiver:
        url = f"http://127.0.0.1:{receiver.port}/robot/send?access_token=T"
        why = await send_dingtalk(http(), letter(url, "SEC1"))

    assert why == ""
    (heard,) = receiver.heard
    timestamp = str(int(NOW.timestamp() * 1000))
    assert f"access_token=T&timestamp={timestamp}&sign=" in heard.path
    body = orjson.loads(heard.body)
    assert body["msgtype"] == "text"
    assert body["text"]["content"].startswith("标题 <b>\n第一行")


async def test_feishu_gets_text_elements_in_which_no_mention_is_read() -> None:
    async with http_receiver(HttpReceiver((answer(200, b'{"code":0}'),))) as receiver:
        why = await send_feishu(http(), letter(f"http://127.0.0.1:{receiver.port}/hook", "SEC2"))

    assert why == ""
    body = orjson.loads(receiver.heard[0].body)
    assert body["sign"] == feishu_sign("SEC2", str(int(NOW.timestamp())))
    lines = body["content"]["post"]["zh_cn"]["content"]
    assert [[part["tag"] for part in line] for line in lines] == [["text"], ["text"]]


async def test_wecom_gets_no_more_bytes_than_it_takes() -> None:
    long = letter("", "")
    long = replace(
        long,
        delivery=replace(long.delivery, message=MESSAGE.model_copy(update={"text": "长" * 5000})),
    )
    async with http_receiver(HttpReceiver((answer(200, OK),))) as receiver:
        url = f"http://127.0.0.1:{receiver.port}/send?key=K"
        why = await send_wecom(http(), replace(long, secrets=Secrets(url)))

    assert why == ""
    content = orjson.loads(receiver.heard[0].body)["text"]["content"]
    assert len(content.encode()) <= 2048
    assert content.endswith("…")


@pytest.mark.parametrize(
    ("send", "said", "why"),
    [
        (send_dingtalk, b'{"errcode":310000,"errmsg":"sign not match"}', "310000: sign not match"),
        (send_wecom, b'{"errcode":45009,"errmsg":"api freq out of limit"}', "45009"),
        (send_feishu, b'{"code":19021,"msg":"sign match fail"}', "19021: sign match fail"),
        (send_feishu, b"<html>", "no answer of a robot"),
        (send_dingtalk, b"[]", "no answer of a robot"),
        (send_dingtalk, b'{"other":1}', "refused with None"),
    ],
    ids=["dingtalk", "wecom", "feishu", "html", "a list", "no code"],
)
async def test_an_error_in_a_200_is_a_failure(send: Robot, said: bytes, why: str) -> None:
    async with http_receiver(HttpReceiver((answer(200, said),))) as receiver:
        found = await send(http(), letter(f"http://127.0.0.1:{receiver.port}/"))

    assert why in found


def test_the_signatures_are_those_that_the_manuals_describe() -> None:
    """HMAC-SHA256 written out: DingTalk keys by the secret, Feishu by time and secret."""
    import base64  # noqa: PLC0415 - here alone

    ding = base64.b64encode(hmac.new(b"S", b"1\nS", hashlib.sha256).digest()).decode()
    fei = base64.b64encode(hmac.new(b"1\nS", digestmod=hashlib.sha256).digest()).decode()

    assert (dingtalk_sign("S", "1"), feishu_sign("S", "1")) == (ding, fei)


async def test_an_sms_gateway_gets_its_own_body_and_its_refusal_is_understood() -> None:
    answers = (answer(200, b'{"code":"0"}'), answer(200, b'{"code":"17"}'))
    async with http_receiver(HttpReceiver(answers)) as receiver:
        one = letter(
            f"http://127.0.0.1:{receiver.port}/sms",
            to="13800000000",
            body={"mobile": ["{to}"], "content": "【x】{text}", "id": "{key}", "n": 1},
            headers={"Authorization": "Bearer {secret}"},
            success={"code": "0"},
        )
        first = await send_sms(http(), one)
        second = await send_sms(http(), one)

    assert (first, second) == ("", 'the gateway refused: {"code":"17"}')
    body = orjson.loads(receiver.heard[0].body)
    assert body == {"mobile": ["13800000000"], "content": "【x】短“信”\\", "id": str(KEY), "n": 1}
    assert receiver.heard[0].headers["authorization"] == "Bearer s3cret"


async def test_an_sms_gateway_may_want_a_form() -> None:
    async with http_receiver(HttpReceiver()) as receiver:
        url = f"http://127.0.0.1:{receiver.port}/"
        why = await send_sms(
            http(), letter(url, body={"text": "{to}{text}"}, form=True, to="{text}")
        )

    assert why == ""
    assert receiver.heard[0].body == b"text=%7Btext%7D%E7%9F%AD%E2%80%9C%E4%BF%A1%E2%80%9D%5C"
