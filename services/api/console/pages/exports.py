"""Exports: what to hand out as a file, what was handed out, and how a file is known again."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Response
from starlette.responses import HTMLResponse

from schemas.export import ExportQuery, Format, What
from schemas.judgement import Period
from schemas.series import Series
from services.api.access import Sight, Within, require
from services.api.console.page import Page, PageOf
from services.api.export_xlsx import MOST_ROWS
from services.api.models.status import RegionsModel
from services.api.permissions import Permission
from services.api.routes.export import query_of
from services.api.routes.status import regions
from services.store.chain_exports import MadeExport, exports_of

router = APIRouter()
MOST: Final = 20
EXPORT: Final = [require(Permission.EXPORT)]
WHATS: Final = {
    What.READINGS: ("监测数据", "readings"),
    What.MEANS: ("均值", "means"),
    What.VERDICTS: ("判定", "verdicts"),
    What.ALERTS: ("告警", "cases"),
    What.MARKS: ("标记", "marks"),
    What.LIMITS: ("限值", "limits"),
}
SERIES: Final = {
    Series.REALTIME: ("实时", "real time"),
    Series.MINUTE: ("分钟", "minute"),
    Series.FIVE_MINUTE: ("5 分钟", "five minutes"),
    Series.HOUR: ("小时", "hour"),
    Series.DAY: ("日", "day"),
    Series.STATE: ("状态", "state"),
}
PERIODS: Final = (Period.HOUR, Period.DAY, Period.MONTH)


@router.get(
    "/console/exports", dependencies=EXPORT, summary="Exports 导出", response_class=HTMLResponse
)
def exports(
    page: PageOf, within: Within, found: Annotated[RegionsModel, Depends(regions)]
) -> HTMLResponse:
    """The file is made by the API; what ended has a manifest, of the caller's own the newest here."""
    return page.show(
        "exports.html",
        {
            "made": _made(within, page),
            "regions": found.items,
            "whats": WHATS,
            "series": SERIES,
            "periods": PERIODS,
            "formats": list(Format),
            "most_rows": MOST_ROWS,
        },
    )


@router.get(
    "/console/exports/check/{what}.{form}",
    dependencies=EXPORT,
    summary="Whether it can be exported 导出前核对",
    response_class=Response,
)
def check(_page: PageOf, _query: Annotated[ExportQuery, Depends(query_of)]) -> Response:
    """Nothing, where the API would begin; else the page of the problem."""
    return Response(status_code=204)


@router.get(
    "/console/exports/made",
    dependencies=EXPORT,
    summary="One's newest exports 最近导出",
    response_class=HTMLResponse,
)
def made(page: PageOf, within: Within) -> HTMLResponse:
    """The list alone: it is read again while a file is made."""
    return page.show("exports_made.html", {"made": _made(within, page), "whats": WHATS})


def _made(within: Sight, page: Page) -> list[MadeExport]:
    account = page.caller.account
    return [] if account is None else exports_of(within.session, account, MOST)
