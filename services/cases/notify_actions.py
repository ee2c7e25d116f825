"""What persons do with receivers, routes and contacts 通知: write, retire, try out, try again.

The session has the registrar's rights. It must not send anything, nor know who may do so.
"""

import secrets as random_secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NamedTuple

from pydantic import ValidationError

from schemas.notice import Channel, Contact, Language, Receiver, Route
from schemas.sentence import UnfitError
from services.cases.receiver_words import SIGNED, Secrets, packed, shown_address
from services.rules.alerting.words import Saying, trial_message
from services.rules.supervision.refusals import Refused
from services.runtime.seal import receiver_secret, seal
from services.store.deliveries import add_test, retry_dead
from services.store.receivers import (
    Written,
    read_contacts,
    read_receivers,
    read_routes,
    write_contact,
    write_receiver,
    write_route,
)
from services.store.receivers_shown import lock_notify
from services.store.session import Session

SECRET_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class ReceiverWish:
    """A receiver as somebody wants it. `address` and `secret` None: as they are, or made.

    `key` is what they are sealed under; None: there is none.
    """

    name: str
    channel: Channel
    address: str | None = field(repr=False)
    secret: str | None = field(default=None, repr=False)
    language: Language = "zh"
    config: dict[str, object] = field(default_factory=dict[str, object])
    key: bytes | None = field(default=None, repr=False)


class KeptReceiver(NamedTuple):
    """What was written; `made`: the secret that was made for it, to be told once."""

    receiver: Receiver
    made: str | None = None


def keep_receiver(session: Session, wish: ReceiverWish, by: Written) -> KeptReceiver:
    """Add a receiver, or change the one of that name. Raises Refused, psycopg.Error."""
    with session.transaction():
        lock_notify(session)
        if wish.address is None:
            kept = KeptReceiver(_as_it_was(session, wish))
        else:
            kept = _addressed(wish, wish.address)
        write_receiver(session, kept.receiver, by)
    return kept


def retire_receiver(session: Session, name: str, by: Written) -> Receiver:
    """Tell it nothing any more. Raises Refused, psycopg.Error."""
    with session.transaction():
        lock_notify(session)
        retired = _told(session, name).model_copy(update={"active": False})
        write_receiver(session, retired, by)
    return retired


def try_receiver(session: Session, name: str, now: datetime) -> int:
    """Put a message into the outbox that tries a receiver out; its number. Raises Refused, psycopg.Error."""
    found = _told(session, name)
    return add_test(session, name, trial_message(name, Saying(found.language)), now)


def keep_route(session: Session, route: Route, by: Written) -> None:
    """Add a route, or change the one of that name. Raises Refused, psycopg.Error."""
    with session.transaction():
        lock_notify(session)
        known = read_receivers(session)
        missing = [one for one in _named(route) if one not in known or not known[one].active]
        if missing:
            named = ", ".join(dict.fromkeys(missing))
            raise Refused(
                f"no receiver {named}: see `qingkong notify receivers list`",
                f"没有接收者 {named}：请先添加接收者",
            )
        write_route(session, route, by)


def retire_route(session: Session, name: str, by: Written) -> Route:
    """Take a route out. Raises Refused, psycopg.Error."""
    with session.transaction():
        lock_notify(session)
        route = next((one for one in read_routes(session) if one.name == name), None)
        if route is None:
            raise Refused(
                f"there is no route {name}: see `qingkong notify routes list`", f"没有路由 {name}"
            )
        write_route(session, route, by, active=False)
    return route


def add_contact(session: Session, contact: Contact, actor: str) -> None:
    """Name a receiver a contact of a plant. Raises Refused, psycopg.Error."""
    with session.transaction():
        lock_notify(session)
        known = read_receivers(session).get(contact.receiver)
        if known is None or not known.active:
            raise Refused(
                f"no receiver {contact.receiver}: see `qingkong notify receivers list`",
                f"没有接收者 {contact.receiver}：请先添加接收者",
            )
        if not write_contact(session, contact, actor):
            raise Refused(
                f"plant {contact.plant} is not registered: see `qingkong registry export`",
                f"企业 {contact.plant} 未登记",
            )


def retire_contact(session: Session, plant: str, receiver: str, actor: str) -> None:
    """End that a receiver is a contact of a plant. Raises Refused, psycopg.Error."""
    with session.transaction():
        lock_notify(session)
        found = [one for one in read_contacts(session) if one[:2] == (plant, receiver)]
        if not found:
            raise Refused(
                f"{receiver} is no contact of {plant}: see `qingkong notify contacts list`",
                f"{receiver} 不是 {plant} 的联系人",
            )
        write_contact(session, found[0], actor, active=False)


def send_again(
    session: Session, numbers: Sequence[int] | None, receiver: str | None, now: datetime
) -> int:
    """Let dead messages wait to be sent again, under their old keys; how many. Raises Refused."""
    count = retry_dead(session, numbers, receiver, now)
    if not count:
        raise Refused(
            "none of them is dead: see `qingkong notify deliveries list --state dead`",
            "没有可重发的死信：只有状态为 dead 的消息可以重发",
        )
    return count


def _told(session: Session, name: str) -> Receiver:
    found = read_receivers(session).get(name)
    if found is None or not found.active:
        raise Refused(
            f"there is no receiver {name}: see `qingkong notify receivers list`",
            f"没有接收者 {name}",
        )
    return found


def _as_it_was(session: Session, wish: ReceiverWish) -> Receiver:
    """The address and secret stay sealed as they are."""
    known = read_receivers(session).get(wish.name)
    if known is None or known.channel is not wish.channel or wish.secret is not None:
        raise Refused(
            "the address is needed: of a new receiver, for another channel, and with another secret",
            "须给出地址：新接收者、更换渠道或更换密钥时必填",
        )
    changed = {"language": wish.language, "config": wish.config, "active": True}
    return known.model_copy(update=changed)


def _addressed(wish: ReceiverWish, address: str) -> KeptReceiver:
    made = None
    if wish.secret is None and wish.channel in SIGNED:
        made = random_secrets.token_urlsafe(SECRET_BYTES)
    try:
        receiver = Receiver(
            name=wish.name,
            channel=wish.channel,
            address=shown_address(wish.channel, address),
            config=wish.config,
            sealed=_sealed(wish, Secrets(address, wish.secret or made or "")),
            language=wish.language,
        )
    except ValidationError as error:
        said = "; ".join(f"{one['loc'][0]}: {one['msg']}" for one in error.errors())
        named = "、".join(str(one["loc"][0]) for one in error.errors())
        raise Refused(said, f"以下各项不合要求：{named}") from None
    except UnfitError as error:
        raise Refused(error.said.en, f"地址不合要求：{error.said.zh}") from None
    return KeptReceiver(receiver, made)


def _sealed(wish: ReceiverWish, kept: Secrets) -> bytes | None:
    """Everything but a plain e-mail address is sealed."""
    if wish.channel is Channel.EMAIL:
        return None
    if wish.key is None:
        raise Refused(
            "no key to seal the address with: set QINGKONG_SEAL_KEY or QINGKONG_SEAL_KEY_FILE; "
            "`qingkong devices key new-seal` prints one",
            "没有用于密封地址的密钥：请设置 QINGKONG_SEAL_KEY 或 QINGKONG_SEAL_KEY_FILE",
        )
    return seal(wish.key, packed(kept), receiver_secret(wish.name))


def _named(route: Route) -> list[str]:
    later = [name for one in route.escalations for name in one.receivers]
    return [*route.receivers, *later]
