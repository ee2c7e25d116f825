"""The table of what plans demand names every demand once, and nothing that does not exist."""

import csv
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, cast

import pytest
import typer
from typer.core import TyperGroup

from services.cli import app
from services.rules.settings_catalogue import listed_parameters

ROOT = Path(__file__).parents[3]
TABLE = ROOT / "docs" / "plan-demands.md"
STATES = {
    *("met", "judged", "rule", "setting", "registry", "partly"),
    *("not yet", "fact", "out of scope"),
}
PLANS = {
    "000": ("内蒙古“十二五”工作方案", "Inner Mongolia"),
    "001": ("内蒙古“十四五”方案", "Inner Mongolia"),
    "002": ("内蒙古“十二五”规划", "Inner Mongolia"),
    "003": ("内蒙古“十三五”规划", "Inner Mongolia"),
    "004": ("广西“十四五”方案（征求意见稿）", "Guangxi"),
}


class Demand(NamedTuple):
    """A row of the table."""

    id: str
    plan: str
    area: str
    demand: str
    met_by: str
    how_far: str
    note: str


def demands() -> list[Demand]:
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    rows = [line.strip("|").split("|") for line in lines if re.match(r"\| S\d+ \|", line)]
    return [Demand(*(cell.strip() for cell in row)) for row in rows]


def collected() -> list[dict[str, str]]:
    """The demands as they were collected from the plans."""
    folder = os.environ.get("QINGKONG_SHARED")
    if folder is None:
        if os.environ.get("CI"):
            pytest.fail("QINGKONG_SHARED is not set: the demands cannot be compared")
        pytest.skip("QINGKONG_SHARED is not set")
    path = Path(folder) / "domain" / "seed_requirements.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def commands(group: TyperGroup, name: str = "qingkong") -> Iterator[str]:
    for word, command in group.commands.items():
        yield f"{name} {word}"
        if isinstance(command, TyperGroup):
            yield from commands(command, f"{name} {word}")


def named() -> set[str]:
    """Everything in back quotes in the tables."""
    return {name for one in demands() for name in re.findall(r"`([^`]+)`", "|".join(one))}


def test_every_demand_is_in_the_table_once() -> None:
    ids = [one.id for one in demands()]

    assert sorted(ids) == sorted(row["id"] for row in collected())


def test_every_demand_stands_under_its_plan_and_region() -> None:
    plans = {one.id: one.plan for one in demands()}

    for row in collected():
        assert plans[row["id"]] == ", ".join(PLANS[row["seed_file"][:3]]), row["id"]


def test_demands_on_energy_alone_are_out_of_scope_with_a_reason() -> None:
    found = {one.id: one for one in demands()}

    for row in collected():
        if row["theme"] == "energy":
            assert found[row["id"]].how_far == "out of scope"
            assert found[row["id"]].note


def test_modules_and_files_that_are_named_exist() -> None:
    files = [name for name in named() if "/" in name]

    assert files
    assert [name for name in files if not (ROOT / name).is_file()] == []


def test_commands_that_are_named_exist() -> None:
    group = typer.main.get_command(app)
    known = set(commands(cast("TyperGroup", group)))

    said = {name for name in named() if name.startswith("qingkong ")}

    assert said
    assert said - known == set()


def test_parameters_that_are_named_exist() -> None:
    known = {one.name for one in listed_parameters()}

    said = {name for name in named() if re.fullmatch(r"[a-z_]+\.[a-z_0-9]+", name)}

    assert said
    assert said - known == set()


@pytest.mark.parametrize("demand", demands(), ids=lambda one: cast("Demand", one).id)
def test_a_row_says_how_far_a_demand_is_met_and_by_what(demand: Demand) -> None:
    assert demand.how_far in STATES
    assert demand.how_far in {"fact", "not yet", "out of scope"} or "`" in demand.met_by
    assert all(demand), "no cell is empty"
    if demand.how_far not in {"met", "judged"}:
        assert demand.note


def test_every_word_of_the_table_is_explained() -> None:
    text = TABLE.read_text(encoding="utf-8")

    assert all(f"| {state} |" in text.split("## ")[0] for state in STATES)
