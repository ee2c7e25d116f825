"""The demonstration's three people in its own database: an operator, a plant's officer, an auditor.

They have no password: the console of this host lets them in by one click. It must not know how.
"""

from collections.abc import Mapping
from datetime import datetime

from schemas.access import EVERYTHING, Role, Scope
from services.api.demo_accounts import NAMES
from services.demo.preparing import APPLICATION, DemoError
from services.store.accounts import AccountDraft, account_by_name, add_account
from services.store.demo_mark import mark_as_demo
from services.store.places import plant_by_code
from services.store.session import Session, session


def open_console(database_url: str, plant: str, now: datetime) -> None:
    """Mark the database as the demonstration's, and make the accounts that are not there yet.

    `plant`: the code of the one that the plant's officer sees. Raises DemoError, StoreError.
    """
    mark_as_demo(database_url)
    with session(database_url, "api", APPLICATION) as connection:
        for role, scope in _scopes(connection, plant).items():
            if account_by_name(connection, NAMES[role]) is None:
                add_account(connection, AccountDraft(NAMES[role], role, scope), now)


def _scopes(connection: Session, plant: str) -> Mapping[Role, Scope]:
    found = plant_by_code(connection, plant)
    if found is None:
        raise DemoError(f"the plant {plant} is not registered: use another folder by --home")
    return {
        Role.OPERATOR: EVERYTHING,
        Role.PLANT: Scope(None, frozenset({found.id})),
        Role.AUDITOR: EVERYTHING,
    }
