"""What the steps of all cases of a key are decided by, and how a case shows the spans it is made of."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from schemas.alert import Alert, AlertKind, Severity, Span, Target
from services.rules.alerting.intervals import FOREVER
from services.rules.alerting.kind_rules import KindRules
from services.rules.alerting.matching import REOPENED_BY, SPELL_SINCE
from services.rules.alerting.severity import Mark, marks_of
from services.rules.alerting.spells import Spell


@dataclass(frozen=True, slots=True)
class Scene:
    """A key, its rules, the clock; `often`: severity by number; `excused`: spans that a mark excuses."""

    target: Target
    kind: AlertKind
    rules: KindRules
    now: datetime
    often: Mapping[datetime, Severity]
    excused: Sequence[Span]

    def marks(self, spells: Iterable[Spell]) -> list[Mark]:
        """What makes the spells worse, in order."""
        return [mark for one in spells for mark in marks_of(one, self.often, self.now, self.rules)]

    def late(self, known: datetime) -> bool:
        """Whether what ended then is found late now."""
        return self.now - known > self.rules.late

    def excusing(self, alert: Alert) -> Span | None:
        """The last span that excuses what the case was about; None: nothing does."""
        until = alert.until or FOREVER
        found = [
            one
            for one in self.excused
            if one.since < until and (one.until or FOREVER) > alert.since
        ]
        return max(found, key=lambda one: (one.until or FOREVER, one.since), default=None)


def shown(alert: Alert, spells: Sequence[Spell]) -> Alert:
    """The case with the numbers, sentences and evidence of these spells: its worst span's, or the last's.

    It is sure as soon as one of its spans is.
    """
    spans = [span for spell in spells for span in spell.spans]
    settled = [span for span in spans if span.settled] or spans
    multiples = [span.multiple for span in settled if span.multiple is not None]
    worst = max(multiples, default=None)
    chosen = settled[-1] if worst is None else next(s for s in settled if s.multiple == worst)
    kept = {name: alert.evidence[name] for name in (REOPENED_BY,) if name in alert.evidence}
    return replace(
        alert,
        spells=len(spells),
        spans=len(spans),
        worst=worst,
        sure=any(span.sure for span in settled),
        zh=chosen.zh,
        en=chosen.en,
        clause=chosen.clause,
        evidence={
            **chosen.evidence,
            **kept,
            "source": chosen.source,
            SPELL_SINCE: spells[-1].since.isoformat(),
        },
    )
