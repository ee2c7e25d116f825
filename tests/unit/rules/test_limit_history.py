"""Which limit binds when, as known when; and what a newer belief changes."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.limits import Bound, LimitVersion
from services.rules.limit_history import (
    changes,
    hours_changed,
    intervals,
    limits_in_force,
    prepared,
)
from tests.fixtures.judging import GUESSED, PLAIN, at, version

STRICT = PLAIN._replace(high=Decimal(35))


def high(versions: tuple[LimitVersion, ...]) -> list[Decimal | None]:
    return [one.bound.high for one in versions if one.bound is not None]


def test_a_limit_binds_from_its_beginning_and_not_at_its_end() -> None:
    one = version(span=(at(1), at(3)))

    found = [len(limits_in_force([one], 7, at(hour))) for hour in range(5)]

    assert found == [0, 1, 1, 0, 0]


def test_a_change_begins_at_its_date_and_what_was_before_stays() -> None:
    """50 since ever; from hour 10 it is 35: hour 9 is judged by 50, hour 10 by 35."""
    versions = [version(), version(STRICT, number=2, span=(at(10), None))]

    assert high(limits_in_force(versions, 7, at(9))) == [Decimal(50)]
    assert high(limits_in_force(versions, 7, at(10))) == [Decimal(35)]


def test_a_correction_reaches_back_but_not_behind_what_was_known() -> None:
    versions = [version(number=5), version(STRICT, number=9)]

    assert high(limits_in_force(versions, 7, at(0))) == [Decimal(35)]
    assert high(limits_in_force(versions, 7, at(0), position=9)) == [Decimal(50)]
    assert limits_in_force(versions, 7, at(0), position=5) == ()


def test_of_two_beliefs_of_one_position_the_greater_version_counts() -> None:
    first, second = version(number=1), version(STRICT, number=2)._replace(position=1)

    assert limits_in_force([second, first], 7, at(0)) == (second,)


def test_a_withdrawn_limit_binds_nothing_and_only_in_its_time() -> None:
    versions = [version(), version(None, number=2, span=(at(2), at(4)))]

    assert [len(limits_in_force(versions, 7, at(hour))) for hour in (1, 2, 3, 4)] == [1, 0, 0, 1]


def test_each_limit_of_a_point_binds_for_itself() -> None:
    versions = [version(limit=2), version(STRICT, limit=1, number=2), version(limit=3)]

    found = limits_in_force([*versions[:2], versions[2]._replace(point=8)], 7, at(0))

    assert [one.limit for one in found] == [1, 2]


def test_a_point_nobody_speaks_of_has_no_limits() -> None:
    assert prepared([version()]).at(99, at(0)) == ()
    assert prepared([version()]).points() == {7}


def test_intervals_are_cut_to_the_span_and_leave_out_what_is_withdrawn() -> None:
    """50 throughout, corrected to 35 in hours 2-4, withdrawn in hours 6-7; asked for hours 1-9."""
    one, two = version(), version(STRICT, number=2, span=(at(2), at(4)))
    gone = version(None, number=3, span=(at(6), at(7)))

    found = intervals([gone, one, two], at(1), at(9))

    assert [(piece.since, piece.until, piece.version.version) for piece in found] == [
        (at(1), at(2), 1),
        (at(2), at(4), 2),
        (at(4), at(6), 1),
        (at(7), at(9), 1),
    ]


def test_intervals_as_known_before_a_correction_do_not_have_it() -> None:
    found = intervals([version(), version(STRICT, number=2)], at(0), at(9), position=2)

    assert [(piece.since, piece.until, piece.version.version) for piece in found] == [
        (at(0), at(9), 1)
    ]


def test_a_new_version_changes_the_hours_in_which_it_gives_another_bound() -> None:
    """35 from 02:30 to 05:00 in place of 50 touches the hours from 02:00, 03:00 and 04:00."""
    old = [version()]
    new = [*old, version(STRICT, number=2, span=(at(2.5), at(5)))]

    found = changes(old, new, at(0), at(24))

    assert [(one.since, one.until, one.rebinds) for one in found] == [(at(2.5), at(5), True)]
    assert list(hours_changed(found)) == [(7, at(2)), (7, at(3)), (7, at(4))]


def test_saying_the_same_again_changes_nothing() -> None:
    same = PLAIN._replace(high=Decimal("50.0"))

    assert changes([version()], [version(), version(same, number=2)], at(0), at(9)) == []


def test_a_better_source_changes_how_sure_a_verdict_is_and_no_bound() -> None:
    found = changes([version(law=GUESSED)], [version(number=2)], at(0), at(2))

    assert [one.rebinds for one in found] == [False]


@pytest.mark.parametrize(
    ("old", "new", "sides"),
    [
        pytest.param([], [version()], (False, True), id="assigned"),
        pytest.param([version()], [version(), version(None, number=2)], (True, False), id="gone"),
        pytest.param([], [version(None)], None, id="withdrawn before it was"),
    ],
)
def test_what_begins_or_ends_is_a_change(
    old: list[LimitVersion], new: list[LimitVersion], sides: tuple[bool, bool] | None
) -> None:
    found = changes(old, new, at(0), at(1))

    assert [(one.before is not None, one.after is not None) for one in found] == (
        [] if sides is None else [sides]
    )


def test_neighbours_that_change_alike_are_one_change() -> None:
    old = [version()]
    cut = [*old, version(limit=2, number=2, span=(at(3), at(4)))]
    new = [*cut, version(STRICT, number=3)]

    found = changes(cut, new, at(0), at(9))

    assert [(one.limit, one.since, one.until) for one in found] == [(1, at(0), at(9))]


hours = st.integers(0, 8).map(at)
spans = st.tuples(hours, hours).filter(lambda ends: ends[0] < ends[1])
ends = st.one_of(
    spans,
    st.just((None, None)),
    hours.map(lambda one: (one, None)),
    hours.map(lambda one: (None, one)),
)
bounds = st.sampled_from([None, PLAIN, STRICT])


@st.composite
def beliefs(draw: st.DrawFn) -> list[LimitVersion]:
    count = draw(st.integers(0, 6))
    return [
        version(draw(bounds), limit=draw(st.integers(1, 2)), number=number, span=draw(ends))
        for number in range(1, count + 1)
    ]


def plainly(versions: list[LimitVersion], moment: datetime) -> list[tuple[int, Bound]]:
    """The rule itself: of the beliefs that hold, the last recorded of each limit, if it binds."""
    last: dict[int, LimitVersion] = {}
    for one in sorted(versions, key=lambda each: (each.position, each.version)):
        if (one.since is None or one.since <= moment) and (one.until is None or moment < one.until):
            last[one.limit] = one
    return [(limit, last[limit].bound) for limit in sorted(last) if last[limit].bound is not None]  # pyright: ignore[reportReturnType] # None is left out


@given(beliefs(), st.integers(-1, 9), st.permutations(range(6)))
def test_the_fast_way_is_the_rule(
    versions: list[LimitVersion], hour: int, order: list[int]
) -> None:
    shuffled = [versions[index] for index in order if index < len(versions)]

    found = prepared(shuffled).at(7, at(hour))

    assert [(one.limit, one.bound) for one in found] == plainly(versions, at(hour))


@given(beliefs())
def test_intervals_and_the_look_up_agree(versions: list[LimitVersion]) -> None:
    found = intervals(versions, at(0), at(9))

    for hour in range(9):
        moment = at(hour) + timedelta(minutes=30)
        inside = [
            one.version
            for one in found
            if one.since is not None and one.until is not None and one.since <= moment < one.until
        ]
        assert tuple(inside) == prepared(versions).at(7, moment)


@given(beliefs(), beliefs())
def test_changes_are_where_the_two_beliefs_differ(
    old: list[LimitVersion], new: list[LimitVersion]
) -> None:
    changed = {hour for _, hour in hours_changed(changes(old, new, at(0), at(9)))}

    differing = {at(hour) for hour in range(9) if plainly(old, at(hour)) != plainly(new, at(hour))}

    assert changed == differing
