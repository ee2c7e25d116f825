"""How times, lasting and numbers are shown to people. Pure; it must not know any page.

Times are Beijing time 北京时间; numbers have so many digits as mean anything.
"""

from datetime import datetime, timedelta
from typing import Final, Literal

from schemas.registry_words import BEIJING

Lang = Literal["zh", "en"]
NOTHING: Final = "—"
_DIGITS: Final = 4
_SMALL: Final = 1e-3
_MINUTE_S, _HOUR_S, _DAY_S = 60, 3_600, 86_400


def moment(at: datetime | None) -> str:
    """2026-11-22 14:05, in Beijing time."""
    return NOTHING if at is None else at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")


def second(at: datetime | None) -> str:
    """2026-11-22 14:05:09, where seconds matter."""
    return NOTHING if at is None else at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S")


def clock(at: datetime | None, now: datetime) -> str:
    """14:05 of today, 11-21 14:05 of this year, else the whole date."""
    if at is None:
        return NOTHING
    local, today = at.astimezone(BEIJING), now.astimezone(BEIJING)
    if local.date() == today.date():
        return local.strftime("%H:%M")
    return local.strftime("%m-%d %H:%M" if local.year == today.year else "%Y-%m-%d %H:%M")


def day(at: datetime | None) -> str:
    """The day in Beijing."""
    return NOTHING if at is None else at.astimezone(BEIJING).strftime("%Y-%m-%d")


def iso(at: datetime | None) -> str:
    """For machines, with its offset."""
    return "" if at is None else at.astimezone(BEIJING).isoformat()


def lasting(span: timedelta | None, lang: Lang) -> str:
    """How long, by its two greatest units: 3 小时 12 分."""
    if span is None:
        return NOTHING
    seconds = max(int(span.total_seconds()), 0)
    if seconds < _MINUTE_S:
        return f"{seconds} 秒" if lang == "zh" else f"{seconds} s"
    days, rest = divmod(seconds, _DAY_S)
    hours, rest = divmod(rest, _HOUR_S)
    parts = [(days, "天", "d"), (hours, "小时", "h"), (rest // _MINUTE_S, "分", "min")]
    first = next(place for place, part in enumerate(parts) if part[0])
    shown = [part for part in parts[first : first + 2] if part[0]]
    return " ".join(f"{number} {zh if lang == 'zh' else en}" for number, zh, en in shown)


def figure(number: float | None) -> str:
    """Four digits that mean something, no exponent where it can be helped: 0.0312, 41.7, 12850."""
    if number is None:
        return NOTHING
    if number != 0 and abs(number) < _SMALL:
        return f"{number:.2g}"
    text = f"{number:.{_DIGITS}g}"
    if "e" in text:
        return f"{number:.0f}"
    return text


def share(number: float | None, digits: int = 1) -> str:
    """0.9731 as 97.3 %."""
    return NOTHING if number is None else f"{number * 100:.{digits}f} %"


def multiple(number: float | None) -> str:
    """超标倍数: how many times the limit it lies above it, 0.35 as 0.35."""
    return NOTHING if number is None else f"{number:.2f}"
