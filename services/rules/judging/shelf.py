"""The parameters of all rules as they are set for a place and a time, each set made once.

It must not know where settings are kept.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar, cast

from pydantic import ValidationError

from schemas.parameter import Parameters
from schemas.rule_settings import SettingVersion
from schemas.sentence import UnfitError
from services.rules.conversion import ConversionParameters
from services.rules.exact import ComparisonParameters
from services.rules.exceedance import ExceedanceParameters, JudgingRules
from services.rules.flags import FlagParameters, Protocol
from services.rules.hour_parameters import HourParameters, HourRules
from services.rules.plant_view import PlantView, PointView, SubjectView
from services.rules.settings_catalogue import Place, class_name, parameters_at
from services.rules.value_words import sentences_of
from services.rules.water_cycle import WaterCycleParameters
from services.rules.water_parameters import WaterMeanParameters
from services.rules.water_series import WaterRules

Rule = TypeVar("Rule", bound=Parameters)
Made = TypeVar("Made")


class SettingError(UnfitError):
    """What is set of a rule's parameters does not fit together; it says where."""


@dataclass(frozen=True, slots=True)
class _Key:
    made: object
    place: Place
    part: int


class Shelf:
    """All settings of a position; what is asked for twice is made once.

    Narrow places share what was made for wide ones where nothing narrow is set.
    """

    def __init__(self, settings: Sequence[SettingVersion]) -> None:
        self._settings = tuple(settings)
        self._has_regions = any(one.scope == "region" for one in settings)
        self._keys = {(one.scope, one.scope_key) for one in settings}
        ends = {end for one in settings for end in (one.since, one.until) if end is not None}
        self._ends = sorted(ends)
        self._made: dict[_Key, object] = {}

    def parameters(self, owner: type[Rule], place: Place, at: datetime) -> Rule:
        """One rule's parameters. Raises SettingError."""
        key = _Key(owner, self.told_apart(place), bisect_right(self._ends, at))
        found = self._made.get(key)
        if found is None:
            found = self._made[key] = self._read(owner, key.place, at)
        return cast("Rule", found)

    def hour_rules(self, protocol: Protocol, place: Place, at: datetime) -> HourRules:
        """What decides an hour's mean for devices of a protocol."""
        key = _Key((HourRules, protocol), self.told_apart(place), bisect_right(self._ends, at))
        found = self._made.get(key)
        if found is None:
            found = self._made[key] = HourRules(
                protocol,
                self.parameters(HourParameters, place, at),
                self.parameters(FlagParameters, place, at),
                self.parameters(ConversionParameters, place, at),
            )
        return cast("HourRules", found)

    def judging_rules(self, place: Place, at: datetime) -> JudgingRules:
        """What decides a verdict."""
        return JudgingRules(
            self.parameters(ExceedanceParameters, place, at),
            self.parameters(ComparisonParameters, place, at),
            self.parameters(ConversionParameters, place, at),
        )

    def water_rules(self, place: Place, at: datetime) -> WaterRules:
        """What decides the means of water."""
        return WaterRules(
            self.parameters(WaterMeanParameters, place, at),
            self.parameters(WaterCycleParameters, place, at),
        )

    def speaks_of(self, owner: type[Parameters], plant: str) -> bool:
        """Whether any of a rule's parameters was ever set for a plant, a part of it, or more widely."""
        prefix = f"{class_name(owner)}."
        return any(
            one.scope in {"all", "region"} or f"{one.scope_key}/".startswith(f"{plant}/")
            for one in self._settings
            if one.name.startswith(prefix)
        )

    def told_apart(self, place: Place) -> Place:
        """The place without what no setting is about: the same for all that are judged alike."""
        return Place(
            place.region if self._has_regions else "",
            place.plant if ("plant", place.plant) in self._keys else "",
            place.subject if ("subject", place.subject) in self._keys else "",
            place.point if ("point", place.point) in self._keys else "",
        )

    def _read(self, owner: type[Rule], place: Place, at: datetime) -> Rule:
        try:
            return parameters_at(owner, self._settings, place, at)
        except ValidationError as error:
            where = (
                f"{owner.__name__} at {place}: ",
                f"{place_text(place)} 的 {class_name(owner)}：",
            )
            raise SettingError(sentences_of(error).within(*where)) from None


def place_text(place: Place) -> str:
    """The narrowest key that a place names, for people."""
    return next((key for key in reversed(place) if key), "all")


def place_of(view: PlantView, subject: SubjectView, point: PointView | None = None) -> Place:
    """The keys of the scopes that settings of this subject may have, or of one of the plant's points.

    A point's keys are those of the subject that it is at, whichever is judged by it.
    """
    plant = view.row.code
    if point is None:
        return Place(view.row.region, plant, f"{plant}/{subject.row.code}")
    own = subject if point.subject == subject.row.id else _at(view, point)
    name = f"{plant}/{own.row.code}"
    return Place(view.row.region, plant, name, f"{name}/{point.side}/{point.code}")


def _at(view: PlantView, point: PointView) -> SubjectView:
    return next(one for one in view.subjects() if one.row.id == point.subject)
