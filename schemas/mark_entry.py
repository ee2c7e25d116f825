"""A mark 标记 that is about to be entered, before it has a key and a review, and where it may be set."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from schemas.marks import MarkOrigin


class NewMark(NamedTuple):
    """A mark of a subject (or of one of its points) over `since` to `until` (None: still open).

    `kind` is a key of the table of kinds, `sector/code`. Times are UTC. `planned`: entered before
    its beginning.
    """

    kind: str
    subject: int
    point: int | None
    since: datetime
    until: datetime | None
    origin: MarkOrigin
    planned: bool
    entered_at: datetime
    actor: str
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class MarkPlaces:
    """`subjects` by (plant's code, subject's code): id and kind; `points` by (subject, `side/code`)."""

    plants: dict[str, str]
    subjects: dict[tuple[str, str], tuple[int, str]]
    points: dict[tuple[int, str], int]

    def names(self) -> dict[int, tuple[str, str]]:
        """Plant's and subject's code by the subject's id."""
        return {found[0]: key for key, found in self.subjects.items()}

    def point_names(self) -> dict[int, str]:
        """`side/code` by the point's id."""
        return {point: name for (_, name), point in self.points.items()}
