"""From what is believed to the spans that cases are made of: limits, lacking data, findings. Pure.

A claimed exemption 申请豁免 keeps the case visible but does not settle it: what is over its limit is
over until somebody has reviewed the mark, and nobody is paged for what may be excused.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from itertools import groupby
from typing import Final, cast

from schemas.alert import Span
from schemas.judgement import Outcome, Period, Stage
from schemas.limits import Bound, Comparator
from schemas.registry_words import BEIJING
from services.alerts.raising_words import (
    Said,
    Where,
    clause_in,
    finding_said,
    lacking_said,
    limit_said,
    mapping_in,
)
from services.rules.judging.live_told import LIVE_RULES
from services.rules.judging.verdicts import VOID
from services.rules.periods import local_day, local_month
from services.rules.projection import Projecting, Sample, Settled, project, running_hour
from services.store.alert_sources import SeenFinding, SeenVerdict

HOUR: Final = timedelta(hours=1)
OVER: Final = frozenset({Outcome.EXCEEDING, Outcome.AT_LEAST})
RIGHT: Final = frozenset({Outcome.COMPLIANT, Outcome.STOPPED, Outcome.EXEMPT})
LACKING: Final = frozenset({Outcome.NO_DATA, Outcome.INVALID})
AT_ONCE: Final = LIVE_RULES | {"facility_off", "bypass_open"}
NOT_OVER: Final = Decimal(-1)


@dataclass(frozen=True, slots=True)
class Judged:
    """The verdicts of a point (of lacking data: of an outlet's points), in order of time."""

    where: Where
    period: Period
    codes: Mapping[int, str]
    verdicts: Sequence[SeenVerdict]
    rules: Projecting

    def by_start(self) -> Iterator[tuple[datetime, list[SeenVerdict]]]:
        """What is judged of each period, without what binds no more."""
        binding = sorted(
            (row for row in self.verdicts if row.why != VOID),
            key=lambda row: (row.start, row.point, row.limit),
        )
        for start, rows in groupby(binding, lambda row: row.start):
            yield start, list(rows)


def end_of(start: datetime, period: Period) -> datetime:
    """When a period that begins then ends."""
    match period:
        case Period.DAY:
            return local_day(start, BEIJING).until
        case Period.MONTH:
            return local_month(start, BEIJING).until
        case _:
            return start + HOUR


def limit_spans(judged: Judged) -> list[Span]:
    """A span for each period of a point: several limits exceeded at a time are one trouble."""
    return [_limit_span(judged, start, rows) for start, rows in judged.by_start()]


def lacking_spans(judged: Judged) -> list[Span]:
    """A span for each hour of an outlet: wrong where any of its points has no valid data.

    What arrives late may still fill it, so it settles with the final stage alone.
    """
    found: list[Span] = []
    for start, rows in judged.by_start():
        lacking = {row.point: row for row in rows if row.outcome in LACKING}
        until = start + HOUR
        if not lacking:
            unknown = any(row.outcome is Outcome.UNKNOWN for row in rows)
            found.append(Span(start, until, holds=None if unknown else False))
            continue
        some = [(judged.codes.get(point, ""), row) for point, row in sorted(lacking.items())]
        said = lacking_said(judged.where, start, some)
        found.append(
            Span(
                *(start, until, True),
                settled=any(row.stage is not Stage.PROVISIONAL for row in lacking.values()),
                sure=all(row.sure for row in lacking.values()),
                **said._asdict(),
                source=_source(lacking.values()),
                evidence={"points": [_lacking(code, row) for code, row in some]},
            )
        )
    return found


def finding_spans(where: Where, findings: Iterable[SeenFinding]) -> list[Span]:
    """A span for each finding that stands, in order of time.

    What is found while it goes on is settled as soon as it is found: of a running hour, for it says
    itself that the hour runs; of facilities that are off, for the rule has a delay of its own, and
    whoever waits until the day is over is told of an untreated evening the next morning.
    """
    found: list[Span] = []
    for one in findings:
        said = finding_said(where, Said(one.zh, one.en))
        found.append(
            Span(
                *(one.since, one.until, True),
                settled=one.stage is not Stage.PROVISIONAL or one.rule in AT_ONCE,
                multiple=_number(one.evidence.get("multiple")),
                sure=one.sure,
                **said._asdict(),
                clause=one.clause,
                source=f"finding:{one.id}",
                evidence={
                    "finding": one.id,
                    "rule": one.rule,
                    "stage": one.stage.value,
                    "numbers": one.evidence,
                },
            )
        )
    return sorted(found, key=lambda span: (span.since, span.source))


def _limit_span(judged: Judged, start: datetime, rows: Sequence[SeenVerdict]) -> Span:
    until = end_of(start, judged.period)
    over = [row for row in rows if row.outcome in OVER]
    settled = any(_settled(row, judged) for row in over)
    over = over or [row for row in rows if row.outcome is Outcome.CLAIMED]
    if not over:
        exempt = any(row.outcome is Outcome.EXEMPT for row in rows)
        right = all(row.outcome in RIGHT for row in rows)
        return Span(start, until, holds=False if right else None, exempt=exempt)
    over.sort(key=lambda row: (-_rank(row), row.limit))
    code = judged.codes.get(over[0].point, "")
    said = limit_said(judged.where, code, judged.period, over)
    return Span(
        *(start, until, True),
        settled=settled,
        multiple=over[0].multiple,
        sure=all(row.sure for row in over),
        **said._asdict(),
        clause="; ".join(dict.fromkeys(clause_in(row) for row in over)),
        source=_source(over),
        evidence={
            "code": code,
            "period": judged.period.value,
            "start": start.isoformat(),
            "limits": [_limit(row) for row in over],
        },
    )


def _settled(row: SeenVerdict, judged: Judged) -> bool:
    """Whether nothing still to come can take the exceedance back (projection.py)."""
    if row.stage is not Stage.PROVISIONAL:
        return True
    mean = mapping_in(row, "mean")
    valid, due = _number(mean.get("valid_s")), _number(mean.get("due_s"))
    if valid is None or due is None or due <= 0:
        return False
    if valid >= due:
        return True
    bound = _bound(row)
    if bound is None or row.value is None or judged.period is not Period.HOUR:
        return False
    sample = Sample(row.value, valid, at_least=row.outcome is Outcome.AT_LEAST)
    return project(running_hour([sample]), bound, judged.rules).settled is Settled.EXCEEDING


def _bound(row: SeenVerdict) -> Bound | None:
    """The limit as the verdict shows it, where a mean of samples is put upon it."""
    limit = mapping_in(row, "limit")
    if limit.get("quantity") != "concentration":
        return None
    return Bound(
        cast("Comparator", limit.get("comparator")),
        _number(limit.get("low")),
        _number(limit.get("high")),
        str(limit.get("unit") or ""),
        "concentration",
        "hour",
    )


def _limit(row: SeenVerdict) -> dict[str, object]:
    limit = mapping_in(row, "limit")
    return {
        "verdict": row.id,
        "limit": row.limit,
        "version": row.version,
        "clause": clause_in(row),
        "comparator": limit.get("comparator"),
        "low": limit.get("low"),
        "high": limit.get("high"),
        "unit": limit.get("unit"),
        "value": None if row.value is None else str(row.value),
        "multiple": None if row.multiple is None else str(row.multiple),
        "outcome": row.outcome.value,
        "stage": row.stage.value,
        "why": row.why,
    }


def _lacking(code: str, row: SeenVerdict) -> dict[str, object]:
    mean = mapping_in(row, "mean")
    return {
        "point": row.point,
        "code": code,
        "verdict": row.id,
        "outcome": row.outcome.value,
        "stage": row.stage.value,
        "why": row.why,
        "valid_s": mean.get("valid_s"),
        "due_s": mean.get("due_s"),
    }


def _source(rows: Iterable[SeenVerdict]) -> str:
    return "verdict:" + ",".join(str(number) for number in sorted(row.id for row in rows))


def _rank(row: SeenVerdict) -> Decimal:
    return NOT_OVER if row.multiple is None else row.multiple


def _number(value: object) -> Decimal | None:
    try:
        return None if value is None or isinstance(value, bool) else Decimal(str(value))
    except InvalidOperation:
        return None
