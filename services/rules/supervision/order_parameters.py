"""What may be set of supervision: deadlines, reminders, escalation, attachments, orders by rule.

No rule that could be read gives a general time limit for supervision orders: all figures are ours.
"""

from decimal import Decimal
from typing import Annotated

from pydantic import Field, StringConstraints

from schemas.alert import AlertKind, Severity
from schemas.parameter import Parameters, Source, parameter

NO_LIMIT = Source(
    "no general time limit was found in any rule that was read: not confirmed", "ours"
)
OURS = Source("no rule says it", "ours")
CASE = Source("no scale of severity for supervision orders was found: our own proposal", "ours")
PLAN = Source(
    "an Inner Mongolian plan: public notice or 挂牌督办 where facilities do not run as required; it"
    " names no threshold",
    "ours",
)
TWO_QUARTERS = Source(
    "two consecutive quarters on the list of severely exceeding firms lead to 挂牌督办", "high"
)
Term = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{0,3}[hd]$")]
"""`24h`: hours of the clock. `5d`: to the end of the fifth day (Beijing) after the day it begins."""
MONTH_H = 744


class OrderParameters(Parameters):
    """Deadlines of a supervision order. Every day counts: no calendar of holidays is known here."""

    accept_term: Term = parameter("24h", "", NO_LIMIT, en="time to accept an order", zh="签收时限")
    answer_term: Term = parameter(
        "5d", "", NO_LIMIT, en="time to answer an order, from its issue", zh="反馈时限（自下发起）"
    )
    again_term: Term = parameter(
        "2d",
        "",
        NO_LIMIT,
        en="time to answer again after it was sent back",
        zh="退回后再次反馈时限",
    )
    verify_term: Term = parameter(
        "5d",
        "",
        NO_LIMIT,
        en="time to verify an answer, from the answer",
        zh="核实时限（自反馈起）",
    )
    total_term: Term = parameter(
        "30d", "", NO_LIMIT, en="time to close an order, from its issue", zh="办结时限（自下发起）"
    )
    listed_answer_term: Term | None = parameter(
        None, "", NO_LIMIT,
        en="the same for a listed order 挂牌督办; none: as for an ordinary one", zh="挂牌督办反馈时限",
    )  # fmt: skip
    listed_total_term: Term | None = parameter(
        None, "", NO_LIMIT,
        en="the same for a listed order 挂牌督办; none: as for an ordinary one", zh="挂牌督办办结时限",
    )  # fmt: skip
    ordinary_severity: Severity = parameter(
        Severity.YELLOW, "", CASE,
        en="severity of the case of an order that is about no other case", zh="一般督办事项级别",
    )  # fmt: skip
    listed_severity: Severity = parameter(
        Severity.ORANGE, "", CASE,
        en="the same of a listed order 挂牌督办", zh="挂牌督办事项级别",
    )  # fmt: skip


class ContestParameters(Parameters):
    """The deadline of a contest, and the severity of its case where it is about no other one."""

    contest_term: Term = parameter(
        "15d", "", NO_LIMIT, en="time to answer a contest, from its filing", zh="申诉答复时限"
    )
    contest_severity: Severity = parameter(
        Severity.YELLOW, "", CASE,
        en="severity of the case of a contest that is about no other case", zh="申诉事项级别",
    )  # fmt: skip


class ReminderParameters(Parameters):
    """When who has to do something is reminded, and when the level above is told."""

    remind_before_h: tuple[Annotated[int, Field(ge=1, le=MONTH_H)], ...] = parameter(
        (24,), "h", OURS, en="so long before a deadline, at most 744 h", zh="到期前提醒"
    )
    remind_every_h: int = parameter(
        24,
        "h",
        OURS,
        ge=1,
        le=MONTH_H,
        en="after a deadline again each such time",
        zh="超期后提醒间隔",
    )
    remind_most: int = parameter(
        7, "", OURS, ge=0, le=100, en="so many reminders after a deadline", zh="超期后提醒次数上限"
    )
    escalate_after_h: int = parameter(
        24, "h", OURS, ge=0, le=8760,
        en="so long after a deadline the region above holds the order, then the one above that;"
        " 0: never",
        zh="超期后升级至上级的时间",
    )  # fmt: skip


class AttachmentParameters(Parameters):
    """What files are taken."""

    attachment_bytes: int = parameter(
        20_000_000, "B", OURS, ge=1, le=200_000_000, en="the largest file", zh="单个附件大小上限"
    )
    attachment_count: int = parameter(
        10, "", OURS, ge=0, le=100, en="so many files with one action", zh="每次附件数上限"
    )
    attachment_types: tuple[str, ...] = parameter(
        ("pdf", "png", "jpg", "jpeg", "csv", "txt", "xlsx", "xls", "docx", "doc", "ofd", "mp4"),
        "", OURS, en="endings of names that are taken", zh="允许的附件类型",
    )  # fmt: skip


class IssuingParameters(Parameters):
    """Orders that the platform issues by itself; off until a bureau switches it on."""

    automatic: bool = parameter(
        False, "", OURS, en="whether orders are issued by rule", zh="是否自动下发督办"  # noqa: FBT003 - the default of a field
    )  # fmt: skip
    at_once_severity: Severity | None = parameter(
        Severity.RED, "", OURS,
        en="an open alert at least so severe gets an order at once; none: never",
        zh="达到该级别的告警立即督办",
    )  # fmt: skip
    lasting_severity: Severity | None = parameter(
        Severity.ORANGE, "", OURS,
        en="an alert at least so severe that nobody resolved in time gets an order; none: never",
        zh="达到该级别且逾时未处置的告警督办",
    )  # fmt: skip
    lasting_h: Decimal = parameter(
        Decimal(24), "h", OURS, gt=0, le=8760, en="so long it may stay unresolved", zh="未处置时长"
    )
    issue_kinds: frozenset[AlertKind] = parameter(
        frozenset({AlertKind.FACILITY_OFF, AlertKind.BYPASS_OPEN}), "", PLAN,
        en="kinds of alert that get an order at once whatever their severity",
        zh="立即督办的告警种类",
    )  # fmt: skip
    severe_quarters: tuple[
        Annotated[str, StringConstraints(pattern=r"^20[0-9]{2}Q[1-4]$")], ...
    ] = parameter(
        (), "", Source("the ministry's quarterly lists; set for the plant that they name", "ours"),
        en="quarters in which the plant is on the list of severely exceeding firms, e.g. 2026Q1",
        zh="列入严重超标名单的季度",
    )  # fmt: skip
    consecutive_quarters: int = parameter(
        2, "", TWO_QUARTERS, ge=1, le=20,
        en="so many quarters on the list in a row lead to a listed order", zh="连续列入名单的季度数",
    )  # fmt: skip
