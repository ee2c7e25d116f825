"""A file is known again by its manifest, whatever the pieces it is read in."""

from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.export import Column, ExportQuery, Format, Manifest, What
from services.api.export_csv import csv_file, header_line, without_header
from services.api.export_manifest import contradictions, differences, digests_of, manifest_model
from services.store.exports import Covering

AT = datetime(2026, 8, 10, 1, tzinfo=UTC)
COLUMNS = (Column("plant"), Column("time", "time"))
ROWS = b"P1,2026-08-10 09:00:00\nP1,2026-08-10 10:00:00\n"
FILE = b"plant,time (UTC+08:00)\n" + ROWS


def manifest(file: bytes = FILE, rows: bytes = ROWS) -> Manifest:
    found, of_rows = digests_of([file], "csv"), digests_of([b"\n" + rows], "csv")
    query = ExportQuery(What.READINGS, 7, AT, AT, plants=(1,))
    return Manifest(
        *("a" * 32, Format.CSV, query, tuple(one.header for one in COLUMNS), 2, found.size),
        *(bytes.fromhex(found.digest), bytes.fromhex(of_rows.rows_digest or "")),
        *("qingkong 1", 1, "officer", AT, AT),
    )


def test_the_header_names_the_zone_of_times() -> None:
    assert b"".join(csv_file([ROWS], COLUMNS)) == FILE
    assert without_header(FILE) == ROWS


def test_a_mark_of_utf8_stands_before_everything() -> None:
    assert header_line(COLUMNS, marked=True) == b"\xef\xbb\xbf" + header_line(COLUMNS)


@given(cuts=st.lists(st.integers(0, len(FILE)), max_size=8))
def test_digests_do_not_depend_on_the_pieces(cuts: list[int]) -> None:
    ends = [0, *sorted(cuts), len(FILE)]
    pieces = [FILE[one:two] for one, two in pairwise(ends)]

    assert digests_of(pieces, "csv") == digests_of([FILE], "csv")


def test_a_file_fits_its_own_manifest() -> None:
    said = manifest_model(manifest(), None)

    assert list(differences(digests_of([FILE], said.format), said)) == []


@pytest.mark.parametrize(
    ("file", "word"),
    [
        pytest.param(FILE[:-1], "or a part", id="cut short"),
        pytest.param(FILE.replace(b"09", b"08"), "was changed", id="rewritten"),
        pytest.param(b"", "or a part", id="empty"),
    ],
)
def test_another_file_does_not(file: bytes, word: str) -> None:
    said = manifest_model(manifest(), None)

    [sentence] = differences(digests_of([file], said.format), said)

    assert word in sentence


def test_a_manifest_whose_rows_are_others_is_found_out() -> None:
    said = manifest_model(manifest(rows=b"x\n"), None)

    [sentence] = differences(digests_of([FILE], said.format), said)

    assert "rows" in sentence


def test_of_other_forms_the_rows_cannot_be_read_back() -> None:
    assert digests_of([FILE], "parquet").rows_digest is None


def test_a_manifest_is_what_the_database_keeps_or_says_where_not() -> None:
    covering = Covering(3, AT, 5, "d" * 64, "k")
    kept = manifest_model(manifest(), covering)

    found = list(contradictions(kept.model_copy(update={"rows": 3, "checkpoint": None}), kept))

    assert list(contradictions(kept, kept)) == []
    assert [sentence.split(" ")[0] for sentence in found] == ["rows", "checkpoint"]
