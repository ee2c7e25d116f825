"""Finding `run_hours_disagree` 运行时间不符: a day's run hours as the device counted them, and its states.

It must not know groups.
"""

from decimal import Decimal
from typing import Final, NamedTuple

from schemas.judgement import Finding, Period
from schemas.record import Record
from services.rules.exact import EXACT, digits, in_brief, text
from services.rules.facility.asked import Asked
from services.rules.facility.course import Course, Window, second_of, time_of
from services.rules.facility.intervals import Ruler
from services.rules.facility.slices import slices
from services.rules.facility.wording import hours, moment

CLAUSE: Final = "HJ 212-2017 CN 2041（设施运行时间日数据）与 CN 2021（设施运行状态）"
_DAY_S: Final = 86_400
_HOUR_S: Final = 3_600


class Counted(NamedTuple):
    """A day's run seconds by the states: so many surely, so many perhaps."""

    certain_s: int
    unknown_s: int


def run_hours_disagree(
    facility: int, records: tuple[Record, ...], asked: Asked
) -> tuple[Finding, ...]:
    """Days whose record (SBn-RT, hours; `at` begins the day) no count of the states explains.

    The states give at least their running seconds and at most those and the unknown ones; beyond
    `run_hours_tolerance_s` outside of that it is a finding, and so is a number of hours that no day
    has. Only whole local days inside the window are compared, with states as reported: what signals
    derive is not what the device counted.
    """
    line = asked.lines.get(facility)
    report = None if line is None or line.reported is None else line.reported.course
    if report is None:
        return ()
    found: list[Finding] = []
    for record in records:
        if record.value is None or record.sentinel:
            continue
        begin = second_of(record.at)
        day = slices(Period.DAY, Window(begin, begin + 1), asked.zone)[0]
        if day.since < asked.window.since or day.until > asked.window.until:
            continue
        if begin != day.since:
            # Dated by a clock that is wrong: nobody knows which day was counted.
            continue
        told_s = EXACT.multiply(digits(record.value), _HOUR_S)
        counted = _counted(report, day.since, day.until)
        if _disagree(told_s, counted, asked.params.run_hours_tolerance_s):
            found.append(_finding(facility, day.since, digits(record.value), counted, asked))
    return tuple(found)


def _counted(report: Course, since: int, until: int) -> Counted:
    return Counted(
        Ruler(report.on).seconds(since, until), Ruler(report.unknown).seconds(since, until)
    )


def _disagree(told_s: Decimal, counted: Counted, tolerance_s: int) -> bool:
    if not 0 <= told_s <= _DAY_S:
        return True
    least = counted.certain_s - tolerance_s
    most = counted.certain_s + counted.unknown_s + tolerance_s
    return not least <= told_s <= most


def _finding(facility: int, begin: int, told: Decimal, counted: Counted, asked: Asked) -> Finding:
    day = moment(begin, asked.zone)[:10]
    doubts = asked.doubts({"run_hours_tolerance_s", "running_states", "report_holds_s"})
    name, allowed = asked.label(facility), hours(asked.params.run_hours_tolerance_s)
    certain, unknown = hours(counted.certain_s), hours(counted.unknown_s)
    reported = in_brief(told)
    return Finding(
        rule="run_hours_disagree",
        subject=facility,
        point=None,
        since=time_of(begin),
        until=time_of(begin + _DAY_S),
        stage=asked.stage,
        zh=f"{day}，{name}上报日运行时间{reported} h，而按上报状态统计确定运行{certain} h、状态未知{unknown} h，"
        f"差值超过允许的{allowed} h。",
        en=f"On {day}, {name} told {reported} h of running, while the states it reported make "
        f"{certain} h of sure running and {unknown} h unknown; more than {allowed} h apart.",
        clause=CLAUSE,
        sure=not doubts,
        doubts=doubts,
        evidence={
            "told_h": text(told),
            "certain_s": counted.certain_s,
            "unknown_s": counted.unknown_s,
            "tolerance_s": asked.params.run_hours_tolerance_s,
        },
    )
