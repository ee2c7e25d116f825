"""What is explained by something graver is not known, and raises nothing."""

from datetime import timedelta

from schemas.alert import AlertKind, AlertState
from services.rules.alerting.inhibition import Cover, uncovered
from services.rules.alerting.kind_rules import kind_rules
from tests.fixtures.cases import OFFLINE, Desk, at, hour, wrong


def test_just_the_covered_time_is_taken_out_of_a_silence() -> None:
    """Silent 9 to 12, the platform deaf 10 to 11: wrong 9-10, not known 10-11, wrong 11-12."""
    found = uncovered([wrong(9, 12)], [Cover(at(10), at(11))])

    assert [(one.since, one.until, one.holds) for one in found] == [
        (at(9), at(10), True),
        (at(10), at(11), None),
        (at(11), at(12), True),
    ]


def test_a_cover_without_an_end_explains_all_that_follows() -> None:
    found = uncovered([wrong(9, None)], [Cover(at(10), None)])

    assert [(one.until, one.holds) for one in found] == [(at(10), True), (None, None)]


def test_an_hour_is_explained_whole_or_not_at_all() -> None:
    """15 minutes missing make an hour invalid: 20 covered minutes explain it, 10 do not."""
    least = timedelta(minutes=15)
    spans = [hour(10, "0"), hour(11, "0"), hour(12, None)]
    covers = [
        Cover(at(10) + timedelta(minutes=40), at(11) + timedelta(minutes=10)),
        Cover(at(12), at(13)),
    ]

    found = uncovered(spans, covers, least)

    assert [one.holds for one in found] == [None, True, False]
    assert [one.since for one in found] == [at(10), at(11), at(12)]


def test_nothing_changes_where_nothing_covers() -> None:
    spans = [wrong(9, 12), hour(12, None)]

    assert uncovered(spans, []) == spans
    assert uncovered(spans, [Cover(at(0), at(5))]) == spans


def test_a_silence_that_the_platform_explains_raises_nothing_then_nor_afterwards() -> None:
    covers = [Cover(at(8), at(11))]
    desk = Desk(OFFLINE, AlertKind.DEVICE_OFFLINE, says_right=False)

    desk.look(uncovered([wrong(9, None)], [Cover(at(8), None)]), at(10))
    desk.look(uncovered([wrong(9, 11)], covers), at(30))

    assert desk.alerts == {}


def test_what_was_open_before_stays_open_under_a_cover() -> None:
    rules = kind_rules(AlertKind.NO_DATA)
    desk = Desk(rules, AlertKind.NO_DATA)
    desk.look([hour(8, "0")], at(9.1))

    desk.look(uncovered([hour(8, "0"), hour(9, "0")], [Cover(at(9), None)]), at(20))

    assert desk.only.state is AlertState.OPEN
