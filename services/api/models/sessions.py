"""Signing in, and who one is."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from schemas.access import Role


class Credentials(BaseModel):
    """Name and password 用户名与密码."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=64, examples=["tongliao-duty"])
    password: SecretStr = Field(min_length=1, max_length=1000)


class DemoRole(BaseModel):
    """As whom one looks at the demonstration 演示角色."""

    model_config = ConfigDict(extra="forbid")

    role: Literal[Role.OPERATOR, Role.PLANT, Role.AUDITOR] = Field(examples=["operator"])


class NewPassword(BaseModel):
    """The password now, and the one that takes its place 修改密码."""

    model_config = ConfigDict(extra="forbid")

    password: SecretStr = Field(min_length=1, max_length=1000)
    new_password: SecretStr = Field(min_length=1, max_length=1000)


class ScopeModel(BaseModel):
    """What one sees 可见范围."""

    region: str | None = Field(description="GB/T 2260; null: all regions", examples=["1505"])
    plants: list[str] | None = Field(description="Codes; null: all of the region")


class Me(BaseModel):
    """Who one is here 当前用户."""

    name: str
    role: str = Field(examples=["operator"])
    way: str = Field(description="session or token", examples=["session"])
    scope: ScopeModel
    permissions: list[str]
    csrf: str | None = Field(
        default=None,
        description="Of a session: send it as X-CSRF-Token with whatever changes anything",
    )


class SessionModel(Me):
    """A session that has begun; its cookie is HttpOnly."""

    expires_at: datetime
