"""Where the default of a parameter comes from, said in Chinese: what is stored is mostly English.

The stored text is evidence and is not changed. It must not know any parameter.
"""

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from schemas.notice import Language
from services.rules.clause_words import clause_said


def source_said(text: str, language: Language) -> str:
    """A source; one that nobody has named stays as it is."""
    named = _names().get(text) if language == "zh" else None
    return clause_said(text, language) if named is None else named


@cache
def _names() -> Mapping[str, str]:
    text = (files("services.rules") / "source_words.tsv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    return {row["text"]: row["zh"] for row in rows}
