"""Looks at evidence that are themselves put on record. It must not know what is looked at."""

from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import Depends, Request

from services.api.access import CallerDep
from services.api.callers import Caller, may
from services.api.context import Now, RequestId
from services.api.database import SessionDep
from services.api.identity import address_of
from services.api.permissions import Permission
from services.store.audit import Deed, write_deed
from services.store.session import Session


@dataclass(frozen=True, slots=True)
class Look:
    """Who looks; `deed` is what the audit log will say of it, but for what is looked at."""

    session: Session
    caller: Caller
    deed: Deed

    def at(self, action: str, about: str, plant: int | None = None) -> None:
        """Put it on record. Raises psycopg.Error."""
        write_deed(self.session, replace(self.deed, action=action, about=about, plant=plant))

    @property
    def secrets(self) -> bool:
        """Whether passwords may be shown."""
        return may(self.caller, Permission.READ_FRAME_SECRETS)


def look_of(
    request: Request, session: SessionDep, caller: CallerDep, now: Now, request_id: RequestId
) -> Look:
    """Whoever asks."""
    by = (now, caller.account, caller.name, caller.way)
    return Look(session, caller, Deed(*by, "", "", request_id, address_of(request), None, {}))


LookDep = Annotated[Look, Depends(look_of)]
