"""Every kind of case says what an officer of the bureau does, and not what the plant does."""

import pytest

from schemas.alert import AlertKind
from services.rules.alerting.kind_words import KIND_WORDS
from services.rules.alerting.officer_words import OFFICER_WORDS

LONGEST_ZH, LONGEST_EN = 90, 230
"""A few lines of a phone."""


@pytest.mark.parametrize("kind", AlertKind)
def test_each_kind_says_briefly_what_the_officer_does(kind: AlertKind) -> None:
    words = OFFICER_WORDS[kind]

    assert 0 < len(words.zh) <= LONGEST_ZH
    assert 0 < len(words.en) <= LONGEST_EN
    assert (words.zh[-1], words.en[-1]) == ("。", ".")
    assert words.zh != KIND_WORDS[kind].advice_zh
