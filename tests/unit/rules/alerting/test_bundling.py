"""Few messages, each case in its order, nothing forgotten: laws of what goes out together."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from schemas.notice import Form, Manner
from services.rules.alerting.bundling import FLOOD, Bundle, Made, Waiting, bundles
from tests.fixtures.notices import NOW

SECOND = timedelta(seconds=1)
USUAL = Waiting(1, 1, 1, Manner.GROUPED, "plant:P1", NOW, 300, 20)


@st.composite
def some_waiting(draw: st.DrawFn) -> list[Waiting]:
    """As routing makes them: at once by case, grouped by plant, a case at one plant."""
    count = draw(st.integers(0, 30))
    found: list[Waiting] = []
    for number in range(1, count + 1):
        alert = draw(st.integers(1, 6))
        manner = draw(st.sampled_from(Manner))
        bundle = {
            Manner.AT_ONCE: f"alert:{alert}",
            Manner.GROUPED: f"plant:{alert % 3}",
            Manner.DIGEST: "digest",
            Manner.ESCALATION: f"escalation:{alert}:1",
        }[manner]
        due = NOW + draw(st.integers(-60, 60)) * SECOND
        found.append(Waiting(number, number, alert, manner, bundle, due, 300, 5))
    return found


made_before = st.lists(
    st.builds(
        Made,
        st.sampled_from(["plant:0", "plant:1", "alert:1", FLOOD]),
        st.integers(0, 900).map(lambda s: NOW - s * SECOND),
    ),
    max_size=8,
)


def test_a_group_goes_when_its_first_is_due_and_takes_the_others_along() -> None:
    later = USUAL._replace(notice=2, event=2, alert=2, due_at=NOW + 20 * SECOND)

    assert bundles([USUAL, later], [], NOW - SECOND) == []
    assert bundles([USUAL, later], [], NOW) == [Bundle("plant:P1", Form.GROUP, (1, 2))]


def test_a_group_waits_for_its_interval_and_at_once_does_not() -> None:
    red = USUAL._replace(notice=2, event=2, alert=2, manner=Manner.AT_ONCE, bundle="alert:2")
    lately = [Made("plant:P1", NOW - 299 * SECOND), Made("alert:2", NOW)]

    assert bundles([USUAL, red], lately, NOW) == [Bundle("alert:2", Form.EVENT, (2,))]


def test_more_than_enough_at_a_time_is_one_digest() -> None:
    flood = [
        USUAL._replace(notice=n, event=n, alert=n, manner=Manner.AT_ONCE, bundle=f"alert:{n}")
        for n in range(1, 22)
    ]

    assert bundles(flood, [], NOW) == [Bundle(FLOOD, Form.DIGEST, tuple(range(1, 22)))]
    assert len(bundles(flood[:20], [], NOW)) == 20


def test_a_slow_flood_is_held_between_its_digests() -> None:
    red = USUAL._replace(manner=Manner.AT_ONCE, bundle="alert:1")
    many = [Made(f"alert:{n}", NOW - n * SECOND) for n in range(2, 22)]

    assert [one.form for one in bundles([red], many, NOW)] == [Form.DIGEST]
    assert bundles([red], [*many, Made(FLOOD, NOW - SECOND)], NOW) == []


@given(some_waiting(), made_before)
def test_no_notice_goes_twice_and_none_is_invented(
    waiting: list[Waiting], made: list[Made]
) -> None:
    gone = [notice for one in bundles(waiting, made, NOW) for notice in one.notices]

    assert len(gone) == len(set(gone))
    assert set(gone) <= {one.notice for one in waiting}


@given(some_waiting(), made_before)
def test_nothing_of_a_case_overtakes_what_happened_before_to_it(
    waiting: list[Waiting], made: list[Made]
) -> None:
    place = {
        notice: number
        for number, one in enumerate(bundles(waiting, made, NOW))
        for notice in one.notices
    }
    ordinary = [one for one in waiting if one.manner in (Manner.AT_ONCE, Manner.GROUPED)]

    for later in ordinary:
        for earlier in ordinary:
            if earlier.alert == later.alert and earlier.event < later.event:
                assert later.notice not in place or (
                    earlier.notice in place and place[earlier.notice] <= place[later.notice]
                )


@given(some_waiting(), made_before)
def test_everything_is_gone_in_the_end(waiting: list[Waiting], made: list[Made]) -> None:
    left, lately, now = waiting, made, NOW
    for _ in range(40):
        found = bundles(left, lately, now)
        gone = {notice for one in found for notice in one.notices}
        left = [one for one in left if one.notice not in gone]
        lately = [*lately, *(Made(one.bundle, now) for one in found)]
        now += 301 * SECOND

    assert left == []


@given(some_waiting(), made_before)
def test_few_messages_and_no_escalation_is_held(waiting: list[Waiting], made: list[Made]) -> None:
    found = bundles(waiting, made, NOW)
    due = {one.notice for one in waiting if one.manner is Manner.ESCALATION and one.due_at <= NOW}

    ordinary = [one for one in found if one.form is not Form.ESCALATION]
    assert due <= {notice for one in found for notice in one.notices}
    assert len(ordinary) <= 6
