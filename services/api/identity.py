"""Who asks, by what he shows: a bearer token, a session cookie, or nothing.

It must not know what he may do.
"""

from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

from schemas.access import SignedIn
from services.api.callers import ANYBODY, Caller, Way, permissions_of
from services.api.context import Context, settings_of
from services.api.credentials import LONGEST, PREFIX, csrf_of, digest_of, same
from services.api.problems import Kinds, Problem
from services.store.sign_ins import find_session
from services.store.tokens import find_token

COOKIE: Final = "qk_session"
# A browser takes this name from https alone, for this very host.
SECURE_COOKIE: Final = "__Host-qk_session"
CSRF_HEADER: Final = "X-CSRF-Token"
SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
CHALLENGE: Final = {"WWW-Authenticate": 'Bearer realm="qingkong"'}


def identified(connection: HTTPConnection, context: Context) -> Caller:
    """Raises Problem when a token does not hold; a cookie that does not is as none."""
    header = connection.headers.get("authorization")
    if header is not None:
        return _by_token(header, context)
    secret = session_secret(connection)
    if secret is None:
        return ANYBODY
    idle = timedelta(seconds=context.settings.session_idle_s)
    with context.database.session() as session:
        found = find_session(session, digest_of(secret), context.clock(), idle)
    return ANYBODY if found is None else _caller(found, "session")


def session_secret(connection: HTTPConnection) -> str | None:
    """What the browser holds, if anything that could be one."""
    secret = connection.cookies.get(cookie_name(connection))
    return secret if secret and len(secret) <= LONGEST and secret.isascii() else None


def cookie_name(connection: HTTPConnection) -> str:
    """The cookie's name here."""
    return SECURE_COOKIE if is_secure(connection) else COOKIE


def is_secure(connection: HTTPConnection) -> bool:
    """Whether the browser came by https."""
    return connection.url.scheme == "https"


def address_of(connection: HTTPConnection) -> str:
    """Where the request comes from; behind a trusted proxy what the proxy says."""
    return connection.client.host if connection.client else ""


def refuse_forgery(connection: HTTPConnection) -> None:
    """Of a session, what changes anything shows that it comes from our own page. Raises Problem."""
    if connection.scope["method"] in SAFE:
        return
    secret, shown = session_secret(connection), connection.headers.get(CSRF_HEADER)
    if secret is None or shown is None or not same(csrf_of(secret), shown):
        raise Problem(
            Kinds.CSRF,
            f"请在请求头 {CSRF_HEADER} 中给出登录时得到的 csrf 值。",
            f"send the header {CSRF_HEADER} with the `csrf` that signing in, or /me, gave",
        )
    refuse_other_sites(connection)


def refuse_other_sites(connection: HTTPConnection) -> None:
    """Raises Problem when a browser says that another site's page asks."""
    site = connection.headers.get("sec-fetch-site")
    # Over plain http browsers say no more than the origin.
    if site in {"cross-site", "same-site"} or (site is None and not _own_origin(connection)):
        raise Problem(
            Kinds.CSRF,
            "该请求来自其他网站的页面，已拒绝。",
            "another site's page asked for this: it is refused",
        )


def _own_origin(connection: HTTPConnection) -> bool:
    """Whether the page that asks is of this very host, or of the address that people use."""
    origin = connection.headers.get("origin")
    if origin is None:
        return True
    home = settings_of(connection).public_url or ""
    places = {connection.headers.get("host", "").lower(), urlsplit(home).netloc.lower()} - {""}
    return urlsplit(origin.lower()).netloc in places


def _by_token(header: str, context: Context) -> Caller:
    scheme, _, token = header.partition(" ")
    token = token.strip()
    fits = token.startswith(PREFIX) and len(token) <= LONGEST and token.isascii()
    if scheme.lower() == "bearer" and fits:
        with context.database.session() as session:
            found = find_token(session, digest_of(token), context.clock())
        if found is not None:
            return _caller(found, "token")
    raise Problem(
        Kinds.UNAUTHENTICATED,
        "令牌无效、已过期或已撤销：请用 `qingkong tokens add` 另建。",
        "the token is wrong, over or revoked: make another with `qingkong tokens add`",
        headers=CHALLENGE,
    )


def _caller(found: SignedIn, way: Way) -> Caller:
    account = found.account
    scope = found.scope if way == "token" else account.scope
    return Caller(
        *(account.id, account.name, account.role, scope, way),
        permissions_of(account.role, way, found.permissions),
        found.key,
    )
