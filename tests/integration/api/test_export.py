"""Exports come whole or not at all, are known again by their manifest, and show nobody too much."""

import asyncio
import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, cast

import httpx
import openpyxl
import psycopg
import pyarrow.parquet  # pyright: ignore[reportMissingTypeStubs] - it ships none
import pytest
import typer
from typer.testing import CliRunner

from schemas.access import Role, Scope
from services.api import exporting
from services.api.export_commands import verify_export
from services.api.routes import export as route
from services.store.audit import DeedQuery, read_deeds
from tests.fixtures.api import Api, Asking
from tests.fixtures.batches import say
from tests.fixtures.exported import START, exported
from tests.fixtures.readings import channel_ids

QUERY = "?series=minute&from=2024-06-03T08:00:00%2B08:00&to=2024-06-03T09:00:00%2B08:00"
ROWS = 180


@pytest.fixture
def database(database: str) -> str:
    """It holds something to be exported."""
    exported(database)
    return database


@pytest.fixture
def officer(api: Api) -> Asking:
    return api.machine("officer")


@dataclass
class Got:
    """A file with its manifest, as they were saved."""

    file: Path
    manifest: Path
    answer: httpx.Response

    def verified(self, *options: str) -> tuple[int, str]:
        """The command's code and words."""
        app = typer.Typer()
        app.command()(verify_export)
        result = CliRunner().invoke(app, [str(self.file), str(self.manifest), *options])
        return result.exit_code, result.output


def parquet_rows(file: Path) -> list[dict[str, object]]:
    """As Python has them."""
    read = cast("Callable[[Path], _Table]", pyarrow.parquet.read_table)
    return read(file).to_pylist()


class _Table(Protocol):
    def to_pylist(self) -> list[dict[str, object]]: ...


async def got(officer: Asking, folder: Path, what: str, query: str = QUERY) -> Got:
    answer = await officer("GET", f"/api/v1/export/{what}{query}")
    assert answer.status_code == 200, answer.text
    said = await officer("GET", f"/api/v1/export/manifest/{answer.headers['Qingkong-Manifest']}")
    assert said.status_code == 200, said.text
    found = Got(folder / what, folder / "manifest.json", answer)
    found.file.write_bytes(answer.content)
    found.manifest.write_bytes(said.content)
    return found


async def test_csv_has_headers_with_zone_and_a_manifest_that_fits(
    officer: Asking, tmp_path: Path
) -> None:
    found = await got(officer, tmp_path, "readings.csv")

    table = list(csv.DictReader(io.StringIO(found.answer.text)))
    assert len(table) == ROWS
    assert table[0]["time (UTC+08:00)"] == "2024-06-03 08:00:00"
    assert table[0]["plant_name"] == "'=示例厂"
    assert found.answer.headers["content-type"].startswith("text/csv")
    assert "attachment" in found.answer.headers["content-disposition"]
    assert found.verified()[0] == 0


async def test_parquet_has_moments_numbers_and_texts_as_they_are(
    officer: Asking, tmp_path: Path
) -> None:
    found = await got(officer, tmp_path, "readings.parquet")

    table = parquet_rows(found.file)
    assert len(table) == ROWS
    assert table[0]["time"] == START
    assert (table[0]["value"], table[0]["span_s"], table[0]["sentinel"]) == (0.1, 60, False)
    assert (table[0]["plant_name"], table[0]["flag"]) == ("=示例厂", None)
    assert found.verified()[0] == 0


async def test_a_workbook_holds_numbers_times_and_no_formula(
    officer: Asking, tmp_path: Path
) -> None:
    found = await got(officer, tmp_path, "readings.xlsx")

    book = openpyxl.load_workbook(found.file)
    sheet = book["data 数据"]
    head, first = list(sheet.iter_rows(max_row=2))
    row = {str(name.value): cell for name, cell in zip(head, first, strict=True)}
    assert sheet.max_row == ROWS + 1
    assert str(row["time (UTC+08:00)"].value) == "2024-06-03 08:00:00"
    assert (row["value"].value, row["plant_name"].value) == (0.1, "'=示例厂")
    assert all(cell.data_type != "f" for line in sheet.iter_rows() for cell in line)
    assert found.verified()[0] == 0
    book.close()


