"""The series a reading can belong to, named after what HJ 212 sends."""

from enum import StrEnum


class Series(StrEnum):
    """A reading's series decides its table and the time that one row stands for."""

    REALTIME = "realtime"
    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    STATE = "state"
    FIVE_MINUTE = "five_minute"


SERIES_NUMBER = {series: number for number, series in enumerate(Series)}
"""Small numbers for keys that are looked up for every reading: an enumeration's hash is slow."""


class Outcome(StrEnum):
    """What became of a frame; one letter each, as kept in a batch."""

    STORED = "s"
    REPEATED = "r"
    REJECTED = "x"
