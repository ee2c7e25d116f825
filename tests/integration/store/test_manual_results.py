"""Laboratory results as they are kept: versions that only grow, and the hours that they touch."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import psycopg
import pytest

from schemas.manual import ManualResult
from services.store.connection import connect, connect_now
from services.store.manual_results import (
    ManualConflict,
    ResultQuery,
    add_results,
    manual_lock,
    point_units,
    read_results,
    replace_result,
    result_versions,
    results_of,
    withdraw_result,
)
from services.store.mark_places import mark_places
from tests.fixtures.manual import SEWAGE, beijing, entry
from tests.fixtures.readings import touched
from tests.fixtures.registry import stored

HOUR = timedelta(hours=1)


@pytest.fixture
def connection(database: str) -> Iterator[psycopg.Connection]:
    with connect_now(database, "registrar", "test") as connection:
        stored(connection, SEWAGE)
        yield connection


def cod(connection: psycopg.Connection, outlet: str = "DW001") -> int:
    places = mark_places(connection)
    return places.points[places.subjects["P2", outlet][0], "out/w01018"]


def added(connection: psycopg.Connection, *since: str) -> list[int]:
    """Grab samples at those times of 2025-03-01."""
    entries = [
        entry(cod(connection), f"2025-03-01T{one}:00", f"2025-03-01T{one}:01") for one in since
    ]
    with manual_lock(connection):
        return add_results(connection, entries)


def only(connection: psycopg.Connection) -> ManualResult:
    [found] = read_results(connection)
    return found


def test_a_result_is_read_back_digit_by_digit(connection: psycopg.Connection) -> None:
    [key] = added(connection, "08")

    found = only(connection)

    assert (found.result, found.point, found.kind) == (key, cod(connection), "gap")
    assert (str(found.value), found.unit, found.samples) == ("31.50", "mg/L", 2)
    assert (found.since, found.until) == (beijing("2025-03-01T08:00"), beijing("2025-03-01T08:01"))
    assert (found.method, found.laboratory, found.actor) == ("HJ 828-2017", "示例检测", "chemist")
    assert not found.withdrawn
    assert found.position > 0


def test_a_result_may_have_no_value(connection: psycopg.Connection) -> None:
    with manual_lock(connection):
        add_results(connection, [entry(cod(connection), value=None)])

    assert only(connection).value is None


def test_a_correction_is_a_newer_version_and_the_older_one_stays(
    connection: psycopg.Connection,
) -> None:
    [key] = added(connection, "08")
    first = only(connection)

    with manual_lock(connection):
        replace_result(
            connection, first, entry(cod(connection), value="35")._replace(reason="typo")
        )

    second = only(connection)
    assert (second.result, second.value, second.reason) == (key, Decimal(35), "typo")
    assert [str(one.value) for one in result_versions(connection, key)] == ["31.50", "35"]


def test_as_of_a_position_is_what_was_believed_below_it(connection: psycopg.Connection) -> None:
    added(connection, "08")
    first = only(connection)
    with manual_lock(connection):
        replace_result(connection, first, entry(cod(connection), value="35"))
    second = only(connection)

    assert read_results(connection, ResultQuery(below=first.position)) == []
    assert read_results(connection, ResultQuery(below=second.position)) == [first]
    assert result_versions(connection, first.result, second.position) == [first]


def test_a_withdrawn_result_is_believed_no_longer_but_can_be_read(
    connection: psycopg.Connection,
) -> None:
    [key] = added(connection, "08")
    known = only(connection)

    with manual_lock(connection):
        withdraw_result(connection, known, "bottle mixed up", "officer")

    assert read_results(connection) == []
    [gone] = read_results(connection, ResultQuery(withdrawn=True))
    assert (gone.result, gone.withdrawn, gone.reason, gone.actor) == (
        key,
        True,
        "bottle mixed up",
        "officer",
    )
    assert gone.value == known.value


def test_what_was_looked_at_must_still_be_believed(connection: psycopg.Connection) -> None:
    added(connection, "08")
    first = only(connection)
    with manual_lock(connection):
        replace_result(connection, first, entry(cod(connection), value="35"))

    with (
        pytest.raises(ManualConflict, match="changed meanwhile by chemist"),
        manual_lock(connection),
    ):
        replace_result(connection, first, entry(cod(connection), value="36"))

    assert only(connection).value == 35


def test_nobody_withdraws_twice(connection: psycopg.Connection) -> None:
    added(connection, "08")
    known = only(connection)
    with manual_lock(connection):
        withdraw_result(connection, known, "lost", "officer")

    with pytest.raises(ManualConflict, match="withdrawn or never"), manual_lock(connection):
        withdraw_result(connection, known, "again", "officer")

    assert len(result_versions(connection, known.result)) == 2


def test_a_result_stays_with_its_point(connection: psycopg.Connection) -> None:
    added(connection, "08")
    known = only(connection)

    with pytest.raises(ManualConflict, match="stays with its point"), manual_lock(connection):
        replace_result(connection, known, entry(cod(connection, "DW002")))

    assert only(connection) == known


def test_results_are_asked_for_by_point_time_and_kind(connection: psycopg.Connection) -> None:
    first, second = added(connection, "08", "12")
    with manual_lock(connection):
        [other] = add_results(connection, [entry(cod(connection, "DW002"), kind="self")])

    def keys(query: ResultQuery) -> list[int]:
        return [one.result for one in read_results(connection, query)]

    assert keys(ResultQuery([cod(connection)])) == [first, second]
    assert keys(ResultQuery(kind="self")) == [other]
    assert keys(ResultQuery(since=beijing("2025-03-01T08:01"))) == [second]
    assert keys(ResultQuery(until=beijing("2025-03-01T12:00"))) == [first, other]
    assert keys(ResultQuery([])) == []


def test_a_correction_that_moves_the_sample_is_found_where_it_is_now(
    connection: psycopg.Connection,
) -> None:
    added(connection, "08")
    moved = entry(cod(connection), "2025-03-02T08:00", "2025-03-02T08:01")

    with manual_lock(connection):
        replace_result(connection, only(connection), moved)

    assert read_results(connection, ResultQuery(until=beijing("2025-03-02T00:00"))) == []
    assert len(read_results(connection, ResultQuery(since=beijing("2025-03-02T00:00")))) == 1


async def test_services_read_the_same(connection: psycopg.Connection, database: str) -> None:
    added(connection, "08")

    async with await connect(database, "alerts", "test") as service:
        found = await results_of(service, ResultQuery([cod(connection)]))

    assert found == [only(connection)]


def test_hours_that_a_result_may_bear_on_are_judged_anew(
    connection: psycopg.Connection, database: str
) -> None:
    """Sampled at 08:00 it may stand until 14:01: of the judged hours, 08:00 to 14:00."""
    with psycopg.connect(database, autocommit=True) as owner:
        owner.execute(
            "INSERT INTO mean (start, point, period, stage, source, valid_s, due_s, valid, evidence,"
            " rules) SELECT hour, %s, 'hour', 'final', 'computed', 0, 3600, false, '{}', '1'"
            " FROM generate_series(%s::timestamptz, %s::timestamptz, INTERVAL '1 hour') AS hour",
            (cod(connection), beijing("2025-03-01T00:00"), beijing("2025-03-01T23:00")),
        )

    added(connection, "08")

    first = beijing("2025-03-01T08:00")
    assert touched(connection) == [("DW001", first + place * HOUR) for place in range(7)]


def test_the_units_of_a_points_main_channel_are_known(connection: psycopg.Connection) -> None:
    point = cod(connection)

    [unit] = point_units(connection, [point])[point]

    assert unit.unit == "mg/L"
    assert point_units(connection, []) == {}


@pytest.mark.parametrize(
    "statement",
    ["UPDATE manual_result SET value = 1", "DELETE FROM manual_result", "TRUNCATE manual_result"],
    ids=["update", "delete", "truncate"],
)
def test_not_even_the_owner_changes_what_was_entered(
    connection: psycopg.Connection, database: str, statement: str
) -> None:
    added(connection, "08")
    before = only(connection)

    with psycopg.connect(database) as owner, pytest.raises(psycopg.Error, match="only grow"):
        owner.execute(statement)  # type: ignore[arg-type] # a case, and no LiteralString

    assert only(connection) == before


@pytest.mark.parametrize(
    "change",
    [{"samples": 0}, {"reference_oxygen": Decimal(21)}, {"actor": ""}],
    ids=["samples", "oxygen", "actor"],
)
def test_the_database_refuses_what_cannot_be(
    connection: psycopg.Connection, change: dict[str, object]
) -> None:
    wrong = entry(cod(connection))._replace(**change)  # type: ignore[arg-type] # a case

    with pytest.raises(psycopg.IntegrityError), manual_lock(connection):
        add_results(connection, [wrong])

    assert read_results(connection) == []


def test_of_many_results_all_are_entered_or_none(connection: psycopg.Connection) -> None:
    good, wrong = entry(cod(connection)), entry(cod(connection))._replace(samples=0)

    with pytest.raises(psycopg.IntegrityError), manual_lock(connection):
        add_results(connection, [good, wrong])

    assert read_results(connection) == []
