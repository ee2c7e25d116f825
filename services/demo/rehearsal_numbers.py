"""What the numbers shown demand: exceedances, hours without valid data, open bypasses, frozen values.

Pure. Hours in which nobody can be sure what arrived, or whether a unit ran, demand nothing.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from schemas.alert import AlertKind
from schemas.registry_words import BEIJING
from services.demo.rehearsal_expected import at, meet, silences
from services.demo.rehearsal_shown import HOUR_S, OVER, ShownHour, ShownHours, Spot
from services.demo.rehearsal_truth import Expected
from services.rules.facility.parameters import FacilityParameters
from services.rules.quality.stillness import StillnessParameters
from services.simulate.process.codes import CHECKED
from services.simulate.site import Episode
from services.simulate.world import Interval, VirtualDevice, World

VALID: Final = 0.95
"""An hour so much of which was normal is valid for whoever receives it."""
INVALID: Final = 0.55
"""An hour of which no more was normal is not: it needs 45 minutes of 60."""
SETTLED: Final = timedelta(hours=1)
"""So long after a local day its indicators have been looked at."""
_MARKS: Final = "incinerator"
Hours = Sequence[tuple[int, ShownHour]]


@dataclass(frozen=True, slots=True)
class Numbers:
    """What was shown in a world, from which it can be said what a receiver must find."""

    world: World
    during: Interval
    shown: ShownHours

    def expected(self) -> list[Expected]:
        """All that the numbers demand."""
        return [
            *self._hours(AlertKind.LIMIT_HOUR, _over, "hourly limit exceeded"),
            *self._lacking(),
            *self._bypasses(),
            *self._frozen(),
        ]

    def _hours(
        self, kind: AlertKind, holds: Callable[[ShownHour], bool], share: str
    ) -> Iterator[Expected]:
        for (plant, outlet, code), hours in self._sure():
            some = [begin_s for begin_s, one in hours if holds(one)]
            for span in runs(some):
                yield Expected(
                    *(kind, plant, frozenset({outlet})),
                    *(at(span.from_s), at(span.to_s), share, code),
                )

    def _lacking(self) -> Iterator[Expected]:
        """Of an outlet: where any of its points that have a limit is not valid.

        What incinerators' loggers flag are marks, which excuse so many hours a year. Of a logger
        without flags nobody knows what was not valid.
        """
        outlets: dict[tuple[str, str], set[int]] = {}
        for (plant, outlet, _), hours in self._sure():
            site = self.world.sites[plant]
            if any(site.units[one].process == _MARKS for one in site.streams[outlet].units):
                continue
            lacking = {begin_s for begin_s, one in hours if _invalid(one)}
            outlets.setdefault((plant, outlet), set()).update(lacking)
        for (plant, outlet), some in outlets.items():
            for span in runs(sorted(some)):
                yield Expected(
                    *(AlertKind.NO_DATA, plant, frozenset({outlet})),
                    *(at(span.from_s), at(span.to_s), "hours without valid data"),
                )

    def _bypasses(self) -> Iterator[Expected]:
        delay_s = FacilityParameters().bypass_delay_s
        for (plant, outlet), spans in self.shown.opened.items():
            loggers = self._loggers(plant, outlet)
            for since_s, until_s in spans:
                span = Interval(since_s, until_s)
                # The signal is told minute by minute: its edges may fall short by one each.
                least_s = delay_s + 3 * max(one.minute_s for one in loggers)
                if until_s - since_s >= least_s and not self._unsure(loggers, span):
                    yield Expected(
                        *(AlertKind.BYPASS_OPEN, plant, frozenset({outlet})),
                        *(at(since_s), at(until_s), "bypass open"),
                    )

    def _frozen(self) -> Iterator[Expected]:
        least_s = (StillnessParameters().constant_hours + 2) * HOUR_S
        spots = {(plant, outlet, code) for plant, outlet, code in self.shown.hours}
        for device in self.world.devices:
            logger = self.world.sites[device.plant].loggers[device.code]
            for one in logger.episodes:
                span = Interval(
                    max(one.from_s, self.during.from_s), min(one.to_s, self.during.to_s)
                )
                if (
                    one.kind not in {"constant_values", "stuck"}
                    or span.to_s - span.from_s < least_s
                ):
                    continue
                if self._day_after(span) > at(self.during.to_s) or self._unsure([device], span):
                    continue
                for code in sorted(_concerned(device, one)):
                    spot = (device.plant, device.outlet, code)
                    if spot in spots and self._plainly_frozen(spot, span):
                        yield Expected(
                            *(AlertKind.DATA_QUALITY, device.plant, frozenset({device.outlet})),
                            *(at(span.from_s), at(span.to_s), "values frozen", code),
                        )

    def _plainly_frozen(self, spot: Spot, span: Interval) -> bool:
        """Whether hours enough were normal, and none of those between was not at all."""
        hours = self.shown.hours[spot]
        first_s = -(-span.from_s // HOUR_S) * HOUR_S
        inner = [hours.get(at_s) for at_s in range(first_s, span.to_s - HOUR_S + 1, HOUR_S)]
        normal = [0.0 if one is None or one.stopped else one.normal for one in inner]
        whole = sum(one >= VALID for one in normal)
        return min(normal, default=0.0) > 0 and whole >= StillnessParameters().constant_hours

    def _day_after(self, span: Interval) -> datetime:
        """When the day has been looked at in which it had lasted long enough."""
        least_s = (StillnessParameters().constant_hours + 1) * HOUR_S
        day = at(span.from_s + least_s).astimezone(BEIJING)
        return day.replace(hour=0, minute=0, second=0) + timedelta(days=1) + SETTLED

    def _sure(self) -> Iterator[tuple[Spot, Hours]]:
        """Of each point the hours of which it is sure what was sent and that its units ran."""
        for spot, hours in self.shown.hours.items():
            plant, outlet, _ = spot
            loggers = self._loggers(plant, outlet)
            hourly = any(not one.daily for one in self.shown.ceilings[spot])
            if not hourly or any(q.rank == "spare" for one in loggers for q in one.quantities):
                continue
            found = [
                (begin_s, one)
                for begin_s, one in sorted(hours.items())
                if self.during.from_s <= begin_s
                and begin_s + HOUR_S <= self.during.to_s
                and not one.stopped
                and not self._unsure(loggers, Interval(begin_s, begin_s + HOUR_S))
                and not self._moving(plant, outlet, begin_s)
            ]
            yield spot, found

    def _loggers(self, plant: str, outlet: str) -> list[VirtualDevice]:
        return [one for one in self.world.devices if (one.plant, one.outlet) == (plant, outlet)]

    def _unsure(self, loggers: Sequence[VirtualDevice], span: Interval) -> bool:
        """Whether what was sent then was lost, late, garbled or dated wrongly."""
        for one in loggers:
            carriage = one.carriage
            wide = Interval(span.from_s - HOUR_S, span.to_s + HOUR_S)
            bad = [*silences(one, self.during), *(each.during for each in carriage.clock)]
            bad += carriage.garbling if carriage.garble_share else ()
            if any(meet(each, wide) for each in bad):
                return True
            if one.works is not None and not (
                one.works.from_s <= wide.from_s and wide.to_s <= one.works.to_s
            ):
                return True
        return False

    def _moving(self, plant: str, outlet: str, begin_s: int) -> bool:
        """Whether a unit before the outlet stands, or goes up or down: what excuses may then count."""
        site = self.world.sites[plant]
        wide = Interval(begin_s - HOUR_S, begin_s + 2 * HOUR_S)
        return any(
            meet(Interval(one.from_s, one.end_s), wide)
            for code in site.streams[outlet].units
            for one in site.units[code].outages
        )


def runs(hours: Sequence[int]) -> Iterator[Interval]:
    """Hours that follow each other as one."""
    since: int | None = None
    for place, begin_s in enumerate(hours):
        since = begin_s if since is None else since
        if place + 1 == len(hours) or hours[place + 1] != begin_s + HOUR_S:
            yield Interval(since, begin_s + HOUR_S)
            since = None


def _over(one: ShownHour) -> bool:
    # A little gas of a check, unflagged, would make the mean one of nobody's records.
    return one.normal >= (VALID if one.flagged else 1.0) and one.surely > OVER


def _invalid(one: ShownHour) -> bool:
    return one.flagged and one.normal < INVALID


def _concerned(device: VirtualDevice, episode: Episode) -> set[str]:
    return {
        quantity.code
        for quantity in device.quantities
        if quantity.rank == "main"
        and quantity.cycle_s is None
        and quantity.point.split("/")[1] == "out"
        and (quantity.code in episode.codes if episode.codes else quantity.code in CHECKED)
    }
