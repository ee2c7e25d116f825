"""Laboratory results held against automatic ones, and standing in for them, worked by hand."""

import math
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.rules import manual
from services.rules.manual import (
    Compared,
    NotCompared,
    Piece,
    compare,
    control_within,
    relative_accuracy,
    standing_in,
    value_of_same_time,
)
from services.rules.manual_parameters import ComparisonErrorParameters, ManualDutyParameters
from tests.fixtures.water import COD, HOUR, MIDNIGHT, MINUTE, laboratory

PARAMS = ComparisonErrorParameters()
DUTY = ManualDutyParameters()


def pieces(*values: str) -> list[Piece]:
    """Hours of automatic values."""
    return [
        (MIDNIGHT + place * HOUR, MIDNIGHT + (place + 1) * HOUR, Decimal(value))
        for place, value in enumerate(values)
    ]


@pytest.mark.parametrize(
    ("code", "automatic", "by_hand", "error", "within"),
    [
        (COD, "46", "40", "15", True),
        (COD, "46.1", "40", "15.25", False),
        (COD, "33.9", "40", "-15.25", False),
        ("w01001", "7.5", "8.0", "-0.5", True),
        ("w01001", "7.4", "8.0", "-0.6", False),
        ("w00000", "110", "100", "10", True),
        ("w00000", "89.9", "100", "-10.1", False),
    ],
    ids=["at 15 %", "over", "under", "pH at 0.5", "pH beyond", "flow at 10 %", "flow beyond"],
)
def test_a_value_is_held_against_the_laboratorys(
    code: str, automatic: str, by_hand: str, error: str, within: bool,  # noqa: FBT001 - a case
) -> None:  # fmt: skip
    """HJ 355-2019 Table 1 (defaults, not read): (46 - 40) / 40 = 15 %, (46.1 - 40) / 40 = 15.25 %."""
    found = compare(laboratory(1, MIDNIGHT + MINUTE, by_hand), pieces(automatic), code, PARAMS)

    assert isinstance(found, Compared)
    assert (found.error, found.within) == (Decimal(error), within)
    assert found.doubts != ()


def test_tolerances_that_a_bureau_sets_are_sure() -> None:
    params = ComparisonErrorParameters(water_percent=Decimal(20), cover_percent=Decimal(50))

    found = compare(laboratory(1, MIDNIGHT, "40"), pieces("47.9"), COD, params)

    assert isinstance(found, Compared)
    assert (found.within, found.doubts) == (True, ())


@pytest.mark.parametrize(
    ("code", "by_hand", "automatic", "why"),
    [
        (COD, None, pieces("40"), "no_laboratory_value"),
        (COD, "40", [], "no_automatic_value"),
        (COD, "0", pieces("1"), "zero_reference"),
        ("a21026", "40", pieces("40"), "no_tolerance"),
    ],
    ids=["lost", "out", "zero", "gas"],
)
def test_what_cannot_be_compared_says_why(
    code: str, by_hand: str | None, automatic: list[Piece], why: str
) -> None:
    found = compare(laboratory(3, MIDNIGHT, by_hand), automatic, code, PARAMS)

    assert found == NotCompared(3, 30, why)  # type: ignore[arg-type] # a case


def test_a_withdrawn_result_is_not_compared() -> None:
    withdrawn = laboratory(3, MIDNIGHT, "40")._replace(withdrawn=True)

    assert isinstance(compare(withdrawn, pieces("40"), COD, PARAMS), NotCompared)


def test_the_automatic_value_is_the_mean_over_the_sampling() -> None:
    """Sampled 00:30 to 02:00: half an hour of 10 and an hour of 40: (10 x 1800 + 40 x 3600) / 5400 = 30."""
    sampled = (MIDNIGHT + HOUR / 2, MIDNIGHT + 2 * HOUR)

    assert value_of_same_time(sampled, pieces("10", "40"), PARAMS) == 30


@pytest.mark.parametrize(("until", "found"), [(2, Decimal(10)), (2.01, None)])
def test_half_of_the_sampling_must_be_covered(until: float, found: Decimal | None) -> None:
    sampled = (MIDNIGHT, MIDNIGHT + until * HOUR)

    assert value_of_same_time(sampled, pieces("10"), PARAMS) == found


@pytest.mark.parametrize(
    ("measured", "within"), [("55", True), ("55.01", False), ("45", True), ("44.99", False)]
)
def test_a_control_sample_may_be_ten_percent_off(measured: str, within: bool) -> None:  # noqa: FBT001 - a case
    assert control_within(Decimal(measured), Decimal(50), PARAMS) == within


