"""A running hour or day: what it will come to, and whether that is settled."""

from collections.abc import Sequence
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.limits import Bound
from services.rules.exact import mean_of
from services.rules.projection import (
    Projecting,
    Projection,
    ProjectionParameters,
    Running,
    Sample,
    Settled,
    project,
    running_day,
    running_hour,
)
from tests.fixtures.judging import PLAIN

NOT_NEGATIVE = ProjectionParameters(floor=Decimal(0))
RULES = Projecting(NOT_NEGATIVE)
PH = Bound("between", Decimal(6), Decimal(9), "pH", "value", "instant")


def minutes(*counts: tuple[int, str]) -> list[Sample]:
    return [Sample(Decimal(value), Decimal(60)) for count, value in counts for _ in range(count)]


def hour(samples: Sequence[Sample], bound: Bound = PLAIN, ceiling: str | None = None) -> Projection:
    return project(
        running_hour(samples, None if ceiling is None else Decimal(ceiling)), bound, RULES
    )


def test_an_hour_is_over_for_good_if_zeros_cannot_bring_it_back() -> None:
    """Limit 50: 45 minutes at 67 and 15 at 0 make 45 x 67 / 60 = 50.25, still over."""
    found = hour(minutes((45, "67")))

    assert (found.settled, found.least) == (Settled.EXCEEDING, Decimal("50.25"))


def test_an_hour_that_zeros_bring_to_the_limit_is_open() -> None:
    """50 minutes at 60 and 10 at 0 make 50 x 60 / 60 = 50, which is not over 50."""
    found = hour(minutes((50, "60")))

    assert (found.settled, found.least, found.so_far) == (Settled.OPEN, Decimal(50), Decimal(60))


def test_an_hour_that_is_not_valid_yet_opens_nothing() -> None:
    """30 minutes at 1000 are over whatever comes (500), but with fewer than 45 the hour is invalid."""
    found = hour(minutes((30, "1000")))

    assert (found.settled, found.least) == (Settled.NOT_VALID_YET, Decimal(500))
    assert found.warns


def test_an_hour_is_within_for_good_if_the_end_of_the_range_cannot_break_it() -> None:
    """55 minutes at 10 and 5 at 400, the range's end: (550 + 2000) / 60 = 42.5, within 50."""
    found = hour(minutes((55, "10")), ceiling="400")

    assert (found.settled, found.most) == (Settled.COMPLIANT, Decimal("42.5"))


def test_without_an_end_of_the_range_an_hour_is_within_only_when_it_is_whole() -> None:
    assert hour(minutes((59, "10"))).settled is Settled.OPEN
    assert hour(minutes((60, "10"))).settled is Settled.COMPLIANT


def test_missing_minutes_may_still_arrive() -> None:
    """Nothing between minute 10 and 55: 15 valid minutes at 100 are not over for good: 25 <= 50."""
    assert hour(minutes((15, "100"))).settled is Settled.OPEN


def test_the_hour_is_projected_to_go_on_like_its_last_minutes() -> None:
    """20 minutes at 20, 20 at 80: 15 at 80 were the last; (400 + 1600 + 20 x 80) / 60 = 60, 1.2 of 50."""
    found = hour(minutes((20, "20"), (20, "80")))

    assert (found.so_far, found.projected, found.share) == (
        Decimal(50),
        Decimal(60),
        Decimal("1.2"),
    )
    assert found.warns
    assert found.doubts == ("warning_share", "recent", "least_share")
    assert project(running_hour([]), PLAIN, Projecting()).doubts[3:] == ("floor",)


@pytest.mark.parametrize(
    ("floor", "settled"),
    [
        pytest.param(None, Settled.OPEN, id="nobody knows how far under 0 the rest may read"),
        pytest.param("-5", Settled.OPEN, id="14 minutes at -5, the beginning of the range"),
        pytest.param("0", Settled.EXCEEDING, id="a range from 0 on"),
    ],
)
def test_an_hour_is_not_over_for_good_while_negative_numbers_may_bring_it_back(
    floor: str | None, settled: Settled
) -> None:
    """Limit 100: 46 minutes at 131 and 14 at 0 make 100.43, at -5 (6026 - 70) / 60 = 99.27."""
    bound = PLAIN._replace(high=Decimal(100))
    running = running_hour(minutes((46, "131")), floor=None if floor is None else Decimal(floor))

    found = project(running, bound, Projecting())

    assert found.settled is settled


def test_a_whole_hour_is_settled_without_a_floor() -> None:
    assert project(running_hour(minutes((60, "60"))), PLAIN, Projecting()).settled is (
        Settled.EXCEEDING
    )


