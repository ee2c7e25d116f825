"""The rules of a kind of case as plain values, made of the parameters that hold for a place and time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Final, Protocol, TypeVar

from schemas.alert import AlertKind, Severity
from schemas.case_parameters import Course, Exceeding
from schemas.judgement import Period
from schemas.parameter import Parameters
from services.rules.alerting.kinds import KINDS
from services.rules.alerting.parameters import OWNERS, CaseParameters

Rule = TypeVar("Rule", bound=Parameters)
_LENGTHS: Final[Mapping[Period, timedelta]] = MappingProxyType(
    {Period.HOUR: timedelta(hours=1), Period.DAY: timedelta(days=1)}
)


class Settings(Protocol):
    """Gives the parameters of a class as they hold for a place and time (a shelf does)."""

    def __call__(self, owner: type[Rule], /) -> Rule: ...


def defaults(owner: type[Rule], /) -> Rule:
    """The defaults, where nobody set anything."""
    return owner()


@dataclass(frozen=True, slots=True)
class Repeats:
    """Severity by how often: the `times`-th exceedance, or `days` local days, within `window`.

    Periods of `length` that follow each other are one exceedance.
    """

    times: int | None
    days: int | None
    window: timedelta
    length: timedelta


@dataclass(frozen=True, slots=True)
class KindRules:
    """When cases of a kind open (`hold`), are over (`clear`), come again (`reopen`), are found late.

    `after` and `multiples`: severity steps in rising order. `by_person`: a case ends only by a person.
    """

    hold: timedelta
    clear: timedelta
    reopen: timedelta
    late: timedelta
    base: Severity
    after: tuple[tuple[timedelta, Severity], ...] = ()
    multiples: tuple[tuple[Decimal, Severity], ...] = ()
    repeats: Repeats | None = None
    by_person: bool = False


def kind_rules(kind: AlertKind, settings: Settings = defaults) -> KindRules:
    """The rules of a kind; `settings` gives a class's parameters, and may raise what it raises."""
    info = KINDS[kind]
    course = settings(OWNERS.get(kind, CaseParameters))
    exceeding = course if isinstance(course, Exceeding) else None
    return KindRules(
        hold=timedelta(seconds=course.hold_s),
        clear=timedelta(seconds=course.clear_s),
        reopen=timedelta(seconds=course.reopen_s),
        late=timedelta(seconds=course.late_s),
        base=course.severity or info.base,
        after=_after(course),
        multiples=() if exceeding is None else _multiples(exceeding),
        repeats=None if exceeding is None else _repeats(exceeding, info.period),
        by_person=info.closes == "person",
    )


def _after(course: Course) -> tuple[tuple[timedelta, Severity], ...]:
    steps = (
        (course.orange_after_s, Severity.ORANGE),
        (course.red_after_s, Severity.RED),
    )
    return tuple((timedelta(seconds=one), colour) for one, colour in steps if one is not None)


def _multiples(course: Exceeding) -> tuple[tuple[Decimal, Severity], ...]:
    steps = ((course.orange_multiple, Severity.ORANGE), (course.red_multiple, Severity.RED))
    return tuple((one, colour) for one, colour in steps if one is not None)


def _repeats(course: Exceeding, period: Period | None) -> Repeats | None:
    if period is None or (course.orange_times is None and course.red_days is None):
        return None
    window = timedelta(days=course.window_days)
    return Repeats(course.orange_times, course.red_days, window, _LENGTHS[period])
