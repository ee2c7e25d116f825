"""What must stand before the demo runs: registry, device keys and broker accounts of its province."""

import os
import secrets
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from services.cases.registering.difference import Standard, difference
from services.cases.registering.document import parse_document
from services.cases.registering.standard import standard_codes, standard_regions
from services.embedded.accounts import Account, device_account
from services.embedded.servers import write_access
from services.runtime.seal import device_key, new_seal_key, seal, seal_key_of
from services.runtime.settings import Settings
from services.simulate.truth import registry_text
from services.simulate.world import World
from services.store.device_keys import device_of, list_keys, set_key
from services.store.registry_read import read_registry
from services.store.registry_write import RegistryChange, registry_lock, write_registry
from services.store.session import session

APPLICATION = "qingkong demo"
SOURCE = "province.yaml"
_SEAL_FILE = "seal.key"


class DemoError(Exception):
    """The demo cannot go on; the text says why and what to do."""


def register_world(database_url: str, world: World, now: datetime) -> None:
    """Make the registry say what the world needs; nothing when it already does.

    Raises DemoError when another registration stands in the way, StoreError otherwise.
    """
    parsed = parse_document(registry_text(world))
    if parsed.document is None:
        raise DemoError(f"the registry of {SOURCE} cannot be used: {parsed.problems}")
    with session(database_url, "registrar", APPLICATION) as connection, registry_lock(connection):
        standard = Standard(standard_codes(), standard_regions())
        found = difference(read_registry(connection), parsed.document, standard, now)
        if found.problems:
            raise DemoError(
                f"the demo's plants do not fit what is registered: {found.problems[0][1]}; "
                "use another folder by --home"
            )
        if not found.empty:
            change = RegistryChange(APPLICATION, SOURCE, {"plants": len(parsed.document.plants)})
            write_registry(connection, found.write, change, lambda _what, _rows: None)


def seal_file(folder: Path) -> Path:
    """The demo's own key to seal with, made once."""
    file = folder / _SEAL_FILE
    if not file.exists():
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT, 0o600), "w") as fresh:
            fresh.write(f"{new_seal_key()}\n")
    return file


def keep_keys(database_url: str, world: World, seal_key_file: Path) -> None:
    """Keep the SM4 keys of the world's devices, sealed; of devices that have none yet."""
    # The environment's own key must not stand beside the demo's.
    key = seal_key_of(Settings(seal_key=None, seal_key_file=seal_key_file))
    if key is None:
        return
    with session(database_url, "registrar", APPLICATION) as connection, registry_lock(connection):
        known = {one.device.id for one in list_keys(connection)}
        for each in world.devices:
            begins_s = max(each.commissioned_s, each.works.from_s if each.works else 0)
            begins = datetime.fromtimestamp(begins_s, UTC)
            device = device_of(connection, each.mn, begins) if each.sm4_key else None
            if device is None or each.sm4_key is None or device.id in known:
                continue
            sealed = seal(key, each.sm4_key, device_key(device.id))
            change = RegistryChange(APPLICATION, SOURCE, {"key": {"mn": each.mn}})
            set_key(connection, device, (sealed, begins), change)


def open_accounts(data_dir: Path, names: Iterable[str]) -> dict[str, str]:
    """Give each publisher an account of its own with a fresh password; gives them by name."""
    passwords = {name: secrets.token_urlsafe(18) for name in sorted(names)}
    write_access(data_dir, [publisher_account(*one) for one in passwords.items()])
    return passwords


def publisher_account(name: str, password: str) -> Account:
    """The account of a device, or of a gateway, which writes to a topic of its own name too."""
    if name.isalnum():
        return device_account(name, password)
    return Account(name, password, write=(f"hj212/{name}", f"cems/v1/{name}"))
