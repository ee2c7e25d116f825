"""Marks that the readings contradict: out of service 停运, with flue gas that is no ambient air."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from services.rules.marks.intervals import Interval, overlap
from services.rules.marks.mark_parameters import MarkParameters
from services.rules.marks.standing import Stretch
from services.rules.marks.timeline import Timeline


class Contradiction(NamedTuple):
    """An hour of a mark whose flue oxygen says otherwise; `least` is what it should have been, in %."""

    stretch: Stretch
    hour: datetime
    oxygen: Decimal
    least: Decimal


def contradicts_out_of_service(oxygen: Decimal | None, params: MarkParameters) -> bool:
    """Whether flue oxygen lies more than 2 points under the ambient (2019 No. 50, 停运); in %.

    Unknown oxygen contradicts nothing: a furnace at rest need not be measured.
    """
    return oxygen is not None and oxygen < least_oxygen(params)


def least_oxygen(params: MarkParameters) -> Decimal:
    """The flue oxygen in % from which a furnace may be out of service: the ambient less 2 points."""
    return params.ambient_oxygen - params.oxygen_margin


def contradictions(
    line: Timeline, oxygen: Mapping[datetime, Decimal], params: MarkParameters
) -> list[Contradiction]:
    """The whole hours under a mark that asks for ambient oxygen, and have less."""
    least = least_oxygen(params)
    found: list[Contradiction] = []
    for one in line.condition:
        if one.kind.condition != "oxygen":
            continue
        for hour, value in sorted(oxygen.items()):
            span = Interval(hour, hour + timedelta(hours=1))
            if value < least and overlap(Interval(one.since, one.until), span) == span:
                found.append(Contradiction(one, hour, value, least))
    return found
