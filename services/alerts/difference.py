"""What judging again would change: verdicts that turn, and what they say before and after."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from schemas.judgement import VerdictRow

Key = tuple[int, int, str, datetime]


class Turned(NamedTuple):
    """A verdict that is new (`before` None) or says something else than before."""

    before: VerdictRow | None
    after: VerdictRow

    @property
    def outcome_turns(self) -> bool:
        """Whether the outcome itself is another, and not only a number or the stage."""
        return self.before is not None and self.before.outcome is not self.after.outcome


def turned(before: Iterable[VerdictRow], after: Iterable[VerdictRow]) -> list[Turned]:
    """The verdicts of `after` that differ, by point, period, beginning and limit."""
    known = {_key(row): row for row in before}
    return [
        Turned(known.get(key), row)
        for key, row in sorted((_key(row), row) for row in after)
        if key not in known or _said(known[key]) != _said(row)
    ]


def _key(row: VerdictRow) -> Key:
    return row.point, row.limit, row.period.value, row.start


def _said(row: VerdictRow) -> tuple[object, ...]:
    return row.version, row.stage, row.outcome, row.value, row.why, row.doubts
