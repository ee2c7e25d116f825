"""How near an outlet's points are to their limits in the running hour, in one line. Pure.

What is told is believed already; nothing is judged here. It must not know how it is shown.
"""

from datetime import datetime
from typing import Final, Literal, NamedTuple

from schemas.limits import Bound
from services.api.console.plants.cards import OutletCard, PointCard
from services.rules.judging.quality_names import Named

NORMAL: Final = "N"
Basis = Literal["projected", "so_far", "newest"]


class Pressing(NamedTuple):
    """A point in the running hour. `value` None: nothing is known of it.

    `basis`: what the hour comes to, its mean so far, or the newest record. `share` of the upper limit;
    None where a limit has two sides.
    """

    point: int
    name: Named
    value: float | None
    unit: str
    basis: Basis | None
    share: float | None
    over: bool


def pressing(card: OutletCard, at: datetime) -> list[Pressing]:
    """Points with a limit on hours, the nearest to it first; what is not known stands last."""
    hour = at.replace(minute=0, second=0, microsecond=0)
    found = [_of(one, one.hourly, hour) for one in card.limited if one.hourly is not None]
    return sorted(found, key=lambda one: (one.value is None, not one.over, -(one.share or 0.0)))


def _of(card: PointCard, bound: Bound, hour: datetime) -> Pressing:
    value, basis = _known(card, hour)
    share = _warned(card) if basis == "projected" else _share(value, bound)
    over = card.beyond is not None or (share is not None and share > 1) or _outside(value, bound)
    return Pressing(card.point.id, card.name, value, bound.unit, basis, share, over)


def _warned(card: PointCard) -> float | None:
    """Of the limit that the warning speaks of."""
    said = None if card.projected is None else card.projected.row.evidence.get("share")
    return float(said) if isinstance(said, str) else None


def _share(value: float | None, bound: Bound) -> float | None:
    if value is None or bound.low is not None or not bound.high:
        return None
    return value / float(bound.high)


def _outside(value: float | None, bound: Bound) -> bool:
    low, high = bound.low, bound.high
    if value is None:
        return False
    return (low is not None and value < float(low)) or (high is not None and value > float(high))


def _known(card: PointCard, hour: datetime) -> tuple[float | None, Basis | None]:
    running, newest = card.chart.running, card.newest
    if running.projected is not None:
        return running.projected, "projected"
    if running.so_far is not None:
        return running.so_far, "so_far"
    if newest is not None and newest.time >= hour and newest.flag in {None, NORMAL}:
        return card.shown, None if card.shown is None else "newest"
    return None, None
