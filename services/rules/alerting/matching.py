"""Which spell belongs to which case: one case keeps what it had, and a spell never belongs to two.

A case is never torn in two: a correction that makes its middle right leaves one case of two spells,
for persons have read, answered and ordered about that one. Two cases whose gap turns out to be wrong
stay two; the spell over both belongs to one of them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from schemas.alert import Alert, AlertState
from services.rules.alerting.intervals import EVER
from services.rules.alerting.kind_rules import KindRules
from services.rules.alerting.spells import Spell

SPELL_SINCE: Final = "spell_since"
"""In a case's evidence: when the latest spell that it counts began."""
REOPENED_BY: Final = "reopened_by"
"""In a case's evidence: who opened it again; then only a person ends it."""
_OPENED: Final = frozenset({AlertState.OPEN, AlertState.ACKNOWLEDGED, AlertState.RESOLVED})


@dataclass(slots=True)
class Case:
    """A case, stored or to come (`alert` None), and the spells that are its own, in order.

    `since` and `end`: how far what it had, and was given since, reaches; `reach`: what it had.
    `goes_on`: a stored one is active, and will not lapse.
    """

    alert: Alert | None
    since: datetime
    end: datetime
    reach: datetime
    goes_on: bool = False
    spells: list[Spell] = field(default_factory=list[Spell])

    @property
    def opened(self) -> bool:
        return self.alert is not None and self.alert.state in _OPENED

    @property
    def blips(self) -> bool:
        """Nothing in it can open a case any more, and nothing did."""
        return not self.opened and bool(self.spells) and all(one.blip for one in self.spells)

    @property
    def body(self) -> list[Spell]:
        """What it is made of: its firm spells, and what an opened one goes on by, be it firm or not."""
        if not any(one.firm for one in self.spells):
            return self._had()
        return [one for one in self.spells if one.firm or self._goes_on_by(one)]

    def _goes_on_by(self, spell: Spell) -> bool:
        alert = self.alert
        if alert is None or not self.opened or spell.over:
            return False
        return spell.since <= anchor(alert) <= spell.end

    def _had(self) -> list[Spell]:
        """What is left, if only too short or unsettled, of what it was opened on."""
        alert = self.alert
        if alert is None or not self.opened:
            return []
        on = alert.until is None
        return [one for one in self.spells if on or _touches(one, alert.since, self.reach)]

    def overlap(self, spell: Spell) -> timedelta:
        """How much time of a spell it reaches over; below zero: none."""
        return min(self.end, spell.end) - max(self.since, spell.since)

    def covers(self, spell: Spell) -> bool:
        return self.since <= spell.since and spell.end <= self.end


def _touches(spell: Spell, since: datetime, until: datetime) -> bool:
    return spell.since <= until and since <= spell.end


def anchor(alert: Alert) -> datetime:
    """When the latest spell that it counts began."""
    text = alert.evidence.get(SPELL_SINCE)
    return datetime.fromisoformat(text) if isinstance(text, str) else alert.since


def ends_by_person(alert: Alert | None, rules: KindRules) -> bool:
    """Whether only a person ends it: by its kind, or because a person opened it again."""
    return rules.by_person or (alert is not None and REOPENED_BY in alert.evidence)


def matched(alerts: Iterable[Alert], spells: Sequence[Spell], rules: KindRules) -> list[Case]:
    """Every case that is not over for good, and every case to come, with its spells.

    Lapsed cases are given back no more: they only say which blips are known already.
    """
    known = sorted(alerts, key=lambda one: (one.since, one.alert))
    lapsed = [one for one in known if one.state is AlertState.LAPSED]
    stored = [_stored(one, spells) for one in known if one.state is not AlertState.LAPSED]
    cases = list(stored)
    for spell in spells:
        case = _owner(spell, cases, rules)
        if case is None and spell.blip and _is_known(spell, lapsed, cases, rules):
            continue
        if case is None:
            case = Case(None, spell.since, spell.end, spell.end)
            cases.append(case)
        _take(case, spell)
    return cases


