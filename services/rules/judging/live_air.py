"""The running hour of an air outlet: what it will come to 预警, and what is over its limit now 实时超限.

Findings alone: nothing is a verdict before its hour has ended. It must not know where records are.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from schemas.judgement import Finding
from schemas.registry_words import BEIJING
from services.rules.exact import exceeds
from services.rules.judging.live_limits import Against, against
from services.rules.judging.live_parameters import LiveParameters
from services.rules.judging.live_run import Run, Said, follow
from services.rules.judging.live_samples import LiveSample, OutletSamples
from services.rules.judging.live_told import (
    OVER_NOW,
    PREWARNING,
    Expected,
    LiveCase,
    Looked,
    ended_with,
    over,
    warned,
)
from services.rules.judging.records import HOUR
from services.rules.judging.shelf import place_of
from services.rules.plant_view import PointView, SubjectView
from services.rules.projection import (
    Projecting,
    ProjectionParameters,
    Sample,
    project,
    running_hour,
)

_SECOND: Final = timedelta(seconds=1)
_ORIGIN: Final = datetime(2000, 1, 1, tzinfo=BEIJING)


def judge_live(case: LiveCase, outlet: SubjectView) -> list[Finding]:
    """What is to be believed of the outlet's running hour: open findings, and known ones that end.

    One finding a point and rule, whichever of its limits by the hour it is about. A known finding that
    has no ground any more comes back as fallen. Raises SettingError.
    """
    looked = _looked(case, outlet)
    found: list[Finding] = []
    for point in outlet.points():
        versions = case.limits.at(point.point, case.now)
        limits = against(versions, case.view, outlet, point.code)
        for finding in (_warning(looked, point, limits), _running(looked, point, limits)):
            found += [] if finding is None else [finding]
    return found


def hour_at(now: datetime) -> datetime:
    """The beginning of the running hour."""
    return now - (now - _ORIGIN) % HOUR


def _looked(case: LiveCase, outlet: SubjectView) -> Looked:
    place = place_of(case.view, outlet)
    hour = hour_at(case.now)
    projecting = Projecting(
        case.shelf.parameters(ProjectionParameters, place, hour),
        case.shelf.judging_rules(place, hour).comparison,
    )
    live = case.shelf.parameters(LiveParameters, place, hour)
    lines = (case.minutes, case.realtime)
    whole = OutletSamples(outlet, *lines, hour, case.now, case.shelf, place, whole=True)
    rolling = case.now.replace(microsecond=0) - HOUR
    run = OutletSamples(outlet, *lines, rolling, case.now, case.shelf, place, whole=False)
    return Looked(case, outlet, live, projecting, hour, whole, run)


def _warning(looked: Looked, point: PointView, limits: Sequence[Against]) -> Finding | None:
    """预警 of the running hour by the limit of which it takes the greatest share."""
    known = looked.case.known.get((PREWARNING, point.point))
    if known is not None and known.since != looked.hour:
        if known.until is None:
            return ended_with(looked, known, known.since + HOUR, "hour_over")
        known = None
    share = min(Decimal(1), looked.rules.projection.warning_share)
    forecasts = [
        found
        for one in limits
        # Nothing so far is over what is warned of: no mean of it is.
        if _goes_on(known) or looked.of_hour.may_reach(point, one.bound, one.high * share)
        if (found := _forecast(looked, point, one))
    ]
    if not forecasts:
        return known
    worst = max(forecasts, key=lambda one: (one.share, -one.against.version.limit))
    newest = worst.samples[-1].until
    if not worst.projection.warns:
        ends = _goes_on(known) and worst.share <= looked.live.warning_ends_share
        return ended_with(looked, known, newest, "within") if known and ends else known
    if looked.case.still(looked.outlet, looked.hour, looked.case.now):
        return ended_with(looked, known, newest, "standing_still") if known else None
    return known if _goes_on(known) else warned(looked, point, worst)


def _forecast(looked: Looked, point: PointView, by: Against) -> Expected | None:
    samples = looked.of_hour.of(point, by.bound)
    if not samples:
        return None
    records = [Sample(one.value, Decimal(one.seconds), one.at_least) for one in samples]
    projection = project(running_hour(records), by.bound, looked.rules)
    return None if projection.projected is None else Expected(by, projection, samples)


def _running(looked: Looked, point: PointView, limits: Sequence[Against]) -> Finding | None:
    """实时超限: the newest run over any limit, the earlier begun where it is over several."""
    case = looked.case
    known = case.known.get((OVER_NOW, point.point))
    if known is not None and known.until is None and not limits:
        return ended_with(looked, known, case.now, "no_limit")
    before = None if known is None else Run(known.since, known.until)
    runs: list[tuple[Run, Against, list[LiveSample]]] = []
    for one in limits:
        if not known and not looked.of_run.may_reach(point, one.bound, one.high):
            continue
        samples = looked.of_run.of(point, one.bound) or []
        said = [
            Said(each.since, each.until, exceeds(each.value, one.high, looked.rules.comparison))
            for each in samples
        ]
        run = follow(said, before, (looked.of_run.start, case.now), looked.live)
        if run is not None:
            runs.append((run, one, samples))
    if not runs:
        return known
    run, one, samples = min(
        runs, key=lambda found: (_ends(found[0]), found[0].since, found[1].version.limit)
    )
    if before is not None and run.since == before.since:
        return _followed(looked, known, run)
    if case.still(looked.outlet, run.since, run.until or case.now):
        return known
    return over(looked, point, run, (one, samples))


def _followed(looked: Looked, known: Finding | None, run: Run) -> Finding | None:
    """The known run as it is now: it goes on, ends, or never was."""
    if known is None or known.until is not None:
        return known
    now = looked.case.now
    since = max(known.since, now - looked.live.clear_s * _SECOND)
    if run.until is None and since < now and looked.case.still(looked.outlet, since, now):
        return ended_with(looked, known, now, "standing_still")
    return known if run.until is None else ended_with(looked, known, run.until, run.why)


def _ends(run: Run) -> tuple[bool, float]:
    """The one that goes on comes first, then the one that ended last."""
    return run.until is not None, 0.0 if run.until is None else -run.until.timestamp()


def _goes_on(known: Finding | None) -> bool:
    return known is not None and known.until is None
