"""A limit: what binds a point, by which law, under which condition, from when, as known when."""

from datetime import datetime
from decimal import Decimal
from typing import Literal, NamedTuple

Comparator = Literal["<=", ">=", "between"]
Quantity = Literal["concentration", "rate", "removal", "value"]
"""rate: mass per hour; removal: share in %; value: pH, colour, temperature, as measured."""
Averaging = Literal["hour", "day", "month", "sample", "instant"]
Origin = Literal["standard", "permit", "ultra_low", "local", "order"]
Act = Literal["assign", "change", "correct", "withdraw"]


class Bound(NamedTuple):
    """The numbers of a limit, and how they are compared.

    `<=`: at most `high`; `>=`: at least `low`; `between`: both. `reference_oxygen` in %: the value
    is converted to it (None: compared as measured). `condition` as in `conditions.py`, empty: none.
    """

    comparator: Comparator
    low: Decimal | None
    high: Decimal | None
    unit: str
    quantity: Quantity
    averaging: Averaging
    reference_oxygen: Decimal | None = None
    condition: str = ""


class Law(NamedTuple):
    """Where a limit comes from; `verified`: figure, oxygen, averaging and date were all read there."""

    origin: Origin
    standard: str
    clause: str
    confidence: str
    verified: bool
    source: str
    catalogue: str = ""
    """Key of the catalogue's row it was taken from."""


class LimitVersion(NamedTuple):
    """One belief: over `since` to `until` (None: open), limit `limit` of `point` is this, or nothing.

    Of the beliefs that hold at a time, the one recorded last counts: a change begins at its date, a
    correction reaches back. `bound` None: withdrawn, nothing binds.
    """

    version: int
    limit: int
    point: int
    since: datetime | None
    until: datetime | None
    bound: Bound | None
    law: Law
    act: Act
    reason: str
    actor: str
    approver: str | None
    recorded_at: datetime
    position: int
