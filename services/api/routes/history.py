"""What a point measured, what was computed of it and how it was judged, from years to seconds."""

from datetime import datetime, timedelta
from typing import Annotated, Final, Literal, cast

from fastapi import APIRouter, Query, Response

from schemas.judgement import Outcome, Period
from schemas.series import Series
from services.api.access import require
from services.api.asking import OverDep, PointDep
from services.api.database import SessionDep
from services.api.history_answers import (
    channel_models,
    mean_lines,
    point_name,
    reading_fields,
    reading_lines,
    sample_lines,
    verdict_model,
)
from services.api.models.history import (
    MeansModel,
    ReadingsModel,
    RevisionModel,
    RevisionsModel,
    VerdictsModel,
)
from services.api.paging import PageDep
from services.api.permissions import Permission
from services.api.plain_json import at_site, plain
from services.api.status_answers import API
from services.store.accounting import one_snapshot
from services.store.history_beliefs import Beliefs, read_mean_lines, read_verdict_lines
from services.store.history_channels import channel_refs
from services.store.history_known import known_below
from services.store.history_mean_samples import read_mean_samples
from services.store.history_readings import Asked, instruments_of, read_readings, read_revisions
from services.store.history_samples import bucket_width, read_samples
from services.store.status_place import points_at

router = APIRouter(tags=["history"])
POINT: Final = "/plants/{plant}/subjects/{subject}/points/{side}/{code}"
READ: Final = [require(Permission.READ_HISTORY)]
ZONE: Final = "+08:00"
DAY: Final = timedelta(days=1)
LONGEST: Final = {
    Series.REALTIME: 31 * DAY,
    Series.MINUTE: 92 * DAY,
    Series.FIVE_MINUTE: 92 * DAY,
    Series.HOUR: 1_100 * DAY,
    Series.DAY: 7_400 * DAY,
    Series.STATE: 366 * DAY,
}
LONGEST_MEANS: Final = {
    Period.FIVE_MINUTE: 92 * DAY,
    Period.HOUR: 1_100 * DAY,
    Period.DAY: 7_400 * DAY,
    Period.MONTH: 7_400 * DAY,
    Period.QUARTER: 7_400 * DAY,
    Period.YEAR: 7_400 * DAY,
}
Points = Annotated[
    int | None,
    Query(
        ge=2,
        le=20_000,
        description="Thin out for a chart of so many points 抽样: each stretch gives its least and its "
        "greatest reading, so that no extreme is lost. The list is not paged then.",
    ),
]
Rank = Annotated[
    Literal["main", "spare", "comparison"],
    Query(description="Which instruments of the point 主用/备用/比对"),
]


@router.get(
    f"{POINT}/readings",
    dependencies=READ,
    summary="Readings 监测数据",
    response_model=ReadingsModel,
)
def readings(  # noqa: PLR0913, PLR0917 - parameters of the query
    point: PointDep,
    over: OverDep,
    session: SessionDep,
    page: PageDep,
    series: Annotated[
        Series, Query(description="实时、分钟、5 分钟、小时、日数据, 状态")
    ] = Series.HOUR,
    rank: Rank = "main",
    raw: Annotated[bool, Query(description="As sent: not scaled, sentinels as numbers")] = False,  # noqa: FBT002 - a parameter of the query
    points: Points = None,
) -> Response:
    """What devices sent for a point, in the order of time: scaled, with unit, flag and validity.

    Of each time the value that is believed: that sent last. What was replaced is in `/revisions`. At
    once at most: realtime 31 days, minute 92, hour 1,100, day 7,400.
    """
    asked = over.range(LONGEST[series], DAY)
    after = page.key(datetime, int)
    with one_snapshot(session):
        known = known_below(session, over.known.position)
        wanted = Asked(point.id, rank, series, asked.since, asked.until, known, raw)
        pieces = instruments_of(session, wanted)
        channels = channel_refs(session, {one.channel for one in pieces})
        width = None if points is None else bucket_width(asked.since, asked.until, points)
        samples = None if width is None else read_samples(session, wanted, pieces, width)
        rows = (
            read_readings(
                *(session, wanted, pieces, page.asked),
                cast("tuple[datetime, int] | None", after),
            )
            if width is None
            else []
        )
    shown, following = page.split(rows, lambda row: (row.time, row.channel))
    told = channel_models(pieces, channels)
    body = {
        "point": point_name(point).model_dump(),
        "series": series,
        "rank": rank,
        "raw": raw,
        "zone": ZONE,
        "since": at_site(asked.since),
        "until": at_site(asked.until),
        "as_of": over.known.below,
        "channels": [one.model_dump() for one in told],
        "items": reading_lines(shown, channels),
        "samples": None if samples is None else sample_lines(samples),
        "width_s": None if width is None else round(width.total_seconds()),
        "next": following,
    }
    return plain(body, over.known)


