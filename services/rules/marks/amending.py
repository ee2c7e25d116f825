"""A mark entered, changed, reviewed: the next version of it, and what is wrong with asking for it."""

from datetime import datetime, timedelta
from typing import NamedTuple

from schemas.mark_entry import NewMark
from schemas.marks import Mark, Review

LONGEST = timedelta(days=366)
FARTHEST_AHEAD = timedelta(days=366)


class Amendment(NamedTuple):
    """What is to be different; None: as it was."""

    kind: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    evidence: str | None = None


def wrong_with(entry: NewMark, now: datetime) -> list[str]:
    """Sentences that say why the mark cannot be entered, and what to do."""
    wrong: list[str] = []
    if entry.until is not None and entry.until <= entry.since:
        wrong.append("the end must lie after the beginning: exchange from and to, or mend one")
    elif entry.until is not None and entry.until - entry.since > LONGEST:
        wrong.append("a mark with an end spans at most 366 days: enter one for each year")
    if entry.since > now + FARTHEST_AHEAD:
        wrong.append("it begins more than 366 days ahead: mend the year")
    if entry.until is None and entry.since > now:
        wrong.append("a planned mark needs an end 计划标记须有结束时间: give to")
    if entry.origin == "plant" and not entry.evidence:
        wrong.append("a plant says why 须说明原因: give evidence (cause, ticket, record)")
    return wrong


def changed(mark: Mark, amendment: Amendment, now: datetime) -> Mark:
    """The mark as amended, to be reviewed again.

    One that claims more time, or another kind, counts as entered now; whoever wants to keep the
    deadline that was met enters a mark of its own for the time that is added.
    """
    since = amendment.since or mark.since
    until = amendment.until or mark.until
    kind = amendment.kind or mark.kind
    more = since < mark.since or (
        mark.until is not None and until is not None and until > mark.until
    )
    entered_at = now if more or kind != mark.kind else mark.entered_at
    return mark._replace(
        kind=kind,
        since=since,
        until=until,
        evidence=mark.evidence if amendment.evidence is None else amendment.evidence,
        entered_at=entered_at,
        planned=entered_at < since,
        review=Review.CLAIMED,
        reviewer=None,
        reason="",
    )


def reviewed(mark: Mark, review: Review, reviewer: str, reason: str) -> Mark:
    """The mark as a reviewer leaves it."""
    return mark._replace(review=review, reviewer=reviewer, reason=reason)


def as_entry(mark: Mark) -> NewMark:
    """The mark as it would be entered, to be checked again."""
    return NewMark(
        mark.kind, mark.subject, mark.point, mark.since, mark.until,
        mark.origin, mark.planned, mark.entered_at, mark.actor, mark.evidence,
    )  # fmt: skip
