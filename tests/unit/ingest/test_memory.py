"""What a slot remembers of the newest times: shared entries must tell what single ones would."""

from hypothesis import given
from hypothesis import strategies as st

from services.ingest.memory import Memory

# Plans as the registry would make them: some share channels with others.
PLANS = ((1, 2, 3), (3, 4), (5,), (1, 2, 3))
ASKED = st.one_of(
    st.tuples(st.sampled_from(range(len(PLANS))), st.integers(0, 9)),
    st.tuples(st.sampled_from([10, 20, 30, 40, 50]), st.integers(0, 9)),
)


@given(st.lists(ASKED, max_size=40))
def test_a_channel_is_newer_exactly_when_its_own_last_time_is_older(
    asked: list[tuple[int, int]],
) -> None:
    memory, model = Memory(), dict[int, int]()

    def newer(key: int, time_us: int) -> bool:
        if time_us <= model.get(key, -1):
            return False
        model[key] = time_us
        return True

    for what, time_us in asked:
        if what < len(PLANS):
            keys = PLANS[what]
            each = [newer(key, time_us) for key in keys]
            assert memory.are_newer(keys, time_us) == (False not in each)
        else:
            assert memory.is_newer(what // 10, time_us) == newer(what // 10, time_us)


def test_channels_that_come_together_share_one_entry() -> None:
    memory, keys = Memory(), (1, 2, 3)

    assert memory.are_newer(keys, 5)
    assert memory.are_newer(keys, 6)

    assert memory.newest[1] is memory.newest[2] is memory.newest[3]


def test_a_channel_that_goes_its_own_way_leaves_the_others_their_time() -> None:
    memory, keys = Memory(), (1, 2, 3)
    memory.are_newer(keys, 5)

    memory.is_newer(2, 9)

    assert not memory.is_newer(1, 5)
    assert memory.is_newer(1, 6)
    assert not memory.is_newer(2, 9)
