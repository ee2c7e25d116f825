"""`qingkong notify deliveries …`: what was sent, what waits, what was given up, and trying again."""

import json
from typing import Annotated

import typer
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from schemas.notice import Delivery, DeliveryState
from schemas.registry_words import BEIJING
from services.alerts.notify_options import AsJson, DatabaseUrl, asked
from services.cases.notify_actions import send_again
from services.runtime.clock import utc_now
from services.runtime.options import stop
from services.store.deliveries import list_deliveries, read_delivery

app = typer.Typer(no_args_is_help=True, help="Messages 通知: sent, waiting, given up (dead 死信).")
Receiver = Annotated[str | None, typer.Option(help="Of one receiver.")]


@app.command("list")
def list_(
    state: Annotated[DeliveryState | None, typer.Option(help="Only those.")] = None,
    receiver: Receiver = None,
    most: Annotated[int, typer.Option(help="The newest so many.", min=1, max=10_000)] = 50,
    as_json: AsJson = False,  # noqa: FBT002 - typer: flags are booleans
    database_url: DatabaseUrl = None,
) -> None:
    """List messages, the newest first.

    Example: qingkong notify deliveries list --state dead
    """
    with asked(database_url) as connection:
        found = list_deliveries(connection, state, receiver, most)
    if as_json:
        typer.echo(json.dumps([_json(one) for one in found], ensure_ascii=False, indent=2))
        return
    if not found:
        typer.echo("No messages: look at --state and --receiver.", err=True)
        return
    table = Table(
        "no.", "made 生成", "receiver", "state 状态", "tries", "what", box=box.SIMPLE_HEAD
    )
    for one in found:
        made = one.made_at.astimezone(BEIJING).strftime("%m-%d %H:%M:%S")
        what = one.last_error or one.message.title
        cells = (str(one.delivery), made, one.receiver, one.state.value, str(one.tries), what)
        table.add_row(*map(Text, cells))
    Console().print(table)


@app.command()
def show(
    number: Annotated[int, typer.Argument(help="As `list` shows it.")],
    as_json: AsJson = False,  # noqa: FBT002 - typer: flags are booleans
    database_url: DatabaseUrl = None,
) -> None:
    """Show a message as it is or was sent, with its key and its last failure.

    Example: qingkong notify deliveries show 17
    """
    with asked(database_url) as connection:
        found = read_delivery(connection, number)
    if found is None:
        stop(f"there is no delivery {number}: see `qingkong notify deliveries list`")
    if as_json:
        typer.echo(json.dumps(_json(found), ensure_ascii=False, indent=2))
        return
    sent = "" if found.sent_at is None else f", sent {found.sent_at.isoformat()}"
    typer.echo(f"delivery {number} to {found.receiver}: {found.state.value}{sent}")
    typer.echo(f"key {found.key}, tries {found.tries}, next {found.next_at.isoformat()}")
    if found.last_error:
        typer.echo(f"last failure: {found.last_error}")
    typer.echo(f"\n{found.message.title}\n{found.message.text}")


@app.command()
def retry(
    numbers: Annotated[list[int] | None, typer.Argument(help="Of dead messages.")] = None,
    receiver: Receiver = None,
    every: Annotated[bool, typer.Option("--all", help="All that are dead.")] = False,  # noqa: FBT002 - typer: flags are booleans
    database_url: DatabaseUrl = None,
) -> None:
    """Try dead messages again, under their old keys.

    Example: qingkong notify deliveries retry 17 18

    Example: qingkong notify deliveries retry --receiver duty
    """
    if not numbers and receiver is None and not every:
        raise typer.BadParameter("name deliveries, or give --receiver or --all")
    with asked(database_url) as connection:
        count = send_again(connection, numbers or None, receiver, utc_now())
    typer.echo(f"{count} messages wait to be sent again.")


def _json(one: Delivery) -> dict[str, object]:
    return {
        "delivery": one.delivery,
        "key": str(one.key),
        "receiver": one.receiver,
        "state": one.state.value,
        "tries": one.tries,
        "made_at": one.made_at.isoformat(),
        "next_at": one.next_at.isoformat(),
        "sent_at": None if one.sent_at is None else one.sent_at.isoformat(),
        "last_error": one.last_error,
        "message": one.message.model_dump(mode="json"),
    }
