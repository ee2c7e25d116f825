"""What happens when, planned and by chance, as intervals; and outages of units made of it.

It must not know how an incident shows.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from schemas.scenario import Scenario
from schemas.scenario_incident import RULES, Details, Incident, IncidentKind, Subject
from schemas.scenario_words import Window
from services.simulate.process.chance import generator
from services.simulate.process.codes import CHECKED, OXYGEN
from services.simulate.process.load import BEIJING_S, DAY_S
from services.simulate.scenario.loggers import PlantCopy
from services.simulate.world import Interval

_NIGHT: Final = Window(begin_min=22 * 60, end_min=6 * 60)
DEFAULT_EACH_S: Final = 4 * 3600
_NIGHTLY: Final = frozenset({"off_at_night", "facility_off_at_night"})
_ONE_CODE: Final = frozenset({"drift", "stuck", "fault", "over_range"})
_SHARE_DOWN: Final = 0.4
"""Of drifts, those downwards."""
_SHARE_LINE: Final = 0.3
"""Of faults, those of the line between analyser and logger."""
_USUAL: Final[dict[str, float]] = {
    "load_change": 0.5,
    "fuel_change": 1.6,
    "ineffective": 0.3,
    "drift": 0.25,
    "oxygen_dilution": 0.3,
}


@dataclass(frozen=True, slots=True)
class Happens:
    """One incident of one thing of one plant."""

    plant: str
    kind: IncidentKind
    subject: str
    during: Interval
    details: Details
    number: float = 1.0


def planned(incident: Incident, subject: str, span: Interval) -> Iterator[Happens]:
    """A planned incident, once or on each of its days; `subject` is the thing's own code."""
    plant = incident.subject.partition("/")[0]
    rule = RULES[incident.kind]
    details = incident.details
    number = _USUAL.get(incident.kind, 1.0) if details.factor is None else details.factor
    if details.limit is not None:
        number = details.limit
    begin_s = span.from_s + incident.begin.offset_s
    if incident.total is not None:
        yield from _spread(incident, subject, number, Interval(begin_s, span.to_s))
        return
    window = incident.begin.window
    if window is None and incident.kind in _NIGHTLY and incident.lasts is None:
        window = _NIGHT
    if window is None:
        lasts = incident.lasts or rule.default_s or 0
        during = Interval(begin_s, begin_s + lasts)
        yield Happens(plant, incident.kind, subject, during, details, number)
        return
    end_s = min(begin_s + incident.lasts, span.to_s) if incident.lasts else span.to_s
    midnight = begin_s - (begin_s + BEIJING_S) % DAY_S
    for day_s in range(midnight - DAY_S, end_s, DAY_S):
        from_s = day_s + window.begin_min * 60
        if begin_s <= from_s < end_s:
            during = Interval(from_s, from_s + window.length_s)
            yield Happens(plant, incident.kind, subject, during, details, number)


def _spread(incident: Incident, subject: str, number: float, within: Interval) -> Iterator[Happens]:
    """The incident again and again, evenly spread, until its hours add up to the total."""
    plant = incident.subject.partition("/")[0]
    each_s = incident.lasts or RULES[incident.kind].default_s or DEFAULT_EACH_S
    count = -(-(incident.total or 0) // each_s)
    apart_s = (within.to_s - within.from_s) // count
    for place in range(count):
        from_s = within.from_s + place * apart_s
        lasts = min(each_s, (incident.total or 0) - place * each_s)
        during = Interval(from_s, from_s + lasts)
        yield Happens(plant, incident.kind, subject, during, incident.details, number)


def by_chance(scenario: Scenario, plant: PlantCopy, span: Interval) -> list[Happens]:
    """What befalls a plant by chance in the span: the same for the same seed and plant."""
    source = generator(f"{scenario.seed}/{plant.code}/course")
    kinds = _rates(scenario)
    days = (span.to_s - span.from_s) / DAY_S
    counts = source.poisson([rate * days for _, rate in kinds])
    found: list[Happens] = []
    nothing_said = Details()
    for (kind, _), count in zip(kinds, counts, strict=True):
        if not count:
            continue
        things = _things(plant, RULES[kind].subject)
        for _ in range(int(count) if things else 0):
            place, start, length, pick, sign = source.random(5)
            usual_s = RULES[kind].default_s or 0
            from_s = span.from_s + int(start * (span.to_s - span.from_s))
            lasts = int(usual_s * (0.4 + 1.2 * length))
            found.append(
                Happens(
                    plant.code,
                    kind,
                    things[int(place * len(things))],
                    Interval(from_s, from_s + lasts),
                    nothing_said,
                    _number(kind, float(pick), float(sign)),
                )
            )
    return found


def codes_for(happens: Happens, measured: list[str]) -> tuple[str, ...]:
    """The pollutants that an analyser's incident concerns, of those that the logger measures."""
    if happens.details.codes:
        return happens.details.codes
    checked = [code for code in measured if code in CHECKED and code != OXYGEN]
    if happens.kind in _ONE_CODE and checked:
        return (checked[(happens.during.from_s // 7) % len(checked)],)
    return ()


def _rates(scenario: Scenario) -> list[tuple[IncidentKind, float]]:
    return [(kind, getattr(scenario.rates, kind, 0.0)) for kind in RULES]


def _things(plant: PlantCopy, subject: Subject) -> list[str]:
    match subject:
        case "unit":
            return [unit.code for unit in plant.layout.units]
        case "facility":
            return list(
                dict.fromkeys(
                    code
                    for line in plant.layout.lines
                    for stage in line.through
                    for code in stage.facilities
                )
            )
        case "device":
            return [device.code for device in plant.layout.devices]


def _number(kind: IncidentKind, pick: float, sign: float) -> float:
    match kind:
        case "load_change":
            return 0.4 + 0.3 * pick
        case "fuel_change":
            return 0.7 + 1.0 * pick
        case "drift":
            return (0.1 + 0.25 * pick) * (1.0 if sign > _SHARE_DOWN else -1.0)
        case "span_check":
            return 0.97 + 0.06 * pick
        case "fault":
            # 0 is a broken line between analyser and logger (flag B), else the analyser's (D).
            return 0.0 if pick < _SHARE_LINE else 1.0
        case _:
            return _USUAL.get(kind, 1.0)
