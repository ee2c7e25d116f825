"""What the console's navigation offers, as data: each entry with the permission that its page asks.

It must not know what the pages show.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from schemas.access import Role
from services.api.callers import Caller, may
from services.api.permissions import Permission


class Entry(NamedTuple):
    """A page of the navigation; `roles` empty: whoever may."""

    path: str
    zh: str
    en: str
    permission: Permission
    roles: frozenset[Role] = frozenset()


_WATCHES: Final = frozenset({Role.OPERATOR, Role.ADMINISTRATOR})
_LOOKS_BACK: Final = frozenset({Role.AUDITOR, Role.OPERATOR, Role.ADMINISTRATOR})
ENTRIES: Final[Sequence[Entry]] = (
    Entry("/console/alerts", "告警", "Alerts", Permission.READ_ALERTS),
    Entry("/console/plants", "企业", "Plants", Permission.READ_STATUS),
    Entry("/console/regions", "区域", "Regions", Permission.READ_STATUS, _LOOKS_BACK),
    Entry("/console/orders", "督办", "Orders", Permission.READ_ORDERS),
    Entry("/console/fleet", "设备", "Devices", Permission.READ_STATUS, _LOOKS_BACK),
    Entry("/console/handover", "交接班", "Hand-over", Permission.READ_ALERTS, _WATCHES),
    Entry("/console/history", "历史", "History", Permission.READ_HISTORY),
    Entry("/console/exports", "导出", "Exports", Permission.EXPORT),
    Entry("/console/chain", "存证", "Proof", Permission.READ_HISTORY, _LOOKS_BACK),
    Entry("/console/audit", "审计", "Audit log", Permission.READ_AUDIT),
    Entry("/console/limits", "限值", "Limits", Permission.READ_LIMITS),
    Entry("/console/admin", "管理", "Administration", Permission.MANAGE_ACCOUNTS),
)
HOMES: Final = {
    Role.OPERATOR: "/console/alerts",
    Role.ADMINISTRATOR: "/console/alerts",
    Role.PLANT: "/console/plants",
    Role.AUDITOR: "/console/history",
}


def entries_of(caller: Caller) -> list[Entry]:
    """What is offered to a caller."""
    return [
        one
        for one in ENTRIES
        if may(caller, one.permission) and (not one.roles or caller.role in one.roles)
    ]
