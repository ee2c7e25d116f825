"""What a scenario should raise, and what was raised: found, missed, doubled, false.

Pure. It must not know how anything was raised; what should be comes from the truth alone.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final, NamedTuple

from schemas.alert import AlertKind, AlertState
from services.rules.alerting.kind_rules import kind_rules

SLACK: Final = timedelta(minutes=90)
"""An alert may begin or end so much beside its incident: hours are judged whole."""
SURELY: Final = 0.75
"""Within this part of its window to reopen a case comes again for sure, and is no other one."""
UNTOLD: Final = frozenset({AlertState.PENDING, AlertState.LAPSED})
"""Nobody was told of these: they have not opened."""
SHOWN: Final = frozenset(
    {AlertKind.LIMIT_HOUR, AlertKind.LIMIT_DAY, AlertKind.PREWARNING, AlertKind.NO_DATA}
)
"""Kinds that the numbers themselves explain, or do not."""
_GAPS: Final = frozenset({AlertKind.NO_DATA, AlertKind.LATE_TRANSMISSION})
_ODD: Final = frozenset({AlertKind.DATA_QUALITY})
_QUALITY: Final = _ODD | {AlertKind.FALSIFICATION}
"""Of an instrument that is out of order, or made to be; nothing else excuses that somebody is accused."""
_TREATED: Final = frozenset({AlertKind.LOW_REMOVAL, AlertKind.FACILITY_OFF})
_SILENT: Final = _GAPS | {AlertKind.DEVICE_OFFLINE}
_UNIT: Final = _GAPS | _ODD | {AlertKind.FURNACE_TEMPERATURE, AlertKind.LOW_LOAD}
_EFFECTIVE: Final = frozenset({AlertKind.LOW_EFFECTIVENESS})
LIKELY: Final[Mapping[str, frozenset[AlertKind]]] = {
    "start_up": _UNIT,
    "shutdown": _UNIT,
    "banking": _UNIT,
    "load_change": _ODD | {AlertKind.LOW_LOAD},
    "fuel_change": _ODD,
    "trip": _TREATED,
    "bypass": _TREATED | {AlertKind.BYPASS_OPEN},
    "ineffective": _TREATED | _ODD,
    "facility_maintenance": _TREATED,
    "off_at_night": _TREATED | _QUALITY,
    "facility_off_at_night": _TREATED | _QUALITY,
    "calibration": _GAPS | _ODD,
    "maintenance": _GAPS | _ODD | _EFFECTIVE,
    "drift": _QUALITY,
    "stuck": _GAPS | _QUALITY,
    "fault": _GAPS | _ODD | _EFFECTIVE,
    "over_range": _GAPS | _QUALITY,
    "span_check": _GAPS | _ODD,
    "offline": _SILENT | _EFFECTIVE,
    "power_loss": _SILENT | _EFFECTIVE,
    # A clock that is set back dates some records twice, one that is set ahead some off the grid.
    "clock_ahead": _SILENT | _EFFECTIVE | _ODD | {AlertKind.DEVICE_CLOCK},
    "clock_behind": _SILENT | _EFFECTIVE | _ODD | {AlertKind.DEVICE_CLOCK},
    "resends": frozenset(),
    "garbling": _GAPS | _EFFECTIVE,
    "replaced": _SILENT | _EFFECTIVE,
    "constant_values": _QUALITY,
    "clipping": _QUALITY,
    "replayed_days": _QUALITY,
    "oxygen_dilution": _QUALITY,
    "declared_stopped": _QUALITY | _GAPS | {AlertKind.FACILITY_OFF},
}
"""What each kind of incident may well raise beside what its numbers show.

