"""The indicators of data quality put to a plant's day that is over, outlet by outlet.

Some look at what is believed over a month, others at what the device itself sent over the day. What
they find is suspicion for a person to look into.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, TypeVar

from schemas.judgement import Finding
from schemas.parameter import Parameters
from services.rules.judging.quality_day import QualityDay
from services.rules.judging.quality_points import HISTORY_H, Views, views_of
from services.rules.judging.quality_reasons import Standstill, stated_of, switched_of
from services.rules.judging.records import HOUR
from services.rules.judging.shelf import Shelf, place_of
from services.rules.plant_view import PointView, SubjectView
from services.rules.quality.case import Case, Watched
from services.rules.quality.indicators import INDICATORS, Indicator, judge
from services.rules.settings_catalogue import Place

Rule = TypeVar("Rule", bound=Parameters)
DAY_H: Final = 24
JUDGED_DAY: Final = "judged_day"
"""In the evidence of each finding: the local day that was judged when it was found."""
INSTANT: Final = timedelta(seconds=1)
_SENT: Final = frozenset(
    {
        "unexplained_gap",
        "settings_differ",
        "cold_line",
        "conversion_differs",
        "declared_stopped",
        "marks_contradict",
        "ph_variance",
        "step_at_calibration",
        "hour_against_minutes",
        "odd_times",
        "check_far_off",
        "implausible_value",
    }
)
OF_DAY: Final = tuple(one for one in INDICATORS if one.name in _SENT)
"""They look at records as sent: flags and numbers that a mean leaves out tell on the device."""
OF_HISTORY: Final = tuple(one for one in INDICATORS if one.name not in _SENT)


@dataclass(frozen=True, slots=True)
class _Settings:
    """The parameters of rules as they hold at a place."""

    shelf: Shelf
    place: Place
    at: datetime

    def __call__(self, owner: type[Rule], /) -> Rule:
        return self.shelf.parameters(owner, self.place, self.at)


def judge_quality(asked: QualityDay) -> list[Finding]:
    """All that the indicators find of the plant's outlets on the day; bypasses are left out.

    Raises SettingError when what is set of a rule does not fit together.
    """
    outlets = [one for one in asked.view.outlets.values() if one.row.role != "bypass"]
    views = {outlet.row.id: views_of(asked, outlet) for outlet in outlets}
    still = Standstill(asked)
    found: list[Finding] = []
    for outlet in outlets:
        if views[outlet.row.id]:
            found += _outlet(asked, outlet, views, still)
    points = asked.view.points()
    return [_kept(one, asked, points) for one in found]


def _outlet(
    asked: QualityDay,
    outlet: SubjectView,
    views: Mapping[int, tuple[Views, ...]],
    still: Standstill,
) -> Iterable[Finding]:
    own = views[outlet.row.id]
    units = asked.view.units_of(outlet.row.id)
    stated = stated_of(asked, outlet)
    history = Case(
        outlet.row.id,
        tuple(one.believed for one in own),
        stated,
        _siblings(asked, outlet, views),
        still.hours(units, asked.history_since, HISTORY_H),
        stage=asked.stage,
        clock=asked.zone,
    )
    yield from _judged(asked, outlet, history, OF_HISTORY)
    size = (asked.day.until - asked.sent_since) // HOUR
    day = Case(
        outlet.row.id,
        tuple(one.sent for one in own),
        stated,
        at_rest=still.hours(units, asked.sent_since, size),
        switched=switched_of(asked, outlet),
        fresh=min(size, DAY_H),
        stage=asked.stage,
        clock=asked.zone,
    )
    yield from _judged(asked, outlet, day, OF_DAY)


def _judged(
    asked: QualityDay, outlet: SubjectView, case: Case, indicators: Sequence[Indicator]
) -> Iterable[Finding]:
    """What each point is found to do by what is set for it; what is about no point by the outlet's."""
    points = asked.view.points()
    general = asked.shelf.told_apart(place_of(asked.view, outlet))
    places: dict[int | None, Place] = {None: general}
    for one in case.points:
        named = place_of(asked.view, outlet, points[one.point])
        own = asked.shelf.told_apart(named).point
        places[one.point] = general._replace(point=own)
    for place in dict.fromkeys(places.values()):
        settings = _Settings(asked.shelf, place, asked.day.since)
        for finding in judge(case, settings, indicators):
            if places.get(finding.point, general) == place:
                yield finding


def _siblings(
    asked: QualityDay, outlet: SubjectView, views: Mapping[int, tuple[Views, ...]]
) -> tuple[Watched, ...]:
    """The pollutants of the plant's other outlets, named with their outlet."""
    found: list[Watched] = []
    for other, several in views.items():
        if other == outlet.row.id:
            continue
        code = asked.view.outlets[other].row.code
        found += [
            replace(one.believed, zh=f"{code}{one.believed.zh}", en=f"{one.believed.en} of {code}")
            for one in several
            if one.believed.role == "pollutant"
        ]
    return tuple(found)


def _kept(finding: Finding, asked: QualityDay, of: Mapping[int, PointView]) -> Finding:
    """Of the subject that the point is at, with the day judged, and an end after its beginning.

    What was told at once lasts a second.
    """
    until = finding.until
    if until is not None and until <= finding.since:
        until = finding.since + INSTANT
    day = asked.day.since.astimezone(asked.zone).date().isoformat()
    return replace(
        finding,
        subject=finding.subject if finding.point is None else of[finding.point].subject,
        until=until,
        evidence={**finding.evidence, JUDGED_DAY: day},
    )
