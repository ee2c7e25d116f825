"""What judging again changes: verdicts that turn, findings that are new or fall, before and after."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, Literal, NamedTuple, TypeVar

from schemas.judgement import Finding, VerdictRow

Row = TypeVar("Row", VerdictRow, Finding)
VerdictKey = tuple[int, int, str, datetime]
FindingKey = tuple[str, int, int, datetime]
Change = Literal["new", "changed", "fallen"]
_NO_POINT = 0


class Turned(NamedTuple, Generic[Row]):
    """What is new (`before` None) or says something else than before."""

    before: Row | None
    after: Row


@dataclass
class Difference:
    """What turned since before the whole of the judging, also where one step was judged twice."""

    _verdicts: dict[VerdictKey, Turned[VerdictRow]] = field(
        default_factory=dict[VerdictKey, Turned[VerdictRow]]
    )
    _findings: dict[FindingKey, Turned[Finding]] = field(
        default_factory=dict[FindingKey, Turned[Finding]]
    )

    def verdicts(self) -> list[Turned[VerdictRow]]:
        """By point, limit, period and beginning."""
        return [one for _, one in sorted(self._verdicts.items(), key=lambda item: item[0])]

    def findings(self) -> list[Turned[Finding]]:
        """By rule, subject, point and beginning."""
        return [one for _, one in sorted(self._findings.items(), key=lambda item: item[0])]

    def add_verdicts(self, before: Iterable[VerdictRow], after: Iterable[VerdictRow]) -> None:
        """What was judged now, and what was believed of the same periods before all of it."""
        known = {verdict_key(row): row for row in before}
        for row in after:
            key = verdict_key(row)
            turned = Turned(known.get(key), row)
            if turned.before is None or _said(turned.before) != _said(row):
                self._verdicts[key] = turned
            else:
                self._verdicts.pop(key, None)

    def add_findings(self, before: Iterable[Finding], after: Iterable[Finding]) -> None:
        """The same; a finding that had fallen before is new."""
        known = {_finding_key(row): row for row in before if row.standing}
        for row in after:
            key = _finding_key(row)
            turned = Turned(known.get(key), row)
            if turned.before is None and not row.standing:
                self._findings.pop(key, None)
            elif turned.before is None or _told(turned.before) != _told(row):
                self._findings[key] = turned
            else:
                self._findings.pop(key, None)


def outcome_turns(turned: Turned[VerdictRow]) -> bool:
    """Whether the outcome itself is another, and not only a number or the stage."""
    return turned.before is not None and turned.before.outcome is not turned.after.outcome


def change_of(turned: Turned[Finding]) -> Change:
    """What becomes of a finding."""
    if not turned.after.standing:
        return "fallen"
    return "new" if turned.before is None else "changed"


def verdict_key(row: VerdictRow) -> VerdictKey:
    """What two beliefs about one verdict have in common."""
    return row.point, row.limit, row.period.value, row.start


def _finding_key(row: Finding) -> FindingKey:
    return row.rule, row.subject, row.point or _NO_POINT, row.since


def _said(row: VerdictRow) -> tuple[object, ...]:
    return row.version, row.stage, row.outcome, row.value, row.why, row.doubts


def _told(row: Finding) -> tuple[object, ...]:
    return row.until, row.stage, row.standing, row.zh, row.en, row.sure, row.doubts
