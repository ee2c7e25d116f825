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
YOUNG: Final = timedelta(hours=12)
"""Of hours no older than this nobody asks whether the plant was heard then: records of days are older."""
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


_HEARD: Final = """
SELECT LEAST(
  (SELECT time FROM reading_minute WHERE channel = channel.id ORDER BY time LIMIT 1),
  (SELECT time FROM reading_hour WHERE channel = channel.id ORDER BY time LIMIT 1),
  (SELECT time FROM reading_realtime WHERE channel = channel.id ORDER BY time LIMIT 1)) AS first
"""
# From the first reading; or, while there is none, from its commissioning on but from nothing that
# passed before the plant was known here.
ENROL = f"""
INSERT INTO judging (plant, stage, next_hour, due_at)
SELECT begun.plant, wait.stage, begun.hour, begun.hour + INTERVAL '1 hour' + wait.long
FROM (
  SELECT device.plant, date_bin(INTERVAL '1 hour', LEAST(min(heard.first),
    GREATEST(min(device.commissioned_at), %(now)s)), TIMESTAMPTZ '2000-01-01 00:00:00+00') AS hour
  FROM device
  LEFT JOIN channel ON channel.device = device.id
  LEFT JOIN LATERAL ({_HEARD}) AS heard ON true
  WHERE NOT EXISTS (SELECT FROM judging WHERE judging.plant = device.plant)
  GROUP BY device.plant
) AS begun
CROSS JOIN unnest(%(stages)s::text[], %(waits)s::interval[]) AS wait (stage, long)
ON CONFLICT DO NOTHING
"""  # noqa: S608 - constants alone
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
# The newest hours of each plant first: many old ones, touched at once, may not keep the present
# waiting. The list of subjects stands there for the index.
TAKE = """
WITH ours AS MATERIALIZED (SELECT id, plant FROM subject WHERE plant = ANY(%(plants)s)),
first AS MATERIALIZED (
  SELECT plant, min(hour) AS hour FROM (
    SELECT plant, hour, row_number() OVER (PARTITION BY plant ORDER BY hour DESC) AS place FROM (
      SELECT DISTINCT ours.plant, touched.hour FROM touched JOIN ours ON ours.id = touched.subject
      WHERE touched.subject = ANY(ARRAY(SELECT id FROM ours)) AND touched.hour < %(before)s
    ) AS waiting) AS placed
  WHERE place <= %(most)s GROUP BY plant
), gone AS (
  DELETE FROM touched USING ours JOIN first ON first.plant = ours.plant
  WHERE touched.subject = ANY(ARRAY(SELECT id FROM ours)) AND touched.subject = ours.id
    AND touched.hour < %(before)s AND touched.hour >= first.hour
  RETURNING ours.plant, touched.subject, touched.hour, touched.batch
)
SELECT plant, subject, hour, bool_and(batch > 0) FROM gone GROUP BY plant, subject, hour
"""
FIRST_HEARD = f"""
SELECT device.plant, date_bin(INTERVAL '1 hour', min(heard.first),
  TIMESTAMPTZ '2000-01-01 00:00:00+00')
FROM device
JOIN channel ON channel.device = device.id
CROSS JOIN LATERAL ({_HEARD}) AS heard
WHERE device.plant = ANY(%s) GROUP BY device.plant
"""  # noqa: S608 - constants alone
REACHED = """
SELECT plant, stage, next_hour FROM judging WHERE plant = ANY(%s) AND due_at <= %s FOR UPDATE
"""
GO_ON = """
UPDATE judging SET next_hour = moved.next_hour, due_at = moved.due_at
FROM unnest(%s::integer[], %s::text[], %s::timestamptz[], %s::timestamptz[])
  AS moved (plant, stage, next_hour, due_at)
WHERE judging.plant = moved.plant AND judging.stage = moved.stage
"""


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
    with claimed_together(session, [plant], clock) as works:
        yield works[0] if works else None


@contextmanager
def claimed_together(
    session: Session, plants: Sequence[int], clock: Clock
) -> Generator[list[Work]]:
    """The same for several plants in one transaction; gives the work of those that have some.

    Plants that another holds are left out. Nobody waits for anybody: there can be no circle.
    """
    with session.transaction():
        held = _hold(session, plants)
        yield _take(session, held, clock) if held else []


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


def _hold(session: Session, plants: Sequence[int]) -> list[int]:
    """Hold those of the plants that nobody else holds."""
    # A host that hangs within may not keep plants for ever.
    rows = session.execute(
        "SELECT plant FROM unnest(%s::integer[]) AS plant,"
        " set_config('idle_in_transaction_session_timeout', '5min', true)"
        " WHERE pg_try_advisory_xact_lock(%s::integer, plant)",
        (list(plants), PLANT_LOCKS),
    ).fetchall()
    return [cast("int", row[0]) for row in rows]


def _take(session: Session, plants: Sequence[int], clock: Clock) -> list[Work]:
    touched: dict[int, dict[int, list[datetime]]] = {}
    old: list[tuple[int, int, datetime]] = []
    values = {"plants": list(plants), "before": _before(clock), "most": clock.most}
    for row in session.execute(TAKE, values).fetchall():
        plant, subject, hour, told = cast("tuple[int, int, datetime, bool]", row)
        if told and hour < clock.now - YOUNG:
            old.append((plant, subject, hour))
        else:
            touched.setdefault(plant, {}).setdefault(subject, []).append(hour)
    for plant, subject, hour in _heard_then(session, old):
        touched.setdefault(plant, {}).setdefault(subject, []).append(hour)
    due: dict[int, list[Due]] = {}
    moved: list[tuple[int, str, datetime, datetime]] = []
    for row in session.execute(REACHED, (list(plants), clock.now)).fetchall():
        plant, stage, next_hour = cast("tuple[int, str, datetime]", row)
        reached = _reach(clock, Stage(stage), next_hour)
        wait = clock.waits.of(reached.stage)
        moved.append((plant, stage, reached.until, reached.until + HOUR + wait))
        if reached.until > reached.since:
            due.setdefault(plant, []).append(reached)
    if moved:
        session.execute(GO_ON, [list(column) for column in zip(*moved, strict=True)])
    return [
        Work(
            plant,
            {subject: sorted(hours) for subject, hours in touched.get(plant, {}).items()},
            sorted(due.get(plant, ()), key=lambda one: STAGES.index(one.stage)),
        )
        for plant in plants
        if plant in touched or plant in due
    ]


def _heard_then(
    session: Session, told: Sequence[tuple[int, int, datetime]]
) -> list[tuple[int, int, datetime]]:
    """Those of the hours told by records in which the plant had been heard at all.

    A first day's record stands at midnight, though the plant spoke from the afternoon on: what was
    before is no lack of data.
    """
    if not told:
        return []
    rows = session.execute(FIRST_HEARD, (sorted({plant for plant, _, _ in told}),)).fetchall()
    first = cast("dict[int, datetime | None]", dict(rows))
    return [one for one in told if (begun := first.get(one[0])) is None or one[2] >= begun]


def _reach(clock: Clock, stage: Stage, next_hour: datetime) -> Due:
    """The hours that have reached a stage: from its clock on, as many as may be taken at once."""
    until = min(hour_of(clock.now - clock.waits.of(stage)), next_hour + clock.most * HOUR)
    return Due(stage, next_hour, max(until, next_hour))


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
