"""Which outlets need a closer look: a reading that comes near a limit, by plain floats.

As long as no reading does, no mean and no run of them can be over. It decides nothing itself, and must
not know what was found before.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from schemas.registry_rows import SettingRow
from services.rules.conversion import MG_M3_OF, in_mg_m3
from services.rules.exact import QUOTIENT
from services.rules.flags import UNKNOWN_FLAG, Meaning, Use
from services.rules.hour_parameters import HourRules
from services.rules.judging.live_limits import hourly
from services.rules.judging.live_parameters import LiveParameters
from services.rules.judging.outlet_hour import OXYGEN, protocol_of
from services.rules.judging.shelf import Shelf, place_of
from services.rules.limit_history import PreparedLimits
from services.rules.plant_view import PlantRows, PlantView, PointView, SubjectView
from services.rules.projection import ProjectionParameters

_NEAR: Final = 0.95
"""So much below what would matter: a float's last digits, or oxygen of the record beside it."""
_FLOAT: Final = 0.001
"""So far from a limit a float says surely on which side of it a number lies."""


class Level(NamedTuple):
    """What matters from so much on, in the unit of the point, converted to `reference` oxygen (%).

    `high`: the limit itself.
    """

    near: float
    high: float
    reference: float | None


class Patience(NamedTuple):
    """Of an outlet: seconds that a run takes to begin and to end, and until an hour may be warned of."""

    hold_s: int
    clear_s: int
    warns_s: int


class Heard(NamedTuple):
    """A reading as sent, of a channel; `series` keeps those apart that stand for other times."""

    channel: int
    series: str
    at: datetime
    value: float | None
    flag: str | None
    span_s: int = 60

    @property
    def until(self) -> datetime:
        return self.at + timedelta(seconds=self.span_s)


class Sounded(NamedTuple):
    """A reading held against its limits by floats: near one, perhaps over one, perhaps within one."""

    outlet: int
    point: int
    heard: Heard
    near: bool
    over: bool
    within: bool
    patience: Patience


class Ear(NamedTuple):
    """A channel that is listened to: whose it is, how its numbers are read, from where on they matter."""

    outlet: int
    point: int
    side: str
    oxygen: bool
    setting: SettingRow
    meanings: Mapping[str | None, Meaning]
    ambient: float
    guard: float
    levels: tuple[Level, ...]
    patience: Patience


class Listened(NamedTuple):
    """A plant as it is listened to at a time."""

    view: PlantView
    rows: PlantRows
    shelf: Shelf
    limits: PreparedLimits
    at: datetime


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
    patience = _patience(by, outlet)
    for channel, setting in channels_of(by.rows, point.point, by.at):
        yield (
            channel,
            Ear(
                outlet.row.id,
                point.point,
                point.side,
                point.code == OXYGEN,
                setting,
                rules.meanings,
                float(ambient),
                float(guard),
                levels,
                patience,
            ),
        )


def _patience(by: Listened, outlet: SubjectView) -> Patience:
    place = place_of(by.view, outlet)
    live = by.shelf.parameters(LiveParameters, place, by.at)
    least = by.shelf.parameters(ProjectionParameters, place, by.at).least_share
    return Patience(live.hold_s, live.clear_s, int(least * 3600))


def sounded(listened: Mapping[int, Ear], heard: Iterable[Heard]) -> list[Sounded]:
    """Each reading of a point with a limit, by floats, and for all that is heard beside it."""
    said = [(listened[one.channel], one) for one in heard if one.channel in listened]
    oxygen: dict[tuple[int, str, str, datetime], float | None] = {}
    for ear, one in said:
        if ear.oxygen:
            oxygen[ear.outlet, ear.side, one.series, one.at] = _number(ear, one)
    with_oxygen = {(ear.outlet, ear.side) for ear in listened.values() if ear.oxygen}
    found: list[Sounded] = []
    for ear, one in said:
        if ear.levels:
            beside = oxygen.get((ear.outlet, ear.side, one.series, one.at))
            sides = _sides(ear, one, beside, has_oxygen=(ear.outlet, ear.side) in with_oxygen)
            if sides is not None:
                found.append(Sounded(ear.outlet, ear.point, one, *sides, ear.patience))
    return found


def _sides(
    ear: Ear, one: Heard, oxygen: float | None, *, has_oxygen: bool
) -> tuple[bool, bool, bool] | None:
    """Near, perhaps over, perhaps within; None: it is no number for a limit, or not for sure."""
    use = ear.meanings.get(one.flag, UNKNOWN_FLAG).use
    if use is not Use.NUMBER:
        # At least so much: it may be anything above.
        return (True, True, True) if use is Use.LOWER_BOUND else None
    value = _number(ear, one)
    if value is None:
        return None
    unheard = oxygen is None and has_oxygen
    is_near = over = within = False
    for level in ear.levels:
        if level.reference is not None and unheard:
            # Nobody knows: a spare may have it, or it is still to come.
            is_near, over, within = is_near or value > 0, over or value > 0, True
            continue
        number = value * _factor(ear, level, oxygen)
        is_near = is_near or number > level.near
        over = over or number > level.high * (1 - _FLOAT)
        within = within or number < level.high * (1 + _FLOAT)
    return is_near, over, within


def _factor(ear: Ear, level: Level, oxygen: float | None) -> float:
    """What converts a number; 0 where there is no oxygen that converts."""
    if level.reference is None:
        return 1.0
    if oxygen is None or not 0 <= oxygen < ear.guard:
        return 0.0
    return (ear.ambient - level.reference) / (ear.ambient - oxygen)


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
            level = float(high) * scale
            found.append(
                Level(share * level, level, None if reference is None else float(reference))
            )
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
