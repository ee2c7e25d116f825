"""What must stand before the demo runs: schema, registry and broker accounts of its plants."""

import secrets
from datetime import datetime
from importlib.resources import files
from pathlib import Path

from services.embedded.accounts import device_account
from services.embedded.servers import write_access
from services.registry.difference import Standard, difference
from services.registry.document import parse_document
from services.registry.standard import standard_codes, standard_regions
from services.simulate.plant import VirtualLogger
from services.store.registry_read import read_registry
from services.store.registry_write import RegistryChange, registry_lock, write_registry
from services.store.session import session

APPLICATION = "qingkong demo"
FILE = "demo_registry.yaml"


class DemoError(Exception):
    """The demo cannot go on; the text says why and what to do."""


def register_plants(database_url: str, now: datetime) -> None:
    """Make the registry say what the demo's file says; nothing when it already does.

    Raises DemoError when another registration stands in the way, StoreError otherwise.
    """
    text = (files("services.simulate") / FILE).read_text(encoding="utf-8")
    parsed = parse_document(text)
    if parsed.document is None:
        raise DemoError(f"{FILE} cannot be used: {parsed.problems}")
    with session(database_url, "registrar", APPLICATION) as connection, registry_lock(connection):
        standard = Standard(standard_codes(), standard_regions())
        found = difference(read_registry(connection), parsed.document, standard, now)
        if found.problems:
            raise DemoError(
                f"the demo's plants do not fit what is registered: {found.problems[0][1]}; "
                "use another folder by --home"
            )
        if not found.empty:
            change = RegistryChange(APPLICATION, FILE, {"plants": len(parsed.document.plants)})
            write_registry(connection, found.write, change, lambda _what, _rows: None)


def open_accounts(data_dir: Path, loggers: tuple[VirtualLogger, ...]) -> dict[str, str]:
    """Give each virtual logger an account of its own with a fresh password; gives them by MN."""
    passwords = {logger.mn: secrets.token_urlsafe(18) for logger in loggers}
    write_access(data_dir, [device_account(mn, password) for mn, password in passwords.items()])
    return passwords
