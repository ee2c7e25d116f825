"""What is no workbook, or no longer one, is one sentence that says what to do."""

import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.cases.registering import xlsx_file
from services.cases.registering.xlsx_file import NoValue, WorkbookError, is_workbook, read_sheets
from tests.fixtures.workbooks import WHOLE, saved

OLE = bytes.fromhex("d0cf11e0a1b11ae1")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return saved(tmp_path / "plants.xlsx", WHOLE)


def read(file: Path) -> list[xlsx_file.RawSheet]:
    return read_sheets(file, lambda _: None)


def rewritten(file: Path, part: str, change: Callable[[bytes], bytes]) -> None:
    """The workbook with one of its parts changed."""
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[part] = change(parts[part])
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def test_a_workbook_reads_as_rows_of_values(file: Path) -> None:
    sheets = read(file)

    assert [sheet.name for sheet in sheets] == list(WHOLE)
    assert tuple(sheets[0].rows[1]) == ("P1", "示例厂", "1505")


def test_the_progress_hears_of_rows_read(tmp_path: Path) -> None:
    file = saved(tmp_path / "many.xlsx", {"plants": [("code",)] * 2500})
    heard: list[int] = []

    read_sheets(file, heard.append)

    assert heard == [1000, 1000]


def make_truncated(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-200])


def make_text(file: Path) -> None:
    file.write_text("code,name\nP1,x\n")


def make_old(file: Path) -> None:
    file.write_bytes(OLE + bytes(512))


def make_protected(file: Path) -> None:
    file.write_bytes(OLE + bytes(512) + "EncryptedPackage".encode("utf-16-le") + bytes(64))


def make_empty(file: Path) -> None:
    file.write_bytes(b"")


def make_document(file: Path) -> None:
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")


def make_bomb(file: Path) -> None:
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/picture.bin", bytes(1 << 20))


def make_damaged(file: Path) -> None:
    rewritten(file, "xl/workbook.xml", lambda content: content[:100])


