"""Whoever reads Chinese can read where the default of every parameter comes from."""

import re

from services.rules.settings_catalogue import listed_parameters
from services.rules.source_words import source_said

NUMBER = re.compile(r"(?:(?:GB|HJ)(?:/T)? [\d./-]+(?:, )?)+")
"""A standard's number alone is the same in every language."""


def test_every_source_of_a_default_is_said_in_chinese() -> None:
    sources = {one.source.text for one in listed_parameters()}

    unsaid = {
        text
        for text in sources
        if not re.search("[一-鿿]", source_said(text, "zh")) and not NUMBER.fullmatch(text)
    }

    assert len(sources) > 100
    assert unsaid == set()


def test_a_source_is_as_it_was_stored_in_english_and_where_nobody_named_it() -> None:
    assert source_said("no clause read", "zh") == "未查到条款"
    assert source_said("no clause read", "en") == "no clause read"
    assert source_said("a letter", "zh") == "a letter"
