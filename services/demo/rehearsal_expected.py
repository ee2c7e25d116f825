"""What must be raised, by the truth: loggers off, clocks wrong, treatment lacking while units ran.

Pure. Only what a receiver can see at all is asked for: long enough, and said by somebody.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final, NamedTuple, cast

from schemas.alert import AlertKind
from services.demo.rehearsal_truth import Befell, Expected
from services.rules.alerting.watch_parameters import DeviceClockParameters, OfflineParameters
from services.rules.facility.parameters import FacilityParameters
from services.simulate.process.load import standing
from services.simulate.process.treatment import RUNS
from services.simulate.site import Site
from services.simulate.world import Incident, Interval, VirtualDevice, World

TOGETHER: Final = 0.2
"""Where more loggers than this are silent at a time, whose silence it is nobody can tell for sure."""
_DOWN: Final = frozenset({"shutdown", "start_up", "banking"})
_MINUTE_S: Final = 60


class Reported(NamedTuple):
    """A facility's state from then on, as its logger said it, by the true clock."""

    plant: str
    facility: str
    at_s: int
    state: int


def befallen(world: World, during: Interval) -> list[Befell]:
    """All incidents that meet the time."""
    return [_befell(world, one) for one in world.incidents if meet(one.during, during)]


def last_moment(world: World, during: Interval) -> datetime:
    """What begins from then on is the scenario's end: all loggers fall silent with it."""
    return at(during.to_s - max(max(one.realtime_s, one.minute_s) for one in world.devices))


def expected(
    world: World, during: Interval, reported: Iterable[Reported], step_s: int
) -> list[Expected]:
    """What must be raised of the incidents and of the states as they were reported.

    `step_s`: so often what was sent is judged.
    """
    return [
        *_silences(world, during, step_s),
        *_clocks(world, during, step_s),
        *_of_groups(world, during, reported),
    ]


def silence_s(device: VirtualDevice, step_s: int) -> int:
    """A silence of the logger that is longer than this has surely been noticed."""
    rules = OfflineParameters()
    threshold = max(
        rules.intervals * device.realtime_s,
        rules.minute_periods * device.minute_s,
        rules.minutes * _MINUTE_S,
    )
    return threshold + device.realtime_s + 2 * step_s


def silences(device: VirtualDevice, during: Interval) -> list[Interval]:
    """When nothing came from the logger, in order."""
    carriage = device.carriage
    found: list[Interval] = []
    for one in sorted((*carriage.offline, *carriage.lost), key=lambda each: each.from_s):
        if not meet(one, during):
            continue
        if found and one.from_s <= found[-1].to_s + device.realtime_s:
            found[-1] = Interval(found[-1].from_s, max(found[-1].to_s, one.to_s))
        else:
            found.append(one)
    return found


def _silences(world: World, during: Interval, step_s: int) -> Iterator[Expected]:
    everyone = [(device, silences(device, during)) for device in world.devices]
    most = max(1, TOGETHER * len(everyone))
    codes = _codes(world)
    for device, some in everyone:
        for one in some:
            seen = _cut(one, _works(device, during))
            beside = sum(any(meet(seen, other) for other in others) for _, others in everyone)
            ended = one.to_s < during.to_s
            if seen.to_s - seen.from_s > silence_s(device, step_s) and ended and beside <= most:
                place = (device.plant, codes[device.mn])
                yield _expected(AlertKind.DEVICE_OFFLINE, place, seen, "logger silent")


def _clocks(world: World, during: Interval, step_s: int) -> Iterator[Expected]:
    rules = DeviceClockParameters()
    codes = _codes(world)
    for device in world.devices:
        # So many messages until most of those looked at were sent by the wrong clock.
        enough_s = (rules.samples + 1) * max(device.realtime_s, step_s) + 2 * step_s
        for one in device.carriage.clock:
            seen = _cut(one.during, _works(device, during))
            quiet = [_cut(gap, seen) for gap in silences(device, during) if meet(gap, seen)]
            spoken_s = seen.to_s - seen.from_s - sum(gap.to_s - gap.from_s for gap in quiet)
            if abs(one.by_s) >= rules.tolerance_s + 2 * _MINUTE_S and spoken_s > enough_s:
                place = (device.plant, codes[device.mn])
                yield _expected(AlertKind.DEVICE_CLOCK, place, seen, "clock wrong")


def _codes(world: World) -> dict[str, frozenset[str]]:
    """Codes of the loggers that hold an MN, one after the other."""
    found: dict[str, set[str]] = {}
    for device in world.devices:
        found.setdefault(device.mn, set()).add(device.code)
    return {mn: frozenset(codes) for mn, codes in found.items()}


