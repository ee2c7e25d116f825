"""Whether an incinerator's monitoring was kept running over a month: MEE Order 10 (2019), article 12.

Hours without a valid mean of any of the five pollutants, and what of them CEMS maintenance within its
quarter's pool and stops excuse. It must not know how means were made.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from schemas.judgement import Finding, MeanRow
from services.rules.articles import articles, articles_for
from services.rules.facility.wording import hours as in_hours
from services.rules.incineration import FIVE_POLLUTANTS, DataDuty, data_duty
from services.rules.judging.case import Judgements
from services.rules.judging.facts import is_incinerator
from services.rules.judging.furnaces import marks_line
from services.rules.judging.incineration_part import subject_of
from services.rules.judging.month_case import INSTANT, PlantMonth
from services.rules.judging.records import HOUR
from services.rules.judging.shelf import place_of
from services.rules.marks.intervals import Interval, joined, overlap
from services.rules.marks.mark_parameters import MarkParameters
from services.rules.marks.quota import used_before
from services.rules.marks.standing import Standing, Stretch
from services.rules.plant_view import SubjectView

DUTY: Final = "incineration_data_duty"
_MAINTENANCE: Final = "cems_maintenance"
_STOPPED: Final = "out_of_service"
_POOL: Final = "cems_30h"
_HOUR_S: Final = 3600
_CLAIMED: Final = "exemption_claimed"


class _Lacking(NamedTuple):
    """An hour without a valid mean of some pollutant, and so many of its seconds without valid data."""

    hour: datetime
    seconds: int


class _Excused(NamedTuple):
    lacking_s: int
    maintenance_s: int
    claimed_s: int
    stopped_s: int


def judge_data_duty(case: PlantMonth) -> Judgements:
    """A finding for each incinerator of the month, which is over, whose data lack without an excuse.

    The marked time of an hour is taken for that which lacked. Raises SettingError.
    """
    found = Judgements()
    for outlet in case.view.outlets.values():
        if not is_incinerator(case.view, outlet):
            continue
        found.asked.add(DUTY)
        lacking = _lacking(case, outlet)
        excused = _excused(case, outlet, lacking)
        duty = data_duty(*excused)
        if duty.kept != "kept":
            found.findings.append(_finding(case, outlet, duty, excused))
    return found


def _lacking(case: PlantMonth, outlet: SubjectView) -> list[_Lacking]:
    """From the first hour on that was judged; what was before is nobody's."""
    lines: list[Mapping[datetime, MeanRow]] = [
        {row.start: row for row in case.hours.get(point.point, ())}
        for code, point in outlet.outward.items()
        if code in FIVE_POLLUTANTS
    ]
    starts = [start for line in lines for start in line]
    found: list[_Lacking] = []
    hour = min(starts, default=case.month.until)
    while hour < case.month.until:
        seconds = max(_lacking_s(line.get(hour)) for line in lines)
        found += [_Lacking(hour, seconds)] if seconds else []
        hour += HOUR
    return found


def _lacking_s(row: MeanRow | None) -> int:
    if row is None:
        return _HOUR_S
    return 0 if row.valid else max(1, _HOUR_S - row.valid_s)


def _excused(case: PlantMonth, outlet: SubjectView, lacking: Iterable[_Lacking]) -> _Excused:
    frame, view, since = case.frame, case.view, case.month.since
    units = view.units_of(outlet.row.id)
    subjects = (outlet.row.id, *(units if len(units) == 1 else ()))
    marks = [mark for one in subjects for mark in frame.marks.get(one, ())]
    line = marks_line(marks, frame, view, case.month.until - INSTANT)
    params = frame.shelf.parameters(MarkParameters, place_of(view, outlet), since)
    allowed_s = params.pool_s(_POOL)
    left_s = None if allowed_s is None else allowed_s - used_before(line, since, frame.zone)[_POOL]
    held = [one for lane in line[:2] for one in lane if one.kind.code in {_MAINTENANCE, _STOPPED}]
    total = stopped = maintenance = claimed = 0
    for hour, seconds in lacking:
        near = [one for one in held if one.since < hour + HOUR and one.until > hour]
        by_stop = min(seconds, _covered(near, hour, _STOPPED))
        by_care = min(seconds - by_stop, _covered(near, hour, _MAINTENANCE))
        by_care = by_care if left_s is None else min(by_care, max(0, left_s - maintenance))
        both = min(seconds, _covered(near, hour, None))
        total, stopped, maintenance = total + seconds, stopped + by_stop, maintenance + by_care
        claimed += min(both, seconds - by_stop - by_care)
    return _Excused(total, maintenance, claimed, stopped)


def _covered(held: Iterable[Stretch], hour: datetime, code: str | None) -> int:
    """Seconds of the hour under marks of that kind that count; None: under marks that are claimed."""
    span = Interval(hour, hour + timedelta(hours=1))
    wanted = [
        one
        for one in held
        if (one.standing is Standing.CLAIMED if code is None else _counts(one, code))
    ]
    parts = [overlap(Interval(one.since, one.until), span) for one in wanted]
    return sum(one.seconds for one in joined(part for part in parts if part is not None))


def _counts(one: Stretch, code: str) -> bool:
    return one.standing is Standing.COUNTS and one.kind.code == code


def _finding(case: PlantMonth, outlet: SubjectView, duty: DataDuty, excused: _Excused) -> Finding:
    local = case.month.since.astimezone(case.frame.zone)
    subject, shared = subject_of(case.view, outlet)
    law = articles_for(articles(), DUTY, local.date())
    claimed = duty.kept == "claimed"
    doubts = (
        *shared,
        *(f"article:{one.matter}" for one in law if not one.sure),
        *((_CLAIMED,) if claimed else ()),
    )
    name = f"{case.view.row.name}{outlet.row.name or outlet.row.code}"
    lacking, open_s = in_hours(excused.lacking_s), in_hours(duty.uncovered_s + duty.claimed_s)
    zh = "，其中部分标记尚未审核" if duty.claimed_s else ""
    en = "; part of it is marked and not reviewed" if duty.claimed_s else ""
    return Finding(
        rule=DUTY,
        subject=subject,
        point=None,
        since=case.month.since,
        until=case.month.until,
        stage=case.stage,
        zh=f"{local.year}年{local.month}月，{name}自动监测数据缺失或无效共{lacking}小时，扣除限额内CEMS维护"
        f"{in_hours(excused.maintenance_s)}小时、停运{in_hours(excused.stopped_s)}小时后，仍有{open_s}小时无豁免事由{zh}。",
        en=f"In {local:%Y-%m} data of {case.view.row.code}/{outlet.row.code} were missing or invalid for "
        f"{lacking} h; CEMS maintenance within its pool excuses {in_hours(excused.maintenance_s)} h, stops "
        f"{in_hours(excused.stopped_s)} h; {open_s} h are left{en}.",
        clause="；".join(one.zh for one in law),
        sure=not doubts,
        doubts=doubts,
        evidence={**excused._asdict(), "uncovered_s": duty.uncovered_s, "open_s": duty.claimed_s},
    )
