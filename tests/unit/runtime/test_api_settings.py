"""The settings of the API: what cannot be used is refused in words, and secrets are not shown."""

import pytest
from pydantic import SecretStr, ValidationError

from services.runtime.api_settings import origins_of
from services.runtime.settings import Settings


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"api_cors_origins": "*"}, "no origin"),
        ({"api_cors_origins": "https://a.example/path"}, "no origin"),
        ({"api_trusted_proxies": "*"}, "no network"),
        ({"oidc_allow_networks": "bureau"}, "no network"),
        ({"oidc_issuer": "https://login.example"}, "together"),
        ({"oidc_client_id": "qingkong"}, "together"),
        ({"oidc_issuer": "http://login.example", "oidc_client_id": "x"}, "https"),
    ],
    ids=["any origin", "a path", "any proxy", "no network", "no client", "no issuer", "in clear"],
)
def test_what_cannot_be_used_is_refused_in_words(given: dict[str, str], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        Settings.model_validate(given)


def test_by_default_nobody_else_is_let_in() -> None:
    settings = Settings()

    assert settings.api_host == "127.0.0.1"
    assert not settings.open_data
    assert settings.api_trusted_proxies == settings.api_cors_origins == ""
    assert settings.oidc_issuer is None


def test_the_clients_secret_is_neither_shown_nor_described() -> None:
    settings = Settings(
        oidc_issuer="https://login.example",
        oidc_client_id="qingkong",
        oidc_client_secret=SecretStr("hunter2"),
    )

    assert "hunter2" not in repr(settings) + str(settings.describe())


def test_origins_are_told_apart() -> None:
    assert origins_of("https://a.example/, http://b.example:8080,") == (
        "https://a.example",
        "http://b.example:8080",
    )
