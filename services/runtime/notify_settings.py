"""The settings of whoever tells people: where notices may go, and by what post they leave.

It must not know what is told.
"""

import ipaddress
from pathlib import Path
from typing import TypeAlias

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings

from services.runtime.smtp_address import smtp_address

Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network


class NotifySettings(BaseSettings):
    """A part of the one flat set of settings."""

    public_url: str | None = Field(
        default=None,
        pattern=r"^https?://[^\s<>\"']+$",
        description="https://host of the console as people reach it; none: notices hold no link",
    )
    notify_allow_networks: str = Field(
        default="",
        description="inner networks that notices may be sent to, 10.1.0.0/16,192.168.7.5/32; "
        "none: public addresses only",
    )
    notify_ca_file: Path | None = Field(
        default=None,
        description="PEM of who signs the certificates of receivers; none: the system's",
    )
    smtp_url: SecretStr | None = Field(
        default=None,
        description="smtp://user:password@host:587 (STARTTLS), smtps://...:465 (TLS) or "
        "smtp+plain://host:25 (neither, for a relay of the inner network); none: no e-mail",
    )
    smtp_from: str = Field(
        default="qingkong@localhost",
        pattern=r"^[^\s@<>,;:]+@[^\s@<>,;:]+$",
        description="address that e-mail is sent from",
    )

    @field_validator("notify_allow_networks")
    @classmethod
    def _readable_networks(cls, text: str) -> str:
        networks_of(text)
        return text

    @field_validator("smtp_url")
    @classmethod
    def _readable_smtp(cls, url: SecretStr | None) -> SecretStr | None:
        if url is not None:
            smtp_address(url.get_secret_value())
        return url


def networks_of(text: str) -> tuple[Network, ...]:
    """The networks of a comma-separated list. Raises ValueError, naming what is none."""
    found: list[Network] = []
    for word in filter(None, (each.strip() for each in text.split(","))):
        try:
            found.append(ipaddress.ip_network(word))
        except ValueError as error:
            raise ValueError(f"{word} is no network such as 10.1.0.0/16: {error}") from None
    return tuple(found)
