"""The `qingkong` command: the sub-commands of all services, and nothing of its own."""

import os
import sys
from collections.abc import Callable, Iterator, MutableMapping
from importlib import import_module
from importlib.metadata import version
from typing import Annotated, Any, NamedTuple, cast

import typer
from typer.core import TyperGroup
from typer.main import get_group

from services.embedded import servers
from services.embedded.errors import EmbeddedError
from services.runtime.logs import quiet_drivers
from services.runtime.settings import SettingsError


class Place(NamedTuple):
    """Where a sub-command is: its module, and what of it.

    A function is a command. A `typer.Typer` is a group of commands, or holds the sub-command `among`
    others.
    """

    module: str
    name: str = "app"
    among: bool = False


def _codes() -> Callable[..., None]:
    """`codes` tells of commands that ingest knows, of which the registry's edge must not."""
    from services.ingest.command_places import (  # noqa: PLC0415 - as all others: when asked for
        COMMANDS,
        SURFACE_WATER,
    )
    from services.registry.codes_commands import codes_command  # noqa: PLC0415 - the same

    return codes_command([*COMMANDS.values(), *SURFACE_WATER.values()])


# A service loads its own modules and no other's: that is a fifth of all there are.
PLACES: dict[str, Place | Callable[[], Callable[..., None]]] = {
    "migrate": Place("services.ingest.commands", "migrate"),
    "codes": _codes,
    "transmission": Place("services.registry.transmission_commands", "transmission"),
    "decode": Place("services.hj212.commands", "decode"),
    "judge": Place("services.alerts.judge_commands", "judge"),
    "api": Place("services.api.commands", "api"),
    "gaps": Place("services.registry.gap_commands", "show_gaps"),
    "effectiveness": Place("services.registry.effectiveness_commands", "show_effectiveness"),
    "checkpoint": Place("services.ingest.proof.commands", "checkpoint"),
    "verify": Place("services.ingest.proof.commands", "verify"),
    "verify-export": Place("services.api.export_commands", "verify_export"),
    "rebuild": Place("services.ingest.proof.commands", "rebuild"),
    "doctor": Place("services.doctor.commands", "doctor"),
    "demo": Place("services.demo.commands", among=True),
    "embedded": Place("services.embedded.commands"),
    "registry": Place("services.registry.commands"),
    "devices": Place("services.registry.commands", "devices_app"),
    "ingest": Place("services.ingest.commands"),
    "limits": Place("services.registry.limit_commands"),
    "rules": Place("services.registry.rule_commands"),
    "alerts": Place("services.alerts.commands"),
    "silence": Place("services.alerts.silence_commands"),
    "orders": Place("services.alerts.order_commands"),
    "contests": Place("services.alerts.contest_commands"),
    "notify": Place("services.alerts.notify_commands"),
    "accounts": Place("services.api.account_commands"),
    "tokens": Place("services.api.token_commands"),
    "marks": Place("services.registry.mark_commands"),
    "manual": Place("services.registry.manual_commands"),
    "simulate": Place("services.simulate.commands", among=True),
    "replay": Place("services.simulate.commands", among=True),
    "rehearse": Place("services.demo.rehearse_commands", among=True),
    "rejects": Place("services.ingest.proof.commands", "rejects"),
}


class _OnDemand(MutableMapping[str, Any]):
    """The sub-commands by name; each is loaded when it is first asked for."""

    def __init__(self) -> None:
        self._made: dict[str, Any] = dict.fromkeys(PLACES)

    def __getitem__(self, name: str) -> Any:
        if self._made[name] is None:
            self._made[name] = _loaded(name)
        return self._made[name]

    def __setitem__(self, name: str, command: Any) -> None:
        self._made[name] = command

    def __delitem__(self, name: str) -> None:
        del self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._made)

    def __len__(self) -> int:
        return len(self._made)


class _Services(TyperGroup):
    """The command of all services."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.commands = _OnDemand()


def _loaded(name: str) -> Any:
    frame = typer.Typer(rich_markup_mode=None)
    match PLACES[name]:
        case Place(module, attribute, among):
            found: object = getattr(import_module(module), attribute)
            if isinstance(found, typer.Typer):
                frame.add_typer(found, name=None if among else name)
            else:
                frame.command(name)(cast("Callable[..., None]", found))
        case make:
            frame.command(name)(make())
    return get_group(frame).commands[name]


app = typer.Typer(
    cls=_Services,
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
