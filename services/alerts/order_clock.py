"""What the clock does with orders and contests, once a minute: reminds, escalates, issues by rule.

Whatever dies, and however many run it: each thing is told and issued once. It must not know who is
told.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from schemas.contest import ContestState
from schemas.order import CLOCK, OrderPlant
from schemas.rule_settings import SettingVersion
from services.cases.acting import Acting, place_of_plant
from services.cases.contest_actions import write_contest_step
from services.cases.order_actions import issue_by_rule, write_step
from services.rules.judging.shelf import Shelf
from services.rules.supervision.issuing import for_alert, for_quarters
from services.rules.supervision.order_parameters import (
    MONTH_H,
    IssuingParameters,
    ReminderParameters,
)
from services.rules.supervision.ticking import Hands, tick_contest, tick_order
from services.store.alerts import alerts_by_id
from services.store.contests import ContestConflict, ContestQuery, read_contests
from services.store.orders import (
    OrderConflict,
    alerts_without_order,
    issuing_lock,
    orders_due_by,
)
from services.store.rule_settings import read_settings
from services.store.session import Session
from services.store.supervision_places import chain_from, plant_of_code, region_parents

AHEAD = timedelta(hours=MONTH_H)
"""No reminder is earlier than this before a deadline."""
AUTOMATIC = "issuing_parameters.automatic"
QUARTERS = "issuing_parameters.severe_quarters"


@dataclass
class ClockDone:
    """What one look at the clock came to, by what happened; `left`: somebody else was faster."""

    issued: int = 0
    told: dict[str, int] = field(default_factory=dict[str, int])
    left: int = 0

    def count(self, words: Iterator[str]) -> None:
        for word in words:
            self.told[word] = self.told.get(word, 0) + 1


def run_order_clock(session: Session, now: datetime) -> ClockDone:
    """Do all that is due by now; each order and contest in a transaction of its own.

    Raises SettingError, psycopg.Error; what was done by then stays done.
    """
    settings = read_settings(session)
    desk = _Desk(session, now, settings, Shelf(settings), region_parents(session), ClockDone())
    desk.issue()
    desk.tick_orders()
    desk.tick_contests()
    return desk.done


@dataclass(frozen=True, slots=True)
class _Desk:
    session: Session
    now: datetime
    settings: Sequence[SettingVersion]
    shelf: Shelf
    parents: Mapping[str, str | None]
    done: ClockDone

    def issue(self) -> None:
        """By rule, where somebody switched it on."""
        if not any(one.name == AUTOMATIC and one.value is True for one in self.settings):
            return
        for alert, plant in alerts_without_order(self.session).items():
            self._issue_for(alert, plant)
        codes = {one.scope_key for one in self.settings if one.name == QUARTERS}
        for plant in (plant_of_code(self.session, code) for code in sorted(codes)):
            if plant is not None:
                for wanted in for_quarters(plant.id, self._issuing(plant)):
                    self.done.issued += issue_by_rule(wanted, plant, (), self._acting())

    def tick_orders(self) -> None:
        for order in orders_due_by(self.session, self.now + AHEAD):
            step = tick_order(order, self.now, self._hands(order.plant, order.region))
            if not step.events:
                continue
            try:
                write_step(self.session, step)
                self.done.count(one.what.value for one in step.events)
            except OrderConflict:
                self.done.left += 1

    def tick_contests(self) -> None:
        query = ContestQuery(states=[ContestState.FILED], due=self.now + AHEAD)
        for contest in read_contests(self.session, query):
            step = tick_contest(contest, self.now, self._hands(contest.plant, contest.region))
            if not step.events:
                continue
            try:
                write_contest_step(self.session, step)
                self.done.count(f"contest_{one.what.value}" for one in step.events)
            except ContestConflict:
                self.done.left += 1

    def _issue_for(self, alert: int, plant: OrderPlant) -> None:
        """Decided on the case as it is while nobody else can issue."""
        rules = self._issuing(plant)
        if not rules.automatic:
            return
        with issuing_lock(self.session):
            for known in alerts_by_id(self.session, [alert]):
                wanted = for_alert(known, self.now, rules)
                if wanted is not None:
                    self.done.issued += issue_by_rule(wanted, plant, (alert,), self._acting())

    def _acting(self) -> Acting:
        return Acting(self.session, CLOCK, self.now)

    def _issuing(self, plant: OrderPlant) -> IssuingParameters:
        return self.shelf.parameters(IssuingParameters, place_of_plant(plant), self.now)

    def _hands(self, plant: OrderPlant, region: str) -> Hands:
        rules = self.shelf.parameters(ReminderParameters, place_of_plant(plant), self.now)
        return Hands(rules, chain_from(self.parents, region))
