"""Exceedances of a point that come again 重复超标 within a window, told of the days that are over.

No national rule counts them, and each finding says so. It must not know how periods were judged.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from schemas.judgement import Finding, Period
from schemas.period_outcome import PeriodOutcome
from services.rules.judging.case import Judgements, PlantDay
from services.rules.judging.records import HOUR
from services.rules.judging.shelf import place_of
from services.rules.periods import Bounds, local_day
from services.rules.plant_view import PlantView, PointView, SubjectView
from services.rules.repetition import (
    Episode,
    RecurrenceParameters,
    Repetition,
    episodes,
    repetitions,
)

REPEATED: Final = {Period.HOUR: "repeated_exceedance", Period.DAY: "repeated_exceedance_day"}
"""Names of the rule by the period that exceeds: both may begin at one midnight."""
REACH: Final = timedelta(days=62)
"""So long before a span exceedances are needed: the window as set, and an episode across its start."""
_LENGTHS: Final = {Period.HOUR: HOUR, Period.DAY: timedelta(days=1)}
_CLAUSE: Final = "无全国统一规定（窗口与次数为设定值）"


def judge_repetitions(
    frame: PlantDay, span: Bounds, period: Period, over: Iterable[PeriodOutcome]
) -> Judgements:
    """The repetitions that begin in the span, of each point of an outlet.

    `over`: periods that exceed their limit, from `REACH` before the span on. Claimed and exempt ones
    are not counted.
    """
    found = Judgements(asked={REPEATED[period]})
    starts: dict[int, set[datetime]] = {}
    for one in over:
        starts.setdefault(one.point, set()).add(one.start)
    view = frame.view_at(span.until - timedelta(microseconds=1))
    for outlet in view.outlets.values():
        for point in outlet.points():
            if point.point not in starts:
                continue
            place = place_of(view, outlet, point)
            params = frame.shelf.parameters(RecurrenceParameters, place, span.since)
            whole = {one.since: one for one in episodes(starts[point.point], _LENGTHS[period])}
            for again in repetitions(whole, params):
                if span.since <= again.at < span.until:
                    what = (period, whole[again.at], params)
                    found.findings.append(_finding(frame, view, (outlet, point), again, what))
    return found


def _finding(
    frame: PlantDay,
    view: PlantView,
    where: tuple[SubjectView, PointView],
    again: Repetition,
    what: tuple[Period, Episode, RecurrenceParameters],
) -> Finding:
    outlet, point = where
    period, episode, params = what
    name = f"{view.row.name}{outlet.row.name or outlet.row.code}"
    at = again.at.astimezone(frame.zone).strftime("%Y-%m-%d %H:%M")
    first = again.first.astimezone(frame.zone).strftime("%Y-%m-%d %H:%M")
    unit_zh, unit_en = ("小时", "h") if period is Period.HOUR else ("日", "d")
    return Finding(
        rule=REPEATED[period],
        subject=outlet.row.id,
        point=point.point,
        since=again.at,
        until=episode.until,
        stage=frame.stage(local_day(again.at, frame.zone).until, told=False),
        zh=f"{name}{point.code}自{at}起超标{episode.periods}{unit_zh}，为{params.window_days}天内第{again.nth}次"
        f"（首次{first}）。依据：{_CLAUSE}。",
        en=f"{view.row.code} {outlet.row.code} {point.code} exceeded for {episode.periods} {unit_en} "
        f"from {at} on: for the {again.nth}. time within {params.window_days} days (first {first}). "
        f"No national rule: window and number are settings.",
        clause=_CLAUSE,
        sure=not again.doubts,
        doubts=again.doubts,
        evidence={
            "period": period.value,
            "nth": again.nth,
            "first": again.first.isoformat(),
            "periods": episode.periods,
            "window_days": params.window_days,
            "repeats": params.repeats,
        },
    )