@pytest.mark.parametrize("what", ["means", "verdicts", "alerts", "marks", "limits"])
async def test_everything_can_be_exported(officer: Asking, tmp_path: Path, what: str) -> None:
    for form in ("csv", "parquet"):
        found = await got(officer, tmp_path, f"{what}.{form}")

        assert found.verified()[0] == 0


async def test_asked_again_the_database_gives_the_same_though_more_came(
    api: Api, officer: Asking, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = await got(officer, tmp_path, "readings.parquet")
    with psycopg.connect(api.url, autocommit=True) as owner:
        say(owner, 100, channel_ids(owner)["MN-A/a21026"], {START: 7})
    monkeypatch.setenv("QINGKONG_DATABASE_URL", api.url)

    code, said = found.verified("--against-database")

    assert code == 0, said
    assert "180 rows" in said


async def test_a_database_that_was_rewritten_is_found_out(
    api: Api, officer: Asking, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = await got(officer, tmp_path, "readings.csv")
    with psycopg.connect(api.url, autocommit=True) as owner:
        owner.execute("SET session_replication_role = replica")  # no trigger hears of it
        owner.execute("UPDATE reading_minute SET value = 1 WHERE time = %s", (START,))
    monkeypatch.setenv("QINGKONG_DATABASE_URL", api.url)

    code, said = found.verified("--against-database")

    assert code == 1
    assert "asked again the database gives 180 rows" in said


async def test_a_changed_file_and_a_changed_manifest_are_found_out(
    api: Api, officer: Asking, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = await got(officer, tmp_path, "readings.csv")
    whole, said = found.file.read_bytes(), found.manifest.read_text()
    monkeypatch.setenv("QINGKONG_DATABASE_URL", api.url)

    found.file.write_bytes(whole.replace(b",0.1,", b",0.2,", 1))
    changed = found.verified()
    found.file.write_bytes(whole[:-10])
    short = found.verified()
    found.file.write_bytes(whole)
    found.manifest.write_text(said.replace('"rows":180', '"rows":181'))
    other = found.verified("--against-database")
    found.manifest.write_text("{}")
    none = found.verified()

    assert (changed[0], "was changed" in changed[1]) == (1, True)
    assert (short[0], "or a part" in short[1]) == (1, True)
    assert (other[0], "rows is 181" in other[1]) == (1, True)
    assert (none[0], "is no manifest" in none[1]) == (1, True)


async def test_a_manifest_names_the_newest_checkpoint_and_who_made_it(
    api: Api, officer: Asking, tmp_path: Path
) -> None:
    with psycopg.connect(api.url, autocommit=True) as owner:
        owner.execute(
            "INSERT INTO checkpoint (made_at, closed, body, key_id, signature)"
            " VALUES (now(), '5', 'text', 'abcd', 'x')"
        )

    found = await got(officer, tmp_path, "readings.csv")

    said = (
        await officer("GET", f"/api/v1/export/manifest/{found.answer.headers['Qingkong-Manifest']}")
    ).json()
    assert (said["made_by"], said["rows"], said["checkpoint"]["key_id"]) == (
        "officer",
        ROWS,
        "abcd",
    )
    assert said["query"]["position"] == found.answer.headers["Qingkong-Position"]


async def test_beginning_and_end_stand_in_the_audit_log(
    api: Api, officer: Asking, tmp_path: Path
) -> None:
    found = await got(officer, tmp_path, "readings.csv")

    with api.owner() as session:
        deeds = read_deeds(session, DeedQuery(1 << 62, action="export"), 10)
    assert [(one.action, one.actor) for one in deeds] == [
        ("export.made", "officer"), ("export.begin", "officer"),
    ]  # fmt: skip
    assert deeds[0].about == f"export/{found.answer.headers['Qingkong-Manifest']}"
    assert deeds[0].detail["rows"] == ROWS
    assert deeds[1].detail["series"] == "minute"


async def test_each_exports_what_lies_in_his_scope(
    api: Api, officer: Asking, tmp_path: Path
) -> None:
    plant = api.machine("plant", Role.PLANT, Scope(plants=frozenset({2})))

    own = await got(plant, tmp_path, "readings.csv")
    other = await plant("GET", f"/api/v1/export/readings.csv{QUERY}&plant=P1")
    all_of_it = await got(officer, tmp_path, "readings.csv")
    name = all_of_it.answer.headers["Qingkong-Manifest"]
    hidden = await plant("GET", f"/api/v1/export/manifest/{name}")

    assert {row["plant"] for row in csv.DictReader(io.StringIO(own.answer.text))} == {"P2"}
    assert (other.status_code, hidden.status_code) == (404, 404)


async def test_who_may_not_is_refused(api: Api) -> None:
    answer = await api.browser().get(f"/api/v1/export/readings.csv{QUERY}")

    assert answer.status_code == 401


@pytest.mark.parametrize(
    ("path", "status"),
    [
        pytest.param("readings.pdf", 422, id="a form that is none"),
        pytest.param("frames.csv", 422, id="something else"),
        pytest.param("manifest/abc", 404, id="a manifest that is none"),
    ],
)
async def test_what_is_none_is_refused(officer: Asking, path: str, status: int) -> None:
    assert (await officer("GET", f"/api/v1/export/{path}")).status_code == status


async def test_what_does_not_fit_into_a_workbook_is_refused_with_the_other_two(
    api: Api, officer: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(route, "MOST_ROWS", ROWS - 1)

    answer = await officer(
        "GET", f"/api/v1/export/readings.xlsx{QUERY}", headers={"Accept-Language": "en"}
    )

    assert answer.status_code == 422
    assert "csv or parquet" in answer.json()["detail"]
    assert api.app.state.exports.now == 0


async def test_without_pyarrow_parquet_says_what_to_install(
    officer: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(_name: str) -> object:
        raise ImportError("No module named 'pyarrow'")

    monkeypatch.setattr("services.api.export_parquet.importlib.import_module", missing)

    answer = await officer(
        "GET", f"/api/v1/export/readings.parquet{QUERY}", headers={"Accept-Language": "en"}
    )

    assert answer.status_code == 503
    assert "qingkong[parquet]" in answer.json()["detail"]


async def test_too_many_at_once_are_refused(
    api: Api, officer: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(route, "MOST_AT_ONCE", 1)
    path = f"/api/v1/export/readings.csv{QUERY}"

    answers = await asyncio.gather(  # noqa: TID251 - requests at once are what is tried
        *(officer("GET", path) for _ in range(6))
    )
    left = api.app.state.exports.now
    with monkeypatch.context() as held:
        held.setattr(route, "MOST_AT_ONCE", 0)
        none = await officer("GET", path)
    after = await officer("GET", path)

    assert {one.status_code for one in answers} <= {200, 503}
    assert (left, none.status_code, after.status_code) == (0, 503, 200)


async def test_an_export_that_breaks_off_has_no_manifest_and_does_not_look_whole(
    api: Api, officer: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: object) -> Iterator[object]:
        yield exporting.Chunk(b"a,b\n", 1)
        raise psycopg.OperationalError("the server is gone")

    monkeypatch.setattr(exporting, "export_lines", failing)

    with pytest.raises(AssertionError):  # an answer without its end is none to the tests' transport
        await officer("GET", f"/api/v1/export/readings.csv{QUERY}")

    assert api.app.state.exports.now == 0
    with api.owner() as session:
        assert session.execute("SELECT count(*) FROM export").fetchone() == (0,)
        deeds = read_deeds(session, DeedQuery(1 << 62, action="export"), 10)
    assert [one.action for one in deeds] == ["export.begin"]


async def test_a_mark_of_utf8_is_set_where_it_is_wanted(officer: Asking, tmp_path: Path) -> None:
    plain = await got(officer, tmp_path, "readings.csv")
    marked = await got(officer, tmp_path, "readings.csv", QUERY + "&bom=true")

    assert marked.answer.content == b"\xef\xbb\xbf" + plain.answer.content
    assert marked.verified()[0] == 0
