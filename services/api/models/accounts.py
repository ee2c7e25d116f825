"""Accounts as administrators see and write them: never a password, nor its hash."""

from pydantic import ConfigDict, Field, SecretStr

from schemas.access import Role
from services.api.models.sessions import ScopeModel
from services.api.models.work_words import Asked, At, Told

NAME = r"^[^\s/]{1,64}$"


class AccountWords(Asked):
    """What an account is and sees. A plant's account names its plants."""

    role: Role = Field(description="operator 监管, plant 企业, auditor 审计, administrator 管理员")
    region: str | None = Field(
        default=None, max_length=6, description="GB/T 2260, with all below; null: all regions"
    )
    plants: list[str] | None = Field(
        default=None,
        min_length=1,
        max_length=1000,
        description="Codes of plants; null: all of the region",
    )
    oidc: str | None = Field(
        default=None,
        min_length=1,
        max_length=255,
        description="Who it is to the identity provider: the `sub` of its tokens",
    )


class NewAccount(AccountWords):
    """An account that is wanted 新建账号."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"name": "tongliao-duty", "role": "operator", "region": "1505"},
                {"name": "plant-P1", "role": "plant", "plants": ["P1"]},
            ]
        }
    )

    name: str = Field(pattern=NAME, description="One word", examples=["tongliao-duty"])
    password: SecretStr | None = Field(
        default=None,
        min_length=1,
        max_length=1000,
        description="null: it signs in by the identity provider, or uses tokens, alone",
    )


class AccountChange(AccountWords):
    """Role and scope as they shall be from now on 变更角色与范围; what is left out is all."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"role": "auditor", "region": "1505"}]}
    )


class PasswordGiven(Asked):
    """A new password of somebody else's account 重置密码."""

    password: SecretStr = Field(min_length=1, max_length=1000)


class AccountModel(Told):
    """An account 账号."""

    name: str = Field(examples=["tongliao-duty"])
    role: Role
    scope: ScopeModel
    oidc: str | None
    has_password: bool
    locked: bool
    made_at: At
    changed_at: At
    version: int = Field(description="As in its ETag")


class SessionsEnded(Told):
    """How many sessions of an account were ended 会话."""

    ended: int
