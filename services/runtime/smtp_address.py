"""Where mail is handed in and how to log in there: one URL in, one value out, secrets never shown."""

from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import unquote, urlsplit

Security = Literal["starttls", "tls", "none"]
SCHEMES: dict[str, tuple[Security, int]] = {
    "smtp": ("starttls", 587),
    "smtps": ("tls", 465),
    "smtp+plain": ("none", 25),
}


@dataclass(frozen=True, slots=True)
class SmtpAddress:
    """A mail server, how the way to it is secured, and the account to use there."""

    host: str
    port: int
    security: Security
    username: str | None = None
    password: str | None = field(default=None, repr=False)


def smtp_address(url: str) -> SmtpAddress:
    """Read `smtp://user:password@host:587` and its like.

    Raises ValueError, without the password in its words, when the URL is none of these, and when
    it would send a password over a way that nothing secures.
    """
    parts = urlsplit(url)
    if parts.scheme not in SCHEMES:
        raise ValueError("the mail server's URL must begin with smtp://, smtps:// or smtp+plain://")
    if not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError("the mail server's URL names a host and ends after its port")
    try:
        port = parts.port
    except ValueError as error:
        raise ValueError("the port of the mail server's URL must be a number to 65535") from error
    security, usual = SCHEMES[parts.scheme]
    if security == "none" and parts.password:
        raise ValueError("a password is not sent in clear: use smtp:// (STARTTLS) or smtps://")
    return SmtpAddress(
        host=parts.hostname,
        port=port or usual,
        security=security,
        username=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
    )
