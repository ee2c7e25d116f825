"""Status as answers show it: rows and folded words made models. It must not read anything itself."""

from collections.abc import Mapping, Sequence
from typing import Final

from schemas.judgement import Finding, Outcome, Stage
from schemas.marks import Mark
from services.api.models.status import (
    CaseLineModel,
    FindingModel,
    ReasonModel,
    RegionModel,
    StandingModel,
)
from services.api.models.status_place import (
    MarkLineModel,
    NewestModel,
    NowVerdictModel,
    OutcomeCountModel,
    RateModel,
)
from services.api.standing import Told
from services.rules.marks.kinds import kind_of
from services.rules.status import NAMES, WORDS, Reason, Status
from services.store.beliefs import Belief
from services.store.history_beliefs import OutcomeCount
from services.store.history_readings import ReadingRow
from services.store.status_cases import ActiveCase
from services.store.status_newest import NewestVerdict
from services.store.status_rates import RateSum
from services.store.status_regions import RegionNode

API: Final = "/api/v1"
LINKS: Final = {"verdict": "verdicts", "alert": "alerts", "mark": "marks"}
MOST_REASONS: Final = 20


def standing_of(status: Status) -> StandingModel:
    """A folded status with its reasons, the worst first."""
    zh, en = NAMES[status.word]
    return StandingModel(
        word=status.word,
        zh=zh,
        en=en,
        stage=status.stage,
        sure=status.sure,
        reasons=[_reason(one) for one in status.reasons[:MOST_REASONS]],
    )


def _reason(one: Reason) -> ReasonModel:
    noun = LINKS.get(one.kind)
    link = None if noun is None or one.key is None else f"{API}/{noun}/{one.key}"
    return ReasonModel(
        kind=one.kind, what=one.what, word=one.word, since=one.since, sure=one.sure, link=link
    )


def region_model(node: RegionNode) -> RegionModel:
    return RegionModel(
        code=node.code, zh=node.zh, en=node.en, parent=node.parent, plants=node.plants
    )


def case_line(one: ActiveCase, codes: Mapping[int, str]) -> CaseLineModel:
    """`codes`: of subjects by their ids."""
    return CaseLineModel(
        id=one.id,
        kind=one.kind,
        state=one.state,
        severity=one.severity,
        since=one.since,
        subject=None if one.subject is None else codes.get(one.subject),
        link=f"{API}/alerts/{one.id}",
    )


def finding_model(belief: Belief[Finding], points: Mapping[int, str]) -> FindingModel:
    """`points`: side/code by id."""
    one = belief.row
    return FindingModel(
        id=belief.id,
        rule=one.rule,
        point=None if one.point is None else points.get(one.point),
        since=one.since,
        until=one.until,
        stage=one.stage,
        zh=one.zh,
        en=one.en,
        clause=one.clause,
        sure=one.sure,
        doubts=list(one.doubts),
        evidence=dict(one.evidence),
    )


def newest_model(row: ReadingRow | None) -> NewestModel | None:
    if row is None:
        return None
    return NewestModel(
        time=row.time,
        value=row.value,
        converted=row.converted,
        flag=row.flag,
        sentinel=row.sentinel,
    )


def now_verdict(one: NewestVerdict) -> NowVerdictModel:
    return NowVerdictModel(
        id=one.id,
        limit=one.limit,
        period=one.period,
        start=one.start,
        stage=Stage(one.stage),
        outcome=one.outcome,
        word=WORDS[Outcome(one.outcome)],
        sure=one.sure,
        link=f"{API}/verdicts/{one.id}",
    )


def mark_line(one: Mark) -> MarkLineModel:
    kind = kind_of(one.kind)
    return MarkLineModel(
        id=one.mark,
        kind=one.kind,
        zh=kind.zh,
        en=kind.en,
        review=one.review,
        since=one.since,
        until=one.until,
        point=one.point,
    )


def outcome_model(one: OutcomeCount, points: Mapping[int, str]) -> OutcomeCountModel:
    return OutcomeCountModel(
        point=points.get(one.point, ""),
        limit=one.limit,
        outcome=one.outcome,
        word=WORDS[Outcome(one.outcome)],
        periods=one.periods,
        provisional=one.provisional,
        unsure=one.unsure,
        latest=f"{API}/verdicts/{one.latest}",
    )


def rate_model(one: RateSum) -> RateModel:
    return RateModel(
        measure=one.measure,
        code=one.code,
        value=float(one.numerator / one.denominator) if one.denominator else None,
        numerator=float(one.numerator),
        denominator=float(one.denominator),
        periods=one.periods,
        sure=one.sure,
        provisional=one.provisional,
    )


def told_codes(told: Sequence[Told]) -> dict[int, str]:
    """The codes of outlets by their ids."""
    return {one.outlet.subject: one.outlet.code for one in told}
