"""What browsers and machines hold to say who they are: 256 bits of chance, kept as a digest.

It must not know where digests are kept.
"""

import base64
import hashlib
import hmac
import ipaddress
import secrets
from typing import Final

BYTES: Final = 32
PREFIX: Final = "qk_"
BEGINNING: Final = 8
LONGEST: Final = 200
CSRF_PURPOSE: Final = b"qingkong csrf"


def new_secret() -> str:
    """A fresh one."""
    return secrets.token_urlsafe(BYTES)


def new_token() -> str:
    """A fresh token of a machine: its prefix lets scanners of source code find it."""
    return PREFIX + new_secret()


def digest_of(secret: str) -> bytes:
    """What is kept of it. A password would need more; chance of 256 bits does not."""
    return hashlib.sha256(secret.encode()).digest()


def csrf_of(secret: str) -> str:
    """The CSRF token of a session: made of what only its browser holds, so that nothing is kept."""
    made = hmac.digest(secret.encode(), CSRF_PURPOSE, "sha256")
    return base64.urlsafe_b64encode(made).rstrip(b"=").decode()


def same(one: str, other: str) -> bool:
    """Compared in the same time, wherever they differ."""
    return hmac.compare_digest(one.encode(), other.encode())


def neighbourhood(address: str) -> str:
    """Whom an address counts for: itself, or of IPv6 its /64, which one holder has whole."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((int(found) >> 64 << 64, 64)))
    return str(found)
