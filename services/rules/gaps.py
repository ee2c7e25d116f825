"""What is missing of a point: stretches of hours without a valid mean, why, and what mends them.

From the means believed of its hours. It must not know limits, nor what a gap costs.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Literal, NamedTuple, cast

from schemas.judgement import MeanRow
from schemas.marks import Mark, Review
from schemas.parameter import Parameters, Source, parameter
from schemas.registry_words import BEIJING
from services.rules.gap_words import MENDS, NOT_JUDGED, MendKind, reason_named
from services.rules.marks.kinds import Deadline
from services.rules.marks.mark_parameters import MarkParameters
from services.rules.periods import local_day
from services.rules.transmission.parameters import TransmissionParameters

HOUR = timedelta(hours=1)
HOUR_S = 3600
GapKind = Literal["missing", "invalid", "not_converted", "not_judged"]
_MISSING = frozenset({"missing", "no_value", "communication"})


class GapParameters(Parameters):
    """By when an instrument is to be back."""

    repair_h: Decimal = parameter(
        Decimal(48), "h",
        Source("环发〔2008〕6号 art 15 (old notice, whether it still holds was not checked)", "medium"),
        en="an instrument is back within this time of its failing", zh="仪器故障恢复时限", gt=0,
    )  # fmt: skip


class Mend(NamedTuple):
    """What may close a gap. Its first hour can be mended until `first_due`, its last until `last_due`.

    None: no time is set. `doubts`: the parameters that the times rest on and nobody vouches for.
    """

    kind: MendKind
    zh: str
    en: str
    first_due: datetime | None
    last_due: datetime | None
    doubts: tuple[str, ...] = ()


class Gap(NamedTuple):
    """Whole hours [since, until) of a point with one kind and main reason.

    `seconds`: what was not valid, by reason. `marks`: those that meet it and were not refused.
    """

    point: int
    since: datetime
    until: datetime
    kind: GapKind
    reason: str
    seconds: Mapping[str, int]
    zh: str
    en: str
    mends: tuple[Mend, ...]
    marks: tuple[int, ...] = ()

    @property
    def hours(self) -> int:
        return (self.until - self.since) // HOUR


@dataclass(frozen=True, slots=True)
class GapRules:
    """What says until when a gap can be mended; `deadline`: of the plant's marks."""

    gap: GapParameters = field(default_factory=GapParameters)
    transmission: TransmissionParameters = field(default_factory=TransmissionParameters)
    marks: MarkParameters = field(default_factory=MarkParameters)
    deadline: Deadline = "noon"
    zone: timezone = BEIJING


class GapSpan(NamedTuple):
    """Of which point, over which whole hours, as of when: hours that still run are left out."""

    point: int
    since: datetime
    until: datetime
    now: datetime


class _Lack(NamedTuple):
    start: datetime
    kind: GapKind
    reason: str
    seconds: Mapping[str, int]


def gaps(
    rows: Iterable[MeanRow], span: GapSpan, rules: GapRules, marks: Sequence[Mark] = ()
) -> list[Gap]:
    """The gaps of a point in order; neighbouring hours of one kind and reason are one.

    `rows`: its believed hour means. `marks`: those of its subject and unit. An hour in which nothing
    flowed owes nothing and is no gap.
    """
    known = {row.start: row for row in rows if row.point == span.point}
    runs: list[list[_Lack]] = []
    start = span.since
    while start < span.until and start + HOUR <= span.now:
        lack = _lack(start, known.get(start))
        if lack is not None:
            last = runs[-1][-1] if runs else None
            if last is not None and _follows(last, lack):
                runs[-1].append(lack)
            else:
                runs.append([lack])
        start += HOUR
    return [_gap(run, span.point, rules, marks) for run in runs]


def _follows(last: _Lack, lack: _Lack) -> bool:
    return (last.start + HOUR, last.kind, last.reason) == (lack.start, lack.kind, lack.reason)


def _lack(start: datetime, row: MeanRow | None) -> _Lack | None:
    if row is None:
        return _Lack(start, "not_judged", NOT_JUDGED, {NOT_JUDGED: HOUR_S})
    if row.valid:
        seconds = _unconverted(row)
        return _Lack(start, "not_converted", _main(seconds), seconds) if seconds else None
    seconds = _not_valid(row)
    if seconds is None:
        return None
    reason = _main(seconds)
    return _Lack(start, "missing" if reason in _MISSING else "invalid", reason, seconds)


def _main(seconds: Mapping[str, int]) -> str:
    """The reason of most seconds; of equals the first by name, so that order plays no part."""
    return min(seconds, key=lambda name: (-seconds[name], name))


