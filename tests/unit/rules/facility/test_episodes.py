"""Episodes: how long for sure, over which gaps, and whether ended."""

import pytest

from services.rules.facility.episodes import Terms, episodes
from tests.fixtures.facility_scene import Minutes, course, second, window

WINDOW = window(0, 100)


@pytest.mark.parametrize(
    ("on", "off", "found"),
    [
        pytest.param([(10, 25)], [(0, 10), (25, 100)], [(10, 25, 15)], id="as long as it takes"),
        pytest.param([(10, 24)], [(0, 10), (24, 100)], [], id="a minute less"),
        pytest.param(
            [(10, 20), (24, 34)], [(0, 10), (34, 100)], [(10, 34, 20)], id="a short gap is bridged"
        ),
        pytest.param(
            [(10, 20), (26, 36)], [(0, 10), (36, 100)], [], id="a long gap parts what is too short"
        ),
        pytest.param(
            [(10, 20), (22, 32)], [(0, 10), (20, 22), (32, 100)], [], id="an end for sure is no gap"
        ),
        pytest.param(
            [(10, 18), (22, 28)],
            [(0, 10), (28, 100)],
            [],
            id="unknown seconds do not make up what is missing",
        ),
    ],
)
def test_an_episode_takes_so_many_sure_seconds(
    on: Minutes, off: Minutes, found: list[tuple[int, int, int]]
) -> None:
    """At least 15 sure minutes, gaps of at most 5."""
    each = episodes(course(on, off, WINDOW), Terms(900, 300, live=False))

    told = [(one.since, one.last, one.certain_s) for one in each]
    assert told == [(second(a), second(b), sure * 60) for a, b, sure in found]


def test_the_unknown_within_is_told() -> None:
    (each,) = episodes(
        course([(10, 20), (24, 34)], [(0, 10), (34, 100)], WINDOW), Terms(900, 300, live=False)
    )

    assert each.unknown_s == 240
    assert each.evidence() == {
        "certain_s": 1200,
        "unknown_s": 240,
        "begun_before_window": False,
        "end_unknown": False,
    }


@pytest.mark.parametrize(
    ("off", "live", "until", "end_unknown"),
    [
        pytest.param([(0, 50)], True, None, False, id="live: goes on"),
        pytest.param([(0, 50)], False, 100, True, id="the window ends first"),
    ],
)
def test_what_reaches_now_is_open(
    off: Minutes, *, live: bool, until: int | None, end_unknown: bool
) -> None:
    (each,) = episodes(course([(50, 100)], off, WINDOW), Terms(900, 300, live=live))

    assert each.until == (None if until is None else second(until))
    assert each.end_unknown == end_unknown


@pytest.mark.parametrize(
    ("live", "until"),
    [pytest.param(True, None, id="live"), pytest.param(False, second(80), id="later")],
)
def test_silence_ends_nothing(until: int | None, *, live: bool) -> None:
    (each,) = episodes(course([(50, 80)], [(0, 50)], WINDOW), Terms(900, 300, live=live))

    assert (each.until, each.last, each.end_unknown) == (until, second(80), True)


def test_what_began_before_the_window_says_so() -> None:
    (each,) = episodes(course([(0, 30)], [(30, 100)], WINDOW), Terms(900, 300, live=True))

    assert each.begun_before
    assert each.until == second(30)
