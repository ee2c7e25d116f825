"""A verdict with all that it rests on, read as it was known when it was written.

It must not decide anything.
"""

from typing import Final, NamedTuple

from schemas.judgement import Outcome, Period, Stage
from schemas.registry_words import BEIJING
from schemas.series import Series
from services.api.history_answers import limit_model, reading_model
from services.api.models.evidence import (
    ChainModel,
    FormulaModel,
    MeanEvidenceModel,
    VerdictEvidenceModel,
    VersionModel,
)
from services.api.models.history import PointName, ReadingModel
from services.api.status_answers import API
from services.rules.periods import ended_at
from services.rules.status_formula import Compared, formula_said
from services.store.accounting import one_snapshot
from services.store.evidence_verdict import (
    ChainedBatch,
    KeptVerdict,
    Version,
    chained_batches,
    checkpoint_over,
    limit_version,
    place_of_point,
    read_kept_mean,
    read_kept_verdict,
    verdict_versions,
)
from services.store.history_channels import channel_refs
from services.store.history_known import known_below
from services.store.history_readings import Asked, instruments_of, read_readings
from services.store.session import Session

MOST_RECORDS: Final = 2_000
ANY_SERIES: Final = {
    Period.FIVE_MINUTE: (Series.MINUTE, Series.REALTIME),
    Period.HOUR: (Series.MINUTE, Series.HOUR, Series.REALTIME),
    Period.DAY: (Series.HOUR, Series.DAY, Series.MINUTE),
    Period.MONTH: (Series.DAY, Series.HOUR),
}


class _Records(NamedTuple):
    series: Series
    records: list[ReadingModel]
    batches: set[int]


def verdict_evidence(session: Session, number: int) -> VerdictEvidenceModel | None:
    """All that a verdict rests on; None where there is no such verdict. Raises psycopg.Error."""
    with one_snapshot(session):
        verdict = read_kept_verdict(session, number)
        place = None if verdict is None else place_of_point(session, verdict.point)
        if verdict is None or place is None:
            return None
        versions = verdict_versions(session, verdict)
        found = _records(session, verdict)
        limit = limit_version(session, verdict.limit_version)
        covered = checkpoint_over(session, int(verdict.position))
        mean = _mean(session, verdict)
        chain = chained_batches(session, sorted(found.batches))
    period = Period(verdict.period)
    said = formula_said(
        Compared(*(place.code, period, verdict.start, Outcome(verdict.outcome)), verdict.evidence)
    )
    name = f"{place.subject}/{place.side}/{place.code}"
    return VerdictEvidenceModel(
        id=verdict.id,
        point=PointName(plant=place.plant, subject=place.subject, side=place.side, code=place.code),
        period=period,
        start=verdict.start,
        stage=Stage(verdict.stage),
        outcome=Outcome(verdict.outcome),
        value=None if verdict.value is None else float(verdict.value),
        multiple=None if verdict.multiple is None else float(verdict.multiple),
        sure=verdict.sure,
        doubts=list(verdict.doubts),
        why=verdict.why,
        rules=verdict.rules,
        position=verdict.position,
        checkpoint=None if covered is None else covered[0],
        believed=versions[-1].id == verdict.id,
        versions=[_version(one) for one in versions if one.id != verdict.id],
        formula=None if said is None else FormulaModel(**said._asdict()),
        limit=None if limit is None else limit_model(limit, {limit.point: name}),
        evidence=dict(verdict.evidence),
        mean=mean,
        series=found.series,
        records=found.records,
        chain=[_chain(one) for one in chain],
    )


def _records(session: Session, verdict: KeptVerdict) -> _Records:
    """The records of the point over the period, of the finest series its means are made of."""
    period = Period(verdict.period)
    since, until = verdict.start, ended_at(verdict.start, period, BEIJING)
    known = known_below(session, int(verdict.position))
    every = ANY_SERIES.get(period, ())
    for series in every:
        asked = Asked(verdict.point, "main", series, since, until, known)
        pieces = instruments_of(session, asked)
        rows = read_readings(session, asked, pieces, MOST_RECORDS, None)
        if rows:
            channels = channel_refs(session, {row.channel for row in rows})
            records = [reading_model(row, channels) for row in rows]
            return _Records(series, records, {row.batch for row in rows})
    return _Records(every[0] if every else Series.HOUR, [], set())


def _mean(session: Session, verdict: KeptVerdict) -> MeanEvidenceModel | None:
    found = read_kept_mean(session, verdict)
    return None if found is None else MeanEvidenceModel.model_validate(found._asdict())


def _version(one: Version) -> VersionModel:
    return VersionModel(
        id=one.id,
        stage=Stage(one.stage),
        outcome=Outcome(one.outcome),
        position=one.position,
        link=f"{API}/verdicts/{one.id}",
    )


def _chain(one: ChainedBatch) -> ChainModel:
    return ChainModel(
        batch=one.id,
        slot=one.slot,
        number=one.number,
        received_from=one.received_from,
        received_to=one.received_to,
        frames=one.frames,
        previous=one.previous.hex(),
        digest=one.digest.hex(),
        checkpoint=one.checkpoint,
        checkpoint_made_at=one.checkpoint_made_at,
        checkpoint_key=one.checkpoint_key,
    )
