"""What accepted marks say of a water outlet: standard samples 标样核查, and that nothing was discharged.

It must not know any reading.
"""

from collections.abc import Collection
from typing import Final, NamedTuple

from services.rules.judging.burners import units_behind
from services.rules.judging.case import PlantDay
from services.rules.judging.shelf import place_of
from services.rules.marks.intervals import Interval
from services.rules.marks.kinds import kind_of
from services.rules.marks.mark_parameters import MarkParameters
from services.rules.marks.standing import Standing, Stretch
from services.rules.marks.timeline import clipped, timeline
from services.rules.plant_view import PlantView, PointView, SubjectView
from services.rules.water_cycle import Span
from services.rules.water_flow import uncovered

_CHECKS: Final = frozenset({"standard_check"})
_STOPS: Final = frozenset({"out_of_service", "no_discharge"})


class MarkedOutlet(NamedTuple):
    """A water outlet of a plant whose day is judged."""

    case: PlantDay
    view: PlantView
    outlet: SubjectView

    def checks(self, point: PointView) -> list[Span]:
        """When the point's analyser measured standard samples (W07); a mark for the outlet is for all."""
        return [
            (one.since, one.until)
            for one in self._counting(_CHECKS, point)
            if one.mark.point in {None, point.point}
        ]

    def taken_out(self, point: int) -> list[Span]:
        """When marks take the point's data out: what was sampled then is out too, whenever it is shown."""
        return [(one.since, one.until) for one in self.case.out.get(point, ())]

    def stops(self, span: Span, point: PointView) -> tuple[bool, tuple[str, ...]]:
        """Whether marks say for all of it that nothing was discharged, and what that rests on."""
        stretches = clipped(tuple(self._counting(_STOPS, point)), Interval(*span))
        if uncovered(span, [(one.since, one.until) for one in stretches]):
            return False, ()
        params = self._params(point)
        kinds = {one.kind.key for one in stretches if not params.settled(one.kind)}
        return True, tuple(sorted(f"kind:{key}" for key in kinds))

    def _counting(self, codes: Collection[str], point: PointView) -> list[Stretch]:
        """Of each mark by itself, so that none of another instrument hides it."""
        case, key = self.case, self.outlet.row.id
        units = units_behind(self.view, key)
        subjects = (key, *(units if len(units) == 1 else ()))
        params, known = self._params(point), case.known_of(key)
        found: list[Stretch] = []
        for mark in (mark for subject in subjects for mark in case.marks.get(subject, ())):
            if kind_of(mark.kind).code in codes:
                line = timeline([mark], known, params)
                found += [*line.condition, *line.monitoring]
        return [one for one in found if one.standing is Standing.COUNTS]

    def _params(self, point: PointView) -> MarkParameters:
        place = place_of(self.view, self.outlet, point)
        return self.case.shelf.parameters(MarkParameters, place, self.case.hours[0])
