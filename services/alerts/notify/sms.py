"""Short messages 短信 by a gateway's HTTP interface: a body by the receiver's own template.

Settings of the receiver: `body`, JSON whose texts may hold {text}, {to}, {key}; `form` true sends
it as a form; `headers`; `success`, a field of the answer and its value.
"""

from typing import cast
from urllib.parse import urlencode

import orjson

from services.alerts.notify.channel import Letter, text_of
from services.alerts.notify.transport import Answer, Http, Request, said
from services.alerts.notify.webhook import signed_headers

USUAL_BODY: dict[str, object] = {"to": "{to}", "text": "{text}", "key": "{key}"}


async def send_sms(http: Http, letter: Letter) -> str:
    """Post the short form of the message."""
    config = letter.receiver.config
    filled = _filled(config.get("body", USUAL_BODY), _words(letter))
    form = config.get("form") is True and isinstance(filled, dict)
    body = urlencode(cast("dict[str, str]", filled)).encode() if form else orjson.dumps(filled)
    kind = "application/x-www-form-urlencoded" if form else "application/json; charset=utf-8"
    own = config.get("headers", {})
    secret = letter.secrets.secret
    headers = {
        name: _replaced(str(value), {"{secret}": secret})
        for name, value in cast("dict[str, object]", own).items()
    }
    request = Request(letter.secrets.address, body, signed_headers(letter, body) | headers, kind)
    return _outcome(await http.post(request), config.get("success"))


def _words(letter: Letter) -> dict[str, str]:
    return {
        "{text}": letter.delivery.message.short,
        "{to}": text_of(letter.receiver.config, "to", ""),
        "{key}": letter.key,
        "{secret}": letter.secrets.secret,
    }


def _filled(template: object, words: dict[str, str]) -> object:
    """The template with its words put in: into texts alone, so that none can become structure."""
    if isinstance(template, str):
        return _replaced(template, words)
    if isinstance(template, list):
        return [_filled(each, words) for each in cast("list[object]", template)]
    if isinstance(template, dict):
        items = cast("dict[str, object]", template).items()
        return {name: _filled(each, words) for name, each in items}
    return template


def _replaced(text: str, words: dict[str, str]) -> str:
    """Every placeholder at once: what is put in is not looked at again."""
    pieces = [text]
    for word, value in words.items():
        pieces = [
            part
            for place, piece in enumerate(pieces)
            for part in (_around(piece, word, value) if place % 2 == 0 else [piece])
        ]
    return "".join(pieces)


def _around(piece: str, word: str, value: str) -> list[str]:
    first, *others = piece.split(word)
    return [first, *(part for other in others for part in (value, other))]


def _outcome(answer: Answer, success: object) -> str:
    if answer.failure or not isinstance(success, dict):
        return answer.failure
    try:
        found: object = orjson.loads(answer.body)
    except orjson.JSONDecodeError:
        found = None
    if not isinstance(found, dict):
        return f"HTTP {answer.status}, but no answer of the gateway: {said(answer.body)}"
    fields = cast("dict[str, object]", found)
    for name, wanted in cast("dict[str, object]", success).items():
        if str(fields.get(name)) != str(wanted):
            return f"the gateway refused: {said(answer.body)}"
    return ""
