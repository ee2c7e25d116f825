"""Times and lengths as a finding's sentences say them, in Chinese and English.

Times are those of the site's clock. It must not know what was found.
"""

from datetime import timezone
from decimal import Decimal
from typing import Final, NamedTuple

from services.rules.exact import QUOTIENT, text
from services.rules.facility.course import time_of

_DATE: Final = 10


class Both(NamedTuple):
    """The same in both languages."""

    zh: str
    en: str


def moment(second: int, zone: timezone) -> str:
    """2026-03-01 08:15:00, on the site's clock."""
    return f"{time_of(second).astimezone(zone):%Y-%m-%d %H:%M:%S}"


def length(seconds: int) -> Both:
    """2小时5分30秒, 2 h 5 min 30 s; parts that are 0 are left out."""
    hours, rest = divmod(seconds, 3600)
    minutes, last = divmod(rest, 60)
    parts = [(hours, "小时", "h"), (minutes, "分", "min"), (last, "秒", "s")]
    said = [part for part in parts if part[0]] or [(0, "秒", "s")]
    return Both(
        "".join(f"{number}{zh}" for number, zh, _ in said),
        " ".join(f"{number} {en}" for number, _, en in said),
    )


def stretch(since: int, until: int | None, zone: timezone) -> Both:
    """From when until when, the end of the same day by its time alone; open where `until` is None."""
    begin = moment(since, zone)
    if until is None:
        return Both(f"自{begin}起（至今未结束）", f"since {begin} (not ended)")
    end = moment(until, zone)
    if end[:_DATE] == begin[:_DATE]:
        end = end[_DATE + 1 :]
    return Both(f"{begin}至{end}", f"{begin} to {end}")


def silence(last: int | None, zone: timezone) -> Both:
    """That nothing is known since `last`; None: nothing to say."""
    if last is None:
        return Both("", "")
    at = moment(last, zone)
    return Both(f"{at}之后无可用数据，状态未知。", f" Nothing is known since {at}.")


def percent(share: Decimal) -> str:
    """A share as per cent with two decimals, rounded for reading alone."""
    return text((share * 100).quantize(Decimal("0.01")))


def hours(seconds: int) -> str:
    """Seconds as hours with two decimals, rounded for reading alone."""
    return text(QUOTIENT.divide(Decimal(seconds), Decimal(3600)).quantize(Decimal("0.01")))
