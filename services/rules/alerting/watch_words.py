"""Times and spans of time as sentences of watches say them, by Beijing's clock. Pure."""

from datetime import datetime, timedelta

from schemas.registry_words import BEIJING


def moment_zh(at: datetime) -> str:
    """`2025年3月1日10:00:05`."""
    local = at.astimezone(BEIJING)
    return f"{local.year}年{local.month}月{local.day}日{local:%H:%M:%S}"


def moment_en(at: datetime) -> str:
    """`2025-03-01 10:00:05 +08:00`."""
    return f"{at.astimezone(BEIJING):%Y-%m-%d %H:%M:%S} +08:00"


def lasting_zh(long: timedelta) -> str:
    """`3分20秒`: the two largest units that say something."""
    return "".join(f"{count}{zh}" for count, _, zh in _parts(long))


def lasting_en(long: timedelta) -> str:
    """`3 min 20 s`."""
    return " ".join(f"{count} {en}" for count, en, _ in _parts(long))


def _parts(long: timedelta) -> list[tuple[int, str, str]]:
    left = abs(round(long.total_seconds()))
    parts: list[tuple[int, str, str]] = []
    for size, en, zh in (
        (86_400, "d", "天"),
        (3600, "h", "小时"),
        (60, "min", "分"),
        (1, "s", "秒"),
    ):
        count, left = divmod(left, size)
        if count:
            parts.append((count, en, zh))
    return parts[:2] or [(0, "s", "秒")]
