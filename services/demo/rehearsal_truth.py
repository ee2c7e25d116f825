"""What the incidents of a scenario should raise, and what was raised: found, missed, doubled, false.

Pure. It must not know how anything was raised; what should be comes from the truth alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from schemas.alert import AlertKind, AlertState

SLACK: Final = timedelta(minutes=90)
"""An alert may begin or end so much beside its incident: hours are judged whole."""
EXCEEDANCE: Final = frozenset(
    {AlertKind.LIMIT_HOUR, AlertKind.LIMIT_DAY, AlertKind.LIMIT_MONTH, AlertKind.PREWARNING}
)
_GAPS: Final = frozenset({AlertKind.NO_DATA, AlertKind.LATE_TRANSMISSION})
_QUALITY: Final = frozenset({AlertKind.DATA_QUALITY, AlertKind.FALSIFICATION})
_TREATED: Final = EXCEEDANCE | {AlertKind.LOW_REMOVAL, AlertKind.FACILITY_OFF}
LIKELY: Final[Mapping[str, frozenset[AlertKind]]] = {
    "start_up": EXCEEDANCE | _GAPS | _QUALITY | {AlertKind.FURNACE_TEMPERATURE},
    "shutdown": EXCEEDANCE | _GAPS | _QUALITY | {AlertKind.FURNACE_TEMPERATURE},
    "banking": EXCEEDANCE | _QUALITY | {AlertKind.FURNACE_TEMPERATURE},
    "load_change": EXCEEDANCE | _QUALITY | {AlertKind.LOW_LOAD},
    "fuel_change": EXCEEDANCE | _QUALITY,
    "trip": _TREATED,
    "bypass": _TREATED | {AlertKind.BYPASS_OPEN},
    "ineffective": _TREATED | _QUALITY,
    "facility_maintenance": _TREATED,
    "off_at_night": _TREATED | _QUALITY,
    "facility_off_at_night": _TREATED | _QUALITY,
    "calibration": _GAPS | _QUALITY | EXCEEDANCE,
    "maintenance": _GAPS | _QUALITY,
    "drift": _QUALITY | EXCEEDANCE,
    "stuck": _GAPS | _QUALITY,
    "fault": _GAPS | _QUALITY,
    "over_range": EXCEEDANCE | _GAPS | _QUALITY,
    "span_check": _GAPS | _QUALITY | EXCEEDANCE,
    "offline": _GAPS | {AlertKind.DEVICE_OFFLINE},
    "power_loss": _GAPS | {AlertKind.DEVICE_OFFLINE},
    "clock_ahead": _GAPS | {AlertKind.DEVICE_CLOCK},
    "clock_behind": _GAPS | {AlertKind.DEVICE_CLOCK},
    "resends": frozenset(),
    "garbling": _GAPS,
    "replaced": _GAPS | {AlertKind.DEVICE_OFFLINE},
    "constant_values": _QUALITY,
    "clipping": _QUALITY,
    "replayed_days": _QUALITY,
    "oxygen_dilution": _QUALITY | EXCEEDANCE,
    "declared_stopped": _QUALITY | _GAPS | {AlertKind.FACILITY_OFF},
}
"""What each kind of incident may well raise; an alert that none of them explains is a false one."""


class Befell(NamedTuple):
    """An incident at a plant; `code` of the unit, facility or device it befell."""

    kind: str
    plant: str
    code: str
    since: datetime
    until: datetime


class Raised(NamedTuple):
    """An alert; `code` of its outlet, unit, facility or device; `plant` empty: the platform's."""

    alert: int
    kind: AlertKind
    plant: str
    code: str
    state: AlertState
    since: datetime
    until: datetime | None
    found_late: bool = False


class Expected(NamedTuple):
    """That must be raised once: of this kind, there and then. `code` empty: anywhere at the plant.

    `share` names what it is an instance of, for counting.
    """

    kind: AlertKind
    plant: str
    code: str
    since: datetime
    until: datetime
    share: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a rehearsal went."""

    found: Sequence[tuple[Expected, Raised]] = ()
    missed: Sequence[Expected] = ()
    doubled: Sequence[tuple[Expected, Sequence[Raised]]] = ()
    unexplained: Sequence[Raised] = ()
    kinds: Mapping[AlertKind, int] = field(default_factory=dict[AlertKind, int])

    @property
    def whole(self) -> bool:
        """Everything that must be raised was, once."""
        return not self.missed and not self.doubled


def compared(
    expected: Iterable[Expected], befell: Iterable[Befell], raised: Sequence[Raised]
) -> Verdict:
    """Hold what was raised against what should have been, and against what happened at all."""
    happened = list(befell)
    opened = [one for one in raised if one.state is not AlertState.LAPSED]
    found: list[tuple[Expected, Raised]] = []
    missed: list[Expected] = []
    doubled: list[tuple[Expected, Sequence[Raised]]] = []
    answers: set[int] = set()
    for one in expected:
        fitting = [alert for alert in opened if _fits(one, alert)]
        answers |= {alert.alert for alert in fitting}
        if not fitting:
            missed.append(one)
        else:
            found.append((one, fitting[0]))
        if _several(fitting):
            doubled.append((one, fitting))
    kinds: dict[AlertKind, int] = {}
    for alert in opened:
        kinds[alert.kind] = kinds.get(alert.kind, 0) + 1
    false = [
        alert
        for alert in opened
        if alert.alert not in answers and not any(_explains(one, alert) for one in happened)
    ]
    return Verdict(found, missed, doubled, false, kinds)


def _fits(expected: Expected, raised: Raised) -> bool:
    return (
        raised.kind is expected.kind
        and raised.plant == expected.plant
        and expected.code in {"", raised.code}
        and _overlap(expected.since, expected.until, raised)
    )


def _several(fitting: Sequence[Raised]) -> bool:
    """Two alerts of one place for one incident."""
    places = [one.code for one in fitting]
    return len(places) > len(set(places))


def _explains(befell: Befell, raised: Raised) -> bool:
    return (
        befell.plant == raised.plant
        and raised.kind in LIKELY.get(befell.kind, frozenset())
        and _overlap(befell.since, befell.until, raised)
    )


def _overlap(since: datetime, until: datetime, raised: Raised) -> bool:
    return raised.since <= until + SLACK and (raised.until is None or raised.until >= since - SLACK)
