"""What was held before and does not stand any more once the hours were judged again.

A finding that is not found again falls; a verdict of a limit that says nothing any more is void.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from schemas.judgement import Finding, MeanRow, Period, VerdictRow
from services.rules.judging.case import Judgements
from services.rules.judging.facilities import FACILITY_RULES
from services.rules.judging.removal_part import LOW_REMOVAL
from services.rules.judging.verdicts import void_verdicts
from services.rules.periods import Bounds
from services.store.beliefs import Stretch, read_findings, read_verdicts
from services.store.session import Session

INSTANT = timedelta(microseconds=1)
_OVER_MIDNIGHT = FACILITY_RULES | {LOW_REMOVAL}
Subjects = Mapping[int, Sequence[int]]


def fallen(
    session: Session, day: Bounds, judged: Mapping[int, Judgements], subjects: Subjects
) -> list[Finding]:
    """The standing findings that began within the day, of rules that do not find them again.

    Those of facilities too that began in the lead before the day and reached into it; what goes on
    into the next day stands. By plant: what was judged, and its subjects. Raises psycopg.Error.
    """
    asked = {
        one: found for plant, found in judged.items() if found.asked for one in subjects[plant]
    }
    if not asked:
        return []
    standing = {_key(one) for found in judged.values() for one in (*found.findings, *found.passed)}
    # A moment earlier: what ended as the day began may be the day's to tell.
    known = read_findings(session, Stretch(sorted(asked), day.since - INSTANT, day.until))
    return [
        replace(one.row, standing=False)
        for one in known
        if one.row.rule in asked[one.row.subject].asked
        if _began_in(one.row, day, asked[one.row.subject])
        if _key(one.row) not in standing
    ]


def voided(session: Session, found: Judgements) -> list[VerdictRow]:
    """Former verdicts on these periods by limits that do not bind there now."""
    rows: list[VerdictRow] = []
    for period in (Period.HOUR, Period.DAY, Period.MONTH):
        means = [row for row in found.means if row.period is period]
        if not means:
            continue
        starts = [row.start for row in means]
        points = sorted({row.point for row in means})
        stretch = Stretch(points, min(starts), max(starts) + INSTANT, period)
        known = read_verdicts(session, stretch)
        rows += _of_period(means, [one.row for one in known], found.verdicts)
    return rows


def _of_period(
    means: Iterable[MeanRow], known: Iterable[VerdictRow], now: Iterable[VerdictRow]
) -> list[VerdictRow]:
    former: dict[tuple[int, datetime], list[VerdictRow]] = {}
    for row in known:
        former.setdefault((row.point, row.start), []).append(row)
    spoken: dict[tuple[int, datetime, Period], list[VerdictRow]] = {}
    for row in now:
        spoken.setdefault((row.point, row.start, row.period), []).append(row)
    rows: list[VerdictRow] = []
    for mean in means:
        old = former.get((mean.point, mean.start), [])
        rows += void_verdicts(old, spoken.get((mean.point, mean.start, mean.period), ()), mean)
    return rows


def _began_in(one: Finding, day: Bounds, found: Judgements) -> bool:
    if one.since >= day.since:
        return one.since < day.until
    reaches = one.until is None or one.until >= day.since
    return one.rule in _OVER_MIDNIGHT and reaches and one.since > day.since - found.lead


def _key(one: Finding) -> tuple[str, int, int | None, datetime]:
    return one.rule, one.subject, one.point, one.since
