"""Judgements written where they differ from what is believed: a newer belief is a new row.

Whoever writes holds the plant (judging.py), so that what was compared is still the newest belief.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Final, LiteralString, NamedTuple, TypeVar, cast

import orjson

from schemas.judgement import (
    RULES_VERSION,
    Finding,
    MeanRow,
    PerformanceRow,
    Period,
    VerdictRow,
)
from services.store.beliefs import (
    Belief,
    Stretch,
    read_findings,
    read_means,
    read_performance,
    read_verdicts,
)
from services.store.session import Session

Row = TypeVar("Row")
Timed = TypeVar("Timed", MeanRow, VerdictRow, PerformanceRow)
INSTANT: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Judged:
    """What an evaluator made of its hours. Of one key only the last row counts."""

    means: Sequence[MeanRow] = ()
    verdicts: Sequence[VerdictRow] = ()
    performance: Sequence[PerformanceRow] = ()
    findings: Sequence[Finding] = ()
    rules: str = RULES_VERSION
    volatile: frozenset[str] = field(default_factory=frozenset[str])
    """Names in the evidence whose change alone makes no new belief."""


class News(NamedTuple):
    """How many rows said something new."""

    means: int
    verdicts: int
    performance: int
    findings: int


def write_judgements(session: Session, judged: Judged) -> News:
    """Insert what differs from the newest belief of its key, in the caller's transaction.

    In the order of time: two who make the same chunks of a table then never wait in a circle.
    Compared are the stage, the numbers, the outcome, the words and the evidence without what is
    volatile, but not the version of the rules. Raises psycopg.Error.
    """
    means = _differing(_last(judged.means, _mean_key), _known_means(session, judged), judged)
    verdicts = _differing(
        _last(judged.verdicts, _verdict_key), _known_verdicts(session, judged), judged
    )
    rates = _differing(_last(judged.performance, _rate_key), _known_rates(session, judged), judged)
    findings = _differing(
        _last(judged.findings, _finding_key), _known_findings(session, judged), judged
    )
    _copy(session, MEANS_IN, (_mean_fields(row, judged.rules) for row in _by_time(means)))
    _copy(session, VERDICTS_IN, (_verdict_fields(row, judged.rules) for row in _by_time(verdicts)))
    _copy(session, PERFORMANCE_IN, (_rate_fields(row, judged.rules) for row in _by_time(rates)))
    _copy(session, FINDINGS_IN, (_finding_fields(row, judged.rules) for row in findings))
    return News(len(means), len(verdicts), len(rates), len(findings))


MEANS_IN = (
    "COPY mean (start, point, period, stage, source, value, converted, valid_s, due_s, valid,"
    " at_least, mass, evidence, rules) FROM STDIN"
)
VERDICTS_IN = (
    "COPY verdict (start, point, limit_key, limit_version, period, stage, outcome, value, multiple,"
    " sure, doubts, why, evidence, rules) FROM STDIN"
)
PERFORMANCE_IN = (
    "COPY performance (start, subject, measure, code, period, stage, numerator, denominator, sure,"
    " evidence, rules) FROM STDIN"
)
FINDINGS_IN = (
    "COPY finding (rule, subject, point, since, until, stage, standing, zh, en, clause, sure,"
    " doubts, evidence, rules) FROM STDIN"
)


def _by_time(rows: Sequence[Timed]) -> list[Timed]:
    return sorted(rows, key=lambda row: row.start)


def _copy(session: Session, statement: LiteralString, rows: Iterable[tuple[object, ...]]) -> None:
    first = next(rows := iter(rows), None)
    if first is None:
        return
    with session.cursor() as cursor, cursor.copy(statement) as copy:
        copy.write_row(first)
        for row in rows:
            copy.write_row(row)


def _mean_fields(row: MeanRow, rules: str) -> tuple[object, ...]:
    return (
        *(row.start, row.point, row.period.value, row.stage.value, row.source, row.value),
        *(_text({key: str(number) for key, number in row.converted.items()}), row.valid_s),
        *(row.due_s, row.valid, row.at_least, row.mass, _text(row.evidence), rules),
    )


def _verdict_fields(row: VerdictRow, rules: str) -> tuple[object, ...]:
    return (
        *(row.start, row.point, row.limit, row.version, row.period.value, row.stage.value),
        *(row.outcome.value, row.value, row.multiple, row.sure, list(row.doubts), row.why),
        *(_text(row.evidence), rules),
    )


def _rate_fields(row: PerformanceRow, rules: str) -> tuple[object, ...]:
    return (
        *(row.start, row.subject, row.measure, row.code, row.period.value, row.stage.value),
        *(row.numerator, row.denominator, row.sure, _text(row.evidence), rules),
    )


def _finding_fields(row: Finding, rules: str) -> tuple[object, ...]:
    return (
        *(row.rule, row.subject, row.point, row.since, row.until, row.stage.value, row.standing),
        *(row.zh, row.en, row.clause, row.sure, list(row.doubts), _text(row.evidence), rules),
    )


def _text(evidence: Mapping[str, object]) -> str:
    return orjson.dumps(evidence, default=_plain, option=orjson.OPT_NON_STR_KEYS).decode()


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, (Mapping, tuple, frozenset, set)):
        return dict(value) if isinstance(value, Mapping) else list(value)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] - any evidence
    raise TypeError(f"evidence cannot hold {type(value).__name__}")


def _mean_key(row: MeanRow) -> tuple[object, ...]:
    return row.point, row.period, row.start


def _verdict_key(row: VerdictRow) -> tuple[object, ...]:
    return row.point, row.period, row.start, row.limit


def _rate_key(row: PerformanceRow) -> tuple[object, ...]:
    return row.subject, row.measure, row.code, row.period, row.start


def _finding_key(row: Finding) -> tuple[object, ...]:
    return row.rule, row.subject, row.point, row.since


Key = tuple[object, ...]


def _last(rows: Sequence[Row], key: Callable[[Row], Key]) -> dict[Key, Row]:
    return {key(row): row for row in rows}


def _stretches(rows: Sequence[Timed], key: Callable[[Timed], int]) -> list[Stretch]:
    """One stretch a period that holds all these rows."""
    of_period: dict[Period, list[Timed]] = {}
    for row in rows:
        of_period.setdefault(row.period, []).append(row)
    return [
        Stretch(
            sorted({key(row) for row in some}),
            min(row.start for row in some),
            max(row.start for row in some) + INSTANT,
            period,
        )
        for period, some in of_period.items()
    ]


def _known_means(session: Session, judged: Judged) -> dict[Key, MeanRow]:
    stretches = _stretches(judged.means, lambda row: row.point)
    return _by_key((read_means(session, one) for one in stretches), _mean_key)


def _known_verdicts(session: Session, judged: Judged) -> dict[Key, VerdictRow]:
    stretches = _stretches(judged.verdicts, lambda row: row.point)
    return _by_key((read_verdicts(session, one) for one in stretches), _verdict_key)


def _known_rates(session: Session, judged: Judged) -> dict[Key, PerformanceRow]:
    stretches = _stretches(judged.performance, lambda row: row.subject)
    return _by_key((read_performance(session, one) for one in stretches), _rate_key)


def _known_findings(session: Session, judged: Judged) -> dict[Key, Finding]:
    if not judged.findings:
        return {}
    first = min(row.since for row in judged.findings)
    last = max(row.since for row in judged.findings) + INSTANT
    subjects = sorted({row.subject for row in judged.findings})
    stretch = Stretch(subjects, first, last)
    return _by_key([read_findings(session, stretch, fallen=True)], _finding_key)


def _by_key(lists: Iterable[Sequence[Belief[Row]]], key: Callable[[Row], Key]) -> dict[Key, Row]:
    return {key(belief.row): belief.row for beliefs in lists for belief in beliefs}


def _differing(rows: Mapping[Key, Row], known: Mapping[Key, Row], judged: Judged) -> list[Row]:
    return [
        row
        for key, row in rows.items()
        if key not in known or _differs(row, known[key], judged.volatile)
    ]


def _differs(row: object, known: object, volatile: frozenset[str]) -> bool:
    """Whether two beliefs of a key say different things; most that do differ outside of the evidence."""
    fields, evidence = _parts(row)
    known_fields, known_evidence = _parts(known)
    return fields != known_fields or _lasting(evidence, volatile) != _lasting(
        known_evidence, volatile
    )


def _parts(row: object) -> tuple[Sequence[object], Mapping[str, object]]:
    match row:
        case Finding():
            names = Finding.__slots__
            return [getattr(row, name) for name in names if name != "evidence"], row.evidence
        case _:
            *fields, evidence = cast("tuple[object, ...]", row)
            return fields, cast("Mapping[str, object]", evidence)


def _lasting(evidence: Mapping[str, object], volatile: frozenset[str]) -> object:
    """Without what is volatile, as it comes back from the database."""
    return orjson.loads(_text({k: v for k, v in evidence.items() if k not in volatile}))
