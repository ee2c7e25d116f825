"""The demonstration's accounts, which one click signs in to: where they may be, and where never.

A database has them only when the demonstration marked it as its own; who asks sits at this host.
"""

import ipaddress
from typing import Final

from starlette.requests import HTTPConnection

from schemas.access import Account, Role
from services.api.identity import address_of
from services.runtime.settings import Settings
from services.store.accounts import account_by_name
from services.store.demo_mark import hosts_of, is_marked_as_demo
from services.store.session import Session, StoreError, session

NAMES: Final = {
    Role.OPERATOR: "demo-operator",
    Role.PLANT: "demo-plant",
    Role.AUDITOR: "demo-auditor",
}
_HOSTS: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})
_PASSED_ON: Final = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")
_WHY: Final = (
    "QINGKONG_DEMO_ACCOUNTS=true 演示账户 lets anybody sign in without a password, and is for the "
    "demonstration's own database on this host alone (qingkong demo switches it on by itself)"
)


def why_refused(settings: Settings, url: str) -> str | None:
    """Why the process must not start with demonstration accounts; None: it may, or has none."""
    if not settings.demo_accounts:
        return None
    told = _told_of_others(settings, url) or _not_marked(url)
    return told and f"{_WHY}; {told}: leave one of them out."


def _told_of_others(settings: Settings, url: str) -> str:
    if not is_loopback(settings.api_host):
        return "QINGKONG_API_HOST lets others reach it"
    if settings.api_trusted_proxies or settings.public_url:
        return "QINGKONG_API_TRUSTED_PROXIES or QINGKONG_PUBLIC_URL says that others come"
    hosts = hosts_of(url)
    if not hosts or not all(is_loopback(one) for one in hosts):
        return "QINGKONG_DATABASE_URL names another host's database"
    return ""


def _not_marked(url: str) -> str | None:
    try:
        with session(url, "api", "qingkong-api") as connection:
            marked = is_marked_as_demo(connection)
    except StoreError as error:
        return f"whether QINGKONG_DATABASE_URL names that one cannot be told ({error})"
    told = "QINGKONG_DATABASE_URL names a database that the demonstration did not make"
    return None if marked else told


def from_this_host(connection: HTTPConnection) -> bool:
    """Whether a person at this host asks for it by its own name, and no proxy for somebody else."""
    host = connection.headers.get("host", "").lower()
    name = host if host.endswith("]") else host.rpartition(":")[0] or host
    passed_on = any(header in connection.headers for header in _PASSED_ON)
    return is_loopback(address_of(connection)) and name in _HOSTS and not passed_on


def demo_account(session: Session, role: Role) -> Account | None:
    """The account of a role, where there is one and the database is the demonstration's own.

    Raises psycopg.Error.
    """
    if role not in NAMES or not is_marked_as_demo(session):
        return None
    found = account_by_name(session, NAMES[role])
    if found is None:
        return None
    account, _ = found
    return None if account.disabled or account.role is not role else account


def is_loopback(address: str) -> bool:
    """Whether an address can be reached from this host alone."""
    try:
        return ipaddress.ip_address(address.strip("[]")).is_loopback
    except ValueError:
        return address == "localhost"
