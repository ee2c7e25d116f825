"""The `qingkong` command: the sub-commands of all services, and nothing of its own."""

import os
import sys
from collections.abc import MutableMapping
from importlib.metadata import version
from typing import Annotated

import typer

from services.alerts.commands import app as alerts
from services.alerts.contest_commands import app as contests
from services.alerts.judge_commands import judge
from services.alerts.notify_commands import app as notify
from services.alerts.order_commands import app as orders
from services.alerts.silence_commands import app as silence
from services.api.account_commands import app as accounts
from services.api.commands import api
from services.api.export_commands import verify_export
from services.api.token_commands import app as tokens
from services.demo.commands import app as demo
from services.demo.rehearse_commands import app as rehearse
from services.doctor.commands import doctor
from services.embedded import servers
from services.embedded.commands import app as embedded
from services.embedded.errors import EmbeddedError
from services.hj212.commands import decode
from services.ingest.command_places import COMMANDS, SURFACE_WATER
from services.ingest.commands import app as ingest
from services.ingest.commands import migrate
from services.ingest.proof.commands import checkpoint, rebuild, rejects, verify
from services.registry.codes_commands import codes_command
from services.registry.commands import app as registry
from services.registry.commands import devices_app as devices
from services.registry.effectiveness_commands import show_effectiveness
from services.registry.gap_commands import show_gaps
from services.registry.limit_commands import app as limits
from services.registry.manual_commands import app as manual
from services.registry.mark_commands import app as marks
from services.registry.rule_commands import app as rules
from services.registry.transmission_commands import transmission
from services.runtime.logs import quiet_drivers
from services.runtime.settings import SettingsError
from services.simulate.commands import app as simulate

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Qingkong (晴空): pollution monitoring from the device to the proof.",
)


def _version(wanted: bool) -> None:  # noqa: FBT001 - typer: flags are booleans
    if wanted:
        typer.echo(f"qingkong {version('qingkong')}")
        raise typer.Exit


@app.callback()
def _main(
    _shown: Annotated[  # noqa: FBT002 - typer: flags are booleans
        bool, typer.Option("--version", is_eager=True, callback=_version, help="Print the version.")
    ] = False,
) -> None:
    """Take what stands before a sub-command."""


app.add_typer(demo)
app.add_typer(embedded, name="embedded")
app.command()(migrate)
app.add_typer(registry, name="registry")
app.command("codes")(codes_command([*COMMANDS.values(), *SURFACE_WATER.values()]))
app.add_typer(devices, name="devices")
app.command()(transmission)
app.add_typer(ingest, name="ingest")
app.command()(decode)
app.add_typer(limits, name="limits")
app.add_typer(rules, name="rules")
app.add_typer(alerts, name="alerts")
app.add_typer(silence, name="silence")
app.add_typer(orders, name="orders")
app.add_typer(contests, name="contests")
app.add_typer(notify, name="notify")
app.command()(judge)
app.command()(api)
app.add_typer(accounts, name="accounts")
app.add_typer(tokens, name="tokens")
app.command("gaps")(show_gaps)
app.command("effectiveness")(show_effectiveness)
app.add_typer(marks, name="marks")
app.add_typer(manual, name="manual")
app.add_typer(simulate)
app.add_typer(rehearse)
app.add_typer(rejects, name="rejects")
app.command()(checkpoint)
app.command()(verify)
app.command("verify-export")(verify_export)
app.command()(rebuild)
app.command()(doctor)


def borrow_addresses(environ: MutableMapping[str, str]) -> None:
    """Let the embedded servers, where they run, stand in for addresses that are not given."""
    if {"QINGKONG_DATABASE_URL", "QINGKONG_MQTT_URL"} <= environ.keys():
        return
    try:
        status = servers.status(None)
    except (EmbeddedError, OSError):
        # Somebody else's: whoever needs an address says that none is given.
        return
    if status.running and status.database_url and status.mqtt_url:
        environ.setdefault("QINGKONG_DATABASE_URL", status.database_url)
        environ.setdefault("QINGKONG_MQTT_URL", status.mqtt_url)


def main() -> None:
    """Run the command line."""
    quiet_drivers()
    borrow_addresses(os.environ)
    try:
        app()
    except SettingsError as error:
        typer.secho(f"settings that cannot be used:\n{error}", err=True, fg="red")
        sys.exit(2)
