"""A plant's points as the indicators of data quality watch them: over a month as believed, a day as sent.

It must not know any indicator.
"""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Final, NamedTuple

from schemas.limits import Bound
from schemas.registry_rows import Side
from services.rules.condition_words import ConditionError, parse
from services.rules.conditions import Fact, Truth, truth_of
from services.rules.exact import digits, text
from services.rules.judging.facts import facts_of
from services.rules.judging.quality_day import HISTORY, Filed, QualityDay
from services.rules.judging.quality_names import named
from services.rules.judging.quality_series import (
    believed_hours,
    minutes_of,
    sent_hours,
    valid_parts,
)
from services.rules.judging.quality_words import calibrations_of, checks_of, settings_of
from services.rules.judging.records import HOUR, MAIN
from services.rules.plant_view import PointView, SubjectView
from services.rules.quality.case import MonthMean, Watched
from services.rules.quality.series import HOUR_S, MINUTE_S, series_of
from services.rules.quality.settings import RANGE

GUIDES: Final[Mapping[str, str]] = {"load": "i33400", "fuel": "g203"}
"""Signals of units by which gas and oxygen go, with the codes by which the indicators know them."""
_SIDES: Final[Mapping[str, Side]] = {"in": "in", "out": "out", "state": "state"}
HISTORY_H: Final = HISTORY // HOUR


class Views(NamedTuple):
    """A point over the history as it is believed, and over its day as it was sent."""

    believed: Watched
    sent: Watched


class _Limit(NamedTuple):
    high: float
    reference: Decimal | None


def views_of(asked: QualityDay, outlet: SubjectView) -> tuple[Views, ...]:
    """The points of an outlet that were measured throughout the day, with its unit's load and fuel."""
    found = [
        _outlet_point(asked, outlet, point)
        for point in (*outlet.inward.values(), *outlet.outward.values())
        if _measured(asked, point)
    ]
    units = asked.view.units_of(outlet.row.id)
    if len(units) == 1 and units[0] in asked.view.units:
        signals = asked.view.units[units[0]].signals
        found += [
            _guide(asked, signals[code], known)
            for code, known in GUIDES.items()
            if code in signals and _measured(asked, signals[code])
        ]
    return tuple(found)


def _measured(asked: QualityDay, point: PointView) -> bool:
    return point.device is not None and point.device.commissioned_at <= asked.day.since


def _outlet_point(asked: QualityDay, outlet: SubjectView, point: PointView) -> Views:
    limit = _limit(asked, outlet, point)
    own = outlet.row.reference_oxygen
    reference = limit.reference if limit is not None else None
    if reference is None and own is not None:
        reference = digits(own)
    sent = replace(_shown(asked, point), reference_oxygen=own)
    hours = believed_hours(
        asked.hours.get(point.point, ()),
        asked.history_since,
        HISTORY_H,
        None if reference is None else text(reference),
    )
    believed = replace(
        sent,
        hours=hours,
        parts=valid_parts(asked.hours.get(point.point, ()), asked.history_since, HISTORY_H),
        minutes=None,
        limit=None if limit is None else limit.high,
        of_converted=limit is not None and limit.reference is not None,
        months=_months(asked, point.point),
    )
    if limit is not None and limit.reference is None:
        sent = replace(sent, limit=limit.high)
    elif limit is not None and own is not None and limit.reference == digits(own):
        # The device converts to the outlet's own reference alone.
        sent = replace(sent, limit=limit.high, of_converted=True)
    return Views(believed, sent)


def _guide(asked: QualityDay, point: PointView, code: str) -> Views:
    """A signal has no means: its device's hours, and over its day its records, speak for it."""
    sent = replace(_shown(asked, point), code=code)
    own = asked.device_hours(point.point)
    hours = series_of(own, asked.history_since, asked.day.until, HOUR_S)
    for ours, theirs in (
        (hours.values, sent.hours.values),
        (hours.flags, sent.hours.flags),
    ):
        ours[-len(theirs) :] = theirs
    return Views(replace(sent, hours=hours, minutes=None), sent)


def _shown(asked: QualityDay, point: PointView) -> Watched:
    """What the point's device sent over the day, and what is known of the instrument."""
    names = named(point.code)
    filed = asked.filed.get(point.point, Filed(None, scaled=False, code=point.code))
    device = -1 if point.device is None else point.device.id
    first = _is_first(asked, point, device)
    settings = settings_of(asked.settings, device, filed.code, first=first)
    if filed.scaled:
        settings = tuple(one for one in settings if one.code != RANGE)
    grid = series_of((), asked.sent_since, asked.day.until, HOUR_S)
    minutes = minutes_of(asked.recorded.minutes.get((point.point, MAIN), ()), grid, _step(point))
    own = asked.recorded.hours.get((point.point, MAIN), ())
    return Watched(
        point=point.point,
        code=point.code,
        zh=names.zh,
        en=names.en,
        unit=point.unit or "",
        hours=sent_hours(own, minutes, grid),
        minutes=minutes,
        side=_SIDES[point.side],
        range_max=filed.range_max,
        cycle_s=point.cycle_s,
        settings=settings,
        checks=checks_of(asked.events, device, filed.code),
        calibrations=calibrations_of(asked.events, device, filed.code),
        flagged=_flagged(asked, point),
        dated=point.dated,
        clock_wrong=tuple(asked.clocks.get(device, ())),
    )


def _flagged(asked: QualityDay, point: PointView) -> bool:
    """Whether flags come from the device itself: none is registered for it to stand in for them."""
    if point.device is not None and point.device.unflagged_as is not None:
        return False
    own = asked.recorded.minutes.get((point.point, MAIN), ())
    return all(record.flag is not None for record in own)


def _step(point: PointView) -> int:
    step_s = MINUTE_S if point.device is None else point.device.minute_interval_s
    return step_s if step_s and HOUR_S % step_s == 0 else MINUTE_S


def _is_first(asked: QualityDay, point: PointView, device: int) -> bool:
    alike = [
        one.point
        for one in asked.view.points().values()
        if one.device is not None and one.device.id == device and one.code.startswith("a2")
    ]
    return point.point == min(alike, default=-1)


def _months(asked: QualityDay, point: int) -> tuple[MonthMean, ...]:
    found: list[MonthMean] = []
    for row in asked.months.get(point, ()):
        if row.valid and row.value is not None:
            begin = row.start.astimezone(asked.zone)
            found.append(MonthMean(begin.year, begin.month, float(row.value)))
    return tuple(found)


def _limit(asked: QualityDay, outlet: SubjectView, point: PointView) -> _Limit | None:
    """The strictest upper bound that hours are compared with; a condition must surely hold."""
    if point.side != "out":
        return None
    facts = facts_of(asked.view, outlet, {})
    bounds = [
        version.bound
        for version in asked.limits.at(point.point, asked.day.since)
        if version.bound is not None
        and _is_hourly(version.bound, point.unit)
        and _holds(version.bound, {**facts, "code": point.code})
    ]
    found = [
        _Limit(float(bound.high), bound.reference_oxygen)
        for bound in bounds
        if bound.high is not None
    ]
    return min(found, key=lambda one: one.high, default=None)


def _is_hourly(bound: Bound, unit: str | None) -> bool:
    return bound.averaging == "hour" and bound.quantity == "concentration" and bound.unit == unit


def _holds(bound: Bound, facts: Mapping[str, Fact]) -> bool:
    try:
        return truth_of(parse(bound.condition), facts) is Truth.TRUE
    except ConditionError:
        return False
