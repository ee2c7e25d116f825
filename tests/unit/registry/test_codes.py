"""The list of codes: found by code or name, marked where no text of the standard confirms it."""

import csv
import io
import json
import os
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import pytest
from rich.console import Console
from typer import Typer
from typer.testing import CliRunner, Result

from services.cases.registering.codes import Medium, found_codes, listed_codes
from services.registry.codes_commands import codes_command
from services.registry.codes_text import codes_table, commands_table


@dataclass(frozen=True)
class Command:
    """A command as the receiving side tells it."""

    cn: str
    zh: str
    en: str
    kinds: tuple[str, ...] = ("upload",)
    versions: tuple[int, ...] = (2005, 2017)
    place: str = "reading_hour"
    source: str = "HJ 212-2017 table 9"
    confidence: str = "A"


KNOWN = [
    Command("2061", "小时数据", "hour data"),
    Command("9999", "未知", "unknown", place="batch", source="one implementation", confidence="D"),
]
main = Typer()
main.command("codes")(codes_command(KNOWN))
main.command("other")(lambda: None)


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["codes", *words], env={"COLUMNS": "80"})


@pytest.fixture
def shared() -> Path:
    folder = os.environ.get("QINGKONG_SHARED")
    if folder is None:
        assert "CI" not in os.environ, "set QINGKONG_SHARED"
        pytest.skip("QINGKONG_SHARED is not set")
    return Path(folder) / "domain"


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        pytest.param("hj212_codes.tsv", "hj212-codes.tsv", id="pollutants"),
        pytest.param("hj212_process_codes.tsv", "hj212-process-codes.tsv", id="processes"),
    ],
)
def test_the_shipped_codes_are_the_collected_ones(shared: Path, ours: str, theirs: str) -> None:
    shipped = (files("services.cases.registering") / ours).read_bytes()

    assert shipped == (shared / theirs).read_bytes()


@pytest.mark.parametrize(
    ("text", "medium", "first"),
    [
        pytest.param("a21026", None, "a21026", id="code"),
        pytest.param("A21026", None, "a21026", id="code in capitals"),
        pytest.param("02", None, "a21026", id="code of 2005"),
        pytest.param("011", None, "w01018", id="code of 2005 with a zero"),
        pytest.param("二氧化硫", "air", "a21026", id="Chinese name"),
        pytest.param("sulfur DIOXIDE", None, "a21026", id="English name"),
        pytest.param("e10107", None, "e101xx", id="process with its number"),
        pytest.param("i33312", None, "i3331x", id="place with its number"),
        pytest.param("工作状态", "info", "i12001", id="state"),
        pytest.param("Leq", "noise", "Leq", id="noise"),
    ],
)
def test_a_code_is_found_by(text: str, medium: Medium | None, first: str) -> None:
    assert found_codes(listed_codes(), text, medium)[0].code == first


def test_every_code_has_its_source_and_what_no_standard_has_is_unverified() -> None:
    codes = listed_codes()

    unverified = {one.code for one in codes if not one.verified}
    assert all(one.source and (one.name_zh or one.name_en) for one in codes)
    assert unverified == {
        *("a05024", "w01003", "w01008", "a06001", "a01021", "B03", "16", "99", "025"),
    }


@pytest.mark.parametrize("medium", ["air", "water", "noise", "process", "info"])
def test_a_medium_lists_its_own_codes(medium: Medium) -> None:
    found = found_codes(listed_codes(), None, medium)

    assert found
    assert {one.medium for one in found} == {medium}


def test_on_a_pipe_the_fields_stand_apart_by_tabs() -> None:
    header, first, *_ = run("02").stdout.splitlines()

    assert header.split("\t")[:4] == ["code", "code_2005", "name_zh", "name_en"]
    assert first.split("\t")[:5] == ["a21026", "02", "二氧化硫", "Sulfur dioxide", "mg/m3"]


def test_programs_and_spreadsheets_get_the_confidence_too() -> None:
    [ozone] = json.loads(run("a05024", "--json").stdout)
    [row] = csv.DictReader(run("a05024", "--csv").stdout.splitlines())

    assert ozone["confidence"] == row["confidence"] == "unverified"
    assert ozone["name_en"] == "Ozone"


def test_what_is_not_there_says_so() -> None:
    result = run("nothing-like-it")

    assert result.exit_code == 1
    assert result.stderr.startswith("nothing found")


def test_commands_tell_the_table_that_they_land_in() -> None:
    hour, unknown = csv.DictReader(run("--commands", "--csv").stdout.splitlines())

    assert (hour["cn"], hour["table"], hour["confidence"]) == ("2061", "reading_hour", "verified")
    assert unknown["confidence"] == "unverified"
    assert "2061" in run("--commands", "小时").stdout


def test_the_tables_fit_80_columns_and_mark_what_is_unverified() -> None:
    console = Console(width=80, record=True, file=io.StringIO())

    console.print(codes_table(listed_codes()))
    console.print(commands_table(KNOWN))

    lines = console.export_text().splitlines()
    assert max(map(len, lines)) <= 80
    assert sum("未核实" in line for line in lines) == 10
    assert any("a21026" in line for line in lines)
