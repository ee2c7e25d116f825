"""The intake stops when the registry is at fault, and for nothing that a few publishers do."""

from collections import Counter

import pytest

from services.ingest.reject_watch import RejectWatch, Tally, Voter

MIN_FRAMES = 1_000
FEW = 10


def noted(frames: dict[str, int], rejected: dict[str, int], at_s: float = 0.0) -> RejectWatch:
    watch = RejectWatch(limit=0.9, min_frames=MIN_FRAMES)
    watch.note(Tally(at_s, Counter[Voter](frames), Counter[Voter](rejected)))
    return watch


def fleet(count: int, frames: int = 500) -> dict[str, int]:
    return {f"MN{number}": frames for number in range(count)}


@pytest.mark.parametrize("publishers", [1, 2])
def test_one_or_two_publishers_never_stop_the_intake(publishers: int) -> None:
    flood = fleet(publishers, 1_000_000)

    watch = noted(flood, flood)

    assert not watch.exceeded(FEW)


def test_two_publishers_that_flood_do_not_outvote_one_that_is_stored() -> None:
    flood = fleet(2, 1_000_000)

    watch = noted(flood | {"GOOD": 1}, flood)

    assert not watch.exceeded(FEW)


def test_the_intake_stops_when_a_whole_fleet_is_rejected() -> None:
    watch = noted(fleet(3), fleet(3))

    assert watch.exceeded(FEW)


def test_too_few_frames_are_not_judged() -> None:
    watch = noted(fleet(3, 300), fleet(3, 300))

    assert not watch.exceeded(FEW)


def test_in_a_large_registry_a_few_unknown_publishers_are_not_enough() -> None:
    watch = noted(fleet(10), fleet(10))

    assert watch.exceeded(200)
    assert not watch.exceeded(2_000)


@pytest.mark.parametrize("babble", [0, 100_000], ids=["silent", "babbling"])
def test_a_babbling_publisher_cannot_hide_that_all_others_are_rejected(babble: int) -> None:
    rejected = fleet(19)

    watch = noted(rejected | {"BABBLER": babble + 1}, rejected)

    assert watch.exceeded(FEW)


def test_what_has_left_the_window_counts_no_more() -> None:
    watch = noted(fleet(3), fleet(3))

    watch.note(Tally(61.0, Counter[Voter](fleet(3, 1)), Counter[Voter](fleet(3, 1))))

    assert not watch.exceeded(FEW)


def test_it_begins_anew_when_told_to_forget() -> None:
    watch = noted(fleet(3), fleet(3))

    watch.forget()

    assert not watch.exceeded(FEW)
    assert watch.share(FEW) == 0.0
