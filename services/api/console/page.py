"""A page of the console: who looks at it, in which language, and its answer.

It must not know what is shown.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar, Final, cast
from urllib.parse import parse_qsl, urlencode

from fastapi import Depends, Query, Request
from starlette.responses import HTMLResponse

from services.api.access import CallerDep
from services.api.callers import Caller, may
from services.api.console.navigation import entries_of
from services.api.console.rendering import Console
from services.api.console.shown import Lang
from services.api.context import Now, now_of, settings_of
from services.api.credentials import csrf_of
from services.api.feed import HEARTBEAT_S
from services.api.identity import is_secure, session_secret
from services.api.permissions import Permission
from services.api.problems import Kinds, Problem, preferred
from services.api.routes.feed import feed_of
from services.store.english_names import english_plants, english_regions
from services.store.session import Session

LANG_COOKIE: Final = "qk_lang"
YEAR_S: Final = 31_536_000
PREFIX: Final = "/console"


@dataclass(frozen=True)
class Page:
    """Somebody who looks at a page."""

    request: Request
    caller: Caller
    lang: Lang
    now: datetime
    head: int = 0
    """So far had the feed come before anything was read for the page: its scripts hear on from there."""
    heartbeat_s: ClassVar[int] = int(HEARTBEAT_S)

    def show(
        self, template: str, values: Mapping[str, object] | None = None, status: int = 200
    ) -> HTMLResponse:
        """The page of a template; `values` are what it names. Raises jinja2.TemplateError."""
        secret = session_secret(self.request) if self.caller.way == "session" else None
        text = console_of(self.request).text(
            template,
            self.lang,
            self.now,
            {
                "page": self,
                "caller": self.caller,
                "entries": entries_of(self.caller),
                "path": self.request.url.path,
                "csrf": "" if secret is None else csrf_of(secret),
                "demo": settings_of(self.request).demo_accounts,
                **(values or {}),
            },
        )
        answer = HTMLResponse(text, status, {"Content-Language": self.language})
        if "lang" in self.request.query_params:
            answer.set_cookie(
                *(LANG_COOKIE, self.lang, YEAR_S),
                path="/",
                secure=is_secure(self.request),
                httponly=True,
                samesite="lax",
            )
        return answer

    def english(self, session: Session, plants: Iterable[str]) -> Mapping[str, str]:
        """English names of plants by code, where the page is English and there is one.

        What is shown of a plant is `english.get(code, name)`. Raises psycopg.Error.
        """
        return english_plants(session, plants) if self.lang == "en" else {}

    def english_regions(self, session: Session, regions: Iterable[str]) -> Mapping[str, str]:
        """The same of regions. Raises psycopg.Error."""
        return english_regions(session, regions) if self.lang == "en" else {}

    @property
    def language(self) -> str:
        return "zh-CN" if self.lang == "zh" else "en"

    @property
    def other_language(self) -> str:
        """The address of the same page in the other language."""
        other = "en" if self.lang == "zh" else "zh"
        url = self.request.url.include_query_params(lang=other)
        return f"{url.path}?{url.query}"

    def may(self, permission: str) -> bool:
        """Whether the caller may; `permission` by its name. Raises ValueError."""
        return may(self.caller, Permission(permission))

    def here(self, **changed: object) -> str:
        """The address of this page with other parameters; None leaves one out, a list names several.

        Of what is not named all stays: a parameter that is given more than once, each time.
        """
        url = self.request.url
        asked = [
            (name, value)
            for name, value in parse_qsl(url.query, keep_blank_values=True)
            if name not in changed and name != "lang"
        ]
        for name, value in changed.items():
            asked += [(name, str(one)) for one in _several(value)]
        return f"{url.path}?{urlencode(asked)}" if asked else url.path


def _several(value: object) -> Sequence[object]:
    if value is None:
        return ()
    return cast("Sequence[object]", value) if isinstance(value, list | tuple) else (value,)


def lang_of(request: Request) -> Lang:
    """The language asked for, chosen before, or preferred; Chinese else."""
    for asked in (request.query_params.get("lang"), request.cookies.get(LANG_COOKIE)):
        if asked in {"zh", "en"}:
            return cast("Lang", asked)
    return cast("Lang", preferred(request.headers.get("accept-language", "")))


async def page_of(
    request: Request,
    caller: CallerDep,
    now: Now,
    _lang: Annotated[
        str | None, Query(alias="lang", max_length=10, description="zh or en 语言")
    ] = None,
) -> Page:
    """Raises Problem when a machine asks: what a token leaves out a page would show."""
    if caller.way == "token":
        raise Problem(
            Kinds.FORBIDDEN,
            "控制台供人登录使用；令牌请用 /api/v1。",
            "the console is for people who sign in: a token is for /api/v1",
        )
    return Page(request, caller, lang_of(request), now, feed_of(request).head)


PageOf = Annotated[Page, Depends(page_of)]


def console_of(request: Request) -> Console:
    return cast("Console", request.app.state.console)


def is_page(request: Request) -> bool:
    """Whether a person's browser asks for a page of the console."""
    return request.url.path.startswith(PREFIX)


def problem_page(
    request: Request, problem: Problem, request_id: str, caller: Caller
) -> HTMLResponse:
    """What went wrong, as a page: to one who is not signed in, the way in."""
    page = Page(request, caller, lang_of(request), now_of(request))
    kind = problem.kind.value
    template = "sign_in.html" if kind.status == 401 else "problem.html"  # noqa: PLR2004 - a status
    answer = page.show(
        template,
        {"problem": problem, "kind": kind, "request_id": request_id},
        kind.status,
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer
