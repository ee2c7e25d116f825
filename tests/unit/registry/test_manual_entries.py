"""Laboratory results as people write them: read, or refused with all that is wrong."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.manual_entry import PointUnit
from schemas.mark_entry import MarkPlaces
from services.rules.manual_entries import (
    COLUMNS,
    KINDS,
    NEEDED,
    Entering,
    read_result,
    result_of,
    results_of_csv,
)
from services.rules.marks.mark_entries import EMPTY_FILE, NO_ROWS, EntryError
from services.rules.units import never_negative
from tests.fixtures.manual import beijing
from tests.fixtures.water import laboratory

NOW = datetime(2025, 6, 1, tzinfo=UTC)
PLACES = MarkPlaces(
    {"P2": "示例厂"},
    {("P2", "DW001"): (4, "outlet")},
    {(4, "out/w01018"): 7, (4, "in/w01018"): 8, (4, "out/w01001"): 9},
)
CHANGED_AT = beijing("2025-03-10T00:00")
UNITS: Mapping[int, list[PointUnit]] = {
    7: [PointUnit(None, None, "mg/L")],
    8: [PointUnit(None, CHANGED_AT, "mg/L"), PointUnit(CHANGED_AT, None, "ug/L")],
}
BY = Entering("chemist", NOW, PLACES, UNITS)
GOOD = {
    "plant": "P2",
    "subject": "DW001",
    "point": "out/w01018",
    "kind": "gap",
    "from": "2025-03-01T08:00",
    "value": "31.50",
}
HEADER = "plant,subject,point,kind,from,to,value,unit"


def refused(**change: str) -> Sequence[str]:
    with pytest.raises(EntryError) as error:
        result_of(GOOD | change, BY)
    return error.value.sentences


def test_a_result_is_read_with_its_digits_in_beijing_time() -> None:
    found = result_of(GOOD, BY)

    assert (found.point, found.kind, str(found.value), found.unit) == (7, "gap", "31.50", "mg/L")
    assert found.since == datetime(2025, 3, 1, tzinfo=UTC)
    assert (found.until - found.since).total_seconds() == 60
    assert (found.samples, found.actor) == (1, "chemist")


def test_a_time_may_name_its_offset() -> None:
    assert result_of(GOOD | {"from": "2025-03-01T00:00Z"}, BY).since == beijing("2025-03-01T08:00")


def test_a_point_may_be_written_without_its_side() -> None:
    assert result_of(GOOD | {"point": "w01018"}, BY).point == 7


@pytest.mark.parametrize("word", KINDS, ids=list(KINDS))
def test_kinds_are_written_in_either_language(word: str) -> None:
    assert result_of(GOOD | {"kind": word}, BY).kind == KINDS[word]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"plant": "P9"}, "there is no plant P9 企业: there is P2"),
        ({"subject": "DW009"}, "there is no outlet, unit or facility P2/DW009"),
        ({"point": "w21003"}, "w21003 is no point 监测点 of P2 DW001 (known: out/w01018"),
        ({"kind": "weekly"}, "weekly is no kind: write self 自行监测"),
        ({"from": ""}, "give when sampling began"),
        ({"from": "yesterday"}, "this is no time"),
        ({"from": "2025-07-01"}, "lies ahead"),
        ({"to": "2025-03-01T08:00"}, "must lie after from"),
        ({"to": "2025-04-30T08:00"}, "at most 31 days"),
        ({"value": "a lot"}, "a lot is no number"),
        ({"value": "NaN"}, "NaN is no number"),
        ({"value": "1e13"}, "1e13 is no number"),
        ({"value": "<4"}, "below the detection limit"),
        ({"value": ""}, "say why under reason"),
        ({"unit": "g/L"}, "g/L is not the point's unit mg/L: convert the number"),
        ({"point": "w01001"}, "the point has no channel that says its unit"),
        ({"converted": "20"}, "say to which oxygen"),
        ({"converted": "20", "reference_oxygen": "21"}, "not between 0 and 21"),
        ({"samples": "0"}, "0 is no count"),
        ({"samples": "two"}, "two is no count"),
    ],
    ids=lambda case: str(case)[:40],
)
def test_what_is_wrong_is_said_with_what_to_do(change: dict[str, str], said: str) -> None:
    sentences = refused(**change)

    assert any(said in one for one in sentences), sentences


def test_all_that_is_wrong_is_said_at_once() -> None:
    assert len(refused(plant="P9", kind="x", value="y", samples="z")) == 4


def test_a_lost_sample_is_entered_with_its_reason() -> None:
    found = result_of(GOOD | {"value": "", "reason": "bottle broke"}, BY)

    assert (found.value, found.reason) == (None, "bottle broke")


def test_a_point_whose_unit_changed_has_the_one_of_then() -> None:
    before = result_of(GOOD | {"point": "in/w01018"}, BY)
    after = result_of(GOOD | {"point": "in/w01018", "from": "2025-03-12T08:00"}, BY)

    assert (before.unit, after.unit) == ("mg/L", "ug/L")


def test_a_sample_over_a_change_of_unit_says_which_it_is() -> None:
    span = {"point": "in/w01018", "from": "2025-03-09T08:00", "to": "2025-03-11T08:00"}

    assert any("mg/L, ug/L: write which" in one for one in refused(**span))
    assert result_of(GOOD | span | {"unit": "ug/L"}, BY).unit == "ug/L"


def test_a_sample_that_is_there_already_is_refused_by_its_number() -> None:
    there = laboratory(17, beijing("2025-03-01T08:00"), "30")
    by = Entering("chemist", NOW, PLACES, UNITS, [there])
    words = GOOD | {"laboratory": "示例检测", "method": "HJ 828-2017"}

    with pytest.raises(EntryError, match="entered already as result 17"):
        result_of(words, by)

    assert result_of(words | {"laboratory": "另一机构"}, by).value == Decimal("31.50")


def test_a_converted_number_has_its_oxygen() -> None:
    found = result_of(GOOD | {"converted": "20.5", "reference_oxygen": "6"}, BY)

    assert (found.converted, found.reference_oxygen) == (Decimal("20.5"), Decimal(6))


def read(*lines: str, header: str = HEADER) -> tuple[int, list[str]]:
    entries, faults = results_of_csv("\n".join([header, *lines]), BY)
    return len(entries), faults


def test_a_file_is_read_row_by_row_and_empty_rows_are_none() -> None:
    found = read(
        "P2,DW001,w01018,gap,2025-03-01T08:00,,31,mg/L",
        ",,,,,,,",
        "P2,DW001,w01018,gap,2025-03-01T14:00,,32,",
    )

    assert found == (2, [])


def test_every_fault_is_told_with_its_row_and_column() -> None:
    _, faults = read(
        "P2,DW001,w01018,gap,2025-03-01T08:00,,many,mg/L",
        "P9,DW001,w01018,gap,2025-03-01T08:00,2025-03-01T07:00,1,mg/L",
        "P2,DW001,w01018,gap,2025-03-01T08:00,,1,g/L",
    )

    assert faults[0].startswith("row 2, column 7 (value): many is no number")
    assert faults[1].startswith("row 3, column 1 (plant): ")
    assert faults[2].startswith("row 3, column 6 (to): must lie after from")
    assert faults[3].startswith("row 4, column 8 (unit): g/L is not")
    assert len(faults) == 4


def test_a_fault_of_a_column_that_is_not_there_says_so() -> None:
    _, faults = read(
        "P2,DW001,w01001,gap,2025-03-01T08:00,7.1", header="plant,subject,point,kind,from,value"
    )

    assert faults == [
        "row 2, column unit (not in the file): the point has no channel that says its unit: write it"
    ]


def test_a_header_must_have_what_is_needed_and_nothing_unknown_or_twice() -> None:
    entries, faults = results_of_csv("plant,plant,colour\n1,2,3", BY)

    assert entries == []
    assert faults[0] == f"row 1: column subject is missing: the header needs {', '.join(NEEDED)}"
    assert any("column 3 (colour) is not known" in one for one in faults)
    assert faults[-1] == "row 1: column plant is there twice: leave one out"


@pytest.mark.parametrize("text", ["", "\n", " \n \n"], ids=["nothing", "a line", "blanks"])
def test_an_empty_file_is_called_so(text: str) -> None:
    assert results_of_csv(text, BY) == ([], [f"row 1: {EMPTY_FILE}"])


def test_a_header_alone_is_no_result() -> None:
    assert results_of_csv(f"{HEADER}\n,,,,,,,\n", BY) == ([], [NO_ROWS])


def test_a_header_lacks_what_is_needed() -> None:
    assert len(results_of_csv("unit", BY)[1]) == len(NEEDED)


@pytest.mark.parametrize(
    ("column", "number"),
    [
        pytest.param("value", "-0.1", id="as measured"),
        pytest.param("converted", "-3", id="converted"),
    ],
)
def test_a_concentration_is_not_negative(column: str, number: str) -> None:
    [sentence] = refused(**{column: number, "reference_oxygen": "6"})

    assert sentence.startswith(f"{column}: {number} mg/L cannot be negative 不能为负")


@pytest.mark.parametrize(
    ("unit", "never"),
    [
        *[pytest.param(unit, True, id=unit) for unit in ("mg/m3", "mg/L", "%", "kg/h", "pH", "倍")],
        *[pytest.param(unit, False, id=unit) for unit in ("°C", "kPa", "m3/h", "mV", "度", "x")],
    ],
)
def test_amounts_are_never_negative_and_temperatures_may_be(
    unit: str,
    never: bool,  # noqa: FBT001 - a case of the table
) -> None:
    assert never_negative(unit) is never


def test_one_sample_twice_in_a_file_is_one_too_many() -> None:
    row = "P2,DW001,w01018,gap,2025-03-01T08:00,,31,mg/L"

    assert read(row, row)[1] == ["row 3: the same sample as in row 2: leave one out"]


def test_a_row_with_too_many_cells_is_told() -> None:
    [fault] = read("P2,DW001,w01018,gap,2025-03-01T08:00,,31,5,mg/L")[1]

    assert fault == "row 2: more cells than the header: put quotes round commas"


@given(st.dictionaries(st.sampled_from(COLUMNS), st.text(max_size=12)))
def test_whatever_is_written_is_read_or_refused_in_sentences(words: dict[str, str]) -> None:
    found, wrong = read_result(GOOD | words, BY)

    assert (found is None) == bool(wrong)
    assert all(one.sentence for one in wrong)
    if found is not None:
        assert found.since < found.until
        assert found.value is not None or found.reason
