"""Work for any number of evaluators, none keeping state: touched hours, and what the clock brings.

A plant is held by one evaluator at a time, for one transaction: its work is taken and its judgements
are written there, or neither. It must not know how hours are judged.
"""

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, NamedTuple, cast

from schemas.judgement import Stage
from services.store.session import Session

# Advisory locks on plants have a space of their own; the number has no meaning but to be the same.
PLANT_LOCKS: Final = 0x716B_6A64
HOUR: Final = timedelta(hours=1)
STAGES: Final = tuple(Stage)
ORIGIN: Final = datetime.fromisoformat("2000-01-01T00:00:00+00:00")


class Waits(NamedTuple):
    """How long after an hour's end it reaches each stage."""

    provisional: timedelta = timedelta(minutes=1)
    final: timedelta = timedelta(minutes=15)
    closed: timedelta = timedelta(days=10)

    def of(self, stage: Stage) -> timedelta:
        return cast("timedelta", getattr(self, stage.value))


@dataclass(frozen=True, slots=True)
class Clock:
    """What an evaluator takes at `now`: per claim at most `most` hours of each kind.

    Hours from `touched_before` on (usually the running one) are left where they are; None: none is.
    """

    now: datetime
    waits: Waits = field(default_factory=Waits)
    most: int = 48
    touched_before: datetime | None = None


