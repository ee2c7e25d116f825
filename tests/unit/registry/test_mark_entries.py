"""Marks as people write them: what is understood, and the sentences for what is not."""

from collections.abc import Sequence

import pytest

from schemas.mark_entry import MarkPlaces
from services.rules.marks.mark_entries import (
    COLUMNS,
    EMPTY_FILE,
    Entering,
    EntryError,
    entries_of_csv,
    entry_of,
    kind_said,
    time_said,
)
from tests.fixtures.marking import FAULT, NOW, START, WI, at

PLACES = MarkPlaces(
    plants={"P1": "示例厂"},
    subjects={("P1", "B1"): (5, "unit"), ("P1", "DA001"): (6, "outlet")},
    points={(6, "out/a34013"): 9, (6, "in/a34013"): 8},
)
BY = Entering("operator", NOW, WI)
GOOD = {
    "plant": "P1", "subject": "B1", "kind": "启炉", "from": "2025-03-10T08:00",
    "to": "2025-03-10T12:00", "evidence": "log sheet 1",
}  # fmt: skip
HEADER = ",".join(GOOD)
ROW = ",".join(GOOD.values())


def sentences(**words: str) -> Sequence[str]:
    with pytest.raises(EntryError) as caught:
        entry_of(GOOD | words, PLACES, BY)
    return caught.value.sentences


def test_names_and_beijing_times_become_a_mark_entered_now_by_the_plant() -> None:
    found = entry_of(GOOD, PLACES, BY)

    assert (found.kind, found.subject, found.point) == (START, 5, None)
    assert (found.since, found.until) == (at(8), at(12))
    assert (found.origin, found.actor, found.entered_at, found.planned) == (
        "plant", "operator", NOW, False,
    )  # fmt: skip


def test_a_mark_without_an_end_is_open() -> None:
    assert entry_of(GOOD | {"to": ""}, PLACES, BY).until is None


def test_a_mark_that_begins_later_than_now_is_planned() -> None:
    ahead = GOOD | {"from": "2025-03-21T08:00", "to": "2025-03-21T12:00"}

    assert entry_of(ahead, PLACES, BY).planned


@pytest.mark.parametrize(
    ("point", "found"), [("out/a34013", 9), ("in/a34013", 8), ("a34013", 9)], ids=str
)
def test_a_point_is_named_by_side_and_code(point: str, found: int) -> None:
    words = GOOD | {"subject": "DA001", "point": point}

    assert entry_of(words, PLACES, BY).point == found


def test_when_it_was_entered_elsewhere_counts_with_evidence() -> None:
    found = entry_of(GOOD | {"entered_at": "2025-03-10T08:30"}, PLACES, BY)

    assert found.entered_at == at(8.5)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"plant": "P2"}, "there is no plant P2 企业: there is P1"),
        ({"subject": "B9"}, "there is no outlet, unit or facility P1/B9"),
        ({"subject": "DA001", "point": "a01"}, "point 监测点 a01 is not registered"),
        ({"kind": "起炉"}, "kind 起炉 is not known"),
        ({"from": "8 o'clock"}, "this is no time"),
        ({"from": ""}, "give the beginning"),
        ({"origin": "nobody"}, "write logger"),
        ({"to": "2025-03-10T07:00"}, "after the beginning"),
        ({"entered_at": "2025-04-10T08:00"}, "lies ahead"),
        ({"entered_at": "2025-03-10T08:30", "evidence": ""}, "needs evidence"),
        ({"evidence": ""}, "give evidence"),
    ],
    ids=[
        *("plant", "subject", "point", "kind", "from", "no from", "origin", "turned round"),
        *("entered ahead", "entered without evidence", "no evidence"),
    ],
)
def test_what_cannot_be_entered_is_told_with_what_to_do(words: dict[str, str], said: str) -> None:
    assert any(said in sentence for sentence in sentences(**words))


def test_all_that_is_wrong_is_told_at_once() -> None:
    assert len(sentences(plant="P2", kind="?", origin="nobody", to="then")) == 4


def test_a_kind_of_several_sectors_asks_for_the_one() -> None:
    with pytest.raises(EntryError, match=r"of several sectors: write one of .*waste_incineration"):
        kind_said("故障", None)

    assert kind_said("故障", WI).key == FAULT


def test_a_misspelt_kind_is_told_the_nearest() -> None:
    with pytest.raises(EntryError, match=r"perhaps .*waste_incineration/start_up"):
        kind_said("waste_incineration/startup", None)


def test_a_time_may_name_its_offset() -> None:
    assert time_said("--from", "2025-03-10T00:00:00+00:00") == at(8)


def test_a_file_gives_its_marks_in_order() -> None:
    text = f"{HEADER}\n{ROW}\n{ROW.replace('T08', 'T09')}\n"

    found, wrong = entries_of_csv(text, PLACES, BY)

    assert wrong == []
    assert [one.since for one in found] == [at(8), at(9)]


def test_a_file_tells_every_error_with_its_row() -> None:
    rows = [
        ROW,
        ROW.replace("P1", "P2"),
        ROW.replace("启炉", "?") + ",more",
        ROW.replace("启炉", "?"),
        ROW,
    ]

    _, wrong = entries_of_csv("\n".join([HEADER, *rows]), PLACES, BY)

    assert [line.split(":")[0] for line in wrong] == ["row 3", "row 4", "row 5", "row 6"]
    assert "more cells than the header" in wrong[1]
    assert "the same mark as in row 2" in wrong[3]


def test_a_header_that_cannot_be_used_is_told_before_any_row() -> None:
    found, wrong = entries_of_csv("plant,subject,kind,begin\nP1,B1,启炉,2025", PLACES, BY)

    assert found == []
    assert wrong[0] == "row 1: column from is missing: the header needs plant, subject, kind, from"
    assert wrong[1].startswith("row 1: column begin is not known: use ")
    assert all(name in wrong[1] for name in COLUMNS)


def test_an_empty_file_is_told_what_it_needs() -> None:
    _, wrong = entries_of_csv("", PLACES, BY)

    assert wrong == [f"row 1: {EMPTY_FILE}"]
