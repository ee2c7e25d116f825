"""A mark entered, changed, reviewed: the next version of it, and what is wrong with asking for it."""

from datetime import datetime, timedelta
from typing import NamedTuple

from schemas.mark_entry import NewMark
from schemas.marks import Mark, Review
from schemas.sentence import Sentence, term

LONGEST = timedelta(days=366)
FARTHEST_AHEAD = timedelta(days=366)


class Amendment(NamedTuple):
    """What is to be different; None: as it was."""

    kind: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    evidence: str | None = None


def wrong_with(entry: NewMark, now: datetime) -> list[Sentence]:
    """Sentences that say why the mark cannot be entered, and what to do."""
    wrong: list[Sentence] = []
    if entry.until is not None and entry.until <= entry.since:
        wrong.append(
            Sentence(
                "the end must lie after the beginning: exchange from and to, or mend one",
                "结束时间须晚于开始时间：请对调或更正起止时间",
            )
        )
    elif entry.until is not None and entry.until - entry.since > LONGEST:
        wrong.append(
            Sentence(
                "a mark with an end spans at most 366 days: enter one for each year",
                "有结束时间的标记最长 366 天：请按年分别录入",
            )
        )
    if entry.since > now + FARTHEST_AHEAD:
        wrong.append(
            Sentence(
                "it begins more than 366 days ahead: mend the year",
                "开始时间在 366 天以后：请核对年份",
            )
        )
    if entry.until is None and entry.since > now:
        wrong.append(
            Sentence(
                f"a planned mark needs an end{term('计划标记须有结束时间')}: give to",
                "计划标记须填写结束时间",
            )
        )
    if entry.origin == "plant" and not entry.evidence:
        wrong.append(
            Sentence(
                f"a plant says why{term('须说明原因')}: give evidence (cause, ticket, record)",
                "企业标记须说明依据（原因、工单或记录）",
            )
        )
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
