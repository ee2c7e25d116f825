"""What befalls analysers and loggers shows in values, flags and reports."""

import numpy as np
import pytest

from services.simulate.world import INSTANTS, STEP_S
from tests.fixtures.scenarios import (
    HOUR_S,
    START_S,
    hour,
    quiet,
    world,
)

SO2, NOX, DUST = "a21026", "a21002", "a34013"


@pytest.mark.parametrize(
    ("kind", "letter"),
    [
        pytest.param("calibration", "C", id="calibration"),
        pytest.param("span_check", "C", id="span check"),
        pytest.param("maintenance", "M", id="maintenance"),
        pytest.param("fault", "D", id="fault"),
        pytest.param("over_range", "T", id="over range"),
    ],
)
def test_what_befalls_an_analyser_is_flagged_where_and_while_it_lasts(
    kind: str, letter: str
) -> None:
    made = world(
        "cement",
        {
            "kind": kind,
            "subject": "P0/D1",
            "from": "3h 10min",
            "for": "20min",
            "details": {"codes": [SO2]},
        },
    )

    one = hour(made, 3)

    assert set(one.flags[SO2][120:360]) == {letter}
    assert (one.flags[SO2] == letter).sum() in {240, 240 + 120}
    assert letter == "C" or letter not in set(one.flags[NOX])


def test_what_is_over_the_range_is_shown_as_its_top() -> None:
    fields = {"subject": "P0/D1", "from": "3h", "for": "10min", "details": {"codes": [SO2]}}
    made = world("cement", {"kind": "over_range", **fields})

    assert set(hour(made, 3).values[SO2][:120]) == {200.0}


@pytest.mark.parametrize("kind", ["stuck", "constant_values"])
def test_a_stuck_analyser_and_a_forger_show_one_number_as_if_it_were_measured(kind: str) -> None:
    made = world(
        "gas_heating",
        {
            "kind": kind,
            "subject": "P0/DA001",
            "from": "3h 5min",
            "for": "6h",
            "details": {"codes": [NOX]},
        },
    )

    values = np.concatenate([hour(made, n).values[NOX] for n in range(4, 9)])
    letters = np.concatenate([hour(made, n).flags[NOX] for n in range(4, 9)])

    assert len(np.unique(values[letters == "N"])) == 1
    assert values[0] == hour(made, 3).values[NOX][60]
    assert made.incidents[0].honest == (kind == "stuck")


def test_a_drift_grows_until_it_ends() -> None:
    fields = {"subject": "P0/D1", "from": "0h", "for": "48h"}
    made = world("cement", {"kind": "drift", **fields, "details": {"codes": [NOX], "factor": 0.5}})
    straight = world("cement")

    ratios = [quiet(made, NOX, n).mean() / quiet(straight, NOX, n).mean() for n in (0, 24, 47, 49)]

    assert ratios == pytest.approx([1.0, 1.25, 1.49, 1.0], abs=0.02)


def test_a_span_check_tells_standard_and_reading() -> None:
    made = world(
        "cement",
        {
            "kind": "span_check",
            "subject": "P0/D1",
            "from": "3h",
            "details": {"codes": [SO2], "factor": 0.9},
        },
        devices=[{"code": "D1", "outlet": "DA001", "protocol": "hj212-2025"}],
    )

    (check,) = [each for each in hour(made, 3).happenings if each.kind == "check"]

    assert (check.about, check.numbers) == (SO2, (100.0, 90.0))
    assert check.text == "a21026-StandardValue=100.0,a21026-Check=90.0"


def test_before_2025_a_span_check_is_a_line_in_the_log() -> None:
    made = world("cement", {"kind": "span_check", "subject": "P0/D1", "from": "3h"})

    told = hour(made, 3).happenings

    assert not [each for each in told if each.kind == "check"]
    assert [each for each in told if each.code == "i11001" and "标样核查" in each.text]


def test_after_a_loss_of_power_the_logger_says_that_it_starts() -> None:
    made = world("cement", {"kind": "power_loss", "subject": "P0/D1", "from": "2h", "for": "90min"})

    told = [(each.kind, each.at_s) for each in hour(made, 3).happenings]

    assert ("restart", START_S + 3 * HOUR_S + 1800) in told


def test_a_replacement_says_who_it_is() -> None:
    made = world("cement", {"kind": "replaced", "subject": "P0/D1", "from": "2h", "for": "30min"})

    told = {each.kind: each for each in hour(made, 2, "D1-2").happenings}

    assert {"restart", "identity"} <= told.keys()
    assert len(told["identity"].text) == 24
    assert "identity" not in {each.kind for each in hour(made, 2, "D1").happenings}


def test_a_high_result_fills_a_bottle() -> None:
    made = world("sewage", {"kind": "trip", "subject": "P0/BIO1", "for": "3d"}, size=1)

    told = [each for n in range(24, 30) for each in hour(made, n).happenings]

    bottles = [each for each in told if each.kind == "sample_retained"]
    assert {"w01018", "w21003"} <= {str(each.about) for each in bottles}
    assert all(1 <= int(each.text) <= 24 for each in bottles)


def test_an_incident_by_the_minute_begins_at_its_instant() -> None:
    made = world(
        "cement",
        {
            "kind": "fault",
            "subject": "P0/D1",
            "from": "1h 7s",
            "for": "60s",
            "details": {"codes": [DUST]},
        },
    )

    letters = hour(made, 1).flags[DUST]

    wrong = np.flatnonzero(letters == "D") * STEP_S
    assert (wrong[0], wrong[-1], len(letters)) == (10, 65, INSTANTS)
