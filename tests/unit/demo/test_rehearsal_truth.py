"""What was raised against what should have been: found, missed, doubled, explained, false."""

from datetime import UTC, datetime, timedelta

import pytest

from schemas.alert import AlertKind, AlertState
from services.demo.rehearsal_truth import Befell, Expected, Raised, compared, joined

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)
OFF = AlertKind.FACILITY_OFF
OVER = AlertKind.LIMIT_HOUR


def wanted(
    since: float, until: float, kind: AlertKind = OFF, *, codes: str = "F1", pollutant: str = ""
) -> Expected:
    places = frozenset(codes.split())
    return Expected(
        kind, "P1", places, START + since * HOUR, START + until * HOUR, "some", pollutant
    )


def raised(  # noqa: PLR0913 - a row has many fields
    since: float,
    until: float | None,
    kind: AlertKind = OFF,
    *,
    code: str = "F1",
    state: AlertState = AlertState.RESOLVED,
    number: int = 1,
    pollutant: str = "",
) -> Raised:
    end = None if until is None else START + until * HOUR
    return Raised(number, kind, "P1", code, state, START + since * HOUR, end, pollutant=pollutant)


def test_an_alert_of_the_kind_and_place_answers_what_was_expected() -> None:
    verdict = compared([wanted(1, 3)], [], [raised(1.2, 3.1)])

    assert verdict.whole
    assert [(one.since, alert.alert) for one, alert in verdict.found] == [(START + HOUR, 1)]
    assert verdict.unexplained == []


@pytest.mark.parametrize(
    "alert",
    [
        pytest.param(raised(1, 3, OVER), id="another kind"),
        pytest.param(raised(1, 3, code="F2"), id="another place"),
        pytest.param(raised(5, 6), id="another time"),
        pytest.param(raised(1, 3, state=AlertState.LAPSED), id="never opened"),
        pytest.param(raised(1, 3, state=AlertState.PENDING), id="not opened yet"),
    ],
)
def test_what_does_not_fit_leaves_it_missed(alert: Raised) -> None:
    verdict = compared([wanted(1, 3)], [], [alert])

    assert verdict.missed == [wanted(1, 3)]
    assert not verdict.whole


def test_two_alerts_of_one_place_over_one_incident_are_doubled() -> None:
    pair = [raised(1, 1.5), raised(2, 3, number=2)]

    verdict = compared([wanted(1, 3)], [], pair)

    assert verdict.doubled == [(wanted(1, 3), pair)]


def test_two_alerts_of_an_incident_that_comes_again_soon_are_doubled() -> None:
    """Facilities come again within a day (24 h): 2 h and 10 h lie within three quarters of it."""
    pair = [raised(1, 2), raised(10, 11, number=2)]

    verdict = compared([wanted(1, 2), wanted(10, 11)], [], pair)

    assert len(verdict.doubled) == 1


def test_what_comes_again_after_the_window_is_a_case_of_its_own() -> None:
    pair = [raised(1, 2), raised(30, 31, number=2)]

    verdict = compared([wanted(1, 2), wanted(30, 31)], [], pair)

    assert verdict.whole


def test_two_of_a_group_may_each_have_cases_far_apart_though_its_trouble_is_near() -> None:
    """F1 at 1 and 27 h; F2 between them, so that the group's trouble is never a day apart."""
    both = frozenset({"F1", "F2"})
    told = [wanted(at, at + 1)._replace(codes=both) for at in (1, 14, 27)]
    alerts = [raised(1, 2), raised(14, 15, code="F2", number=2), raised(27, 28, number=3)]

    assert compared(told, [], alerts).doubled == []


def test_two_alerts_far_apart_of_one_long_incident_are_doubled() -> None:
    pair = [raised(1, 2), raised(30, 31, number=2)]

    assert len(compared([wanted(1, 31)], [], pair).doubled) == 1


def test_one_alert_may_answer_several_that_come_again() -> None:
    verdict = compared([wanted(1, 2), wanted(10, 11)], [], [raised(1, 11)])

    assert verdict.whole
    assert len(verdict.found) == 2


def test_alerts_of_two_pollutants_double_nothing() -> None:
    expected = [wanted(1, 2, OVER, pollutant=code) for code in ("a21026", "a21002")]
    both = [
        raised(1, 2, OVER, number=number, pollutant=one.pollutant)
        for number, one in enumerate(expected)
    ]

    assert compared(expected, [], both).whole


@pytest.mark.parametrize(
    ("befell", "explained"),
    [
        pytest.param(("trip", "F1", 1, 2), True, id="what befell it"),
        pytest.param(("trip", "F2", 1, 2), False, id="what befell another thing"),
        pytest.param(("trip", "F1", 8, 9), False, id="later"),
        pytest.param(("resends", "F1", 1, 2), False, id="what raises nothing"),
    ],
)
def test_an_alert_that_nothing_explains_is_false(
    befell: tuple[str, str, float, float], *, explained: bool
) -> None:
    kind, code, since, until = befell
    happened = Befell(kind, "P1", frozenset({code}), START + since * HOUR, START + until * HOUR)

    verdict = compared([], [happened], [raised(1, 2)])

    assert (not verdict.unexplained) is explained


@pytest.mark.parametrize("shown", [True, False])
def test_numbers_alone_explain_exceedances(shown: bool) -> None:  # noqa: FBT001 - a parameter
    trip = Befell("trip", "P1", frozenset({"DA001"}), START, START + 9 * HOUR)

    verdict = compared([], [trip], [raised(1, 2, OVER, code="DA001")], lambda _: shown)

    assert bool(verdict.unexplained) is not shown


def test_joined_expectations_span_from_the_first_to_the_last() -> None:
    """1-3 h and 2-5 h overlap, 20 h is 15 h later (of 18), 60 h is another case."""
    some = [wanted(20, 21), wanted(1, 3), wanted(2, 5), wanted(60, 61)]

    found = [(one.since, one.until) for one in joined(some)]

    assert found == [(START + HOUR, START + 21 * HOUR), (START + 60 * HOUR, START + 61 * HOUR)]
