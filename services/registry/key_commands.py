"""`qingkong devices key …`: SM4 keys of devices, read without echo and kept sealed.

No key is ever an argument, printed or logged.
"""

import getpass
import re
import sys
from datetime import datetime
from typing import Annotated

import typer
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from schemas.moment import moment
from schemas.registry_words import shown
from services.registry.tables import MN_WIDTH
from services.runtime.clock import utc_now
from services.runtime.options import database_of, stop
from services.runtime.seal import device_key, fingerprint, new_seal_key, seal, seal_key_of
from services.runtime.settings import SettingsError, read_settings
from services.store.device_keys import KeyConflict, device_of, list_keys, set_key
from services.store.registry_write import RegistryChange, registry_lock
from services.store.session import StoreError, session

APPLICATION = "qingkong devices key"
SM4_KEY = re.compile(r"[0-9A-Fa-f]{32}")
app = typer.Typer(
    no_args_is_help=True, help="SM4 keys of devices 设备密钥 (HJ 212-2025, 6.4): set and list them."
)
DatabaseUrl = Annotated[
    str | None,
    typer.Option(
        envvar="QINGKONG_DATABASE_URL", help="postgresql://…; default: QINGKONG_DATABASE_URL."
    ),
]


@app.command("set")
def set_(
    mn: Annotated[str, typer.Argument(help="The device's MN.")],
    since: Annotated[
        str | None, typer.Option("--from", help="Valid from 2026-01-01T00:00:00+08:00; now.")
    ] = None,
    actor: Annotated[str | None, typer.Option(help="Who sets it; default: you.")] = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Set a device's SM4 key: 32 hex digits, asked for without echo or read from a pipe.

    The key before it ends then, and stays for frames that were encrypted with it.
    """
    begins = _moment(since)
    try:
        seal_key = seal_key_of(read_settings())
    except SettingsError as error:
        stop(str(error))
    if seal_key is None:
        stop(
            "no key to seal with: set QINGKONG_SEAL_KEY or QINGKONG_SEAL_KEY_FILE; "
            "`qingkong devices key new-seal` prints one"
        )
    secret = _asked()
    try:
        with (
            session(database_of(database_url), "registrar", APPLICATION) as connection,
            registry_lock(connection),
        ):
            device = device_of(connection, mn, begins)
            if device is None:
                stop(
                    f"no device holds MN {mn} at {begins.isoformat()}: "
                    "see `qingkong registry export`"
                )
            sealed = seal(seal_key, secret, device_key(device.id))
            named = {"mn": mn, "device": device.id, "from": begins.isoformat()}
            summary = {"key": {**named, "fingerprint": fingerprint(sealed)}}
            change = RegistryChange(actor or getpass.getuser(), "devices key set", summary)
            version = set_key(connection, device, (sealed, begins), change)
    except (StoreError, KeyConflict) as error:
        stop(str(error))
    typer.echo(
        f"{device.plant} {device.code}: key {fingerprint(sealed)} from {begins.isoformat()}; "
        f"the registry is now at version {version}."
    )


@app.command("list")
def list_(database_url: DatabaseUrl = None) -> None:
    """Show which keys there are and since when; fingerprints tell them apart, keys are not shown."""
    try:
        with session(database_of(database_url), "registrar", APPLICATION) as connection:
            listed = list_keys(connection)
    except StoreError as error:
        stop(str(error))
    table = Table("MN\nplant 企业", "from 起\nto 止", "fingerprint 指纹", box=box.SIMPLE_HEAD)
    for column in table.columns[1:]:
        column.no_wrap = True
    table.columns[0].min_width, table.columns[0].overflow = MN_WIDTH, "fold"
    for one in listed:
        names = f"{one.device.mn or '–'}\n{one.device.plant} {one.device.code}"
        valid = f"{shown(one.key.since)}\n{_end(one.key.until)}"
        table.add_row(Text(names), valid, fingerprint(one.key.sealed))
    Console().print(table)


@app.command("new-seal")
def new_seal() -> None:
    """Print a fresh QINGKONG_SEAL_KEY: keep it outside of the database, and a copy of it.

    Without it no key that was sealed with it can be opened again.
    """
    typer.echo(new_seal_key())


def _asked() -> bytes:
    text = getpass.getpass("SM4 key (32 hex digits): ") if sys.stdin.isatty() else sys.stdin.read()
    if SM4_KEY.fullmatch(text.strip()) is None:
        stop("not a key: 32 hex digits are needed, which are 16 bytes")
    return bytes.fromhex(text.strip())


def _moment(text: str | None) -> datetime:
    if text is None:
        return utc_now().replace(microsecond=0)
    try:
        return moment(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text} {error}") from error


def _end(until: datetime | None) -> str:
    return "–" if until is None else shown(until)
