"""Long lists by pieces: a limit, and an opaque cursor that says after which key to go on.

It must not know what is listed.
"""

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final, Generic, TypeVar, cast

import orjson
from fastapi import Depends, Query
from pydantic import BaseModel, Field

from services.api.problems import Kinds, Problem

DEFAULT: Final = 100
MOST: Final = 1000
MOST_CHARACTERS: Final = 500

Item = TypeVar("Item")
Row = TypeVar("Row")
Key = str | int | float | datetime | None
Limit = Annotated[int, Query(ge=1, le=MOST, description="Most items of this answer 每页条数.")]
Cursor = Annotated[
    str | None,
    Query(
        max_length=MOST_CHARACTERS,
        description="`next` of the answer before 上一页的 next; absent: from the beginning.",
    ),
]


class Paged(BaseModel, Generic[Item]):
    """A piece of a list. `next`: ask with it as `cursor` for what follows; null: this is the end."""

    items: list[Item]
    next: str | None = Field(default=None, description="null: nothing follows 没有下一页")
    as_of: str | None = Field(default=None, description="The position asked for 截至位置")


@dataclass(frozen=True, slots=True)
class Page:
    """What was asked for: at most `limit` items after the key `after`, as it was given out."""

    limit: int = DEFAULT
    after: tuple[object, ...] | None = None

    @property
    def asked(self) -> int:
        """One more than is shown: whether something follows shows by it."""
        return self.limit + 1

    def key(self, *kinds: type) -> tuple[object, ...] | None:
        """The key to go on after, its parts of these kinds (`datetime` from its text); None: the start.

        Raises Problem when the cursor is of another list.
        """
        if self.after is None:
            return None
        if len(self.after) != len(kinds):
            raise _bad()
        return tuple(_part(part, kind) for part, kind in zip(self.after, kinds, strict=True))

    def split(
        self, rows: Sequence[Row], key: Callable[[Row], Sequence[Key]]
    ) -> tuple[Sequence[Row], str | None]:
        """Of `asked` rows those that are shown, and the cursor behind the last of them."""
        if len(rows) <= self.limit:
            return rows, None
        shown = rows[: self.limit]
        return shown, cursor_of(key(shown[-1]))


def cursor_of(key: Sequence[Key]) -> str:
    """An opaque cursor behind a key."""
    return base64.urlsafe_b64encode(orjson.dumps(list(key))).rstrip(b"=").decode()


def page(limit: Limit = DEFAULT, cursor: Cursor = None) -> Page:
    """What was asked for. Raises Problem when the cursor is none."""
    if cursor is None:
        return Page(limit)
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        found: object = orjson.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError):
        raise _bad() from None
    if not isinstance(found, list):
        raise _bad()
    return Page(limit, tuple(cast("list[object]", found)))


def _part(part: object, kind: type) -> object:
    if kind is datetime and isinstance(part, str):
        try:
            return datetime.fromisoformat(part)
        except ValueError:
            raise _bad() from None
    # bool is an int, and no key.
    if isinstance(part, bool) or not isinstance(part, kind):
        raise _bad()
    return part


def _bad() -> Problem:
    return Problem(
        Kinds.BAD_CURSOR,
        "cursor 不是本列表给出的：请原样使用上一页的 next，或不带 cursor 从头开始。",
        "cursor is not one of this list: use `next` of the answer before as it is, or leave it out",
    )


async def _page(limit: Limit = DEFAULT, cursor: Cursor = None) -> Page:
    return page(limit, cursor)


PageDep = Annotated[Page, Depends(_page)]
