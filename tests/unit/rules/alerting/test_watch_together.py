"""Many silences at once are one of the platform; those that are spread over time are each their own."""

from dataclasses import replace
from datetime import datetime
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.watch import Deaf, Gap, WatchedDevice
from services.rules.alerting.watch_parameters import PlatformSilenceParameters
from services.rules.alerting.watch_together import Speakers, platform_silences
from tests.fixtures.watching import HOUR, MINUTE, SECOND, T0, gap, logger

PARAMS = PlatformSilenceParameters()


def fleet(count: int, **given_: object) -> list[WatchedDevice]:
    return [logger(number, **given_) for number in range(1, count + 1)]


def found(gaps: list[Gap], devices: list[WatchedDevice], now: datetime = T0 + HOUR) -> list[Deaf]:
    speakers = Speakers(
        {one.device: one for one in devices}, {one.device: T0 - HOUR for one in devices}
    )
    return platform_silences(gaps, speakers, now, PARAMS)


def outage(
    numbers: range, since: datetime = T0, until: datetime | None = T0 + 10 * MINUTE
) -> list[Gap]:
    """Frames every 30 s, spread evenly: each was heard up to 30 s before, and up to 30 s after."""
    return [
        gap(
            number,
            since - (number % 30) * SECOND,
            None if until is None else until + (number % 30) * SECOND,
        )
        for number in numbers
    ]


def test_ten_minutes_without_a_broker_are_one_silence_of_the_platform() -> None:
    """100 loggers fall silent at 10:00:00 and are back from 10:10:00 on.

    Over it is with the logger that leaves fewer than 30 of 100 silent: that is the 71st of them, and
    of the returns of loggers 1 to 100 at number % 30 seconds the 71st comes at second 20 or 21.
    """
    (deaf,) = found(outage(range(1, 101)), fleet(100))

    assert deaf.since == T0
    assert deaf.until is not None
    assert T0 + 10 * MINUTE < deaf.until < T0 + 10 * MINUTE + 30 * SECOND
    assert (len(deaf.devices), deaf.of, deaf.whole, deaf.why) == (100, 100, True, "together")


def test_what_goes_on_has_no_end() -> None:
    (deaf,) = found(outage(range(1, 101), until=None), fleet(100), T0 + 5 * MINUTE)

    assert deaf.until is None


@pytest.mark.parametrize(
    ("silent", "of", "expected"),
    [
        pytest.param(29, 100, 0, id="29 % are not enough"),
        pytest.param(30, 100, 1, id="30 % are"),
        pytest.param(4, 10, 0, id="four are not enough, whatever their share"),
        pytest.param(5, 10, 1, id="five are"),
        pytest.param(2, 2, 1, id="two of two are all there are"),
        pytest.param(1, 1, 0, id="one of one may be broken"),
        pytest.param(3, 4, 0, id="three of four are their own trouble"),
    ],
)
def test_how_many_it_takes(silent: int, of: int, expected: int) -> None:
    # Each of a region of its own, so that no region falls silent.
    devices = [one._replace(region=f"{1000 + one.device}00") for one in fleet(of)]

    assert len(found(outage(range(1, silent + 1)), devices)) == expected


def test_a_third_that_falls_silent_excuses_only_itself() -> None:
    (deaf,) = found(outage(range(1, 41), until=None), fleet(100), T0 + 5 * MINUTE)

    assert not deaf.whole
    assert deaf.concerns(40)
    assert not deaf.concerns(41)


def test_silences_spread_over_hours_are_nobodys_but_their_own() -> None:
    """One logger dies every five minutes: never more than one within 90 s."""
    gaps = [gap(number, T0 + number * 5 * MINUTE) for number in range(1, 101)]

    assert found(gaps, fleet(100), T0 + 24 * HOUR) == []


def test_who_has_been_silent_for_long_does_not_count_as_speaking() -> None:
    """90 of 100 have been off for hours; 5 of the 10 others are half of those who speak."""
    off = [gap(number, T0 - 5 * HOUR - number * 3 * MINUTE) for number in range(11, 101)]

    (deaf,) = found([*off, *outage(range(1, 6), until=None)], fleet(100), T0 + 5 * MINUTE)

    assert (deaf.devices, deaf.of) == (frozenset(range(1, 6)), 10)


