"""What a reported state says, and for how long."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.rules.facility.intervals import seconds
from services.rules.facility.parameters import FacilityParameters
from services.rules.facility.reported import Piece, reported
from tests.fixtures.facility_scene import at, minutes, record, records, span, window

PARAMS = FacilityParameters()


def test_a_report_holds_until_the_next_one() -> None:
    found = reported(records({0: 1, 30: 0, 50: 1}), window(0, 60), PARAMS)

    assert minutes(found.course.on) == [(0, 30), (50, 60)]
    assert minutes(found.course.off) == [(30, 50)]
    assert found.pieces == (
        Piece(*span(0, 30), 1),
        Piece(*span(30, 50), 0),
        Piece(*span(50, 60), 1),
    )


@pytest.mark.parametrize(
    ("number", "on", "off"),
    [
        pytest.param(0, 0, 60, id="0 off"),
        pytest.param(1, 60, 0, id="1 running"),
        pytest.param(2, 60, 0, id="2 calibrating"),
        pytest.param(3, 0, 60, id="3 maintenance"),
        pytest.param(4, 60, 0, id="4 alarm"),
        pytest.param(5, 60, 0, id="5 blow-back"),
        pytest.param(6, 0, 0, id="6 is no state of table 4"),
        pytest.param(-1, 0, 0, id="-1 is none either"),
        pytest.param(0.5, 0, 0, id="nor is half a state"),
        pytest.param(None, 0, 0, id="no number"),
        pytest.param(float("inf"), 0, 0, id="infinite"),
    ],
)
def test_states_of_table_4_run_or_do_not(number: float | None, on: int, off: int) -> None:
    found = reported([record(0, number)], window(0, 60), PARAMS)

    assert (seconds(found.course.on), seconds(found.course.off)) == (on * 60, off * 60)


def test_which_states_run_is_a_parameter() -> None:
    strict = FacilityParameters(running_states=(1,))

    found = reported(records({0: 2, 30: 3}), window(0, 60), strict)

    assert minutes(found.course.off) == [(0, 60)]


def test_after_so_much_silence_nobody_knows() -> None:
    """A report at 00:10 that holds 60 min is unknown from 01:10 on, until the one at 03:00."""
    found = reported(records({10: 1, 180: 1}), window(0, 240), PARAMS)

    assert minutes(found.course.on) == [(10, 70), (180, 240)]
    assert minutes(found.course.unknown) == [(0, 10), (70, 180)]


def test_a_device_that_speaks_keeps_its_last_state_alive() -> None:
    """Sent at a change alone: other words at 00:50 and 01:40 carry it to 02:40, 60 min after."""
    found = reported(records({10: 1}), window(0, 240), PARAMS, heard=[at(50), at(100)])

    assert minutes(found.course.on) == [(10, 160)]


def test_words_after_a_silence_do_not_bring_the_old_state_back() -> None:
    found = reported(records({10: 1}), window(0, 240), PARAMS, heard=[at(120), at(180)])

    assert minutes(found.course.on) == [(10, 70)]


def test_a_report_before_the_window_tells_of_its_beginning() -> None:
    found = reported(records({-30: 1}), window(0, 60), PARAMS)

    assert minutes(found.course.on) == [(0, 30)]


def test_a_report_without_a_number_ends_the_former_one() -> None:
    found = reported(records({0: 1, 20: None}), window(0, 60), PARAMS)

    assert minutes(found.course.on) == [(0, 20)]
    assert minutes(found.course.unknown) == [(20, 60)]


def test_without_reports_nothing_is_known() -> None:
    found = reported([], window(), PARAMS)

    assert found.course.known == ()
    assert found.pieces == ()


states = st.dictionaries(
    st.integers(-60, 300), st.sampled_from([None, 0, 1, 2, 3, 4, 5, 9]), max_size=20
)


@given(states, st.lists(st.integers(-60, 300), max_size=8))
def test_each_second_has_the_state_of_the_last_report_that_is_alive(
    values: dict[int, int | None], words: list[int]
) -> None:
    found = reported(
        records(dict(values.items())),
        window(0, 240),
        PARAMS,
        heard=[at(minute) for minute in words],
    )

    held = {minute: number for each in minute_pieces(found.pieces) for minute, number in each}
    assert held == brute(values, words)


def minute_pieces(pieces: tuple[Piece, ...]) -> list[list[tuple[int, int]]]:
    zero = span(0, 0)[0]
    return [
        [
            (minute, each.number)
            for minute in range((each.since - zero) // 60, (each.until - zero) // 60)
        ]
        for each in pieces
    ]


def brute(values: dict[int, int | None], words: list[int]) -> dict[int, int]:
    """Minute by minute: the last report, if no hour without a word lies between it and now."""
    moments = sorted({*values, *words})
    held: dict[int, int] = {}
    for minute in range(240):
        before = [each for each in values if each <= minute]
        number = values[max(before)] if before else None
        if number is None:
            continue
        alive = [each for each in moments if max(before) <= each <= minute]
        steps = [*alive, minute + 1]
        if all(after - one <= 60 for one, after in itertools.pairwise(steps)):
            held[minute] = number
    return held
