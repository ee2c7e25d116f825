"""What a plant and the bureau do with supervision orders 督办: issue, accept, answer, verify, close."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, File, Request, Response, UploadFile
from fastapi import Form as Part

from schemas.order import Actor, Order, OrderStep
from services.api.access import Sight, Within, require
from services.api.models.orders_work import (
    Because,
    Closing,
    Extension,
    Found,
    NewOrder,
    OrderNow,
    Perhaps,
    order_now,
)
from services.api.models.work_words import NeededWords, Words
from services.api.parties import as_bureau, as_plant
from services.api.permissions import Permission
from services.api.problems import Kinds, not_found
from services.api.refusals import check_seen, refusing
from services.api.uploads import Form, check_files, once, read_form
from services.api.writing import Answer, Entry, Work, WorkDep
from services.cases import order_actions as orders
from services.cases.acting import Acting
from services.rules.supervision.orders import Answer as Answered
from services.rules.supervision.refusals import Refused
from services.rules.supervision.words import STATES
from services.store.attachments import attachments_of
from services.store.orders import read_order
from services.store.places import PlantRef

router = APIRouter(tags=["work on orders 督办"])
BUREAU = [require(Permission.ISSUE_ORDERS)]
PLANT = [require(Permission.ANSWER_ORDERS)]
Do = Callable[[Acting], OrderStep]


@router.post(
    "/orders",
    status_code=201,
    dependencies=BUREAU,
    response_model=OrderNow,
    summary="Issue an order 下发督办",
)
def issue(body: NewOrder, work: WorkDep, within: Within) -> Response:
    """On cases of one plant, or free, then with its code. Its deadlines are set for the plant."""
    plant = _addressed(body, within)

    def act(entry: Entry) -> Answer:
        actor = as_bureau(work.caller, body.region or plant.region, plant)
        with refusing():
            step = orders.issue_order(body.asked(), Acting(work.session, actor, work.now))
        return _told(step, entry, work, 201)

    return work.perform("order.issue", f"plant/{plant.code}", act, plant.id)


@router.post(
    "/orders/{order}/accept",
    dependencies=PLANT,
    response_model=OrderNow,
    summary="Accept an order 签收督办",
)
def accept(order: int, work: WorkDep, within: Within) -> Response:
    """The plant has received it."""
    return _by_plant(
        order, (work, within), "order.accept", lambda by: orders.accept_order(order, by)
    )


def answer_form(
    request: Request,
    cause: Annotated[NeededWords, Part(description="Why it was so 原因")],
    measures: Annotated[NeededWords, Part(description="What is done about it 整改措施")],
    text: Annotated[Words, Part(description="More words 补充说明")] = "",
    files: Annotated[list[UploadFile] | None, File(description="附件")] = None,
) -> Form:
    words = {"cause": cause, "measures": measures, "text": text}
    return read_form(request.url.path, words, files or [])


@router.post(
    "/orders/{order}/answer",
    dependencies=PLANT,
    response_model=OrderNow,
    summary="Answer an order 反馈督办",
)
def answer(
    order: int, form: Annotated[Form, Depends(answer_form)], work: WorkDep, within: Within
) -> Response:
    """The plant says why it was so and what it does, with files. Each file is kept with its SHA-256."""
    said = Answered(form.words["cause"], form.words["measures"], form.words["text"])

    def do(by: Acting) -> OrderStep:
        known = read_order(by.session, order)
        if known is None:
            raise not_found()
        check_files(form, by, known.plant)
        return orders.answer_order(order, said, form.files, by)

    return _by_plant(order, (once(work, form), within), "order.answer", do)


@router.post(
    "/orders/{order}/verify",
    dependencies=BUREAU,
    response_model=OrderNow,
    summary="Verify an answer 核实",
)
def verify(order: int, body: Found, work: WorkDep, within: Within) -> Response:
    """What was checked, and found true."""
    return _by_bureau(
        order, (work, within), "order.verify", lambda by: orders.verify_order(order, body.found, by)
    )


@router.post(
    "/orders/{order}/return",
    dependencies=BUREAU,
    response_model=OrderNow,
    summary="Send an answer back 退回",
)
def send_back(order: int, body: Because, work: WorkDep, within: Within) -> Response:
    """The answer will not do: the plant answers again, within a time of its own."""
    return _by_bureau(
        order,
        (work, within),
        "order.return",
        lambda by: orders.return_order(order, body.reason, by),
    )


@router.post(
    "/orders/{order}/close",
    dependencies=BUREAU,
    response_model=OrderNow,
    summary="Close an order 办结",
)
def close(order: int, body: Closing, work: WorkDep, within: Within) -> Response:
    """With a conclusion; not while a contest about it waits for an answer."""
    said = body.conclusion()
    return _by_bureau(
        order, (work, within), "order.close", lambda by: orders.close_order(order, said, by)
    )


@router.post(
    "/orders/{order}/file",
    dependencies=BUREAU,
    response_model=OrderNow,
    summary="Put an order on file 归档",
)
def put_on_file(order: int, body: Perhaps, work: WorkDep, within: Within) -> Response:
    """A closed one."""
    return _by_bureau(
        order, (work, within), "order.file", lambda by: orders.file_order(order, body.note, by)
    )


@router.post(
    "/orders/{order}/withdraw",
    dependencies=BUREAU,
    response_model=OrderNow,
    summary="Withdraw an order 撤销",
)
def withdraw(order: int, body: Because, work: WorkDep, within: Within) -> Response:
    """Take back an order that is not closed."""
    return _by_bureau(
        order,
        (work, within),
        "order.withdraw",
        lambda by: orders.withdraw_order(order, body.reason, by),
    )


@router.post(
    "/orders/{order}/remind",
    dependencies=BUREAU,
    response_model=OrderNow,
    summary="Remind whoever is to act 催办",
)
def remind(order: int, body: Perhaps, work: WorkDep, within: Within) -> Response:
    """By hand, beside the reminders of the clock."""
    return _by_bureau(
        order, (work, within), "order.remind", lambda by: orders.remind_order(order, body.note, by)
    )


@router.post(
    "/orders/{order}/extend",
    dependencies=BUREAU,
    response_model=OrderNow,
    summary="Set another deadline 调整时限",
)
def extend(order: int, body: Extension, work: WorkDep, within: Within) -> Response:
    """Of a stage that runs."""
    return _by_bureau(
        order,
        (work, within),
        "order.extend",
        lambda by: orders.extend_order(order, body.wanted(), body.reason, by),
    )


def _addressed(body: NewOrder, within: Sight) -> PlantRef:
    """The plant that is meant, of those that the caller sees. Raises Problem."""
    if body.region is not None:
        within.region(body.region)
    found = None if body.plant is None else within.plant(body.plant)
    for alert in body.alerts:
        about = within.alert(alert)
        found = found or about
    if found is None:
        with refusing(Kinds.INVALID):
            raise Refused(
                "an order is addressed to one plant: name it, or its alerts",
                "一张督办单只能发给一家企业：请指定企业或其告警",
            )
    return found


def _by_plant(order: int, by: tuple[Work, Sight], name: str, do: Do) -> Response:
    work, _ = by
    return _step(order, by, (name, do), lambda _, plant: as_plant(work.caller, plant))


def _by_bureau(order: int, by: tuple[Work, Sight], name: str, do: Do) -> Response:
    work, _ = by
    return _step(
        order, by, (name, do), lambda known, plant: as_bureau(work.caller, known.held_by, plant)
    )


def _step(
    order: int,
    by: tuple[Work, Sight],
    what: tuple[str, Do],
    acting: Callable[[Order, PlantRef], Actor],
) -> Response:
    work, within = by
    name, do = what

    def act(entry: Entry) -> Answer:
        plant = within.order(order)
        entry.plant = plant.id

        def look() -> Order:
            known = read_order(work.session, order)
            if known is None:
                raise not_found()
            check_seen(work.seen, known.version, (STATES[known.state], known.state.value))
            return known

        known = look()
        with refusing(look=look):
            step = do(Acting(work.session, acting(known, plant), work.now, work.seen))
        return _told(step, entry, work)

    return work.perform(name, f"order/{order}", act)


def _told(step: OrderStep, entry: Entry, work: Work, status: int = 200) -> Answer:
    order = step.order
    event = step.events[-1]
    entry.about = f"order/{order.order}"
    entry.detail.update({
        "number": order.number, "version": order.version, "reason": event.reason,
        "party": event.actor.party.value, "place": event.actor.place,
    })  # fmt: skip
    now = order_now(order, attachments_of(work.session, "order", order.order))
    place = f"/api/v1/orders/{order.order}" if status == 201 else None  # noqa: PLR2004 - created
    return Answer(now, status, order.version, place)
