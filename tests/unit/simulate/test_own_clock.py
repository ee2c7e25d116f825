"""A logger cuts its hours by its own clock, right or wrong."""

from dataclasses import replace

import numpy as np
import pytest

from services.hj212.dialect import STRICT, always
from services.hj212.stream import StreamDecoder
from services.simulate.own_clock import OwnHours
from services.simulate.said import DAY, HOUR, MINUTE, Said
from services.simulate.speech import Speaker, presence
from services.simulate.speech_frame import frames, hand_of
from services.simulate.world import INSTANTS, Carriage, Hour, Interval, Offset, VirtualDevice
from tests.fixtures.virtual import BEGIN_S, HOUR_S, virtual_device, virtual_hour

CODE = "a21026"
MINUTE_S = 60


def rising(number: int) -> Hour:
    """An hour whose values go on where the one before ended: one more each hour."""
    hour = virtual_hour(BEGIN_S + HOUR_S * number)
    values = 20.0 + number + np.arange(INSTANTS) / INSTANTS
    return replace(hour, values=hour.values | {CODE: values})


def wrong(from_h: float, to_h: float, by_s: int) -> VirtualDevice:
    during = Interval(BEGIN_S + round(from_h * HOUR_S), BEGIN_S + round(to_h * HOUR_S))
    return virtual_device(carriage=Carriage(clock=(Offset(during, by_s),)))


def told(device: VirtualDevice, hours: int) -> list[Said]:
    speaker = Speaker(device)
    return [one for number in range(hours) for one in speaker.says(rising(number))]


def averages(device: VirtualDevice, said: list[Said], command: str) -> list[tuple[int, float]]:
    """Hours since the beginning (by the device's clock) and averages of its records of a kind."""
    found: list[tuple[int, float]] = []
    for one in said:
        if one.command != command:
            continue
        decoder = StreamDecoder(always(STRICT))
        packets = [*decoder.feed(b"".join(frames(hand_of(device), one))), *decoder.finish()]
        values = [value for each in packets if each.frame for value in each.frame.values]
        average = next(value.average for value in values if value.code == CODE)
        assert average is not None
        found.append((one.data_s - BEGIN_S, average))
    return found


@pytest.mark.parametrize("by_s", [2_400, -1_500], ids=["40 min ahead", "25 min behind"])
def test_hours_by_a_wrong_clock_are_the_means_of_minutes_by_the_same_clock(by_s: int) -> None:
    """From 2:00 to 8:00 it is wrong: hours that begin and end within are whole by it."""
    device = wrong(2, 8, by_s)
    said = told(device, 10)

    hours = averages(device, said, HOUR)
    minutes = averages(device, said, MINUTE)

    assert all(begin_s % HOUR_S == 0 for begin_s, _ in hours)
    whole = [one for one in hours if 3 * HOUR_S <= one[0] < 7 * HOUR_S]
    assert len(whole) == 4
    for begin_s, average in whole:
        own = [each for at_s, each in minutes if begin_s <= at_s < begin_s + HOUR_S]
        assert len(own) == HOUR_S // MINUTE_S
        assert average == pytest.approx(float(np.mean(own)), abs=0.01)


def test_an_hour_ends_when_the_logger_s_own_clock_says_so() -> None:
    """40 minutes ahead, its hour 4:00 to 5:00 is 3:20 to 4:20: 23.33 to 24.33, 23.83 on average."""
    device = wrong(2, 8, 2_400)
    said = told(device, 10)

    one = next(
        each for each in said if each.command == HOUR and each.data_s == BEGIN_S + 4 * HOUR_S
    )

    assert one.at_s == BEGIN_S + 4 * HOUR_S + 1_200
    assert one.shown_s == BEGIN_S + 5 * HOUR_S
    assert dict(averages(device, said, HOUR))[4 * HOUR_S] == pytest.approx(23.83, abs=0.011)


def test_a_logger_whose_clock_is_right_again_speaks_as_if_it_had_always_been() -> None:
    once, never = wrong(1, 2, 2_400), virtual_device()

    later = [one for one in told(once, 6) if one.at_s > BEGIN_S + 3 * HOUR_S]

    assert later == [one for one in told(never, 6) if one.at_s > BEGIN_S + 3 * HOUR_S]


def test_a_jump_out_of_the_hour_ends_it_with_what_was_seen() -> None:
    """Set 40 minutes ahead at 1:30, the clock shows 2:10: hour 1 ends with half of it."""
    device = wrong(1.5, 4, 2_400)
    own = OwnHours(device)

    ended = [
        one
        for number in range(3)
        for one in own.ended(rising(number), presence(device, BEGIN_S + number * HOUR_S))
    ]

    assert [(one.begin_s - BEGIN_S, one.end_s - BEGIN_S) for one in ended] == [
        (0, HOUR_S),
        (HOUR_S, 5_400),
        (2 * HOUR_S, 8_400),
    ]
    sums = ended[1].sums[CODE]
    assert (sums.seconds, float(sums.present[0])) == (HOUR_S, 360)
    assert float(sums.measured.mean[0]) == pytest.approx(21.25, abs=0.001)


def test_what_was_emitted_in_the_parts_of_an_hour_is_what_was_emitted() -> None:
    """By its own clock or by the true one, three hours are three hours of the same flow."""
    device = wrong(0.5, 2.5, 600)
    own, true = OwnHours(device), OwnHours(virtual_device())

    def emitted(hours: OwnHours) -> float:
        amounts = [
            one.sums[CODE].amount
            for number in range(3)
            for one in hours.ended(
                rising(number), presence(hours.device, BEGIN_S + number * HOUR_S)
            )
        ]
        return sum(float(each.sum()) for each in amounts if each is not None)

    assert emitted(own) == pytest.approx(emitted(true), rel=1e-3)


def test_a_day_by_a_wrong_clock_ends_when_that_clock_says_so() -> None:
    """40 minutes ahead from 20:00 on: at 23:20 its day is over, and it has 23 h 20 min of it."""
    device = wrong(20, 30, 2_400)

    (day,) = [one for one in told(device, 26) if one.command == DAY]

    assert (day.data_s, day.at_s) == (BEGIN_S, BEGIN_S + 23 * HOUR_S + 1_200)


def test_a_clock_set_back_over_midnight_ends_the_day_once_more() -> None:
    """Ahead by 40 minutes until 23:40: it shows 0:20 of the next day, and then 23:40 again."""
    device = wrong(20, 23 + 2 / 3, 2_400)

    days = [one for one in told(device, 26) if one.command == DAY]

    assert [one.data_s for one in days] == [BEGIN_S, BEGIN_S]
    assert [one.at_s - BEGIN_S for one in days] == [23 * HOUR_S + 1_200, 24 * HOUR_S]
