"""The `qingkong` command: the sub-commands of all services, and nothing of its own."""

import os
from collections.abc import MutableMapping

import typer

from services.embedded import servers
from services.embedded.commands import app as embedded
from services.hj212.commands import decode
from services.ingest.commands import app as ingest
from services.ingest.commands import migrate

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Qingkong (晴空): pollution monitoring from the device to the proof.",
)
app.add_typer(embedded, name="embedded")
app.add_typer(ingest, name="ingest")
app.command()(migrate)
app.command()(decode)


def borrow_addresses(environ: MutableMapping[str, str]) -> None:
    """Let the embedded servers, where they run, stand in for addresses that are not given."""
    if {"QINGKONG_DATABASE_URL", "QINGKONG_MQTT_URL"} <= environ.keys():
        return
    status = servers.status(None)
    if status.running and status.database_url and status.mqtt_url:
        environ.setdefault("QINGKONG_DATABASE_URL", status.database_url)
        environ.setdefault("QINGKONG_MQTT_URL", status.mqtt_url)


def main() -> None:
    """Run the command line."""
    borrow_addresses(os.environ)
    app()
