"""An export as CSV: a line of headers, then the lines as they came. It must not know where from."""

import codecs
import csv
import io
from collections.abc import Generator, Iterable, Sequence

from schemas.export import Column


def header_line(columns: Sequence[Column], *, marked: bool = False) -> bytes:
    """The first line. `marked`: with the mark by which old spreadsheets know UTF-8."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(column.header for column in columns)
    return (codecs.BOM_UTF8 if marked else b"") + text.getvalue().encode()


def csv_file(
    lines: Iterable[bytes], columns: Sequence[Column], *, marked: bool = False
) -> Generator[bytes]:
    """The pieces of the file."""
    yield header_line(columns, marked=marked)
    yield from lines


def without_header(data: bytes) -> bytes:
    """What follows the first line; headers hold no line break."""
    return data[data.index(b"\n") + 1 :]
