"""An export holds what was known at its position: the same lines whenever they are asked for again."""

import csv
import io
from collections.abc import Iterator
from dataclasses import replace

import psycopg
import pytest

from schemas.export import ExportQuery, What, query_of
from schemas.judgement import Period
from schemas.series import Series
from services.store import export_lines as lines_module
from services.store import export_places
from services.store.as_known import closed_position
from services.store.connection import connect_now
from services.store.export_lines import COLUMNS_OF, count_rows, export_lines, export_view
from services.store.session import Session
from tests.fixtures.batches import say
from tests.fixtures.exported import HOUR, PLANTS, START, exported
from tests.fixtures.listening import alerted
from tests.fixtures.readings import MINUTE, channel_ids
from tests.fixtures.registry import stored

MANY = 1_000_000


@pytest.fixture
def owner(database: str) -> Iterator[psycopg.Connection]:
    exported(database)
    with psycopg.connect(database, autocommit=True, options="-c timezone=UTC0") as connection:
        yield connection


@pytest.fixture
def session(owner: psycopg.Connection, database: str) -> Iterator[Session]:
    assert not owner.closed
    with connect_now(database, "api", "test") as connection:
        yield connection


def asked(session: Session, what: What = What.READINGS, **given: object) -> ExportQuery:
    usual = ExportQuery(
        what, closed_position(session), START, START + HOUR, series=Series.MINUTE, code="a21026"
    )
    return replace(usual, **given)  # pyright: ignore[reportArgumentType] - fields as a test names them


def text(session: Session, query: ExportQuery) -> bytes:
    with export_view(session):
        return b"".join(chunk.lines for chunk in export_lines(session, query))


def rows(session: Session, query: ExportQuery) -> list[dict[str, str]]:
    names = [column.name for column in COLUMNS_OF[query.what]]
    found = csv.reader(io.StringIO(text(session, query).decode(), newline=""))
    return [dict(zip(names, row, strict=True)) for row in found]


def test_readings_stand_by_place_and_time_with_unit_and_names(session: Session) -> None:
    found = rows(session, asked(session))

    assert len(found) == 120
    first = found[0]
    assert (first["plant"], first["subject"], first["subject_name"]) == ("P1", "DA001", "一号,排口")
    assert (first["time"], first["value"], first["minimum"]) == ("2024-06-03 08:00:00", "0.1", "0")
    assert (first["unit"], first["rank"], first["device"]) == ("mg/m3", "main", "MN-A")
    assert [row["time"] for row in found[:60]] == sorted(row["time"] for row in found[:60])
    assert {row["plant"] for row in found[60:]} == {"P2"}


def test_no_text_begins_a_formula_unless_that_is_wanted(session: Session) -> None:
    guarded = rows(session, asked(session))
    bare = rows(session, asked(session, guarded=False))

    assert guarded[0]["plant_name"] == "'=示例厂"
    assert bare[0]["plant_name"] == "=示例厂"


def test_a_flag_of_a_device_begins_no_formula_and_numbers_stay_numbers(
    session: Session, owner: psycopg.Connection
) -> None:
    owner.execute("UPDATE reading_minute SET flag = '=cmd|x', value = -5, sent_at = now(),"
                  " received_at = now() WHERE time = %s", (START,))  # fmt: skip

    first = rows(session, asked(session))[0]

    assert (first["flag"], first["value"]) == ("'=cmd|x", "-5")


def test_a_sentinel_is_no_number(session: Session, owner: psycopg.Connection) -> None:
    owner.execute("UPDATE reading_minute SET value = -999, sent_at = now(), received_at = now()"
                  " WHERE time = %s", (START,))  # fmt: skip

    first = rows(session, asked(session, code="a21002"))[0]

    assert (first["value"], first["minimum"], first["sentinel"]) == ("", "", "t")


@pytest.mark.parametrize(
    ("given", "count"),
    [
        pytest.param({"plants": (2,)}, 60, id="a plant"),
        pytest.param({"plants": ()}, 0, id="no plant"),
        pytest.param({"code": None}, 180, id="every code"),
        pytest.param({"side": "in"}, 0, id="a side"),
        pytest.param({"subject": "DA002"}, 0, id="another outlet"),
        pytest.param({"since": START + 50 * MINUTE}, 20, id="a later beginning"),
        pytest.param({"series": Series.HOUR}, 0, id="another series"),
        pytest.param({"position": 0}, 0, id="before everything"),
    ],
)
def test_a_query_chooses(session: Session, given: dict[str, object], count: int) -> None:
    query = replace(asked(session), **given)  # pyright: ignore[reportArgumentType] - fields by name

    with export_view(session):
        counted = count_rows(session, query, MANY)

    assert len(rows(session, query)) == counted == count


