"""Whether a plant's facilities ran when they had to, over a local day: rates and findings.

Put together from states that were reported, signals, and accepted marks of standstill.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

from schemas.facility import RunningRule, Stated
from schemas.judgement import Finding, PerformanceRow, Period, Stage
from schemas.record import Record
from schemas.registry_words import BEIJING
from services.rules.articles import articles
from services.rules.facility.asked import Asked
from services.rules.facility.bypass import bypass_open
from services.rules.facility.contradiction import contradictions
from services.rules.facility.course import Course, Window, any_of, overlaid, unknown, window_of
from services.rules.facility.derived import Signals, derived
from services.rules.facility.facility_off import facility_off
from services.rules.facility.parameters import FacilityParameters
from services.rules.facility.rates import synchronous_rates
from services.rules.facility.reported import reported
from services.rules.facility.run_hours import run_hours_disagree
from services.rules.facility.timeline import Sources, Timeline, timeline
from services.rules.facility.usual_rules import RunningRuleParameters, bypass_rule, unit_rule
from services.rules.facility.ways import Layout
from services.rules.judging.records import MAIN, Lines, Recorded
from services.rules.judging.shelf import Shelf, place_of
from services.rules.plant_view import PlantView, SubjectView
from services.rules.quality.case import While
from services.rules.settings_catalogue import Place

_STATE = "SB"
_DAY = timedelta(days=1)
_MORE = timedelta(hours=3)
LONGEST_LEAD = timedelta(hours=12)
"""An episode that began longer before midnight is told for each day apart."""
FACILITY_RULES = frozenset({"facility_off", "bypass_open", "state_contradiction"})
RUN_HOURS = "run_hours_disagree"
"""Asked of days that are over."""


@dataclass(frozen=True, slots=True)
class FacilitiesAsked:
    """A plant's view over [since, until) with its records; `live`: the window ends now.

    `stated`: accepted statements by subject. `told_from`: what ended before is not told (None: all is).
    `clocks`: when the clocks of devices, by their ids, are known to have been wrong.
    """

    view: PlantView
    recorded: Recorded
    since: datetime
    until: datetime
    stage: Stage
    live: bool = False
    stated: Mapping[int, Sequence[Stated]] = field(default_factory=dict[int, Sequence[Stated]])
    zone: timezone = BEIJING
    told_from: datetime | None = None
    clocks: Mapping[int, Sequence[While]] = field(default_factory=dict[int, Sequence[While]])

    @property
    def window(self) -> Window:
        return window_of(self.since, self.until)

    @property
    def told(self) -> Window | None:
        return None if self.told_from is None else window_of(self.told_from, self.until)


@dataclass(frozen=True, slots=True)
class Facilities:
    """What a plant's facilities did: timelines by subject, and how they lie on the ways."""

    asked: Asked
    layout: Layout
    contradicted: tuple[Finding, ...]
    bypassed: tuple[Finding, ...]
    miscounted: tuple[Finding, ...] = ()

    def stood_still(self, units: Iterable[int], since: datetime, until: datetime) -> bool:
        """Whether all of these units (one at least) surely stood in all of the time."""
        window = window_of(since, until)
        several = tuple(units)
        return bool(several) and all(
            any(
                begin <= window.since and window.until <= end
                for begin, end in self.asked.course(unit).off
            )
            for unit in several
        )

    def shown(self, units: Iterable[int]) -> Course:
        """Whether any of these units runs, by reports and signals alone: what was stated is left out."""
        lines = [self.asked.lines.get(unit) for unit in units]
        courses = [_shown(line, self.asked.window) for line in lines]
        return any_of(courses, self.asked.window) if courses else unknown(self.asked.window)

    def rates(self) -> tuple[PerformanceRow, ...]:
        """同步运行率 of hours and the day."""
        return synchronous_rates(self.layout, (Period.HOUR, Period.DAY))

    def findings(self) -> tuple[Finding, ...]:
        """Facilities off while production ran, open bypasses, states that contradict signals or run hours."""
        off = facility_off(self.layout, articles())
        return (*off, *self.bypassed, *self.contradicted, *self.miscounted)