def _not_valid(row: MeanRow) -> dict[str, int] | None:
    """Seconds by reason; of water, whose results are counted, shared out by their number.

    None where nothing was due since nothing flowed.
    """
    seconds = _counts(row.evidence.get("not_valid_s"))
    if seconds:
        return seconds
    results = _counts(row.evidence.get("results"))
    lacking = {name: results[name] for name in ("missing", "invalid", "check") if name in results}
    if not lacking and not row.due_s and results.get("no_flow"):
        return None
    left = max(row.due_s - row.valid_s, 0) or HOUR_S
    if not lacking:
        return {"missing" if not row.valid_s else "too_few": left}
    whole = sum(lacking.values())
    shared = {name: left * count // whole for name, count in lacking.items()}
    shared[next(iter(shared))] += left - sum(shared.values())
    return shared


def _unconverted(row: MeanRow) -> dict[str, int]:
    """Why a converted mean is not valid although the measured one is: the worst reference's reasons."""
    worst: dict[str, int] = {}
    told = row.evidence.get("converted")
    if not isinstance(told, Mapping):
        return worst
    for reference, said in cast("Mapping[str, object]", told).items():
        if not isinstance(said, Mapping) or reference in row.converted:
            continue
        seconds = _counts(cast("Mapping[str, object]", said).get("not_converted_s"))
        if sum(seconds.values()) > sum(worst.values()):
            worst = seconds
    return worst


def _counts(said: object) -> dict[str, int]:
    if not isinstance(said, Mapping):
        return {}
    pairs = cast("Mapping[str, object]", said).items()
    return {name: count for name, count in pairs if isinstance(count, int) and count > 0}


def _gap(run: Sequence[_Lack], point: int, rules: GapRules, marks: Sequence[Mark]) -> Gap:
    first, last = run[0], run[-1]
    until = last.start + HOUR
    total: Counter[str] = Counter()
    for one in run:
        total.update(one.seconds)
    reason = reason_named(first.reason)
    meeting = tuple(one.mark for one in marks if _meets(one, point, first.start, until))
    said_zh, said_en = _said(total, len(run))
    return Gap(
        point=point,
        since=first.start,
        until=until,
        kind=first.kind,
        reason=first.reason,
        seconds=dict(total.most_common()),
        zh=f"{reason.zh}：{said_zh}",
        en=f"{reason.en}: {said_en}",
        mends=tuple(_mend(kind, first.start, last.start, rules) for kind in reason.mends),
        marks=meeting,
    )


def _said(seconds: Counter[str], hours: int) -> tuple[str, str]:
    parts = seconds.most_common()
    zh = "，".join(f"{reason_named(name).zh}{_minutes(count)}分钟" for name, count in parts)
    en = ", ".join(f"{reason_named(name).en} {_minutes(count)} min" for name, count in parts)
    return f"{hours}小时内{zh}", f"within {hours} h {en}"


def _minutes(seconds: int) -> str:
    return str(seconds // 60) if seconds % 60 == 0 else f"{seconds / 60:.1f}"


def _meets(mark: Mark, point: int, since: datetime, until: datetime) -> bool:
    alive = mark.review in {Review.CLAIMED, Review.ACCEPTED}
    within = mark.since < until and (mark.until is None or mark.until > since)
    return alive and within and mark.point in {None, point}


def _mend(kind: MendKind, first: datetime, last: datetime, rules: GapRules) -> Mend:
    zh, en = MENDS[kind]
    match kind:
        case "backfill" | "manual":
            window = timedelta(days=rules.transmission.amend_days)
            names = ("manual_fills", "amend_days") if kind == "manual" else ("amend_days",)
            doubts = rules.transmission.unestablished(names)
            return Mend(kind, zh, en, first + HOUR + window, last + HOUR + window, doubts)
        case "mark":
            return Mend(kind, zh, en, _mark_due(first, rules), _last_mark_due(first, last, rules))
        case "repair":
            due = first + timedelta(hours=float(rules.gap.repair_h))
            return Mend(kind, zh, en, due, due, rules.gap.unestablished(("repair_h",)))
        case _:
            return Mend(kind, zh, en, None, None)


def _mark_due(hour: datetime, rules: GapRules) -> datetime:
    """Until 12:00 of the next day (2022 No. 21 art 5); incineration: 1 h (2019 No. 50, 5.2)."""
    if rules.deadline == "hour":
        return hour + timedelta(hours=float(rules.marks.after_event_h))
    midnight = local_day(hour, rules.zone).until
    return midnight + timedelta(hours=rules.marks.next_day_hour)


def _last_mark_due(first: datetime, last: datetime, rules: GapRules) -> datetime:
    """Where a mark is due so long after its event it is one event, due as its beginning is."""
    return _mark_due(first if rules.deadline == "hour" else last, rules)
