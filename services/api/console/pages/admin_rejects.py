"""Rejected messages 拒收报文: which device sends what wrong, why, and what to do."""

import base64
import shlex
from datetime import datetime, timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Depends
from starlette.responses import HTMLResponse

from schemas.policies import MEANINGS
from services.api.access import Within, require
from services.api.asking import OverDep
from services.api.console.admin.frame import framed
from services.api.console.fleet.reject_words import REJECTS
from services.api.console.page import Page, PageOf
from services.api.looking import LookDep
from services.api.models.rejects import RejectModel
from services.api.models.retries import RetryModel
from services.api.paging import Page as Piece
from services.api.paging import Paged, PageDep
from services.api.permissions import Permission
from services.api.routes.rejects_read import Mn, Reasons
from services.api.routes.rejects_read import rejects as rejects_told
from services.api.routes.retries import list_ as retries_told
from services.api.routes.retries import show as retry_shown
from services.store.reject_counts import reject_counts

router = APIRouter()
MONTH: Final = timedelta(days=31)
DAY: Final = timedelta(days=1)
MOST: Final = 200
WIDTH: Final = 16
PRINTED: Final = range(0x20, 0x7F)
MOST_BYTES: Final = 4_096
LATEST: Final = 5


def newest_rejects(  # noqa: PLR0913, PLR0917 - parameters of the query
    within: Within,
    over: OverDep,
    look: LookDep,
    piece: PageDep,
    mn: Mn = None,
    reason: Reasons = None,
) -> Paged[RejectModel]:
    """As the API tells them, the newest first."""
    return rejects_told(within, over, look, piece, mn, reason, newest=True)


@router.get(
    "/console/admin/rejects",
    dependencies=[require(Permission.READ_FRAMES)],
    summary="Rejects 拒收报文",
    response_class=HTMLResponse,
)
def rejects(
    page: PageOf,
    within: Within,
    over: OverDep,
    found: Annotated[Paged[RejectModel], Depends(newest_rejects)],
) -> HTMLResponse:
    """Counted by device and reason, and one by one with their bytes; the look is put on record.

    Who may have them fed in again also sees which retries were asked for last.
    """
    asked = over.range(MONTH, DAY)
    span = (asked.since, asked.until)
    values = {
        "rejects": found.items,
        "next": found.next,
        "counts": reject_counts(within.session, span, within.plants(), MOST),
        "reasons": list(REJECTS),
        "dump": dump,
        "meaning": meaning,
        "retries": _latest(page, within),
        **_asked(page, span),
    }
    return framed(page, "admin_rejects.html", values)


@router.get(
    "/console/admin/rejects/retries/{retry}",
    dependencies=[require(Permission.RETRY_REJECTS)],
    summary="A retry of rejects 重试任务",
    response_class=HTMLResponse,
)
def retry_part(page: PageOf, found: Annotated[RetryModel, Depends(retry_shown)]) -> HTMLResponse:
    """How far it is, looked at again and again until it is done; of a dry run, the button to do it."""
    return framed(page, "admin_retry.html", {"one": found, "wish": wish})


def wish(one: RetryModel) -> dict[str, object]:
    """What a dry run was of, to be asked for in earnest."""
    asked = {"reject", "mn", "reason", "since", "until", "clock_offset_s", "again"}
    return one.model_dump(mode="json", include=asked, exclude_none=True)


def dump(text: str) -> str:
    """Bytes in Base64 as rows of 16 in hex, with their place and what of them is ASCII.

    At most the first 4,096.
    """
    content = base64.b64decode(text)[:MOST_BYTES]
    return "\n".join(_row(content, start) for start in range(0, len(content), WIDTH))


def meaning(policy: str) -> str:
    """What a policy accepts, in English and Chinese; empty where the name says it."""
    return next((text for name, text in MEANINGS.items() if name.value == policy), "")


def retry_command(mn: str, reason: str) -> str:
    """What to run on the server to feed all of an MN or reason in again, tried out first."""
    named = [*(("--reason", reason) if reason else ()), *(("--mn", mn) if mn else ())]
    return shlex.join(["qingkong", "rejects", "retry", *named, "--dry-run"])


def _row(content: bytes, start: int) -> str:
    row = content[start : start + WIDTH]
    shown = "".join(chr(each) if each in PRINTED else "." for each in row)
    return f"{start:04x}  {row.hex(' '):<{WIDTH * 3 - 1}}  {shown}"


def _latest(page: Page, within: Within) -> list[RetryModel]:
    """The retries that were asked for last, where the caller may ask for them himself."""
    if not page.may(Permission.RETRY_REJECTS):
        return []
    return retries_told(within, Piece(LATEST)).items


def _asked(page: Page, span: tuple[datetime, datetime]) -> dict[str, object]:
    query = page.request.query_params
    mn, reason = query.get("mn", ""), query.get("reason", "")
    named = {"mn": mn, "reason": reason, "from": span[0].isoformat(), "to": span[1].isoformat()}
    return {
        "mn": mn,
        "reason": reason,
        "span": span,
        "command": retry_command(mn, reason),
        "asked": {name: text for name, text in named.items() if text},
        "wish": wish,
    }
