"""Every row of the catalogue of limits can be chosen by somebody who reads Chinese."""

import re

from services.rules.catalogue import catalogue
from services.rules.catalogue_words import catalogue_said

KNOWN = re.compile(r"VOCs|NMHC|[≤≥][\d.]+(℃| kg/h)?|\d+ t/h|W型|一级[AB]")
"""Latin letters that a Chinese text of the field has too."""


def test_all_that_tells_a_row_of_the_catalogue_has_a_chinese_name() -> None:
    words = {
        word
        for row in catalogue().values()
        for word in (row.industry, row.unit_type, row.process, row.fuel)
        if word
    }

    foreign = {
        word: said
        for word in words
        if re.search("[A-Za-z]", KNOWN.sub("", said := catalogue_said(word, "zh")))
    }

    assert len(words) > 150
    assert foreign == {}


def test_english_is_the_catalogues_own_and_an_unknown_word_stays() -> None:
    assert catalogue_said("coke oven chimney", "en") == "coke oven chimney"
    assert catalogue_said("warp core", "zh") == "warp core"
