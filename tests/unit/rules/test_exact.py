"""Numbers as sent, their exact means, and how they meet a limit."""

from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.limits import Bound
from services.rules.exact import (
    ComparisonMethod,
    ComparisonParameters,
    as_compared,
    comparison_doubts,
    digits,
    exceeds,
    falls_short,
    in_brief,
    kept,
    mean_of,
    multiple,
    number_of,
    sum_of,
    text,
    within,
)

FULL = ComparisonParameters()
ROUNDED = ComparisonParameters(comparison_method="rounded")
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
READINGS = st.decimals(-999, 9999, places=3, allow_nan=False)


def at_most(high: str) -> Bound:
    return Bound("<=", None, Decimal(high), "mg/m3", "concentration", "hour")


@given(FLOATS)
def test_a_float_is_its_shortest_decimal(number: float) -> None:
    found = digits(number)

    assert float(found) == number
    assert found == Decimal(repr(number))


def test_a_tenth_is_a_tenth() -> None:
    assert digits(0.1) == Decimal("0.1")
    assert digits(0.1) * 3 == digits(0.3)


def test_zero_has_no_sign() -> None:
    assert str(digits(-0.0)) == "0"


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")], ids=str)
def test_what_is_no_number_is_refused(number: float) -> None:
    with pytest.raises(ValueError, match="not a number"):
        digits(number)


@given(st.lists(FLOATS, max_size=20))
def test_a_sum_of_floats_is_exact_however_far_apart_they_are(numbers: list[float]) -> None:
    total = sum_of(digits(number) for number in numbers)

    assert Fraction(total) == sum((Fraction(repr(number)) for number in numbers), Fraction())


@given(st.lists(st.tuples(READINGS, st.integers(1, 1800)), min_size=1, max_size=60))
def test_a_mean_is_that_of_fractions_to_nine_decimals(pairs: list[tuple[Decimal, int]]) -> None:
    exact = sum(Fraction(value) * weight for value, weight in pairs) / sum(w for _, w in pairs)

    found = kept(mean_of(pairs))

    assert abs(Fraction(found) - exact) <= Fraction(1, 2 * 10**9)
    assert min(value for value, _ in pairs) <= found <= max(value for value, _ in pairs)


@given(st.lists(st.tuples(READINGS, st.integers(1, 1800)), min_size=1), st.randoms())
def test_a_mean_does_not_depend_on_the_order(
    pairs: list[tuple[Decimal, int]], random: Random
) -> None:
    shuffled = list(pairs)
    random.shuffle(shuffled)

    assert mean_of(shuffled) == mean_of(pairs)


def test_a_weighted_mean_by_hand() -> None:
    """(10 x 60 + 40 x 120) / 180 = (600 + 4800) / 180 = 30."""
    assert mean_of([(Decimal(10), 60), (Decimal(40), 120)]) == 30


def test_a_mean_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one value"):
        mean_of([])


@pytest.mark.parametrize(
    ("number", "nine"),
    [
        pytest.param("1.0000000005", "1.000000000", id="half goes to the even digit below"),
        pytest.param("1.0000000015", "1.000000002", id="half goes to the even digit above"),
        pytest.param("1.00000000050001", "1.000000001", id="more than half goes up"),
        pytest.param("-0.0000000001", "0E-9", id="never a negative zero"),
        pytest.param("1E+300", "1E+300", id="however large"),
    ],
)
def test_nine_decimals_are_kept(number: str, nine: str) -> None:
    found = kept(Decimal(number))

    assert found == Decimal(nine)
    assert not (found.is_zero() and found.is_signed())


@given(FLOATS)
def test_keeping_twice_keeps_the_same(number: float) -> None:
    assert kept(kept(digits(number))) == kept(digits(number))


@pytest.mark.parametrize(
    ("number", "written"),
    [
        ("10", "10"),
        ("1E+2", "100"),
        ("3.500", "3.5"),
        ("-0.0", "0"),
        ("0E-9", "0"),
        ("0.35", "0.35"),
    ],
)
def test_text_has_plain_digits(number: str, written: str) -> None:
    assert text(Decimal(number)) == written


