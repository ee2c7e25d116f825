"""Receivers, routes and contacts as they may be shown: the newest belief of each, and nothing sealed.

It must not know how a route is applied.
"""

from datetime import datetime
from typing import NamedTuple, cast

from schemas.notice import Channel, Route
from services.store.session import Session

RECEIVERS = """
SELECT * FROM (
  SELECT DISTINCT ON (name) id, name, channel, address, config, sealed_digest IS NOT NULL AS is_sealed,
    language, active, reason, actor, recorded_at
  FROM receiver WHERE %(name)s::text IS NULL OR name = %(name)s ORDER BY name, id DESC
) AS newest
"""
ROUTES = """
SELECT * FROM (
  SELECT DISTINCT ON (name) id, rule, active, reason, actor, recorded_at
  FROM route WHERE %(name)s::text IS NULL OR name = %(name)s ORDER BY name, id DESC
) AS newest WHERE active
"""
CONTACTS = """
SELECT plant, code, receiver, person, actor, recorded_at FROM (
  SELECT DISTINCT ON (contact.plant, contact.receiver) contact.plant, plant.code, contact.receiver,
    contact.person, contact.active, contact.actor, contact.recorded_at
  FROM plant_contact AS contact JOIN plant ON plant.id = contact.plant
  WHERE %(plants)s::integer[] IS NULL OR contact.plant = ANY(%(plants)s::integer[])
  ORDER BY contact.plant, contact.receiver, contact.id DESC
) AS newest WHERE active ORDER BY code, receiver
"""
LOCK = "SELECT pg_advisory_xact_lock(%s)"
NOTIFY_LOCK = 0x716B_6E72
"""An advisory lock; the number has no meaning but to be the same."""


class ShownReceiver(NamedTuple):
    """A receiver; `version` is the row of its newest belief."""

    version: int
    name: str
    channel: Channel
    address: str
    config: dict[str, object]
    is_sealed: bool
    language: str
    active: bool
    reason: str
    actor: str
    recorded_at: datetime


class ShownRoute(NamedTuple):
    """A route in force."""

    version: int
    route: Route
    reason: str
    actor: str
    recorded_at: datetime


class ShownContact(NamedTuple):
    """A contact of a plant."""

    plant: int
    code: str
    receiver: str
    person: str
    actor: str
    recorded_at: datetime


def lock_notify(session: Session) -> None:
    """Let nobody else change receivers, routes or contacts until the transaction ends."""
    session.execute(LOCK, (NOTIFY_LOCK,))


def shown_receivers(session: Session, name: str | None = None) -> list[ShownReceiver]:
    """All by name, retired ones too, or one. Raises psycopg.Error."""
    rows = session.execute(RECEIVERS, {"name": name}).fetchall()
    return [
        ShownReceiver._make((*row[:2], Channel(str(row[2])), *row[3:]))
        for row in cast("list[tuple[object, ...]]", rows)
    ]


def shown_routes(session: Session, name: str | None = None) -> list[ShownRoute]:
    """Those in force in the order they are tried, or one. Raises psycopg.Error."""
    rows = cast("list[tuple[object, ...]]", session.execute(ROUTES, {"name": name}).fetchall())
    found = [
        ShownRoute._make((version, Route.model_validate(rule), *rest))
        for version, rule, _active, *rest in rows
    ]
    return sorted(found, key=lambda one: (one.route.place, one.route.name))


def shown_contacts(session: Session, plants: list[int] | None) -> list[ShownContact]:
    """Of these plants; None: of all. Raises psycopg.Error."""
    rows = session.execute(CONTACTS, {"plants": plants}).fetchall()
    return [ShownContact._make(cast("tuple[object, ...]", row)) for row in rows]
