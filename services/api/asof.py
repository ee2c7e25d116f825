"""As known on: the position that a question is asked for.

It must not know what is asked.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Final

from fastapi import Depends, Query, Response
from fastapi.concurrency import run_in_threadpool

from schemas.registry_words import BEIJING
from services.api.database import SessionDep
from services.api.problems import Kinds, Problem
from services.store.as_known import closed_position
from services.store.position_clock import AheadError, first_told, position_by
from services.store.session import Session

HEADER: Final = "Qingkong-Position"
MOST: Final = 1 << 63
EARLIEST: Final = 1900
LATEST: Final = 9000
AS_OF = Query(
    alias="as_of",
    max_length=40,
    description="As known on 截至: a position (digits) or a time (ISO 8601; Beijing time unless it "
    "names its offset). Absent: now. Only what lies below the position is counted.",
    examples=["2026-08-01T00:00:00+08:00", "184467"],
)


class AsOf:
    """Counted is what lies below `position`. `time`: the time that was asked for, if one was.

    A position that is not given is read when it is asked for first, once: by the thread that reads all
    else.
    """

    def __init__(self, position: int | Callable[[], int], time: datetime | None = None) -> None:
        self._position = position
        self.time = time
        self.given = isinstance(position, int)
        """Whether it was asked for; else it is the present one."""

    @property
    def position(self) -> int:
        """Raises psycopg.Error."""
        if not isinstance(self._position, int):
            self._position = self._position()
        return self._position

    @property
    def below(self) -> str:
        """For a statement's `%(below)s::text::xid8`."""
        return str(self.position)


async def as_of(
    session: SessionDep, response: Response, given: Annotated[str | None, AS_OF] = None
) -> AsOf:
    """What was asked for. Raises Problem when it lies ahead or before everything."""
    if given:
        # Now: what is told below may wait for writers, which no snapshot may be begun before.
        return await run_in_threadpool(_given, session, response, given)
    return AsOf(lambda: _told(response, closed_position(session)))


def _given(session: Session, response: Response, given: str) -> AsOf:
    found = _asked(session, given.strip())
    _told(response, found.position)
    return found


def _told(response: Response, position: int) -> int:
    response.headers[HEADER] = str(position)
    return position


def _asked(session: Session, given: str) -> AsOf:
    if given.isascii() and given.isdigit():
        position = int(given)
        if position >= MOST or position > closed_position(session):
            raise _bad(
                f"位置 {given[:20]} 尚未闭合：请用响应头 {HEADER} 给出的位置。",
                f"position {given[:20]} is not closed yet: use one that {HEADER} named",
            )
        return AsOf(position)
    time = moment(given)
    if time is None:
        raise _bad(
            "as_of 应为位置（数字）或时间，例如 2026-08-01T00:00:00+08:00。",
            "as_of is a position (digits) or a time such as 2026-08-01T00:00:00+08:00",
        )
    try:
        position = position_by(session, time)
    except AheadError:
        raise _bad("as_of 晚于当前时间。", "as_of lies ahead: nobody knows yet") from None
    if position is None:
        raise _before_all(session)
    return AsOf(position, time)


def moment(text: str) -> datetime | None:
    """A time as written, of Beijing unless it names its offset; None: it is none of our time."""
    # A plus that a query string made a blank.
    head, blank, tail = text.strip().rpartition(" ")
    said = f"{head}+{tail}" if blank and "T" in head and len(tail) == len("08:00") else text.strip()
    try:
        found = datetime.fromisoformat(said)
    except ValueError:
        return None
    # Nothing was measured beyond them, and there is no reckoning with the ends of time.
    if not EARLIEST <= found.year <= LATEST:
        return None
    return found if found.tzinfo else found.replace(tzinfo=BEIJING)


def _before_all(session: Session) -> Problem:
    first = first_told(session)
    said = "—" if first is None else f"{first.astimezone(BEIJING):%Y-%m-%d %H:%M:%S%z}"
    return _bad(
        f"该时间早于本平台最早的位置记录（{said}），无法回溯：请用更晚的时间。",
        f"that time is before the first position on record ({said}): ask for a later one",
    )


def _bad(zh: str, en: str) -> Problem:
    return Problem(Kinds.BAD_AS_OF, zh, en)


AsOfDep = Annotated[AsOf, Depends(as_of)]