def _works(device: VirtualDevice, during: Interval) -> Interval:
    return during if device.works is None else _cut(device.works, during)


def _of_groups(world: World, during: Interval, reported: Iterable[Reported]) -> Iterator[Expected]:
    courses: dict[tuple[str, str], list[tuple[int, bool]]] = {}
    for one in sorted(reported, key=lambda said: said.at_s):
        course = courses.setdefault((one.plant, one.facility), [])
        course.append((one.at_s, one.state in RUNS))
    unsure = _unsure(world, during)
    for plant in cast("Sequence[Mapping[str, object]]", world.registry["plants"]):
        code = str(plant["code"])
        site = world.sites[code]
        for group in cast("Sequence[Mapping[str, object]]", plant.get("groups", ())):
            names = [str(one) for one in cast("Sequence[object]", group["facilities"])]
            members = [courses.get((code, one), []) for one in names]
            ways = cast("Sequence[Mapping[str, object]]", group["serves"])
            units = [str(way["unit"]) for way in ways]
            if not all(members):
                continue
            for span in _lacking(members, cast("int", group["needed"]), during):
                heard = not any(meet(span, one) for one in unsure.get(code, ()))
                if heard and _any_up(world, site, units, span):
                    place = (code, frozenset(names))
                    yield _expected(AlertKind.FACILITY_OFF, place, span, "facility off")


def _unsure(world: World, during: Interval) -> dict[str, list[Interval]]:
    """When states did not come from a plant as they were, for its loggers were silent or wrong."""
    found: dict[str, list[Interval]] = {}
    for device in world.devices:
        some = found.setdefault(device.plant, [])
        some += silences(device, during)
        some += [one.during for one in device.carriage.clock]
        some += device.carriage.garbling
    return found


def _lacking(
    members: Sequence[Sequence[tuple[int, bool]]], needed: int, during: Interval
) -> Iterator[Interval]:
    """When fewer than needed were reported running, for twice as long as the rule waits."""
    least_s = 2 * FacilityParameters().off_delay_s
    cuts = sorted({at for course in members for at, _ in course if at < during.to_s})
    since: int | None = None
    for cut in (*cuts, during.to_s):
        ran = sum(next((on for at, on in reversed(one) if at <= cut), True) for one in members)
        enough = ran >= needed or cut == during.to_s
        if not enough and since is None:
            since = cut
        if enough and since is not None:
            if cut - since >= least_s:
                yield Interval(since, cut)
            since = None


def _any_up(world: World, site: Site, units: Sequence[str], span: Interval) -> bool:
    """Whether one of the units ran for all of it, and was not on its way up or down."""
    for unit in site.units.values():
        down = any(
            one.subject == f"{site.code}/{unit.code}"
            and one.kind in _DOWN
            and meet(one.during, span)
            for one in world.incidents
        )
        still = any(standing(unit, at) for at in range(span.from_s, span.to_s, 300))
        between = any(meet(Interval(one.from_s, one.end_s), span) for one in unit.outages)
        if unit.code in units and not (down or still or between):
            return True
    return False


def _expected(
    kind: AlertKind, place: tuple[str, frozenset[str]], span: Interval, share: str
) -> Expected:
    return Expected(kind, *place, at(span.from_s), at(span.to_s), share)


def _befell(world: World, one: Incident) -> Befell:
    plant, _, code = one.subject.partition("/")
    codes = _touched(world, plant, code)
    return Befell(one.kind, plant, codes, at(one.during.from_s), at(one.during.to_s))


def _touched(world: World, plant: str, code: str) -> frozenset[str]:
    """What an incident of this thing shows at: of a logger its outlet, else all on the way."""
    site = world.sites[plant]
    loggers = [one for one in world.devices if one.plant == plant]
    own = {one.outlet for one in loggers if code in {one.code, one.outlet}}
    if own:
        return frozenset({code, *own, *(one.code for one in loggers if one.outlet in own)})
    found = {code}
    for stream in site.streams.values():
        facilities = {one for stage in stream.stages for one in stage.facilities}
        if code in facilities or code in stream.units:
            found |= {stream.outlet, *facilities, *stream.units}
    # What treatment does not take goes around it.
    found |= {
        stream.outlet
        for stream in site.streams.values()
        if stream.bypass and found.intersection(stream.units)
    }
    return frozenset(found)


def meet(one: Interval, other: Interval) -> bool:
    """Whether they have any time in common."""
    return one.from_s < other.to_s and one.to_s > other.from_s


def _cut(one: Interval, other: Interval) -> Interval:
    return Interval(max(one.from_s, other.from_s), min(one.to_s, other.to_s))


def at(seconds: int) -> datetime:
    """The moment."""
    return datetime.fromtimestamp(seconds, UTC)
