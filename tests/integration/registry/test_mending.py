"""A wrong registration is mended without touching a reading, and its hours are judged anew."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from typer.testing import CliRunner

from schemas.registry_rows import BindingRow, RegistryRows
from services.registry.commands import app
from services.store.connection import connect_now
from services.store.registry_read import read_registry
from services.store.registry_write import (
    RegistryChange,
    RegistryConflict,
    registry_lock,
    write_registry,
)
from tests.fixtures.readings import MINUTE, channel_ids, digest, fill, touched
from tests.fixtures.registry import TERSE, stored

HOUR = timedelta(hours=1)
BEIJING = timedelta(hours=8)
JUNE, JULY = datetime(2024, 6, 1, tzinfo=UTC) - BEIJING, datetime(2024, 7, 1, tzinfo=UTC) - BEIJING
MONTH = "{{code: a21026, settings: [{{from: 2024-06-01, to: 2024-07-01, unit: {}}}]}}"
ADD_DA002 = (
    "- {code: DA001, medium: air}",
    "- {code: DA001, medium: air}\n      - {code: DA002, medium: air}",
)


def channels(entries: str) -> str:
    text = TERSE.replace(*ADD_DA002).replace("mn: MN-A\n", "mn: MN-A\n        outlet: DA001\n")
    return text.replace("a21026, a19001", entries)


@pytest.fixture
def connection(database: str) -> Iterator[psycopg.Connection]:
    with connect_now(database, "registrar", "test") as connection:
        stored(connection, channels("a21026, a19001"))
        yield connection


@pytest.fixture
def writer(database: str) -> Iterator[psycopg.Connection]:
    with connect_now(database, "ingest", "test") as connection:
        yield connection


def hours(since: datetime, until: datetime) -> list[datetime]:
    return [since + place * HOUR for place in range(int((until - since) / HOUR))]


def test_a_month_of_minutes_in_the_wrong_unit_is_mended_by_an_import(
    connection: psycopg.Connection, writer: psycopg.Connection
) -> None:
    ids = channel_ids(connection)
    # From the 30th of May to the 2nd of July, but for one hour of silence on the 10th of June.
    silent = JUNE + 9 * 24 * HOUR
    times = [JUNE - 48 * HOUR + place * MINUTE for place in range(34 * 1440)]
    times = [time for time in times if not silent <= time < silent + HOUR]
    fill(writer, "reading_minute", ((at, ids["MN-A/a21026"], 5.0) for at in times))
    fill(writer, "reading_hour", [(JUNE, ids["MN-A/a19001"], 6.0)])
    before = digest(connection, "reading_minute")

    stored(connection, channels(MONTH.format("ug/m3, scale: 0.5")))

    assert digest(connection, "reading_minute") == before
    read = connection.execute(
        "SELECT unit, value, time >= %s AND time < %s, count(*) FROM measured_minute"
        " GROUP BY 1, 2, 3 ORDER BY 1",
        [JUNE, JULY],
    ).fetchall()
    assert read == [
        ("mg/m3", 5.0, False, (34 - 30) * 1440),
        ("ug/m3", 2.5, True, 30 * 1440 - 60),
    ]
    expected = [("DA001", hour) for hour in hours(JUNE, JULY) if hour != silent]
    assert touched(connection) == expected


def test_a_binding_mended_for_the_past_moves_its_readings_and_marks_both_outlets(
    connection: psycopg.Connection, writer: psycopg.Connection
) -> None:
    channel = channel_ids(connection)["MN-A/a21026"]
    times = [JUNE - HOUR, JUNE, JUNE + HOUR]
    fill(writer, "reading_realtime", [(at, channel, 1.0) for at in times])
    fill(writer, "state", [(JUNE + 3 * HOUR, channel, 1.0)])

    stored(connection, channels("{code: a21026, point: DA002, from: 2024-06-01}"))

    read = connection.execute(
        "SELECT subject.code, time FROM measured_realtime JOIN subject ON subject.id = subject"
        " ORDER BY time"
    ).fetchall()
    assert read == [("DA001", times[0]), ("DA002", times[1]), ("DA002", times[2])]
    moved = [JUNE, JUNE + HOUR, JUNE + 3 * HOUR]
    assert touched(connection) == [(code, at) for code in ("DA001", "DA002") for at in moved]


@pytest.mark.parametrize(
    ("entry", "hours_marked"),
    [
        pytest.param("{code: a21026, rank: spare}", 1, id="rank"),
        pytest.param(MONTH.format("mg/m3, scale: 2"), 1, id="scale"),
        pytest.param(MONTH.format("mg/m3, total_scale: 2"), 1, id="total scale"),
        pytest.param(MONTH.format("mg/m3, range: [0, 100]"), 1, id="range"),
        pytest.param(MONTH.format("mg/m3, sentinels: [-99]"), 1, id="sentinels"),
        pytest.param(MONTH.format("mg/m3, cycle: 60"), 1, id="cycle"),
        pytest.param("{code: a21026, to: 2024-06-01}", 1, id="the end"),
        pytest.param("{code: a21026, from: 2024-06-02}", 0, id="said again"),
        pytest.param(MONTH.format("mg/m3"), 0, id="the same unit"),
        pytest.param("{code: a21026, unit: ppm}", 0, id="a new unit from now on"),
        pytest.param("{code: a21026, to: 2024-08-01}", 0, id="after the reading"),
    ],
)
def test_only_a_change_of_meaning_marks_the_hour(
    connection: psycopg.Connection, writer: psycopg.Connection, entry: str, hours_marked: int
) -> None:
    fill(writer, "reading_minute", [(JUNE, channel_ids(connection)["MN-A/a21026"], 1.0)])

    stored(connection, channels(entry))

    assert touched(connection) == [("DA001", JUNE)] * hours_marked


def test_an_import_of_what_is_known_marks_nothing(
    connection: psycopg.Connection, writer: psycopg.Connection
) -> None:
    fill(writer, "reading_minute", [(JUNE, channel_ids(connection)["MN-A/a21026"], 1.0)])

    stored(connection, channels("a21026, a19001, a01011"))

    assert touched(connection) == []


@pytest.fixture
def run(database: str, tmp_path: Path) -> Callable[..., str]:
    def call(text: str, *words: str) -> str:
        file = tmp_path / "mended.yaml"
        file.write_text(text, "utf-8")
        environment = {"QINGKONG_DATABASE_URL": database, "COLUMNS": "200"}
        result = CliRunner().invoke(app, ["import", str(file), *words], env=environment)
        assert result.exit_code == 0, result.output
        return result.stderr

    return call


@pytest.mark.parametrize("words", [["--dry-run"], []], ids=["dry run", "import"])
def test_the_difference_says_how_many_hours_are_judged_anew(
    connection: psycopg.Connection,
    writer: psycopg.Connection,
    run: Callable[..., str],
    words: list[str],
) -> None:
    channel = channel_ids(connection)["MN-A/a21026"]
    fill(writer, "reading_minute", [(JUNE + place * MINUTE, channel, 1.0) for place in range(150)])

    said = run(channels(MONTH.format("ppm")), *words)

    assert re.search(r"^3 hours of stored readings will be judged anew", said, re.MULTILINE)
    assert len(touched(connection)) == (0 if words else 3)


def test_readings_that_lose_their_point_are_named(
    connection: psycopg.Connection, writer: psycopg.Connection, run: Callable[..., str]
) -> None:
    channel = channel_ids(connection)["MN-A/a21026"]
    fill(writer, "reading_minute", [(JUNE, channel, 1.0)])

    said = run(channels("{code: a21026, to: 2024-05-01}, {code: a19001, to: 2024-05-01}"))

    assert "P1 / MN-A / a21026 has stored readings that will belong to no point" in said
    assert "a19001 has" not in said
    assert connection.execute("SELECT FROM measured_minute").fetchall() == []


def test_two_mains_at_the_end_of_a_change_are_a_sentence_with_both_and_their_times(
    connection: psycopg.Connection,
) -> None:
    ids = channel_ids(connection)
    change = RegistryChange("tester", "test", {})

    [main] = read_registry(connection).bindings[ids["MN-A/a21026"]]
    other = BindingRow(ids["MN-A/a19001"], main.point, "main", JUNE, JULY)
    rows = RegistryRows(bindings={other.channel: [other]})

    with pytest.raises(RegistryConflict) as caught, registry_lock(connection):
        write_registry(connection, rows, change, lambda _kind, _rows: None)

    sentence = str(caught.value)
    assert "point DA001/out/a21026 would have two main channels at a time" in sentence
    assert "P1 / MN-A / a21026 (2024-01-01 00:00 → open)" in sentence
    assert "P1 / MN-A / a19001 (2024-06-01 00:00 → 2024-07-01 00:00)" in sentence
    assert connection.execute("SELECT count(*) FROM registry_change").fetchone() == (1,)
