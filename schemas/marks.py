"""A mark 标记: what an operator, a logger or a bureau states of a period, and what became of it."""

from datetime import datetime
from enum import StrEnum
from typing import Literal, NamedTuple

MarkOrigin = Literal["logger", "plant", "bureau"]


class Review(StrEnum):
    """What became of a mark: nobody has looked (claimed), accepted, rejected, or entered too late."""

    CLAIMED = "claimed"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    LAPSED = "lapsed"


class Mark(NamedTuple):
    """The believed version of a mark; `subject`: an outlet, unit or facility.

    `point` where it is about one instrument. `until` is open where None. `planned`: entered before its time.
    `entered_at` is when it was first entered: lateness is counted from there.
    """

    mark: int
    version: int
    kind: str
    subject: int
    point: int | None
    since: datetime
    until: datetime | None
    origin: MarkOrigin
    planned: bool
    entered_at: datetime
    actor: str
    evidence: str
    review: Review
    reviewer: str | None
    reason: str
    position: int
