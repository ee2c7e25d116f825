"""The routers of all nouns: whoever adds one adds a line. It must not know what they answer."""

from collections.abc import Sequence
from typing import Final

from fastapi import APIRouter

from services.api.routes.account_tokens import router as account_tokens
from services.api.routes.accounts import router as accounts
from services.api.routes.alert_rates import router as alert_rates
from services.api.routes.alerts_read import router as alerts_read
from services.api.routes.alerts_work import router as alerts_work
from services.api.routes.attachments_work import router as attachments_work
from services.api.routes.audit import router as audit
from services.api.routes.beliefs_read import router as beliefs_read
from services.api.routes.contests_read import router as contests_read
from services.api.routes.contests_work import router as contests_work
from services.api.routes.documentation import router as documentation
from services.api.routes.evidence import router as evidence
from services.api.routes.export import router as export
from services.api.routes.feed import router as feed
from services.api.routes.handover_work import router as handover_work
from services.api.routes.history import router as history
from services.api.routes.history_told import router as history_told
from services.api.routes.limits_work import router as limits_work
from services.api.routes.marks_work import router as marks_work
from services.api.routes.notify_deliveries import router as notify_deliveries
from services.api.routes.notify_receivers import router as notify_receivers
from services.api.routes.notify_routes import router as notify_routes
from services.api.routes.oidc import router as oidc
from services.api.routes.open_data import router as open_data
from services.api.routes.orders_read import router as orders_read
from services.api.routes.orders_work import router as orders_work
from services.api.routes.rates_read import router as rates_read
from services.api.routes.registry_read import router as registry_read
from services.api.routes.registry_work import router as registry_work
from services.api.routes.rejects_read import router as rejects_read
from services.api.routes.results_work import router as results_work
from services.api.routes.retries import router as retries
from services.api.routes.sessions import router as sessions
from services.api.routes.sessions_demo import router as sessions_demo
from services.api.routes.settings_work import router as settings_work
from services.api.routes.silences_work import router as silences_work
from services.api.routes.states import router as states
from services.api.routes.status import router as status
from services.api.routes.status_outlet import router as status_outlet
from services.api.routes.tokens import router as tokens

PREFIX: Final = "/api/v1"
# Asked most stand first: those before them are tried on every request.
ROUTERS: Final[Sequence[APIRouter]] = (
    status_outlet,
    status,
    history,
    export,
    feed,
    audit,
    documentation,
    oidc,
    sessions,
    sessions_demo,
    accounts,
    account_tokens,
    tokens,
    alerts_work,
    attachments_work,
    contests_work,
    handover_work,
    limits_work,
    marks_work,
    notify_deliveries,
    notify_receivers,
    notify_routes,
    orders_work,
    results_work,
    retries,
    settings_work,
    silences_work,
    alert_rates,
    alerts_read,
    beliefs_read,
    contests_read,
    evidence,
    history_told,
    open_data,
    orders_read,
    rates_read,
    registry_read,
    registry_work,
    rejects_read,
    states,
)
