"""From events to messages: who hears of what is new, and what is due goes into messages.

It must not know how a message is sent. Two steps, each one transaction; doing one again after a
kill gives the same notices, for the cursor moves with them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Final

from schemas.alert import AlertState
from schemas.notice import Manner, NoticeState, Receiver, Told
from services.rules.alerting.bundling import Bundle, Made, Waiting, bundles
from services.rules.alerting.routing import ANSWERED, calls, state_of
from services.rules.alerting.words import Saying, message_of
from services.store.notice_events import told_events
from services.store.notices import (
    NewNotice,
    Sending,
    WaitingNotice,
    add_notices,
    answered,
    made_lately,
    make_delivery,
    outbox,
    settle,
    take_events,
    waiting_notices,
)
from services.store.receivers import by_plant, read_contacts, read_receivers, read_routes
from services.store.session import Session

MOST_EVENTS: Final = 500
Silenced = Callable[[Session, Sequence[Told], datetime], dict[int, int]]
"""Of these events those that are silenced, each with its silence."""


@dataclass(frozen=True, slots=True)
class Outbox:
    """Fills and empties the outbox of one database."""

    session: Session
    silenced: Silenced
    public_url: str | None = None

    def take(self, now: datetime) -> list[NewNotice]:
        """Turn events that are new into notices; the notices. Raises psycopg.Error."""
        with outbox(self.session) as ours:
            if not ours:
                return []
            told = told_events(self.session, take_events(self.session, MOST_EVENTS))
            if not told:
                return []
            notices = self._notices(told, now)
            # In the order of events: an answer ends what waits before it, and not what comes after.
            for is_answer, some in groupby(told, key=lambda one: one.what in ANSWERED):
                events = {one.event: one.alert for one in some}
                add_notices(self.session, [one for one in notices if one.event in events])
                if is_answer:
                    answered(self.session, list(events.values()), now)
            return notices

    def bundle(self, now: datetime) -> int:
        """Make messages of what is due; how many. Raises psycopg.Error."""
        with outbox(self.session) as ours:
            waiting = waiting_notices(self.session, now) if ours else []
            waiting = self._still_needed(waiting, now)
            if not waiting:
                return 0
            names = sorted({one.receiver for one in waiting})
            made = made_lately(self.session, names, now)
            receivers = read_receivers(self.session)
            count = 0
            for name in names:
                lately = [Made(bundle, at) for who, bundle, at in made if who == name]
                own = [_waiting(one) for one in waiting if one.receiver == name]
                for one in bundles(own, lately, now):
                    self._deliver(name, receivers.get(name), (one, own), now)
                    count += 1
            return count

    def _notices(self, told: Sequence[Told], now: datetime) -> list[NewNotice]:
        routes = read_routes(self.session)
        contacts = by_plant(read_contacts(self.session))
        called = [(one, calls(one, routes, contacts, now)) for one in told]
        silenced = self.silenced(self.session, [one for one, some in called if some], now)
        found: list[NewNotice] = []
        for one, some in called:
            silence = silenced.get(one.event)
            state = state_of(one, silence)
            found += [
                NewNotice(one.event, one.alert, *call, state, silence, now)
                for call in some
                if call.step == 0
            ]
            if state is NoticeState.INHIBITED:
                continue
            # Whether it is quiet is asked again when an escalation is due: silences end.
            found += [
                NewNotice(one.event, one.alert, *call, NoticeState.WAITING, None, now)
                for call in some
                if call.step > 0
            ]
        return found

    def _still_needed(self, waiting: Sequence[WaitingNotice], now: datetime) -> list[WaitingNotice]:
        """Without the escalations that are due and not needed any more, or silenced by now."""
        due = {
            one.notice: one
            for one in waiting
            if one.manner is Manner.ESCALATION and one.due_at <= now
        }
        gone = {number for number, one in due.items() if one.alert_state != AlertState.OPEN.value}
        settle(self.session, sorted(gone), NoticeState.NEEDLESS)
        left = [one for number, one in due.items() if number not in gone]
        told = told_events(self.session, sorted({one.event for one in left})) if left else []
        # Nobody answered it: whether that is told hangs on what is silent now, not then.
        silenced = self.silenced(self.session, [replace(one, at=now) for one in told], now)
        for one in left:
            if one.event in silenced:
                settle(self.session, [one.notice], NoticeState.SILENCED, silenced[one.event])
                gone.add(one.notice)
        return [one for one in waiting if one.notice not in gone]

    def _deliver(
        self,
        name: str,
        receiver: Receiver | None,
        chosen: tuple[Bundle, Sequence[Waiting]],
        now: datetime,
    ) -> None:
        one, own = chosen
        events = {each.notice: each.event for each in own}
        numbers = list(dict.fromkeys(events[notice] for notice in one.notices))
        saying = Saying(receiver.language if receiver else "zh", self.public_url)
        message = message_of(one.form, told_events(self.session, numbers), saying)
        make_delivery(self.session, Sending(name, one.bundle, message), one.notices, now)


def _waiting(one: WaitingNotice) -> Waiting:
    return Waiting(*one[1:9])
