"""Whatever is tried in whatever order: no order ends before it was verified, and the history explains it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from schemas.contest import ContestEvent, ContestState, ContestStep
from schemas.order import Actor, Order, OrderEvent, OrderState, OrderStep, OrderWhat
from services.rules.supervision import contests, orders
from services.rules.supervision.as_known import contest_as_known, order_as_known
from services.rules.supervision.order_parameters import ReminderParameters
from services.rules.supervision.refusals import Refused
from services.rules.supervision.ticking import Hands, tick_contest, tick_order
from tests.fixtures.supervision import (
    BUREAU,
    CHAIN,
    CITY,
    CONCLUSION,
    ELSEWHERE,
    NOW,
    OTHER_PLANT,
    PLANT,
    SAID,
    contest_doing,
    doing,
    draft,
    filed,
    issued,
)

ACTORS = st.sampled_from([PLANT, OTHER_PLANT, BUREAU, CITY, ELSEWHERE])
REASONS = st.sampled_from(["", "说明"])
HANDS = Hands(ReminderParameters(), CHAIN)
TO = {
    OrderWhat.ACCEPTED: OrderState.ACCEPTED,
    OrderWhat.ANSWERED: OrderState.ANSWERED,
    OrderWhat.VERIFIED: OrderState.VERIFIED,
    OrderWhat.RETURNED: OrderState.RETURNED,
    OrderWhat.CLOSED: OrderState.CLOSED,
    OrderWhat.FILED: OrderState.FILED,
    OrderWhat.WITHDRAWN: OrderState.WITHDRAWN,
}


class OrderMachine(RuleBasedStateMachine):
    """An order under people who try everything, and a clock that never stops."""

    def __init__(self) -> None:
        super().__init__()
        self.order: Order = issued()
        self.events: list[OrderEvent] = []
        self.now = NOW

    def keep(self, step: OrderStep) -> None:
        assert step.read_version == self.order.version
        self.order = step.order
        self.events += step.events

    def attempt(self, name: str, actor: Actor, reason: str) -> None:
        by = doing(actor, self.now)
        acts = {
            "accept": lambda: orders.accept(self.order, by),
            "answer": lambda: orders.answer(self.order, SAID, by),
            "verify": lambda: orders.verify(self.order, reason, by),
            "return": lambda: orders.send_back(self.order, reason, by),
            "close": lambda: orders.close(self.order, CONCLUSION._replace(text=reason), (), by),
            "file": lambda: orders.put_on_file(self.order, reason, by),
            "withdraw": lambda: orders.withdraw(self.order, reason, by),
        }
        try:
            step = acts[name]()
        except Refused:
            return
        self.keep(step)
        # The same once more is refused: nothing is done twice.
        with pytest.raises(Refused):
            acts[name]()

    @rule(
        name=st.sampled_from(["accept", "answer", "verify", "return", "close", "file"]),
        actor=ACTORS,
        reason=REASONS,
    )
    def act(self, name: str, actor: Actor, reason: str) -> None:
        self.attempt(name, actor, reason)

    @rule()
    def go_on(self) -> None:
        """The step that is next, so that long ways are gone too."""
        ways = {
            OrderState.ISSUED: ("accept", PLANT),
            OrderState.ACCEPTED: ("answer", PLANT),
            OrderState.RETURNED: ("answer", PLANT),
            OrderState.ANSWERED: ("verify", BUREAU),
            OrderState.VERIFIED: ("close", CITY),
        }
        if self.order.state in ways:
            self.attempt(*ways[self.order.state], "说明")

    @rule(actor=ACTORS, reason=REASONS, chance=st.integers(0, 9))
    def withdraw(self, actor: Actor, reason: str, chance: int) -> None:
        if not chance:
            self.attempt("withdraw", actor, reason)

    @rule(hours=st.integers(0, 100))
    def time_goes_by(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        before = self.order
        self.keep(tick_order(self.order, self.now, HANDS))
        assert self.order.state is before.state
        # Looking at the clock again tells nothing again.
        assert tick_order(self.order, self.now, HANDS).events == ()

    @invariant()
    def the_history_leads_to_the_state(self) -> None:
        state = OrderState.ISSUED
        for event in self.events:
            state = TO.get(event.what, state)
            assert event.state is state
            assert event.reason
        assert self.order.state is state
        assert [one.version for one in self.events] == list(range(2, self.order.version + 1))

    @invariant()
    def the_history_alone_tells_how_it_stands(self) -> None:
        first = orders.issue(draft(), doing(BUREAU)).events
        told = order_as_known(issued(), [*first, *self.events])
        assert replace(told, clock_at=self.order.clock_at) == self.order

    @invariant()
    def nothing_is_closed_unverified(self) -> None:
        whats = [one.what for one in self.events if one.what in TO]
        if OrderWhat.CLOSED in whats:
            assert whats[whats.index(OrderWhat.CLOSED) - 1] is OrderWhat.VERIFIED
            assert self.order.conclusion is not None
        if OrderWhat.FILED in whats:
            assert whats[-2:] == [OrderWhat.CLOSED, OrderWhat.FILED]

    @invariant()
    def what_is_over_is_not_overdue(self) -> None:
        if not self.order.running:
            assert self.order.overdue == ()

    @invariant()
    def it_only_rises(self) -> None:
        held = [CHAIN.index(one.held_by) for one in self.events]
        assert held == sorted(held)


class ContestMachine(RuleBasedStateMachine):
    """A contest under people who try everything."""

    def __init__(self) -> None:
        super().__init__()
        self.contest = filed(alerts=(12,))
        self.events: list[ContestEvent] = []
        self.answers = 0
        self.now = NOW

    def keep(self, step: ContestStep) -> None:
        self.contest = step.contest
        self.events += step.events

    @rule(outcome=st.sampled_from(ContestState), actor=ACTORS, reason=REASONS)
    def answer(self, outcome: ContestState, actor: Actor, reason: str) -> None:
        try:
            step = contests.answer(self.contest, outcome, reason, contest_doing(actor, self.now))
        except Refused:
            return
        self.keep(step)
        self.answers += 1

    @rule(actor=ACTORS, reason=REASONS, chance=st.integers(0, 4))
    def withdraw(self, actor: Actor, reason: str, chance: int) -> None:
        if chance:
            return
        try:
            step = contests.withdraw(self.contest, reason, contest_doing(actor, self.now))
        except Refused:
            return
        self.keep(step)

    @rule(hours=st.integers(0, 300))
    def time_goes_by(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        self.keep(tick_contest(self.contest, self.now, HANDS))
        assert tick_contest(self.contest, self.now, HANDS).events == ()

    @invariant()
    def the_history_alone_tells_how_it_stands(self) -> None:
        # What it was filed with says nothing that can change.
        if self.events:
            told = contest_as_known(filed(alerts=(12,)), self.events)
            assert replace(told, clock_at=self.contest.clock_at) == self.contest

    @invariant()
    def it_is_answered_once_and_with_reasons(self) -> None:
        answered = self.contest.state not in {ContestState.FILED, ContestState.WITHDRAWN}
        assert self.answers == int(answered)
        assert bool(self.contest.answer) == answered
        upheld = self.contest.state in {ContestState.UPHELD, ContestState.PARTLY}
        assert bool(self.contest.needed) == upheld
        assert self.contest.open or not self.contest.overdue


OrderMachine.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
ContestMachine.TestCase.settings = settings(max_examples=40, stateful_step_count=15, deadline=None)
TestOrderMachine = OrderMachine.TestCase
TestContestMachine = ContestMachine.TestCase
