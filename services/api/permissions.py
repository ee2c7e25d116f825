"""What each role may do, as data. It must not know where a permission is asked for."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from schemas.access import Role


class Permission(StrEnum):
    """What a route does; each route asks for exactly one."""

    SIGN_IN = "sign_in"
    """What anybody may see and do: documentation, and saying who one is."""
    OPEN_DATA = "open_data"
    """The public part, where the setting switches it on."""
    OWN_ACCOUNT = "own_account"
    """One's own session, name and password."""
    OWN_TOKENS = "own_tokens"

    READ_REGISTRY = "read_registry"
    READ_STATUS = "read_status"
    READ_HISTORY = "read_history"
    READ_LIMITS = "read_limits"
    """Limits, settings and parameters of the rules."""
    READ_MARKS = "read_marks"
    """Marks and manual results."""
    READ_ALERTS = "read_alerts"
    READ_ORDERS = "read_orders"
    """Orders, contests and their attachments."""
    READ_EVIDENCE = "read_evidence"
    """Why something was judged so; asking is written into the audit log."""
    READ_FRAMES = "read_frames"
    """Raw frames, their passwords masked; asking is written into the audit log."""
    READ_FRAME_SECRETS = "read_frame_secrets"
    READ_FEED = "read_feed"
    EXPORT = "export"
    READ_AUDIT = "read_audit"

    ACT_ON_ALERTS = "act_on_alerts"
    """Acknowledge, assign, dispose of, close."""
    SILENCE = "silence"
    ENTER_MARKS = "enter_marks"
    REVIEW_MARKS = "review_marks"
    ENTER_RESULTS = "enter_results"
    """Manual results of laboratories."""
    ISSUE_ORDERS = "issue_orders"
    """Issue, verify, return, close and withdraw orders."""
    ANSWER_ORDERS = "answer_orders"
    FILE_CONTESTS = "file_contests"
    DECIDE_CONTESTS = "decide_contests"
    WRITE_LIMITS = "write_limits"
    WRITE_SETTINGS = "write_settings"
    WRITE_REGISTRY = "write_registry"
    RETRY_REJECTS = "retry_rejects"
    """Have rejected messages fed in again, and see what became of that."""
    MANAGE_ACCOUNTS = "manage_accounts"
    MANAGE_NOTIFY = "manage_notify"
    """Who is told of cases: receivers, routes, contacts, and messages that did not arrive."""
    READ_OPERATION = "read_operation"
    """What the process measures."""


_ANYBODY: Final = frozenset({Permission.SIGN_IN, Permission.OPEN_DATA})
_READER: Final = _ANYBODY | {
    Permission.OWN_ACCOUNT,
    Permission.READ_REGISTRY,
    Permission.READ_STATUS,
    Permission.READ_HISTORY,
    Permission.READ_LIMITS,
    Permission.READ_MARKS,
    Permission.READ_ALERTS,
    Permission.READ_ORDERS,
    Permission.READ_EVIDENCE,
    Permission.READ_FRAMES,
    Permission.READ_FEED,
    Permission.EXPORT,
}

PERMISSIONS: Final[Mapping[Role, frozenset[Permission]]] = {
    Role.OPEN: _ANYBODY,
    Role.AUDITOR: _READER | {Permission.READ_AUDIT},
    Role.PLANT: _READER
    | {
        Permission.OWN_TOKENS,
        Permission.ENTER_MARKS,
        Permission.ENTER_RESULTS,
        Permission.ANSWER_ORDERS,
        Permission.FILE_CONTESTS,
    },
    Role.OPERATOR: _READER
    | {
        Permission.OWN_TOKENS,
        Permission.ACT_ON_ALERTS,
        Permission.SILENCE,
        Permission.ENTER_MARKS,
        Permission.REVIEW_MARKS,
        Permission.ENTER_RESULTS,
        Permission.ISSUE_ORDERS,
        Permission.DECIDE_CONTESTS,
        Permission.WRITE_LIMITS,
    },
    Role.ADMINISTRATOR: frozenset(Permission),
}

NO_MACHINE: Final = frozenset({
    Permission.OWN_TOKENS, Permission.MANAGE_ACCOUNTS,
})  # fmt: skip
"""What no token may do: a token that was stolen must not make others."""
