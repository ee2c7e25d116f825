"""`qingkong orders …`: supervision orders 督办 issued, looked at, and driven to their end."""

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from schemas.order import Dues, Level, OrderState, Party
from services.alerts.order_edge import (
    AsJson,
    DatabaseUrl,
    For,
    Number,
    Person,
    PlantCode,
    Reason,
    Region,
    acting_as,
    asked,
)
from services.alerts.order_step_commands import (
    accept,
    answer,
    close,
    extend,
    file,
    remind,
    return_,
    verify,
    withdraw,
)
from services.alerts.order_tables import (
    event_json,
    events_csv,
    order_json,
    order_text,
    orders_csv,
    orders_table,
)
from services.cases.acting import Acting
from services.cases.order_actions import Asked, issue_order, order_region, order_said
from services.rules.supervision.order_steps import late_stages
from services.runtime.clock import utc_now
from services.runtime.options import stop, time_said
from services.store.attachments import attachment_bytes, attachments_of
from services.store.orders import OrderQuery, order_events, read_orders

app = typer.Typer(
    no_args_is_help=True,
    help="Supervision orders 督办: issued to a plant, accepted, answered, verified, closed."
    " Deadlines are settings: qingkong rules list order_parameters",
)
for _name, _step in {
    "accept": accept, "answer": answer, "verify": verify, "return": return_, "close": close,
    "file": file, "withdraw": withdraw, "remind": remind, "extend": extend,
}.items():  # fmt: skip
    app.command(_name)(_step)
By = Annotated[str | None, typer.Option(help="2026-08-01T18:00, Beijing time; default: setting.")]
From = Annotated[str | None, typer.Option("--from", help="Issued from: 2026-08-01.")]
To = Annotated[str | None, typer.Option("--to", help="Likewise, exclusive.")]


@app.command()
def issue(  # noqa: PLR0913, PLR0917 - typer: options are arguments
    demand: Annotated[str, typer.Option(help="What the plant has to do 督办要求.")],
    reason: Reason,
    plant: PlantCode = None,
    alert: Annotated[
        list[int] | None, typer.Option(help="A case it is about 告警; may be given several times.")
    ] = None,
    level: Annotated[Level, typer.Option(help="listed: 挂牌督办.")] = Level.ORDINARY,
    basis: Annotated[str, typer.Option(help="By which law or decision 依据.")] = "",
    region: Annotated[
        str | None, typer.Option(help="Who issues, e.g. 1505; default: the plant's region.")
    ] = None,
    accept_by: By = None,
    answer_by: By = None,
    close_by: By = None,
    actor: Person = None,
    as_: For = None,
    as_json: AsJson = False,  # noqa: FBT002 - typer: flags are booleans
    database_url: DatabaseUrl = None,
) -> None:
    """Issue an order 下发 on one or several alerts of a plant, or free of any.

    Example: qingkong orders issue --alert 12 --demand "查明原因并整改" --reason "连续超标"
    """
    now = utc_now()
    dues = Dues(
        _moment("--accept-by", accept_by),
        _moment("--answer-by", answer_by),
        None,
        _moment("--close-by", close_by),
    )
    wanted = Asked(
        demand, reason, plant, tuple(alert or ()), level, basis, region=region, dues=dues
    )  # fmt: skip
    with asked(database_url) as connection:
        issuing = order_region(connection, wanted)
        by = acting_as(actor, as_, (Party.BUREAU, issuing))
        order = issue_order(wanted, Acting(connection, by, now)).order
    if as_json:
        typer.echo(json.dumps(order_json(order, now), ensure_ascii=False))
        return
    typer.echo(f"order {order.number} issued to {order.plant.code} 督办单已下发.")


