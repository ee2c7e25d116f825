"""Which records of a water point count in an hour: minutes or the device's own, main or spare."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.record import Record
from services.rules.hour_parameters import HourParameters, HourRules
from services.rules.water_records import Choosing, PointLines, WaterRecords, chosen_records
from services.rules.water_validity import WaterJudge
from tests.fixtures.water import HOUR, MIDNIGHT, MINUTE

PERCENT = Decimal(75)


def choosing(*, slow: bool = True, judged: str = "device") -> Choosing:
    params = HourParameters.model_validate({"judged_record": judged})
    return Choosing(WaterJudge(HourRules(hour=params)), PERCENT, slow)


def minutes(
    values: list[float], flag: str | None = "N", start: timedelta = timedelta(0)
) -> list[Record]:
    """A minute record each, from an hour's beginning on."""
    return [
        Record(MIDNIGHT + start + n * MINUTE, 60, value, flag) for n, value in enumerate(values)
    ]


def hour(value: float, flag: str | None = "N", at: int = 0) -> list[Record]:
    return [Record(MIDNIGHT + at * HOUR, 3600, value, flag)]


def test_one_source_alone_is_taken_as_it_is() -> None:
    some = minutes([1.0, 2.0])

    assert chosen_records(PointLines(some), choosing()) == WaterRecords(some)
    assert chosen_records(PointLines(hours=hour(3)), choosing()) == WaterRecords(hour(3))


@pytest.mark.parametrize(
    ("some", "device", "by_device", "apart"),
    [
        pytest.param([40.0] * 60, 40.0, False, False, id="both say the same"),
        pytest.param([40.0] * 60, 80.0, True, True, id="apart"),
        pytest.param([40.0] * 60, 40.3, False, False, id="1 % of 40 is 0.4"),
        pytest.param([40.0] * 30 + [60.0] * 30, 45.0, False, False, id="between two results"),
        pytest.param([40.0] * 44, 40.0, True, False, id="too few minutes"),
        pytest.param([40.0], 80.0, True, True, id="a stray minute, and apart"),
        pytest.param([], 80.0, True, False, id="no minute"),
    ],
)
def test_minutes_count_where_there_are_enough_and_the_device_agrees(
    some: list[float],
    device: float,
    by_device: bool,  # noqa: FBT001 - a case
    apart: bool,  # noqa: FBT001 - a case
) -> None:
    sent = minutes(some)
    lines = PointLines([*sent, *minutes([7.0] * 60, start=HOUR)], hour(device))

    found = chosen_records(lines, choosing())

    assert found.records[:-60] == (hour(device) if by_device else sent)
    assert bool(found.apart) is apart
    assert ("device_hours" in found.told((MIDNIGHT, MIDNIGHT + HOUR))) is apart
    assert found.told((MIDNIGHT + HOUR, MIDNIGHT + 2 * HOUR)) == {}


def test_a_continuous_instruments_hour_is_held_against_the_mean_of_its_minutes() -> None:
    """30 minutes of 40 and 30 of 60 have the mean 50, and the device says 45."""
    lines = PointLines(minutes([40.0] * 30 + [60.0] * 30), hour(45.0))

    found = chosen_records(lines, choosing(slow=False))

    assert found.records == hour(45.0)
    assert [(one.device, one.minutes) for one in found.apart] == [(45, 50)]


def test_where_it_is_set_so_minutes_stand_before_a_device_that_is_apart() -> None:
    sent = minutes([40.0] * 60)

    found = chosen_records(PointLines(sent, hour(80.0)), choosing(judged="computed"))

    assert (found.records, len(found.apart)) == (sent, 1)


@pytest.mark.parametrize(
    ("refused", "by_device"), [(15, True), (16, False)], ids=["15 min", "16 min"]
)
def test_an_hour_whose_minutes_are_refused_is_not_made_valid_by_the_device(
    refused: int,
    by_device: bool,  # noqa: FBT001 - a case
) -> None:
    """At most 15 minutes may be refused where 45 must be valid; the other ones did not come."""
    sent = minutes([40.0] * refused, "M")

    found = chosen_records(PointLines(sent, hour(80.0)), choosing())

    assert found.records == (hour(80.0) if by_device else sent)


@pytest.mark.parametrize(
    ("main", "by_spare"),
    [
        pytest.param(PointLines(), True, id="silent"),
        pytest.param(PointLines(minutes([40.0] * 60, "D")), True, id="at fault"),
        pytest.param(PointLines(minutes([40.0])), False, id="a minute of its own"),
        pytest.param(PointLines(hours=hour(40.0)), False, id="an hour of its own"),
    ],
)
def test_the_spare_counts_where_nothing_of_the_main_channel_is_valid(
    main: PointLines,
    by_spare: bool,  # noqa: FBT001 - a case
) -> None:
    spare = hour(44.0)

    found = chosen_records(main._replace(spare_hours=spare), choosing())

    assert (found.records == spare) is by_spare
    assert found.spare == ((MIDNIGHT,) if by_spare else ())


def test_a_spare_that_is_at_fault_as_well_changes_nothing() -> None:
    sent = minutes([40.0] * 60, "D")

    found = chosen_records(PointLines(sent, spare_hours=hour(44.0, "D")), choosing())

    assert (found.records, found.spare) == (sent, ())


@given(
    st.lists(st.sampled_from([None, 40.0, 80.0]), min_size=6, max_size=6),
    st.lists(st.booleans(), min_size=6, max_size=6),
)
def test_records_stay_in_order_and_no_hour_counts_twice(
    hours: list[float | None], minute_hours: list[bool]
) -> None:
    lines = PointLines(
        [one for n, there in enumerate(minute_hours) if there
         for one in minutes([40.0] * 60, start=n * HOUR)],
        [one for n, value in enumerate(hours) if value for one in hour(value, at=n)],
    )  # fmt: skip

    found = chosen_records(lines, choosing()).records

    ends = [one.at + timedelta(seconds=one.span_s) for one in found]
    assert all(end <= one.at for end, one in zip(ends, found[1:], strict=False))
    told = sum(bool(value) or there for value, there in zip(hours, minute_hours, strict=True))
    assert sum(one.span_s for one in found) == told * 3600
