"""Spells: stretches in which something was wrong without being known to be right for long enough.

It must not know cases.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from schemas.alert import Span
from services.rules.alerting.intervals import EVER, FOREVER, Amounts, Interval, joined, without
from services.rules.alerting.kind_rules import KindRules
from services.rules.alerting.reasons import Reason


@dataclass(frozen=True, slots=True)
class Spell:
    """Wrong from `since` on; `until` is the end of its last wrong span (None: it goes on).

    `end` is the same, but never later than now. `firm_at`: when a case may open on it (None: not yet),
    and `firm_reason` why. `held`: it is as long as the hold-down; `hold_due`: when it will be, if
    it goes on. `over_at`: when it had cleared (None: not yet), and `over_reason` how; `clear_due`: when
    the clock will have cleared it.
    """

    since: datetime
    until: datetime | None
    end: datetime
    spans: tuple[Span, ...]
    firm_at: datetime | None
    firm_reason: Reason
    held: bool
    hold_due: datetime | None
    over_at: datetime | None
    over_reason: Reason
    clear_due: datetime | None

    @property
    def over(self) -> bool:
        return self.over_at is not None

    @property
    def blip(self) -> bool:
        """Over before the hold-down had passed: it opens nothing."""
        return self.over_at is not None and not self.held

    @property
    def firm(self) -> bool:
        return self.firm_at is not None


@dataclass(frozen=True, slots=True)
class _Ending:
    at: datetime | None
    reason: Reason


def spells_of(
    spans: Iterable[Span], now: datetime, rules: KindRules, *, says_right: bool
) -> list[Spell]:
    """The spells, in order.

    Two wrong spans belong together unless between them it was right for `rules.clear` in sum, or
    nothing was wrong for longer than both `rules.reopen` and `rules.clear` (then the former is over
    when the later begins: nobody knew it to be right, but it is a case of its own). Where the source
    says what is right (`says_right`), settled right spans count; else all time that is neither wrong
    nor unknown does.
    """
    known = list(spans)
    wrong = sorted(
        (one for one in known if one.holds and one.since <= now),
        key=lambda one: (one.since, one.until or FOREVER, one.source),
    )
    right = Amounts(_right(known, says_right=says_right))
    found: list[Spell] = []
    part: list[Span] = []
    end = EVER
    for span in wrong:
        ending = _between(end, span.since, right, rules) if part else None
        if ending is not None:
            found.append(_spell(part, ending, now, rules))
            part, end = [], EVER
        part.append(span)
        end = max(end, span.until or FOREVER)
    if part:
        at = None if end == FOREVER else right.reached(end, FOREVER, rules.clear)
        found.append(_spell(part, _Ending(at, Reason.CLEARED), now, rules))
    return found


def _right(spans: Sequence[Span], *, says_right: bool) -> list[Interval]:
    """Time that counts as right; a right span that is not settled is not known."""
    unknown = joined(_whole(one) for one in spans if one.holds is None or _is_loose(one))
    if not says_right:
        return without([(EVER, FOREVER)], unknown)
    return without(joined(_whole(one) for one in spans if one.holds is False), unknown)


def _is_loose(span: Span) -> bool:
    return span.holds is False and not span.settled


def _whole(span: Span) -> Interval:
    return span.since, span.until or FOREVER


def _between(end: datetime, begin: datetime, right: Amounts, rules: KindRules) -> _Ending | None:
    if begin <= end:
        return None
    at = right.reached(end, begin, rules.clear)
    if at is not None:
        return _Ending(at, Reason.CLEARED)
    if begin - end > max(rules.reopen, rules.clear):
        return _Ending(begin, Reason.SUPERSEDED)
    return None


def _spell(part: Sequence[Span], ending: _Ending, now: datetime, rules: KindRules) -> Spell:
    since = part[0].since
    last = max(one.until or FOREVER for one in part)
    end = min(last, now)
    held = end - since >= rules.hold
    over = ending.at is not None and ending.at <= now
    settled = next((one.since for one in part if one.settled), None)
    held_at = since + rules.hold
    return Spell(
        since=since,
        until=None if last == FOREVER else last,
        end=end,
        spans=tuple(part),
        firm_at=max(settled, held_at) if held and settled is not None else None,
        firm_reason=Reason.HELD if settled is not None and held_at > settled else Reason.SETTLED,
        held=held,
        hold_due=held_at if not held and last >= held_at else None,
        over_at=ending.at if over else None,
        over_reason=ending.reason if held else Reason.NOT_HELD,
        clear_due=None if over else ending.at,
    )
