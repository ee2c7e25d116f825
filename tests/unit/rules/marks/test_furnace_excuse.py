"""How long marks excuse the furnace's temperature: within the cap of an event and the pool of a year."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from schemas.marks import Mark, Review
from services.rules.marks.furnace_excuse import STEP, furnace_excuses
from services.rules.marks.mark_parameters import MarkParameters
from services.rules.marks.standing import Known
from services.rules.marks.timeline import timeline
from tests.fixtures.plant_days import mark

DAY = datetime(2025, 3, 1, 16, tzinfo=UTC)
HOUR = timedelta(hours=1)
NEXT = DAY + 24 * HOUR


def counted(
    *marks: Mark, used: dict[str, int] | None = None, params: MarkParameters | None = None
) -> dict[str, int]:
    """How many of the day's 288 means are excused how."""
    params = params or MarkParameters()
    line = timeline(marks, Known(NEXT), params)
    found = furnace_excuses(line, DAY, NEXT, used or {}, params)
    return dict(Counter(found.values()))


def of(kind: str, hours: float, since: datetime = DAY) -> Mark:
    return mark(1, f"waste_incineration/{kind}", since, since + hours * HOUR)


@pytest.mark.parametrize(
    ("kind", "hours", "accepted"),
    [
        pytest.param("start_up", 4, 48, id="启炉 within its 4 h"),
        pytest.param("start_up", 5, 48, id="启炉: what goes beyond 4 h is judged"),
        pytest.param("shut_down", 5, 60, id="停炉 has no cap"),
        pytest.param("out_of_service", 24, 288, id="停运 neither cap nor pool"),
        pytest.param("furnace_abnormal", 2, 24, id="炉温异常"),
        pytest.param("cems_maintenance", 2, 0, id="CEMS维护 is not about the furnace"),
    ],
)
def test_a_mark_excuses_as_long_as_it_may(kind: str, hours: int, accepted: int) -> None:
    assert counted(of(kind, hours)).get("accepted", 0) == accepted


def test_an_event_that_began_the_day_before_has_used_part_of_its_cap() -> None:
    """From 22:00: two of four hours are left, 24 means."""
    assert counted(of("start_up", 6, DAY - 2 * HOUR)) == {"accepted": 24, "none": 264}


def test_the_pool_of_the_year_ends_it() -> None:
    """59 h of 60 are used: one hour is left, 12 means."""
    found = counted(of("shut_down", 3), used={"furnace_60h": 59 * 3600})

    assert found == {"accepted": 12, "none": 276}


def test_a_claimed_mark_claims_within_its_cap_alone() -> None:
    claimed = of("start_up", 5)._replace(review=Review.CLAIMED)

    assert counted(claimed) == {"claimed": 48, "none": 240}


def test_where_the_pool_is_not_known_there_is_but_a_claim() -> None:
    params = MarkParameters(furnace_60h=None)

    assert counted(of("shut_down", 1), params=params) == {"claimed": 12, "none": 276}


def test_five_minutes_that_are_marked_in_part_are_judged() -> None:
    late = of("shut_down", 1, DAY + STEP / 2)

    assert counted(late) == {"accepted": 11, "none": 277}
