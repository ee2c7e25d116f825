"""What must be raised, by the truth: loggers off, clocks wrong, treatment lacking while units ran.

Pure. Only what a receiver can see at all is asked for: long enough, and said by somebody.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final, NamedTuple, cast

from schemas.alert import AlertKind
from services.demo.rehearsal_truth import Befell, Expected
from services.simulate.process.load import standing
from services.simulate.site import Site
from services.simulate.world import Incident, Interval, World

RUNNING: Final = frozenset({1, 2, 4, 5})
"""States of HJ 212-2017 table 4 (SBn-RS) in which a facility does its work."""
SILENT_S: Final = 5_400
CLOCK_S: Final = 1_800
OFF_S: Final = 1_800
CLOCK_WRONG_S: Final = 900
_DOWN: Final = frozenset({"shutdown", "start_up", "banking"})
_SILENCE: Final = frozenset({"offline", "power_loss"})
_CLOCKS: Final = frozenset({"clock_ahead", "clock_behind"})


class Reported(NamedTuple):
    """A facility's state from then on, as its logger said it, by the true clock."""

    plant: str
    facility: str
    at_s: int
    state: int


def befallen(world: World, during: Interval) -> list[Befell]:
    """All incidents that meet the time."""
    return [_befell(one) for one in world.incidents if _meet(one.during, during)]


def expected(world: World, during: Interval, reported: Iterable[Reported]) -> list[Expected]:
    """What must be raised of the incidents and of the states as they were reported."""
    return [*_of_devices(world, during), *_of_groups(world, during, reported)]


def _of_devices(world: World, during: Interval) -> Iterator[Expected]:
    for one in world.incidents:
        seen = _cut(one.during, during)
        plant, _, code = one.subject.partition("/")
        length = seen.to_s - seen.from_s
        if one.kind in _SILENCE and length >= SILENT_S and one.during.to_s < during.to_s:
            yield _expected(AlertKind.DEVICE_OFFLINE, (plant, code), seen, one.kind)
        if one.kind in _CLOCKS and length >= CLOCK_S:
            wrong = _offset(world, plant, code, one.during)
            if abs(wrong) >= CLOCK_WRONG_S:
                yield _expected(AlertKind.DEVICE_CLOCK, (plant, code), seen, one.kind)


def _offset(world: World, plant: str, code: str, during: Interval) -> int:
    for device in world.devices:
        if (device.plant, device.code) == (plant, code):
            for offset in device.carriage.clock:
                if _meet(offset.during, during):
                    return offset.by_s
    return 0


def _of_groups(world: World, during: Interval, reported: Iterable[Reported]) -> Iterator[Expected]:
    courses: dict[tuple[str, str], list[tuple[int, bool]]] = {}
    for one in sorted(reported, key=lambda said: said.at_s):
        course = courses.setdefault((one.plant, one.facility), [])
        course.append((one.at_s, one.state in RUNNING))
    for plant in cast("Sequence[Mapping[str, object]]", world.registry["plants"]):
        code = str(plant["code"])
        site = world.sites.get(code)
        for group in cast("Sequence[Mapping[str, object]]", plant.get("groups", ())):
            members = [
                courses.get((code, str(one)), [])
                for one in cast("Sequence[object]", group["facilities"])
            ]
            if site is None or not all(members):
                continue
            ways = cast("Sequence[Mapping[str, object]]", group["serves"])
            units = [str(way["unit"]) for way in ways]
            for span in _lacking(members, cast("int", group["needed"]), during):
                if _any_up(world, site, units, span):
                    yield _expected(AlertKind.FACILITY_OFF, (code, ""), span, "facility off")


def _lacking(
    members: Sequence[Sequence[tuple[int, bool]]], needed: int, during: Interval
) -> Iterator[Interval]:
    """When fewer than needed were reported running, for long enough."""
    cuts = sorted({at for course in members for at, _ in course if at < during.to_s})
    since: int | None = None
    for cut in (*cuts, during.to_s):
        ran = sum(next((on for at, on in reversed(one) if at <= cut), True) for one in members)
        enough = ran >= needed or cut == during.to_s
        if not enough and since is None:
            since = cut
        if enough and since is not None:
            if cut - since >= OFF_S:
                yield Interval(since, cut)
            since = None


def _any_up(world: World, site: Site, units: Sequence[str], span: Interval) -> bool:
    """Whether one of the units ran for all of it, and was not on its way up or down."""
    for unit in site.units.values():
        down = any(
            one.subject == f"{site.code}/{unit.code}"
            and one.kind in _DOWN
            and _meet(one.during, span)
            for one in world.incidents
        )
        still = any(standing(unit, at) for at in range(span.from_s, span.to_s, 300))
        between = any(_meet(Interval(one.from_s, one.end_s), span) for one in unit.outages)
        if unit.code in units and not (down or still or between):
            return True
    return False


def _expected(kind: AlertKind, place: tuple[str, str], span: Interval, share: str) -> Expected:
    return Expected(kind, *place, _at(span.from_s), _at(span.to_s), share)


def _befell(one: Incident) -> Befell:
    plant, _, code = one.subject.partition("/")
    return Befell(one.kind, plant, code, _at(one.during.from_s), _at(one.during.to_s))


def _meet(one: Interval, other: Interval) -> bool:
    return one.from_s < other.to_s and one.to_s > other.from_s


def _cut(one: Interval, other: Interval) -> Interval:
    return Interval(max(one.from_s, other.from_s), min(one.to_s, other.to_s))


def _at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
