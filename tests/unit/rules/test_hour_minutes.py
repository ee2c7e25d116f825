"""Records laid over an hour: no second counts twice, none is lost, and each has its reason."""

from collections import Counter
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.record import Record
from services.rules.flags import FlagParameters
from services.rules.hour_minutes import Laid, lay_out, seconds_by_reason
from services.rules.hour_parameters import HourParameters, HourRules
from tests.fixtures.hours import START, at_second, records

RULES = HourRules()
HOUR, MINUTE = 3600, 60


def placed(laid: Laid) -> list[tuple[int, int, str]]:
    return [(begin, end, str(taken.value)) for begin, end, taken in laid.numbers]


def valid_s(laid: Laid) -> int:
    return sum(end - begin for begin, end, _ in laid.numbers)


ANY_RECORD = st.builds(
    at_second,
    st.integers(-120, 3700),
    st.one_of(st.none(), st.floats(-5, 500)),
    st.integers(0, 1800),
    st.sampled_from(["N", "D", "M", "T", "S", "X", None]),
)


@given(st.lists(ANY_RECORD, max_size=40), st.lists(ANY_RECORD, max_size=10))
def test_every_second_of_the_hour_is_told_exactly_once(
    main: list[Record], spare: list[Record]
) -> None:
    laid = lay_out(main, spare, START, RULES)

    told = Counter(s for begin, end, _ in laid.numbers for s in range(begin, end))
    told.update(s for begin, end, _ in laid.reasons for s in range(begin, end))
    assert set(told.values()) <= {1}
    assert set(told) <= set(range(HOUR))
    assert sum(seconds_by_reason(laid).values()) + valid_s(laid) == HOUR


@given(st.lists(ANY_RECORD, max_size=40))
def test_a_second_has_a_number_exactly_where_a_usable_record_covers_it(main: list[Record]) -> None:
    laid = lay_out(main, (), START, RULES)

    covered: set[int] = set()
    for record in main:
        begin = int((record.at - START).total_seconds())
        usable = record.flag in {"N", None} and record.value is not None
        belongs = begin < HOUR and (begin >= 0 or record.span_s > MINUTE)
        if (usable or (record.flag == "T" and record.value is not None)) and belongs:
            covered.update(range(max(begin, 0), min(begin + record.span_s, HOUR)))
    assert {s for begin, end, _ in laid.numbers for s in range(begin, end)} == covered


@given(st.lists(ANY_RECORD, max_size=25), st.randoms())
def test_the_order_in_which_records_come_does_not_matter(
    main: list[Record], random: Random
) -> None:
    shuffled = list(main)
    random.shuffle(shuffled)

    assert lay_out(shuffled, (), START, RULES) == lay_out(main, (), START, RULES)


@given(st.lists(ANY_RECORD, max_size=25), ANY_RECORD)
def test_one_more_record_never_makes_less_time_valid(main: list[Record], more: Record) -> None:
    before = valid_s(lay_out(main, (), START, RULES))

    assert valid_s(lay_out([*main, more], (), START, RULES)) >= before


def test_records_that_cover_the_same_time_count_once() -> None:
    laid = lay_out([at_second(0, 10.0, 600), *records([20.0] * 12)[1:]], (), START, RULES)

    assert placed(laid) == [(0, 600, "10.0"), (600, 660, "20.0"), (660, 720, "20.0")]


def test_the_same_record_twice_counts_once() -> None:
    hour = records([5] * 60)

    assert valid_s(lay_out(hour + hour, (), START, RULES)) == HOUR


def test_a_record_that_ends_after_the_hour_counts_to_its_end() -> None:
    laid = lay_out([at_second(3000, 7, 1800)], (), START, RULES)

    assert valid_s(laid) == 600


def test_the_rest_of_a_record_that_begins_before_the_hour_is_the_hours() -> None:
    laid = lay_out([at_second(-600, 7.5, 1800), at_second(3600, 7)], (), START, RULES)

    assert placed(laid) == [(0, 1200, "7.5")]


def test_records_of_half_an_hour_that_cover_the_hour_make_it_valid() -> None:
    """They begin at :50, :20 and :50: 20, 30 and 10 minutes of the hour."""
    half_hours = [at_second(minute * 60, 7.5, 1800) for minute in (-10, 20, 50)]

    laid = lay_out(half_hours, (), START, RULES)

    assert placed(laid) == [(0, 1200, "7.5"), (1200, 3000, "7.5"), (3000, 3600, "7.5")]


