from hypothesis import given
from hypothesis import strategies as st

from services.runtime.backoff import Backoff


def test_each_failure_doubles_the_wait_up_to_the_limit() -> None:
    backoff = Backoff(first_s=1, limit_s=5)
    waits: list[float] = []

    for _ in range(4):
        waits.append(backoff.wait_s(lambda: 1.0))
        backoff = backoff.after_failure()

    assert waits == [1, 2, 4, 5]


def test_success_begins_anew() -> None:
    backoff = Backoff(first_s=1, failures=3)

    assert backoff.after_success() == Backoff(first_s=1)


@given(failures=st.integers(0, 10_000), chance=st.floats(0, 1, exclude_max=True))
def test_a_wait_is_between_half_the_first_and_the_limit(failures: int, chance: float) -> None:
    backoff = Backoff(first_s=0.5, limit_s=30, failures=failures)

    assert 0.25 <= backoff.wait_s(lambda: chance) <= 30
