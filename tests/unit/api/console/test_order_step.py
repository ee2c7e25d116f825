"""What comes next of an order, and who may do what, state by state."""

from datetime import UTC, datetime, timedelta

import pytest

from schemas.access import EVERYTHING, Role
from schemas.order import Level, OrderState, Party
from services.api.callers import Caller
from services.api.console.cases.order_step import acts_of, next_step, running_stages
from services.api.models.orders_read import DuesModel, OrderModel, OrderPlantModel
from services.api.permissions import PERMISSIONS

NOW = datetime(2026, 8, 10, 1, tzinfo=UTC)
ACCEPT, ANSWER, VERIFY, TOTAL = (NOW + timedelta(days=days) for days in (1, 5, 7, 30))


def order(state: OrderState) -> OrderModel:
    return OrderModel(
        id=1,
        number="1505-2026-0001",
        plant=OrderPlantModel(code="P1", name="示例厂", region="150502"),
        region="1505",
        level=Level.ORDINARY,
        state=state,
        demand="整改",
        basis="",
        issued_at=NOW,
        issued_by="officer",
        held_by="1505",
        dues=DuesModel(accept=ACCEPT, answer=ANSWER, verify=VERIFY, total=TOTAL),
        overdue=[],
        rounds=0,
        conclusion=None,
        alerts=[],
        version=1,
        changed_at=NOW,
    )


def caller(role: Role) -> Caller:
    return Caller(1, "anna", role, EVERYTHING, "session", PERMISSIONS[role])


@pytest.mark.parametrize(
    ("state", "party", "act", "due"),
    [
        (OrderState.ISSUED, Party.PLANT, "accept", ACCEPT),
        (OrderState.ACCEPTED, Party.PLANT, "answer", ANSWER),
        (OrderState.RETURNED, Party.PLANT, "answer", ANSWER),
        (OrderState.ANSWERED, Party.BUREAU, "verify", VERIFY),
        (OrderState.VERIFIED, Party.BUREAU, "close", TOTAL),
        (OrderState.CLOSED, None, "", None),
        (OrderState.FILED, None, "", None),
        (OrderState.WITHDRAWN, None, "", None),
    ],
    ids=str,
)
def test_somebody_has_to_do_something_until_it_is_closed(
    state: OrderState, party: Party | None, act: str, due: datetime | None
) -> None:
    assert next_step(order(state)) == (party, act, due)


@pytest.mark.parametrize("state", list(OrderState))
@pytest.mark.parametrize("role", [Role.OPEN, Role.AUDITOR])
def test_whoever_only_looks_is_offered_nothing(role: Role, state: OrderState) -> None:
    assert acts_of(order(state), caller(role)) == ()


@pytest.mark.parametrize("state", list(OrderState))
def test_an_administrator_is_offered_what_both_sides_are(state: OrderState) -> None:
    plant, bureau, both = (
        set(acts_of(order(state), caller(role)))
        for role in (Role.PLANT, Role.OPERATOR, Role.ADMINISTRATOR)
    )

    assert both == plant | bureau


def test_the_next_step_is_among_the_acts_of_the_side_that_has_to_take_it() -> None:
    roles = {Party.PLANT: Role.PLANT, Party.BUREAU: Role.OPERATOR}
    steps = [(order(state), next_step(order(state))) for state in OrderState]

    assert all(
        step.act in acts_of(one, caller(roles[step.party]))
        for one, step in steps
        if step.party is not None
    )


def test_no_deadline_runs_of_what_has_ended() -> None:
    assert running_stages(order(OrderState.CLOSED)) == ()
    assert running_stages(order(OrderState.ISSUED)) == ("accept", "answer", "total")