@pytest.mark.parametrize(
    "record",
    [
        pytest.param(at_second(-30, 7), id="a minute belongs to the hour it begins in"),
        pytest.param(at_second(-1800, 7, 1800), id="one that ends where the hour begins"),
        pytest.param(at_second(-90_000, 7, 1800), id="one of the day before"),
        pytest.param(at_second(86_400, 7, 1800), id="one of the day after"),
    ],
)
def test_what_does_not_reach_into_the_hour_is_left(record: Record) -> None:
    assert seconds_by_reason(lay_out([record], (), START, RULES)) == {"missing": HOUR}


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        pytest.param(at_second(0, 0.0, flag="D"), "fault", id="a 0 with a fault is no number"),
        pytest.param(at_second(0, 5, flag="B"), "communication", id="communication"),
        pytest.param(at_second(0, 5, flag="F"), "stopped", id="stopped"),
        pytest.param(at_second(0, 5, flag="M"), "maintenance", id="maintenance"),
        pytest.param(at_second(0, 5, flag="C"), "calibration", id="calibration"),
        pytest.param(at_second(0, 5, flag="S"), "manual", id="by hand"),
        pytest.param(at_second(0, 5, flag="?"), "unknown", id="a flag of no list"),
        pytest.param(at_second(0, None), "no_value", id="no number"),
        pytest.param(at_second(0, float("nan")), "no_value", id="not a number"),
        pytest.param(at_second(0, float("inf")), "no_value", id="infinite"),
        pytest.param(at_second(0, None)._replace(sentinel=True), "sentinel", id="sentinel"),
        pytest.param(at_second(0, None, flag="T"), "over_range", id="over an unknown range"),
    ],
)
def test_what_is_not_valid_has_its_reason(record: Record, reason: str) -> None:
    laid = lay_out([record], (), START, RULES)

    assert seconds_by_reason(laid) == {reason: 60, "missing": 3540}


@pytest.mark.parametrize(
    ("value", "range_max", "least"),
    [
        pytest.param(95.0, 100.0, "100.0", id="at least the end of the range"),
        pytest.param(120.0, 100.0, "120.0", id="the number, where it is more"),
        pytest.param(None, 100.0, "100.0", id="the end, where no number is"),
        pytest.param(95.0, None, "95.0", id="the number, where the range is not known"),
    ],
)
def test_over_range_is_a_lower_bound(
    value: float | None, range_max: float | None, least: str
) -> None:
    record = at_second(0, value, flag="T")._replace(range_max=range_max)

    (found,) = lay_out([record], (), START, RULES).numbers

    assert (str(found[2].value), found[2].bound) == (least, True)


def test_over_range_may_be_set_not_to_count() -> None:
    rules = HourRules(flags=FlagParameters(over_range="invalid"))

    assert seconds_by_reason(lay_out(records([99] * 60, flag="T"), (), START, rules)) == {
        "over_range": HOUR
    }


def test_the_spare_fills_only_what_the_main_leaves() -> None:
    main = [*records([10.0] * 30), *records([0.0] * 10, flag="D", first_s=1800)]
    spare = records([11.0] * 50)

    laid = lay_out(main, spare, START, RULES)

    spares = [(begin, end) for begin, end, taken in laid.numbers if taken.spare]
    assert valid_s(laid) == 3000
    assert (min(spares)[0], max(spares)[1], len(spares)) == (1800, 3000, 20)
    assert seconds_by_reason(laid) == {"missing": 600}


def test_why_the_main_is_not_valid_is_told_where_the_spare_has_nothing_either() -> None:
    main = records([0.0] * 60, flag="D")
    spare = records([0.0] * 60, flag="M")

    assert seconds_by_reason(lay_out(main, spare, START, RULES)) == {"fault": HOUR}


@pytest.mark.parametrize(
    ("rule", "taken"),
    [("keep", [(0, 60, "-2.0")]), ("zero", [(0, 60, "0")]), ("invalid", [])],
)
def test_negative_numbers_go_by_their_rule(rule: str, taken: list[tuple[int, int, str]]) -> None:
    rules = HourRules(hour=HourParameters.model_validate({"negatives": rule}))

    laid = lay_out([at_second(0, -2.0)], (), START, rules)

    assert placed(laid) == taken
    assert all(found.sent_negative for _, _, found in laid.numbers)


def test_thousands_of_short_records_cost_little() -> None:
    main = [at_second(s, 1.0, 1, "N" if s % 2 else "D") for s in range(HOUR)]

    laid = lay_out(main, [at_second(0, 2.0, 1800)], START, RULES)

    assert seconds_by_reason(laid) == {"fault": 900}


def test_a_record_between_two_seconds_belongs_to_the_one_before() -> None:
    record = at_second(10, 1.0)._replace(at=START + timedelta(seconds=10, milliseconds=900))

    assert placed(lay_out([record], (), START, RULES)) == [(10, 70, "1.0")]
