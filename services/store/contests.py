"""Contests 申诉 as they stand, what they are about, and which cases are contested.

A contest and its events are written in one transaction. It must not know why a contest changes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import LiteralString, NamedTuple, cast

import psycopg
from psycopg.types.json import Jsonb

from schemas.contest import (
    Contest,
    ContestAbout,
    Contested,
    ContestEvent,
    ContestState,
    ContestStep,
    ContestWhat,
    Needed,
)
from schemas.order import Actor, OrderPlant, Party
from schemas.sentence import Sentence, SentenceError, term
from services.store.order_rows import StoredEvent
from services.store.session import Session

INSERT = """
INSERT INTO contest (plant, about, key, title, grounds, state, filed_at, filed_by, region, held_by,
  due, clock_at, overdue, answer, needed, version, changed_at)
VALUES (%(plant)s, %(about)s, %(key)s, %(title)s, %(grounds)s, %(state)s, %(filed_at)s, %(filed_by)s,
  %(region)s, %(held_by)s, %(due)s, %(clock_at)s, %(overdue)s, %(answer)s, %(needed)s, %(version)s,
  %(changed_at)s)
RETURNING id
"""
UPDATE = """
UPDATE contest SET state = %(state)s, held_by = %(held_by)s, clock_at = %(clock_at)s,
  overdue = %(overdue)s, answer = %(answer)s, needed = %(needed)s, version = %(version)s,
  changed_at = %(changed_at)s
WHERE id = %(contest)s AND version = %(read_version)s
"""
EVENT = """
INSERT INTO contest_event (contest, version, what, reason, actor, party, place, at, made_at, state,
  held_by, detail)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
LINK = "INSERT INTO contest_alert (alert, contest) SELECT unnest(%s::bigint[]), %s"
EVENTS = """
SELECT version, what, reason, actor, party, place, at, made_at, state, held_by, detail
FROM contest_event WHERE contest = %s ORDER BY version
"""
SELECT: LiteralString = """
SELECT one.id, plant.id, plant.code, plant.name, plant.region, one.about, one.key, one.title,
  one.grounds, one.state, one.filed_at, one.filed_by, one.region, one.held_by, one.due,
  one.clock_at, one.version, one.changed_at, one.overdue, one.answer, one.needed,
  ARRAY(SELECT alert FROM contest_alert WHERE contest = one.id ORDER BY alert)
FROM contest AS one JOIN plant ON plant.id = one.plant
"""
WANTED: LiteralString = """
WHERE (%(contest)s::bigint IS NULL OR one.id = %(contest)s::bigint)
  AND (%(plant)s::text IS NULL OR plant.code = %(plant)s::text)
  AND (%(region)s::text IS NULL OR starts_with(one.held_by, %(region)s::text))
  AND (%(states)s::text[] IS NULL OR one.state = ANY(%(states)s::text[]))
  AND (%(about)s::text IS NULL OR (one.about = %(about)s::text AND one.key = %(key)s::bigint))
  AND (%(due)s::timestamptz IS NULL OR one.due <= %(due)s::timestamptz)
ORDER BY one.filed_at, one.id
"""
LISTED: LiteralString = SELECT + WANTED
CONTESTED = """
SELECT DISTINCT contest_alert.alert FROM contest_alert
JOIN contest ON contest.id = contest_alert.contest AND contest.state = 'filed'
WHERE contest_alert.alert = ANY(%s)
"""


class ContestConflict(SentenceError):  # noqa: N818 - somebody was faster, by nobody's error
    """The contest is not what was read, or another one was filed: look again."""


@dataclass(frozen=True, slots=True)
class ContestQuery:
    """Which contests; None: all. `region`: held by it or one below; `due`: to be answered by then."""

    contest: int | None = None
    plant: str | None = None
    region: str | None = None
    states: Sequence[ContestState] | None = None
    subject: Contested | None = None
    due: datetime | None = None


class _Stored(NamedTuple):
    """The columns of SELECT in their order."""

    contest: int
    plant: int
    plant_code: str
    plant_name: str
    plant_region: str
    about: str
    key: int
    title: str
    grounds: str
    state: str
    filed_at: datetime
    filed_by: str
    region: str
    held_by: str
    due: datetime
    clock_at: datetime
    version: int
    changed_at: datetime
    overdue: bool
    answer: str
    needed: list[str]
    alerts: list[int]


def insert_contest(session: Session, step: ContestStep) -> ContestStep:
    """Store a new contest in the caller's transaction; gives it with its number.

    Raises ContestConflict when the same thing was contested meanwhile, psycopg.Error otherwise.
    """
    try:
        row = session.execute(INSERT, _values(step.contest)).fetchone()
    except psycopg.errors.UniqueViolation as error:
        raise ContestConflict(
            Sentence(
                f"the same is contested already{term('已有申诉')}: see `qingkong contests list`",
                "同一事项已有申诉",
            )
        ) from error
    contest = replace(step.contest, contest=cast("tuple[int]", row)[0])
    link_contest(session, contest.contest, contest.alerts)
    stored = ContestStep(contest, step.events)
    _write_events(session, stored)
    return stored


