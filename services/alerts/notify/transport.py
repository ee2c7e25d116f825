"""HTTP requests that go to checked addresses only, follow nothing, and read little.

It must not know what is asked, nor of whom.
"""

import ssl
from dataclasses import dataclass, field
from typing import Final

import httpx

from services.runtime.addresses import ForbiddenAddressError, Gate
from services.runtime.checked_http import CheckedTransport

TIMEOUT: Final = httpx.Timeout(10.0, connect=5.0)
MOST_ANSWER_BYTES: Final = 65_536
SAID_CHARACTERS: Final = 200


@dataclass(frozen=True, slots=True)
class Request:
    """A POST."""

    url: str = field(repr=False)
    body: bytes
    headers: dict[str, str] = field(default_factory=dict[str, str], repr=False)
    content_type: str = "application/json; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the status, and the first part of the body. `why_not`: no answer."""

    status: int = 0
    body: bytes = b""
    why_not: str = ""

    @property
    def failure(self) -> str:
        """Why this is no success by HTTP itself; empty: it is one."""
        if self.why_not:
            return self.why_not
        if 300 <= self.status < 400:  # noqa: PLR2004 - the class of redirects
            return f"HTTP {self.status}: redirects are not followed; give the final address"
        if not 200 <= self.status < 300:  # noqa: PLR2004 - the class of success
            return f"HTTP {self.status}: {said(self.body)}".rstrip(": ")
        return ""


@dataclass(frozen=True, slots=True)
class Http:
    """Makes requests, each over a connection of its own."""

    gate: Gate
    tls: ssl.SSLContext

    async def post(self, request: Request) -> Answer:
        """Never raises for what the other side does."""
        headers = {"User-Agent": "qingkong", "Content-Type": request.content_type}
        try:
            async with (
                httpx.AsyncClient(
                    transport=CheckedTransport(self.gate, self.tls),
                    timeout=TIMEOUT,
                    follow_redirects=False,
                    trust_env=False,
                ) as client,
                client.stream(
                    "POST", request.url, content=request.body, headers=headers | request.headers
                ) as response,
            ):
                return Answer(response.status_code, await _beginning(response))
        except ForbiddenAddressError as error:
            return Answer(why_not=str(error))
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
            return Answer(why_not=_named(error))


async def _beginning(response: httpx.Response) -> bytes:
    # As it came: what is packed small may unpack to anything.
    read = bytearray()
    async for piece in response.aiter_raw(MOST_ANSWER_BYTES):
        read += piece
        if len(read) >= MOST_ANSWER_BYTES:
            break
    return bytes(read[:MOST_ANSWER_BYTES])


def said(body: bytes) -> str:
    """The beginning of an answer, on one line."""
    text = body[: SAID_CHARACTERS * 4].decode("utf-8", "replace")
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:SAID_CHARACTERS]


def _named(error: Exception) -> str:
    # The words of some errors hold the URL, and the URL may hold a token: their names do not.
    names: dict[type[Exception], str] = {
        httpx.ConnectTimeout: "no connection in time",
        httpx.ReadTimeout: "no answer in time",
        httpx.WriteTimeout: "it takes nothing in time",
        httpx.ConnectError: "no connection: refused, not reachable, or its certificate is not trusted",
        httpx.RemoteProtocolError: "it broke the connection off or speaks no HTTP",
    }
    if isinstance(error, OSError):
        return f"the host cannot be found or reached: {error.strerror or type(error).__name__}"
    return names.get(type(error), f"no answer ({type(error).__name__})")
