"""Robots of chat groups: DingTalk 钉钉, WeCom 企业微信, Feishu 飞书; they say errors in a 200.

Messages are plain text in every one of them, so that no name or sentence is read as markup. The
formats are those of the vendors' manuals for custom robots.
"""

import base64
import hashlib
import hmac
from typing import cast
from urllib.parse import quote_plus

import orjson

from services.alerts.notify.channel import Letter
from services.alerts.notify.transport import Answer, Http, Request, said

WECOM_BYTES = 2048
"""The most that the text of a WeCom message holds, in UTF-8."""
DINGTALK_BYTES = 18_000
FEISHU_BYTES = 18_000


async def send_dingtalk(http: Http, letter: Letter) -> str:
    """With a secret (加签) the URL carries the time in milliseconds and a signature."""
    url = letter.secrets.address
    if letter.secrets.secret:
        timestamp = str(int(letter.now.timestamp() * 1000))
        signed = dingtalk_sign(letter.secrets.secret, timestamp)
        url = f"{url}{'&' if '?' in url else '?'}timestamp={timestamp}&sign={quote_plus(signed)}"
    body = {"msgtype": "text", "text": {"content": _cut(_whole(letter), DINGTALK_BYTES)}}
    return outcome(await http.post(_json(url, body)), ("errcode",), "errmsg")


async def send_wecom(http: Http, letter: Letter) -> str:
    """The key of the robot is part of its URL; there is no signature."""
    body = {"msgtype": "text", "text": {"content": _cut(_whole(letter), WECOM_BYTES)}}
    return outcome(await http.post(_json(letter.secrets.address, body)), ("errcode",), "errmsg")


async def send_feishu(http: Http, letter: Letter) -> str:
    """Rich text of text elements alone: plain `text` messages would read `<at>` as a mention."""
    message = letter.delivery.message
    lines = [
        [{"tag": "text", "text": line}] for line in _cut(message.text, FEISHU_BYTES).split("\n")
    ]
    language = "zh_cn" if letter.receiver.language == "zh" else "en_us"
    post = {language: {"title": message.title, "content": lines}}
    body: dict[str, object] = {"msg_type": "post", "content": {"post": post}}
    if letter.secrets.secret:
        timestamp = str(int(letter.now.timestamp()))
        body |= {"timestamp": timestamp, "sign": feishu_sign(letter.secrets.secret, timestamp)}
    answer = await http.post(_json(letter.secrets.address, body))
    return outcome(answer, ("code", "StatusCode"), "msg")


def dingtalk_sign(secret: str, timestamp: str) -> str:
    """HMAC-SHA256 under the secret over time, line feed and secret; Base64."""
    text = f"{timestamp}\n{secret}".encode()
    return base64.b64encode(hmac.new(secret.encode(), text, hashlib.sha256).digest()).decode()


def feishu_sign(secret: str, timestamp: str) -> str:
    """HMAC-SHA256 under time, line feed and secret, over nothing; Base64."""
    key = f"{timestamp}\n{secret}".encode()
    return base64.b64encode(hmac.new(key, b"", hashlib.sha256).digest()).decode()


def outcome(answer: Answer, codes: tuple[str, ...], words: str) -> str:
    """A robot has taken a message only when its answer says 0."""
    if answer.failure:
        return answer.failure
    try:
        found: object = orjson.loads(answer.body)
    except orjson.JSONDecodeError:
        return f"HTTP {answer.status}, but no answer of a robot: {said(answer.body)}"
    if not isinstance(found, dict):
        return f"HTTP {answer.status}, but no answer of a robot: {said(answer.body)}"
    fields = cast("dict[str, object]", found)
    code = next((fields[name] for name in codes if name in fields), None)
    if code == 0:
        return ""
    return f"refused with {code}: {said(str(fields.get(words, '')).encode())}"


def _whole(letter: Letter) -> str:
    message = letter.delivery.message
    return f"{message.title}\n{message.text}"


def _cut(text: str, most: int) -> str:
    raw = text.encode()
    if len(raw) <= most:
        return text
    return raw[: most - 3].decode("utf-8", "ignore") + "…"


def _json(url: str, body: object) -> Request:
    return Request(url, orjson.dumps(body))
