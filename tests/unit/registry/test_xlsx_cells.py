"""Cells as people and spreadsheets write them, and what a spreadsheet spoils."""

from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.cases.registering.xlsx_cells import EMPTY, CellError, read_cell, write_cell
from services.cases.registering.xlsx_layout import Column

TEXT = Column("code", "text")
TEXTS = Column("facilities", "text", many=True)
NUMBER = Column("scale", "number")
NUMBERS = Column("sentinels", "number", many=True)
TRUTH = Column("closed", "truth")
TIME = Column("from", "time")
DAY = Column("commissioned_on", "date")
NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("column", "cell", "value"),
    [
        pytest.param(TEXT, "  DA001\u3000", "DA001", id="blanks around"),
        pytest.param(TEXT, 1505, "1505", id="whole number"),
        pytest.param(TEXT, 1505.0, "1505", id="whole number as float"),
        pytest.param(TEXT, 1.5, "1.5", id="fraction"),
        pytest.param(TEXT, True, "TRUE", id="truth as text"),
        pytest.param(TEXT, '"-"', "-", id="quoted dash"),
        pytest.param(TEXT, '"say" it', '"say" it', id="quotation marks within"),
        pytest.param(TEXT, '"a"b"', '"a"b"', id="no quoted text after all"),
        pytest.param(TEXTS, "F1, F2；F3、F4\nF5,", ["F1", "F2", "F3", "F4", "F5"], id="list"),
        pytest.param(TEXTS, '[F1, "a,b"]', ["F1", "a,b"], id="list in brackets"),
        pytest.param(TEXTS, 7, ["7"], id="list of one number"),
        pytest.param(NUMBERS, "-99, 999.99", ["-99", "999.99"], id="numbers"),
        pytest.param(NUMBERS, -99, [-99], id="one number"),
        pytest.param(NUMBER, "0.5", "0.5", id="number as text"),
        pytest.param(TRUTH, "是", True, id="yes in Chinese"),
        pytest.param(TRUTH, False, False, id="truth"),
        pytest.param(TIME, "2024年5月1日 8:30", "2024-05-01T08:30:00", id="Chinese time"),
        pytest.param(TIME, "2024/5/1", "2024-05-01", id="slashes"),
        pytest.param(TIME, "2024-05-01T08:30:00.5+08:00", "2024-05-01T08:30:00.5+08:00", id="ISO"),
        pytest.param(TIME, NOON, NOON, id="Excel's date"),
        pytest.param(TIME, 20240501, "20240501", id="digits"),
        pytest.param(DAY, datetime(2024, 5, 1), date(2024, 5, 1), id="day"),  # noqa: DTZ001 - so it comes from Excel
        pytest.param(DAY, date(2024, 5, 1), "2024-05-01", id="day alone"),
    ],
)  # fmt: skip
def test_a_cell_reads_as(column: Column, cell: object, value: object) -> None:
    assert read_cell(column, cell) == value


@pytest.mark.parametrize("cell", [None, "", "   "], ids=["nothing", "no text", "blanks"])
def test_an_empty_cell_says_nothing(cell: object) -> None:
    assert read_cell(TEXT, cell) is EMPTY


@pytest.mark.parametrize("cell", ["-", "null", " NULL "])
@pytest.mark.parametrize("column", [TEXT, NUMBERS, TIME], ids=["text", "numbers", "time"])
def test_a_dash_or_null_clears(column: Column, cell: str) -> None:
    assert read_cell(column, cell) is None


@pytest.mark.parametrize(
    ("column", "cell", "sentence"),
    [
        pytest.param(TEXT, 1.5e17, "format the cell as text 文本", id="long number"),
        pytest.param(TEXT, 123456789012345678, "lost its last digits", id="18 digits"),
        pytest.param(TEXT, "1.50E+17", "was a number once", id="long number as text"),
        pytest.param(TEXT, "#REF!", "the formula here gives the error #REF!", id="error"),
        pytest.param(NUMBER, "#DIV/0!", "the formula here gives the error", id="error in a number"),
        pytest.param(TEXT, NOON, "turned this into a date", id="date for text"),
        pytest.param(NUMBER, NOON, "turned this into a date", id="date for number"),
        pytest.param(NUMBERS, time(1), "turned this into a date", id="time for numbers"),
        pytest.param(NUMBER, True, "must be a number, not TRUE", id="truth for number"),
        pytest.param(TIME, time(8, 30), "this is no time", id="time without a day"),
        pytest.param(DAY, "45413", "must be a date such as 2024-05-01", id="serial number"),
        pytest.param(DAY, "2024-05-01 08:30", "must be a date", id="time for a day"),
    ],
)
def test_what_a_spreadsheet_has_spoilt_is_refused(
    column: Column, cell: object, sentence: str
) -> None:
    with pytest.raises(CellError, match=sentence.replace("(", "\\(")):
        read_cell(column, cell)


@given(st.text(min_size=1).filter(lambda text: "\0" not in text))
def test_every_text_reads_back_from_the_cell_that_it_is_written_to(text: str) -> None:
    assert read_cell(TEXT, write_cell(TEXT, text)) == text


@given(st.lists(st.text(min_size=1), min_size=1, max_size=5))
def test_every_list_reads_back_from_its_cell(texts: list[str]) -> None:
    assert read_cell(TEXTS, write_cell(TEXTS, texts)) == texts


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_number_reads_back_from_its_cell(number: float) -> None:
    assert float(str(read_cell(NUMBER, write_cell(NUMBER, number)))) == number


def test_truth_is_written_as_spreadsheets_write_it() -> None:
    assert [write_cell(TRUTH, value) for value in (True, False)] == ["TRUE", "FALSE"]
