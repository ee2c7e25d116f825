"""Times that are asked for: half-open, with a zone, and no longer than can be answered.

It must not know what is asked.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Final

from fastapi import Depends, Query

from schemas.registry_words import BEIJING
from schemas.sentence import Sentence
from services.api.asof import moment
from services.api.problems import FieldFault, Kinds, Problem

EXAMPLE: Final = "2026-08-01T00:00:00+08:00"
From = Annotated[
    str | None,
    Query(
        alias="from",
        max_length=40,
        description="The beginning 起 (ISO 8601; Beijing time unless it names its offset).",
        examples=[EXAMPLE],
    ),
]
To = Annotated[
    str | None,
    Query(
        alias="to",
        max_length=40,
        description="The end 止, which does not belong to it; absent: now.",
        examples=["2026-09-01T00:00:00+08:00"],
    ),
]


@dataclass(frozen=True, slots=True)
class Wish:
    """What was said of a range, not judged yet."""

    since: str | None
    until: str | None

    @property
    def given(self) -> bool:
        """Whether a beginning was said."""
        return self.since is not None

    def ends(self) -> tuple[datetime | None, datetime | None]:
        """What was said; None: open. Raises Problem when it is empty, reversed or no time."""
        since = None if self.since is None else _moment("from", self.since)
        until = None if self.until is None else _moment("to", self.until)
        if since is not None and until is not None and until <= since:
            raise _reversed()
        return since, until

    def range(self, now: datetime, longest: timedelta, usual: timedelta) -> "Range":
        """The range: without `from`, `usual` before its end; without `to`, until now.

        Raises Problem when it is empty, reversed, no time, or longer than `longest`.
        """
        until = now.astimezone(BEIJING) if self.until is None else _moment("to", self.until)
        since = until - usual if self.since is None else _moment("from", self.since)
        if until <= since:
            raise _reversed()
        if until - since > longest:
            zh, en = _length(longest)
            raise _bad(
                "from",
                f"此类数据一次最多查询 {zh}：请缩短范围，或改用更长的均值周期、points 抽样或导出。",
                f"of this kind at most {en} can be asked for at once: take a shorter range, longer "
                "means, `points`, or an export",
            )
        return Range(since, until)


@dataclass(frozen=True, slots=True)
class Range:
    """[since, until), with their zones."""

    since: datetime
    until: datetime


async def wish(since: From = None, until: To = None) -> Wish:
    """What the query says."""
    return Wish(since, until)


WishDep = Annotated[Wish, Depends(wish)]


def _moment(name: str, text: str) -> datetime:
    found = moment(text)
    if found is None:
        raise _bad(
            name,
            f"{name} 应为 ISO 8601 时间，例如 {EXAMPLE}。",
            f"{name} is a time of ISO 8601 such as {EXAMPLE}",
        )
    return found


def _reversed() -> Problem:
    return _bad("from", "from 必须早于 to。", "`from` must lie before `to`: ranges are half-open")


def _bad(name: str, zh: str, en: str) -> Problem:
    return Problem(Kinds.BAD_RANGE, zh, en, (FieldFault(name, Sentence(en, zh)),))


def _length(span: timedelta) -> tuple[str, str]:
    if span < timedelta(days=2):
        hours = round(span / timedelta(hours=1))
        return f"{hours} 小时", f"{hours} h"
    return f"{span.days} 天", f"{span.days} days"
