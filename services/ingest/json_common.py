"""The common shape of a JSON message, read by hand for speed: readings alone, each as the schema has it.

Whatever looks unusual is left (`None`) to the schema, which decides; it must never accept more.
"""

from functools import lru_cache
from typing import Final, cast

from schemas.moment import microseconds, moment
from schemas.series import Series
from services.ingest.statement import Said, Statement

_SERIES: Final[dict[str, Series]] = {
    "realtime": Series.REALTIME,
    "minute": Series.MINUTE,
    "hour": Series.HOUR,
    "day": Series.DAY,
}
_MESSAGE_KEYS: Final = frozenset(("mn", "sent_at", "readings"))
_SHORT_KEYS: Final = frozenset(("time", "kind", "code", "value", "flag"))
_KEYS: Final = _SHORT_KEYS | {"min", "max", "converted", "converted_min", "converted_max", "total"}
_LONGEST_WORD: Final = 64
_LONGEST_FLAG: Final = 4


class _UnusualError(Exception):
    """Not the common shape: the schema decides."""


def common_message(payload: bytes, document: object) -> Statement | None:
    """The statement of a message of the common shape, or `None` when the schema must decide."""
    if type(document) is not dict or b"\\" in payload:
        return None
    try:
        return _statement(payload.count(b'"'), cast("dict[str, object]", document))
    except (_UnusualError, ValueError):
        return None


@lru_cache(maxsize=4096)
def _moment_us(text: str) -> int:
    return microseconds(moment(text))


def _statement(quotes: int, message: dict[str, object]) -> Statement:
    if not message.keys() <= _MESSAGE_KEYS:
        raise _UnusualError
    items = message.get("readings")
    if type(items) is not list or not items:
        raise _UnusualError
    # Without backslashes every quote opens or closes a key or a string: two keys of one name in
    # one object, of which the parser keeps the last, leave more quotes than were counted here.
    quotes -= 2 * len(message)
    mn, quotes = _word(message.get("mn"), quotes)
    sent_us, quotes = _sent(message.get("sent_at"), quotes)
    readings: list[Said] = []
    for item in cast("list[object]", items):
        said, strings = _reading(item)
        readings.append(said)
        quotes -= 2 * strings
    if quotes != 0:
        raise _UnusualError
    return Statement(mn, sent_us, tuple(readings))


def _word(value: object, quotes: int) -> tuple[str, int]:
    if value is None:
        return "", quotes
    if type(value) is not str or not 0 < len(value) <= _LONGEST_WORD:
        raise _UnusualError
    return value, quotes - 2


def _sent(value: object, quotes: int) -> tuple[int | None, int]:
    if value is None:
        return None, quotes
    if type(value) is not str:
        raise _UnusualError
    return _moment_us(value), quotes - 2


def _reading(item: object) -> tuple[Said, int]:
    """The reading, and how many strings its object holds: keys and values."""
    if type(item) is not dict:
        raise _UnusualError
    reading = cast("dict[str, object]", item)
    keys = reading.keys()
    if not keys <= _KEYS:
        raise _UnusualError
    series, code, time_us = _named(reading)
    value = _number(reading.get("value"))
    flag = reading.get("flag")
    if flag is None:
        if value is None:
            raise _UnusualError
        strings = len(reading) + 3
    elif type(flag) is str and 0 < len(flag) <= _LONGEST_FLAG:
        strings = len(reading) + 4
    else:
        raise _UnusualError
    if keys <= _SHORT_KEYS:
        return Said(series, code, time_us, value, flag=flag), strings
    said = Said(
        series,
        code,
        time_us,
        value,
        _number(reading.get("min")),
        _number(reading.get("max")),
        _number(reading.get("converted")),
        _number(reading.get("converted_min")),
        _number(reading.get("converted_max")),
        _number(reading.get("total")),
        flag,
    )
    return said, strings


def _named(reading: dict[str, object]) -> tuple[Series, str, int]:
    time, kind, code = reading.get("time"), reading.get("kind"), reading.get("code")
    if (
        type(kind) is not str
        or kind not in _SERIES
        or type(time) is not str
        or type(code) is not str
        or not 0 < len(code) <= _LONGEST_WORD
    ):
        raise _UnusualError
    return _SERIES[kind], code, _moment_us(time)


def _number(value: object) -> float | None:
    if type(value) is float or value is None:
        return value
    if type(value) is int:
        return float(value)
    raise _UnusualError