def test_what_came_later_is_not_in_what_was_known_before(
    session: Session, owner: psycopg.Connection
) -> None:
    channel = channel_ids(owner)["MN-A/a21026"]
    before = asked(session)
    known = text(session, before)
    say(owner, 100, channel, {START: 7, START + 30 * MINUTE: 8})
    between = asked(session)
    half = text(session, between)
    say(owner, 101, channel, {START: 9})

    assert text(session, before) == known
    assert text(session, between) == half
    values = [
        [row["value"] for row in rows(session, one)][:31:30]
        for one in (before, between, asked(session))
    ]
    assert values == [["0.1", "30.1"], ["7", "8"], ["9", "8"]]


def test_a_reading_that_retention_dropped_is_told_by_what_was_kept(
    session: Session, owner: psycopg.Connection
) -> None:
    channel = channel_ids(owner)["MN-A/a21026"]
    say(owner, 100, channel, {START: 7})
    owner.execute("DELETE FROM reading_minute WHERE time = %s AND channel = %s", (START, channel))

    assert rows(session, asked(session))[0]["value"] == "0.1"


def test_the_registry_is_the_one_that_was_known(
    session: Session, owner: psycopg.Connection
) -> None:
    before = asked(session)
    known = text(session, before)

    owner.execute("UPDATE plant SET name = '新名' WHERE code = 'P1'")
    stored(owner, PLANTS.replace("=示例厂", "又一名").replace("一号,排口", "二号"))

    assert text(session, before) == known
    assert rows(session, asked(session))[0]["plant_name"] == "又一名"


def test_the_lines_depend_on_nobodys_settings(session: Session) -> None:
    query = asked(session)
    known = text(session, query)

    session.execute("SET timezone TO '<+05>-05'")
    session.execute("SET datestyle TO 'German'")
    session.execute("SET extra_float_digits TO -3")

    assert text(session, query) == known


def test_cut_into_small_pieces_it_says_the_same(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = asked(session, code=None)
    known = text(session, query)

    monkeypatch.setattr(export_places, "AT_ONCE_ROWS", 7)
    monkeypatch.setattr(lines_module, "CHUNK_BYTES", 100)

    assert text(session, query) == known


def test_means_are_those_believed_with_their_unit(session: Session) -> None:
    [row] = rows(session, asked(session, What.MEANS))

    assert (row["start"], row["value"], row["unit"]) == ("2024-06-03 08:00:00", "12.5", "mg/m3")
    assert (row["converted"], row["valid"], row["stage"]) == ('{"6": "13"}', "t", "final")


def test_verdicts_stand_beside_their_limit(session: Session) -> None:
    [row] = rows(session, asked(session, What.VERDICTS, code=None))

    assert (row["outcome"], row["value"], row["high"], row["unit"]) == (
        "exceeding", "150", "100", "mg/m3",
    )  # fmt: skip
    assert (row["multiple"], row["clause"]) == ("0.5", "Table 1")


def test_of_another_period_there_is_nothing(session: Session) -> None:
    assert rows(session, asked(session, What.MEANS, period=Period.DAY)) == []


def test_marks_and_limits_are_told(session: Session) -> None:
    [mark] = rows(session, asked(session, What.MARKS, code=None))
    [limit] = rows(session, asked(session, What.LIMITS, code=None))

    assert (mark["kind"], mark["plant"], mark["evidence"]) == ("stop", "P1", "'@关停")
    assert (mark["since"], mark["until"]) == ("2024-06-03 08:00:00", "2024-06-03 09:00:00")
    assert (limit["high"], limit["comparator"], limit["standard"]) == ("100", "<=", "GB 13223-2011")


def test_an_alert_is_told_as_it_stood(session: Session, owner: psycopg.Connection) -> None:
    alerted(owner, 1, "red")
    query = asked(session, What.ALERTS, code=None, until=START + 10_000 * 24 * HOUR)
    known = text(session, query)
    owner.execute(
        "INSERT INTO alert_event (alert, version, what, reason, actor, at, made_at, state, severity,"
        " since, detail) SELECT alert, 2, 'resolved', 'x', 'platform', at, made_at, 'resolved',"
        " 'red', since, '{}' FROM alert_event"
    )

    [before] = rows(session, query)
    [now] = rows(session, replace(query, position=closed_position(session)))

    assert text(session, query) == known
    assert (before["state"], now["state"]) == ("open", "resolved")
    assert (now["kind"], now["severity"], now["plant"], now["version"]) == (
        "limit_hour", "red", "P1", "2",
    )  # fmt: skip


def test_a_query_comes_back_from_its_json(session: Session) -> None:
    query = asked(session, plants=(1, 2), side="out")

    assert query_of(query.as_json()) == query
