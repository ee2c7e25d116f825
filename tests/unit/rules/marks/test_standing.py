"""What a mark is worth by its review, its origin, its deadline and what came of a plan."""

from datetime import datetime, timedelta

import pytest

from schemas.marks import Mark, MarkOrigin, Review
from schemas.registry_words import BEIJING
from services.rules.marks.intervals import Interval
from services.rules.marks.kinds import kind_of
from services.rules.marks.mark_parameters import MarkParameters
from services.rules.marks.standing import Known, late_until_of, stretches_of
from tests.fixtures.marking import CEMS, NOW, PARAMS, START, accepted, at, mark

EQUIPMENT = "equipment/maintenance"


def worth(one: Mark, params: MarkParameters = PARAMS) -> list[tuple[str, str]]:
    return [(part.standing, part.why) for part in stretches_of(one, Known(NOW), params)]


@pytest.mark.parametrize(
    ("review", "expected"),
    [
        (Review.CLAIMED, ("claimed", "claimed")),
        (Review.ACCEPTED, ("counts", "accepted")),
        (Review.REJECTED, ("void", "rejected")),
        (Review.LAPSED, ("void", "lapsed")),
    ],
)
def test_the_review_decides_what_a_plants_mark_is_worth(
    review: Review, expected: tuple[str, str]
) -> None:
    assert worth(mark(at(8), at(10), review=review)) == [expected]


@pytest.mark.parametrize(
    ("origin", "expected"), [("bureau", "counts"), ("plant", "claimed"), ("logger", "claimed")]
)
def test_only_a_bureaus_mark_counts_at_once_by_default(origin: MarkOrigin, expected: str) -> None:
    [(standing, _)] = worth(mark(at(8), at(10), origin=origin))

    assert standing == expected


def test_which_origins_count_at_once_is_a_setting() -> None:
    params = MarkParameters(counting_origins=frozenset({"logger"}))

    assert worth(mark(at(8), at(10), origin="logger"), params) == [("counts", "origin")]
    assert worth(mark(at(8), at(10), origin="bureau"), params) == [("claimed", "claimed")]


def test_a_rejected_mark_of_an_origin_that_counts_has_no_effect() -> None:
    rejected = mark(at(8), at(10), origin="bureau", review=Review.REJECTED)

    assert worth(rejected) == [("void", "rejected")]


@pytest.mark.parametrize(
    ("minutes", "late"), [(-600, False), (0, False), (60, False), (61, True)], ids=str
)
def test_an_incinerators_mark_is_due_an_hour_after_the_event(minutes: int, late: bool) -> None:  # noqa: FBT001 - a case
    """2019 No. 50, 5: start-up at 08:00, so until 09:00; ahead is allowed."""
    one = mark(at(8), at(10), entered_at=at(8) + timedelta(minutes=minutes))

    [stretch] = stretches_of(one, Known(NOW), PARAMS)

    assert stretch.late is late


@pytest.mark.parametrize(
    ("entered", "expected"),
    [
        (at(12, day=11), None),
        (at(12, day=11) + timedelta(microseconds=1), at(0, day=11)),
        (at(12, day=12), at(0, day=11)),
        (at(13, day=12), at(0, day=12)),
    ],
    ids=["noon of the next day", "just after", "noon of the day after", "an hour later"],
)
def test_other_marks_are_due_at_noon_of_the_day_after_each_day(
    entered: datetime, expected: datetime | None
) -> None:
    """2022 No. 21 art 5: maintenance from 10 March 20:00 on.

    The 10th is due on the 11th at 12:00, the 11th on the 12th at 12:00.
    """
    one = mark(at(20), at(80), kind=EQUIPMENT, entered_at=entered)

    assert late_until_of(one, kind_of(EQUIPMENT), BEIJING, PARAMS) == expected


def test_a_long_mark_is_late_for_its_first_days_only() -> None:
    """20:00 on the 10th to 08:00 on the 12th, entered on the 11th at 18:00.

    The 10th was due at 12:00 of the 11th and is late; the 11th is due on the 12th.
    """
    one = mark(at(20), at(56), kind=EQUIPMENT, entered_at=at(42))

    parts = stretches_of(one, Known(NOW), PARAMS)

    assert [(part.since, part.until, part.late) for part in parts] == [
        (at(20), at(24), True),
        (at(24), at(56), False),
    ]
    assert [part.why for part in parts] == ["late", "claimed"]


@pytest.mark.parametrize("origin", ["logger", "bureau"])
def test_deadlines_bind_the_plant_alone(origin: MarkOrigin) -> None:
    one = mark(at(8), at(10), origin=origin, entered_at=at(24))

    assert late_until_of(one, kind_of(START), BEIJING, PARAMS) is None


def test_a_late_mark_never_counts_at_once_but_may_be_accepted() -> None:
    params = MarkParameters(counting_origins=frozenset({"plant"}))
    late = mark(at(8), at(10), entered_at=at(20))

    assert worth(late, params) == [("claimed", "late")]
    assert worth(accepted(at(8), at(10), entered_at=at(20)), params) == [("counts", "accepted")]


def test_late_marks_may_be_set_to_have_no_effect() -> None:
    late = mark(at(8), at(10), entered_at=at(20))

    assert worth(late, MarkParameters(late_marks="void")) == [("void", "late")]


def test_a_planned_mark_counts_only_in_the_time_that_the_signals_confirm() -> None:
    """Planned 08:00-12:00; the furnace really started 09:00-11:00."""
    planned = accepted(at(8), at(12), planned=True, entered_at=at(0))
    known = Known(NOW, {START: [Interval(at(9), at(11))]})

    parts = stretches_of(planned, known, PARAMS)

    assert [(part.since, part.until, part.standing) for part in parts] == [
        (at(8), at(9), "void"),
        (at(9), at(11), "counts"),
        (at(11), at(12), "void"),
    ]
    assert parts[0].why == "unconfirmed"


@pytest.mark.parametrize("held", [{}, {START: None}], ids=["nothing said", "said unknown"])
def test_a_planned_mark_is_unconfirmed_where_no_signal_tells(
    held: dict[str, list[Interval] | None],
) -> None:
    planned = accepted(at(8), at(12), planned=True, entered_at=at(0))

    [part] = stretches_of(planned, Known(NOW, held), PARAMS)

    assert (part.standing, part.why) == ("claimed", "unconfirmed")


def test_a_mark_that_was_not_planned_needs_no_signal() -> None:
    [part] = stretches_of(accepted(at(8), at(12)), Known(NOW, {START: []}), PARAMS)

    assert part.standing == "counts"


def test_an_open_mark_ends_now_and_one_that_lies_ahead_is_nothing_yet() -> None:
    running = mark(NOW - timedelta(hours=2), None, kind=CEMS)

    [part] = stretches_of(running, Known(NOW), PARAMS)

    assert part.until == NOW
    assert stretches_of(mark(NOW + timedelta(hours=1), None), Known(NOW), PARAMS) == []
