"""Over which time the chart of a case goes, and which points of an outlet it shows."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from schemas.alert import AlertKind, AlertState, Severity
from schemas.limits import Bound, Law, LimitVersion
from services.api.console.charts.plan import most_telling, range_of
from services.api.models.alerts_read import AlertModel
from services.store.status_place import PlacePoint

SINCE = datetime(2026, 8, 3, 1, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LAW = Law("standard", "GB 13223-2011", "Table 1", "high", verified=True, source="read")
BOUND = Bound("<=", None, Decimal(100), "mg/m3", "concentration", "hour")


def case(kind: AlertKind = AlertKind.LIMIT_HOUR, until: datetime | None = None) -> AlertModel:
    return AlertModel.model_construct(
        id=1, kind=kind, state=AlertState.OPEN, severity=Severity.RED, since=SINCE, until=until
    )


def point(number: int, code: str) -> PlacePoint:
    return PlacePoint(number, 1, "out", code, "mg/m3")


def limit(number: int, bound: Bound | None = BOUND) -> LimitVersion:
    return LimitVersion(
        *(1, 1, number, None, None, bound, LAW, "assign", "", "bureau", None, SINCE, 1)
    )


def test_a_case_that_ended_is_seen_from_six_hours_before_to_two_behind() -> None:
    found = range_of(case(until=SINCE + HOUR), SINCE + 9 * DAY)

    assert found == (SINCE - 6 * HOUR, SINCE + 3 * HOUR)


@pytest.mark.parametrize("minutes", [0, 1, 59])
def test_a_case_that_goes_on_is_seen_up_to_the_end_of_the_hour_that_runs(minutes: int) -> None:
    now = SINCE + 5 * HOUR + timedelta(minutes=minutes)

    assert range_of(case(), now)[1] == SINCE + 6 * HOUR


@pytest.mark.parametrize("kind", [AlertKind.LIMIT_HOUR, AlertKind.LIMIT_DAY])
def test_nothing_is_shown_of_later_than_the_hour_that_runs(kind: AlertKind) -> None:
    now = SINCE + 5 * HOUR + timedelta(minutes=10)

    assert range_of(case(kind, SINCE + 5 * HOUR), now)[1] == SINCE + 6 * HOUR


def test_a_case_of_days_is_seen_by_days() -> None:
    found = range_of(case(AlertKind.LIMIT_DAY, SINCE), SINCE + 9 * DAY)

    assert found == (SINCE - 3 * DAY, SINCE + 2 * DAY)


def test_a_case_that_lasts_for_months_shows_how_it_began() -> None:
    since, until = range_of(case(), SINCE + 200 * DAY)

    assert (since, until - since) == (SINCE - 6 * HOUR, 31 * DAY)


@pytest.mark.parametrize(
    ("limits", "shown"),
    [
        ([limit(2)], ["a21026"]),
        ([], ["a19001", "a21026"]),
        ([limit(2, None)], ["a19001", "a21026"]),
    ],
    ids=["the one with a limit", "no limit: all", "a limit that was withdrawn: all"],
)
def test_what_has_a_limit_tells_most(limits: list[LimitVersion], shown: list[str]) -> None:
    points = [point(1, "a19001"), point(2, "a21026")]

    assert [one.code for one in most_telling(points, limits)] == shown