def link_contest(session: Session, contest: int, alerts: Sequence[int]) -> None:
    """Say which cases a contest is about. Raises psycopg.Error."""
    if alerts:
        session.execute(LINK, (list(alerts), contest))


def write_contest(session: Session, step: ContestStep) -> None:
    """Put the step's contest in the place of what it was decided on, in the caller's transaction.

    Raises ContestConflict when another version was written meanwhile, psycopg.Error otherwise.
    """
    values = _values(step.contest) | {"read_version": step.read_version}
    if session.execute(UPDATE, values).rowcount != 1:
        number = step.contest.contest
        raise ContestConflict(
            Sentence(
                f"contest {number}{term('申诉')} was changed meanwhile{term('已被他人更新')}: look at"
                f" it again with `qingkong contests show {number}`",
                f"申诉 {number} 已被他人更新：请重新读取后再试",
            )
        )
    _write_events(session, step)


def read_contest(session: Session, contest: int) -> Contest | None:
    """A contest by its id. Raises psycopg.Error."""
    found = read_contests(session, ContestQuery(contest=contest))
    return found[0] if found else None


def read_contests(session: Session, query: ContestQuery) -> list[Contest]:
    """The contests asked for, the oldest first. Raises psycopg.Error."""
    subject = query.subject
    values = {
        "contest": query.contest, "plant": query.plant, "region": query.region,
        "states": None if query.states is None else [one.value for one in query.states],
        "about": None if subject is None else subject.about.value,
        "key": None if subject is None else subject.key, "due": query.due,
    }  # fmt: skip
    return [contest_of(row) for row in session.execute(LISTED, values).fetchall()]


def contest_events(session: Session, contest: int) -> list[ContestEvent]:
    """All that happened to a contest, in order. Raises psycopg.Error."""
    return [event_of(row) for row in session.execute(EVENTS, (contest,)).fetchall()]


def event_of(row: Sequence[object]) -> ContestEvent:
    """The event of a row: version, what, reason, actor, party, place, at, made_at, state, ..."""
    one = StoredEvent._make(row)
    actor = Actor(one.actor, Party(one.party), one.place)
    return ContestEvent(
        *(one.version, ContestWhat(one.what), one.reason, actor, one.at, one.made_at),
        *(ContestState(one.state), one.held_by, one.detail),
    )


def contested_alerts(session: Session, alerts: Sequence[int]) -> frozenset[int]:
    """Which of these cases a contest that is not answered bears on 申诉中. Raises psycopg.Error."""
    rows = session.execute(CONTESTED, (list(alerts),)).fetchall()
    return frozenset(cast("int", row[0]) for row in rows)


def contest_of(row: Sequence[object]) -> Contest:
    """The contest of a row of SELECT."""
    one = _Stored._make(row)
    return Contest(
        contest=one.contest,
        plant=OrderPlant(one.plant, one.plant_code, one.plant_name, one.plant_region),
        subject=Contested(ContestAbout(one.about), one.key, one.title),
        grounds=one.grounds,
        state=ContestState(one.state),
        filed_at=one.filed_at,
        filed_by=one.filed_by,
        region=one.region,
        held_by=one.held_by,
        due=one.due,
        clock_at=one.clock_at,
        version=one.version,
        changed_at=one.changed_at,
        overdue=one.overdue,
        answer=one.answer,
        needed=tuple(map(Needed, one.needed)),
        alerts=tuple(one.alerts),
    )


def _values(contest: Contest) -> dict[str, object]:
    return {
        "contest": contest.contest, "plant": contest.plant.id,
        "about": contest.subject.about.value, "key": contest.subject.key,
        "title": contest.subject.title, "grounds": contest.grounds, "state": contest.state.value,
        "filed_at": contest.filed_at, "filed_by": contest.filed_by, "region": contest.region,
        "held_by": contest.held_by, "due": contest.due, "clock_at": contest.clock_at,
        "overdue": contest.overdue, "answer": contest.answer,
        "needed": [one.value for one in contest.needed], "version": contest.version,
        "changed_at": contest.changed_at,
    }  # fmt: skip


def _write_events(session: Session, step: ContestStep) -> None:
    for one in step.events:
        session.execute(
            EVENT,
            (
                *(step.contest.contest, one.version, one.what.value, one.reason, one.actor.name),
                *(one.actor.party.value, one.actor.place, one.at, one.made_at, one.state.value),
                *(one.held_by, Jsonb(one.detail)),
            ),
        )
