"""What is held is counted by publisher and hour, whatever order it came in."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from schemas.pending import HeldCount
from services.ingest.admit import HOUR_US
from services.ingest.held import Held, counted
from services.ingest.message import Message

EIGHT_US = 490_000 * HOUR_US


def message(topic: str, received_us: int = EIGHT_US) -> Message:
    return Message(1, topic, b"", received_us, duplicate=False, qos=1)


def test_nothing_held_is_nothing_counted() -> None:
    assert counted([[], []]) == []


def test_messages_of_an_hour_are_counted_by_publisher() -> None:
    lots = [[message("hj212/A"), message("hj212/B", EIGHT_US + HOUR_US - 1)], [message("hj212/A")]]

    found = counted(lots)

    assert sorted(found) == [HeldCount("A", EIGHT_US, 2), HeldCount("B", EIGHT_US, 1)]


def test_the_turn_of_an_hour_parts_them() -> None:
    found = counted([[message("hj212/A", EIGHT_US - 1), message("hj212/A", EIGHT_US)]])

    assert sorted(found) == [HeldCount("A", EIGHT_US - HOUR_US, 1), HeldCount("A", EIGHT_US, 1)]


def test_no_name_of_a_publisher_takes_more_than_a_line() -> None:
    (found,) = counted([[message("hj212/A\nB")]])

    assert "\n" not in found.publisher


def test_both_topics_of_a_publisher_are_told_apart_and_named_alike() -> None:
    found = counted([[message("hj212/A"), message("cems/v1/A")]])

    assert found == [HeldCount("A", EIGHT_US, 1)] * 2


def test_a_name_that_no_database_takes_is_made_readable() -> None:
    [found] = counted([[message("hj212/" + "a\0" * 500)]])

    assert len(found.publisher) == 128
    assert "\0" not in found.publisher


@given(
    st.lists(
        st.lists(st.tuples(st.sampled_from("ABC"), st.integers(0, 3 * HOUR_US - 1)), max_size=20),
        max_size=4,
    )
)
def test_every_message_is_counted_once(said: list[list[tuple[str, int]]]) -> None:
    lots = [[message(f"hj212/{name}", EIGHT_US + us) for name, us in lot] for lot in said]

    found = counted(lots)

    wanted = Counter((name, us // HOUR_US) for lot in said for name, us in lot)
    assert {
        (one.publisher, (one.hour_us - EIGHT_US) // HOUR_US): one.messages for one in found
    } == wanted
    assert len(found) == len(wanted)


def test_a_draft_that_is_closed_waits_and_what_is_left_begins_the_next() -> None:
    first, second, third = (message(f"hj212/{name}") for name in "ABC")
    held = Held([first, second, third])

    held.close([first, second], [third])

    assert held.lots() == [[first, second], [third]]
    held.made.popleft()
    assert held.lots() == [[third]]
