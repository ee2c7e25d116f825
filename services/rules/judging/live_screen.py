"""Which outlets need a closer look: a reading that comes near a limit, by plain floats.

As long as no reading does, no mean and no run of them can be over. It decides nothing itself, and must
not know what was found before.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from schemas.registry_rows import SettingRow
from services.rules.conversion import MG_M3_OF, in_mg_m3
from services.rules.exact import QUOTIENT
from services.rules.flags import UNKNOWN_FLAG, Meaning, Use
from services.rules.hour_parameters import HourRules
from services.rules.judging.live_limits import hourly
from services.rules.judging.outlet_hour import OXYGEN, protocol_of
from services.rules.judging.shelf import Shelf, place_of
from services.rules.limit_history import PreparedLimits
from services.rules.plant_view import PlantRows, PlantView, PointView, SubjectView
from services.rules.projection import ProjectionParameters

_NEAR: Final = 0.95
"""So much below what would matter: a float's last digits, or oxygen of the record beside it."""


class Level(NamedTuple):
    """What matters from so much on, in the unit of the point, converted to `reference` oxygen (%)."""

    near: float
    reference: float | None


class Ear(NamedTuple):
    """A channel that is listened to: whose it is, how its numbers are read, from where on they matter."""

    outlet: int
    side: str
    oxygen: bool
    setting: SettingRow
    meanings: Mapping[str | None, Meaning]
    ambient: float
    guard: float
    levels: tuple[Level, ...]


class Listened(NamedTuple):
    """A plant as it is listened to at a time."""

    view: PlantView
    rows: PlantRows
    shelf: Shelf
    limits: PreparedLimits
    at: datetime


class Heard(NamedTuple):
    """A reading as sent, of a channel; `series` keeps those apart that stand for other times."""

    channel: int
    series: str
    at: datetime
    value: float | None
    flag: str | None


def ears(by: Listened) -> dict[int, Ear]:
    """The channels of air outlets with an hourly limit, and of the oxygen beside them, by id."""
    found: dict[int, Ear] = {}
    for outlet in by.view.outlets.values():
        if outlet.row.medium != "air":
            continue
        levels = {one.point: _levels(by, outlet, one) for one in outlet.points()}
        if any(levels.values()):
            for point in outlet.points():
                if levels[point.point] or point.code == OXYGEN:
                    found.update(_ears(by, outlet, point, levels[point.point]))
    return found


def _ears(
    by: Listened, outlet: SubjectView, point: PointView, levels: tuple[Level, ...]
) -> Iterator[tuple[int, Ear]]:
    rules = by.shelf.hour_rules(protocol_of(point), place_of(by.view, outlet), by.at)
    ambient, guard = rules.conversion.ambient_oxygen, rules.conversion.oxygen_guard
    for channel, setting in channels_of(by.rows, point.point, by.at):
        yield (
            channel,
            Ear(
                outlet.row.id,
                point.side,
                point.code == OXYGEN,
                setting,
                rules.meanings,
                float(ambient),
                float(guard),
                levels,
            ),
        )


def near(listened: Mapping[int, Ear], heard: Iterable[Heard]) -> set[int]:
    """The outlets of which a reading comes near a limit, or may, for all that is heard beside it."""
    said = [(listened[one.channel], one) for one in heard if one.channel in listened]
    oxygen: dict[tuple[int, str, str, datetime], float | None] = {}
    for ear, one in said:
        if ear.oxygen:
            oxygen[ear.outlet, ear.side, one.series, one.at] = _number(ear, one)
    with_oxygen = {(ear.outlet, ear.side) for ear in listened.values() if ear.oxygen}
    found: set[int] = set()
    for ear, one in said:
        if ear.outlet not in found and ear.levels:
            beside = oxygen.get((ear.outlet, ear.side, one.series, one.at))
            if _is_near(ear, one, beside, has_oxygen=(ear.outlet, ear.side) in with_oxygen):
                found.add(ear.outlet)
    return found


def _is_near(ear: Ear, one: Heard, oxygen: float | None, *, has_oxygen: bool) -> bool:
    use = ear.meanings.get(one.flag, UNKNOWN_FLAG).use
    if use is not Use.NUMBER:
        return use is Use.LOWER_BOUND
    value = _number(ear, one)
    if value is None:
        return False
    for level in ear.levels:
        if level.reference is None:
            factor = 1.0
        elif oxygen is None:
            # Nobody knows: a spare may have it, or it is still to come.
            factor = float("inf") if has_oxygen and value > 0 else 0.0
        elif not 0 <= oxygen < ear.guard:
            factor = 0.0
        else:
            factor = (ear.ambient - level.reference) / (ear.ambient - oxygen)
        if value * factor > level.near:
            return True
    return False


def _number(ear: Ear, one: Heard) -> float | None:
    """As read; None: none that counts."""
    usable = ear.meanings.get(one.flag, UNKNOWN_FLAG).use is Use.NUMBER
    if one.value is None or not usable or one.value in ear.setting.sentinels:
        return None
    number = one.value * ear.setting.scale
    return number if number - number == 0 else None


def _levels(by: Listened, outlet: SubjectView, point: PointView) -> tuple[Level, ...]:
    place = place_of(by.view, outlet)
    params = by.shelf.parameters(ProjectionParameters, place, by.at)
    rules = by.shelf.hour_rules(protocol_of(point), place, by.at)
    share = _NEAR * min(1.0, float(params.warning_share))
    found: list[Level] = []
    for _, bound, high in hourly(by.limits.at(point.point, by.at)):
        scale = _scale(point, bound.unit, rules)
        if scale is not None:
            reference = bound.reference_oxygen
            level = share * float(high) * scale
            found.append(Level(level, None if reference is None else float(reference)))
    return tuple(found)


def _scale(point: PointView, unit: str, rules: HourRules) -> float | None:
    """What one of the limit's unit is in the point's; None: they cannot be compared."""
    if point.unit is None or point.unit == unit:
        return 1.0
    wanted = MG_M3_OF.get(unit)
    one = (
        None
        if wanted is None
        else in_mg_m3(wanted / wanted, point.unit, point.code, rules.conversion)
    )
    return None if one is None or wanted is None else float(QUOTIENT.divide(wanted, one))


def channels_of(rows: PlantRows, point: int, at: datetime) -> Sequence[tuple[int, SettingRow]]:
    """The main and spare channels of a point, each with the setting that holds."""
    return [
        (binding.channel, setting)
        for binding in rows.bindings.get(point, ())
        if binding.rank in {"main", "spare"} and _holds(binding.since, binding.until, at)
        for setting in rows.settings.get(binding.channel, ())
        if _holds(setting.since, setting.until, at)
    ]


def _holds(since: datetime | None, until: datetime | None, at: datetime) -> bool:
    return (since is None or since <= at) and (until is None or at < until)