@router.get(f"{POINT}/revisions", dependencies=READ, summary="What was replaced 数据修订")
def revisions(
    point: PointDep,
    over: OverDep,
    session: SessionDep,
    series: Annotated[Series, Query(description="Which series")] = Series.HOUR,
    limit: Annotated[int, Query(ge=1, le=1000)] = 1000,
) -> RevisionsModel:
    """Every value that was ever sent for times of which more than one was, as sent.

    Of a time the last is the one believed.
    """
    asked = over.range(LONGEST[series], 31 * DAY)
    with one_snapshot(session):
        known = known_below(session, over.known.position)
        wanted = Asked(point.id, "main", series, asked.since, asked.until, known, raw=True)
        pieces = instruments_of(session, wanted)
        channels = channel_refs(session, {one.channel for one in pieces})
        rows = list(read_revisions(session, wanted, pieces, limit + 1))
    shown = rows[:limit]
    last = {(row.channel, row.time): place for place, row in enumerate(rows)}
    return RevisionsModel(
        point=point_name(point),
        series=series,
        since=asked.since,
        until=asked.until,
        as_of=over.known.below,
        channels=channel_models(pieces, channels),
        items=[
            RevisionModel.model_validate(
                {
                    **reading_fields(row, channels),
                    "believed": last[row.channel, row.time] == place,
                }
            )
            for place, row in enumerate(shown)
        ],
        more=len(rows) > limit,
    )


@router.get(f"{POINT}/means", dependencies=READ, summary="Means 均值", response_model=MeansModel)
def means(  # noqa: PLR0913, PLR0917 - parameters of the query
    point: PointDep,
    over: OverDep,
    session: SessionDep,
    page: PageDep,
    period: Annotated[Period, Query(description="5 分钟、小时、日、月均值")] = Period.HOUR,
    points: Points = None,
    reference: Annotated[
        str | None,
        Query(
            max_length=10,
            pattern=r"^\d{1,2}(\.\d{1,3})?$",
            description="With `points`: of the means converted to this oxygen in % 基准含氧量",
            examples=["6"],
        ),
    ] = None,
) -> Response:
    """The believed means of a point with how much of each was valid.

    What each rests on is told with its verdicts.
    """
    asked = over.range(LONGEST_MEANS[period], 31 * DAY)
    wanted = Beliefs(point.id, period, asked.since, asked.until, over.known.position)
    width = None if points is None else bucket_width(asked.since, asked.until, points)
    samples = None if width is None else read_mean_samples(session, wanted, width, reference)
    after = page.key(datetime)
    behind = None if after is None else cast("datetime", after[0])
    rows = read_mean_lines(session, wanted, page.asked, behind) if width is None else []
    shown, following = page.split(rows, lambda row: (row.start,))
    bound = [
        one for one in points_at(session, [point.subject.id], asked.until) if one.id == point.id
    ]
    body = {
        "point": point_name(point).model_dump(),
        "period": period,
        "unit": bound[0].unit if bound else None,
        "zone": ZONE,
        "since": at_site(asked.since),
        "until": at_site(asked.until),
        "as_of": over.known.below,
        "items": mean_lines(shown),
        "samples": None if samples is None else sample_lines(samples),
        "width_s": None if width is None else round(width.total_seconds()),
        "next": following,
    }
    return plain(body, over.known)


@router.get(f"{POINT}/verdicts", dependencies=READ, summary="Verdicts 判定")
def verdicts(  # noqa: PLR0913, PLR0917 - parameters of the query
    point: PointDep,
    over: OverDep,
    session: SessionDep,
    page: PageDep,
    period: Annotated[Period, Query(description="Of hour, day or month means")] = Period.HOUR,
    outcome: Annotated[
        list[Outcome] | None, Query(description="Only these 判定结果; may be given more than once")
    ] = None,
) -> VerdictsModel:
    """The believed verdicts of a point, by time and limit; `link` leads to what each rests on."""
    asked = over.range(LONGEST_MEANS[period], 31 * DAY)
    wanted = Beliefs(point.id, period, asked.since, asked.until, over.known.position)
    after = cast("tuple[datetime, int] | None", page.key(datetime, int))
    rows = read_verdict_lines(session, wanted, page.asked, after, outcome)
    shown, following = page.split(rows, lambda row: (row.start, row.limit))
    return VerdictsModel(
        point=point_name(point),
        period=period,
        since=asked.since,
        until=asked.until,
        as_of=over.known.below,
        items=[verdict_model(row, f"{API}/verdicts") for row in shown],
        next=following,
    )