def test_who_was_never_heard_does_not_count_either() -> None:
    devices = fleet(1000)
    speakers = Speakers(
        {one.device: one for one in devices}, dict.fromkeys(range(1, 11), T0 - HOUR)
    )

    (deaf,) = platform_silences(outage(range(1, 6), until=None), speakers, T0 + 5 * MINUTE, PARAMS)

    assert deaf.of == 10


def test_a_slow_logger_is_not_yet_missed_and_does_not_count() -> None:
    """50 send every 30 s, 950 each hour: five minutes after the outage only the 50 can be missed."""
    devices = [*fleet(50), *(logger(number, realtime_s=3600) for number in range(51, 1001))]

    (deaf,) = found(outage(range(1, 51), until=None), devices, T0 + 5 * MINUTE)

    assert (deaf.of, deaf.whole) == (50, True)


def test_slow_loggers_that_were_heard_since_do_speak() -> None:
    """All six fast loggers are silent; of 100 slow ones 60 have sent their hour since: 6 of 66."""
    devices = [*fleet(6), *(logger(number, realtime_s=3600) for number in range(7, 107))]
    first = {one.device: T0 - 5 * HOUR for one in devices}
    since = dict.fromkeys(range(7, 67), T0 + 20 * MINUTE)
    speakers = Speakers({one.device: one for one in devices}, first, since)
    silent = outage(range(1, 7), until=None)

    none = platform_silences(silent, speakers, T0 + 30 * MINUTE, PARAMS)
    (deaf,) = platform_silences(silent, replace(speakers, last_heard={}), T0 + 30 * MINUTE, PARAMS)

    assert none == []
    assert deaf.of == 6


def test_two_of_two_fast_loggers_are_not_all_while_slow_ones_are_not_missed() -> None:
    devices = [*fleet(2), *(logger(number, realtime_s=3600) for number in range(3, 103))]

    assert found(outage(range(1, 3), until=None), devices, T0 + 30 * MINUTE) == []


def test_who_is_not_to_speak_any_more_does_not_keep_it_open() -> None:
    """100 fall silent at 10:00, 80 of them are retired at 10:05: 20 of 100 are too few from then on."""
    devices = [
        one._replace(until=T0 + 5 * MINUTE if one.device > 20 else None) for one in fleet(100)
    ]

    (deaf,) = found(outage(range(1, 101), until=None), devices)

    assert deaf.until == T0 + 5 * MINUTE


def test_those_that_really_died_meanwhile_do_not_keep_it_open() -> None:
    gaps = [*outage(range(1, 91)), *outage(range(91, 101), until=None)]

    (deaf,) = found(gaps, fleet(100))

    assert deaf.until is not None
    assert deaf.until < T0 + 11 * MINUTE


def test_a_gateway_that_falls_silent_is_told_of_once() -> None:
    """20 loggers of 200 are 10 %, but all that the gateway has."""
    devices = [
        one._replace(gateway="GW1" if one.device <= 20 else None, region=f"{1000 + one.device}00")
        for one in fleet(200)
    ]

    (deaf,) = found(outage(range(1, 21), until=None), devices, T0 + 5 * MINUTE)

    assert (deaf.why, deaf.devices, deaf.whole) == (
        "gateway:GW1",
        frozenset(range(1, 21)),
        False,
    )


def test_a_region_that_falls_silent_is_told_of_once() -> None:
    devices = [one._replace(region="150700") for one in fleet(10)]
    devices += [logger(number) for number in range(11, 201)]

    (deaf,) = found(outage(range(1, 11), until=None), devices, T0 + 5 * MINUTE)

    assert deaf.why == "region:1507"


def test_what_the_platform_explains_is_not_told_of_its_gateways_again() -> None:
    devices = [one._replace(gateway=f"GW{one.device % 2}") for one in fleet(100)]

    assert [one.why for one in found(outage(range(1, 101)), devices)] == ["together"]


def test_two_outages_are_two() -> None:
    later = T0 + 30 * MINUTE

    both = found(
        [*outage(range(1, 101)), *outage(range(1, 101), later, later + 5 * MINUTE)], fleet(100)
    )

    assert [one.since for one in both] == [T0, later]


@given(st.integers(0, 40), st.integers(5, 40), st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=40)
def test_the_order_of_silences_makes_no_difference(alone: int, silent: int, random: Random) -> None:
    gaps = outage(range(1, silent + 1))
    gaps += [gap(50 + number, T0 - 2 * HOUR + number * 3 * MINUTE) for number in range(alone)]
    shuffled = list(gaps)
    random.shuffle(shuffled)

    assert found(shuffled, fleet(100)) == found(gaps, fleet(100))
