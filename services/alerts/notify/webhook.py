"""Webhooks: the message as JSON, signed, with a key by which a receiver drops repeats.

A receiver verifies: HMAC-SHA256 over the bytes of `X-Qingkong-Timestamp`, a full stop and the body,
under the shared secret, in hexadecimal after `sha256=`, equals `X-Qingkong-Signature`; the timestamp
(seconds since 1970) is at most five minutes old; and `X-Qingkong-Key` was not seen before.
"""

import hashlib
import hmac
from collections.abc import Mapping

import orjson

from services.alerts.notify.channel import Letter
from services.alerts.notify.transport import Http, Request

KEY_HEADER = "X-Qingkong-Key"
TIMESTAMP_HEADER = "X-Qingkong-Timestamp"
SIGNATURE_HEADER = "X-Qingkong-Signature"


async def send_webhook(http: Http, letter: Letter) -> str:
    """Post it; any 2xx is a success."""
    body = body_of(letter)
    request = Request(letter.secrets.address, body, signed_headers(letter, body))
    return (await http.post(request)).failure


def body_of(letter: Letter) -> bytes:
    """The same bytes at every try."""
    message = letter.delivery.message
    return orjson.dumps(
        {
            "key": letter.key,
            "receiver": letter.receiver.name,
            "form": message.form.value,
            "title": message.title,
            "text": message.text,
            "link": message.link,
            "events": message.items,
            "more": message.more,
        }
    )


def signed_headers(letter: Letter, body: bytes) -> dict[str, str]:
    """The key, the time of this try, and the signature over time and body."""
    timestamp = str(int(letter.now.timestamp()))
    return {
        KEY_HEADER: letter.key,
        TIMESTAMP_HEADER: timestamp,
        SIGNATURE_HEADER: signature(letter.secrets.secret, timestamp, body),
    }


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """HMAC-SHA256 over `timestamp.body`."""
    signed = hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256)
    return f"sha256={signed.hexdigest()}"


def genuine(secret: str, headers: Mapping[str, str], body: bytes) -> bool:
    """What a receiver does with a request, its headers by their names as above."""
    wanted = signature(secret, headers.get(TIMESTAMP_HEADER, ""), body)
    return hmac.compare_digest(wanted.encode(), headers.get(SIGNATURE_HEADER, "").encode())
