"""The times of HJ 212: digits without a zone, Beijing time by practice.

It never reads a clock; an impossible date is `None`, not an error.
"""

import re
from datetime import datetime, timedelta, timezone

BEIJING = timezone(timedelta(hours=8))

_SECOND_DIGITS = 14
_QN_DIGITS = 17
_EPOCH = datetime(1970, 1, 1, 8, tzinfo=BEIJING)
_EPOCH_TEXT = re.compile(r"[0-9]{13}")
_LONG_TIME_TEXT = re.compile(r"[0-9]{15,17}")
_TIME_TEXT = re.compile(r"[0-9]{14}(?:[0-9]{2,3})?")


def parse_datetime(text: str) -> tuple[int, int, int, int, int, int] | None:
    """Read year, month, day, hour, minute and second from 14 digits YYYYMMDDhhmmss.

    `None` unless there are exactly 14 ASCII digits that name a real second of the calendar
    (HJ 212-2017 table 4, DataTime).
    """
    moment = beijing(text) if len(text) == _SECOND_DIGITS else None
    if moment is None:
        return None
    return (
        moment.year,
        moment.month,
        moment.day,
        moment.hour,
        moment.minute,
        moment.second,
    )


def beijing(text: str) -> datetime | None:
    """Read 14 digits as an aware time at +08:00; of 16 or 17 digits the leading 14 count.

    `None` for any other form and for a date that does not exist.
    """
    if _TIME_TEXT.fullmatch(text) is None:
        return None
    try:
        return datetime(
            int(text[:4]),
            int(text[4:6]),
            int(text[6:8]),
            int(text[8:10]),
            int(text[10:12]),
            int(text[12:14]),
            tzinfo=BEIJING,
        )
    except ValueError:
        return None


def beijing_ms(text: str) -> datetime | None:
    """Read a QN (请求编码) of exactly 17 digits YYYYMMDDhhmmsszzz as a time at +08:00.

    `None` for any other form (HJ 212-2017 table 3).
    """
    moment = beijing(text) if len(text) == _QN_DIGITS else None
    if moment is None:
        return None
    return moment.replace(microsecond=int(text[_SECOND_DIGITS:]) * 1000)


def epoch_ms(text: str) -> datetime | None:
    """Read 13 digits as milliseconds since 1970-01-01 UTC, told at +08:00; `None` for any other form.

    A vendor's form of QN, in no edition of HJ 212.
    """
    if _EPOCH_TEXT.fullmatch(text) is None:
        return None
    return _EPOCH + timedelta(milliseconds=int(text))


def shortened(text: str) -> str | None:
    """The first 14 of 15 to 17 digits that begin with a time; `None` for any other form."""
    if _LONG_TIME_TEXT.fullmatch(text) is None or beijing(text[:_SECOND_DIGITS]) is None:
        return None
    return text[:_SECOND_DIGITS]
