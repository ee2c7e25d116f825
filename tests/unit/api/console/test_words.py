"""Every word that an answer may say has a name for people."""

from enum import StrEnum

import pytest

from schemas.access import Role
from schemas.alert import AlertKind, AlertState, Disposition, Severity
from schemas.judgement import Outcome, Period, Stage
from services.api.console.words import VOCABULARIES, word
from services.rules.status import Word

ENUMS: dict[str, type[StrEnum]] = {
    "state": AlertState,
    "severity": Severity,
    "disposition": Disposition,
    "stage": Stage,
    "outcome": Outcome,
    "role": Role,
    "period": Period,
    "status": Word,
    "kind": AlertKind,
}


@pytest.mark.parametrize(("vocabulary", "words"), ENUMS.items(), ids=list(ENUMS))
def test_every_word_of_an_answer_has_a_name(vocabulary: str, words: type[StrEnum]) -> None:
    assert [one for one in words if one.value not in VOCABULARIES[vocabulary]] == []


def test_names_are_in_both_languages() -> None:
    assert (word("state", "open", "zh"), word("state", "open", "en")) == ("未处理", "open")


def test_a_word_without_a_name_is_shown_as_it_is() -> None:
    assert word("state", "else", "en") == "else"