@pytest.mark.parametrize(
    ("samples", "warns"),
    [
        pytest.param(minutes((30, "45")), False, id="90 % is not over 90 %"),
        pytest.param(minutes((30, "45.1")), True, id="a little over 90 %"),
        pytest.param(minutes((14, "90")), False, id="14 minutes are under a quarter"),
        pytest.param(minutes((15, "90")), True, id="15 minutes are enough"),
        pytest.param([], False, id="nothing yet"),
    ],
)
def test_it_warns_over_90_percent_of_the_limit_once_enough_is_there(
    samples: list[Sample], *, warns: bool
) -> None:
    assert hour(samples).warns is warns


def test_what_a_bureau_sets_is_no_doubt() -> None:
    params = ProjectionParameters.model_validate(
        {"warning_share": "0.8", "recent": 5, "least_share": "0.1", "floor": "0"}
    )

    found = project(running_hour(minutes((6, "41"))), PLAIN, Projecting(params))

    assert (found.warns, found.doubts) == (True, ())


def test_nothing_yet_is_open_and_no_number() -> None:
    found = hour([])

    assert found[:6] == (Settled.OPEN, None, None, None, None, None)


def test_an_over_range_minute_has_no_upper_end() -> None:
    samples = [sample._replace(at_least=True) for sample in minutes((60, "40"))]

    found = hour(samples, ceiling="40")

    assert (found.settled, found.most) == (Settled.OPEN, None)
    assert hour([*samples[:50], *minutes((10, "200"))]).settled is Settled.EXCEEDING


def test_a_day_is_projected_from_its_hours() -> None:
    """Limit 50: 20 hours at 61 and 4 at 0 make 1220 / 24 = 50.83, over; at 60 exactly 50, open."""
    settled = project(running_day([Sample(Decimal(61), Decimal(1))] * 20), PLAIN, RULES)
    open_ = project(running_day([Sample(Decimal(60), Decimal(1))] * 20), PLAIN, RULES)

    assert (settled.settled, settled.least) == (Settled.EXCEEDING, Decimal("50.833333333"))
    assert open_.settled is Settled.OPEN


def test_a_day_weighted_by_flow_is_settled_only_by_the_most_flow_there_can_be() -> None:
    """300 m3 at 70 so far; at most 400 m3 a day: 300 x 70 / 400 = 52.5 is over 50."""
    samples = [Sample(Decimal(70), Decimal(100))] * 3

    bounded = project(Running(samples, Decimal(400), Decimal(200)), PLAIN, RULES)
    endless = project(Running(samples, None, Decimal(200)), PLAIN, RULES)

    assert (bounded.settled, bounded.least) == (Settled.EXCEEDING, Decimal("52.5"))
    assert (endless.settled, endless.least, endless.projected) == (
        Settled.OPEN,
        None,
        Decimal(70),
    )


@pytest.mark.parametrize(
    ("value", "ceiling", "settled"),
    [
        pytest.param("3", "7", Settled.EXCEEDING, id="too acid: (55 x 3 + 5 x 7) / 60 < 6"),
        pytest.param("7", "14", Settled.COMPLIANT, id="between 6.4 and 7.6 whatever comes"),
        pytest.param("6.2", "14", Settled.OPEN, id="5.7 to 6.9"),
        pytest.param("14", "14", Settled.EXCEEDING, id="at least 12.8"),
    ],
)
def test_a_range_is_settled_at_both_ends(value: str, ceiling: str, settled: Settled) -> None:
    """55 minutes at a pH, five more from 0 to the ceiling."""
    found = hour(minutes((55, value)), PH, ceiling)

    assert (found.settled, found.share) == (settled, None)


def test_a_lower_limit_is_broken_for_good_if_the_best_cannot_mend_it() -> None:
    """At least 95: 50 minutes at 90 and 10 at 100 make 91.67."""
    removal = Bound(">=", Decimal(95), None, "%", "removal", "hour")

    found = hour(minutes((50, "90")), removal, ceiling="100")

    assert (found.settled, found.warns) == (Settled.EXCEEDING, True)


reading = st.decimals(0, 200, places=1)


@given(st.integers(40, 60), reading, st.lists(reading, max_size=5), st.lists(reading, max_size=20))
def test_whatever_comes_a_settled_hour_ends_so(
    count: int, value: Decimal, others: list[Decimal], rest: list[Decimal]
) -> None:
    first = [*others, *[value] * count][:60]
    found = hour([Sample(each, Decimal(60)) for each in first], ceiling="200")

    mean = mean_of((each, 60) for each in [*first, *rest][:60])

    assert not (found.settled is Settled.EXCEEDING and mean <= 50)
    assert not (found.settled is Settled.COMPLIANT and mean > 50)


@given(st.lists(reading, min_size=1, max_size=60))
def test_the_projection_lies_between_the_least_and_the_most(values: list[Decimal]) -> None:
    found = hour([Sample(value, Decimal(60)) for value in values], ceiling="200")

    assert found.least is not None
    assert found.projected is not None
    assert found.most is not None
    assert found.so_far is not None
    assert found.least <= found.projected <= found.most
    assert found.least <= found.so_far <= found.most
