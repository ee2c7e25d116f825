"""What explains a value, or the want of one: marks that somebody set, and units that surely stood.

It must not know any indicator.
"""

from collections.abc import Iterable
from datetime import datetime
from itertools import pairwise
from typing import Final

import numpy as np

from schemas.marks import Mark, Review
from services.rules.judging.facilities import Facilities, FacilitiesAsked, facilities_of
from services.rules.judging.quality_day import QualityDay
from services.rules.judging.records import HOUR, MAIN, Recorded
from services.rules.marks.kinds import kind_of
from services.rules.plant_view import SubjectView
from services.rules.quality.case import Stated, StatedKind
from services.rules.quality.series import Bools

_REFUSED: Final = frozenset({Review.REJECTED, Review.LAPSED})
_STOPS: Final = frozenset({"out_of_service", "no_discharge", "instrument_stopped"})
_CHECKS: Final = frozenset({"calibration", "standard_check"})
_NOT_ABOUT_VALUES: Final = frozenset({"none", "furnace_exempt", "furnace_invalid"})


def stated_of(asked: QualityDay, outlet: SubjectView) -> tuple[Stated, ...]:
    """The marks of the outlet, and of its unit where it has but one, that nobody has refused.

    A mark that is only claimed is a reason too: whether it is true is not asked here.
    """
    units = asked.view.units_of(outlet.row.id)
    subjects = (outlet.row.id, *(units if len(units) == 1 else ()))
    marks = [mark for subject in subjects for mark in asked.marks.get(subject, ())]
    return tuple(
        Stated(kind, mark.since, mark.until, mark.point)
        for mark in marks
        if mark.review not in _REFUSED and (kind := _kind(mark)) is not None
    )


def _kind(mark: Mark) -> StatedKind | None:
    """The indicators tell stops from all other reasons; over the range is none."""
    kind = kind_of(mark.kind)
    if kind.effect in _NOT_ABOUT_VALUES:
        return None
    if kind.code in _STOPS:
        return "stop"
    if kind.code in _CHECKS:
        return "calibration"
    if kind.code == "communication_loss":
        return "communication"
    return "maintenance" if "maintenance" in kind.code else "fault"


def switched_of(asked: QualityDay, outlet: SubjectView) -> tuple[datetime, ...]:
    """When facilities and units on the outlet's ways reported another state than before."""
    ways = [
        (group, way)
        for group in asked.view.groups
        for way in group.serves
        if way.outlet == outlet.row.id
    ]
    facilities = {one for group, _ in ways for one in group.facilities}
    units = {way.unit for _, way in ways}
    subjects = [asked.view.facilities[one] for one in sorted(facilities)]
    subjects += [asked.view.units[one] for one in sorted(units)]
    return tuple(
        after.at
        for subject in subjects
        for point in subject.signals.values()
        for one, after in pairwise(asked.recorded.states.get((point.point, MAIN), ()))
        if one.value != after.value
    )


class Standstill:
    """When a plant's units surely stood: by the hour before its day, by the minute within it."""

    def __init__(self, asked: QualityDay) -> None:
        self._asked = asked
        self._parts = [(part, _facilities(asked, part)) for part in (asked.earlier, asked.recorded)]

    def hours(self, units: Iterable[int], since: datetime, count: int) -> Bools:
        """Of each hour from `since` on, whether all of the units (one at least) stood throughout."""
        several = tuple(units)
        return np.array(
            [self._stood(several, since + number * HOUR) for number in range(count)],
            dtype=np.bool_,
        )

    def _stood(self, units: tuple[int, ...], hour: datetime) -> bool:
        return any(
            facilities is not None
            and part.since <= hour < part.until
            and facilities.stood_still(units, hour, hour + HOUR)
            for part, facilities in self._parts
        )


def _facilities(asked: QualityDay, part: Recorded) -> Facilities | None:
    if part.until <= part.since:
        return None
    said = FacilitiesAsked(asked.view, part, part.since, part.until, asked.stage, zone=asked.zone)
    return facilities_of(said, asked.shelf)
