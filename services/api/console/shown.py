"""How times, lasting and numbers are shown to people. Pure; it must not know any page.

Times are Beijing time 北京时间; numbers have so many digits as mean anything.
"""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final, Literal

from schemas.registry_words import BEIJING

Lang = Literal["zh", "en"]
NOTHING: Final = "—"
UNITS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType({
    "1": ("", ""),
    "Cel": ("°C", "°C"),
    "degC": ("°C", "°C"),
    "deg": ("°", "°"),
    "ngTEQ/m3": ("ng TEQ/m³", "ng TEQ/m³"),
    "ng-TEQ/m3": ("ng TEQ/m³", "ng TEQ/m³"),
    "dimensionless": ("", ""),
    "color degree": ("度", "colour degrees"),
    "dilution factor": ("倍", "dilution factor"),
    "grade": ("级", "grade"),
    "count/L": ("个/L", "count/L"),
    "% removal": ("%（去除率）", "% removal"),
})  # fmt: skip
"""Units that are called otherwise than they are stored; `unitWords` of chart_words.js says the same."""
_POWER: Final = re.compile(r"(?<=m)[23](?![0-9A-Za-z])")
_MICRO: Final = re.compile(r"(?<![A-Za-z])u(?=[gSm])")
_IN_TEXT: Final = re.compile(r"(?<![A-Za-z])(?:[munk]?g/N?m3|N?m3/(?:min|[shd]))(?![0-9A-Za-z])")
_TIED: Final = "\u00a0"
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


def unit(written: str | None, lang: Lang) -> str:
    """A unit as it is printed: mg/m³, m³/s, µg/L, °C; nothing of what has none."""
    if written is None:
        return ""
    pair = UNITS.get(written)
    return pair[lang == "en"] if pair else _MICRO.sub("µ", _POWER.sub(_raised, written))


def in_unit(number: str, written: str | None, lang: Lang) -> str:
    """A number, as it is shown, with its unit; no line breaks between them."""
    called = unit(written, lang)
    return f"{number}{_TIED}{called}" if called and number != NOTHING else number


def units_in(sentence: str) -> str:
    """A sentence in which concentrations and flows have their units as they are printed."""
    return _IN_TEXT.sub(lambda found: unit(found[0], "en"), sentence)


def _raised(found: re.Match[str]) -> str:
    return "²" if found[0] == "2" else "³"
