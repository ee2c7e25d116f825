"""Where an MQTT broker is and how to log in: one URL in, one value out, secrets never printed."""

import ssl
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from schemas.sentence import Sentence, UnfitError

PORTS = {"mqtt": 1883, "mqtts": 8883}


@dataclass(frozen=True, slots=True)
class BrokerAddress:
    """A broker and the account to use there; `tls` when the scheme is mqtts."""

    host: str
    port: int
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    tls: bool = False


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """PEM files: whom to trust instead of the system's authorities, and who we are."""

    ca: Path | None = None
    certificate: Path | None = None
    key: Path | None = None


def broker_address(url: str) -> BrokerAddress:
    """Read `mqtt://user:password@host:1883` or `mqtts://...:8883`.

    Raises ValueError, without the password in its words, when the URL is none of these.
    """
    parts = urlsplit(url)
    if parts.scheme not in PORTS:
        raise UnfitError(
            Sentence(
                "the broker's URL must begin with mqtt:// or mqtts://",
                "消息服务器地址须以 mqtt:// 或 mqtts:// 开头",
            )
        )
    if not parts.hostname:
        raise UnfitError(Sentence("the broker's URL names no host", "消息服务器地址缺少主机名"))
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise UnfitError(
            Sentence(
                "the broker's URL ends after host and port; topics are not part of it",
                "消息服务器地址只含主机和端口，不含主题",
            )
        )
    try:
        port = parts.port
    except ValueError as error:
        raise UnfitError(
            Sentence(
                "the port of the broker's URL must be a number up to 65535",
                "消息服务器地址的端口须为不超过 65535 的数字",
            )
        ) from error
    return BrokerAddress(
        host=parts.hostname,
        port=port or PORTS[parts.scheme],
        tls=parts.scheme == "mqtts",
        username=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
    )


def tls_context(files: TlsFiles) -> ssl.SSLContext:
    """A context that verifies the broker's name and certificate, always.

    Raises OSError or ssl.SSLError when a file is missing or is not what it should be.
    """
    context = ssl.create_default_context(cafile=files.ca)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if files.certificate is not None:
        context.load_cert_chain(files.certificate, files.key)
    return context
