"""What questions about places have in common: which place, of which moment or range, as known when.

It must not know what is answered.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Literal

from fastapi import Depends, Path, Query

from schemas.judgement import Period
from schemas.registry_words import BEIJING
from services.api.access import Within
from services.api.asof import AsOf, AsOfDep, moment
from services.api.context import Now
from services.api.problems import Kinds, Problem
from services.api.ranges import Range, Wish, WishDep
from services.rules.periods import begun_before
from services.store.places import PlantRef, PointRef, SubjectRef

PlantCode = Annotated[str, Path(max_length=100, description="The plant's code 企业编码")]
SubjectCode = Annotated[str, Path(max_length=100, description="Its code within the plant 编号")]
SideName = Annotated[
    Literal["in", "out", "state"],
    Path(description="Before it 进口, after it 出口, or its states and signals 工况"),
]
PointCode = Annotated[str, Path(max_length=100, description="HJ 212 code 因子编码, like a21026")]
AT = Query(
    alias="at",
    max_length=40,
    description="The moment it is told of 时刻; absent: the time of `as_of` where one was given, else "
    "now. Of a moment that is over only what had ended by then counts as judged, and only cases that "
    "were open then. With the same `at` and `as_of` status and limits are answered the same for ever, "
    "as judged and registered below `as_of`; whom one may see is told by one's account as it is now.",
    examples=["2026-08-01T09:00:00+08:00"],
)


@dataclass(frozen=True, slots=True)
class When:
    """A moment, as known below a position."""

    known: AsOf
    at: datetime
    now: datetime

    @property
    def past(self) -> bool:
        """Whether it is over, so that more may be known by now than had happened then."""
        return self.at < self.now

    def begun_before(self, period: Period) -> datetime:
        """Periods that began before count: of a past moment those that had ended."""
        return begun_before(self.at, period, BEIJING) if self.past else self.at


async def when(known: AsOfDep, now: Now, at: Annotated[str | None, AT] = None) -> When:
    """Raises Problem when it is no time, or lies ahead."""
    if at is None:
        return When(known, known.time or now, now)
    found = moment(at)
    if found is None or found > now:
        raise Problem(
            Kinds.BAD_RANGE,
            "at 应为不晚于当前的 ISO 8601 时间。",
            "at is a time of ISO 8601 that does not lie ahead",
        )
    return When(known, found, now)


@dataclass(frozen=True, slots=True)
class Over:
    """A range that is asked for, as known below a position."""

    known: AsOf
    now: datetime
    wish: Wish

    def range(self, longest: timedelta, usual: timedelta) -> Range:
        """Raises Problem."""
        return self.wish.range(self.now, longest, usual)


async def over(known: AsOfDep, now: Now, wish: WishDep) -> Over:
    """What the query says."""
    return Over(known, now, wish)


def plant_of(plant: PlantCode, within: Within) -> PlantRef:
    """Raises Problem."""
    return within.plant(plant)


def outlet_of(plant: PlantCode, outlet: SubjectCode, within: Within) -> SubjectRef:
    """Raises Problem."""
    return within.outlet(plant, outlet)


def facility_of(plant: PlantCode, facility: SubjectCode, within: Within) -> SubjectRef:
    """Raises Problem."""
    return within.facility(plant, facility)


def subject_of(plant: PlantCode, subject: SubjectCode, within: Within) -> SubjectRef:
    """An outlet, unit or facility. Raises Problem."""
    return within.subject(plant, subject)


def point_of(
    plant: PlantCode, subject: SubjectCode, side: SideName, code: PointCode, within: Within
) -> PointRef:
    """Raises Problem."""
    # Not by way of `subject_of`: each dependency that reads waits for a thread of its own.
    return within.point(within.subject(plant, subject), side, code)


WhenDep = Annotated[When, Depends(when)]
OverDep = Annotated[Over, Depends(over)]
PlantDep = Annotated[PlantRef, Depends(plant_of)]
OutletDep = Annotated[SubjectRef, Depends(outlet_of)]
FacilityDep = Annotated[SubjectRef, Depends(facility_of)]
SubjectDep = Annotated[SubjectRef, Depends(subject_of)]
PointDep = Annotated[PointRef, Depends(point_of)]
