"""What marks, papers and laboratory results make of the audited version."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from schemas.marks import Mark, Review
from schemas.registry_words import BEIJING
from services.rules.transmission.auditing import amends
from services.rules.transmission.parameters import TransmissionParameters
from services.rules.transmission.records import Assessing
from tests.fixtures.marking import accepted, mark
from tests.fixtures.transmitted import (
    APRIL_9,
    COD,
    IN_TIME,
    LONG_AFTER,
    NEVER,
    at,
    counts,
    factor,
    hours_of,
    line,
    records,
    row,
    tally,
)
from tests.fixtures.water import laboratory

HOURS_ONLY = TransmissionParameters(records=("hour",))
POWER_STOP = "thermal_power/out_of_service"
FAULT = "equipment/fault"
YEARS_END = datetime(2025, 12, 31, 23, tzinfo=BEIJING)
JANUARY_11 = datetime(2026, 1, 11, tzinfo=BEIJING)
EIGHT_SILENT = hours_of(1, (8, NEVER), (16, IN_TIME))


def test_a_stop_that_counts_takes_its_hours_out_of_the_audited_version_alone() -> None:
    """8 of 24 hours under an accepted mark of 停运: 16/16 after the audit, 16/24 before."""
    stop = accepted(at(0), at(8), POWER_STOP)

    found = tally(records(factor(EIGHT_SILENT), marks=line(stop)), HOURS_ONLY)

    assert counts(found) == {
        "first": (24, 16, 16),
        "backfilled": (24, 16, 16),
        "audited": (16, 16, 16),
    }
    assert found.left_out == {"stopped": 8}


STOP = accepted(at(0), at(8), POWER_STOP)


@pytest.mark.parametrize(
    ("stop", "now", "due"),
    [
        pytest.param(mark(at(0), at(8), POWER_STOP), LONG_AFTER, 24, id="only claimed"),
        pytest.param(STOP._replace(until=at(7.5)), LONG_AFTER, 17, id="an hour stopped in part"),
        pytest.param(STOP._replace(evidence=""), LONG_AFTER, 24, id="no papers by the 10th: reset"),
        pytest.param(STOP._replace(evidence=""), APRIL_9, 16, id="papers not due yet"),
        pytest.param(
            STOP._replace(entered_at=at(3, day=11)), LONG_AFTER, 18, id="entered on the 11th"
        ),
        pytest.param(
            STOP._replace(entered_at=at(0, day=30), origin="bureau"),
            LONG_AFTER,
            16,
            id="a bureau's",
        ),
        pytest.param(STOP._replace(review=Review.REJECTED), LONG_AFTER, 24, id="rejected"),
        pytest.param(STOP._replace(kind=FAULT), LONG_AFTER, 24, id="a fault is no stop"),
    ],
)
def test_which_stops_count(stop: Mark, now: datetime, due: int) -> None:
    """Ten days after its end (hour + 1 h + 240 h) an hour is past amending.

    Entered on the 11th at 03:00 a mark is too late for the hours 0 and 1, whose windows end at 01:00
    and 02:00 of the 11th, and just in time for hour 2, whose ends at 03:00. So hours 2 to 7 leave:
    24 - 6 = 18. A part of hour 7 does not leave: 24 - 7 = 17.
    """
    found = tally(records(factor(EIGHT_SILENT), marks=line(stop, now=now)), HOURS_ONLY, now)

    assert counts(found)["audited"][0] == due


def test_what_becomes_of_marks_without_papers_is_a_setting() -> None:
    params = TransmissionParameters(without_papers="kept")
    [stretch] = line(STOP._replace(evidence=" ")).condition

    assert amends(stretch, at(0), Assessing(LONG_AFTER, params))
    assert not amends(stretch, at(0), Assessing(LONG_AFTER))


@pytest.mark.parametrize(
    ("month_of", "due"),
    [
        pytest.param(at(0, day=1), at(0, day=42), id="from the first day"),
        pytest.param(at(23, day=31), at(0, day=42), id="from the last hour"),
        pytest.param(YEARS_END, JANUARY_11, id="over the new year"),
    ],
)
def test_papers_are_due_until_the_end_of_the_10th_of_the_next_month(
    month_of: datetime, due: datetime
) -> None:
    assert Assessing(LONG_AFTER).papers_due(month_of) == due


def test_marks_of_invalid_data_take_validity_away_and_leave_the_hours_due() -> None:
    """An accepted fault over hours 0 to 3 whose data looked valid: 20 of 24."""
    due = hours_of(1, (24, IN_TIME))
    fault = accepted(at(0), at(4), FAULT)

    found = tally(records(factor(due), marks=line(fault)), HOURS_ONLY)

    assert counts(found)["backfilled"] == (24, 24, 24)
    assert counts(found)["audited"] == (24, 24, 20)
    assert found.noted == {"void": 4}


def test_a_mark_of_another_point_voids_nothing_here() -> None:
    due = hours_of(1, (24, IN_TIME))
    fault = accepted(at(0), at(4), FAULT, point=8)

    found = tally(records(factor(due), marks=line(fault)), HOURS_ONLY)

    assert counts(found)["audited"] == (24, 24, 24)


@pytest.mark.parametrize(
    ("minutes", "valid_s", "valid", "doubts"),
    [
        pytest.param(10, 3600, 24, set[str](), id="50 minutes are left"),
        pytest.param(20, 3600, 23, set[str](), id="40 minutes are left"),
        pytest.param(10, 3000, 24, {"mark_overlap"}, id="50, or 40 if others were invalid"),
    ],
)
def test_a_part_of_an_hour_marked_invalid_leaves_45_minutes_or_not(
    minutes: int, valid_s: int, valid: int, doubts: set[str]
) -> None:
    """45 min = 2700 s. Best case min(valid_s, 3600 - marked), worst case valid_s - marked."""
    due = hours_of(1, (24, IN_TIME))
    check = accepted(at(5), at(5) + timedelta(minutes=minutes), "equipment/calibration")

    found = tally(
        records(factor(due, rows=[row(at(5), valid_s=valid_s)]), marks=line(check)), HOURS_ONLY
    )

    assert counts(found)["audited"] == (24, 24, valid)
    assert found.doubts == doubts


def test_laboratory_results_entered_in_time_fill_hours_after_the_audit() -> None:
    """A sample at 00:00, standing 6 h after its end at 00:01, fills the hours 0 to 5: 22 of 24."""
    samples = [laboratory(1, at(0), "30", recorded_at=at(0, day=3))]
    filled = replace(factor(EIGHT_SILENT, code=COD), manual=samples)

    found = tally(records(filled, medium="water"), HOURS_ONLY)

    assert counts(found)["backfilled"] == (24, 16, 16)
    assert counts(found)["audited"] == (24, 22, 22)
    assert found.noted["filled"] == 6
    assert found.doubts == {"manual_fills"}


@pytest.mark.parametrize(
    ("recorded", "fills"),
    [
        pytest.param(at(0, day=12), TransmissionParameters(), id="entered after the window"),
        pytest.param(
            at(0, day=3), TransmissionParameters(manual_fills="no"), id="no filling by hand"
        ),
    ],
)
def test_results_that_do_not_fill(recorded: datetime, fills: TransmissionParameters) -> None:
    samples = [laboratory(1, at(0), "30", recorded_at=recorded)]
    silent = replace(factor(EIGHT_SILENT), manual=samples)

    found = tally(records(silent), fills)

    assert counts(found)["audited"] == (24, 16, 16)


def test_a_day_that_was_changed_is_valid_by_its_hours() -> None:
    """Void in hours 0 to 3, 20 are left: valid. In 0 to 4, 19: not. With the day 25 are due."""
    due, days = hours_of(1, (24, IN_TIME)), {at(0): IN_TIME}

    four, five = (
        tally(records(factor(due, days), marks=line(accepted(at(0), at(end), FAULT))))
        for end in (4, 5)
    )

    assert counts(four)["audited"] == (25, 25, 21)
    assert counts(five)["audited"] == (25, 25, 19)
    assert four.doubts == {"day_valid_hours"}


def test_a_marked_check_of_water_is_the_excused_hour() -> None:
    due = hours_of(1, (24, IN_TIME))
    check = accepted(at(5), at(6), "equipment/standard_check")
    outlet = records(
        factor(due, invalid=[at(9), at(10)], code=COD), medium="water", marks=line(check)
    )

    found = tally(outlet, HOURS_ONLY)

    assert counts(found)["audited"] == (23, 23, 21)
