"""What is told as it stands, or as it was known where that is asked for: cases, orders, contests.

It must not know what is told.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, TypeVar

from fastapi import Depends, Query, Response

from services.api.asof import AsOf, as_of
from services.api.database import SessionDep

Row = TypeVar("Row")
After = tuple[datetime, int] | None
THEN = Query(
    alias="as_of",
    max_length=40,
    description="As known on 截至: a position (digits) or a time (ISO 8601; Beijing time unless it "
    "names its offset). Absent: as it stands now, with all that there is to tell.",
    examples=["2026-08-01T00:00:00+08:00", "184467"],
)


async def then(
    session: SessionDep, response: Response, given: Annotated[str | None, THEN] = None
) -> AsOf | None:
    """What was asked for; None: nothing was. Raises Problem as `as_of` does."""
    return None if given is None else await as_of(session, response, given)


ThenDep = Annotated[AsOf | None, Depends(then)]


def sifted(
    read: Callable[[int, After], Sequence[Row]],
    keep: Callable[[Row], bool],
    key: Callable[[Row], tuple[datetime, int]],
    page: tuple[int, After],
) -> list[Row]:
    """The first `page[0]` rows behind `page[1]` that are kept, read piece by piece."""
    most, after = page
    found: list[Row] = []
    while len(found) < most:
        rows = read(most, after)
        found += [row for row in rows if keep(row)]
        if len(rows) < most:
            break
        after = key(rows[-1])
    return found[:most]
