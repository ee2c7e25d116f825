"""What the indicators of data quality look at: an outlet's points on even grids, and what was stated.

Plain values that an evaluator fills from the store; it must not know the indicators.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from typing import Final, Literal, NamedTuple, TypeAlias

import numpy as np

from schemas.judgement import Stage
from schemas.registry_rows import Side
from schemas.registry_words import BEIJING
from services.rules.quality.series import HOUR_S, Bools, Floats, Series, runs_of

Role: TypeAlias = Literal[
    "pollutant", "oxygen", "velocity", "temperature", "flow", "load", "fuel", "ph", "other"
]
StatedKind: TypeAlias = Literal["stop", "fault", "maintenance", "calibration", "communication"]

_ROLES: Final[Mapping[str, Role]] = {
    "a19001": "oxygen",
    "a01011": "velocity",
    "a01012": "temperature",
    "a00000": "flow",
    "w00000": "flow",
    "w01001": "ph",
    "w01012": "pollutant",
    "w01017": "pollutant",
    "w01018": "pollutant",
    "w01019": "pollutant",
}
_PREFIXES: Final[tuple[tuple[str, Role], ...]] = (
    ("i334", "load"),
    ("g203", "fuel"),
    ("a2", "pollutant"),
    ("a3", "pollutant"),
    ("w2", "pollutant"),
)


def role_of(code: str) -> Role:
    """What a code of HJ 212-2017 annex B is to the indicators."""
    if code in _ROLES:
        return _ROLES[code]
    for prefix, role in _PREFIXES:
        if code.startswith(prefix):
            return role
    return "other"


class Stated(NamedTuple):
    """A period that a mark or the device gives a reason for; `point` None: the whole outlet."""

    kind: StatedKind
    since: datetime
    until: datetime | None
    point: int | None = None


class While(NamedTuple):
    """A stretch of time; `until` None: it goes on."""

    since: datetime
    until: datetime | None

    def meets(self, since: datetime, until: datetime) -> bool:
        return self.since < until and (self.until is None or self.until > since)


class Setting(NamedTuple):
    """A setting of an instrument as it reported it (CN 3020): i13001 range, i13008 slope ..."""

    at: datetime
    code: str
    value: float


class Check(NamedTuple):
    """A check with standard gas or solution: what its label says, and what was read."""

    at: datetime
    standard: float
    read: float


class MonthMean(NamedTuple):
    """The mean of a month; `month` is 1 to 12 on the site's clock."""

    year: int
    month: int
    value: float


@dataclass(frozen=True, slots=True)
class Watched:
    """A point: its series, and what is known of its instrument. Numbers in the point's unit.

    `parts`: of hours that are not valid, the means of what was (NaN: nothing). `limit` is the upper bound that is compared with `judged`; `of_converted` says whether that is
    the converted value. `detection_limit` 检出限, `range_max` 量程 as registered; `registered`: other
    settings on file by code. `cycle_s`: a slow analyser repeats one result so long. `flagged`: its
    device flags what is not normal; `dated`: it says which time a record stands for; `clock_wrong`:
    when that was by a clock known to be wrong.
    """

    point: int
    code: str
    zh: str
    en: str
    unit: str
    hours: Series
    parts: Floats | None = None
    minutes: Series | None = None
    side: Side = "out"
    limit: float | None = None
    of_converted: bool = False
    reference_oxygen: float | None = None
    detection_limit: float | None = None
    range_max: float | None = None
    cycle_s: int | None = None
    registered: Mapping[str, float] = field(default_factory=dict[str, float])
    settings: tuple[Setting, ...] = ()
    checks: tuple[Check, ...] = ()
    calibrations: tuple[datetime, ...] = ()
    months: tuple[MonthMean, ...] = ()
    flagged: bool = True
    dated: bool = True
    clock_wrong: tuple[While, ...] = ()

    @property
    def role(self) -> Role:
        return role_of(self.code)

    @property
    def judged(self) -> Floats:
        """Hour values that a limit is compared with."""
        return self.hours.converted if self.of_converted else self.hours.values


