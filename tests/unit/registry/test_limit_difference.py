"""What rows of a file change in what is believed, by intervals; no database is needed."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.limit_document import Limit
from schemas.limits import LimitVersion
from services.registry.limit_difference import Comparing, LimitDifference, compared
from services.rules.catalogue import catalogue
from services.rules.limit_acts import Who, timeline
from services.rules.limit_places import PlaceError, Places
from tests.fixtures.limits import PLANT, POINT
from tests.fixtures.registry import MemoryRegistry

NOW = datetime(2025, 6, 1, tzinfo=UTC)
Fields = dict[str, Any]


def registered() -> Places:
    registry = MemoryRegistry()
    registry.load(PLANT)
    return Places(registry.rows)


PLACES = registered()


def row(high: int, since: int, until: int | None = None, **more: object) -> Fields:
    """A limit from the beginning of a year."""
    return {
        "point": POINT,
        "max": high,
        "unit": "mg/m3",
        "averaging": "hour",
        "o2": 6,
        "from": f"{since}-01-01",
        "to": until and f"{until}-01-01",
        "origin": "permit",
        "standard": "PERMIT-1",
        **more,
    }


def difference(known: list[LimitVersion], *rows: Fields) -> LimitDifference:
    entries = {place: Limit.model_validate(one) for place, one in enumerate(rows)}
    return compared(entries, Comparing(PLACES, known, catalogue(), Who("a", NOW, "file")))


def kept(known: list[LimitVersion], found: LimitDifference) -> list[LimitVersion]:
    """The beliefs after the writing of a difference, as the store numbers them."""
    assert not found.wrong, found.wrong
    last = len(known)
    return known + [
        one.version._replace(limit=abs(one.version.limit), version=last + place, position=last + 1)
        for place, one in enumerate(found.planned, 1)
    ]


def lines(known: list[LimitVersion]) -> list[tuple[int, int | None, int]]:
    """Year of beginning, year of end, figure."""
    return [
        (
            piece.since.year + 1 if piece.since else 0,
            piece.until.year + 1 if piece.until else None,
            int(piece.version.bound.high or 0) if piece.version.bound else 0,
        )
        for piece in timeline(known)
    ]


CASES: dict[str, tuple[list[Fields], list[str], list[tuple[int, int | None, int]]]] = {
    "the same": ([row(35, 2020)], [], [(2020, None, 35)]),
    "a part of it": ([row(35, 2021)], [], [(2020, None, 35)]),
    "later another": ([row(20, 2022)], ["change"], [(2020, 2022, 35), (2022, None, 20)]),
    "an end": ([row(35, 2020, 2023)], ["withdraw"], [(2020, 2023, 35)]),
    "later another for a time": (
        [row(20, 2022, 2023)],
        ["change", "withdraw"],
        [(2020, 2022, 35), (2022, 2023, 20)],
    ),
    "two in order": (
        [row(35, 2020, 2022), row(20, 2022)],
        ["change"],
        [(2020, 2022, 35), (2022, None, 20)],
    ),
    "two in any order, the first open": (
        [row(20, 2022), row(35, 2020)],
        ["change"],
        [(2020, 2022, 35), (2022, None, 20)],
    ),
    "with a gap": (
        [row(35, 2020, 2021), row(20, 2022)],
        ["withdraw", "change"],
        [(2020, 2021, 35), (2022, None, 20)],
    ),
    "earlier, approved": (
        [row(35, 2019, reason="r", approver="b")],
        ["correct"],
        [(2019, None, 35)],
    ),
    "another figure, approved": (
        [row(50, 2020, reason="r", approver="b")],
        ["correct"],
        [(2020, None, 50)],
    ),
}


@pytest.mark.parametrize(("rows", "acts", "wanted"), CASES.values(), ids=CASES.keys())
def test_rows_said_over_a_limit_since_2020(
    rows: list[Fields], acts: list[str], wanted: list[tuple[int, int | None, int]]
) -> None:
    known = kept([], difference([], row(35, 2020)))

    found = difference(known, *rows)

    assert [one.version.act for one in found.planned] == acts
    after = kept(known, found)
    assert lines(after) == wanted
    assert difference(after, *rows).planned == []


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param(row(50, 2020), id="another figure"),
        pytest.param(row(35, 2019), id="earlier"),
        pytest.param(row(50, 2020, reason="r"), id="nobody approves"),
    ],
)
def test_what_was_stated_is_not_replaced_without_approval(fields: Fields) -> None:
    known = kept([], difference([], row(35, 2020)))

    found = difference(known, fields)

    assert found.planned == []
    assert "to correct that 更正" in found.wrong[0][2]


def test_two_standards_of_one_point_are_two_limits() -> None:
    found = difference([], row(35, 2020), row(50, 2020, standard="GB 1"))

    assert [one.version.act for one in found.planned] == ["assign", "assign"]
    assert len({one.version.limit for one in found.planned}) == 2


def test_a_row_that_matches_two_limits_must_say_which() -> None:
    known = kept([], difference([], row(35, 2020)))
    twin = known[0]._replace(limit=9, version=9)

    found = difference([*known, twin], row(20, 2022))
    named = difference([*known, twin], row(20, 2022, limit=9))

    assert "limits 1, 9 of the point match" in found.wrong[0][2]
    assert [one.version.limit for one in named.planned] == [9]


years = st.integers(2015, 2030)


@given(
    st.lists(st.tuples(st.integers(1, 3), years), min_size=1, max_size=6, unique_by=lambda x: x[1])
)
def test_a_file_of_changes_imported_again_changes_nothing(steps: list[tuple[int, int]]) -> None:
    rows = [row(high, since) for high, since in steps]

    known = kept([], difference([], *rows))

    assert difference(known, *rows).planned == []
    for high, since in steps:
        assert any(one[0] <= since and one[2] == high for one in lines(known))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        pytest.param("P1/DA001/out/a21026", "P1/DA001/out/a21026", id="in full"),
        pytest.param("P1/DA001/a21026", "P1/DA001/out/a21026", id="without its side"),
    ],
)
def test_a_point_is_found_by_its_name(text: str, name: str) -> None:
    assert PLACES.name(PLACES.point(text).id) == name


@pytest.mark.parametrize(
    "text", ["plants:P1", "all:P1", "plant", "plant:P9", "point:P1", "region:77", "subject:P1/X"]
)
def test_what_is_no_scope_is_a_sentence(text: str) -> None:
    with pytest.raises(PlaceError, match=r"there is no|is no scope"):
        PLACES.scope(text)


def test_the_points_of_a_scope_are_those_within_it() -> None:
    everywhere = set(PLACES.points_in("all", ""))

    assert set(PLACES.points_in("region", "15")) == set(PLACES.points_in("plant", "P1"))
    assert set(PLACES.points_in("region", "45")) == set(PLACES.points_in("plant", "P2"))
    assert set(PLACES.points_in("subject", "P1/DA001")) < set(PLACES.points_in("plant", "P1"))
    assert len(PLACES.points_in("point", POINT)) == 1
    assert set(PLACES.points_in("plant", "P1")) < everywhere
