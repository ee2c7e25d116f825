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
from schemas.sentence import Sentence, term
from services.rules.catalogue import CatalogueRow
from services.rules.catalogue_words import catalogue_said
from services.rules.clause_words import LANGUAGES, law_said
from services.rules.condition_words import ConditionError
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
    wrong: list[Sentence]
    warnings: list[Sentence]


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
    except ConditionError as error:
        against.append(error.said)
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


def unsure(law: Law) -> list[Sentence]:
    """That figure and dates were not all read, where they were not."""
    if law.verified:
        return []
    zh, en = (law_said(law.standard, law.clause, one) for one in LANGUAGES)
    sentence = Sentence(
        f"{en} is not verified{term('未核实')} (confidence {law.confidence}): every verdict that"
        " rests on it will say so",
        f"{zh} 未核实（可信度 {law.confidence}）：依据它的每条判定都会注明",
    )
    return [sentence]


_NO_LAW = Law("standard", "", "", "ours", verified=False, source="")
_LATEST = datetime.max.replace(tzinfo=BEIJING)


def _beside(figures: Figures) -> Iterator[Sentence]:
    given = [name for name in FIGURE_FIELDS if getattr(figures, name) is not None]
    if given:
        yield Sentence(
            f"the row of the catalogue says {', '.join(given)} already: give the row, or the figures",
            f"标准目录条目已规定 {'、'.join(given)}：请只给出条目或只给出数值",
        )


def _no_row(key: str, catalogue: Mapping[str, CatalogueRow]) -> Sentence:
    close = get_close_matches(key, catalogue, n=3, cutoff=0.6)
    hint = f"did you mean {' or '.join(close)}?" if close else "see `qingkong limits catalogue`"
    near = f"是否指 {' 或 '.join(close)}？" if close else "请先在目录中查找"
    return Sentence(
        f"the catalogue{term('标准目录')} has no row {key}: {hint}",
        f"标准目录没有条目 {key}：{near}",
    )


def _of_row(row: CatalogueRow) -> Iterator[Sentence]:
    applies = [one for one in (row.industry, row.unit_type, row.process) if one]
    yield Sentence(
        f"{row.key} is for {', '.join(applies)}: that the plant is one of"
        f" these, and no other row is stricter, is yours to say{term('请核对适用范围')}",
        f"{row.key} 适用于“{'；'.join(catalogue_said(one, 'zh') for one in applies)}”：请核对该企业属于此范围，且没有更严的条目适用",
    )
    if not row.online:
        yield Sentence(
            f"{row.key} is for manual monitoring{term('仅手工监测')}, not for automatic means",
            f"{row.key} 仅用于手工监测，不用于自动监测均值",
        )