def make_jumping(file: Path) -> None:
    rewritten(
        file,
        "xl/worksheets/sheet1.xml",
        lambda content: content.replace(b'<row r="2"', b'<row r="99999999"').replace(
            b'r="A2"', b""
        ),
    )


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        pytest.param(Path.unlink, "there is no such file", id="missing"),
        pytest.param(make_truncated, "cut off or damaged", id="truncated"),
        pytest.param(make_text, "this is no Excel workbook", id="text"),
        pytest.param(make_old, "the old form .xls", id="old form"),
        pytest.param(make_protected, "protected by a password", id="password"),
        pytest.param(make_empty, "the file is empty", id="empty"),
        pytest.param(make_document, "this is no Excel workbook", id="another kind of zip"),
        pytest.param(make_damaged, "damaged or cut off", id="damaged part"),
        pytest.param(make_bomb, "unpacked it is larger than", id="bomb"),
        pytest.param(make_jumping, "more than", id="a row beyond all"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(
    file: Path, monkeypatch: pytest.MonkeyPatch, spoil: Callable[[Path], None], sentence: str
) -> None:
    monkeypatch.setattr(xlsx_file, "MAX_BYTES", 1 << 20)
    monkeypatch.setattr(xlsx_file, "MAX_ROWS", 1000)
    spoil(file)

    with pytest.raises(WorkbookError) as caught:
        read(file)

    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_folder_is_no_workbook(tmp_path: Path) -> None:
    with pytest.raises(WorkbookError, match="cannot be read"):
        read(tmp_path)


def test_a_formula_gives_its_value_and_without_one_says_so(tmp_path: Path) -> None:
    file = saved(tmp_path / "formula.xlsx", {"plants": [("code", "name"), ("=1+1", "=A1")]})
    value = b"<f>1+1</f><v>2</v>"
    rewritten(
        file,
        "xl/worksheets/sheet1.xml",
        lambda content: content.replace(b"<f>1+1</f><v />", value).replace(
            b"<f>1+1</f><v/>", value
        ),
    )

    [sheet] = read(file)

    assert list(sheet.rows[1]) == [2, NoValue("=A1")]


def formatted_to_the_last_column(file: Path, rows: range) -> None:
    cells = b"".join(b'<row r="%d"><c r="XFD%d" s="0"/></row>' % (row, row) for row in rows)
    part = "xl/worksheets/sheet1.xml"
    rewritten(file, part, lambda content: content.replace(b"</sheetData>", cells + b"</sheetData>"))


def test_cells_that_only_have_a_format_take_no_room(file: Path) -> None:
    formatted_to_the_last_column(file, range(3, 103))

    rows = read(file)[0].rows

    assert [len(row) for row in rows] == [3, 3, *[0] * 100]


def test_a_sheet_of_mostly_empty_cells_without_end_is_refused(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xlsx_file, "MAX_CELLS", 100_000)
    formatted_to_the_last_column(file, range(3, 103))

    with pytest.raises(WorkbookError, match="right of the last header"):
        read(file)


@pytest.mark.parametrize("place", [*range(20)])
def test_merged_cells_are_told_wherever_their_tag_is_cut_in_reading(file: Path, place: int) -> None:
    part = "xl/worksheets/sheet2.xml"
    with zipfile.ZipFile(file) as archive:
        before = archive.read(part).index(b"</sheetData>") + len(b"</sheetData><mergeCells>")
    blanks = b" " * (2**20 - before - place)
    tags = b'</sheetData>%s<mergeCells><mergeCell ref="A2:C3"/></mergeCells>' % blanks
    rewritten(file, part, lambda content: content.replace(b"</sheetData>", tags))

    sheets = read(file)

    assert [sheet.merged for sheet in sheets] == [(), ((1, 2, 3, 3),), (), ()]


def test_a_sheet_that_states_too_small_a_size_is_read_to_its_end(file: Path) -> None:
    rewritten(
        file,
        "xl/worksheets/sheet4.xml",
        lambda content: content.replace(b'ref="A1:C3"', b'ref="A1:A1"'),
    )

    assert len(read(file)[3].rows) == 3


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        pytest.param("a.XLSX", b"", True, id="suffix"),
        pytest.param("a.yaml", b"PK\x03\x04", True, id="zip"),
        pytest.param("a.dat", OLE, True, id="old form"),
        pytest.param("a.yaml", b"plants: []", False, id="YAML"),
        pytest.param("a.yaml", None, False, id="missing"),
    ],
)
def test_a_workbook_is_known_by_name_or_content(
    tmp_path: Path, name: str, content: bytes | None, *, found: bool
) -> None:
    file = tmp_path / name
    if content is not None:
        file.write_bytes(content)

    assert is_workbook(file) is found


@given(st.data())
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_damage_of_any_kind_is_an_answer_or_a_sentence(file: Path, data: st.DataObject) -> None:
    content = bytearray(file.read_bytes())
    for _ in range(data.draw(st.integers(1, 5))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    damaged = file.with_name("damaged.xlsx")
    damaged.write_bytes(content)

    with suppress(WorkbookError):
        assert all(sheet.name for sheet in read(damaged))


@given(st.data())
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_damage_within_a_part_is_an_answer_or_a_sentence(file: Path, data: st.DataObject) -> None:
    part = data.draw(st.sampled_from(["xl/workbook.xml", "xl/worksheets/sheet1.xml"]))

    def damage(content: bytes) -> bytes:
        place = data.draw(st.integers(0, len(content) - 1))
        return content[:place] + data.draw(st.binary(max_size=3)) + content[place + 1 :]

    copy = file.with_name("copy.xlsx")
    copy.write_bytes(file.read_bytes())
    rewritten(copy, part, damage)

    with suppress(WorkbookError):
        assert len(read(copy)) <= len(WHOLE)
