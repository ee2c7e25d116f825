"""Hours as the indicators of data quality see them: believed, and as sent."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest

from schemas.judgement import MeanRow, Period, Stage
from schemas.record import Record
from services.rules.judging.quality_series import (
    believed_hours,
    minutes_of,
    sent_hours,
    valid_parts,
)
from services.rules.quality.series import HOUR_S, series_of

START = datetime(2026, 3, 1, 16, tzinfo=UTC)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
GRID = series_of((), START, START + 2 * HOUR, HOUR_S)


def row(
    value: str | None = "30.5",
    place: int = 0,
    *,
    valid: bool = True,
    at_least: bool = False,
    said: Mapping[str, object] | None = None,
) -> MeanRow:
    return MeanRow(
        7,
        Period.HOUR,
        START + place * HOUR,
        Stage.FINAL,
        "computed",
        None if value is None else Decimal(value),
        {"6": Decimal(41)},
        3600 if valid else 0,
        3600,
        valid,
        at_least,
        None,
        said or {},
    )


def minutes(values: Mapping[int, float | None], flag: str | None = "N") -> list[Record]:
    return [Record(START + place * MINUTE, 60, value, flag) for place, value in values.items()]


def test_a_valid_hour_shows_its_mean_as_normal_with_the_converted_one_asked_for() -> None:
    found = believed_hours([row(place=1)], START, 3, "6")

    assert found.values.tolist()[1] == 30.5
    assert found.converted.tolist()[1] == 41.0
    assert found.flags.tolist() == ["", "N", ""]
    assert np.isnan(found.values[[0, 2]]).all()


def test_parts_are_of_hours_that_are_not_valid_alone() -> None:
    rows = [row("1.36", 1, valid=False), row(place=2), row(None, 3, valid=False), row(place=9)]

    found = valid_parts(rows, START, 4)

    assert found[1] == 1.36
    assert np.isnan(found[[0, 2, 3]]).all()


def test_another_reference_oxygen_gives_no_converted_mean() -> None:
    found = believed_hours([row()], START, 1, "3.5")

    assert np.isnan(found.converted).all()


def test_hours_outside_of_the_grid_are_left_out() -> None:
    found = believed_hours([row(place=-1), row(place=2)], START, 2, None)

    assert not np.isfinite(found.values).any()


@pytest.mark.parametrize(
    ("said", "flag"),
    [
        pytest.param({"not_valid_s": {"stopped": 3000, "missing": 600}}, "F", id="停运"),
        pytest.param(
            {"not_valid_s": {"fault": 600, "missing": 3000}}, "D", id="missing is no reason"
        ),
        pytest.param({"not_valid_s": {"calibration": 1200, "fault": 900}}, "C", id="the longest"),
        pytest.param({"not_valid_s": {"missing": 3600}}, "", id="nothing came"),
        pytest.param(
            {"not_valid_s": {"missing": 3600}, "device": {"flag": "M"}}, "M", id="the device's flag"
        ),
        pytest.param({"not_valid_s": {"no_value": 3600}}, "N", id="shown as normal, no number"),
        pytest.param({"not_valid_s": {"unknown": 3600}}, "?", id="a flag in no list"),
        pytest.param({}, "", id="nothing said"),
    ],
)
def test_an_hour_that_is_not_valid_has_no_number_and_its_reason_as_flag(
    said: Mapping[str, object], flag: str
) -> None:
    found = believed_hours([row("30.5", valid=False, said=said)], START, 1, None)

    assert np.isnan(found.values[0])
    assert found.flags[0] == flag


def test_an_hour_over_the_range_is_known_to_be_at_least_so_much() -> None:
    found = believed_hours([row(at_least=True)], START, 1, None)

    assert found.flags[0] == "T"
    assert found.values[0] == 30.5


def test_a_slow_analysers_hour_tells_when_its_sample_was_taken() -> None:
    at = (START - HOUR).isoformat()

    found = believed_hours([row(said={"values": [["x", "1"], [at, "30.5"]]})], START, 1, None)

    assert found.sampled[0] == int((START - HOUR).timestamp())


def test_the_devices_own_hour_goes_before_its_minutes() -> None:
    own = [Record(START, 3600, 12.0, "N", converted=15.0)]
    series = minutes_of(minutes(dict.fromkeys(range(120), 10.0)), GRID, 60)

    found = sent_hours(own, series, GRID)

    assert found.values.tolist() == [12.0, 10.0]
    assert found.converted[0] == 15.0


def test_numbers_sent_with_a_flag_are_kept_as_they_tell_on_it() -> None:
    """40 minutes stopped that show 8, 20 normal ones that show 14: the mean is (320 + 280) / 60 = 10."""
    said = minutes(dict.fromkeys(range(40), 8.0), "F") + minutes(dict.fromkeys(range(40, 60), 14.0))

    found = sent_hours([], minutes_of(said, GRID, 60), GRID)

    assert found.values[0] == 10.0
    assert found.flags.tolist() == ["F", ""]


def test_an_hour_with_three_quarters_of_normal_minutes_is_normal() -> None:
    said = minutes(dict.fromkeys(range(45), 8.0)) + minutes(dict.fromkeys(range(45, 60), 9.0), "C")

    found = sent_hours([], minutes_of(said, GRID, 60), GRID)

    assert found.flags[0] == "N"


def test_an_hour_of_few_minutes_all_normal_is_normal() -> None:
    found = sent_hours([], minutes_of(minutes({3: 8.0}), GRID, 60), GRID)

    assert found.flags[0] == "N"


def test_without_minutes_there_is_no_series_of_them_and_hours_stand_alone() -> None:
    assert minutes_of([], GRID, 60) is None
    assert np.isnan(sent_hours([], None, GRID).values).all()


def test_records_every_ten_minutes_lie_on_their_own_grid_whatever_is_registered() -> None:
    said = [Record(START + place * 10 * MINUTE, 600, 5.0) for place in range(12)]

    found = minutes_of(said, GRID, 60)

    assert found is not None
    assert (found.step_s, len(found), np.isfinite(found.values).all()) == (600, 12, True)
