import pytest
from pydantic import ValidationError

from services.runtime.broker_address import BrokerAddress
from services.runtime.settings import Settings, SettingsError, read_settings, unknown_variables


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in variables():
        monkeypatch.delenv(name, raising=False)


def variables() -> list[str]:
    return [f"QINGKONG_{name.upper()}" for name in Settings.model_fields]


def test_without_any_variable_the_defaults_hold_and_no_server_is_named() -> None:
    settings = Settings()

    assert settings.database_url is None
    assert settings.broker is None
    assert (settings.slots, settings.batch_size, settings.batch_age_ms) == (1, 1000, 30)
    assert settings.checkpoint_folder == settings.home / "checkpoints"


def test_variables_are_read_with_their_prefix(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QINGKONG_SLOTS", "2")
    monkeypatch.setenv("QINGKONG_MQTT_URL", "mqtts://ingest:a%40b@broker.example")

    settings = Settings()

    assert settings.slots == 2
    assert settings.broker == BrokerAddress("broker.example", 8883, "ingest", "a@b", tls=True)


def test_an_empty_variable_is_the_same_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QINGKONG_DATABASE_URL", "")

    settings = Settings()

    assert settings.database_url is None


def test_settings_cannot_be_changed() -> None:
    settings = Settings()

    with pytest.raises(ValidationError, match="frozen"):
        settings.slots = 2


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        pytest.param("QINGKONG_SLOTS", "0", id="no slot"),
        pytest.param("QINGKONG_REJECT_SHARE_LIMIT", "90", id="a share in percent"),
        pytest.param("QINGKONG_RETENTION_MINUTE_DAYS", "90", id="minutes for less than five years"),
        pytest.param("QINGKONG_METRICS_PORT", "70000", id="no such port"),
        pytest.param("QINGKONG_MQTT_CLIENT_PREFIX", "a/b", id="a prefix with a slash"),
        pytest.param("QINGKONG_BATCH_SIZE", "6000", id="a batch larger than the window"),
        pytest.param("QINGKONG_MQTT_KEY_FILE", "key.pem", id="a key without its certificate"),
        pytest.param("QINGKONG_MQTT_URL", "tcp://broker", id="an unknown scheme"),
    ],
)
def test_what_cannot_work_is_refused_at_the_start(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)

    with pytest.raises(ValidationError):
        Settings()


def test_a_refusal_does_not_print_the_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QINGKONG_MQTT_URL", "http://ingest:hunter2@broker")

    with pytest.raises(ValidationError) as refusal:
        Settings()

    assert "hunter2" not in str(refusal.value)
    assert "mqtt://" in str(refusal.value)


def test_a_refusal_names_every_wrong_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QINGKONG_SLOTS", "0")
    monkeypatch.setenv("QINGKONG_MQTT_URL", "http://ingest:hunter2@broker")

    with pytest.raises(SettingsError) as refusal:
        read_settings()

    assert str(refusal.value).splitlines() == [
        "QINGKONG_MQTT_URL: Value error, the broker's URL must begin with mqtt:// or mqtts://",
        "QINGKONG_SLOTS: Input should be greater than or equal to 1",
    ]
    assert refusal.value.__cause__ is refusal.value.__context__ is None


def test_settings_that_do_not_fit_together_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QINGKONG_RECEIVE_MAXIMUM", "10")

    with pytest.raises(SettingsError, match=r"QINGKONG_RECEIVE_MAXIMUM must be at least"):
        read_settings()


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        pytest.param("postgresql://u:hunter2@h:5432/q", "postgresql://u:***@h:5432/q", id="url"),
        pytest.param("postgresql://h/q?password=hunter2", "postgresql://h/q?***", id="query"),
        pytest.param("host=h password=hunter2", "***", id="keywords"),
        pytest.param("postgresql://u:hunt@er2@h/q", "postgresql://u:***@h/q", id="at in password"),
    ],
)
def test_no_description_holds_a_secret(
    monkeypatch: pytest.MonkeyPatch, url: str, shown: str
) -> None:
    monkeypatch.setenv("QINGKONG_DATABASE_URL", url)

    settings = Settings()

    assert settings.describe()["QINGKONG_DATABASE_URL"] == shown
    assert "hunter2" not in repr(settings)
    assert "hunt@er2" not in repr(settings)


def test_every_setting_says_what_it_is() -> None:
    silent = [name for name, field in Settings.model_fields.items() if not field.description]

    assert silent == []


def test_a_misspelt_variable_is_found() -> None:
    environ = {"QINGKONG_SLOT": "2", "qingkong_home": "/x", "QINGKONG_SHARED": "/x", "PATH": "/"}

    assert unknown_variables(environ) == ["QINGKONG_SLOT"]


def test_state_and_cache_go_where_the_desktop_convention_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", "/data")
    monkeypatch.setenv("XDG_CACHE_HOME", "relative/is/ignored")
    monkeypatch.setenv("HOME", "/home/somebody")

    settings = Settings()

    assert str(settings.home) == "/data/qingkong"
    assert str(settings.cache_dir) == "/home/somebody/.cache/qingkong"
