"""Files of any length 数据导出, each with a manifest by which it is known again."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Final, Literal, cast

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from schemas.export import ExportQuery, Format, What
from schemas.judgement import Period
from schemas.series import Series
from services.api.access import CallerDep, Within, require
from services.api.asking import OverDep
from services.api.context import ContextDep, Now, RequestId
from services.api.database import SessionDep
from services.api.export_manifest import manifest_model
from services.api.export_parquet import NoParquetError, Parquet
from services.api.export_xlsx import MOST_ROWS
from services.api.exporting import AtWork, Making, Order, stream_of
from services.api.identity import address_of
from services.api.models.export import ManifestModel
from services.api.permissions import Permission
from services.api.problems import Kinds, Problem, not_found
from services.api.streaming import Stream
from services.store.export_lines import COLUMNS_OF, count_rows, export_view
from services.store.exports import read_manifest
from services.store.session import Session

MOST_AT_ONCE: Final = 3
"""So many exports of a process; each holds a connection."""
PATIENCE_S: Final = 60.0
DAY: Final = timedelta(days=1)
LONGEST: Final = 36_600 * DAY
MEDIA_TYPES: Final = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.PARQUET: "application/vnd.apache.parquet",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
router = APIRouter(tags=["export"])
Code = Annotated[str | None, Query(max_length=100)]


@dataclass(frozen=True, slots=True)
class Places:
    """Of which places, as said."""

    region: str | None
    plant: str | None
    subject: str | None
    side: str | None
    code: str | None


def places_of(
    region: Annotated[
        str | None, Query(max_length=12, description="A region with all below it 行政区划代码")
    ] = None,
    plant: Annotated[Code, Query(description="A plant's code 企业编码")] = None,
    subject: Annotated[
        Code, Query(description="An outlet's, unit's or facility's code 排口等编号")
    ] = None,
    side: Annotated[
        Literal["in", "out", "state"] | None, Query(description="进口/出口/工况")
    ] = None,
    code: Annotated[Code, Query(description="HJ 212 code 因子编码, like a21026")] = None,
) -> Places:
    return Places(region, plant, subject, side, code)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be handed out, and as what."""

    what: What
    format: Format
    series: Series
    period: Period
    marked: bool


def wanted_of(
    what: Annotated[What, Path(description="监测数据/均值/判定/告警/标记/限值")],
    form: Annotated[Format, Path(description="csv, parquet or xlsx")],
    series: Annotated[Series, Query(description="Of readings 数据类型")] = Series.HOUR,
    period: Annotated[Period, Query(description="Of means and verdicts 均值时段")] = Period.HOUR,
    bom: Annotated[  # noqa: FBT002 - a parameter of the query
        bool, Query(description="CSV with a mark by which old spreadsheets know UTF-8")
    ] = False,
) -> Wanted:
    return Wanted(what, form, series, period, bom)


def query_of(
    wanted: Annotated[Wanted, Depends(wanted_of)],
    places: Annotated[Places, Depends(places_of)],
    over: OverDep,
    within: Within,
) -> ExportQuery:
    """What is asked for, within what the caller sees. Raises Problem."""
    asked = over.range(LONGEST, DAY)
    plants = within.plants_in(places.region)
    if places.plant is not None:
        one = within.plant(places.plant).id
        plants = [one] if plants is None or one in plants else []
    return ExportQuery(
        *(wanted.what, over.known.position, asked.since, asked.until),
        None if plants is None else tuple(sorted(plants)),
        *(places.subject, places.side, places.code, wanted.series, wanted.period),
        guarded=wanted.format is not Format.PARQUET,
    )


def order_of(  # noqa: PLR0913, PLR0917 - each is a dependency
    request: Request,
    wanted: Annotated[Wanted, Depends(wanted_of)],
    query: Annotated[ExportQuery, Depends(query_of)],
    caller: CallerDep,
    now: Now,
    request_id: RequestId,
) -> Order:
    return Order(
        *(secrets.token_hex(16), query, wanted.format, caller, now, request_id),
        address_of(request),
        wanted.marked,
    )


