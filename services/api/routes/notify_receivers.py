"""Receivers of notices 接收者: written, retired and tried out; what is sealed is never shown.

What a request holds of addresses and secrets is kept sealed alone: no repeated request is known by it.
"""

from dataclasses import replace
from typing import Final

from fastapi import APIRouter, Response
from pydantic import SecretStr

from services.api.access import require
from services.api.context import SettingsDep
from services.api.etags import etag
from services.api.models.notify_work import (
    DeliveryBegun,
    ReceiverKept,
    ReceiverModel,
    ReceiverWanted,
)
from services.api.notifying import (
    OF_ALL,
    Everywhere,
    OneName,
    check_version,
    receiver_told,
    telling,
)
from services.api.paging import Paged
from services.api.permissions import Permission
from services.api.problems import Kinds, Problem, not_found
from services.api.writing import Answer, Entry, WorkDep
from services.cases.notify_actions import (
    ReceiverWish,
    keep_receiver,
    retire_receiver,
    try_receiver,
)
from services.runtime.seal import seal_key_of
from services.runtime.settings import Settings, SettingsError
from services.store.receivers import Written
from services.store.receivers_shown import ShownReceiver, shown_receivers
from services.store.session import Session

router = APIRouter(prefix="/notify/receivers", tags=["notices 通知"])
MANAGE: Final = require(Permission.MANAGE_NOTIFY)


@router.get("", dependencies=[MANAGE], summary="Receivers 接收者列表")
def list_(within: Everywhere) -> Paged[ReceiverModel]:
    """By name, retired ones too; addresses without what may be a token in them."""
    return Paged(items=[receiver_told(one) for one in shown_receivers(within.session)])


@router.get("/{name}", dependencies=[MANAGE], summary="A receiver 接收者")
def show(name: OneName, within: Everywhere, response: Response) -> ReceiverModel:
    """Its ETag is what a change of it asks for."""
    found = _known(within.session, name)
    if found is None:
        raise not_found()
    response.headers["ETag"] = etag(found.version)
    return receiver_told(found)


@router.put(
    "/{name}",
    response_model=ReceiverKept,
    responses={201: {"model": ReceiverKept, "description": "It is new"}, 428: {}},
    dependencies=[MANAGE, OF_ALL],
    summary="Keep a receiver 设定接收者",
)
def keep(name: OneName, body: ReceiverWanted, work: WorkDep, settings: SettingsDep) -> Response:
    """Add one (201), or change the one of that name, for which If-Match is needed.

    The address with its tokens and the secret are sealed with QINGKONG_SEAL_KEY. A webhook for which
    no secret is given gets one; it is told here once.
    """
    key = _seal_key(settings)

    def act(entry: Entry) -> Answer:
        before = _known(work.session, name)
        check_version(work, None if before is None else before.version)
        wish = ReceiverWish(
            *(name, body.channel, _plain(body.address), _plain(body.secret), body.language),
            *(dict[str, object](body.config), key),
        )
        with telling(work, Kinds.INVALID):
            kept = keep_receiver(work.session, wish, Written(work.caller.name, body.reason))
        entry.detail.update(_said(body, kept.receiver.address))
        after = _written(work.session, name)
        told = ReceiverKept(**receiver_told(after).model_dump(), secret=kept.made)
        return Answer(told, 201 if before is None else 200, after.version)

    # The answer may hold the secret, and the request the address: neither is kept as a digest.
    return replace(work, asked=None).perform("receiver.keep", f"receiver/{name}", act)


@router.delete(
    "/{name}",
    response_model=ReceiverModel,
    dependencies=[MANAGE, OF_ALL],
    summary="Retire 停用接收者",
)
def retire(name: OneName, work: WorkDep) -> Response:
    """It is told nothing any more; what waits for it is given up, and can be tried again."""

    def act(entry: Entry) -> Answer:
        before = _known(work.session, name)
        if before is None:
            raise not_found()
        if work.seen is not None:
            check_version(work, before.version)
        with telling(work):
            retire_receiver(work.session, name, Written(work.caller.name))
        after = _written(work.session, name)
        entry.detail["channel"] = after.channel.value
        return Answer(receiver_told(after), version=after.version)

    return work.perform("receiver.retire", f"receiver/{name}", act)


@router.post(
    "/{name}/test",
    status_code=202,
    response_model=DeliveryBegun,
    dependencies=[MANAGE, OF_ALL],
    summary="Send a test message 测试发送",
)
def try_out(name: OneName, work: WorkDep) -> Response:
    """Put a test message into the outbox; the alert service sends it. What became of it: Location."""

    def act(entry: Entry) -> Answer:
        if _known(work.session, name) is None:
            raise not_found()
        with telling(work):
            number = try_receiver(work.session, name, work.now)
        entry.detail["delivery"] = number
        where = f"/api/v1/notify/deliveries/{number}"
        return Answer(DeliveryBegun(delivery=number), 202, location=where)

    return work.perform("receiver.test", f"receiver/{name}", act)


def _known(session: Session, name: str) -> ShownReceiver | None:
    found = shown_receivers(session, name)
    return found[0] if found else None


def _written(session: Session, name: str) -> ShownReceiver:
    return shown_receivers(session, name)[0]


def _plain(given: SecretStr | None) -> str | None:
    return None if given is None else given.get_secret_value()


def _said(body: ReceiverWanted, address: str) -> dict[str, object]:
    """For the audit log, which holds no secrets."""
    return {
        "channel": body.channel.value,
        "address": address,
        "address_given": body.address is not None,
        "secret_given": body.secret is not None,
        "language": body.language,
        "config": sorted(body.config),
        "reason": body.reason,
    }


def _seal_key(settings: Settings) -> bytes | None:
    try:
        return seal_key_of(settings)
    except SettingsError as error:
        raise Problem(
            Kinds.UNAVAILABLE,
            f"密封密钥不可用：{error}",
            f"the key to seal with is no use: {error}",
        ) from None
