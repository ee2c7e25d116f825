"""Assigning, changing, correcting and withdrawing a limit, as the new version that each of them is.

Pure: beliefs in, a version out. Nothing that was believed is taken away.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from schemas.limits import Act, Bound, Law, LimitVersion
from schemas.registry_words import shown
from services.rules.exact import text
from services.rules.limit_history import Binding, intervals

FIRST, LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
# Above every position: what is not written yet is believed last.
UNWRITTEN = 1 << 64


class Refused(Exception):  # noqa: N818 - it is a refusal, by whoever's error
    """Nothing can be done as asked; `lines` say why and what to do."""

    def __init__(self, *lines: str) -> None:
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
        when = ", ".join(span_text(one.since, one.until) for one in pieces) or "at no time"
        raise Refused(
            f"limit {beliefs[0].limit} binds nothing at {shown(at)} 该时不适用; it binds {when}:"
            " choose a time within, or assign a new limit"
        )
    return found


def changed(base: Binding, since: datetime, said: tuple[Bound, Law], who: Who) -> LimitVersion:
    """Another figure from a date on, up to where something else is already stated. Raises Refused."""
    former = base.version
    if said == (former.bound, former.law):
        raise Refused(f"limit {former.limit} says that already from {shown(base.since)} on 无变化")
    if base.since == since:
        raise Refused(
            f"limit {former.limit} is stated already from {shown(since)} on: to say that it was"
            " another one use `qingkong limits correct` 更正; a change begins later"
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
    lacking = [
        option
        for option, given in (("--reason 原因", who.reason), ("--approver 批准人", who.approver))
        if not (given or "").strip()
    ]
    if lacking:
        raise Refused(f"a correction 更正 needs {' and '.join(lacking)}: it turns what was judged")
    if who.approver == who.actor:
        raise Refused(
            f"{who.actor} cannot approve their own correction 更正须由他人批准: give another"
            " --approver, or say with --actor who makes it"
        )
    if end is not None and end <= since:
        raise Refused("the end must lie after the beginning: exchange --from and --to")
    if base.until is not None and (end is None or end > base.until):
        raise Refused(
            f"limit {former.limit} is another one from {shown(base.until)} on: correct it up to"
            " there with --to, and the rest by itself"
        )
    if said == (former.bound, former.law):
        raise Refused(f"limit {former.limit} says that already over that time 无变化")
    return version_of(former.limit, Said(former.point, since, end, *said), "correct", who)


def withdrawn(base: Binding, since: datetime, until: datetime | None, who: Who) -> LimitVersion:
    """Nothing binds from a date on (up to another). Raises Refused."""
    if until is not None and until <= since:
        raise Refused("the end must lie after the beginning: exchange --from and --to")
    former = base.version
    said = Said(former.point, since, until, None, former.law)
    return version_of(former.limit, said, "withdraw", who)
