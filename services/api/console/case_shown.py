"""Cases as the console shows them: each with its figures and the short form of what is said of it.

It must not know which page shows them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from services.api.console.case_figures import (
    Against,
    against_of,
    brief,
    point_of,
    pollutant_of,
    tidy,
    untreated_of,
)
from services.api.console.shown import Lang
from services.api.models.alerts_read import AlertModel
from services.rules.judging.quality_names import Named
from services.store.plant_names import english_names
from services.store.session import Session


@dataclass(frozen=True, slots=True)
class ShownCase:
    """A case; `figures`: the worst first. `fits`: whether it is one of those that were asked for."""

    case: AlertModel
    plant: str | None
    figures: list[Against]
    pollutant: Named | None
    said: str
    sentence: str
    untreated: timedelta | None
    trend: bool
    fits: bool = True


def shown_case(
    case: AlertModel, lang: Lang, names: Mapping[str, str] | None = None, *, fits: bool = True
) -> ShownCase:
    """In the language of whoever looks; `names`: the English ones of plants by their code."""
    sentence = case.zh if lang == "zh" else case.en
    english = None if case.plant is None else (names or {}).get(case.plant)
    return ShownCase(
        case,
        english if english is not None and lang == "en" else case.plant_name,
        against_of(case),
        pollutant_of(case),
        brief(sentence, english, case.plant_name, case.plant, case.subject),
        tidy(sentence),
        untreated_of(case),
        point_of(case) is not None,
        fits,
    )


def shown_cases(
    session: Session, cases: Sequence[AlertModel], lang: Lang, *, fits: bool = True
) -> list[ShownCase]:
    """With the names of their plants in that language. Raises psycopg.Error."""
    names = english_names(session, [one.plant for one in cases]) if lang == "en" else None
    return [shown_case(one, lang, names, fits=fits) for one in cases]