def _stored(alert: Alert, spells: Sequence[Spell]) -> Case:
    reach = _reach(alert, spells)
    standing = any(_touches(one, alert.since, reach) and not one.blip for one in spells)
    goes_on = alert.active and (standing or alert.state is not AlertState.PENDING)
    return Case(alert, alert.since, reach, reach, goes_on)


def _reach(alert: Alert, spells: Sequence[Spell]) -> datetime:
    if alert.until is not None:
        return alert.until
    at = anchor(alert)
    return max([at, *(one.end for one in spells if one.since <= at <= one.end)])


def _take(case: Case, spell: Spell) -> None:
    case.spells.append(spell)
    if spell.firm or not case.opened:
        case.since = min(case.since, spell.since)
        case.end = max(case.end, spell.end)


def _is_known(
    spell: Spell, lapsed: Iterable[Alert], cases: Sequence[Case], rules: KindRules
) -> bool:
    """A blip that has its lapsed case already, or is near a case and not worth one of its own."""
    if any(_touches(spell, one.since, one.until or one.since) for one in lapsed):
        return True
    if _sticky(cases, rules) is not None:
        return True
    after = [spell.since - one.end for one in cases if not one.blips]
    before = [one.since - spell.end for one in cases if one.opened]
    return any(timedelta(0) <= gap <= rules.reopen for gap in (*after, *before))


def _owner(spell: Spell, cases: Sequence[Case], rules: KindRules) -> Case | None:
    sticky = _sticky(cases, rules)
    reached = [one for one in cases if one.overlap(spell) >= timedelta(0)]
    settled = any(_closed_while_on(one) for one in reached)
    if sticky is not None and sticky.opened and not spell.over and not settled:
        return sticky
    if reached:
        return max(reached, key=lambda one: _closeness(one, spell))
    if spell.blip:
        return None
    if sticky is not None and (spell.firm or spell.since >= sticky.since):
        return sticky
    return _neighbour(spell, cases, rules)


def _closed_while_on(case: Case) -> bool:
    """A person closed it while it went on: that spell stays its own."""
    alert = case.alert
    return alert is not None and alert.state is AlertState.RESOLVED and alert.until is None


def _sticky(cases: Iterable[Case], rules: KindRules) -> Case | None:
    """The case that every further spell joins: it goes on until a person ends it."""
    for one in cases:
        goes_on = not one.blips if one.alert is None else one.goes_on
        if goes_on and ends_by_person(one.alert, rules):
            return one
    return None


def _closeness(case: Case, spell: Spell) -> tuple[bool, timedelta, bool, timedelta, int]:
    """Who covers it all goes first (the narrowest), then the active one, then who has most of it."""
    covers = case.covers(spell)
    active = case.alert is not None and case.alert.active
    number = 0 if case.alert is None else case.alert.alert
    narrow = case.since - case.end if covers else timedelta(0)
    return covers, narrow, active, case.overlap(spell), number


def _neighbour(spell: Spell, cases: Sequence[Case], rules: KindRules) -> Case | None:
    """The case that ended, or else the one that began, within `rules.reopen` of the spell."""
    standing = [one for one in cases if not one.blips and _stands(one)]
    before = [one for one in standing if timedelta(0) <= spell.since - one.end <= rules.reopen]
    if before:
        return max(before, key=lambda one: (one.end, one.since))
    after = [one for one in standing if timedelta(0) <= one.since - spell.end <= rules.reopen]
    return min(after, key=lambda one: (one.since, one.end), default=None)


def _stands(case: Case) -> bool:
    """Whether anything of it is still believed to have been wrong."""
    return bool(case.spells) or (case.alert is not None and case.alert.spans > 0)


def latest(case: Case) -> datetime:
    """When the latest spell of it that may count began."""
    return max((one.since for one in case.spells if not one.blip), default=EVER)
