"""`qingkong notify receivers …`: who is told, by what way; secrets are sealed and never shown."""

import json
from pathlib import Path
from typing import Annotated, cast

import typer
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from schemas.notice import Channel, Language
from services.alerts.notify_options import Actor, AsJson, DatabaseUrl, Reason, asked, who
from services.cases.notify_actions import (
    ReceiverWish,
    keep_receiver,
    retire_receiver,
    try_receiver,
)
from services.runtime.clock import utc_now
from services.runtime.options import stop
from services.runtime.seal import seal_key_of
from services.runtime.settings import SettingsError, read_settings
from services.store.receivers import Written, read_receivers

app = typer.Typer(no_args_is_help=True, help="Who is told 接收者: add, list, retire, try out.")
Name = Annotated[str, typer.Argument(help="Its name, one word: duty, plant-P1.")]


@app.command()
def add(  # noqa: PLR0913, PLR0917 - typer: options are arguments
    name: Name,
    channel: Annotated[Channel, typer.Option(help="By what way.")],
    address: Annotated[str, typer.Option(help="https://…, duty@bureau.example or mqtts://…")],
    secret: Annotated[
        str | None,
        typer.Option(
            envvar="QINGKONG_RECEIVER_SECRET",
            help="What messages are signed with; password of the broker; best by the variable.",
        ),
    ] = None,
    language: Annotated[str, typer.Option(help="zh or en.")] = "zh",
    config: Annotated[
        Path | None, typer.Option(help="JSON: topic of MQTT; body, headers, to, success of SMS.")
    ] = None,
    reason: Reason = "",
    actor: Actor = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Add a receiver, or change the one of that name; the former one stays in the history.

    A webhook gets a secret to verify messages with; it is printed once. Addresses with their tokens
    and secrets are sealed with QINGKONG_SEAL_KEY. Inner networks must be in
    QINGKONG_NOTIFY_ALLOW_NETWORKS.

    Example: qingkong notify receivers add duty --channel email --address duty@bureau.example

    Example: qingkong notify receivers add room --channel dingtalk --address
    'https://oapi.dingtalk.com/robot/send?access_token=…' --secret SEC…
    """
    if language not in {"zh", "en"}:
        raise typer.BadParameter(f"--language {language}: zh or en")
    try:
        said, key = cast("Language", language), seal_key_of(read_settings())
        wish = ReceiverWish(name, channel, address, secret, said, _config(config), key)
    except (ValueError, SettingsError) as error:
        stop(str(error))
    with asked(database_url) as connection:
        kept = keep_receiver(connection, wish, Written(who(actor), reason))
    typer.echo(f"receiver {name} ({channel.value}, {kept.receiver.address}) is kept.")
    if kept.made:
        typer.echo(f"Its secret, shown only now: {kept.made}")


@app.command("list")
def list_(as_json: AsJson = False, database_url: DatabaseUrl = None) -> None:  # noqa: FBT002 - typer: flags are booleans
    """List the receivers; addresses without their tokens.

    Example: qingkong notify receivers list
    """
    with asked(database_url) as connection:
        found = read_receivers(connection)
    if as_json:
        rows = [one.model_dump(mode="json", exclude={"sealed"}) for one in found.values()]
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    if not found:
        typer.echo("No receivers: `qingkong notify receivers add --help`.", err=True)
        return
    table = Table("name 名称", "channel 渠道", "address 地址", "language", "", box=box.SIMPLE_HEAD)
    for one in found.values():
        words = (one.name, one.channel.value, one.address, one.language)
        table.add_row(*map(Text, words), "" if one.active else "retired 停用")
    Console().print(table)


@app.command()
def retire(
    name: Name, reason: Reason = "", actor: Actor = None, database_url: DatabaseUrl = None
) -> None:
    """Tell a receiver nothing any more; what waits for it is given up and can be tried again.

    Example: qingkong notify receivers retire duty --reason "left the bureau"
    """
    with asked(database_url) as connection:
        retire_receiver(connection, name, Written(who(actor), reason))
    typer.echo(f"receiver {name} is told nothing any more.")


@app.command("test")
def try_out(name: Name, database_url: DatabaseUrl = None) -> None:
    """Put a test message into the outbox; a running `qingkong alerts run` sends it.

    Example: qingkong notify receivers test duty && qingkong notify deliveries list --receiver duty
    """
    with asked(database_url) as connection:
        number = try_receiver(connection, name, utc_now())
    typer.echo(f"delivery {number}: see `qingkong notify deliveries show {number}`.")


def _config(file: Path | None) -> dict[str, object]:
    if file is None:
        return {}
    try:
        found: object = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ValueError(f"--config {file} cannot be read as JSON: {error}") from None
    if not isinstance(found, dict):
        raise ValueError(f'--config {file}: write an object, {{"topic": "…"}}')  # noqa: TRY004 - told to who wrote the file
    return cast("dict[str, object]", found)
