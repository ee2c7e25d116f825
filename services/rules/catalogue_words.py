"""What the catalogue of limits calls industries, ages of plants, processes and fuels, in Chinese.

The catalogue itself is English, and is not changed. It must not know any limit.
"""

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from schemas.notice import Language


def catalogue_said(text: str, language: Language) -> str:
    """A word of the catalogue; one that has no Chinese name stays as it is."""
    return text if language == "en" else _names().get(text, text)


@cache
def _names() -> Mapping[str, str]:
    text = (files("services.rules") / "catalogue_words.tsv").read_text(encoding="utf-8")
    return {row["text"]: row["zh"] for row in csv.DictReader(text.splitlines(), delimiter="\t")}
