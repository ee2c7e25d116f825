"""The routers of all pages: whoever adds an area adds a line."""

from collections.abc import Sequence
from typing import Final

from fastapi import APIRouter

from services.api.console.pages.admin import router as admin
from services.api.console.pages.admin_accounts import router as admin_accounts
from services.api.console.pages.admin_notify import router as admin_notify
from services.api.console.pages.admin_registry import router as admin_registry
from services.api.console.pages.admin_rejects import router as admin_rejects
from services.api.console.pages.admin_settings import router as admin_settings
from services.api.console.pages.alert_page import router as alert_page
from services.api.console.pages.alert_trend import router as alert_trend
from services.api.console.pages.alerts import router as alerts
from services.api.console.pages.audit import router as audit
from services.api.console.pages.chain import router as chain
from services.api.console.pages.contests import router as contests
from services.api.console.pages.entrance import router as entrance
from services.api.console.pages.exports import router as exports
from services.api.console.pages.fleet import router as fleet
from services.api.console.pages.handover import router as handover
from services.api.console.pages.history import router as history
from services.api.console.pages.limits import router as limits
from services.api.console.pages.orders import router as orders
from services.api.console.pages.own_account import router as own_account
from services.api.console.pages.plant_work import router as plant_work
from services.api.console.pages.plants import router as plants
from services.api.console.pages.regions import router as regions
from services.api.console.pages.report import router as report
from services.api.console.pages.silences import router as silences
from services.api.console.pages.verdict import router as verdict

PAGES: Final[Sequence[APIRouter]] = (
    entrance,
    alerts,
    alert_trend,
    alert_page,
    handover,
    silences,
    orders,
    contests,
    history,
    regions,
    fleet,
    plants,
    plant_work,
    admin,
    admin_accounts,
    admin_notify,
    admin_registry,
    admin_rejects,
    admin_settings,
    limits,
    own_account,
    chain,
    audit,
    exports,
    report,
    verdict,
)
