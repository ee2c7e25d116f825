"""Any registry, written as a workbook and read again, is the same registry."""

import warnings
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from openpyxl import load_workbook
from openpyxl.cell import Cell

from schemas.registry import RegistryDocument
from services.cases.registering.difference import difference
from services.cases.registering.document import parse_document
from services.cases.registering.written import document_fields, registry_text
from services.cases.registering.xlsx_document import FromWorkbook, document_of, read_workbook
from services.cases.registering.xlsx_layout import workbook_sheets
from services.cases.registering.xlsx_write import write_workbook
from services.registry.xlsx_example import example_fields, example_text
from tests.fixtures.registry import NOW, STANDARD, MemoryRegistry
from tests.unit.registry.test_round_trip import documents

SMALL = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def exported(file: Path, registry: MemoryRegistry) -> FromWorkbook:
    write_workbook(file, document_fields(registry.rows, STANDARD))
    return document_of(read_workbook(file), dict)


@given(documents())
@SMALL
def test_what_is_exported_imports_as_no_change(tmp_path: Path, document: dict[str, object]) -> None:
    registry = MemoryRegistry()
    registry.load(yaml.safe_dump(document, allow_unicode=True))

    found = exported(tmp_path / "out.xlsx", registry)

    again = difference(registry.rows, found.document, STANDARD, NOW)
    assert not found.blame(again.problems)
    assert again.empty, again.changes


@given(documents())
@SMALL
def test_a_workbook_builds_the_registry_that_yaml_builds(
    tmp_path: Path, document: dict[str, object]
) -> None:
    registry = MemoryRegistry()
    registry.load(yaml.safe_dump(document, allow_unicode=True))
    text = registry_text(registry.rows, STANDARD)

    found = exported(tmp_path / "out.xlsx", registry)

    assert found.document == parse_document(text).document


def test_the_example_says_the_same_as_a_workbook(tmp_path: Path) -> None:
    file = tmp_path / "example.xlsx"
    write_workbook(file, example_fields())

    found = document_of(read_workbook(file), dict)

    assert found.document == parse_document(example_text()).document


@pytest.fixture(scope="module")
def sheets(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[tuple[object, ...]]]:
    file = tmp_path_factory.mktemp("example") / "example.xlsx"
    write_workbook(file, example_fields())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = load_workbook(file)
    return {
        sheet.title: [
            (cell.value, cell.number_format, cell.comment)
            for row in sheet.iter_rows()
            for cell in row
        ]
        for sheet in book.worksheets
    }


def test_the_workbook_tells_about_itself_in_two_languages(
    sheets: dict[str, list[tuple[object, ...]]],
) -> None:
    texts = {str(value) for value, *_ in sheets["Read me 说明"]}

    assert any("-- dry-run" in text or "--dry-run" in text for text in texts)
    assert any("保持不变" in text for text in texts)
    assert {"utc_offset", "时区"} <= texts


def test_every_field_of_the_document_has_a_column_or_a_sheet() -> None:
    names = {sheet.field for sheet in workbook_sheets()}
    fields = {
        (sheet.part, column.header) for sheet in workbook_sheets() for column in sheet.columns
    }

    for sheet in workbook_sheets():
        for name, field in sheet.part.model_fields.items():
            header = str(field.validation_alias or name)
            assert (sheet.part, header) in fields or name in names
    assert set(RegistryDocument.model_fields) <= names


def test_no_sheet_has_one_header_twice_or_a_name_too_long_for_excel() -> None:
    for sheet in workbook_sheets():
        headers = [column.header for column in sheet.columns]
        assert len(headers) == len(set(headers))
        assert len(sheet.title) <= 31


def test_texts_that_look_like_numbers_are_cells_of_text(
    sheets: dict[str, list[tuple[object, ...]]],
) -> None:
    formats = {value: style for value, style, _ in sheets["plants 排污单位"]}

    assert formats["1505"] == "@"


@pytest.mark.parametrize("name", ["=1+1", "+1", "@SUM(A1)", "<r>&</r>", "<r><t>x</t></r>"])
def test_no_text_is_a_formula_or_xml(tmp_path: Path, name: str) -> None:
    file = tmp_path / "plants.xlsx"
    write_workbook(file, {"plants": [{"code": "P1", "name": name, "region": "1505"}]})

    found = document_of(read_workbook(file), dict)

    assert not found.problems
    assert found.document.plants[0].name == name
    cell = load_workbook(file)["plants 排污单位"]["B2"]
    assert isinstance(cell, Cell)
    assert cell.data_type == "s"


def test_what_a_cell_cannot_hold_is_an_error_and_not_left_out(tmp_path: Path) -> None:
    ways = [f"UNIT-OF-A-LONG-NAME-{place} -> DA001" for place in range(1000)]
    group = {"code": "G1", "needed": 1, "facilities": ["F1"], "serves": ways}
    plant = {"code": "P1", "name": "x", "region": "1505", "groups": [group]}

    with pytest.raises(OSError, match="no room for `serves` in row 2"):
        write_workbook(tmp_path / "plants.xlsx", {"plants": [plant]})


def test_headers_explain_themselves(sheets: dict[str, list[tuple[object, ...]]]) -> None:
    comments = {value: comment for value, _, comment in sheets["channels 通道"]}

    assert "SUBJECT/SIDE" in str(comments["point\n监测点"])
    assert "main, spare, comparison" in str(comments["rank\n级别"])


def test_choices_are_offered_for_the_whole_column(tmp_path: Path) -> None:
    file = tmp_path / "example.xlsx"
    write_workbook(file, example_fields())

    outlets = load_workbook(file)["outlets 排放口"]

    rules = [(one.formula1, str(one.sqref)) for one in outlets.data_validations.dataValidation]
    assert ('"air,water"', "C2:C1048576") in rules
    assert outlets.freeze_panes == "B2"
