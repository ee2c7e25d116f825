"""传输有效率 of an outlet's records, with the numbers worked by hand."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.judgement import Period
from services.rules.transmission.counting import Counted, Version
from services.rules.transmission.parameters import Series, TransmissionParameters
from services.rules.transmission.records import Arrival, Factor
from tests.fixtures.transmitted import (
    AGAIN,
    COD,
    HOUR,
    IN_TIME,
    NEVER,
    POINT,
    SO2,
    TOO_LATE,
    at,
    counts,
    factor,
    hours_of,
    records,
    row,
    tally,
)

HOURS_ONLY = TransmissionParameters(records=("hour",))


def test_a_day_by_hand_in_its_first_and_its_backfilled_version() -> None:
    """24 hours and 1 day are due: 25.

    18 hours come in time, 2 of them invalid; 4 come within ten days, valid; 1 after them, 1 never.
    The day's record comes in time and is valid.
    First: received 18 + 1 = 19, valid 16 + 1 = 17; 19/25 x 17/19 = 17/25 = 68 %.
    Backfilled: received 22 + 1 = 23, valid 20 + 1 = 21; 23/25 = 92 %, 21/23 = 91.304347826 %,
    21/25 = 84 %.
    """
    due = hours_of(1, (18, IN_TIME), (4, AGAIN), (1, TOO_LATE), (1, NEVER))

    found = tally(records(factor(due, {at(0): IN_TIME}, invalid=[at(1), at(2)])))

    assert counts(found) == {
        "first": (25, 19, 17),
        "backfilled": (25, 23, 21),
        "audited": (25, 23, 21),
    }
    assert found.counts[Version.FIRST].effectiveness == Decimal(68)
    again = found.counts[Version.BACKFILLED]
    assert (again.transmission, again.effectiveness) == (Decimal(92), Decimal(84))
    assert again.validity == Decimal("91.304347826")
    assert found.noted == {"too_late": 1}


def test_the_effectiveness_is_the_product_of_both_rates() -> None:
    """80 of 100 came, 60 of them valid: 80 % x 75 % = 60 %."""
    count = Counted(100, 80, 60)

    assert (count.transmission, count.validity) == (Decimal(80), Decimal(75))
    assert count.effectiveness == Decimal(60)


def test_what_was_not_due_has_no_rate() -> None:
    count = Counted()

    assert (count.transmission, count.validity, count.effectiveness) == (None, None, None)


def test_a_record_without_a_number_was_not_received() -> None:
    """非空: 24 came, one of them empty: 23/24."""
    due = hours_of(1, (24, IN_TIME))
    empty = row(at(5), valid=False, evidence={"device": {"why": "no_value", "value": None}})

    found = tally(records(factor(due, rows=[empty])), HOURS_ONLY)

    assert counts(found)["first"] == (24, 23, 23)


def test_an_hour_that_nobody_judged_is_not_valid_and_is_told() -> None:
    due = hours_of(1, (24, IN_TIME))

    found = tally(records(Factor(POINT, SO2, due)), HOURS_ONLY)

    assert counts(found)["backfilled"] == (24, 24, 0)
    assert found.noted == {"unjudged": 24}


@pytest.mark.parametrize(
    ("series", "due"), [(("hour",), 24), (("day",), 1), (("hour", "day"), 25)], ids=str
)
def test_which_records_are_due_is_a_setting(series: tuple[Series, ...], due: int) -> None:
    outlet = records(factor(hours_of(1, (24, IN_TIME)), {at(0): IN_TIME}))

    found = tally(outlet, TransmissionParameters(records=series))

    assert found.counts[Version.FIRST].due == due


def test_hours_in_which_all_units_surely_stood_are_not_due_in_any_version() -> None:
    """6 of 24 hours stood and sent nothing: 18 of 18."""
    due = hours_of(1, (6, NEVER), (18, IN_TIME))

    found = tally(records(factor(due), still=[at(place) for place in range(6)]), HOURS_ONLY)

    assert set(counts(found).values()) == {(18, 18, 18)}
    assert found.left_out == {"stopped": 6}
    assert found.doubts == {"stopped_by_signals"}


def test_where_signals_alone_stop_nothing_the_hours_stay_due() -> None:
    params = TransmissionParameters(records=("hour",), stopped_by_signals="due")
    due = hours_of(1, (6, NEVER), (18, IN_TIME))

    found = tally(records(factor(due), still=[at(0)]), params)

    assert counts(found)["audited"] == (24, 18, 18)


@pytest.mark.parametrize(
    ("stood", "expected", "doubts"),
    [
        pytest.param(4, (21, 21, 21), {"stopped_by_signals"}, id="20 hours make a day"),
        pytest.param(5, (19, 19, 19), {"stopped_by_signals", "day_due_hours"}, id="19 do not"),
        pytest.param(24, (0, 0, 0), {"stopped_by_signals"}, id="a day at rest"),
    ],
)
def test_a_day_is_due_where_enough_of_its_hours_are(
    stood: int, expected: tuple[int, int, int], doubts: set[str]
) -> None:
    due = hours_of(1, (24, IN_TIME))
    outlet = records(factor(due, {at(0): IN_TIME}), still=[at(place) for place in range(stood)])

    found = tally(outlet)

    assert counts(found)["audited"] == expected
    assert found.doubts == doubts


CHECK_ROW = row(at(3), valid=False, valid_s=0, evidence={"results": {"due": 1, "check": 1}})


def test_one_check_hour_of_water_a_day_costs_nothing() -> None:
    """23 of 24 count full: 23/23 = 100 %."""
    due = hours_of(1, (24, IN_TIME))

    found = tally(records(factor(due, invalid=[at(3)], code=COD), medium="water"), HOURS_ONLY)

    assert counts(found)["audited"] == (23, 23, 23)
    assert found.left_out == {"check": 1}
    assert found.doubts == {"check_hours_a_day"}


def test_where_more_is_lacking_only_a_known_check_is_excused() -> None:
    """Hours 3 (a check), 4 and 5 lack: 21 of 23. Without a known check: 21 of 24."""
    due = hours_of(1, (24, IN_TIME))
    known = factor(due, invalid=[at(4), at(5)], rows=[CHECK_ROW], code=COD)
    unknown = factor(due, invalid=[at(3), at(4), at(5)], code=COD)

    excused, none = (tally(records(one, medium="water"), HOURS_ONLY) for one in (known, unknown))

    assert counts(excused)["audited"] == (23, 23, 21)
    assert counts(none)["audited"] == (24, 24, 21)


def test_air_has_no_check_hour() -> None:
    due = hours_of(1, (24, IN_TIME))

    found = tally(records(factor(due, invalid=[at(3)])), HOURS_ONLY)

    assert counts(found)["audited"] == (24, 24, 23)


def test_how_many_check_hours_there_are_is_a_setting_and_then_no_doubt() -> None:
    due = hours_of(1, (24, IN_TIME))
    params = TransmissionParameters(records=("hour",), check_hours_a_day=2)

    found = tally(records(factor(due, invalid=[at(3), at(9)], code=COD), medium="water"), params)

    assert counts(found)["audited"] == (22, 22, 22)
    assert not found.doubts


def test_what_a_mean_rests_on_the_rate_rests_on() -> None:
    due = hours_of(1, (24, IN_TIME))
    doubted = row(at(3), evidence={"doubts": ["unflagged"]})

    found = tally(records(factor(due, rows=[doubted])), HOURS_ONLY)

    assert found.doubts == {"unflagged"}


def test_the_day_has_a_fate_of_its_own() -> None:
    due = hours_of(1, (24, IN_TIME))

    found = tally(
        records(factor(due, {at(0): AGAIN}, rows=[row(at(0), period=Period.DAY, valid=False)]))
    )

    assert counts(found)["first"] == (25, 24, 24)
    assert counts(found)["backfilled"] == (25, 25, 24)


ARRIVALS = st.sampled_from([IN_TIME, AGAIN, TOO_LATE, NEVER])


@given(arrivals=st.lists(ARRIVALS, min_size=1, max_size=48), seed=st.sets(st.integers(0, 47)))
def test_versions_are_in_order_and_counts_nest(arrivals: list[Arrival], seed: set[int]) -> None:
    due = {at(0) + place * HOUR: arrival for place, arrival in enumerate(arrivals)}
    invalid = [at(0) + place * HOUR for place in seed]

    found = tally(records(factor(due, invalid=invalid)), HOURS_ONLY)

    first, again, audited = (found.counts[version] for version in Version)
    assert audited == again
    assert first.due == again.due == len(arrivals)
    assert first.received <= again.received
    assert all(one.valid <= one.received <= one.due for one in (first, again))
