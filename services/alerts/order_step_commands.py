"""`qingkong orders accept | answer | verify | return | close | …`: the steps of an order, one each."""

from collections.abc import Callable
from typing import Annotated

import typer

from schemas.order import (
    Conclusion,
    Consequence,
    Order,
    OrderDisposition,
    OrderStep,
    Party,
    Stage,
)
from services.alerts.order_edge import (
    DatabaseUrl,
    Files,
    For,
    Number,
    Person,
    Reason,
    acting_as,
    asked,
    files_read,
)
from services.cases import order_actions as actions
from services.cases.acting import Acting
from services.rules.supervision.orders import Answer
from services.rules.supervision.words import EVENTS, STATES
from services.runtime.clock import utc_now
from services.runtime.options import time_said

Take = Callable[[int, Acting], OrderStep]
Who = tuple[str | None, str | None, str | None]
"""The options --actor, --as and --database-url."""


def accept(
    number: Number, actor: Person = None, as_: For = None, database_url: DatabaseUrl = None
) -> None:
    """The plant has received the order 签收.

    Example: qingkong orders accept 1505-2026-0007
    """
    _take(number, actions.accept_order, (actor, as_, database_url), Party.PLANT)


def answer(  # noqa: PLR0913, PLR0917 - typer: options are arguments
    number: Number,
    cause: Annotated[str, typer.Option(help="Why it was so 原因.")],
    measures: Annotated[str, typer.Option(help="What was and will be done 措施.")],
    text: Annotated[str, typer.Option(help="More words 说明.")] = "",
    attach: Files = None,
    actor: Person = None,
    as_: For = None,
    database_url: DatabaseUrl = None,
) -> None:
    """The plant answers the order 反馈: cause, measures, files.

    Example: qingkong orders answer 1505-2026-0007 --cause "喷淋泵停运" --measures "已更换" --attach 1.pdf
    """
    files = files_read(attach)
    said = Answer(cause, measures, text)
    _take(
        number,
        lambda order, by: actions.answer_order(order, said, files, by),
        (actor, as_, database_url),
        Party.PLANT,
    )


def verify(
    number: Number,
    reason: Reason,
    actor: Person = None,
    as_: For = None,
    database_url: DatabaseUrl = None,
) -> None:
    """The bureau checked the answer and found it true 核实; --reason says what was checked.

    Example: qingkong orders verify 1505-2026-0007 --reason "现场核查，措施已落实"
    """
    _take(
        number,
        lambda order, by: actions.verify_order(order, reason, by),
        (actor, as_, database_url),
    )


def return_(
    number: Number,
    reason: Reason,
    actor: Person = None,
    as_: For = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Send the answer back 退回: the plant has to answer again.

    Example: qingkong orders return 1505-2026-0007 --reason "未附检修记录"
    """
    _take(
        number,
        lambda order, by: actions.return_order(order, reason, by),
        (actor, as_, database_url),
    )


def close(  # noqa: PLR0913, PLR0917 - typer: options are arguments
    number: Number,
    disposition: Annotated[OrderDisposition, typer.Option(help="What it turned out to be 甄别.")],
    consequence: Annotated[Consequence, typer.Option(help="What followed 处理结果.")],
    text: Annotated[str, typer.Option(help="The conclusion in words 办结结论.")],
    actor: Person = None,
    as_: For = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Close a verified order with a conclusion 办结.

    Example: qingkong orders close 1505-2026-0007 --disposition confirmed --consequence rectified
    --text "整改完成"
    """
    said = Conclusion(disposition, consequence, text)
    _take(
        number, lambda order, by: actions.close_order(order, said, by), (actor, as_, database_url)
    )


def file(
    number: Number,
    reason: Annotated[str, typer.Option(help="A note 备注.")] = "",
    actor: Person = None,
    as_: For = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Put a closed order on file 归档.

    Example: qingkong orders file 1505-2026-0007
    """
    _take(
        number, lambda order, by: actions.file_order(order, reason, by), (actor, as_, database_url)
    )


def withdraw(
    number: Number,
    reason: Reason,
    actor: Person = None,
    as_: For = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Take an order back that is not closed 撤销; it stays in the history.

    Example: qingkong orders withdraw 1505-2026-0007 --reason "重复下发"
    """
    _take(
        number,
        lambda order, by: actions.withdraw_order(order, reason, by),
        (actor, as_, database_url),
    )


def remind(
    number: Number,
    reason: Annotated[str, typer.Option(help="Words for whom it reaches 催办说明.")] = "",
    actor: Person = None,
    as_: For = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Remind whoever is to act now 催办.

    Example: qingkong orders remind 1505-2026-0007
    """
    _take(
        number,
        lambda order, by: actions.remind_order(order, reason, by),
        (actor, as_, database_url),
    )


def extend(  # noqa: PLR0913, PLR0917 - typer: options are arguments
    number: Number,
    stage: Annotated[Stage, typer.Argument(help="Which deadline; total: of the whole.")],
    to: Annotated[str, typer.Option(help="2026-08-09T18:00, Beijing time.")],
    reason: Reason,
    actor: Person = None,
    as_: For = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Set another deadline for an order 调整时限.

    Example: qingkong orders extend 1505-2026-0007 answer --to 2026-08-09T18:00 --reason "备件在途"
    """
    until = time_said("--to", to)
    _take(
        number,
        lambda order, by: actions.extend_order(order, (stage, until), reason, by),
        (actor, as_, database_url),
    )


def _take(number: str, take: Take, who: Who, party: Party = Party.BUREAU) -> None:
    """Take a step as the plant of the order, or as the bureau that holds it, unless told otherwise."""
    actor, given, database_url = who
    now = utc_now()
    with asked(database_url) as connection:
        known = actions.order_said(connection, number)
        by = acting_as(actor, given, (party, _place(known, party)))
        step = take(known.order, Acting(connection, by, now, seen=known.version))
    done = step.events[-1]
    state = step.order.state
    typer.echo(
        f"order {known.number}: {done.what.value} {EVENTS[done.what]} by {by.name}; it is"
        f" {state.value} {STATES[state]}."
    )


def _place(order: Order, party: Party) -> str:
    return order.plant.code if party is Party.PLANT else order.held_by
