"""The routers of all nouns: whoever adds one adds a line. It must not know what they answer."""

from collections.abc import Sequence
from typing import Final

from fastapi import APIRouter

from services.api.routes.alerts_read import router as alerts_read
from services.api.routes.alerts_work import router as alerts_work
from services.api.routes.attachments_work import router as attachments_work
from services.api.routes.audit import router as audit
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
from services.api.routes.oidc import router as oidc
from services.api.routes.open_data import router as open_data
from services.api.routes.orders_read import router as orders_read
from services.api.routes.orders_work import router as orders_work
from services.api.routes.registry_read import router as registry_read
from services.api.routes.results_work import router as results_work
from services.api.routes.sessions import router as sessions
from services.api.routes.settings_work import router as settings_work
from services.api.routes.silences_work import router as silences_work
from services.api.routes.status import router as status
from services.api.routes.status_outlet import router as status_outlet
from services.api.routes.tokens import router as tokens

PREFIX: Final = "/api/v1"
ROUTERS: Final[Sequence[APIRouter]] = (
    export,
    feed,
    audit,
    documentation,
    oidc,
    sessions,
    tokens,
    alerts_work,
    attachments_work,
    contests_work,
    handover_work,
    limits_work,
    marks_work,
    orders_work,
    results_work,
    settings_work,
    silences_work,
    alerts_read,
    evidence,
    history,
    history_told,
    open_data,
    orders_read,
    registry_read,
    status,
    status_outlet,
)
