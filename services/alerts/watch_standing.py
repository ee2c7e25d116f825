"""Keeps what a watch sees as stretches: one begins when it is seen first, and ends when it is not so."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, NamedTuple

from schemas.alert import AlertKind, Span, Target
from schemas.watch import Said, Seen
from services.store.session import Session
from services.store.watch_spans import Kept, standing_spans, write_spans

MEASURES: Final = ("lag_s", "skew_s", "dead")
"""Numbers of the evidence: a stretch is told of again when one of them has doubled."""
Key = tuple[AlertKind, int | None, str]


class Watched(NamedTuple):
    """What is seen of one kind, target and source at a time; `said` None: nothing is wrong."""

    kind: AlertKind
    target: Target
    source: str
    said: Said | None
    at: datetime


@dataclass
class Standing:
    """The stretches that go on, read once a round; what is new is written at the end."""

    session: Session
    now: datetime
    open: dict[Key, Kept] = field(default_factory=dict[Key, Kept])
    new: list[Seen] = field(default_factory=list[Seen])

    @classmethod
    def read(cls, session: Session, kinds: Iterable[AlertKind], now: datetime) -> "Standing":
        """Raises psycopg.Error."""
        kept = [one for one in standing_spans(session, kinds, now) if one.seen.span.until is None]
        return cls(session, now, {_key(one.seen): one for one in kept})

    def sources(self, kind: AlertKind) -> set[str]:
        """The sources of what goes on of a kind."""
        return {source for one, _, source in self.open if one is kind}

    def watch(self, one: Watched) -> None:
        """Begin, go on with or end a stretch."""
        known = self.open.get((one.kind, one.target.device, one.source))
        if known is None and one.said is not None:
            self.new.append(_begun(one, one.said))
        elif known is not None and one.said is None:
            span = replace(known.seen.span, until=max(one.at, known.seen.span.since))
            self.new.append(known.seen._replace(span=span))
        elif known is not None and one.said is not None and _worse(known, one.said):
            begun = _begun(one, one.said)
            span = replace(begun.span, since=known.seen.span.since)
            self.new.append(begun._replace(span=span))

    def write(self) -> None:
        """Keep what is new. Raises psycopg.Error."""
        write_spans(self.session, self.new, self.now)
        self.new = []


def _begun(one: Watched, said: Said) -> Seen:
    span = Span(
        *(one.at, None),
        holds=True,
        zh=said.zh,
        en=said.en,
        source=one.source,
        evidence=said.evidence,
    )
    return Seen(one.kind, one.target, span)


def _worse(known: Kept, said: Said) -> bool:
    old, new = known.seen.span.evidence, said.evidence
    return any(abs(_number(new, name)) >= 2 * abs(_number(old, name)) > 0 for name in MEASURES)


def _number(evidence: Mapping[str, object], name: str) -> float:
    value = evidence.get(name)
    return float(value) if isinstance(value, int | float) else 0.0


def _key(seen: Seen) -> Key:
    return seen.kind, seen.target.device, seen.span.source