@pytest.mark.parametrize(
    ("value", "limit", "rounded"),
    [
        pytest.param("35.4", "35", "35", id="under half"),
        pytest.param("35.5", "35", "36", id="half of an odd one goes up to even"),
        pytest.param("34.5", "35", "34", id="half of an even one goes down to even"),
        pytest.param("34.500000001", "35", "35", id="half and a little goes up"),
        pytest.param("0.105", "0.10", "0.10", id="to the digits of the limit"),
        pytest.param("104", "1E+2", "104", id="whole tens are no digits of a limit"),
        pytest.param("-0.4", "0", "0", id="no negative zero"),
    ],
)
def test_rounding_to_a_limit_is_half_even(value: str, limit: str, rounded: str) -> None:
    found = as_compared(Decimal(value), Decimal(limit), ROUNDED)

    assert (found, found.is_signed()) == (Decimal(rounded), False)


@pytest.mark.parametrize(
    ("value", "method", "over"),
    [
        pytest.param("35", "full", False, id="equal is not over"),
        pytest.param("35.0000000004", "full", False, id="a division's last digits are not over"),
        pytest.param("35.000000001", "full", True, id="the ninth decimal is over"),
        pytest.param("35.4", "full", True, id="all digits count"),
        pytest.param("35.4", "rounded", False, id="rounded it is the limit"),
        pytest.param("35.6", "rounded", True, id="rounded it is over"),
    ],
)
def test_over_a_limit_of_35(value: str, method: ComparisonMethod, over: bool) -> None:  # noqa: FBT001 (a column of the table)
    params = ComparisonParameters(comparison_method=method)

    assert exceeds(Decimal(value), Decimal(35), params) is over
    assert within(Decimal(value), at_most("35"), params) is not over


def test_under_a_lower_limit() -> None:
    assert falls_short(Decimal("94.9"), Decimal(95), FULL)
    assert not falls_short(Decimal("94.9"), Decimal(95), ROUNDED)
    assert not falls_short(Decimal(95), Decimal(95), FULL)


def test_a_range_binds_at_both_ends() -> None:
    ph = Bound("between", Decimal(6), Decimal(9), "", "value", "instant")

    inside = [
        value for value in ("5.99", "6", "7.2", "9", "9.01") if within(Decimal(value), ph, FULL)
    ]

    assert inside == ["6", "7.2", "9"]


def test_the_method_is_a_doubt_only_where_it_decides() -> None:
    assert comparison_doubts(Decimal("35.4"), at_most("35"), FULL) == ("comparison_method",)
    assert comparison_doubts(Decimal("34.6"), at_most("35"), FULL) == ()
    assert comparison_doubts(Decimal(35), at_most("35"), FULL) == ()
    assert comparison_doubts(Decimal("35.6"), at_most("35"), FULL) == ()


def test_a_method_that_was_set_is_no_doubt() -> None:
    assert comparison_doubts(Decimal("35.4"), at_most("35"), ROUNDED) == ()


def test_the_multiple_by_hand() -> None:
    """超标倍数 C / limit - 1: 57.05 / 35 = 1.63, less 1 = 0.63."""
    assert multiple(Decimal("57.05"), Decimal(35)) == Decimal("0.63")
    assert multiple(Decimal(35), Decimal(35)) == 0
    assert multiple(Decimal(1), Decimal(0)) is None


@pytest.mark.parametrize(
    ("number", "beside", "said"),
    [
        pytest.param("2.7777777777777777778", None, "2.77778", id="no end of digits"),
        pytest.param("42.500000000", "35", "42.5", id="zeros say nothing"),
        pytest.param("41.2345", "35", "41.2345", id="six are said"),
        pytest.param("1234567.8", None, "1234570", id="before the point too"),
        pytest.param("0.000012345678", None, "0.0000123457", id="small"),
        pytest.param("35.00000001", "35", "35.00000001", id="barely over"),
        pytest.param("34.99999964", "35", "34.9999996", id="barely under, no more than needed"),
        pytest.param("35.000000000", "35", "35", id="equal"),
    ],
)
def test_a_sentence_has_six_digits_and_stays_true(
    number: str, beside: str | None, said: str
) -> None:
    assert in_brief(Decimal(number), None if beside is None else Decimal(beside)) == said


@given(st.decimals(-99999, 99999, places=9), READINGS)
def test_what_a_sentence_says_stands_as_the_number_does(number: Decimal, limit: Decimal) -> None:
    said = Decimal(in_brief(number, limit))

    assert (said > limit, said < limit) == (number > limit, number < limit)
    assert abs(said - number) <= abs(number) * Decimal("0.00001")


@pytest.mark.parametrize(
    ("said", "number"),
    [("35", "35"), (35, "35"), (0.1, "0.1"), ("-", None), (None, None), (True, None)],
    ids=repr,
)
def test_evidence_is_read_as_numbers(said: object, number: str | None) -> None:
    assert number_of(said) == (None if number is None else Decimal(number))
