"""Cursors go on where a page ended; those of other lists, and nonsense, are refused."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.api.paging import Key, Page, cursor_of, page
from services.api.problems import Problem

MOMENTS = st.datetimes(timezones=st.just(UTC))
NUMBERS = st.integers(-(1 << 63), (1 << 63) - 1)


@given(st.lists(NUMBERS, unique=True), st.integers(1, 10))
def test_pages_hold_everything_once(rows: list[int], limit: int) -> None:
    rows = sorted(rows, reverse=True)
    found: list[int] = []
    cursor: str | None = None

    while True:
        asked = page(limit, cursor)
        key = asked.key(int)
        left = rows if key is None else [row for row in rows if row < int(str(key[0]))]
        shown, cursor = asked.split(left[: asked.asked], lambda row: (row,))
        assert len(shown) <= limit
        found += shown
        if cursor is None:
            break

    assert found == rows


@given(MOMENTS, NUMBERS, st.text(max_size=20))
def test_a_key_comes_back_as_it_was_given_out(at: datetime, number: int, text: str) -> None:
    asked = page(10, cursor_of((at, number, text)))

    assert asked.key(datetime, int, str) == (at, number, text)


@pytest.mark.parametrize("cursor", ["", "%%%", "e30", "bnVsbA", "WzFd=", "é", "A"], ids=repr)
def test_what_is_no_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(Problem):
        page(10, cursor).key(int, int)


@pytest.mark.parametrize(
    "key",
    [(1, 2), ("1",), (True,), (None,), (1.5,)],
    ids=["longer", "text", "bool", "none", "part"],
)
def test_a_cursor_of_another_list_is_refused(key: tuple[Key, ...]) -> None:
    with pytest.raises(Problem):
        page(10, cursor_of(key)).key(int)


@pytest.mark.parametrize("text", ["yesterday", "2026-13-01"])
def test_a_moment_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(Problem):
        page(10, cursor_of((text,))).key(datetime)


def test_without_a_cursor_it_begins_at_the_beginning() -> None:
    assert Page(10).key(int) is None
