"""Mosquitto's accounts: the password file and the access list, rendered and put in place.

Who may do what is decided by the caller; this file must not know the registry.
"""

import base64
import hashlib
import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

SERVICE = "qingkong"
_ITERATIONS = 101  # mosquitto's own; a long random password does not lean on it
_SALT_BYTES = 12


@dataclass(frozen=True)
class Account:
    """Somebody who may connect, and the topic filters they may read and write."""

    username: str
    password: str = field(repr=False)
    read: tuple[str, ...] = ()
    write: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for word in (self.username, self.password, *self.read, *self.write):
            if not word or not word.isprintable():
                raise ValueError("an account's name, password and topics are printable, not empty")
        if ":" in self.username or self.username != self.username.strip():
            raise ValueError(f"not a user name for the broker: {self.username!r}")


def service_account(password: str) -> Account:
    """Give the account of Qingkong's own services: it reads and writes everything."""
    return Account(SERVICE, password, read=("#", "$SYS/#"), write=("#",))


def device_account(mn: str, password: str) -> Account:
    """Give the account of a device: it writes to the topics of its own MN and reads nothing."""
    if not mn.isalnum():
        raise ValueError(f"not the MN (设备唯一标识) of a device: {mn!r}")
    return Account(mn, password, write=(f"hj212/{mn}", f"cems/v1/{mn}"))


def password_line(account: Account, salt: bytes) -> str:
    """Render the line of mosquitto's password file: PBKDF2 with SHA-512, its form `$7$`."""
    digest = hashlib.pbkdf2_hmac("sha512", account.password.encode(), salt, _ITERATIONS)
    words = (base64.b64encode(salt).decode(), base64.b64encode(digest).decode())
    return f"{account.username}:$7${_ITERATIONS}${words[0]}${words[1]}\n"


def access_lines(account: Account) -> str:
    """Render the paragraph of mosquitto's access list that is about one account."""
    rights = [f"topic read {topic}\n" for topic in account.read]
    rights += [f"topic write {topic}\n" for topic in account.write]
    return f"user {account.username}\n{''.join(rights)}\n"


def put_accounts(folder: Path, accounts: Iterable[Account]) -> None:
    """Replace password file and access list in `folder`, each whole or not at all.

    They get the owner of the folder, who runs the broker.
    """
    by_name = {account.username: account for account in accounts}
    lines = (password_line(each, secrets.token_bytes(_SALT_BYTES)) for each in by_name.values())
    replace_file(folder / "access", "".join(map(access_lines, by_name.values())))
    replace_file(folder / "passwords", "".join(lines))


def replace_file(path: Path, text: str) -> None:
    """Write a private file beside `path`, give it to the folder's owner, and put it in place."""
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)
    fresh.touch(mode=0o600)
    with fresh.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    owner = path.parent.stat()
    if os.geteuid() == 0:
        os.chown(fresh, owner.st_uid, owner.st_gid)
    fresh.rename(path)
