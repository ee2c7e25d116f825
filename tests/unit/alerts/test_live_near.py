"""Which outlets are looked at exactly now: what may turn at once, what goes on in its turn."""

from datetime import UTC, datetime, timedelta

import pytest

from services.alerts.live_hearing import Spoke
from services.alerts.live_near import EVERY, Near
from services.rules.judging.live_told import OVER_NOW, PREWARNING
from services.rules.judging.live_turns import Turned

HOUR = datetime(2025, 3, 2, 4, tzinfo=UTC)
LATE = HOUR + timedelta(minutes=30)
NONE: frozenset[int] = frozenset()
OUTLET_OF = {7: 1, 8: 2}


def spoke(*, near: bool, begins: bool = False, ends: bool = False, all_of: bool = False) -> Spoke:
    seven = frozenset({7})
    turned = Turned(seven if begins else NONE, seven if ends else NONE)
    return Spoke(frozenset({1}) if near else NONE, seven if near else NONE, turned, 900, all_of)


@pytest.mark.parametrize(
    ("said", "opened", "now", "urgent"),
    [
        pytest.param(spoke(near=False), (), LATE, False, id="far from any limit"),
        pytest.param(spoke(near=True), (), LATE, True, id="it may have to be warned of"),
        pytest.param(
            spoke(near=True), (), HOUR + timedelta(minutes=9), False, id="too early to warn"
        ),
        pytest.param(spoke(near=True), (PREWARNING,), LATE, False, id="it is warned of"),
        pytest.param(
            spoke(near=True, begins=True), (PREWARNING,), LATE, True, id="a run may begin"
        ),
        pytest.param(
            spoke(near=True, begins=True), (PREWARNING, OVER_NOW), LATE, False, id="a run goes on"
        ),
        pytest.param(
            spoke(near=False, ends=True), (PREWARNING, OVER_NOW), LATE, True, id="a run may end"
        ),
        pytest.param(
            spoke(near=True, all_of=True), (PREWARNING,), LATE, True, id="so much was heard at once"
        ),
    ],
)
def test_an_outlet_is_urgent_where_something_may_begin_or_end(
    said: Spoke,
    opened: tuple[str, ...],
    now: datetime,
    urgent: bool,  # noqa: FBT001 - parametrized
) -> None:
    found = Near().urgent(5, said, OUTLET_OF, now, lambda rule, _point: rule in opened)

    assert found == ({1} if urgent else set())


def test_what_is_not_urgent_has_its_turn_once_a_minute_while_it_is_near() -> None:
    near = Near()
    near.urgent(5, spoke(near=True), OUTLET_OF, LATE, lambda _rule, _point: True)
    first = near.due(5, [1, 2], LATE)
    near.looked(5, first, LATE)

    soon = near.due(5, [1, 2], LATE + EVERY / 2)
    later = near.due(5, [1, 2], LATE + EVERY)
    after = near.due(5, [1, 2], LATE + timedelta(hours=2))

    assert (first, soon, later, after) == ({1}, set(), {1}, set())


def test_an_outlet_stays_near_for_an_hour() -> None:
    """A mean of an hour may still be over with what was heard long before."""
    near = Near()
    near.urgent(5, spoke(near=True), OUTLET_OF, HOUR, lambda _rule, _point: False)

    found = near.urgent(5, spoke(near=False), OUTLET_OF, LATE, lambda _rule, _point: False)
    near.forget(HOUR + timedelta(hours=1))
    gone = near.due(5, [1], HOUR + timedelta(hours=1))

    assert (found, gone) == ({1}, set())
