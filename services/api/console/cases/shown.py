"""Cases as the console shows them: each with its figures and the short form of what is said of it.

It must not know which page shows them.
"""

from dataclasses import dataclass
from datetime import timedelta

from services.api.console.cases.figures import (
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


def shown_case(case: AlertModel, lang: Lang, *, fits: bool = True) -> ShownCase:
    """In the language of whoever looks."""
    sentence = case.zh if lang == "zh" else case.en
    plant = case.plant_name if lang == "zh" else case.plant_name_en
    return ShownCase(
        case,
        plant,
        against_of(case),
        pollutant_of(case),
        brief(sentence, plant, case.subject, case.subject_name),
        tidy(sentence),
        untreated_of(case),
        point_of(case) is not None,
        fits,
    )
