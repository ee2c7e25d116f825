"""Which outlets are worth an exact look now: whatever may begin or end at once, the rest in its turn.

It must not know what a look finds.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from services.alerts.live_hearing import Spoke
from services.rules.judging.live_air import hour_at
from services.rules.judging.live_told import OVER_NOW, PREWARNING

HOUR: Final = timedelta(hours=1)
EVERY: Final = timedelta(seconds=60)
"""What only goes on is looked at no more often."""
_MARGIN: Final = timedelta(seconds=300)
"""So much may the last record of what was heard reach beyond now."""
Opened = Callable[[str, int], bool]
"""Whether a finding of a rule is open at a point."""


@dataclass
class Near:
    """Outlets and points that came near a limit within the last hour, and when each was looked at."""

    _outlets: dict[tuple[int, int], datetime] = field(
        default_factory=dict[tuple[int, int], datetime]
    )
    _points: dict[int, datetime] = field(default_factory=dict[int, datetime])
    _looked: dict[tuple[int, int], datetime] = field(
        default_factory=dict[tuple[int, int], datetime]
    )

    def add(self, plant: int, outlets: Iterable[int], now: datetime) -> None:
        """These are near for an hour, or have something open."""
        for outlet in outlets:
            self._outlets[plant, outlet] = now + HOUR

    def urgent(
        self, plant: int, spoke: Spoke, outlet_of: Mapping[int, int], now: datetime, opened: Opened
    ) -> set[int]:
        """The outlets of which something may have begun or ended with what was just heard."""
        self.add(plant, spoke.outlets, now)
        self._points |= dict.fromkeys(spoke.points, now + HOUR)
        warns = now + _MARGIN >= hour_at(now) + timedelta(seconds=spoke.warns_s)
        found: set[int] = set()
        for point, outlet in outlet_of.items():
            is_near = self._points.get(point, now) > now
            if not is_near and not opened(OVER_NOW, point):
                continue
            turned = spoke.turned.ends if opened(OVER_NOW, point) else spoke.turned.begins
            if point in turned or (is_near and warns and not opened(PREWARNING, point)):
                found.add(outlet)
        return found | (spoke.outlets if spoke.all_of else frozenset())

    def due(self, plant: int, outlets: Iterable[int], now: datetime) -> set[int]:
        """Those of the plant's outlets that are near and have not been looked at for a while."""
        return {
            one
            for one in outlets
            if self._outlets.get((plant, one), now) > now and self._is_due((plant, one), now)
        }

    def looked(self, plant: int, outlets: Iterable[int], now: datetime) -> None:
        """They were just looked at."""
        for one in outlets:
            self._looked[plant, one] = now

    def forget(self, now: datetime) -> None:
        """Those whose hour is over."""
        self._outlets = {key: until for key, until in self._outlets.items() if until > now}
        self._points = {key: until for key, until in self._points.items() if until > now}
        self._looked = {key: at for key, at in self._looked.items() if key in self._outlets}

    def __iter__(self) -> Iterator[tuple[int, int]]:
        return iter(self._outlets)

    def _is_due(self, key: tuple[int, int], now: datetime) -> bool:
        return key not in self._looked or now - self._looked[key] >= EVERY
