"""Versions in headers: ETag says which one is shown, If-Match which one was looked at.

It must not know what has versions.
"""

import re
from typing import Annotated, Final

from fastapi import Depends, Header, Request

from services.api.problems import Kinds, Problem

MOST_DIGITS: Final = 18
READING: Final = frozenset({"GET", "HEAD"})
TAG: Final = re.compile(r'"(\d{1,18})"')
IF_MATCH = Header(
    alias="If-Match",
    max_length=100,
    description='The ETag of what you looked at 所见版本, `"3"`; a change since then is refused (412).',
    examples=['"3"'],
)


def etag(version: int) -> str:
    """The ETag of a version."""
    return f'"{version}"'


def seen_version(given: str | None = None) -> int | None:
    """The version that the caller looked at; None: he does not say. Raises Problem."""
    if given is None or given.strip() == "*":
        return None
    # What a proxy that compresses makes weak is still that version.
    found = TAG.fullmatch(given.strip().removeprefix("W/"))
    if found is None:
        raise Problem(
            Kinds.STALE,
            'If-Match 不是本平台给出的 ETag，例如 "3"。',
            'If-Match is not an ETag that was given here, such as "3"',
        )
    return int(found[1])


def asked_version(request: Request, given: Annotated[str | None, IF_MATCH] = None) -> int | None:
    """The version of the header; of who only reads it is not asked. Raises Problem."""
    return None if request.method in READING else seen_version(given)


def needed_version(seen: Annotated[int | None, Depends(asked_version)]) -> int:
    """The same where it must be said. Raises Problem."""
    if seen is None:
        raise Problem(
            Kinds.VERSION_NEEDED,
            "请先读取，再以 If-Match 给出其 ETag。",
            "read it first, and send its ETag as If-Match",
        )
    return seen


def unchanged(request: Request, version: int) -> bool:
    """Whether If-None-Match names this version: then 304 is the answer."""
    given = request.headers.get("if-none-match", "")
    return any(tag == str(version) for tag in TAG.findall(given))


def stale(zh: str = "", en: str = "") -> Problem:
    """It was changed since the caller looked."""
    return Problem(
        Kinds.STALE,
        zh or "自您读取后已被修改：请重新读取后再试。",
        en or "it has changed since you looked: read it again, then try again",
    )


SeenVersion = Annotated[int | None, Depends(asked_version)]
NeededVersion = Annotated[int, Depends(needed_version)]
