"""A stored reading as rules take it: in the unit of its point, with the time it stands for."""

from datetime import datetime
from typing import NamedTuple


class Record(NamedTuple):
    """A record as it is to be read; `at` (UTC) is the beginning of the time it stands for.

    Numbers are in the point's unit; None: none was sent, or it meant 'no value' (`sentinel`).
    `flag` is the data flag of HJ 212 (2017 table 8, 2025 table 10), None where nobody gave one.
    `sampled_at` is given by slow water analysers, which repeat one result until the next.
    """

    at: datetime
    span_s: int
    value: float | None
    flag: str | None = "N"
    converted: float | None = None
    total: float | None = None
    minimum: float | None = None
    maximum: float | None = None
    sampled_at: datetime | None = None
    range_max: float | None = None
    sentinel: bool = False
