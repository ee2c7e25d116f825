"""Records on a grid: what has its place, what has none, and what was said of the time."""

from datetime import timedelta

import numpy as np
import pytest

from schemas.record import Record
from services.rules.quality.case import Stated, role_of
from services.rules.quality.series import equal_runs, plain_series, runs_of, scatter, series_of
from tests.fixtures.quality_cases import NAN, SINCE, case, floats, hours, watched

HOUR = timedelta(hours=1)


def test_records_lie_at_their_hours_and_what_is_missing_is_no_number() -> None:
    records = [
        Record(SINCE, 3600, 5.0, converted=7.0),
        Record(SINCE + 2 * HOUR, 3600, None, flag="D"),
        Record(SINCE + 3 * HOUR, 3600, 6.0, flag=None, sampled_at=SINCE),
    ]

    series = series_of(records, SINCE, SINCE + 4 * HOUR, 3600)

    assert series.values.tolist()[:1] == [5.0]
    assert np.isnan(series.values[1:3]).all()
    assert series.flags.tolist() == ["N", "", "D", "N"]
    assert series.converted[0] == 7.0
    assert series.sampled.tolist() == [0, 0, 0, int(SINCE.timestamp())]
    assert series.until == SINCE + 4 * HOUR
    assert series.odd == ()


def test_records_of_a_wrong_time_are_told() -> None:
    records = [
        Record(SINCE - HOUR, 3600, 1.0),
        Record(SINCE, 3600, 5.0),
        Record(SINCE, 3600, 6.0),
        Record(SINCE + HOUR + timedelta(minutes=7), 3600, 7.0),
        Record(SINCE + 9 * HOUR, 3600, 8.0),
    ]

    series = series_of(records, SINCE, SINCE + 3 * HOUR, 3600)

    assert [odd.why for odd in series.odd] == ["double", "off_grid", "future"]
    assert series.values[0] == 5.0


def test_runs_are_found_at_both_ends_and_nan_equals_nothing() -> None:
    assert runs_of(np.array([True, True, False, True])) == [(0, 2), (3, 4)]
    assert runs_of(np.array([], dtype=np.bool_)) == []
    assert equal_runs(floats([1, 1, 2, NAN, NAN, 3, 3, 3])) == [(0, 2), (5, 8)]


def test_the_scatter_is_1_4826_times_the_median_distance() -> None:
    """Median of 1, 2, 4, 7, 30 is 4; distances 3, 2, 0, 3, 26; their median 3; 3 x 1.4826."""
    assert scatter(floats([1, 2, 4, 7, 30])) == pytest.approx(4.4478)
    assert np.isnan(scatter(floats([NAN])))


@pytest.mark.parametrize(
    ("code", "role"),
    [
        pytest.param("a19001", "oxygen", id="oxygen"),
        pytest.param("a21026", "pollutant", id="sulphur dioxide"),
        pytest.param("a34013", "pollutant", id="dust"),
        pytest.param("w01018", "pollutant", id="chemical oxygen demand"),
        pytest.param("w01001", "ph", id="pH"),
        pytest.param("i33401", "load", id="load of a unit"),
        pytest.param("a01013", "other", id="pressure"),
    ],
)
def test_a_code_has_its_role(code: str, role: str) -> None:
    assert role_of(code) == role


def test_a_mark_covers_the_hours_it_touches_and_an_open_one_the_rest() -> None:
    nox = watched("a21002", [1.0] * 6)
    stop = Stated("stop", SINCE + timedelta(minutes=90), SINCE + 3 * HOUR)
    fault = Stated("fault", SINCE + 5 * HOUR, None, point=99)
    open_one = Stated("maintenance", SINCE + 5 * HOUR, None)

    whole = case(nox, stated=(stop, fault))

    assert whole.marked(nox.hours, nox.point).tolist() == [False, True, True, False, False, False]
    assert case(nox, stated=(open_one,)).marked(nox.hours, nox.point).tolist() == [False] * 5 + [
        True
    ]
    assert not case(nox, stated=(open_one,)).marked(nox.hours, nox.point, ("stop",)).any()


def test_operation_leaves_out_flags_marks_and_rest() -> None:
    nox = watched("a21002", hours([1, 2, NAN, 4, 5, 6], "NF.NTN"))
    whole = case(
        nox,
        stated=(Stated("fault", SINCE, SINCE + HOUR),),
        at_rest=np.array([False] * 5 + [True]),
    )

    assert whole.operating(nox).tolist() == [False, False, False, True, False, False]
    assert whole.measured(nox).tolist() == [False, False, False, True, True, True]


def test_rest_is_told_of_minutes_too() -> None:
    minutes = plain_series(SINCE, np.ones(120), 60)
    nox = watched("a21002", [1.0, 2.0], minutes=minutes)
    whole = case(nox, at_rest=np.array([False, True]))

    assert whole.operating(nox, minutes).sum() == 60


def test_points_of_other_hours_are_refused() -> None:
    with pytest.raises(ValueError, match="over the same hours"):
        case(watched("a21002", [1.0]), watched("a21026", [1.0, 2.0]))
    with pytest.raises(ValueError, match="each hour"):
        case(watched("a21002", [1.0]), at_rest=np.array([True, False]))
