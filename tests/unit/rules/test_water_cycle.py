"""From records that repeat one result to results, and how many were due."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.record import Record
from schemas.water import DueResults, WaterResult
from services.rules.water_cycle import CHECK, NO_FLOW, Judging, due_results, results_of
from services.rules.water_validity import WaterJudge
from tests.fixtures.water import HOUR, MIDNIGHT, MINUTE, hours

JUDGING = Judging(WaterJudge())
DAY_OF = (MIDNIGHT, MIDNIGHT + 24 * HOUR)


def shown(place: float, value: float | None, sampled: float | None, flag: str = "N") -> Record:
    """A minute record at an hour of the day, of a result sampled at another."""
    at = None if sampled is None else MIDNIGHT + sampled * HOUR
    return Record(MIDNIGHT + place * HOUR, 60, value, flag, sampled_at=at)


def at(place: float, why: str = "", value: str = "1") -> WaterResult:
    return WaterResult(MIDNIGHT + place * HOUR, MIDNIGHT + (place + 1) * HOUR, Decimal(value), why)


def values(results: list[WaterResult]) -> list[Decimal | None]:
    return [one.value for one in results]


def test_a_result_repeated_by_minutes_is_one_result_of_its_sampling_time() -> None:
    records = [shown(2 + place / 60, 31.5, 1.0) for place in range(60)]
    records += [shown(3 + place / 60, 31.5, 2.0) for place in range(60)]

    first, second = results_of(records, 3600, JUDGING)

    assert (first.at, first.until, first.value) == (
        MIDNIGHT + HOUR,
        MIDNIGHT + 2 * HOUR,
        Decimal("31.5"),
    )
    assert (second.at, first.shown, first.dated, first.mixed) == (
        MIDNIGHT + 2 * HOUR,
        60,
        True,
        False,
    )


def test_the_order_of_records_does_not_matter() -> None:
    records = [shown(2 + place / 60, float(place // 30), 1 + place // 30) for place in range(120)]

    assert results_of(records, 3600, JUDGING) == results_of(records[::-1], 3600, JUDGING)


def test_without_a_sampling_time_equal_values_within_a_cycle_are_one_result() -> None:
    """Cycle 2 h: 5 5 | 5 5 | 7 7 are three results, because a result is not older than its cycle."""
    found = results_of(hours([5, 5, 5, 5, 7, 7], sampled=None), 7200, JUDGING)

    assert [(one.at - MIDNIGHT) // HOUR for one in found] == [0, 2, 4]
    assert values(found) == [5, 5, 7]
    assert not any(one.dated for one in found)


def test_a_new_value_before_the_cycle_is_over_is_a_new_result() -> None:
    found = results_of(hours([5, 7, 7], sampled=None), 7200, JUDGING)

    assert [(one.at - MIDNIGHT) // HOUR for one in found] == [0, 1]
    assert found[0].until == MIDNIGHT + HOUR


def test_a_result_stands_no_longer_than_its_cycle() -> None:
    first, second = results_of([*hours([5]), *hours([6], start=MIDNIGHT + 9 * HOUR)], 3600, JUDGING)

    assert first.until == MIDNIGHT + HOUR
    assert second.at == MIDNIGHT + 9 * HOUR


def test_a_sampling_time_after_its_record_is_not_believed() -> None:
    [found] = results_of(hours([5], sampled=2 * HOUR), 3600, JUDGING)

    assert (found.at, found.dated) == (MIDNIGHT, False)


def test_a_record_without_value_and_time_is_no_result() -> None:
    assert results_of(hours([None], sampled=None), 3600, JUDGING) == []


def test_a_result_without_value_is_there_and_invalid() -> None:
    [found] = results_of(hours([None]), 3600, JUDGING)

    assert (found.why, found.valid) == ("no_value", False)


@pytest.mark.parametrize(
    ("flags", "why", "showing"),
    [
        ("NM", "", "first"),
        ("MN", "maintenance", "first"),
        ("NM", "maintenance", "every"),
        ("DD", "fault", "first"),
        ("CN", CHECK, "first"),
    ],
    ids=["maintained later", "maintained then", "all must be valid", "out of order", "standard"],
)
def test_a_result_is_as_valid_as_the_first_record_that_shows_it(
    flags: str, why: str, showing: str
) -> None:
    records = [shown(2 + place, 3.0, 1.0, flag) for place, flag in enumerate(flags)]
    judging = Judging(WaterJudge(), showing="every" if showing == "every" else "first")

    [found] = results_of(records, 3600, judging)

    assert found.why == why
    assert found.mixed == (len(set(flags)) > 1)


def test_the_value_shown_longest_is_the_result() -> None:
    records = [shown(2, 4.0, 1.0), shown(2.1, 3.0, 1.0), shown(2.2, 3.0, 1.0)]

    [found] = results_of(records, 3600, JUDGING)

    assert (found.value, found.mixed) == (3, True)


def test_what_is_sampled_during_a_check_is_of_a_standard_sample() -> None:
    judging = Judging(WaterJudge(), checks=((MIDNIGHT + HOUR, MIDNIGHT + 2 * HOUR),))

    found = results_of(hours([1, 2, 3]), 3600, judging)

    assert [one.why for one in found] == ["", CHECK, ""]


def test_over_range_is_at_least_the_end_of_the_range() -> None:
    record = Record(MIDNIGHT, 3600, 180.0, "T", sampled_at=MIDNIGHT, range_max=200.0)

    [found] = results_of([record], 3600, JUDGING)

    assert (found.value, found.at_least, found.valid) == (Decimal("200.0"), True, True)


def test_twenty_three_of_twenty_four_with_the_check_are_all() -> None:
    """W07: cycle 1 h, 24 due; the check takes one. 23 x 3600 s of 86400 - 3600 = 82800 s: all."""
    results = [at(place, CHECK if place == 3 else "") for place in range(24)]

    found = due_results(results, DAY_OF, 3600, 3600)

    assert found == DueResults(24, 23, 1, 0, 0, 0, 82_800, 82_800)


def test_of_a_check_that_takes_two_hours_one_is_left_out() -> None:
    """Cycle 2 h, 12 due, one a check: 11 x 7200 = 79200 s of 86400 - 3600 = 82800 s, 95.7 %."""
    results = [at(place, CHECK if place == 4 else "") for place in range(0, 24, 2)]

    found = due_results(results, DAY_OF, 7200, 3600)

    assert found == DueResults(12, 11, 1, 0, 0, 0, 79_200, 82_800)


def test_a_check_that_shows_no_result_is_left_out_by_its_interval() -> None:
    check = (MIDNIGHT + 3 * HOUR, MIDNIGHT + 4 * HOUR)
    results = [at(place) for place in range(24) if place != 3]

    found = due_results(results, DAY_OF, 3600, 3600, [check])

    assert (found.missing, found.valid_s, found.due_s) == (1, 82_800, 82_800)


def test_without_an_allowance_a_check_is_time_that_was_due() -> None:
    found = due_results([at(place, CHECK) for place in range(24)], DAY_OF, 3600)

    assert (found.check, found.valid_s, found.due_s) == (24, 0, 86_400)


def test_time_without_flow_is_not_due() -> None:
    results = [at(place, NO_FLOW if place < 6 else "") for place in range(24)]

    found = due_results(results, DAY_OF, 3600)

    assert (found.no_flow, found.valid, found.valid_s, found.due_s) == (6, 18, 64_800, 64_800)


def test_missing_and_invalid_results_are_told_apart() -> None:
    """24 due: 20 there, of which 2 faulty; 18 valid, 2 invalid, 4 missing: 18/24 = 75 %."""
    results = [at(place, "fault" if place < 2 else "") for place in range(20)]

    found = due_results(results, DAY_OF, 3600)

    assert found == DueResults(24, 18, 0, 0, 2, 4, 64_800, 86_400)


def test_half_a_day_measured_twice_as_often_does_not_make_up_for_the_other_half() -> None:
    results = [at(place / 2) for place in range(24)]

    found = due_results(results, DAY_OF, 3600)

    assert (found.valid, found.missing) == (12, 12)


def test_an_analyser_whose_clock_trembles_misses_nothing() -> None:
    results = [
        WaterResult(
            MIDNIGHT + (place * 2 + 1) * HOUR + (-1) ** place * 10 * timedelta(seconds=1),
            MIDNIGHT + (place * 2 + 3) * HOUR,
            Decimal(1),
        )
        for place in range(12)
    ]

    assert due_results(results, DAY_OF, 7200).missing == 0


def test_a_second_result_in_a_slot_counts_once_and_the_better_one() -> None:
    results = [at(0, "fault"), at(0.2)]

    found = due_results(results, (MIDNIGHT, MIDNIGHT + HOUR), 3600)

    assert (found.due, found.valid, found.invalid, found.missing) == (1, 1, 0, 0)


def test_no_results_are_all_missing() -> None:
    assert due_results([], DAY_OF, 5400) == DueResults(16, 0, 0, 0, 0, 16, 0, 86_400)


@given(
    st.lists(
        st.tuples(st.integers(0, 1439), st.sampled_from(["", "fault", CHECK, NO_FLOW])),
        max_size=60,
    ),
    st.sampled_from([1800, 3600, 5400, 7200]),
)
def test_what_was_due_is_what_became_of_it(drawn: list[tuple[int, str]], cycle_s: int) -> None:
    results = [
        WaterResult(MIDNIGHT + minute * MINUTE, MIDNIGHT + HOUR * 30, Decimal(1), why)
        for minute, why in sorted(drawn)
    ]

    found = due_results(results, DAY_OF, cycle_s, 3600)

    assert found.due == (found.valid + found.check + found.no_flow + found.invalid + found.missing)
    assert 0 <= found.valid_s <= found.due_s <= 86_400


@given(st.lists(st.sampled_from([1.0, 2.0, 3.0, None]), max_size=48), st.integers(1, 6))
def test_no_record_with_a_value_is_lost(drawn: list[float | None], cycle: int) -> None:
    records = hours(drawn, sampled=None)

    found = results_of(records, cycle * 3600, JUDGING)

    assert sum(one.shown for one in found) == sum(value is not None for value in drawn)
    assert all(one.at < one.until <= one.at + cycle * HOUR for one in found)
