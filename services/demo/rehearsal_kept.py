"""What a rehearsal's database holds at its end: alerts, limits, and verdicts that make cases by themselves.

It must not know how alerts are made of verdicts: it joins them by a calculation of its own.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from schemas.alert import AlertKind
from schemas.judgement import Outcome, Period, Stage
from services.demo.preparing import APPLICATION
from services.demo.rehearsal_shown import Ceiling, Spot
from services.demo.rehearsal_truth import Expected, Raised
from services.rules.limit_places import Places
from services.store.alert_lists import AlertQuery, list_alerts
from services.store.alert_sources import Asked, seen_verdicts
from services.store.limits import read_limits
from services.store.registry_read import read_registry
from services.store.session import Session, session

PAGE: Final = 1_000
BEGINNING: Final = datetime(2000, 1, 1, tzinfo=UTC)
_OVER: Final = frozenset({Outcome.EXCEEDING, Outcome.AT_LEAST})
_MADE: Final = (
    (Period.HOUR, AlertKind.LIMIT_HOUR, timedelta(hours=1), "hour judged over its limit"),
    (Period.DAY, AlertKind.LIMIT_DAY, timedelta(days=1), "day judged over its limit"),
)


def read_ceilings(database_url: str) -> dict[Spot, tuple[Ceiling, ...]]:
    """The upper limits of means by the hour and by the day, without conditions."""
    with session(database_url, "registrar", APPLICATION) as connection:
        places = Places(read_registry(connection))
        found: dict[Spot, list[Ceiling]] = {}
        for one in read_limits(connection):
            bound = one.bound
            if bound is None or bound.high is None or bound.comparator != "<=":
                continue
            daily = bound.averaging == "day"
            plain = bound.quantity == "concentration" and not (bound.condition and not daily)
            if plain and bound.averaging in {"hour", "day"}:
                plant, outlet, _, code = places.name(one.point).split("/")
                converted = bound.reference_oxygen is not None
                ceiling = Ceiling(float(bound.high), converted, daily)
                found.setdefault((plant, outlet, code), []).append(ceiling)
    return {spot: tuple(some) for spot, some in found.items()}


def raised_in(connection: Session) -> Iterator[Raised]:
    """All cases of a database. Raises psycopg.Error."""
    places = Places(read_registry(connection))
    after: tuple[datetime, int] | None = None
    while True:
        page = list_alerts(connection, AlertQuery(), PAGE, after)
        for one in page.alerts:
            case = one.alert
            point = case.target.point
            yield Raised(
                *(case.alert, case.kind, one.plant or "", one.device or one.subject or ""),
                *(case.state, case.since, case.until, case.found_late),
                "" if point is None else places.name(point).rpartition("/")[2],
            )
        if page.after is None:
            return
        after = page.after


def demanded(connection: Session, end: datetime) -> Iterator[Expected]:
    """What verdicts that stand demand, of periods that begin before `end`. Raises psycopg.Error."""
    places = Places(read_registry(connection))
    for period, kind, length, share in _MADE:
        asked = [Asked(point, BEGINNING, end) for point in places.rows.points]
        for point, rows in seen_verdicts(connection, asked, period).items():
            plant, outlet, _, code = places.name(point).split("/")
            over = {
                row.start
                for row in rows
                if row.outcome in _OVER and row.stage is not Stage.PROVISIONAL
            }
            for since, until in _spells(sorted(over), length):
                yield Expected(kind, plant, frozenset({outlet}), since, until, share, code)


def _spells(starts: Iterable[datetime], length: timedelta) -> Iterator[tuple[datetime, datetime]]:
    since = until = None
    for start in starts:
        if since is not None and until is not None and start > until:
            yield since, until
            since = None
        since, until = since or start, start + length
    if since is not None and until is not None:
        yield since, until
