"""How each logger's messages travel, of what befalls it: networks, power, clocks, bad lines.

It must not know what is measured.
"""

from collections.abc import Iterable

from services.simulate.scenario.course import Happens
from services.simulate.world import Carriage, Interval, Offset


def carriage_of(happens: Iterable[Happens]) -> Carriage:
    """The carriage of a logger to which these happen."""
    offline: list[Interval] = []
    lost: list[Interval] = []
    clock: list[Offset] = []
    resends: list[Interval] = []
    garbling: list[Interval] = []
    shares = {"resends": 0.0, "garbling": 0.0}
    for item in happens:
        match item.kind:
            case "offline":
                offline.append(item.during)
            case "power_loss":
                lost.append(item.during)
            case "clock_ahead":
                clock.append(Offset(item.during, item.details.by))
            case "clock_behind":
                clock.append(Offset(item.during, -item.details.by))
            case "resends":
                resends.append(item.during)
                shares["resends"] = max(shares["resends"], item.details.share)
            case "garbling":
                garbling.append(item.during)
                shares["garbling"] = max(shares["garbling"], item.details.share)
            case _:
                pass
    return Carriage(
        offline=merged(offline),
        lost=merged(lost),
        clock=tuple(sorted(clock, key=lambda offset: offset.during.from_s)),
        resend_share=shares["resends"],
        garble_share=shares["garbling"],
        resends=merged(resends),
        garbling=merged(garbling),
    )


def merged(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    """The same times in order and without overlaps."""
    found: list[Interval] = []
    for interval in sorted(intervals, key=lambda one: one.from_s):
        if found and interval.from_s <= found[-1].to_s:
            found[-1] = Interval(found[-1].from_s, max(found[-1].to_s, interval.to_s))
        else:
            found.append(interval)
    return tuple(found)
