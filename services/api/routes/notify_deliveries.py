"""Messages to receivers 通知消息: what was sent, what waits, what was given up, and trying again."""

from typing import Annotated, Final, cast

from fastapi import APIRouter, Path, Query, Response

from schemas.notice import Delivery, DeliveryState
from services.api.access import require
from services.api.models.notify_work import DeliveryModel
from services.api.notifying import OF_ALL, Everywhere, delivery_told, telling
from services.api.paging import Paged, PageDep
from services.api.permissions import Permission
from services.api.problems import not_found
from services.api.writing import Answer, Entry, WorkDep
from services.cases.notify_actions import send_again
from services.store.deliveries import list_deliveries, read_delivery
from services.store.places import MOST_NUMBER
from services.store.session import Session

router = APIRouter(prefix="/notify/deliveries", tags=["notices 通知"])
MANAGE: Final = require(Permission.MANAGE_NOTIFY)
Number = Annotated[int, Path(ge=1, le=MOST_NUMBER, description="As the list has it 消息编号")]


@router.get("", dependencies=[MANAGE], summary="Messages 通知消息列表")
def list_(
    within: Everywhere,
    page: PageDep,
    state: Annotated[DeliveryState | None, Query(description="dead: given up 死信")] = None,
    receiver: Annotated[str | None, Query(max_length=64, description="Of one receiver")] = None,
) -> Paged[DeliveryModel]:
    """The newest first, each with its state, its tries and its last failure."""
    after = cast("tuple[int] | None", page.key(int))
    before = None if after is None else after[0]
    found = list_deliveries(within.session, state, receiver, page.asked, before)
    shown, following = page.split(found, lambda one: (one.delivery,))
    return Paged(items=[delivery_told(one) for one in shown], next=following)


@router.get("/{delivery}", dependencies=[MANAGE], summary="A message 通知消息")
def show(delivery: Number, within: Everywhere) -> DeliveryModel:
    """As it is or was sent, and what became of it."""
    return delivery_told(_known(within.session, delivery))


@router.post(
    "/{delivery}/retry",
    status_code=202,
    response_model=DeliveryModel,
    dependencies=[MANAGE, OF_ALL],
    summary="Try again 重发",
)
def retry(delivery: Number, work: WorkDep) -> Response:
    """A message that was given up waits to be sent again, under its old key."""

    def act(entry: Entry) -> Answer:
        entry.detail["receiver"] = _known(work.session, delivery).receiver
        with telling(work):
            send_again(work.session, [delivery], None, work.now)
        return Answer(delivery_told(_known(work.session, delivery)), 202)

    return work.perform("delivery.retry", f"delivery/{delivery}", act)


def _known(session: Session, delivery: int) -> Delivery:
    found = read_delivery(session, delivery)
    if found is None:
        raise not_found()
    return found