An alert that nothing explains is a false one.
"""


class Befell(NamedTuple):
    """An incident at a plant, and the codes of units, facilities, outlets and loggers it bears on."""

    kind: str
    plant: str
    codes: frozenset[str]
    since: datetime
    until: datetime


class Raised(NamedTuple):
    """An alert; `code` of its outlet, unit, facility or device; `plant` empty: the platform's.

    `pollutant`: code of its point, where it has one.
    """

    alert: int
    kind: AlertKind
    plant: str
    code: str
    state: AlertState
    since: datetime
    until: datetime | None
    found_late: bool = False
    pollutant: str = ""


class Expected(NamedTuple):
    """That must be raised once: of this kind, there and then. `codes` empty: anywhere at the plant.

    `share` names what it is an instance of, for counting. `pollutant` empty: of whichever.
    """

    kind: AlertKind
    plant: str
    codes: frozenset[str]
    since: datetime
    until: datetime
    share: str
    pollutant: str = ""

    def names(self, raised: Raised) -> bool:
        """Whether it is about the same, whenever it was."""
        return (
            raised.kind is self.kind
            and raised.plant == self.plant
            and (not self.codes or raised.code in self.codes)
            and self.pollutant in {"", raised.pollutant}
        )


Shows = Callable[[Raised], bool]
"""Whether the numbers that were sent explain an alert of the kinds `SHOWN`."""


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
    expected: Sequence[Expected],
    befell: Iterable[Befell],
    raised: Sequence[Raised],
    shows: Shows = lambda _: False,
) -> Verdict:
    """Hold what was raised against what should have been, and against what happened at all."""
    opened = [one for one in raised if one.state not in UNTOLD]
    by_key = _by_key(opened)
    found: list[tuple[Expected, Raised]] = []
    missed: list[Expected] = []
    answers: set[int] = set()
    for one in expected:
        fitting = [alert for alert in by_key.get((one.kind, one.plant), ()) if _fits(one, alert)]
        answers |= {alert.alert for alert in fitting}
        if fitting:
            found.append((one, fitting[0]))
        else:
            missed.append(one)
    kinds: dict[AlertKind, int] = {}
    for alert in opened:
        kinds[alert.kind] = kinds.get(alert.kind, 0) + 1
    happened = _by_plant(befell)
    false = [
        alert
        for alert in opened
        if alert.alert not in answers
        and not (alert.kind in SHOWN and shows(alert))
        and not any(_explains(one, alert) for one in happened.get(alert.plant, ()))
    ]
    return Verdict(found, missed, list(_doubled(expected, by_key)), false, kinds)


def _doubled(
    expected: Sequence[Expected], by_key: Mapping[tuple[AlertKind, str], Sequence[Raised]]
) -> Iterator[tuple[Expected, Sequence[Raised]]]:
    """Several alerts of one place where there is one case.

    What comes again within the window to reopen is the same case: expectations so near are joined.
    """
    for one in joined(expected):
        places: dict[tuple[str, str], list[Raised]] = {}
        for alert in by_key.get((one.kind, one.plant), ()):
            if _meets(one, alert):
                places.setdefault((alert.code, alert.pollutant), []).append(alert)
        for alerts in places.values():
            if _same_case(one, alerts, expected):
                yield one, alerts


def _same_case(whole: Expected, alerts: Sequence[Raised], parts: Iterable[Expected]) -> bool:
    """Whether two of them tell of one expectation, or so near that the later one is the earlier again.

    One of several things that are looked at together may have cases far apart, while the trouble of
    the others lies between them.
    """
    near = kind_rules(whole.kind).reopen * SURELY
    own = [one for one in parts if (one.kind, one.plant, one.codes) == whole[:3]]
    for before, after in pairwise(sorted(alerts, key=lambda one: one.since)):
        if before.until is None or after.since - before.until <= near:
            return True
        if any(all(_meets(one, each) for each in (before, after)) for one in own):
            return True
    return False


def _meets(expected: Expected, raised: Raised) -> bool:
    return expected.names(raised) and _overlap(expected.since, expected.until, raised, timedelta(0))


def joined(expected: Iterable[Expected]) -> list[Expected]:
    """Those of one place that are surely one case, as one."""
    found: list[Expected] = []
    last: dict[tuple[object, ...], int] = {}
    for one in sorted(expected, key=lambda each: (each.since, each.until)):
        key = (one.kind, one.plant, one.codes, one.pollutant)
        near = kind_rules(one.kind).reopen * SURELY
        place = last.get(key)
        if place is not None and one.since - found[place].until <= near:
            before = found[place]
            found[place] = before._replace(until=max(before.until, one.until))
            continue
        last[key] = len(found)
        found.append(one)
    return found


def _by_key(raised: Iterable[Raised]) -> dict[tuple[AlertKind, str], list[Raised]]:
    found: dict[tuple[AlertKind, str], list[Raised]] = {}
    for one in raised:
        found.setdefault((one.kind, one.plant), []).append(one)
    return found


def _by_plant(befell: Iterable[Befell]) -> dict[str, list[Befell]]:
    found: dict[str, list[Befell]] = {}
    for one in befell:
        found.setdefault(one.plant, []).append(one)
    return found


def _fits(expected: Expected, raised: Raised) -> bool:
    return expected.names(raised) and _overlap(expected.since, expected.until, raised, SLACK)


def _explains(befell: Befell, raised: Raised) -> bool:
    return (
        raised.kind in LIKELY.get(befell.kind, frozenset())
        and raised.code in befell.codes
        and _overlap(befell.since, befell.until, raised, SLACK)
    )


def _overlap(since: datetime, until: datetime, raised: Raised, slack: timedelta) -> bool:
    begins = raised.since <= until + slack
    return begins and (raised.until is None or raised.until >= since - slack)
