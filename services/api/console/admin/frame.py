"""What pages of administration have around them: their tabs, and the words of their own.

It must not know what they show.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Final

from starlette.responses import HTMLResponse

from services.api.callers import may
from services.api.console.admin.words import said
from services.api.console.navigation import Entry
from services.api.console.page import Page
from services.api.permissions import Permission

NOTIFY: Final = "/console/admin/notify"
TABS: Final[Sequence[Entry]] = (
    Entry("/console/admin", "概览", "Overview", Permission.MANAGE_ACCOUNTS),
    Entry("/console/admin/registry", "登记簿", "Registry", Permission.WRITE_REGISTRY),
    Entry("/console/admin/accounts", "账户", "Accounts", Permission.MANAGE_ACCOUNTS),
    Entry("/console/admin/tokens", "令牌", "Tokens", Permission.MANAGE_ACCOUNTS),
    Entry(NOTIFY, "通知", "Notification", Permission.MANAGE_NOTIFY),
    Entry("/console/admin/rejects", "拒收报文", "Rejects", Permission.READ_FRAMES),
    Entry("/console/admin/settings", "规则参数", "Parameters", Permission.READ_LIMITS),
)


def framed(
    page: Page, template: str, values: Mapping[str, object], status: int = 200
) -> HTMLResponse:
    """The page of a template with the tabs that its caller may see. Raises jinja2.TemplateError."""
    everything = page.caller.scope.everything
    tabs = [_fit(one, everything=everything) for one in TABS if may(page.caller, one.permission)]
    path = page.request.url.path
    # The overview's address begins all others.
    inner = [one.path for one in tabs if f"{path}/".startswith(f"{one.path}/")]
    here = max(inner, key=len, default=path)
    own: dict[str, object] = {"tabs": tabs, "tab": here, "say": partial(said, lang=page.lang)}
    own["seconds"] = partial(timedelta, 0)
    return page.show(template, {**own, **values}, status)


def _fit(one: Entry, *, everything: bool) -> Entry:
    """Receivers and routes concern every plant: who sees some of them begins at their contacts."""
    return one if everything or one.path != NOTIFY else one._replace(path=f"{NOTIFY}/contacts")