async def at_work_of(request: Request) -> AtWork:
    """The one of this application; on its loop, so that two requests do not make two."""
    state = request.app.state
    if not hasattr(state, "exports"):
        state.exports = AtWork()
    return cast("AtWork", state.exports)


@router.get(
    "/export/{what}.{form}",  # noqa: FAST003 - `wanted_of` takes them
    dependencies=[require(Permission.EXPORT)],
    summary="A file of any length 导出文件",
    response_class=Response,
    responses={
        200: {
            "description": "The file. `Qingkong-Manifest` names its manifest.",
            "content": {kind.partition(";")[0]: {} for kind in MEDIA_TYPES.values()},
        }
    },
)
def export(
    order: Annotated[Order, Depends(order_of)],
    context: ContextDep,
    session: SessionDep,
    at_work: Annotated[AtWork, Depends(at_work_of)],
) -> Stream:
    """Readings, means, verdicts, alerts, marks or versions of limits, as known at `as_of`.

    It comes while it is made. Only an answer that ends as it should is whole; its manifest is then at
    `/export/manifest/{id}` with the id of the header `Qingkong-Manifest`. Columns of times name their
    zone; units stand beside their numbers. A workbook has at most 1,000,000 rows.
    """
    place = at_work.place(MOST_AT_ONCE)
    if place is None:
        raise Problem(
            Kinds.UNAVAILABLE,
            "正在进行的导出过多，请稍后再试。",
            "too many exports are being made: try again later",
            headers={"Retry-After": "60"},
        )
    try:
        _judged(order, session)
    except BaseException:
        place.leave()
        raise
    query = order.query
    name = f"qingkong-{query.what.value}-{query.position}.{order.format.value}"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Qingkong-Manifest": order.name,
        "Link": f'</api/v1/export/manifest/{order.name}>; rel="describedby"',
        "Qingkong-Position": str(query.position),
        "Cache-Control": "no-store",
        # Compressing would keep the process from everything else.
        "Content-Encoding": "identity",
    }
    return Stream(
        stream_of(Making(context, order)),
        MEDIA_TYPES[order.format],
        headers,
        PATIENCE_S,
        place.leave,
    )


@router.get(
    "/export/manifest/{name}",
    dependencies=[require(Permission.EXPORT)],
    summary="What an export is known by 导出清单",
)
def manifest(
    name: Annotated[str, Path(max_length=40, description="As `Qingkong-Manifest` named it")],
    session: SessionDep,
    within: Within,
) -> ManifestModel:
    """Query, position, rows, digests, and the newest checkpoint of then.

    There is none of an export that was broken off. Keep it with the file.
    """
    found = read_manifest(session, name)
    if found is None or not _sees(within, found[0].query):
        raise not_found(
            "没有该导出清单：导出未完成，或不在您的范围内。",
            "there is no such manifest: the export did not end, or is not for you",
        )
    return manifest_model(*found)


def _sees(within: Within, query: ExportQuery) -> bool:
    seen = within.plants()
    return seen is None or (query.plants is not None and set(query.plants) <= set(seen))


def _judged(order: Order, session: Session) -> None:
    """Whether it can be made in this form. Raises Problem."""
    if order.format is Format.PARQUET:
        try:
            Parquet(COLUMNS_OF[order.query.what], {})
        except NoParquetError:
            raise Problem(
                Kinds.UNAVAILABLE,
                "本机未安装 Parquet 组件：请安装 qingkong[parquet]，或改用 csv。",
                "Parquet is not installed here: install qingkong[parquet], or ask for csv",
            ) from None
    elif order.format is Format.XLSX:
        with export_view(session):
            rows = count_rows(session, order.query, MOST_ROWS + 1)
        if rows > MOST_ROWS:
            raise Problem(
                Kinds.INVALID,
                f"超过 {MOST_ROWS:,} 行，工作簿容纳不下：请改用 csv 或 parquet，或缩小范围。",
                f"more than {MOST_ROWS:,} rows do not fit into a workbook: ask for csv or parquet, "
                "or for less",
            )
