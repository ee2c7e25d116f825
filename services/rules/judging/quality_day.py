"""What the indicators of data quality are asked of a plant's day with: its words and their shares.

It must not know any indicator.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Final, NamedTuple

from schemas.judgement import MeanRow, Stage
from schemas.marks import Mark
from schemas.record import Record
from schemas.registry_words import BEIJING
from services.rules.judging.quality_words import ToldEvent, ToldSetting
from services.rules.judging.records import MAIN, Recorded
from services.rules.judging.shelf import Shelf
from services.rules.limit_history import PreparedLimits
from services.rules.periods import Bounds
from services.rules.plant_view import PlantView
from services.rules.quality.case import While

HISTORY: Final = timedelta(days=31)
"""So much of a point's own history, up to the day's end, its day is held against."""
BEFORE: Final = timedelta(hours=4)
"""So long before the day its records are looked at too: what began then is seen whole."""


class Filed(NamedTuple):
    """The registered end of a point's range, in its unit; `scaled`: its device speaks in another unit.

    `code`: how the device calls what is measured, in its words about itself too.
    """

    range_max: float | None
    scaled: bool
    code: str


@dataclass(frozen=True, slots=True)
class QualityDay:
    """A plant's local day that is over, with what is known of it and of the time before.

    `hours`: believed hour means by point over `HISTORY`. `recorded` begins `BEFORE` the day, or with
    the first hour that was ever judged, and has records of all points, states too. `earlier`: signals by the hour and states from the beginning
    of the history up to there. `months`: believed month means by point. `marks` by subject. `clocks`:
    when the clocks of devices, by their ids, are known to have been wrong.
    """

    view: PlantView
    day: Bounds
    stage: Stage
    limits: PreparedLimits
    shelf: Shelf
    recorded: Recorded
    earlier: Recorded
    hours: Mapping[int, Sequence[MeanRow]] = field(default_factory=dict[int, Sequence[MeanRow]])
    months: Mapping[int, Sequence[MeanRow]] = field(default_factory=dict[int, Sequence[MeanRow]])
    marks: Mapping[int, Sequence[Mark]] = field(default_factory=dict[int, Sequence[Mark]])
    filed: Mapping[int, Filed] = field(default_factory=dict[int, Filed])
    settings: Sequence[ToldSetting] = ()
    events: Sequence[ToldEvent] = ()
    clocks: Mapping[int, Sequence[While]] = field(default_factory=dict[int, Sequence[While]])
    zone: timezone = BEIJING

    @property
    def history_since(self) -> datetime:
        return self.day.until - HISTORY

    @property
    def sent_since(self) -> datetime:
        return self.recorded.since

    def device_hours(self, point: int) -> list[Record]:
        """The hours of the point's own device over the history, in order of time."""
        key = point, MAIN
        return [*self.earlier.hours.get(key, ()), *self.recorded.hours.get(key, ())]
