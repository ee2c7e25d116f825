"""When an exact look is worth its cost: never later than a run begins or ends, and seldom else."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.rules.judging.live_parameters import LiveParameters
from services.rules.judging.live_run import Run, Said, follow
from services.rules.judging.live_screen import Heard, Patience, Sounded
from services.rules.judging.live_turns import Turns
from tests.fixtures.plant_days import DAY, HOUR

HALF = timedelta(seconds=30)
POINT = 7
PARAMS = LiveParameters()
PATIENCE = Patience(PARAMS.hold_s, PARAMS.clear_s, 900)


def sound(place: int, *, over: bool, within: bool | None = None, channel: int = 1) -> Sounded:
    heard = Heard(channel, "realtime", DAY + place * HALF, 1.0, "N", 30)
    inside = not over if within is None else within
    return Sounded(1, POINT, heard, near=over, over=over, within=inside, patience=PATIENCE)


def turned(course: Sequence[bool]) -> list[tuple[bool, bool]]:
    """After each reading whether a run may begin, and end."""
    turns = Turns()
    found: list[tuple[bool, bool]] = []
    for place, over in enumerate(course):
        now = turns.hear([sound(place, over=over)])
        found.append((POINT in now.begins, POINT in now.ends))
    return found


def test_a_run_may_begin_with_the_record_that_completes_its_180_seconds() -> None:
    """Within once, then over: records 1 to 6 are 180 s."""
    told = turned([False, *[True] * 7])

    assert [begins for begins, _ in told] == [False] * 6 + [True, True]


def test_a_run_may_end_with_the_record_that_completes_its_180_seconds_within() -> None:
    told = turned([True, *[False] * 7])

    assert [ends for _, ends in told] == [False] * 6 + [True, True]


def test_what_was_before_the_first_reading_nobody_knows() -> None:
    assert turned([True]) == [(True, False)]
    assert turned([False]) == [(False, True)]


def test_a_number_that_may_be_on_either_side_breaks_nothing() -> None:
    turns = Turns()
    turns.hear([sound(0, over=False)])

    now = turns.hear([sound(n, over=True, within=True) for n in range(1, 7)])

    assert (now.begins, now.ends) == (frozenset({POINT}), frozenset({POINT}))


def test_the_order_within_what_is_heard_together_does_not_count() -> None:
    several = [sound(0, over=False), *(sound(n, over=True) for n in range(1, 7))]

    assert Turns().hear(several) == Turns().hear(several[::-1])


def test_each_channel_is_followed_apart() -> None:
    turns = Turns()
    turns.hear([sound(0, over=False), sound(0, over=False, channel=2)])
    turns.hear([sound(n, over=True) for n in range(1, 6)])

    now = turns.hear([sound(5, over=False, channel=2), sound(6, over=True)])

    assert now.begins == {POINT}


@given(st.lists(st.booleans(), min_size=1, max_size=60))
@pytest.mark.parametrize("first", [True, False], ids=["over", "within"])
def test_no_run_begins_or_ends_without_an_exact_look(first: bool, course: list[bool]) -> None:  # noqa: FBT001 - parametrized
    several = [first, *course]
    told = turned(several)
    said = [Said(*_span(place), over) for place, over in enumerate(several)]
    known: Run | None = None

    for count in range(1, len(several) + 1):
        now = DAY + count * HALF
        new = follow(said[:count], known, (DAY - HOUR, now), PARAMS)
        was_open = known is not None and known.until is None
        is_open = new is not None and new.until is None
        begins, ends = told[count - 1]
        assert begins or was_open or not is_open
        assert ends or is_open or not was_open
        known = new


def _span(place: int) -> tuple[datetime, datetime]:
    since = DAY + place * HALF
    return since, since + HALF