def test_relative_accuracy_of_three_pairs() -> None:
    """HJ 75-2017 (from memory): pairs (102, 100), (104, 100), (106, 100).

    differences 2, 4, 6: mean 4, Sd = square root of ((4 + 0 + 4) / 2) = 2
    cc = 4.303 x 2 / square root of 3 = 4.96867642...
    RA = (4 + 4.968676...) / 100 x 100 % = 8.968676... %
    """
    pairs = [
        (Decimal(102), Decimal(100)),
        (Decimal(104), Decimal(100)),
        (Decimal(106), Decimal(100)),
    ]

    found = relative_accuracy(pairs, PARAMS)

    assert found is not None
    assert math.isclose(found, 4 + 4.303 * 2 / math.sqrt(3), abs_tol=1e-8)
    assert found <= PARAMS.gas_accuracy_percent


@pytest.mark.parametrize("count", [0, 1, 2, 32], ids=str)
def test_too_few_or_too_many_pairs_have_no_accuracy(count: int) -> None:
    assert relative_accuracy([(Decimal(1), Decimal(1))] * count, PARAMS) is None


def test_pairs_that_agree_are_exact() -> None:
    assert relative_accuracy([(Decimal(5), Decimal(5))] * 9, PARAMS) == 0


@pytest.mark.parametrize("freedom", [1, 2, 8, 15, 30])
def test_the_quantiles_are_students(freedom: int) -> None:
    """The area from -t to t under the density is 95 %; sines for the heavy tails: x = sqrt(f) tan u."""
    quantile = float(manual.STUDENT[freedom - 1])
    bound = math.atan(quantile / math.sqrt(freedom))
    steps = 2000

    def density(angle: float) -> float:
        return math.cos(angle) ** (freedom - 1)

    def area(end: float) -> float:
        width = end / steps
        return width * sum(density((place + 0.5) * width) for place in range(steps))

    assert math.isclose(area(bound) / area(math.pi / 2), 0.95, abs_tol=1e-4)


def test_a_result_stands_until_the_next_and_six_hours_at_most() -> None:
    gap = (MIDNIGHT, MIDNIGHT + 24 * HOUR)
    results = [
        laboratory(2, MIDNIGHT + 6 * HOUR, "20"),
        laboratory(1, MIDNIGHT + 2 * HOUR, "10"),
    ]

    first, second = standing_in([gap], results, DUTY)

    assert (first.since, first.until, first.result) == (
        MIDNIGHT + 2 * HOUR,
        MIDNIGHT + 6 * HOUR,
        1,
    )
    assert second.until == MIDNIGHT + 12 * HOUR + MINUTE


def test_only_what_was_measured_while_the_device_was_out_stands_in() -> None:
    gap = [(MIDNIGHT, MIDNIGHT + HOUR)]
    other = laboratory(1, MIDNIGHT, "10", kind="self")

    assert standing_in(gap, [other], DUTY) == []
    assert len(standing_in(gap, [other], DUTY, kinds=("self", "gap"))) == 1


@pytest.mark.parametrize(
    "change", [{"withdrawn": True}, {"value": None}], ids=["withdrawn", "lost"]
)
def test_what_is_withdrawn_or_without_value_does_not_stand_in(change: dict[str, object]) -> None:
    result = laboratory(1, MIDNIGHT, "10")._replace(**change)  # type: ignore[arg-type] # a case

    assert standing_in([(MIDNIGHT, MIDNIGHT + HOUR)], [result], DUTY) == []


def test_a_lost_sample_ends_what_the_one_before_it_stands_for() -> None:
    gap = [(MIDNIGHT, MIDNIGHT + 6 * HOUR)]
    results = [laboratory(1, MIDNIGHT, "10"), laboratory(2, MIDNIGHT + HOUR, None)]

    [found] = standing_in(gap, results, DUTY)

    assert found.until == MIDNIGHT + HOUR


@given(
    st.lists(st.integers(0, 47), unique=True, max_size=12),
    st.lists(st.tuples(st.integers(0, 47), st.integers(1, 10)), max_size=4),
)
def test_what_stands_in_lies_in_the_gaps_and_never_twice(
    sampled: list[int], drawn: list[tuple[int, int]]
) -> None:
    cursor = MIDNIGHT
    gaps: list[tuple[datetime, datetime]] = []
    for offset, length in sorted(drawn):
        since = max(cursor, MIDNIGHT + offset * HOUR)
        cursor = since + length * HOUR
        gaps.append((since, cursor))
        cursor += MINUTE

    found = standing_in(
        gaps,
        [laboratory(place + 1, MIDNIGHT + at * HOUR, "1") for place, at in enumerate(sampled)],
        DUTY,
    )

    for one in found:
        assert any(since <= one.since < one.until <= until for since, until in gaps)
        assert one.until - one.since <= timedelta(hours=6, minutes=1)
    assert all(one.until <= after.since for one, after in pairwise(found))
