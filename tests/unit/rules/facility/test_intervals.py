"""Sets of seconds, against a model that holds every second apart."""

import itertools
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.rules.facility.intervals import (
    NONE,
    Ruler,
    Span,
    Spans,
    at_least,
    bridged,
    difference,
    intersection,
    lasting,
    merged,
    outside,
    seconds,
    union,
    within,
)

EARLIEST, LATEST = 0, 40
moments = st.integers(EARLIEST, LATEST)
loose = st.lists(st.tuples(moments, moments), max_size=8)
sets = loose.map(merged)


def each(spans: Iterable[Span]) -> set[int]:
    """The model: every second by itself."""
    return {second for begin, end in spans for second in range(begin, end)}


def is_normal(spans: Spans) -> bool:
    whole = all(begin < end for begin, end in spans)
    apart = all(one[1] < other[0] for one, other in itertools.pairwise(spans))
    return whole and apart


@given(loose)
def test_merging_keeps_every_second_and_gives_the_normal_form(spans: list[Span]) -> None:
    found = merged(spans)

    assert is_normal(found)
    assert each(found) == each(spans)


@given(st.lists(sets, max_size=6), st.integers(1, 7))
def test_k_of_n_is_where_so_many_hold_at_once(many: list[Spans], needed: int) -> None:
    found = at_least(needed, many)

    counted = [sum(second in each(spans) for spans in many) for second in range(LATEST)]
    assert is_normal(found)
    assert each(found) == {second for second, count in enumerate(counted) if count >= needed}


@given(st.lists(sets, min_size=1, max_size=5))
def test_k_of_n_knows_no_order(many: list[Spans]) -> None:
    turned = many[::-1]

    assert [at_least(k, many) for k in (1, 2, 3)] == [at_least(k, turned) for k in (1, 2, 3)]


@given(st.lists(sets, min_size=2, max_size=5))
def test_needing_more_never_gives_more(many: list[Spans]) -> None:
    by_need = [each(at_least(needed, many)) for needed in range(1, len(many) + 1)]

    assert all(more >= less for more, less in itertools.pairwise(by_need))


@given(sets, sets)
def test_union_intersection_and_difference_are_those_of_sets(one: Spans, other: Spans) -> None:
    assert each(union(one, other)) == each(one) | each(other)
    assert each(intersection(one, other)) == each(one) & each(other)
    assert each(difference(one, other)) == each(one) - each(other)
    assert all(
        map(is_normal, (union(one, other), intersection(one, other), difference(one, other)))
    )


@given(sets, moments, moments)
def test_within_and_outside_share_a_window_between_them(
    spans: Spans, since: int, until: int
) -> None:
    inside, rest = within(spans, since, until), outside(spans, since, until)

    assert is_normal(inside)
    assert is_normal(rest)
    assert each(inside) == each(spans) & set(range(since, until))
    assert each(rest) == set(range(since, until)) - each(spans)
    assert seconds(inside) + seconds(rest) == max(until - since, 0)


@given(sets, moments, moments)
def test_the_ruler_counts_the_seconds_of_any_window(spans: Spans, since: int, until: int) -> None:
    assert Ruler(spans).seconds(since, until) == len(each(spans) & set(range(since, until)))


@given(sets, st.lists(moments, min_size=1, max_size=6).map(sorted))
def test_pieces_of_a_window_add_up_to_it(spans: Spans, edges: list[int]) -> None:
    ruler = Ruler(spans)

    pieces = [ruler.seconds(a, b) for a, b in itertools.pairwise(edges)]

    assert sum(pieces) == ruler.seconds(edges[0], edges[-1])


@given(sets, st.integers(0, 12))
def test_lasting_keeps_whole_intervals_that_are_long_enough(spans: Spans, least_s: int) -> None:
    found = lasting(spans, least_s)

    assert set(found) <= set(spans)
    assert all((span in found) == (span[1] - span[0] >= least_s) for span in spans)


@given(sets, sets, st.integers(0, 10))
def test_bridging_only_adds_gaps_that_are_offered(one: Spans, other: Spans, longest: int) -> None:
    gaps = difference(other, one)

    found = bridged(one, gaps, longest)

    assert is_normal(found)
    assert each(one) <= each(found) <= each(one) | each(gaps)


@pytest.mark.parametrize(
    ("gaps", "longest_s", "expected"),
    [
        pytest.param(((10, 15),), 5, ((0, 20),), id="as long as allowed"),
        pytest.param(((10, 15),), 4, ((0, 10), (15, 20)), id="too long"),
        pytest.param(((10, 12),), 5, ((0, 10), (15, 20)), id="only part of the gap is unknown"),
        pytest.param(((20, 25),), 5, ((0, 10), (15, 20)), id="at the end it joins nothing"),
    ],
)
def test_a_gap_is_bridged_between_two_intervals_alone(
    gaps: Spans, longest_s: int, expected: Spans
) -> None:
    assert bridged(((0, 10), (15, 20)), gaps, longest_s) == expected


def test_at_least_none_of_many_has_no_end() -> None:
    with pytest.raises(ValueError, match="number from 1 on"):
        at_least(0, [NONE])


def test_two_of_three_by_hand() -> None:
    """A runs 0-10, B 5-20, C 8-12: two at once from 5 to 12 (A,B 5-10; B,C 8-12); three 8-10."""
    three = [((0, 10),), ((5, 20),), ((8, 12),)]

    assert at_least(2, three) == ((5, 12),)
    assert at_least(3, three) == ((8, 10),)
