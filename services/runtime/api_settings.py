"""The settings of the API: where it listens, how much it takes, who may sign in and how.

It must not know what is answered.
"""

from pathlib import Path

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings

from services.runtime.notify_settings import networks_of

MIB = 1024 * 1024


class ApiSettings(BaseSettings):
    """A part of the one flat set of settings."""

    api_host: str = Field(
        default="127.0.0.1", description="who may reach the API: this host by default"
    )
    api_port: int = Field(
        default=8000, ge=0, le=65535, description="TCP port of the API; 0 takes a free one"
    )
    api_share_port: bool = Field(
        default=False,
        description="let several processes of this account serve the port together, two for each core",
    )
    api_trusted_proxies: str = Field(
        default="",
        description="addresses or networks whose X-Forwarded-For and -Proto are believed, "
        "10.0.0.5,192.168.7.0/24; none: nobody's",
    )
    api_cors_origins: str = Field(
        default="",
        description="origins whose pages may ask with a token, https://data.bureau.example; none: none",
    )
    api_connections: int = Field(
        default=10, ge=1, le=200, description="most connections of one process to the database"
    )
    api_statement_s: float = Field(
        default=10, gt=0, le=600, description="seconds after which a query is broken off"
    )
    api_body_bytes: int = Field(
        default=20 * MIB, ge=1024, le=1024 * MIB, description="largest request that is read"
    )
    api_body_s: float = Field(
        default=30, gt=0, le=600, description="seconds within which a request must have come whole"
    )
    api_answer_s: float = Field(
        default=60,
        gt=0,
        le=3600,
        description="seconds within which an answer must have begun, and each piece be taken",
    )
    api_retry_rejects: int = Field(
        default=10_000,
        ge=1,
        le=100_000,
        description="most rejects that one retry asked for may take; more are refused, to be narrowed down",
    )
    session_idle_s: int = Field(
        default=1800, ge=60, le=86_400, description="seconds without a request that end a session"
    )
    session_s: int = Field(
        default=43_200, ge=300, le=604_800, description="seconds that a session lasts at most"
    )
    open_data: bool = Field(
        default=False, description="true: what may be public is shown to anybody"
    )
    open_data_per_minute: int = Field(
        default=60, ge=1, le=100_000, description="requests a minute of one address to that part"
    )
    demo_accounts: bool = Field(
        default=False,
        description="true: one click signs anybody in; of the demonstration's own servers alone",
    )
    oidc_issuer: str | None = Field(
        default=None,
        pattern=r"^https?://[^\s<>\"'?#]+$",
        description="https://login.bureau.example, the identity provider; none: passwords only",
    )
    oidc_client_id: str | None = Field(default=None, description="who we are to it")
    oidc_client_secret: SecretStr | None = Field(
        default=None, description="how we prove that to it; none: by PKCE alone"
    )
    oidc_allow_networks: str = Field(
        default="",
        description="inner networks where it may be, 10.1.0.0/16; none: public addresses only",
    )
    oidc_ca_file: Path | None = Field(
        default=None, description="PEM of who signs its certificate; none: the system's"
    )

    @field_validator("api_trusted_proxies", "oidc_allow_networks")
    @classmethod
    def _readable_api_networks(cls, text: str) -> str:
        networks_of(text)
        return text

    @field_validator("api_cors_origins")
    @classmethod
    def _readable_origins(cls, text: str) -> str:
        for origin in origins_of(text):
            scheme, _, host = origin.partition("://")
            if scheme not in {"http", "https"} or not host or "/" in host or "*" in host:
                raise ValueError(f"{origin} is no origin such as https://data.bureau.example")
        return text

    @model_validator(mode="after")
    def _whole_provider(self) -> "ApiSettings":
        if (self.oidc_issuer is None) != (self.oidc_client_id is None):
            raise ValueError(
                "QINGKONG_OIDC_ISSUER and QINGKONG_OIDC_CLIENT_ID are given together or not at all"
            )
        if self.oidc_issuer is not None and not self.oidc_issuer.startswith(
            ("https://", "http://127.")
        ):
            raise ValueError("QINGKONG_OIDC_ISSUER must be https")
        return self


def origins_of(text: str) -> tuple[str, ...]:
    """The origins of a comma-separated list."""
    return tuple(filter(None, (each.strip().rstrip("/") for each in text.split(","))))
