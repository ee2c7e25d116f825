"""Requests that the identity provider's answers would lead inward; the list is in `test_attacks_list`."""

import asyncio
import gzip
import ssl
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import httpx
import pytest

from services.api.oidc import MOST_BYTES, OidcError, Provider, endpoints_of, subject_of
from services.runtime.addresses import ForbiddenAddressError, Gate, Resolve
from services.runtime.checked_http import CheckedTransport
from services.runtime.http import listen
from services.runtime.notify_settings import networks_of
from services.store.login_begun import BegunLogin

NOW = datetime(2026, 8, 10, tzinfo=UTC)
INNER = "http://169.254.169.254/latest/meta-data"


class Evil:
    """A provider that answers with these bytes, and counts who comes."""

    def __init__(self, answer: Callable[[str], bytes]) -> None:
        self.answer = answer
        self.paths: list[str] = []
        self.port = 0

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        self.paths.append(head.split()[1])
        writer.write(self.answer(f"http://127.0.0.1:{self.port}"))
        writer.close()


@asynccontextmanager
async def provided(answer: Callable[[str], bytes]) -> AsyncGenerator[Evil]:
    made = Evil(answer)
    listening = listen("127.0.0.1", 0)
    made.port = listening.getsockname()[1]
    server = await asyncio.start_server(made, sock=listening)
    async with server:
        yield made


def said(body: bytes, *headers: bytes) -> bytes:
    lines = (b"HTTP/1.1 200 OK", b"Content-Length: %d" % len(body), b"Connection: close", *headers)
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def document(issuer: str, keys: str = "", token: str = "") -> bytes:
    return (
        f'{{"issuer": "{issuer}", "authorization_endpoint": "{issuer}/a", '
        f'"token_endpoint": "{token or issuer + "/token"}", "jwks_uri": "{keys or issuer + "/keys"}"}}'
    ).encode()


def client(*allowed: str, resolve: Resolve | None = None) -> httpx.AsyncClient:
    gate = Gate(networks_of(",".join(allowed)), resolve, "QINGKONG_OIDC_ALLOW_NETWORKS")
    return httpx.AsyncClient(transport=CheckedTransport(gate, ssl.create_default_context()))


def who(issuer: str) -> Provider:
    return Provider(issuer, "qingkong", None, "https://qingkong.example/back")


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "[::1]",
        "169.254.169.254",
        "10.0.0.1",
        "[::ffff:127.0.0.1]",
        "0.0.0.0",  # noqa: S104 - an address to go to
    ],
)
async def test_a_provider_on_an_inner_address_is_not_asked(host: str) -> None:
    async with provided(lambda issuer: said(document(issuer))) as evil, client() as http:
        with pytest.raises(ForbiddenAddressError, match="QINGKONG_OIDC_ALLOW_NETWORKS"):
            await endpoints_of(http, who(f"http://{host}:{evil.port}"))

    assert evil.paths == []


async def test_a_name_that_means_another_address_the_next_time_is_checked_again() -> None:
    answers = iter((["127.0.0.1"], ["169.254.169.254"]))

    async def rebinding(_host: str, _port: int) -> list[str]:
        return next(answers)

    async with (
        provided(lambda _: said(document(f"http://idp.example:{evil.port}"))) as evil,
        client("127.0.0.0/8", resolve=rebinding) as http,
    ):
        issuer = f"http://idp.example:{evil.port}"
        # It was asked; what it names has no https.
        with pytest.raises(OidcError):
            await endpoints_of(http, who(issuer))
        with pytest.raises(ForbiddenAddressError, match=r"169\.254\.169\.254"):
            await endpoints_of(http, who(issuer))

    assert len(evil.paths) == 1


@pytest.mark.parametrize("field", ["keys", "token"])
@pytest.mark.parametrize("place", ["https://10.0.0.1/x", "https://169.254.169.254/x"])
async def test_what_a_provider_names_is_checked_as_itself(field: str, place: str) -> None:
    def answer(issuer: str) -> bytes:
        named = document(issuer, **{field: place})
        return said(named if evil.paths[-1].endswith("configuration") else b'{"id_token": "x"}')

    async with provided(answer) as evil, client("127.0.0.0/8") as http:
        begun = BegunLogin("nonce", "verifier")
        with pytest.raises(ForbiddenAddressError):
            await subject_of(http, who(f"http://127.0.0.1:{evil.port}"), ("code", begun), NOW)


@pytest.mark.parametrize(
    "place", ["http://10.0.0.1/x", "file:///etc/passwd", "gopher://127.0.0.1/x", "//127.0.0.1/x"]
)
async def test_a_provider_names_no_place_without_tls(place: str) -> None:
    async with (
        provided(lambda issuer: said(document(issuer, place))) as evil,
        client("127.0.0.0/8", "10.0.0.0/8") as http,
    ):
        with pytest.raises(OidcError, match="https"):
            await endpoints_of(http, who(f"http://127.0.0.1:{evil.port}"))


async def test_a_redirect_of_a_provider_is_not_followed() -> None:
    moved = f"HTTP/1.1 302 Found\r\nLocation: {INNER}\r\nContent-Length: 0\r\n\r\n".encode()

    async with provided(lambda _: moved) as evil, client("127.0.0.0/8") as http:
        with pytest.raises(OidcError, match="302"):
            await endpoints_of(http, who(f"http://127.0.0.1:{evil.port}"))

    assert len(evil.paths) == 1


@pytest.mark.parametrize(
    "answer",
    [
        said(gzip.compress(b"[" + b"0," * 20_000_000 + b"0]"), b"Content-Encoding: gzip"),
        said(b" " * (MOST_BYTES + 1)),
        said(b"[" * 100_000),
        said(b"[]"),
        said(b"\xff"),
    ],
    ids=["packed to burst", "without end", "deep", "no object", "no text"],
)
async def test_an_answer_that_would_break_its_reader_is_none(answer: bytes) -> None:
    async with provided(lambda _: answer) as evil, client("127.0.0.0/8") as http:
        with pytest.raises(OidcError):
            await endpoints_of(http, who(f"http://127.0.0.1:{evil.port}"))
