"""Exports at work: no more than so many at once, and every place is given back, however one ends."""

import threading
from concurrent.futures import ThreadPoolExecutor

from services.api.exporting import AtWork, Place


def test_of_many_at_the_same_instant_only_so_many_get_a_place() -> None:
    at_work, together = AtWork(), threading.Barrier(8)

    def take(_: int) -> Place | None:
        together.wait(5)
        return at_work.place(3)

    with ThreadPoolExecutor(8) as threads:
        taken = [one for one in threads.map(take, range(8)) if one is not None]

    assert (len(taken), at_work.now) == (3, 3)
    assert at_work.place(3) is None


def test_a_place_is_given_back_once() -> None:
    at_work = AtWork()
    first, second = at_work.place(2), at_work.place(2)
    assert first is not None
    assert second is not None

    first.leave()
    first.leave()

    assert at_work.now == 1
    del second
    assert at_work.now == 0, "an answer that was never sent gives its place back as well"
