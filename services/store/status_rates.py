"""Rates of places over a time, added up from the believed days or months; and plants ranked by them.

Counts are added first and divided once. It must not know what a rate should be.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final, Literal, NamedTuple

from schemas.judgement import Period
from services.store.session import Session

Ranked = Literal["exceedances", "effectiveness", "synchronous"]


@dataclass(frozen=True, slots=True)
class Over:
    """Periods of a kind that begin in [since, until), as known below a position."""

    since: datetime
    until: datetime
    period: Period
    known: int
    also: tuple[Period, ...] = ()
    """Further kinds of periods: exceedances of these are counted as well."""

    @property
    def periods(self) -> tuple[Period, ...]:
        """All kinds that are asked for."""
        return (self.period, *self.also)

    def values(self) -> dict[str, object]:
        return {
            "since": self.since,
            "until": self.until,
            "period": self.period.value,
            "periods": [one.value for one in self.periods],
            "known": str(self.known),
        }


class RateSum(NamedTuple):
    """A measure of a subject: numerator and denominator over how many periods; `sure`: of all."""

    subject: int
    measure: str
    code: str
    numerator: Decimal
    denominator: Decimal
    periods: int
    sure: bool
    provisional: int


class PlantRank(NamedTuple):
    """A plant with how often it exceeded (hours, days: of them), or with the sums of a rate."""

    plant: int
    code: str
    name: str
    region: str
    numerator: Decimal
    denominator: Decimal
    hours: int | None
    days: int | None


SUMS = """
SELECT subject, measure, code, sum(numerator), sum(denominator), count(*)::integer, bool_and(sure),
  (count(*) FILTER (WHERE stage = 'provisional'))::integer
FROM (
  SELECT DISTINCT ON (subject, measure, code, start) subject, measure, code, start, stage,
    numerator, denominator, sure
  FROM performance
  WHERE subject = ANY(%(subjects)s) AND period = %(period)s AND start >= %(since)s
    AND start < %(until)s AND position < %(known)s::text::xid8
  ORDER BY subject, measure, code, start, performance.position DESC, id DESC
) AS believed
GROUP BY subject, measure, code ORDER BY subject, measure COLLATE "C", code COLLATE "C"
"""
# Of the rows that said "exceeding" once, those that nothing newer has replaced; a period of a
# point counts once, however many limits it exceeds.
EXCEEDANCES = """
SELECT plant.id, plant.code, plant.name, plant.region, count(*)::numeric, 1::numeric,
  (count(*) FILTER (WHERE over.period = 'hour'))::integer,
  (count(*) FILTER (WHERE over.period = 'day'))::integer
FROM (
  SELECT DISTINCT one.point, one.period, one.start FROM point
  JOIN subject ON subject.id = point.subject
  JOIN verdict AS one ON one.point = point.id AND one.period = ANY(%(periods)s)
    AND one.start >= %(since)s AND one.start < %(until)s
    AND one.outcome IN ('exceeding', 'exceeding_at_least')
    AND one.position < %(known)s::text::xid8
  WHERE (%(plants)s::integer[] IS NULL OR subject.plant = ANY(%(plants)s::integer[]))
    AND NOT EXISTS (SELECT FROM verdict AS newer WHERE newer.point = one.point
      AND newer.period = one.period AND newer.start = one.start
      AND newer.limit_key = one.limit_key AND newer.start >= %(since)s AND newer.start < %(until)s
      AND (newer.position, newer.id) > (one.position, one.id)
      AND newer.position < %(known)s::text::xid8)
) AS over
JOIN point ON point.id = over.point JOIN subject ON subject.id = point.subject
JOIN plant ON plant.id = subject.plant
GROUP BY plant.id
ORDER BY count(*) DESC, count(*) FILTER (WHERE over.period = 'day') DESC, plant.code COLLATE "C"
LIMIT %(most)s
"""
RATED = """
SELECT plant.id, plant.code, plant.name, plant.region, sum(numerator), sum(denominator),
  NULL::integer, NULL::integer
FROM (
  SELECT DISTINCT ON (performance.subject, start) performance.subject, start, numerator, denominator
  FROM performance JOIN subject ON subject.id = performance.subject
  WHERE subject.kind = %(kind)s AND measure = %(measure)s AND performance.code = ''
    AND (%(plants)s::integer[] IS NULL OR subject.plant = ANY(%(plants)s::integer[]))
    AND period = %(period)s AND start >= %(since)s AND start < %(until)s
    AND position < %(known)s::text::xid8
  ORDER BY performance.subject, start, performance.position DESC, performance.id DESC
) AS believed
JOIN subject ON subject.id = believed.subject JOIN plant ON plant.id = subject.plant
GROUP BY plant.id HAVING sum(denominator) > 0
ORDER BY sum(numerator) / sum(denominator), plant.code COLLATE "C" LIMIT %(most)s
"""
KINDS: Final = {"effectiveness": "outlet", "synchronous": "unit"}
"""Whose rates a plant's is made of."""


def sum_rates(session: Session, subjects: Sequence[int], over: Over) -> list[RateSum]:
    """Every measure of these subjects over the periods. Raises psycopg.Error."""
    values = over.values() | {"subjects": list(subjects)}
    rows = session.execute(SUMS, values, prepare=False).fetchall()
    return [RateSum._make(row) for row in rows]


def rank_plants(
    session: Session, plants: Sequence[int] | None, by: Ranked, over: Over, most: int
) -> list[PlantRank]:
    """The plants (None: of all) that exceeded most, or whose rate is lowest: the worst first.

    An exceedance is a period of a point that exceeds any of its limits; of plants with as many, the
    one with more days is first. Raises psycopg.Error.
    """
    values = over.values() | {
        "plants": None if plants is None else list(plants),
        "measure": by,
        "kind": KINDS.get(by, "outlet"),
        "most": most,
    }
    query = EXCEEDANCES if by == "exceedances" else RATED
    rows = session.execute(query, values, prepare=False).fetchall()
    return [PlantRank._make(row) for row in rows]
