"""Tokens and the audit log, as they are shown."""

from collections.abc import Mapping
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from services.api.models.sessions import ScopeModel
from services.api.permissions import Permission


class TokenDraft(BaseModel):
    """A token that is wanted 新建令牌."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"name": "nightly-export", "days": 30, "permissions": ["export"]}]
        },
    )

    name: str = Field(min_length=1, max_length=100, examples=["nightly-export"])
    days: int = Field(default=90, ge=1, le=366, description="So long it lasts 有效天数")
    permissions: list[Permission] | None = Field(
        default=None, description="null: all that the account may and a machine may have"
    )
    region: str | None = Field(
        default=None, max_length=6, description="GB/T 2260; null: as the account"
    )
    plants: list[str] | None = Field(default=None, min_length=1, max_length=1000)


class TokenModel(BaseModel):
    """A token without its secret 令牌."""

    token: int
    account: str
    name: str
    beginning: str = Field(description="The first characters of the secret", examples=["qk_Zx81b"])
    permissions: list[str] | None
    scope: ScopeModel
    made_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    used_at: datetime | None = Field(description="To the minute")


class NewTokenModel(TokenModel):
    """A token that was just made."""

    secret: str = Field(description="Shown only now: send it as `Authorization: Bearer …`")


class DeedModel(BaseModel):
    """What somebody did, or what evidence he looked at 审计记录."""

    id: int
    at: datetime
    actor: str
    way: str = Field(description="session, token, open or command")
    action: str = Field(examples=["alert.acknowledge"])
    about: str = Field(examples=["alert/17"])
    detail: Mapping[str, object]
    request_id: str
    address: str
    position: str
