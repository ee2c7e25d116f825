"""What the conditions of marks ask for beside the marks: the outlet's own dust and oxygen by the hour.

It must not know marks; an hour that was not measured stays unknown.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from schemas.judgement import MeanRow, Period
from services.rules.conversion import MG_M3_OF
from services.rules.exact import EXACT, digits, text
from services.rules.judging.outlet_hour import OXYGEN
from services.rules.judging.verdicts import Marked
from services.rules.plant_view import SubjectView

DUST = "a34013"


def surrounded(
    marked: Marked | None, outlet: SubjectView, rows: Iterable[MeanRow]
) -> Marked | None:
    """The marks with the hourly dust (mg/m3, converted as the outlet is judged) and oxygen (%).

    What is over range is only known to be at least so much, and so is left out.
    """
    if marked is None:
        return None
    dust = dict[datetime, Decimal]()
    oxygen = dict[datetime, Decimal]()
    points = {point.point: point for point in outlet.outward.values()}
    reference = outlet.row.reference_oxygen
    for row in rows:
        point = points.get(row.point)
        if point is None or row.period is not Period.HOUR or not row.valid or row.at_least:
            continue
        if point.code == OXYGEN and row.value is not None:
            oxygen[row.start] = row.value
        scale = MG_M3_OF.get(point.unit or "")
        if point.code == DUST and scale is not None:
            number = row.value if reference is None else row.converted.get(text(digits(reference)))
            if number is not None:
                dust[row.start] = EXACT.multiply(number, scale)
    return replace(marked, around=replace(marked.around, dust=dust, oxygen=oxygen))
