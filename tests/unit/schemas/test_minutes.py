"""Minutes as columns: they read as the records they stand for."""

from datetime import UTC, datetime, timedelta

from schemas.minutes import SECOND_US, Alike, Minutes
from schemas.record import Record

START = datetime(2024, 6, 3, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
NUMBERS, SENTINELS = False, True


def test_what_is_alike_reads_as_records_in_the_order_of_time() -> None:
    valid = Alike(60, "N", NUMBERS, 200.0, [0, 120 * SECOND_US], [1.5, None])
    faulty = Alike(60, "D", NUMBERS, 200.0, [60 * SECOND_US], [7.0])

    minutes = Minutes(START, [valid, faulty])

    assert list(minutes) == [
        Record(START, 60, 1.5, range_max=200.0),
        Record(START + MINUTE, 60, 7.0, "D", range_max=200.0),
        Record(START + 2 * MINUTE, 60, None, range_max=200.0),
    ]


def test_an_hour_of_columns_is_a_sequence() -> None:
    minutes = Minutes(START, [Alike(60, None, SENTINELS, None, [0, 60 * SECOND_US], [None, None])])

    assert len(minutes) == 2
    assert minutes[1].at == START + MINUTE
    assert [record.sentinel for record in minutes[:1]] == [True]
    assert bool(minutes)
    assert not Minutes(START, [])
