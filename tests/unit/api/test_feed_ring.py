"""Whoever listens has each event that is for him once and in order, however he and the rounds interleave."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.api.feed_ring import Item, Ring, Watch


def item(number: int, plant: int | None = 1, about: str = "alert", severity: str = "red") -> Item:
    kind, level = ("limit_hour", severity) if about == "alert" else (None, None)
    return Item(number, about, plant, kind, level, f"{number};".encode())


def numbers(text: bytes) -> list[int]:
    return [int(part) for part in text.split(b";") if part]


def told(*rounds: Iterable[int], most: int = 100) -> Ring:
    ring = Ring(0, most)
    for one in rounds:
        items = [item(number) for number in one]
        ring.tell(items[-1].number, items)
    return ring


def test_all_behind_a_number_is_shown() -> None:
    ring = told([1, 2], [5, 6])

    shown = ring.since(0, Watch())

    assert shown is not None
    assert numbers(shown.text) == [1, 2, 5, 6]
    assert shown.upto == 6


def test_a_round_is_shown_from_its_middle_on() -> None:
    ring = told([1, 2, 3], [4])

    shown = ring.since(2, Watch())

    assert shown is not None
    assert numbers(shown.text) == [3, 4]


def test_who_has_heard_all_is_shown_nothing_and_stays_where_he_is() -> None:
    ring = told([1, 2])

    assert ring.since(2, Watch()) == (2, b"")
    assert ring.since(9, Watch()) == (9, b"")


def test_what_is_not_shown_is_passed_over() -> None:
    ring = Ring(0)
    ring.tell(4, [item(1, 1), item(2, 2)])

    assert ring.since(0, Watch(plants=frozenset({2}))) == (4, b"2;")


def test_who_is_too_far_behind_has_to_look_elsewhere() -> None:
    ring = told([1, 2], [3, 4], [5, 6], most=4)

    assert ring.start == 2
    assert ring.since(1, Watch()) is None
    assert ring.since(2, Watch()) == (6, b"3;4;5;6;")


@pytest.mark.parametrize(
    ("watch", "shown"),
    [
        pytest.param(Watch(), [1, 2, 3, 4, 5], id="everything, and the platform"),
        pytest.param(Watch(plants=frozenset({1})), [1, 3, 4], id="a plant"),
        pytest.param(Watch(plants=frozenset()), [], id="no plant"),
        pytest.param(Watch(about=frozenset({"order"})), [4], id="orders"),
        pytest.param(Watch(severities=frozenset({"blue"})), [3, 4], id="a severity, and orders"),
        pytest.param(Watch(kinds=frozenset({"no_data"})), [4], id="a kind that none has"),
        pytest.param(
            Watch(about=frozenset({"alert"}), severities=frozenset({"blue"})), [3], id="only cases"
        ),
    ],
)
def test_a_watch_shows(watch: Watch, shown: list[int]) -> None:
    items = [item(1), item(2, 2), item(3, 1, severity="blue"), item(4, 1, "order"), item(5, None)]

    assert [one.number for one in items if watch.shows(one)] == shown


@pytest.mark.parametrize(
    ("upto", "given_numbers"),
    [
        pytest.param(2, [], id="not onward"),
        pytest.param(4, [2], id="told before"),
        pytest.param(4, [3, 3], id="twice"),
        pytest.param(5, [4, 3], id="out of order"),
        pytest.param(3, [4], id="beyond its end"),
    ],
)
def test_numbers_that_do_not_follow_are_refused(upto: int, given_numbers: list[int]) -> None:
    ring = told([1, 2])

    with pytest.raises(ValueError, match="do not follow"):
        ring.tell(upto, [item(number) for number in given_numbers])


PLANTS = st.sampled_from([None, 1, 2, 3])
GAPS = st.lists(st.tuples(st.integers(1, 3), PLANTS), max_size=5)
WATCHES = (
    Watch(),
    Watch(plants=frozenset({1})),
    Watch(plants=frozenset({2, 3})),
    Watch(frozenset()),
)
# Something is told, somebody listens, or the process begins anew.
DOING = st.lists(st.one_of(GAPS, st.integers(0, len(WATCHES) - 1), st.none()), max_size=60)


class Scene:
    """The table of numbers stays; rings come and go with the process, listeners take their time."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.table: list[Item] = []
        self.ring = Ring(0, most)
        self.heard: list[list[int]] = [[] for _ in WATCHES]
        self.position = [0] * len(WATCHES)

    def tell(self, gaps: list[tuple[int, int | None]]) -> None:
        """Numbers of what was rolled back are never given."""
        number, fresh = self.ring.head, list[Item]()
        for gap, plant in gaps:
            number += gap
            fresh.append(item(number, plant))
        self.table += fresh
        self.ring.tell(number + 1, fresh)

    def listen(self, who: int) -> None:
        position, watch = self.position[who], WATCHES[who]
        shown = self.ring.since(position, watch)
        if shown is None:
            upto = min(position + 2, self.ring.head)
            known = [one for one in self.table if position < one.number <= upto]
            shown = upto, b"".join(one.text for one in known if watch.shows(one))
        self.position[who] = shown[0]
        self.heard[who] += numbers(shown[1])

    def restart(self) -> None:
        self.ring = Ring(self.ring.head, self.most)


@given(doing=DOING, most=st.integers(1, 6))
def test_nothing_is_missed_and_nothing_comes_twice(
    doing: list[list[tuple[int, int | None]] | int | None], most: int
) -> None:
    scene = Scene(most)

    for one in doing:
        if one is None:
            scene.restart()
        elif isinstance(one, int):
            scene.listen(one)
        else:
            scene.tell(one)
    for who in range(len(WATCHES)):
        while scene.position[who] < scene.ring.head:
            scene.listen(who)

    wanted = [[one.number for one in scene.table if watch.shows(one)] for watch in WATCHES]
    assert scene.heard == wanted
