"""A receiver's address as people write it: checked, how much of it may be shown, and its secrets packed.

It must not send anything.
"""

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import orjson

from schemas.notice import Channel
from schemas.sentence import Sentence, UnfitError
from services.runtime.broker_address import broker_address

MAIL = re.compile(r"[^\s@<>,;:\"]+@[^\s@<>,;:\"]+\.[^\s@<>,;:\"]+")
HTTP = frozenset({Channel.WEBHOOK, Channel.DINGTALK, Channel.WECOM, Channel.FEISHU, Channel.SMS})
SIGNED = frozenset({Channel.WEBHOOK, Channel.SMS})
"""Their requests are signed with a secret, which is made where none is given."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """A receiver's address with its tokens, and the secret that messages are signed with."""

    address: str = field(repr=False)
    secret: str = field(default="", repr=False)


def shown_address(channel: Channel, address: str) -> str:
    """The address without what may be a token. Raises UnfitError."""
    if channel is Channel.EMAIL:
        if not MAIL.fullmatch(address):
            raise UnfitError(
                Sentence(
                    f"{address} is no e-mail address: write duty@bureau.example",
                    f"{address} 不是电子邮件地址：例如 duty@bureau.example",
                )
            )
        return address
    if channel is Channel.MQTT:
        broker = broker_address(address)
        return f"{'mqtts' if broker.tls else 'mqtt'}://{broker.host}:{broker.port}"
    return _shown_url(address)


def _shown_url(address: str) -> str:
    parts = urlsplit(address)
    if parts.scheme not in {"https", "http"} or not parts.hostname:
        raise UnfitError(
            Sentence(
                "the address must begin with https:// (or http:// within the own network)",
                "地址须以 https:// 开头（内网可用 http://）",
            )
        )
    if parts.username or parts.password:
        raise UnfitError(
            Sentence(
                "leave user and password out of the address: give --secret",
                "地址中不得含用户名和密码：请填写密钥",
            )
        )
    if any(not character.isprintable() or character.isspace() for character in address):
        raise UnfitError(
            Sentence(
                "the address holds a character that no address holds",
                "地址含有地址中不能出现的字符",
            )
        )
    # Robots have their token in the path or the query.
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{parts.hostname}{port}/…"


def packed(secrets: Secrets) -> bytes:
    """To be sealed."""
    return orjson.dumps({"address": secrets.address, "secret": secrets.secret})


def unpacked(text: bytes) -> Secrets:
    """What was sealed."""
    found = orjson.loads(text)
    return Secrets(str(found["address"]), str(found["secret"]))