class Due(NamedTuple):
    """Hours that begin in [since, until) have reached this stage."""

    stage: Stage
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Work:
    """Of a plant: hours touched, by subject and in order, and hours that the clock brings."""

    plant: int
    touched: Mapping[int, Sequence[datetime]]
    due: Sequence[Due]

    def hours(self) -> list[datetime]:
        """The beginnings of all hours to be judged, each once, in order."""
        hours = {hour for some in self.touched.values() for hour in some}
        for due in self.due:
            hours |= {due.since + count * HOUR for count in range((due.until - due.since) // HOUR)}
        return sorted(hours)


# From the first reading; or, while there is none, from its commissioning on but from nothing that
# passed before the plant was known here.
ENROL = """
INSERT INTO judging (plant, stage, next_hour, due_at)
SELECT begun.plant, wait.stage, begun.hour, begun.hour + INTERVAL '1 hour' + wait.long
FROM (
  SELECT device.plant, date_bin(INTERVAL '1 hour', LEAST(min(heard.first),
    GREATEST(min(device.commissioned_at), %(now)s)), TIMESTAMPTZ '2000-01-01 00:00:00+00') AS hour
  FROM device
  LEFT JOIN channel ON channel.device = device.id
  LEFT JOIN LATERAL (
    SELECT LEAST(
      (SELECT time FROM reading_minute WHERE channel = channel.id ORDER BY time LIMIT 1),
      (SELECT time FROM reading_hour WHERE channel = channel.id ORDER BY time LIMIT 1),
      (SELECT time FROM reading_realtime WHERE channel = channel.id ORDER BY time LIMIT 1)) AS first
  ) AS heard ON true
  WHERE NOT EXISTS (SELECT FROM judging WHERE judging.plant = device.plant)
  GROUP BY device.plant
) AS begun
CROSS JOIN unnest(%(stages)s::text[], %(waits)s::interval[]) AS wait (stage, long)
ON CONFLICT DO NOTHING
"""
WAITING = """
SELECT plant FROM (
  SELECT plant, due_at FROM judging WHERE due_at <= %(now)s
  UNION ALL
  SELECT plant.id, NULL FROM plant WHERE EXISTS (
    SELECT FROM subject JOIN touched ON touched.subject = subject.id
    WHERE subject.plant = plant.id AND touched.hour < %(before)s)
) AS waiting
GROUP BY plant ORDER BY min(due_at) NULLS LAST, plant
"""
# The newest hours first: many old ones, touched at once, may not keep the present waiting.
TAKE = """
WITH ours AS MATERIALIZED (SELECT id FROM subject WHERE plant = %(plant)s)
DELETE FROM touched
WHERE subject = ANY(ARRAY(SELECT id FROM ours)) AND hour < %(before)s AND hour >= (
  SELECT min(hour) FROM (
    SELECT DISTINCT hour FROM touched
    WHERE subject = ANY(ARRAY(SELECT id FROM ours)) AND hour < %(before)s
    ORDER BY hour DESC LIMIT %(most)s) AS newest)
RETURNING subject, hour
"""
REACHED = """
SELECT stage, next_hour FROM judging WHERE plant = %s AND due_at <= %s FOR UPDATE
"""
GO_ON = "UPDATE judging SET next_hour = %s, due_at = %s WHERE plant = %s AND stage = %s"


def enrol_plants(session: Session, clock: Clock) -> int:
    """Start the clock of each plant with a device that has none yet; how many there were.

    Raises psycopg.Error.
    """
    cursor = session.execute(
        ENROL,
        {
            "now": clock.now,
            "stages": [stage.value for stage in STAGES],
            "waits": [clock.waits.of(stage) for stage in STAGES],
        },
    )
    return cursor.rowcount // len(STAGES)


def waiting_plants(session: Session, clock: Clock) -> list[int]:
    """The plants that have work now, the longest due first. Raises psycopg.Error."""
    rows = session.execute(WAITING, {"now": clock.now, "before": _before(clock)}).fetchall()
    return [cast("int", row[0]) for row in rows]


def next_due(session: Session) -> datetime | None:
    """When the clock brings the next work; None where no plant is enrolled."""
    row = session.execute("SELECT min(due_at) FROM judging").fetchone()
    return cast("datetime | None", row[0]) if row else None


@contextmanager
def claimed(session: Session, plant: int, clock: Clock) -> Generator[Work | None]:
    """A transaction that holds the plant and takes its work; None: it has none, or another has it.

    What is written within commits with the taking. Whatever is raised within, and the loss of the
    connection, gives the work back. Hours touched meanwhile stay. Raises psycopg.Error.
    """
    with session.transaction():
        yield _take(session, plant, clock) if _hold(session, plant) else None


def judge_again(session: Session, plant: int, since: datetime, now: datetime) -> None:
    """Turn the plant's clock back, so that all hours from `since` on are due again."""
    session.execute(
        "UPDATE judging SET next_hour = LEAST(next_hour, %(hour)s), due_at = LEAST(due_at, %(now)s)"
        " WHERE plant = %(plant)s",
        {"hour": hour_of(since), "now": now, "plant": plant},
    )


def hour_of(at: datetime) -> datetime:
    """The beginning of the hour that holds this moment."""
    return at - (at - ORIGIN) % HOUR


def _hold(session: Session, plant: int) -> bool:
    # A host that hangs within may not keep the plant for ever.
    session.execute("SET LOCAL idle_in_transaction_session_timeout TO '5min'")
    row = session.execute(
        "SELECT pg_try_advisory_xact_lock(%s::integer, %s::integer)", (PLANT_LOCKS, plant)
    ).fetchone()
    return row is not None and bool(row[0])


def _take(session: Session, plant: int, clock: Clock) -> Work | None:
    touched: dict[int, set[datetime]] = {}
    values = {"plant": plant, "before": _before(clock), "most": clock.most}
    for subject, hour in session.execute(TAKE, values).fetchall():
        touched.setdefault(cast("int", subject), set()).add(cast("datetime", hour))
    due = [
        one
        for stage, next_hour in session.execute(REACHED, (plant, clock.now)).fetchall()
        if (one := _reach(session, plant, clock, Due(Stage(stage), next_hour, next_hour)))
    ]
    if not touched and not due:
        return None
    due.sort(key=lambda one: STAGES.index(one.stage))
    return Work(plant, {subject: sorted(hours) for subject, hours in touched.items()}, due)


def _reach(session: Session, plant: int, clock: Clock, at: Due) -> Due | None:
    """Move a stage's clock on, over the hours that have reached it."""
    wait = clock.waits.of(at.stage)
    until = min(hour_of(clock.now - wait), at.since + clock.most * HOUR)
    next_hour = max(until, at.since)
    session.execute(GO_ON, (next_hour, next_hour + HOUR + wait, plant, at.stage.value))
    return at._replace(until=until) if until > at.since else None


def _before(clock: Clock) -> datetime | str:
    return "infinity" if clock.touched_before is None else clock.touched_before


@contextmanager
def holding(session: Session, plant: int, *, keep: bool = True) -> Generator[None]:
    """A transaction that waits for the plant and holds it; `keep` False: nothing of it stays.

    For whoever judges history by hand. Raises psycopg.Error.
    """
    with session.transaction(force_rollback=not keep):
        session.execute(
            "SELECT pg_advisory_xact_lock(%s::integer, %s::integer)", (PLANT_LOCKS, plant)
        )
        yield
