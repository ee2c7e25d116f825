"""Marks that a data logger states by the flags of its records 数据标识, as it sent them."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from schemas.mark_entry import NewMark
from schemas.record import Record
from services.rules.marks.intervals import Interval
from services.rules.marks.kinds import mark_kinds
from services.rules.marks.mark_parameters import MarkParameters

ACTOR = "logger"
EQUIPMENT = "equipment"
EVIDENCE: Final = "flag {flag} in {records} records"
_WRITTEN: Final = re.compile(r"flag (.+) in (\d+) records")


class FlagRun(NamedTuple):
    """Records without a gap that carry one flag."""

    flag: str
    since: datetime
    until: datetime
    records: int


class Flagged(NamedTuple):
    """Whose records they are; `sector` says what start-up and shut-down flags mean there."""

    subject: int
    point: int | None
    sector: str
    now: datetime


def flag_runs(records: Iterable[Record]) -> Iterator[FlagRun]:
    """The runs of one flag in records in order of time; a gap ends a run, and so does no flag."""
    run: FlagRun | None = None
    for record in records:
        until = record.at + timedelta(seconds=record.span_s)
        if run is not None and (record.flag != run.flag or record.at > run.until):
            yield run
            run = None
        if record.flag is None:
            continue
        if run is None:
            run = FlagRun(record.flag, record.at, until, 1)
        else:
            run = run._replace(until=max(run.until, until), records=run.records + 1)
    if run is not None:
        yield run


def logger_marks(
    records: Iterable[Record], flagged: Flagged, params: MarkParameters
) -> list[NewMark]:
    """Marks of origin logger for the runs longer than `segment_over_s` whose flag means a kind.

    HJ 212-2017 table 8, HJ 212-2025 table 10 (from a summary). N, and flags of no known meaning,
    give none. The letter F is the instrument's own stop in 2017, and not that of the furnace.
    """
    kinds = _kinds_by_flag(flagged.sector, params)
    return [
        NewMark(
            kind=kinds[run.flag],
            subject=flagged.subject,
            point=flagged.point,
            since=run.since,
            until=run.until,
            origin="logger",
            planned=False,
            entered_at=flagged.now,
            actor=ACTOR,
            evidence=EVIDENCE.format(flag=run.flag, records=run.records),
        )
        for run in flag_runs(records)
        if run.flag in kinds and Interval(run.since, run.until).seconds > params.segment_over_s
    ]


def evidence_zh(evidence: str) -> str:
    """In Chinese what a mark of a logger rests on; a person's words stay as they are."""
    found = _WRITTEN.fullmatch(evidence)
    return f"数据标识 {found[1]}，共 {found[2]} 条记录" if found else evidence


def _kinds_by_flag(sector: str, params: MarkParameters) -> dict[str, str]:
    """The equipment's kinds, the sector's before them, what was set before both."""
    found: dict[str, str] = {}
    for chosen in (EQUIPMENT, sector):
        for kind in mark_kinds().values():
            if kind.sector == chosen:
                found |= dict.fromkeys(kind.flags, kind.key)
    return found | dict(params.flag_kinds)
