"""An hour whose exact mean equals the limit is not over it; plain summing puts many of them over."""

from decimal import Decimal
from fractions import Fraction
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from schemas.means import HourRecords
from schemas.record import Record
from services.rules.exact import ComparisonParameters, exceeds
from services.rules.hour_mean import hour_mean
from services.rules.hour_oxygen import no_oxygen, prepare
from services.rules.hour_parameters import HourRules
from tests.fixtures.hours import START, records

RULES = HourRules()
NOTHING = no_oxygen(RULES)
PARAMS = ComparisonParameters()
LIMIT = Decimal(35)
MINUTES = 60


def hour_at_limit(random: Random) -> list[float]:
    """Sixty readings of two decimals whose exact mean is 35: each pair lies evenly about it."""
    halves = [random.randint(0, 3500) for _ in range(MINUTES // 2)]
    readings = [(3500 + side * half) / 100 for half in halves for side in (1, -1)]
    random.shuffle(readings)
    return readings


def judged_over(readings: list[float]) -> bool:
    mean = hour_mean(HourRecords(START, records(readings)), NOTHING, (), RULES)
    assert mean.value is not None
    return exceeds(mean.value, LIMIT, PARAMS)


def test_no_hour_at_the_limit_is_over_it_where_plain_summing_puts_many_over() -> None:
    random = Random(212)  # noqa: S311 (the same hours each time)
    hours = [hour_at_limit(random) for _ in range(500)]

    plainly_over = sum(sum(hour) / len(hour) > 35 for hour in hours)
    over = sum(judged_over(hour) for hour in hours)

    assert over == 0
    assert 0.15 < plainly_over / len(hours) < 0.45


def test_the_smallest_step_over_the_limit_is_over_it() -> None:
    readings = hour_at_limit(Random(75))  # noqa: S311 (the same hour each time)

    readings[0] = (round(readings[0] * 100) + 1) / 100

    assert judged_over(readings)


@given(
    st.lists(st.integers(-50, 99_999).map(lambda n: n / 1000), min_size=1, max_size=60),
    st.sampled_from([60, 30, 7]),
)
def test_the_mean_is_that_of_fractions(readings: list[float], span_s: int) -> None:
    exact = sum((Fraction(repr(reading)) for reading in readings), Fraction()) / len(readings)

    found = hour_mean(HourRecords(START, records(readings, span_s=span_s)), NOTHING, (), RULES)

    assert found.value is not None
    assert abs(Fraction(found.value) - exact) <= Fraction(1, 2 * 10**9)


@given(st.lists(st.tuples(st.integers(1, 30), st.integers(0, 9999)), min_size=1, max_size=60))
def test_records_of_any_length_weigh_by_their_time(spans: list[tuple[int, int]]) -> None:
    second, laid = 0, list[tuple[int, int]]()
    hour = list[Record]()
    for minutes, hundredths in spans:
        span_s = min(minutes * 60, 3600 - second)
        if not span_s:
            break
        hour += records([hundredths / 100], span_s=span_s, first_s=second)
        laid.append((span_s, hundredths))
        second += span_s

    found = hour_mean(HourRecords(START, hour), NOTHING, (), RULES)

    exact = Fraction(sum(span * value for span, value in laid), 100 * second)
    assert found.value is not None
    assert abs(Fraction(found.value) - exact) <= Fraction(1, 2 * 10**9)


@given(st.lists(st.tuples(st.integers(0, 9999), st.integers(0, 1999)), min_size=60, max_size=60))
def test_the_converted_mean_is_that_of_fractions(pairs: list[tuple[int, int]]) -> None:
    """Each minute: C x (21 - 6) / (21 - O2), then the mean of the sixty."""
    oxygen = prepare(records([o / 100 for _, o in pairs]), (), START, RULES)

    found = hour_mean(
        HourRecords(START, records([c / 100 for c, _ in pairs])), oxygen, (Decimal(6),), RULES
    )

    exact = sum(Fraction(c, 100) * 15 / (21 - Fraction(o, 100)) for c, o in pairs) / 60
    assert abs(Fraction(found.converted["6"]) - exact) <= Fraction(1, 2 * 10**9)


def test_a_converted_mean_equal_to_the_limit_is_not_over_it() -> None:
    """28 mg/m3 at 9 % is 28 x 15 / 12 = 35; 22.4 at 11.4 % is 22.4 x 15 / 9.6 = 35."""
    oxygen = prepare(records([9.0, 11.4] * 30), (), START, RULES)

    found = hour_mean(HourRecords(START, records([28.0, 22.4] * 30)), oxygen, (Decimal(6),), RULES)

    assert not exceeds(found.converted["6"], LIMIT, PARAMS)
    assert found.converted["6"] == LIMIT
