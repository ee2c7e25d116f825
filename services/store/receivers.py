"""Receivers, routes and plants' contacts: written as new rows, the newest of a name is believed.

It must not open what is sealed, nor know how a route is applied.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, cast

from psycopg.types.json import Jsonb

from schemas.notice import Channel, Contact, Language, Receiver, Route
from services.store.session import Session

RECEIVERS = """
SELECT DISTINCT ON (name) name, channel, address, config, sealed, language, active
FROM receiver ORDER BY name, id DESC
"""
ADD_RECEIVER = """
INSERT INTO receiver (name, channel, address, config, sealed, language, active, reason, actor)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
ROUTES = """
SELECT rule FROM (SELECT DISTINCT ON (name) rule, active FROM route ORDER BY name, id DESC) AS newest
WHERE active
"""
ADD_ROUTE = """
INSERT INTO route (name, rule, active, reason, actor) VALUES (%s, %s, %s, %s, %s)
"""
CONTACTS = """
SELECT code, receiver, person FROM (
  SELECT DISTINCT ON (plant.code, contact.receiver) plant.code, contact.receiver, contact.person,
    contact.active
  FROM plant_contact AS contact JOIN plant ON plant.id = contact.plant
  ORDER BY plant.code, contact.receiver, contact.id DESC
) AS newest WHERE active ORDER BY code, receiver
"""
ADD_CONTACT = """
INSERT INTO plant_contact (plant, receiver, person, active, actor)
SELECT id, %s, %s, %s, %s FROM plant WHERE code = %s
"""


class Written(NamedTuple):
    """Who writes a belief, and why."""

    actor: str
    reason: str = ""


def read_receivers(session: Session) -> dict[str, Receiver]:
    """The receivers by name, retired ones too. Raises psycopg.Error."""
    found: dict[str, Receiver] = {}
    for row in session.execute(RECEIVERS).fetchall():
        name, channel, address, config, sealed, language, active = row
        found[str(name)] = Receiver(
            name=str(name),
            channel=Channel(str(channel)),
            address=str(address),
            config=cast("dict[str, object]", config),
            sealed=cast("bytes | None", sealed),
            language=cast("Language", language),
            active=bool(active),
        )
    return found


def write_receiver(session: Session, receiver: Receiver, by: Written) -> None:
    """Add the newest belief about a receiver. Raises psycopg.Error."""
    session.execute(
        ADD_RECEIVER,
        (
            *(receiver.name, receiver.channel.value, receiver.address, Jsonb(receiver.config)),
            *(receiver.sealed, receiver.language, receiver.active, by.reason, by.actor),
        ),
    )


def read_routes(session: Session) -> list[Route]:
    """The routes in force, by place and name. Raises psycopg.Error."""
    found = [Route.model_validate(row[0]) for row in session.execute(ROUTES).fetchall()]
    return sorted(found, key=lambda one: (one.place, one.name))


def write_route(session: Session, route: Route, by: Written, *, active: bool = True) -> None:
    """Add the newest belief about a route. Raises psycopg.Error."""
    rule = Jsonb(route.model_dump(mode="json"))
    session.execute(ADD_ROUTE, (route.name, rule, active, by.reason, by.actor))


def read_contacts(session: Session) -> list[Contact]:
    """The contacts of all plants. Raises psycopg.Error."""
    return [Contact._make(row) for row in session.execute(CONTACTS).fetchall()]


def write_contact(session: Session, contact: Contact, actor: str, *, active: bool = True) -> bool:
    """Add the newest belief about a contact; False where the plant is not registered."""
    values = (contact.receiver, contact.person, active, actor, contact.plant)
    return session.execute(ADD_CONTACT, values).rowcount == 1


def by_plant(contacts: Sequence[Contact]) -> Mapping[str, Sequence[str]]:
    """The receivers of each plant, by its code."""
    found: dict[str, list[str]] = {}
    for one in contacts:
        found.setdefault(one.plant, []).append(one.receiver)
    return found
