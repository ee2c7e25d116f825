"""When the platform issues an order by itself; off until a bureau switches it on. Pure.

It must not know what was issued before: whoever asks sees to it that a key is issued once.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from schemas.alert import Alert, AlertState, Severity
from schemas.order import Level
from services.rules.supervision.order_parameters import IssuingParameters

QUARTERS = 4
FOUND_OPEN = frozenset({AlertState.OPEN, AlertState.ACKNOWLEDGED})


class Issued(NamedTuple):
    """An order that is to be issued: once for each `key`, with these words."""

    key: str
    level: Level
    reason: str
    demand: str
    basis: str = ""


def for_alert(alert: Alert, now: datetime, rules: IssuingParameters) -> Issued | None:
    """The order that an alert calls for, at most one for ever; None: not by rule, or not yet.

    Nothing pending, resolved or found late calls for one: about the past a person decides. Nor does a
    case that stands for an order or contest itself.
    """
    if not rules.automatic or alert.state not in FOUND_OPEN or alert.found_late or alert.about:
        return None
    reason = _reason(alert, now, rules)
    if reason is None:
        return None
    demand = (
        f"{alert.zh} 请查明原因、采取措施并反馈。 {alert.en} Find the cause, mend it, and answer."
    ).strip()
    return Issued(f"alert/{alert.alert}", Level.ORDINARY, reason, demand, alert.clause)


def for_quarters(plant: int, rules: IssuingParameters) -> list[Issued]:
    """A listed order 挂牌督办 for each run of quarters on the list of severely exceeding firms.

    A run that goes on gives no second one.
    """
    wanted = rules.consecutive_quarters
    if not rules.automatic:
        return []
    return [
        Issued(
            f"severe/{plant}/{quarter}",
            Level.LISTED,
            "severe_quarters",
            f"连续 {wanted} 个季度（至 {quarter}）列入严重超标名单，挂牌督办，限期整改并反馈。 The plant"
            f" is on the list of severely exceeding firms for {wanted} quarters in a row, to"
            f" {quarter}: mend it and answer.",
        )
        for quarter in runs_reaching(rules.severe_quarters, wanted)
    ]


def runs_reaching(quarters: Iterable[str], wanted: int) -> list[str]:
    """The quarter in which each unbroken run of quarters (2026Q1) reaches so many."""
    numbers = sorted({_number(one) for one in quarters})
    found, length = list[int](), 0
    for before, number in pairwise([None, *numbers]):
        if number is None:
            continue
        length = length + 1 if before == number - 1 else 1
        if length == wanted:
            found.append(number)
    return [f"{number // QUARTERS}Q{number % QUARTERS + 1}" for number in found]


def _reason(alert: Alert, now: datetime, rules: IssuingParameters) -> str | None:
    if _reaches(alert.severity, rules.at_once_severity):
        return f"severity_{alert.severity.value}"
    if alert.kind in rules.issue_kinds:
        return f"kind_{alert.kind.value}"
    opened = alert.opened_at
    if opened is not None and _reaches(alert.severity, rules.lasting_severity):
        lasting = now - opened >= timedelta(seconds=float(rules.lasting_h * Decimal(3600)))
        return "unresolved_too_long" if lasting else None
    return None


def _reaches(severity: Severity, wanted: Severity | None) -> bool:
    return wanted is not None and severity.rank >= wanted.rank


def _number(quarter: str) -> int:
    year, _, part = quarter.partition("Q")
    return int(year) * QUARTERS + int(part) - 1
