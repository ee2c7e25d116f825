"""What a limit is said to be, by a row of the catalogue or by figures, held against its point.

Pure: gives bound and law with all that speaks against them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from difflib import get_close_matches

from schemas.limits import Bound, Law
from schemas.registry_rows import PointRow
from schemas.registry_words import BEIJING
from services.rules.catalogue import CatalogueRow
from services.rules.conditions import Fact
from services.rules.limit_figures import Figures, spot_wrong, stated_bound, stated_law
from services.rules.limit_fit import Spot, facts_of, fitted
from services.rules.limit_places import Places

FIGURE_FIELDS = (
    *("high", "low", "unit", "quantity", "averaging", "reference_oxygen", "condition", "origin"),
    *("standard", "clause"),
)


@dataclass(frozen=True, slots=True)
class Stated:
    """What one says of a limit at a point: a row of the catalogue with facts, or figures."""

    since: datetime
    until: datetime | None = None
    catalogue: str | None = None
    figures: Figures = field(default_factory=Figures)
    facts: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class SaidLimit:
    """Bound and law over an interval, what speaks against them, and what should be looked at."""

    bound: Bound
    law: Law
    until: datetime | None
    wrong: list[str]
    warnings: list[str]


def spot_of(places: Places, point: PointRow) -> Spot:
    """A point with what the registry knows of it."""
    plant, subject = places.of_point(point)
    of_units = places.units_of(subject) if subject.kind == "outlet" else [subject]
    name = places.point_name(point)
    return Spot(name, point, subject, plant, of_units, places.measured_in(point.id))


def said_of(stated: Stated, spot: Spot, catalogue: Mapping[str, CatalogueRow]) -> SaidLimit:
    """What is to bind the point."""
    if stated.catalogue is None:
        bound, wrong = stated_bound(stated.figures, None)
        law, unlawful = stated_law(stated.figures, None)
        against = [*wrong, *unlawful, *spot_wrong(bound, spot)]
        return SaidLimit(bound, law, stated.until, against, [])
    row = catalogue.get(stated.catalogue)
    if row is None:
        wrong = [_no_row(stated.catalogue, catalogue)]
        return SaidLimit(Bound("<=", None, None, "", "value", "hour"), _NO_LAW, None, wrong, [])
    against = list(_beside(stated.figures))
    facts = dict[str, Fact]()
    try:
        facts = facts_of(stated.facts)
    except ValueError as error:
        against.append(str(error))
    bound, wrong = fitted(row, spot, stated.since, facts)
    law, ends = row.law(), row.span(BEIJING)[1]
    until = min(one for one in (stated.until, ends, _LATEST) if one is not None)
    return SaidLimit(
        *(bound, law, None if until == _LATEST else until),
        *([*against, *wrong, *spot_wrong(bound, spot)], list(_of_row(row))),
    )


def facts_text(facts: Sequence[str]) -> str:
    """How the facts that were stated are kept with the reason."""
    return f"stated 确认: {', '.join(facts)}" if facts else ""


def unsure(law: Law) -> list[str]:
    """That figure and dates were not all read, where they were not."""
    if law.verified:
        return []
    where = f"{law.standard} {law.clause}".rstrip()
    sentence = (
        f"{where} is not verified 未核实 (confidence {law.confidence}): every verdict that rests on it"
        " will say so"
    )
    return [sentence]


_NO_LAW = Law("standard", "", "", "ours", verified=False, source="")
_LATEST = datetime.max.replace(tzinfo=BEIJING)


def _beside(figures: Figures) -> Iterator[str]:
    given = [name for name in FIGURE_FIELDS if getattr(figures, name) is not None]
    if given:
        yield (
            f"the row of the catalogue says {', '.join(given)} already: give the row, or the figures"
        )


def _no_row(key: str, catalogue: Mapping[str, CatalogueRow]) -> str:
    close = get_close_matches(key, catalogue, n=3, cutoff=0.6)
    hint = f"did you mean {' or '.join(close)}?" if close else "see `qingkong limits catalogue`"
    return f"the catalogue 标准目录 has no row {key}: {hint}"


def _of_row(row: CatalogueRow) -> Iterator[str]:
    applies = [row.industry, row.unit_type, row.process]
    yield (
        f"{row.key} is for {', '.join(one for one in applies if one)}: that the plant is one of"
        " these, and no other row is stricter, is yours to say 请核对适用范围"
    )
    if not row.online:
        yield f"{row.key} is for manual monitoring 仅手工监测, not for automatic means"
