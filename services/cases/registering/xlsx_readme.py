"""What the workbook says about itself, in English and Chinese."""

import csv
from collections.abc import Iterator
from importlib.resources import files

README = "Read me 说明"


def readme_rows() -> Iterator[tuple[str, ...]]:
    """Rows of a title, English and Chinese, then the heading of the list of columns."""
    yield ("Qingkong registry 晴空登记簿",)
    text = (files("services.cases.registering") / "xlsx_readme.tsv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE):
        yield row["title"], "", row["english"], row["chinese"]
    yield ()
    yield "sheet 表", "column 列", "Chinese 中文", "what it takes 取值"
