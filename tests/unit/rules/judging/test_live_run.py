"""A run over the limit: when it begins, that flapping does not cut it, when and where it ends."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.rules.judging.live_parameters import LiveParameters
from services.rules.judging.live_run import Run, Said, follow

START = datetime(2026, 3, 1, 10, tzinfo=UTC)
HALF = timedelta(seconds=30)
PARAMS = LiveParameters()


def at(seconds: int) -> datetime:
    return START + timedelta(seconds=seconds)


def said(letters: str, since: int = 0) -> list[Said]:
    """A record of 30 s each: `o` over, `w` within, `.` nothing valid."""
    return [
        Said(at(since + 30 * place), at(since + 30 * place + 30), letter == "o")
        for place, letter in enumerate(letters)
        if letter != "."
    ]


def run(records: list[Said], now: int, known: Run | None = None) -> Run | None:
    return follow(records, known, (START, at(now)), PARAMS)


@pytest.mark.parametrize(
    ("letters", "found"),
    [
        pytest.param("ooooo", None, id="150 s are not 180 s"),
        pytest.param("oooooo", Run(START), id="180 s are"),
        pytest.param("ooooowoooooo", Run(at(180)), id="one within it begins it anew"),
        pytest.param("ooo......ooo", None, id="a gap of 180 s begins it anew"),
        pytest.param("ooo.....ooo", Run(START), id="a gap of 150 s does not"),
        pytest.param("oooooowwwww", Run(START), id="150 s within do not end it"),
        pytest.param("oooooowwwwwo", Run(START), id="nor does flapping"),
        pytest.param("oooooowwwwww", Run(START, at(180), "within"), id="180 s within end it"),
        pytest.param("oooooowwwwwwoooooo", Run(at(360)), id="what comes after that is another run"),
    ],
)
def test_a_run_begins_and_ends_by_what_lasts(letters: str, found: Run | None) -> None:
    """Hold and clear are 180 s, six records of 30 s."""
    assert run(said(letters), 30 * len(letters)) == found


@pytest.mark.parametrize(
    ("letters", "least", "found"),
    [
        pytest.param("o", 2, None, id="a single one of five minutes is no course"),
        pytest.param("oo", 2, Run(START), id="two are"),
        pytest.param("owowow", 2, None, id="one within begins the count anew"),
        pytest.param("owoo", 2, Run(at(600)), id="and so the run"),
        pytest.param("o", 1, Run(START), id="one is enough where that is set"),
        pytest.param("oo", 3, None, id="two are not where three are asked for"),
    ],
)
def test_a_run_has_as_many_records_as_are_asked_for(
    letters: str, least: int, found: Run | None
) -> None:
    """Records of 300 s: each of them is longer than the 180 s of hold."""
    records = [
        Said(at(300 * place), at(300 * place + 300), letter == "o")
        for place, letter in enumerate(letters)
    ]
    params = LiveParameters(least_records=least)

    assert follow(records, None, (START, at(300 * len(letters))), params) == found


def test_silence_ends_a_run_with_its_last_valid_record() -> None:
    """The last record ends at 180 s; silent for 900 s at 1080 s."""
    records = said("oooooo")

    assert run(records, 1079) == Run(START)
    assert run(records, 1080) == Run(START, at(180), "silent")


def test_a_known_run_goes_on_though_its_beginning_is_not_seen_any_more() -> None:
    known = Run(at(-7200))

    assert run(said("o"), 30, known) == known
    assert run(said("wwwwww"), 180, known) == Run(at(-7200), START, "within")


def test_a_known_run_of_which_nothing_is_seen_any_more_is_over() -> None:
    assert run([], 3600, Run(at(-7200))) == Run(at(-7200), START, "silent")


def test_a_run_that_has_ended_is_not_found_again() -> None:
    """Known from 0 to 180 s: what lies before its end says nothing new."""
    known = Run(START, at(180), "within")

    assert run(said("oooooowwwwww"), 360, known) == known
    assert run(said("oooooowwwwwwoooooo"), 540, known) == Run(at(360))


@given(st.text("ow.", max_size=40), st.randoms())
def test_the_order_in_which_records_arrive_does_not_count(letters: str, random: object) -> None:
    records = said(letters)
    shuffled = list(records)
    random.shuffle(shuffled)  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType] - hypothesis gives a random.Random

    assert run(shuffled, 1200) == run(records, 1200)


@given(st.text("ow.", min_size=1, max_size=60))
def test_what_is_found_step_by_step_is_what_is_found_at_once(letters: str) -> None:
    """A judge that looks after each record, and keeps what it found, ends where one does that sleeps."""
    known: Run | None = None
    for length in range(1, len(letters) + 1):
        found = run(said(letters[:length]), 30 * length, known)
        known = found or known

    assert known == run(said(letters), 30 * len(letters))


@given(st.text("ow.", max_size=60))
def test_a_run_has_a_length_and_lies_in_what_was_seen(letters: str) -> None:
    found = run(said(letters), 30 * len(letters))

    if found is not None:
        assert START <= found.since < (found.until or at(30 * len(letters)))
