"""Bands of the desulphurisation operation rate, with what is unknown at its worst and its best."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.judgement import PerformanceRow, Period, Stage
from services.rules.facility.operation_band import Band, Banded, operation_band
from services.rules.facility.parameters import FacilityParameters

PARAMS = FacilityParameters()
BEGIN = datetime(2026, 2, 28, 16, tzinfo=UTC)
D, F1, F5, N, U = Band.DEDUCTED, Band.FINED_ONCE, Band.FINED_FIVE, Band.NOTHING, Band.UNKNOWN


def row(ran: int, due: int, unknown: int = 0) -> PerformanceRow:
    evidence = {"unknown_production_s": 0, "unknown_treatment_s": unknown}
    return PerformanceRow(
        *(1, "operation", "desulphurisation", Period.MONTH, BEGIN, Stage.FINAL),
        *(Decimal(ran), Decimal(due), True, evidence),
    )


@pytest.mark.parametrize(
    ("ran", "due", "band"),
    [
        pytest.param(720, 720, N, id="100 %: no outage"),
        pytest.param(719, 720, D, id="99.9 %"),
        pytest.param(648, 720, D, id="648/720 = 90 % exactly"),
        pytest.param(647, 720, F1, id="89.9 %"),
        pytest.param(576, 720, F1, id="576/720 = 80 % exactly"),
        pytest.param(575, 720, F5, id="79.9 %"),
        pytest.param(0, 720, F5, id="0 %"),
        pytest.param(0, 0, U, id="the unit did not run"),
    ],
)
def test_the_bands_of_2007(ran: int, due: int, band: Band) -> None:
    assert operation_band(row(ran, due), PARAMS) == Banded(band, band, band)


def test_unknown_hours_leave_the_band_open_where_they_decide() -> None:
    """600 of 640 h known (93.75 %), 80 h unknown: worst 600/720 = 83.3 %, best 680/720 = 94.4 %."""
    assert operation_band(row(600, 640, 80), PARAMS) == Banded(U, F1, D)


def test_unknown_hours_that_decide_nothing_leave_the_band() -> None:
    """700 of 710 known, 10 unknown: worst 700/720 = 97.2 %, best 710/720 = 98.6 %."""
    assert operation_band(row(700, 710, 10), PARAMS) == Banded(D, D, D)


@given(st.integers(0, 1000), st.integers(0, 1000), st.integers(0, 1000))
def test_the_worst_is_never_better_than_the_best(ran: int, off: int, unknown: int) -> None:
    order = [F5, F1, D, N]

    found = operation_band(row(ran, ran + off, unknown), PARAMS)

    if U not in (found.worst, found.best):
        assert order.index(found.worst) <= order.index(found.best)
