"""The steps of a case in words: what happened, why, who, and what was said. Pure.

It must not know which page shows them.
"""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from schemas.alert import PLATFORM
from services.api.console.cases.figures import local, tidy
from services.api.console.shown import Lang
from services.api.console.words import word
from services.api.models.alerts_read import EventModel
from services.rules.alerting.words import event_words

_SAID: Final = ("text", "note", "reason")


class ShownStep(NamedTuple):
    """A step. `said`: what a person wrote; `facts`: what was decided, names and words.

    `sentence`: what the platform says of the case, where it is another one than before.
    """

    step: EventModel
    name: str
    why: str
    by_platform: bool
    said: Sequence[str]
    facts: Sequence[tuple[str, str]]
    sentence: str | None


def steps_of(events: Sequence[EventModel], lang: Lang) -> list[ShownStep]:
    """In the order given."""
    shown: list[ShownStep] = []
    before: str | None = None
    for one in events:
        sentence = _words(one.detail, "zh" if lang == "zh" else "en")
        shown.append(_step(one, lang, None if sentence == before else sentence))
        before = sentence or before
    return shown


def _step(one: EventModel, lang: Lang, sentence: str | None) -> ShownStep:
    name = event_words(one.what, one.reason)[lang == "en"]
    why = word("case_reason", one.reason, lang)
    return ShownStep(
        one,
        name,
        # What a person did says itself by whom.
        "" if one.reason in {"by_person", why} else why,
        one.actor == PLATFORM,
        said_of(one.detail),
        facts_of(one.detail, lang),
        None if sentence is None else local(tidy(sentence)),
    )


def said_of(detail: Mapping[str, object]) -> list[str]:
    """What a person wrote."""
    return [words for words in (_words(detail, key) for key in _SAID) if words]


def facts_of(detail: Mapping[str, object], lang: Lang) -> list[tuple[str, str]]:
    """What was decided: names and words."""
    names = {
        "assignee": ("负责人", "assigned to"),
        "disposition": ("甄别", "it was"),
        "cause": ("原因", "cause"),
        "duplicate_of": ("重复于", "repeats case"),
        "number": ("文号", "number"),
        "contest": ("申诉", "contest"),
    }
    found: list[tuple[str, str]] = []
    for key, pair in names.items():
        value = detail.get(key)
        if value is None or value == "":
            continue
        text = word(key, str(value), lang) if key in {"disposition", "cause"} else str(value)
        found.append((pair[lang == "en"], text))
    return found


def _words(detail: Mapping[str, object], key: str) -> str | None:
    found = detail.get(key)
    return found if isinstance(found, str) and found else None
