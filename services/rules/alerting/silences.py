"""Whether nobody is to be told of a case, and which silence 静默 or planned maintenance says so.

A silence hides nothing: the case goes on, and says what silenced it.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final, NamedTuple

from schemas.alert import AlertKind, Severity, Target
from schemas.silence import Silence

_UNNAMED: Final = frozenset(AlertKind) - {AlertKind.SUPERVISION}
"""The kinds that a silence without kinds means: what a bureau orders is no noise of a plant under repair."""


class CaseFacts(NamedTuple):
    """What a silence is compared with.

    `regions`: the code of the plant's region and of all above it (GB/T 2260: 150204, 150200, 150000).
    `subjects` and `devices`: those that the case touches beside its target's own, for instance the
    devices that serve its outlet.
    """

    kind: AlertKind
    severity: Severity
    target: Target
    regions: frozenset[str] = frozenset()
    subjects: frozenset[int] = frozenset()
    devices: frozenset[int] = frozenset()


def silenced_by(facts: CaseFacts, silences: Iterable[Silence], at: datetime) -> Silence | None:
    """The silence that holds for a case at a time; None: none does.

    Of several, planned maintenance first, then the one that ends last, then the oldest.
    """
    holding = [
        one
        for one in silences
        if not one.withdrawn and one.since <= at < one.until and _matches(facts, one)
    ]
    return min(
        holding,
        key=lambda one: (not one.maintenance, -one.until.timestamp(), one.silence),
        default=None,
    )


def kinds_of(silence: Silence) -> frozenset[AlertKind]:
    """The kinds of cases that it means."""
    return silence.kinds or _UNNAMED


def severities_of(silence: Silence) -> frozenset[Severity]:
    """The severities of cases that it means: up to the one it names."""
    most = silence.severity
    return frozenset(one for one in Severity if most is None or one.rank <= most.rank)


def _matches(facts: CaseFacts, silence: Silence) -> bool:
    """Whether everything that the silence names is the case's; one that names nothing is nobody's."""
    target = facts.target
    named = (
        (silence.region, facts.regions),
        (silence.plant, {target.plant}),
        (silence.subject, {target.subject, *facts.subjects}),
        (silence.device, {target.device, *facts.devices}),
    )
    says = bool(silence.kinds) or any(wanted is not None for wanted, _ in named)
    return (
        says
        and all(wanted is None or wanted in own for wanted, own in named)
        and facts.kind in kinds_of(silence)
        and facts.severity in severities_of(silence)
    )
