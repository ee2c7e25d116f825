"""What becomes of messages on their way: outages, repeats and bad lines."""

import pytest

from services.simulate.carriage import RESEND_AFTER_S, Fate, Sending, Way, spoilt
from services.simulate.said import Said
from services.simulate.world import Carriage, Interval

END_S = 3_600


def said(*seconds: int) -> list[tuple[Said, ...]]:
    return [(Said(at_s, at_s, 0, "2011", at_s, ()),) for at_s in seconds]


def carried(carriage: Carriage, *seconds: int, newest_first: bool = False) -> list[Sending]:
    way = Way("test", carriage, newest_first=newest_first)
    return list(way.carry(said(*seconds), END_S))


def moments(sendings: list[Sending]) -> list[int]:
    return [one.said[0].at_s for one in sendings]


def test_without_mishaps_all_goes_out_as_it_is_said() -> None:
    sendings = carried(Carriage(), 0, 30, 60)

    assert [(one.at_s, one.fate, one.late) for one in sendings] == [
        (0, Fate.WHOLE, False),
        (30, Fate.WHOLE, False),
        (60, Fate.WHOLE, False),
    ]


@pytest.mark.parametrize(
    ("newest_first", "order"),
    [(False, [0, 100, 130, 160, 250]), (True, [0, 160, 130, 100, 250])],
    ids=["2017: in order", "2025: newest first"],
)
def test_what_was_said_without_a_link_goes_out_after_it(
    newest_first: bool,  # noqa: FBT001 - a parameter of the table above
    order: list[int],
) -> None:
    outage = Carriage(offline=(Interval(90, 200),))

    sendings = carried(outage, 0, 100, 130, 160, 250, newest_first=newest_first)

    assert moments(sendings) == order
    assert [one.late for one in sendings] == [False, True, True, True, False]
    assert all(one.at_s >= 200 for one in sendings[1:])


def test_what_is_kept_over_the_hour_goes_out_in_a_later_one() -> None:
    way = Way("test", Carriage(offline=(Interval(3_000, 9_000),)))

    first = list(way.carry(said(0, 3_100), END_S))
    second = list(way.carry(said(4_000), 2 * END_S))
    third = list(way.carry(said(9_500), 3 * END_S))

    assert [moments(lot) for lot in (first, second, third)] == [[0], [], [3_100, 4_000, 9_500]]
    assert not way.waits


def test_an_outage_during_the_sending_of_what_was_kept_keeps_it_again() -> None:
    outages = Carriage(offline=(Interval(100, 200), Interval(200, 300)))

    sendings = carried(outages, 150)

    assert [one.said[0].at_s for one in sendings] == [150]
    assert sendings[0].at_s > 300


def test_a_doubled_message_comes_again_with_the_same_words() -> None:
    sendings = carried(Carriage(resend_share=1.0), 0)

    assert [(one.at_s, one.fate) for one in sendings] == [
        (0, Fate.WHOLE),
        (RESEND_AFTER_S, Fate.REPEATED),
    ]
    assert sendings[0].said == sendings[1].said


def test_a_spoilt_message_is_followed_by_a_whole_one() -> None:
    sendings = carried(Carriage(garble_share=1.0), 0, 5)

    assert [one.fate in {Fate.CUT, Fate.WRONG_BYTE} for one in sendings] == [
        True,
        True,
        False,
        False,
    ]
    assert moments(sendings) == [0, 5, 0, 5]


def test_mishaps_keep_to_their_times() -> None:
    carriage = Carriage(
        resend_share=1.0,
        resends=(Interval(0, 100),),
        garble_share=1.0,
        garbling=(Interval(500, 600),),
    )

    fates = [one.fate for one in carried(carriage, 50, 300)]

    assert fates == [Fate.WHOLE, Fate.REPEATED, Fate.WHOLE]


def test_about_the_share_of_messages_has_a_mishap() -> None:
    sendings = carried(Carriage(resend_share=0.1), *range(0, 3_000, 2))

    repeated = sum(one.fate is Fate.REPEATED for one in sendings)

    assert 110 < repeated < 190


def test_the_same_name_has_the_same_mishaps() -> None:
    carriage = Carriage(garble_share=0.2, resend_share=0.2)

    assert carried(carriage, *range(100)) == carried(carriage, *range(100))


def test_a_bad_line_changes_one_byte_or_cuts() -> None:
    payload = bytes(range(65, 91))

    wrong = spoilt(payload, Fate.WRONG_BYTE)

    assert sum(a != b for a, b in zip(wrong, payload, strict=True)) == 1
    assert spoilt(payload, Fate.CUT) == payload[:13]
    assert spoilt(payload, Fate.WHOLE) == payload
