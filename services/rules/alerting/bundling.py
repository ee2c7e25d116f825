"""Which waiting notices of a receiver become one message now: few messages, and each in its order.

It must not know what a message says.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from schemas.notice import Form, Manner

FLOOD = "flood"
"""The bundle of a digest that is made because too much happens at a time."""


class Waiting(NamedTuple):
    """A notice that is not part of a message yet."""

    notice: int
    event: int
    alert: int
    manner: Manner
    bundle: str
    due_at: datetime
    hold_s: int
    digest_over: int


class Made(NamedTuple):
    """A message that was made for the receiver lately."""

    bundle: str
    at: datetime


class Bundle(NamedTuple):
    """The notices of one message, in the order of their events."""

    bundle: str
    form: Form
    notices: tuple[int, ...]


def bundles(waiting: Sequence[Waiting], made: Iterable[Made], now: datetime) -> list[Bundle]:
    """What to send to one receiver at `now`. What is not in it goes on waiting.

    A bundle is ready when one of its notices is due and its last message is `hold_s` old; with it
    goes what waits in it, and what happened before to the same cases. When more than `digest_over`
    notices or messages come at a time, all that is ready becomes one digest, and then nothing goes
    but digests, one per `hold_s`. Escalations are never held. `made` reaches back by the greatest
    `hold_s` at least.
    """
    recent = list(made)
    escalated = [one for one in waiting if one.manner is Manner.ESCALATION and one.due_at <= now]
    found = [
        Bundle(one[0].bundle, Form.ESCALATION, _ids(one)) for one in _by_bundle(escalated).values()
    ]
    groups = _by_bundle(one for one in waiting if one.manner is not Manner.ESCALATION)
    ready = {
        name: some
        for name, some in groups.items()
        if any(one.due_at <= now for one in some) and not _held(some, name, recent, now)
    }
    if not ready:
        return found
    if _floods(ready, recent, now):
        everything = [one for some in ready.values() for one in some]
        # Late history keeps its own hour, whatever else is going on.
        if _held(everything, FLOOD, recent, now):
            return found
        both = _with_earlier(everything, waiting)
        return [*found, Bundle(FLOOD, Form.DIGEST, _ids(both))]
    return found + _singly(ready, waiting)


def _singly(ready: dict[str, list[Waiting]], waiting: Sequence[Waiting]) -> list[Bundle]:
    found: list[Bundle] = []
    taken: set[int] = set()
    for name, some in sorted(ready.items(), key=lambda item: min(one.event for one in item[1])):
        whole = [one for one in _with_earlier(some, waiting) if one.notice not in taken]
        taken |= {one.notice for one in whole}
        if whole:
            found.append(Bundle(name, _form(name, whole), _ids(whole)))
    return found


def _form(name: str, some: Sequence[Waiting]) -> Form:
    if name == "digest":
        return Form.DIGEST
    return Form.EVENT if len(some) == 1 else Form.GROUP


def _floods(ready: dict[str, list[Waiting]], recent: Sequence[Made], now: datetime) -> bool:
    present = {name: some for name, some in ready.items() if name != "digest"}
    some = [one for each in present.values() for one in each]
    if not some:
        return False
    most = min(one.digest_over for one in some)
    hold = timedelta(seconds=max(one.hold_s for one in some))
    messages = sum(1 for one in recent if one.at > now - hold)
    return len(some) > most or messages + len(present) > most


def _held(some: Sequence[Waiting], name: str, recent: Iterable[Made], now: datetime) -> bool:
    if name.startswith("alert:"):
        return False
    hold = timedelta(seconds=max(one.hold_s for one in some))
    return any(one.bundle == name and one.at > now - hold for one in recent)


def _with_earlier(some: Sequence[Waiting], waiting: Iterable[Waiting]) -> list[Waiting]:
    """And what waits of the same cases and happened earlier; late history goes its own way."""
    last: dict[int, int] = defaultdict(int)
    for one in some:
        last[one.alert] = max(last[one.alert], one.event)
    taken = {one.notice for one in some}
    earlier = [
        one
        for one in waiting
        if one.notice not in taken
        and one.manner not in (Manner.ESCALATION, Manner.DIGEST)
        and one.event < last[one.alert]
    ]
    return [*some, *earlier]


def _by_bundle(some: Iterable[Waiting]) -> dict[str, list[Waiting]]:
    found: dict[str, list[Waiting]] = defaultdict(list)
    for one in some:
        found[one.bundle].append(one)
    return found


def _ids(some: Iterable[Waiting]) -> tuple[int, ...]:
    return tuple(one.notice for one in sorted(some, key=lambda one: (one.event, one.notice)))
