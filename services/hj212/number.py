"""The decimal numbers of HJ 212, read strictly; it must not know what they measure."""

import math
import re

_DECIMAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_LONGEST = 64


def parse_number(text: str) -> float | None:
    """Read a decimal number; `None` for any other text, also for one too large for a float."""
    if len(text) > _LONGEST or _DECIMAL.fullmatch(text) is None:
        return None
    number = float(text)
    return number if math.isfinite(number) else None


def parse_count(text: str) -> int | None:
    """Read a whole number of one to four ASCII digits; `None` for any other text."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else None  # noqa: PLR2004 - as many digits as the length field has
