"""The table of commands is whole: it knows every command of the notes on the standard."""

import os
import re
from pathlib import Path

import pytest

from schemas.policies import Policy
from schemas.series import Series
from services.ingest.command_places import (
    COMMANDS,
    SERIES_OF_COMMAND,
    SURFACE_WATER,
    Command,
    Kind,
    Place,
    accepting_policy,
    command_of,
)
from services.store.merge import TABLES

WATER = frozenset({Policy.SURFACE_WATER})
# Seen somewhere, and nobody told what they mean.
WITHOUT_MEANING = frozenset({"9017", "9018", "8013", "2000"})
KINDS = {
    "Req": Kind.REQUEST,
    "Up": Kind.UPLOAD,
    "Notify": Kind.NOTIFY,
    "Inter": Kind.ANSWER,
}
# A device that is told to set a parameter repeats it; the table stores that too.
ALSO_STORED = frozenset({"3021"})


@pytest.fixture(scope="module")
def notes() -> str:
    folder = os.environ.get("QINGKONG_SHARED")
    if folder is None and "CI" in os.environ:
        pytest.fail("QINGKONG_SHARED must name the shared folder in CI")
    if folder is None:
        pytest.skip("set QINGKONG_SHARED to the shared folder to read its notes")
    return (Path(folder) / "domain" / "hj212.md").read_text(encoding="utf-8")


def section(notes: str, number: str) -> str:
    start = notes.index(f"### {number} ")
    return notes[start : notes.index("\n### ", start + 1)]


def test_every_command_of_table_9_is_known_with_its_kinds(notes: str) -> None:
    rows = re.findall(
        r"^\| (\d{4}(?: / \d{4})?) \| ([^|]+) \| ", section(notes, "3.1"), re.MULTILINE
    )
    assert len(rows) > 30

    for commands, kinds in rows:
        parts = kinds.split("(")[0].split(" / ")
        for place, cn in enumerate(commands.split(" / ")):
            told = parts[min(place, len(parts) - 1)]
            expected = {KINDS[word] for word in re.findall("Req|Up|Notify|Inter", told)}
            assert set(COMMANDS[cn].kinds) == expected, cn


def test_every_other_command_of_the_notes_is_known_or_said_to_have_no_meaning(notes: str) -> None:
    text = section(notes, "3.2")
    named = set(re.findall(r"(?<![\d/V#])(?:[1-3]\d{3}|[89]0\d\d)(?!\d)", text)) - {"2005", "2025"}
    for first, last in re.findall(r"(\d{4})–(\d{4})", text):
        named |= {str(number) for number in range(int(first), int(last) + 1)}

    assert named - COMMANDS.keys() - SURFACE_WATER.keys() == WITHOUT_MEANING


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS.keys())
def test_what_only_asks_or_answers_is_kept_in_its_batch_alone(command: Command) -> None:
    said_by_device = {Kind.UPLOAD} & set(command.kinds)

    if said_by_device:
        assert command.place is not Place.BATCH
    elif command.place is not Place.BATCH:
        assert command.event == "clock_request" or command.cn in ALSO_STORED


def test_every_series_of_a_command_is_in_the_table_that_its_place_names() -> None:
    for cn, series in SERIES_OF_COMMAND.items():
        assert TABLES[series] == COMMANDS[cn].place.value
    assert set(SERIES_OF_COMMAND.values()) | {Series.STATE} == set(Series)


def test_events_and_only_events_have_a_kind() -> None:
    for command in (*COMMANDS.values(), *SURFACE_WATER.values()):
        assert (command.event is not None) is (command.place is Place.EVENT), command.cn


def test_the_surface_water_commands_mean_something_else_under_their_policy_alone() -> None:
    for cn, meaning in SURFACE_WATER.items():
        assert command_of(cn, WATER) is meaning
        assert command_of(cn) is COMMANDS.get(cn)

    assert command_of("2011", WATER) is COMMANDS["2011"]


def test_the_policy_that_would_accept_a_command_is_named() -> None:
    assert accepting_policy("2063", frozenset()) is Policy.SURFACE_WATER
    assert accepting_policy("2063", WATER) is None
    assert accepting_policy("2011", frozenset()) is None
    assert accepting_policy("9999", frozenset()) is None
