"""What was stored to do harm later, or would be rewritten; the list of attacks is in `test_attacks_list`."""

import csv
import io

import openpyxl
import psycopg
import pytest
from psycopg import errors

from services.store.connection import connect_now
from services.store.export_places import BEGINS_FORMULA
from tests.fixtures.api import Api
from tests.fixtures.exported import START, exported

RANGE = {"from": START.isoformat(), "to": "2024-06-04T00:00:00+00:00"}
EVIL = "cmd|' /C calc'!A0"
REWRITES = (
    "UPDATE audit SET actor = 'nobody'",
    "DELETE FROM audit",
    "TRUNCATE audit",
    "UPDATE verdict SET outcome = 'compliant'",
    "DELETE FROM verdict",
    "UPDATE limit_version SET high = 900",
    "UPDATE mark SET withdrawn = true",
    "UPDATE alert_event SET actor = 'nobody'",
    "DELETE FROM export",
    "UPDATE checkpoint SET body = ''",
    "UPDATE token SET account = 1",
    "UPDATE session SET account = 1",
    "UPDATE account SET name = 'root'",
    "UPDATE attachment SET sha256 = ''",
    "ALTER TABLE audit DISABLE TRIGGER ALL",
    "DROP TRIGGER audit_only_grows ON audit",
    "SET session_replication_role = replica",
    "COPY account TO PROGRAM 'id'",
    "SELECT pg_read_file('/etc/passwd')",
    "CREATE TABLE public.evil (x int)",
)


@pytest.fixture
def database(database: str) -> str:
    """It holds something to be exported."""
    exported(database)
    return database


async def test_no_cell_of_a_file_begins_a_formula_and_numbers_stay_numbers(api: Api) -> None:
    machine = api.machine("officer")
    evil = [f"{sign}{EVIL}" for sign in (*BEGINS_FORMULA, '"=', "'=")]
    cells: dict[str, list[str]] = {"csv": [], "xlsx": []}

    for text in evil:
        with psycopg.connect(api.url, autocommit=True) as owner:
            owner.execute("SET session_replication_role = replica")
            owner.execute("UPDATE mark SET evidence = %s, actor = %s", (text, text))
            owner.execute("UPDATE mean SET value = -12.5")
        lines = (await machine("GET", "/api/v1/export/marks.csv", params=RANGE)).text
        [row] = csv.DictReader(io.StringIO(lines, newline=""))
        cells["csv"] += [row["evidence"], row["actor"]]
        book = await machine("GET", "/api/v1/export/marks.xlsx", params=RANGE)
        sheet = openpyxl.load_workbook(io.BytesIO(book.content)).worksheets[0]
        assert {cell.data_type for line in sheet.iter_rows() for cell in line} <= {
            "s",
            "n",
            "b",
            "d",
        }
        cells["xlsx"] += [str(cell.value) for cell in sheet[2] if EVIL in str(cell.value)]
    means = (await machine("GET", "/api/v1/export/means.csv", params=RANGE)).text

    for found in cells.values():
        assert len(found) == 2 * len(evil)
        assert [one for one in found if one.startswith(BEGINS_FORMULA)] == []
        assert all(EVIL in one for one in found)
    assert next(csv.DictReader(io.StringIO(means)))["value"] == "-12.5"


async def test_what_looks_like_a_page_is_answered_as_data(api: Api) -> None:
    page = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    with psycopg.connect(api.url, autocommit=True) as owner:
        owner.execute("SET session_replication_role = replica")
        owner.execute("UPDATE mark SET evidence = %s", (page,))
    machine = api.machine("officer")

    answers = [
        await machine(
            "GET", "/api/v1/plants/P1/marks", params=RANGE, headers={"Accept": "text/html"}
        ),
        await machine("GET", f"/api/v1/plants/{page}", headers={"Accept": "text/html"}),
    ]

    assert page in answers[0].json()["items"][0]["evidence"]
    for answer in answers:
        assert answer.headers["content-type"].split(";")[0] in {
            "application/json",
            "application/problem+json",
        }
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["x-frame-options"] == "DENY"


def test_the_role_of_the_api_rewrites_no_history(database: str) -> None:
    allowed: list[str] = []

    with connect_now(database, "api", "test") as session:
        for statement in REWRITES:
            try:
                with session.transaction():
                    session.execute(statement.encode())
                allowed.append(statement)
            except errors.InsufficientPrivilege:
                pass

    assert allowed == []
