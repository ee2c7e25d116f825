"""The head of a case's page: one number of which mean, its limits, and the times in their relation. Pure.

It must not know how it is shown.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final, NamedTuple

from schemas.judgement import Period
from schemas.limits import LimitVersion
from schemas.registry_words import BEIJING
from services.api.console.cases.figures import Against, rows_of
from services.api.console.shown import Lang, moment
from services.api.models.alerts_read import AlertModel
from services.rules.alerting.kinds import KINDS
from services.rules.exact import in_brief, text
from services.rules.judging.quality_names import Named, named
from services.rules.periods import ended_at

_PLACES: Final = 2
LONG: Final = timedelta(minutes=1)
"""Times that lie closer together are one to people."""


class HeldLimit(NamedTuple):
    """A limit that a number is held against; `law` None: its belief is not on record."""

    against: Against
    law: LimitVersion | None

    @property
    def unverified(self) -> bool:
        return self.law is not None and not self.law.law.verified


class Measured(NamedTuple):
    """A number with the limits it is held against; `oxygen` in %: it is converted to it."""

    number: str
    unit: str
    forecast: bool
    period: str | None
    when: str
    over: bool
    oxygen: str | None
    limits: Sequence[HeldLimit]


class Lacking(NamedTuple):
    """Of a point in an hour: how much is valid of what is due."""

    name: Named
    valid: timedelta
    due: timedelta


class Moment(NamedTuple):
    """A time of a case. `what`: since, over, opened, until, resolved.

    `after`: so long after the end of its first period, else after it began; `ahead`: before that end.
    """

    what: str
    at: datetime
    said: str
    after: timedelta | None = None
    ahead: bool = False


def measured_of(
    figures: Sequence[Against], laws: Mapping[int, LimitVersion], lang: Lang
) -> list[Measured]:
    """Each number once, with all its limits, in the order given: the worst first."""
    found: dict[tuple[object, ...], list[Against]] = {}
    for one in figures:
        if one.value is not None:
            found.setdefault((one.value, one.unit, one.start), []).append(one)
    return [_measured(some, laws, lang) for some in found.values()]


def shown_number(number: Decimal, bounds: Sequence[Decimal]) -> str:
    """Two decimals, of small numbers more; as many as it takes to stay on its side of each bound."""
    places = _PLACES if abs(number) >= 1 else _PLACES - number.adjusted()
    short = number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN)
    if all((short > one, short < one) == (number > one, number < one) for one in bounds):
        return text(short)
    return in_brief(number, *bounds)


def lacking_of(case: AlertModel) -> list[Lacking]:
    """What an hour without valid data has of each point."""
    found: list[Lacking] = []
    for row in rows_of(case.evidence, "points"):
        code, valid, due = row.get("code"), row.get("valid_s"), row.get("due_s")
        if isinstance(code, str) and isinstance(valid, int) and isinstance(due, int):
            spans = timedelta(seconds=valid), timedelta(seconds=due)
            found.append(Lacking(named(code), *spans))
    return found


def moments_of(case: AlertModel) -> list[Moment]:
    """When it began, when its first period was over, when it was told, ended and was resolved."""
    told = [Moment("since", case.since, moment(case.since))]
    if case.opened_at is not None:
        over = _first_over(case)
        if over is not None and over <= case.opened_at:
            told.append(_next("over", over, told))
        told.append(_opened(case.opened_at, over or case.since, told))
    for what, at in (("until", case.until), ("resolved", case.resolved_at)):
        if at is not None:
            told.append(_next(what, at, told))
    return told


def period_said(start: datetime | None, period: str | None, lang: Lang) -> str:
    """Of which hour, day or month: 03-04 19–20时; empty where none is named."""
    if start is None or period is None:
        return ""
    local = start.astimezone(BEIJING)
    match period:
        case Period.MONTH:
            return f"{local:%Y-%m}"
        case Period.DAY:
            return f"{local:%m-%d}"
        case Period.HOUR:
            end = local.hour + 1
            said = f"{local:%m-%d %H}–{end:02d}"
            return f"{said}时" if lang == "zh" else f"{local:%m-%d %H}:00–{end:02d}:00"
        case _:
            return f"{local:%m-%d %H:%M}"


def _measured(some: Sequence[Against], laws: Mapping[int, LimitVersion], lang: Lang) -> Measured:
    one = some[0]
    limits = [HeldLimit(each, laws.get(each.version or 0)) for each in some]
    bounds = [
        Decimal(str(bound)) for each in some for bound in (each.low, each.high) if bound is not None
    ]
    oxygen = next(
        (
            each.law.bound.reference_oxygen
            for each in limits
            if each.law is not None and each.law.bound is not None
        ),
        None,
    )
    return Measured(
        number="" if one.value is None else shown_number(Decimal(str(one.value)), bounds),
        unit=one.unit,
        forecast=one.share is not None,
        period=one.period,
        when=period_said(one.start, one.period, lang),
        over=any(each.multiple is not None for each in some),
        oxygen=None if oxygen is None else text(oxygen),
        limits=limits,
    )


def _first_over(case: AlertModel) -> datetime | None:
    """When the first period that the case is about was over; None: it is about no period."""
    period = KINDS[case.kind].period
    return None if period is None else ended_at(case.since, period, BEIJING)


def _opened(at: datetime, reference: datetime, told: Sequence[Moment]) -> Moment:
    """How long after, or ahead of, what it is told of; nothing where they are one to people."""
    after = at - reference
    found = _next("opened", at, told)
    if abs(after) < LONG:
        return found
    return found._replace(after=abs(after), ahead=after < timedelta())


def _next(what: str, at: datetime, told: Sequence[Moment]) -> Moment:
    return Moment(what, at, _near(at, told[-1].at))


def _near(at: datetime, before: datetime) -> str:
    """No more of the date than differs from the time before it."""
    whole = moment(at)
    day, year = moment(before)[:10], moment(before)[:4]
    if whole.startswith(day):
        return whole[11:]
    return whole[5:] if whole.startswith(year) else whole
