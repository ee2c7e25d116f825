"""Which addresses may be gone to: a name is resolved, each address is judged, one is used.

What is checked is what is connected to; nobody resolves the name again behind it (DNS rebinding).
It must not know what is sent there.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from services.runtime.notify_settings import Network

Ip: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve: TypeAlias = Callable[[str, int], Awaitable[Sequence[str]]]
"""The addresses of a host name, as text. Raises OSError when there is none."""
NAT64 = ipaddress.ip_network("64:ff9b::/96")


class ForbiddenAddressError(Exception):
    """A host lies where nobody may go; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Gate:
    """Lets addresses of the public net pass, and the inner networks that `setting` allows."""

    allowed: tuple[Network, ...] = ()
    resolve: Resolve | None = None
    setting: str = "QINGKONG_NOTIFY_ALLOW_NETWORKS"

    async def address_of(self, host: str, port: int) -> str:
        """The address to connect to.

        Raises ForbiddenAddressError when any address of the name is none to go to: a name that
        means an inner host now and then is not to be trusted. Raises OSError when there is none.
        """
        found = await (self.resolve or resolve)(host, port)
        for each in found:
            why = forbidden(each, self.allowed)
            if why:
                raise ForbiddenAddressError(
                    f"{host} is {each}, which is {why}: one goes there only when its network is "
                    f"in {self.setting}"
                )
        if not found:
            raise OSError(f"{host} has no address")
        return found[0]

    async def connected(self, host: str, port: int) -> socket.socket:
        """A socket connected to an address of the name that may be gone to.

        Raises ForbiddenAddressError or OSError.
        """
        address = await self.address_of(host, port)
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        made = socket.socket(family, socket.SOCK_STREAM)
        try:
            made.settimeout(0)
            await asyncio.get_running_loop().sock_connect(made, (address, port))
        except BaseException:
            made.close()
            raise
        return made


async def resolve(host: str, port: int) -> list[str]:
    """Ask the system."""
    loop = asyncio.get_running_loop()
    rows = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(row[4][0]) for row in rows))


def forbidden(address: str, allowed: Sequence[Network]) -> str:
    """Why an address is none to go to; empty: it may be gone to."""
    try:
        plain = _plain(ipaddress.ip_address(address.partition("%")[0]))
    except ValueError:
        return "no address"
    if any(plain in network for network in allowed):
        return ""
    kinds = (
        (plain.is_loopback, "this host itself"),
        (plain.is_link_local, "of the link alone"),
        (plain.is_multicast, "for many"),
        (plain.is_unspecified, "of nobody"),
        (not plain.is_global, "of an inner network"),
    )
    return next((what for holds, what in kinds if holds), "")


def _plain(address: Ip) -> Ip:
    """The IPv4 address inside of an IPv6 one that leads there."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    inner = address.ipv4_mapped or address.sixtofour
    if inner is None and address in NAT64:
        inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    if inner is None and int(address) >> 32 == 0 and int(address) > 1:
        inner = ipaddress.IPv4Address(int(address))
    return inner or address
