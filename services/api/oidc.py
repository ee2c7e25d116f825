"""OpenID Connect: who somebody is, as the bureau's identity provider says it. Code flow with PKCE.

It must not know who that is here. Every request goes to checked addresses; tokens are verified by joserfc.
"""

import base64
import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple, cast
from urllib.parse import urlencode, urlsplit

import httpx
import orjson
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from services.store.login_begun import BegunLogin

# Signed by the provider's key: never by a secret that we share, never by none.
ALGORITHMS: Final = (
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "EdDSA",
)
LEEWAY_S: Final = 60
MOST_BYTES: Final = 1 << 20
TIMEOUT: Final = httpx.Timeout(10.0, connect=5.0)
LOOPBACK: Final = frozenset({"127.0.0.1"})


class OidcError(Exception):
    """The provider does not answer as it should; the words hold no token."""


@dataclass(frozen=True, slots=True)
class Provider:
    """Who the identity provider is, and who we are to it; `back` is where browsers come back to."""

    issuer: str
    client_id: str
    client_secret: str | None
    back: str


class Endpoints(NamedTuple):
    """What the provider says of itself."""

    authorize: str
    token: str
    keys: str


class Beginning(NamedTuple):
    """Where the browser is sent; `state` is what it holds meanwhile."""

    url: str
    state: str
    begun: BegunLogin


def beginning(provider: Provider, endpoints: Endpoints) -> Beginning:
    """A sign-in that begins."""
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=")
    query = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": provider.back,
        "scope": "openid",
        "state": state,
        "nonce": nonce,
        "code_challenge": challenge.decode(),
        "code_challenge_method": "S256",
    }
    mark = "&" if urlsplit(endpoints.authorize).query else "?"
    url = f"{endpoints.authorize}{mark}{urlencode(query)}"
    return Beginning(url, state, BegunLogin(nonce, verifier))


async def endpoints_of(http: httpx.AsyncClient, provider: Provider) -> Endpoints:
    """Ask the provider. Raises OidcError."""
    url = f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration"
    told = await _asked(http, httpx.Request("GET", url))
    if told.get("issuer") != provider.issuer:
        raise OidcError("it names another issuer than QINGKONG_OIDC_ISSUER")
    places = [told.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
    if not all(isinstance(each, str) and _safe(each) for each in places):
        raise OidcError("it names no endpoints by https")
    return Endpoints(*cast("list[str]", places))


async def subject_of(
    http: httpx.AsyncClient, provider: Provider, came: tuple[str, BegunLogin], now: datetime
) -> str:
    """Who it is that came back with a code: the token's `sub`. Raises OidcError."""
    code, begun = came
    endpoints = await endpoints_of(http, provider)
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": provider.back,
        "client_id": provider.client_id,
        "code_verifier": begun.verifier,
    }
    if provider.client_secret is not None:
        form["client_secret"] = provider.client_secret
    told = await _asked(http, httpx.Request("POST", endpoints.token, data=form))
    keys = await _asked(http, httpx.Request("GET", endpoints.keys))
    token = told.get("id_token")
    if not isinstance(token, str):
        raise OidcError("it gives no id_token")
    return verified(token, keys, (provider, begun.nonce), now)


def verified(
    token: str, keys: Mapping[str, object], meant: tuple[Provider, str], now: datetime
) -> str:
    """The `sub` of an ID token that is for us, of now, and of this very sign-in. Raises OidcError."""
    provider, nonce = meant
    claims_of = jwt.JWTClaimsRegistry(
        now=int(now.timestamp()),
        leeway=LEEWAY_S,
        iss={"essential": True, "value": provider.issuer},
        aud={"essential": True, "value": provider.client_id},
        exp={"essential": True},
        iat={"essential": True},
        sub={"essential": True},
        nonce={"essential": True, "value": nonce},
    )
    try:
        keyring = KeySet.import_key_set({"keys": cast("list[dict[str, object]]", keys["keys"])})  # pyright: ignore[reportArgumentType] - as the provider sent them
        decoded = jwt.decode(token, keyring, algorithms=list(ALGORITHMS))
        claims_of.validate(decoded.claims)
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise OidcError(f"its token does not hold ({type(error).__name__})") from None
    party = decoded.claims.get("azp", provider.client_id)
    audience = cast("str | Sequence[str]", decoded.claims["aud"])
    alone = isinstance(audience, str) or len(audience) == 1 or "azp" in decoded.claims
    if party != provider.client_id or not alone:
        raise OidcError("its token is for somebody else")
    return str(decoded.claims["sub"])


async def _asked(http: httpx.AsyncClient, request: httpx.Request) -> Mapping[str, object]:
    try:
        answer = await http.send(request, follow_redirects=False, stream=True)
        try:
            if not answer.is_success:
                raise OidcError(f"{request.url.path} answers with HTTP {answer.status_code}")
            told: object = orjson.loads(await _read(answer))
        finally:
            await answer.aclose()
    except (httpx.HTTPError, OSError, ValueError) as error:
        raise OidcError(f"{request.url.path} gives no answer ({type(error).__name__})") from None
    if not isinstance(told, dict):
        raise OidcError(f"{request.url.path} answers with no object")
    return cast("Mapping[str, object]", told)


async def _read(answer: httpx.Response) -> bytes:
    """The body as it comes: what is packed is not unpacked, and no more is read than may be."""
    read = bytearray()
    async for piece in answer.aiter_raw():
        read += piece
        if len(read) > MOST_BYTES:
            raise OidcError(f"{answer.request.url.path} answers with more than {MOST_BYTES} bytes")
    return bytes(read)


def _safe(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