def facilities_of(asked: FacilitiesAsked, shelf: Shelf) -> Facilities | None:
    """The plant's facilities over the window; None where no group stands on any way."""
    view = asked.view
    if not any(group.serves for group in view.groups):
        return None
    place = Place(region=view.row.region, plant=view.row.code)
    params = shelf.parameters(FacilityParameters, place, asked.since)
    lines: dict[int, Timeline] = {}
    found: list[tuple[Timeline, _Ruled]] = []
    for subject in (*view.units.values(), *view.facilities.values()):
        ruled = _ruled(subject, asked, shelf)
        line = _line(subject, asked, params, ruled)
        lines[subject.row.id] = line
        if ruled is not None:
            found.append((line, ruled))
    bypasses = _bypasses(view)
    opened = {outlet: _opened(view.outlets[outlet], asked, shelf, params) for outlet in bypasses}
    lines |= {outlet: line for outlet, (line, _) in opened.items() if line is not None}
    rows = {subject.row.id: subject.row for subject in view.subjects()}
    told = Asked(
        *(asked.window, rows, view.groups, lines, asked.stage, asked.live, asked.zone, params),
        told=asked.told,
    )
    against = [
        finding
        for line, ruled in found
        for finding in contradictions(line, ruled.rule, ruled.signals, told)
    ]
    past = [
        finding
        for outlet, units in bypasses.items()
        if opened[outlet][0] is not None
        for finding in bypass_open(outlet, units, told, opened[outlet][1])
    ]
    counted = [
        finding
        for one in map(SubjectView.dated, view.facilities.values())
        for finding in run_hours_disagree(one.row.id, _days_told(one, asked), told)
    ]
    return Facilities(told, Layout(told, bypasses), tuple(against), tuple(past), tuple(counted))


def lead_of(view: PlantView, shelf: Shelf, at: datetime) -> timedelta:
    """So long before a day its facilities are looked at: what lasts over midnight is one episode.

    What takes longest to be one, or to be believed, and some hours more; at most half a day. Raises
    SettingError.
    """
    place = Place(region=view.row.region, plant=view.row.code)
    params = shelf.parameters(FacilityParameters, place, at)
    delays = (params.off_delay_s, params.contradiction_s, params.bypass_delay_s)
    return min(timedelta(seconds=max(*delays, params.report_holds_s)) + _MORE, LONGEST_LEAD)


def watched(view: PlantView, shelf: Shelf, at: datetime) -> set[int]:
    """Points of any subject whose minutes tell of facilities: over the whole day, whichever hours are asked.

    Those that a rule set for the plant names, and one of an outlet for each device that also reports
    states, by which it is heard. Signals of units and facilities themselves are beside them. Raises
    SettingError.
    """
    if not any(group.serves for group in view.groups):
        return set()
    points = {name: point for one in view.subjects() for name, (point, _) in _named(one).items()}
    found: set[int] = set()
    for one in view.subjects():
        rule = shelf.parameters(RunningRuleParameters, place_of(view, one), at).running_rule
        named = () if rule is None else (condition.point for condition in rule.signals())
        found |= {points[name] for name in named if name in points}
    reporting = {
        point.device.id
        for one in (*view.units.values(), *view.facilities.values())
        for point in one.signals.values()
        if point.device is not None and point.code.upper().startswith(_STATE)
    }
    ears: dict[int, int] = {}
    for one in view.outlets.values():
        for point in one.points():
            if point.device is not None and point.device.id in reporting:
                ears.setdefault(point.device.id, point.point)
    return found | set(ears.values())


def _shown(line: Timeline | None, window: Window) -> Course:
    course = unknown(window)
    if line is None:
        return course
    for part in (line.reported.course if line.reported is not None else None, line.derived):
        course = course if part is None else overlaid(course, part)
    return course


@dataclass(frozen=True, slots=True)
class _Ruled:
    rule: RunningRule
    signals: Signals
    doubts: tuple[str, ...]


