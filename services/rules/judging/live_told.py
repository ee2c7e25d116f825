"""What is found of a running hour, as findings with their evidence; and how they end."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from decimal import Decimal
from typing import Final, NamedTuple

from schemas.judgement import Evidence, Finding, Stage
from schemas.registry_words import BEIJING
from services.rules.exact import ZERO
from services.rules.judging.live_limits import Against
from services.rules.judging.live_parameters import LiveParameters
from services.rules.judging.live_run import Run
from services.rules.judging.live_samples import LiveSample, OutletSamples, numbered
from services.rules.judging.live_words import (
    About,
    Forecast,
    Lasting,
    clause_of,
    ended,
    over_said,
    warning_said,
)
from services.rules.judging.records import Lines
from services.rules.judging.shelf import Shelf
from services.rules.limit_history import PreparedLimits
from services.rules.plant_view import PlantView, PointView, SubjectView
from services.rules.projection import Projecting, Projection, Settled

PREWARNING: Final = "prewarning"
OVER_NOW: Final = "over_limit_now"
LIVE_RULES: Final = frozenset({PREWARNING, OVER_NOW})
Still = Callable[[SubjectView, datetime, datetime], bool]
Known = Mapping[tuple[str, int], Finding]
"""By rule and point the standing belief that began last."""


def nothing_still(_outlet: SubjectView, _since: datetime, _until: datetime) -> bool:
    """Where nobody knows of any unit whether it stands."""
    return False


@dataclass(frozen=True)
class LiveCase:
    """A plant at `now` with its records of the hour before it; whether all units of an outlet stood."""

    view: PlantView
    limits: PreparedLimits
    shelf: Shelf
    now: datetime
    minutes: Lines
    realtime: Lines
    known: Known = field(default_factory=dict[tuple[str, int], Finding])
    still: Still = nothing_still
    zone: timezone = BEIJING


@dataclass(frozen=True)
class Looked:
    """An outlet as it is looked at: its samples for the hour's mean, and for runs."""

    case: LiveCase
    outlet: SubjectView
    live: LiveParameters
    rules: Projecting
    hour: datetime
    of_hour: OutletSamples
    of_run: OutletSamples


class Expected(NamedTuple):
    """What the running hour comes to against one of the limits."""

    against: Against
    projection: Projection
    samples: Sequence[LiveSample]

    @property
    def share(self) -> Decimal:
        return self.projection.share or ZERO


def warned(looked: Looked, point: PointView, found: Expected) -> Finding:
    against, projection, samples = found
    settled = projection.settled is Settled.EXCEEDING
    about = About(looked.outlet, point, against.version, against.bound, looked.case.zone)
    so_far, projected = projection.so_far or ZERO, projection.projected or ZERO
    words = warning_said(
        about,
        Forecast(looked.hour, samples[-1].until, so_far, projected, projection.share, settled),
    )
    doubts = (*projection.doubts, *looked.of_hour.rests_on(point), *against.doubts)
    return Finding(
        rule=PREWARNING,
        subject=looked.outlet.row.id,
        point=point.point,
        since=looked.hour,
        until=None,
        stage=Stage.PROVISIONAL,
        zh=words.zh,
        en=words.en,
        clause=clause_of(against.version),
        sure=not doubts,
        doubts=tuple(dict.fromkeys(doubts)),
        evidence={
            **_limit(against),
            "period": "hour",
            "so_far": str(so_far),
            "projected": str(projected),
            "share": None if projection.share is None else str(projection.share),
            "settled": settled,
            **numbered(samples),
        },
    )


def over(
    looked: Looked, point: PointView, run: Run, by: tuple[Against, Sequence[LiveSample]]
) -> Finding:
    limit, samples = by
    end = run.until or looked.case.now
    inside = [one for one in samples if run.since <= one.since < end]
    about = About(looked.outlet, point, limit.version, limit.bound, looked.case.zone)
    greatest = max(one.value for one in inside)
    lasting = Lasting(run.since, inside[-1].until, len(inside), inside[-1].value, greatest)
    words = over_said(about, lasting)
    doubts = (
        *looked.live.unestablished(("hold_s",)),
        *looked.of_run.rests_on(point),
        *limit.doubts,
    )
    found = Finding(
        rule=OVER_NOW,
        subject=looked.outlet.row.id,
        point=point.point,
        since=run.since,
        until=None,
        stage=Stage.PROVISIONAL,
        zh=words.zh,
        en=words.en,
        clause=clause_of(limit.version),
        sure=not doubts,
        doubts=tuple(dict.fromkeys(doubts)),
        evidence={
            **_limit(limit),
            "hold_s": looked.live.hold_s,
            "greatest": str(greatest),
            **numbered(inside),
        },
    )
    return found if run.until is None else ended_with(looked, found, run.until, run.why)


def _limit(against: Against) -> Evidence:
    version, bound = against.version, against.bound
    reference = bound.reference_oxygen
    return {
        "limit": version.limit,
        "version": version.version,
        "high": str(against.high),
        "unit": bound.unit,
        "reference_oxygen": None if reference is None else str(reference),
        "converted": reference is not None,
    }


def ended_with(looked: Looked, known: Finding, until: datetime, why: str) -> Finding:
    """The finding with its end; as it is where it has one, fallen where it would have no length."""
    if known.until is not None:
        return known
    return ended(known, until if until > known.since else None, why, looked.case.zone)