@dataclass(frozen=True, slots=True)
class Case:
    """An outlet at the end of a day: all its points over the same hours, `fresh` of them new.

    What was found in older hours alone was said before. `siblings` are points of other outlets of
    the plant; `at_rest` marks the hours in which the units stood by their own signals, whatever was
    said; `switched`: when its facilities and units reported another state; `clock` is the site's fixed
    offset.
    """

    subject: int
    points: tuple[Watched, ...]
    stated: tuple[Stated, ...] = ()
    siblings: tuple[Watched, ...] = ()
    at_rest: Bools | None = None
    switched: tuple[datetime, ...] = ()
    fresh: int = 24
    stage: Stage = Stage.FINAL
    clock: tzinfo = BEIJING

    def __post_init__(self) -> None:
        """Raise ValueError when the points are not on one grid of hours."""
        grids = {(each.hours.since, len(each.hours)) for each in (*self.points, *self.siblings)}
        if len(grids) > 1:
            raise ValueError("give all points of a case over the same hours")
        if self.at_rest is not None and len(self.at_rest) != self.hours:
            raise ValueError("say of each hour of the case whether the units stood")
        if any(each.hours.step_s != HOUR_S for each in self.points):
            raise ValueError("the hours of a point must be hours")

    @property
    def until(self) -> datetime:
        return self.points[0].hours.until

    @property
    def hours(self) -> int:
        return len(self.points[0].hours) if self.points else 0

    @property
    def fresh_from(self) -> int:
        """The first of the new hours."""
        return max(self.hours - self.fresh, 0)

    def of_role(self, role: Role, side: Side = "out") -> tuple[Watched, ...]:
        return tuple(each for each in self.points if each.role == role and each.side == side)

    def one(self, role: Role) -> Watched | None:
        """The first point of that role at the outlet; a load or fuel stands at its unit."""
        found = [each for each in self.points if each.role == role and each.side != "in"]
        return found[0] if found else None

    def by_code(self, code: str, side: Side = "out") -> Watched | None:
        found = [each for each in self.points if each.code == code and each.side == side]
        return found[0] if found else None

    def explained(self, watched: Watched, series: Series) -> Bools:
        """Which cells of a series somebody gave a reason for, by a mark or a flag but N."""
        explained = (series.flags != "N") & (series.flags != "")
        return explained | self.marked(series, watched.point)

    def marked(
        self, series: Series, point: int | None, kinds: tuple[StatedKind, ...] = ()
    ) -> Bools:
        """Which cells a mark touches; `kinds` empty: any kind."""
        marked = np.zeros(len(series), dtype=np.bool_)
        for each in self.stated:
            if (kinds and each.kind not in kinds) or each.point not in {None, point}:
                continue
            first = max(series.place(each.since), 0)
            last = len(series)
            if each.until is not None:
                last = series.place(each.until - timedelta(microseconds=1)) + 1
            marked[first : max(last, 0)] = True
        return marked

    def operating(self, watched: Watched, series: Series | None = None) -> Bools:
        """Which cells hold a number shown as normal, while nothing was said to stand or fail."""
        cells = watched.hours if series is None else series
        return np.isfinite(cells.values) & ~self.explained(watched, cells) & ~self._resting(cells)

    def standing(self, watched: Watched) -> Bools:
        """Hours in which units stood, by a mark, a flag or their own signals."""
        hours = watched.hours
        said = (hours.flags == "F") | self.marked(hours, watched.point, ("stop",))
        return said | self._resting(hours)

    def _resting(self, series: Series) -> Bools:
        resting = np.zeros(len(series), dtype=np.bool_)
        if self.at_rest is None:
            return resting
        begin = self.points[0].hours.since
        for run in runs_of(self.at_rest):
            first = series.place(begin + timedelta(hours=run.first))
            last = series.place(begin + timedelta(hours=run.end))
            resting[max(first, 0) : max(last, 0)] = True
        return resting

    def measured(self, watched: Watched) -> Bools:
        """Operating hours, and those flagged T (over the range): a number that is too low at worst."""
        cells = watched.hours
        over = (cells.flags == "T") & ~self.marked(cells, watched.point)
        return np.isfinite(cells.values) & (over | ~self.explained(watched, cells))
