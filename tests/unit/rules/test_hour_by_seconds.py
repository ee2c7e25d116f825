"""The hour against a plain reckoning second by second in fractions."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.means import HourRecords
from schemas.record import Record
from services.rules.hour_mean import hour_mean
from services.rules.hour_oxygen import prepare
from services.rules.hour_parameters import HourRules
from tests.fixtures.hours import START, at_second

RULES = HourRules()
HOUR = 3600
SIX = Decimal(6)


@st.composite
def channel(draw: st.DrawFn, greatest: int) -> list[Record]:
    """Records of 1 to 30 minutes one after the other, with holes and faults, of two decimals."""
    found: list[Record] = []
    second = draw(st.integers(0, 600))
    while second < HOUR:
        span_s = draw(st.sampled_from([60, 300, 600, 900, 1800, 47]))
        value = draw(st.integers(0, greatest)) / 100
        flag = draw(st.sampled_from(["N", "N", "N", "D"]))
        found.append(at_second(second, value, span_s, flag))
        second += span_s + draw(st.sampled_from([0, 0, 0, 60, 13]))
    return found


def by_second(hour: list[Record]) -> dict[int, Fraction]:
    """The number that each valid second of the hour has."""
    found: dict[int, Fraction] = {}
    for record in hour:
        begin = int((record.at - START).total_seconds())
        if record.flag == "N" and record.value is not None:
            seconds = range(begin, min(begin + record.span_s, HOUR))
            found.update(dict.fromkeys(seconds, Fraction(repr(record.value))))
    return found


def near(found: object, exact: Fraction) -> bool:
    return abs(Fraction(str(found)) - exact) <= Fraction(1, 2 * 10**9)


@settings(max_examples=60, deadline=None)
@given(channel(99_999), channel(2_200))
def test_an_hour_is_what_its_seconds_say(main: list[Record], oxygen: list[Record]) -> None:
    """Mean over valid seconds; converted by 15 / (21 - O2) over those with valid oxygen under 20 %."""
    prepared = prepare(oxygen, (), START, RULES)

    found = hour_mean(HourRecords(START, main), prepared, (SIX,), RULES)

    numbers, air = by_second(main), by_second(oxygen)
    converted = {
        second: number * 15 / (21 - air[second])
        for second, number in numbers.items()
        if second in air and air[second] < 20
    }
    sixth = found.computed.converted["6"]
    assert (found.computed.valid_s, sixth.valid_s) == (len(numbers), len(converted))
    assert found.valid == (len(numbers) >= 2700)
    assert sixth.valid == (len(converted) >= 2700)
    if numbers:
        assert near(found.value, sum(numbers.values(), Fraction()) / len(numbers))
    if converted:
        assert near(sixth.of_minutes, sum(converted.values(), Fraction()) / len(converted))


@settings(max_examples=30, deadline=None)
@given(channel(99_999), channel(99_999), channel(2_200))
def test_pollutants_that_share_the_oxygen_do_not_touch_each_other(
    one: list[Record], other: list[Record], oxygen: list[Record]
) -> None:
    shared = prepare(oxygen, (), START, RULES)
    references = (SIX, SIX + 5)
    hour_mean(HourRecords(START, other), shared, references, RULES)

    beside = hour_mean(HourRecords(START, one), shared, references, RULES)

    alone = prepare(oxygen, (), START, RULES)
    assert beside == hour_mean(HourRecords(START, one), alone, references, RULES)


@settings(max_examples=30, deadline=None)
@given(channel(99_999), channel(99_999))
def test_the_spare_only_adds_seconds_that_the_main_has_not(
    main: list[Record], spare: list[Record]
) -> None:
    prepared = prepare((), (), START, RULES)

    found = hour_mean(HourRecords(START, main, spare), prepared, (), RULES).computed

    of_main, of_spare = by_second(main), by_second(spare)
    together = {**of_spare, **of_main}
    assert found.valid_s == len(together)
    assert found.spare_s == len(of_spare.keys() - of_main.keys())
    if together:
        assert near(found.value, sum(together.values(), Fraction()) / len(together))


@settings(max_examples=30, deadline=None)
@given(channel(99_999), st.integers(0, HOUR - 60))
def test_more_valid_minutes_never_make_a_valid_hour_invalid(
    main: list[Record], second: int
) -> None:
    prepared = prepare((), (), START, RULES)
    before = hour_mean(HourRecords(START, main), prepared, (), RULES)

    more = [*main, at_second(second, 1.0)]

    after = hour_mean(HourRecords(START, more), prepared, (), RULES)
    assert after.computed.valid_s >= before.computed.valid_s
    assert after.valid or not before.valid
