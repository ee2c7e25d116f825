"""The wall clock, read at the edges only and handed down."""

import time
from datetime import UTC, datetime


def wall_clock_s() -> float:
    """Seconds since 1970 UTC."""
    return time.time()


def wall_clock_us() -> int:
    """Microseconds since 1970 UTC."""
    return time.time_ns() // 1000


def utc_now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)
