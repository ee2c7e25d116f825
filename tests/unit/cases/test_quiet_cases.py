"""Which case a silence keeps quiet, where it is known what silences reach."""

from dataclasses import replace

import pytest

from schemas.alert import Alert, AlertKind, AlertState, Severity, Target
from schemas.silence import Silence
from services.cases.quiet_cases import Quiet
from services.store.alert_lists import AlertQuery
from services.store.silence_reach import Reach
from tests.fixtures.cases import at

CASE = Alert(
    *(7, AlertKind.LIMIT_HOUR, Target(plant=1, subject=2, point=3), AlertState.OPEN),
    *(Severity.ORANGE, at(1), None, 1, at(1)),
)
LOGGER = replace(CASE, kind=AlertKind.DEVICE_OFFLINE, target=Target(plant=1, device=9))
PLANT = Silence(1, at(8), at(12), "检修", "li", plant=1)
NOWHERE = replace(PLANT, plant=None)


@pytest.mark.parametrize(
    ("case", "reach", "quiet"),
    [
        pytest.param(CASE, Reach(PLANT), True, id="its plant"),
        pytest.param(CASE, Reach(replace(PLANT, plant=2)), False, id="another plant"),
        pytest.param(
            CASE, Reach(replace(NOWHERE, region="15"), plants=frozenset({1})), True, id="its region"
        ),
        pytest.param(
            CASE, Reach(replace(NOWHERE, region="15"), plants=frozenset({2})), False, id="elsewhere"
        ),
        pytest.param(CASE, Reach(replace(NOWHERE, subject=2)), True, id="its outlet"),
        pytest.param(
            CASE, Reach(replace(NOWHERE, device=9), served=frozenset({2})), True, id="its logger"
        ),
        pytest.param(CASE, Reach(replace(NOWHERE, device=9)), False, id="a logger of no outlet"),
        pytest.param(
            LOGGER,
            Reach(replace(NOWHERE, subject=2), serving=frozenset({9})),
            True,
            id="a logger of the outlet",
        ),
        pytest.param(replace(CASE, until=at(7)), Reach(PLANT), True, id="over, and still open"),
        pytest.param(
            replace(CASE, until=at(7), state=AlertState.RESOLVED),
            Reach(PLANT),
            False,
            id="resolved before the silence began",
        ),
        pytest.param(
            replace(CASE, until=at(9), state=AlertState.RESOLVED),
            Reach(PLANT),
            True,
            id="within it",
        ),
    ],
)
def test_a_case_is_quiet_where_a_silence_reaches_it(
    case: Alert, reach: Reach, *, quiet: bool
) -> None:
    found = Quiet(at(10), [reach]).silence_of(case)

    assert found == (reach.silence if quiet else None)


def test_two_silences_do_not_lend_each_other_their_reach() -> None:
    region = Reach(replace(NOWHERE, region="15"), plants=frozenset({1}))
    both = Reach(replace(NOWHERE, silence=2, region="11", subject=2), plants=frozenset({5}))

    assert Quiet(at(10), [both]).silence_of(CASE) is None
    assert Quiet(at(10), [region, both]).silence_of(CASE) == region.silence


def test_a_query_that_does_not_ask_is_left_as_it_is() -> None:
    query = AlertQuery()

    assert Quiet(at(10), [Reach(PLANT)]).sought(query) is query


def test_what_is_looked_for_names_kinds_and_severities_one_by_one() -> None:
    mild = replace(PLANT, severity=Severity.YELLOW, kinds=frozenset({AlertKind.NO_DATA}))

    few = Quiet(at(10), [Reach(mild)]).sought(AlertQuery(silenced=True)).silences
    every = Quiet(at(10), [Reach(PLANT)]).sought(AlertQuery(silenced=False)).silences

    assert [(one["kinds"], one["severities"]) for one in few] == [(["no_data"], ["blue", "yellow"])]
    assert [one["kinds"] for one in every] == [
        sorted({kind.value for kind in AlertKind} - {"supervision"})
    ]