def _ruled(subject: SubjectView, asked: FacilitiesAsked, shelf: Shelf) -> _Ruled | None:
    place = place_of(asked.view, subject)
    params = shelf.parameters(RunningRuleParameters, place, asked.since)
    named = _named(subject)
    rule = unit_rule({name: unit for name, (_, unit) in named.items()}, params)
    if rule is None:
        return None
    return _Ruled(
        rule, _signals(rule, asked), params.unestablished(("load_running", "feed_running"))
    )


def _line(
    subject: SubjectView, asked: FacilitiesAsked, params: FacilityParameters, ruled: _Ruled | None
) -> Timeline:
    reports = _reports(subject, asked.recorded.states)
    report = reported(reports, asked.window, params, _heard(subject, asked)) if reports else None
    signals = None if ruled is None else derived(ruled.rule, ruled.signals, asked.window, params)
    sources = Sources(
        asked.stated.get(subject.row.id, ()),
        report,
        signals,
        () if ruled is None else ruled.doubts,
    )
    return timeline(subject.row.id, asked.window, sources)


def _reports(subject: SubjectView, lines: Lines) -> tuple[Record, ...]:
    """What the devices reported of the subject itself."""
    return tuple(
        record
        for point in subject.signals.values()
        if point.code.upper().startswith(_STATE)
        for record in lines.get((point.point, MAIN), ())
    )


def _days_told(subject: SubjectView, asked: FacilitiesAsked) -> tuple[Record, ...]:
    """Run hours of days; a clock that was wrong counts another day than the one it names."""
    devices = {point.device.id for point in subject.signals.values() if point.device is not None}
    wrong = [spell for device in devices for spell in asked.clocks.get(device, ())]
    return tuple(
        record
        for record in _reports(subject, asked.recorded.days)
        if not any(spell.meets(record.at, record.at + _DAY) for spell in wrong)
    )


def _heard(subject: SubjectView, asked: FacilitiesAsked) -> list[datetime]:
    """When the devices that report the subject's states spoke: any of their minute records."""
    devices = {point.device.id for point in subject.signals.values() if point.device is not None}
    found: set[datetime] = set()
    for point in asked.view.points().values():
        if point.device is not None and point.device.id in devices:
            for record in asked.recorded.minutes.get((point.point, MAIN), ()):
                found.add(record.at)
            if found:
                break
    return sorted(found)


def _bypasses(view: PlantView) -> dict[int, tuple[int, ...]]:
    return {
        outlet.row.id: view.units_of(outlet.row.id) or tuple(sorted(view.units))
        for outlet in view.outlets.values()
        if outlet.row.role == "bypass"
    }


def _opened(
    outlet: SubjectView, asked: FacilitiesAsked, shelf: Shelf, params: FacilityParameters
) -> tuple[Timeline | None, tuple[RunningRule, Signals] | None]:
    named = _named(outlet)
    chosen = shelf.parameters(RunningRuleParameters, place_of(asked.view, outlet), asked.since)
    rule = chosen.running_rule or bypass_rule(
        {name: unit for name, (_, unit) in named.items()}, params
    )
    if rule is None:
        return None, None
    signals = _signals(rule, asked)
    course = derived(rule, signals, asked.window, params)
    return timeline(outlet.row.id, asked.window, Sources(signals=course)), (rule, signals)


def _named(subject: SubjectView) -> dict[str, tuple[int, str]]:
    """The subject's points by the names that rules use, with their units."""
    code = subject.row.code
    return {
        f"{code}/{point.side}/{point.code}": (point.point, point.unit)
        for point in subject.points()
        if point.unit is not None
    }


def _signals(rule: RunningRule, asked: FacilitiesAsked) -> dict[str, Sequence[Record]]:
    points = {
        name: point
        for subject in asked.view.subjects()
        for name, (point, _) in _named(subject).items()
    }
    wanted = {condition.point for condition in rule.signals()}
    return {
        name: asked.recorded.minutes.get((points[name], MAIN), ())
        for name in wanted
        if name in points
    }