@app.command("list")
def list_(  # noqa: PLR0913, PLR0917 - typer: options are arguments
    plant: PlantCode = None,
    region: Region = None,
    state: Annotated[list[OrderState] | None, typer.Option(help="Only those 状态.")] = None,
    alert: Annotated[int | None, typer.Option(help="About this case 告警.")] = None,
    overdue: Annotated[bool, typer.Option("--overdue", help="Only what is late 超期.")] = False,  # noqa: FBT002 - typer: flags are booleans
    since: From = None,
    until: To = None,
    as_json: AsJson = False,  # noqa: FBT002 - typer: flags are booleans
    database_url: DatabaseUrl = None,
) -> None:
    """List orders with who has to act next and until when.

    Example: qingkong orders list --region 1505 --overdue
    """
    now = utc_now()
    query = OrderQuery(
        plant, region, state or None, alert, _moment("--from", since), _moment("--to", until)
    )
    with asked(database_url) as connection:
        found = read_orders(connection, query)
    found = [one for one in found if not overdue or late_stages(one, now)]
    if as_json:
        typer.echo(
            json.dumps([order_json(one, now) for one in found], ensure_ascii=False, indent=2)
        )
    elif found:
        Console().print(orders_table(found, now))
    else:
        typer.echo("No orders 无督办单.", err=True)


@app.command()
def show(
    number: Number,
    as_json: AsJson = False,  # noqa: FBT002 - typer: flags are booleans
    database_url: DatabaseUrl = None,
) -> None:
    """Show an order with its deadlines and every step it took, to read or to print.

    Example: qingkong orders show 1505-2026-0007
    """
    now = utc_now()
    with asked(database_url) as connection:
        order = order_said(connection, number)
        events = order_events(connection, order.order)
        files = attachments_of(connection, "order", order.order)
    if as_json:
        told = order_json(order, now) | {
            "events": [event_json(one) for one in events],
            "attachments": [one._asdict() | {"added_at": str(one.added_at)} for one in files],
        }
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    for line in order_text(order, events, files, now):
        typer.echo(line)


@app.command()
def export(  # noqa: PLR0913, PLR0917 - typer: options are arguments
    csv: Annotated[Path | None, typer.Option(help="File to write; default: the output.")] = None,
    events: Annotated[bool, typer.Option("--events", help="Each step a row.")] = False,  # noqa: FBT002 - typer: flags are booleans
    plant: PlantCode = None,
    region: Region = None,
    since: From = None,
    until: To = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Write orders, or all of their steps, as CSV (UTF-8 with a mark, as spreadsheets want it).

    Example: qingkong orders export --csv orders.csv --from 2026-01-01 --events
    """
    now = utc_now()
    query = OrderQuery(plant, region, since=_moment("--from", since), until=_moment("--to", until))
    with asked(database_url) as connection:
        found = read_orders(connection, query)
        steps = (
            [(one, step) for one in found for step in order_events(connection, one.order)]
            if events
            else []
        )
    text = events_csv(steps) if events else orders_csv(found, now)
    if csv is None:
        typer.echo(text, nl=False)
        return
    try:
        csv.write_text(text, encoding="utf-8-sig", newline="")
    except OSError as error:
        stop(f"{csv} cannot be written: {error.strerror}")
    typer.echo(f"{len(steps) if events else len(found)} rows written to {csv}.")


@app.command()
def attachment(
    number: Annotated[int, typer.Argument(help="The attachment's number, from `orders show`.")],
    out: Annotated[Path, typer.Option(help="Where to write it; nothing is written over.")],
    database_url: DatabaseUrl = None,
) -> None:
    """Write the bytes of an attachment 附件 of an order or contest to a file, as they came.

    Example: qingkong orders attachment 3 --out report.pdf
    """
    with asked(database_url) as connection:
        found = attachment_bytes(connection, number)
    if found is None:
        stop(f"there is no attachment {number} 附件: see `qingkong orders show`")
    try:
        with out.open("xb") as file_:
            file_.write(found[1])
    except OSError as error:
        stop(f"{out} cannot be written: {error.strerror}")
    typer.echo(f"{found[0].size:,} bytes, SHA-256 {found[0].sha256}")


def _moment(option: str, text: str | None) -> datetime | None:
    return None if text is None else time_said(option, text)
