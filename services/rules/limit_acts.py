"""Assigning, changing, correcting and withdrawing a limit, as the new version that each of them is.

Pure: beliefs in, a version out. Nothing that was believed is taken away.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from schemas.limits import Act, Bound, Law, LimitVersion
from schemas.registry_words import shown
from schemas.sentence import Sentence, term
from services.rules.exact import text
from services.rules.limit_history import Binding, intervals

FIRST, LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
# Above every position: what is not written yet is believed last.
UNWRITTEN = 1 << 64
ENDS_FIRST = Sentence(
    "the end must lie after the beginning: exchange --from and --to",
    "结束时间须晚于开始时间：请对调或更正起止时间",
)
REASON = Sentence(f"--reason{term('原因')}", "原因")
APPROVER = Sentence(f"--approver{term('批准人')}", "批准人")


class Refused(Exception):  # noqa: N818 - it is a refusal, by whoever's error
    """Nothing can be done as asked; `lines` say why and what to do."""

    def __init__(self, *lines: Sentence) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


class Who(NamedTuple):
    """Who acts, why and with whose consent; `now` stands for the time of recording until stored."""

    actor: str
    now: datetime
    reason: str = ""
    approver: str | None = None


class Said(NamedTuple):
    """What is said of a point over an interval; `bound` None: nothing binds."""

    point: int
    since: datetime | None
    until: datetime | None
    bound: Bound | None
    law: Law


def version_of(limit: int, said: Said, act: Act, who: Who, number: int = 0) -> LimitVersion:
    """A version that is not stored yet; those of one writing are numbered in their order."""
    return LimitVersion(
        *(number, limit, said.point, said.since, said.until, said.bound, said.law, act),
        *(who.reason, who.actor, who.approver, who.now, UNWRITTEN),
    )


def timeline(beliefs: Iterable[LimitVersion]) -> list[Binding]:
    """When which version binds, by limit and time; open ends are None."""
    return [
        one._replace(
            since=None if one.since == FIRST else one.since,
            until=None if one.until == LAST else one.until,
        )
        for one in intervals(beliefs, FIRST, LAST)
    ]


def binding_at(pieces: Iterable[Binding], at: datetime) -> Binding | None:
    """The piece of one limit's timeline that a time lies in."""
    return next((one for one in pieces if holds(one, at)), None)


def holds(piece: Binding, at: datetime) -> bool:
    """Whether a time lies in the piece."""
    return (piece.since is None or piece.since <= at) and (piece.until is None or at < piece.until)


def span_text(since: datetime | None, until: datetime | None) -> str:
    """`2024-01-01 → –` in Beijing time."""
    return f"{shown(since)} → {shown(until)}"


def figure(bound: Bound | None) -> str:
    """`≤ 35 mg/m3`, `≥ 95 %`, `6–9 pH`; what is withdrawn is `–`."""
    if bound is None:
        return "–"
    if bound.comparator == "between" and bound.low is not None and bound.high is not None:
        return f"{text(bound.low)}–{text(bound.high)} {bound.unit}"
    number = bound.high if bound.low is None else bound.low
    sign = "≤" if bound.low is None else "≥"
    return f"{sign} {'?' if number is None else text(number)} {bound.unit}"


def base_of(beliefs: Sequence[LimitVersion], at: datetime) -> Binding:
    """What binds at the time, to build upon. Raises Refused."""
    pieces = timeline(beliefs)
    found = binding_at(pieces, at)
    if found is None:
        raise Refused(_binds_nothing(beliefs[0].limit, at, pieces))
    return found


def changed(base: Binding, since: datetime, said: tuple[Bound, Law], who: Who) -> LimitVersion:
    """Another figure from a date on, up to where something else is already stated. Raises Refused."""
    former = base.version
    if said == (former.bound, former.law):
        raise Refused(
            Sentence(
                f"limit {former.limit} says that already from {shown(base.since)} on"
                f"{term('无变化')}",
                f"限值 {former.limit} 自 {shown(base.since)} 起即为该值，无变化",
            )
        )
    if base.since == since:
        raise Refused(
            Sentence(
                f"limit {former.limit} is stated already from {shown(since)} on: to say that it was"
                f" another one use `qingkong limits correct`{term('更正')}; a change begins later",
                f"限值 {former.limit} 已自 {shown(since)} 起规定：原值有误须“更正”，变更须自更晚的日期起",
            )
        )
    new = Said(former.point, since, base.until, *said)
    return version_of(former.limit, new, "change", who)


def corrected(
    base: Binding, span: tuple[datetime, datetime | None], said: tuple[Bound, Law], who: Who
) -> LimitVersion:
    """What should have been believed over an interval, by whose approval. Raises Refused."""
    since, until = span
    former = base.version
    end = until or base.until
    _check_consent(who)
    if end is not None and end <= since:
        raise Refused(ENDS_FIRST)
    if base.until is not None and (end is None or end > base.until):
        raise Refused(
            Sentence(
                f"limit {former.limit} is another one from {shown(base.until)} on: correct it up to"
                " there with --to, and the rest by itself",
                f"限值 {former.limit} 自 {shown(base.until)} 起为另一值：请更正至该日为止，其后另行更正",
            )
        )
    if said == (former.bound, former.law):
        raise Refused(
            Sentence(
                f"limit {former.limit} says that already over that time{term('无变化')}",
                f"限值 {former.limit} 在该时段即为该值，无变化",
            )
        )
    return version_of(former.limit, Said(former.point, since, end, *said), "correct", who)


def withdrawn(base: Binding, since: datetime, until: datetime | None, who: Who) -> LimitVersion:
    """Nothing binds from a date on (up to another). Raises Refused."""
    if until is not None and until <= since:
        raise Refused(ENDS_FIRST)
    former = base.version
    said = Said(former.point, since, until, None, former.law)
    return version_of(former.limit, said, "withdraw", who)


def _binds_nothing(limit: int, at: datetime, pieces: Iterable[Binding]) -> Sentence:
    spans = [span_text(one.since, one.until) for one in pieces]
    return Sentence(
        f"limit {limit} binds nothing at {shown(at)}{term('该时不适用')}; it binds"
        f" {', '.join(spans) or 'at no time'}: choose a time within, or assign a new limit",
        f"限值 {limit} 在 {shown(at)} 不适用，适用时段为 {'、'.join(spans) or '无'}：请选择其中的时间，"
        "或另行设定限值",
    )


def _check_consent(who: Who) -> None:
    """A correction has a reason and somebody else's consent. Raises Refused."""
    needed = ((who.reason, REASON), (who.approver, APPROVER))
    lacking = [said for given, said in needed if not (given or "").strip()]
    if lacking:
        raise Refused(
            Sentence(
                f"a correction{term('更正')} needs {' and '.join(one.marked for one in lacking)}: it"
                " turns what was judged",
                f"更正会改变已有判定，须填写{'和'.join(one.zh for one in lacking)}",
            )
        )
    if who.approver == who.actor:
        raise Refused(
            Sentence(
                f"{who.actor} cannot approve their own correction{term('更正须由他人批准')}: give"
                " another --approver, or say with --actor who makes it",
                f"更正须由他人批准，{who.actor} 不得自批：请另选批准人",
            )
        )
