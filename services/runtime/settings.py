"""Every setting of every process: read once from the environment, checked whole.

It must not know what the values are used for, and never prints a secret.
"""

import os
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit, urlunsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import SettingsConfigDict

from schemas.transmission import Graces
from services.runtime.api_settings import ApiSettings
from services.runtime.broker_address import BrokerAddress, TlsFiles, broker_address
from services.runtime.notify_settings import NotifySettings

PREFIX = "QINGKONG_"
HIDDEN = "***"
# Five years, two of them leap years: what the records of HJ 75 and HJ 356 must be kept for.
FIVE_YEARS_D = 1827
# The tests read it; it is no setting of a process.
FOREIGN = frozenset({"QINGKONG_SHARED"})

Port = Annotated[int, Field(ge=0, le=65535)]


def _folder(variable: str, fallback: str) -> Path:
    """Where the desktop convention puts things; a user without a home gets the temporary folder."""
    chosen = os.environ.get(variable)
    if chosen and Path(chosen).is_absolute():
        return Path(chosen) / "qingkong"
    try:
        return Path.home() / fallback / "qingkong"
    except RuntimeError:
        return Path(tempfile.gettempdir()) / f"qingkong-{os.getuid()}"


def _state_folder() -> Path:
    return _folder("XDG_STATE_HOME", ".local/state")


def _cache_folder() -> Path:
    return _folder("XDG_CACHE_HOME", ".cache")


class Settings(ApiSettings, NotifySettings):
    """One flat set of values; each is the variable QINGKONG_ and its name in capitals."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_ignore_empty=True,
        frozen=True,
        extra="forbid",
        hide_input_in_errors=True,
    )

    database_url: SecretStr | None = Field(
        default=None,
        description="postgresql://user:password@host:port/name; none: the embedded server",
    )
    mqtt_url: SecretStr | None = Field(
        default=None,
        description="mqtt(s)://user:password@host:port; none: the embedded broker",
    )
    mqtt_ca_file: Path | None = Field(
        default=None, description="PEM of who signs the broker's certificate; none: the system's"
    )
    mqtt_cert_file: Path | None = Field(
        default=None, description="PEM of our certificate, where the broker asks for one"
    )
    mqtt_key_file: Path | None = Field(
        default=None, description="PEM of our certificate's private key"
    )
    mqtt_client_prefix: str = Field(
        default="qingkong-ingest",
        pattern=r"^[0-9A-Za-z_-]{1,48}$",
        description="a slot's client id is this, a dash and its number; "
        "changing it leaves sessions behind: retire the slots first",
    )

    home: Path = Field(default_factory=_state_folder, description="folder of what must last")
    cache_dir: Path = Field(
        default_factory=_cache_folder, description="folder of what can be fetched again"
    )

    seal_key: SecretStr | None = Field(
        default=None,
        description="32 bytes in Base64 that seal devices' SM4 keys and receivers' secrets in the database; "
        "`qingkong devices key new-seal` prints one",
    )
    seal_key_file: Path | None = Field(
        default=None, description="file that holds it, instead of the variable"
    )

    log_format: Literal["auto", "json", "console"] = Field(
        default="auto", description="auto: for people on a terminal, JSON lines elsewhere"
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="the least important event that is still told"
    )
    metrics_host: str = Field(
        default="127.0.0.1", description="who may read /metrics and /healthz: this host by default"
    )
    metrics_port: Port = Field(
        default=9212, description="TCP port of /metrics and /healthz; 0 takes a free one"
    )

    slots: int = Field(
        default=1,
        ge=1,
        le=64,
        description="persistent sessions that share the load; one carries the usual bureau",
    )
    batch_size: int = Field(
        default=1000,
        ge=1,
        le=10_000,
        description="messages that close a batch; larger gains little and holds more back",
    )
    batch_age_ms: int = Field(
        default=30,
        ge=1,
        le=60_000,
        description="milliseconds after which a batch closes however small it is; "
        "a commit costs about 1 ms, so less gains nothing",
    )
    receive_maximum: int = Field(
        default=5000,
        ge=1,
        le=65_535,
        description="messages the broker may hand out unacknowledged: five full batches",
    )
    reject_share_limit: float = Field(
        default=0.9,
        gt=0,
        le=1,
        description="share of rejects (0 to 1) above which intake stops and says so",
    )
    reject_share_min_frames: int = Field(
        default=1000, ge=1, description="frames before that share is judged at all"
    )
    future_tolerance_s: int = Field(
        default=600,
        ge=0,
        le=86_400,
        description="seconds a message may be dated ahead of its receipt",
    )
    shutdown_s: float = Field(
        default=10,
        gt=0,
        le=300,
        description="seconds from the stop signal to the end, whatever is left to do",
    )

    # How long after a period's end a record still counts as in time. Of our choice: no law names it.
    transmission_grace_realtime_s: int = Field(
        default=60,
        ge=0,
        le=86_400,
        description="seconds after its interval's end a real-time record is in time; no legal value",
    )
    transmission_grace_minute_s: int = Field(
        default=300,
        ge=0,
        le=86_400,
        description="seconds after its interval's end a minute record is in time; no legal value",
    )
    transmission_grace_hour_s: int = Field(
        default=1800,
        ge=0,
        le=604_800,
        description="seconds after its end an hour's record is in time; no legal value",
    )
    transmission_grace_day_s: int = Field(
        default=21_600,
        ge=0,
        le=604_800,
        description="seconds after its end a day's record is in time: six hours; no legal value",
    )

    provisional_delay_s: int = Field(
        default=60,
        ge=0,
        le=3600,
        description="seconds after an hour's end at which it is judged for the first time",
    )
    final_delay_s: int = Field(
        default=900,
        ge=0,
        le=86_400,
        description="seconds after its end an hour is final, even without the device's own record",
    )
    amendment_days: int = Field(
        default=10,
        ge=1,
        le=366,
        description="days after which an hour is closed: the national window for amendments",
    )

    clock_tolerance_s: float = Field(
        default=5,
        gt=0,
        le=600,
        description="seconds a host's clock may differ from the database's: beyond, it judges nothing",
    )

    retention_realtime_days: int = Field(
        default=90, ge=1, description="days real-time readings are kept; frames can rebuild them"
    )
    retention_minute_days: int = Field(
        default=FIVE_YEARS_D,
        ge=FIVE_YEARS_D,
        description="days minute readings are kept: five years; hours and days are not dropped",
    )
    retention_frames_days: int = Field(
        default=FIVE_YEARS_D,
        ge=FIVE_YEARS_D,
        description="days the frames are kept as they came: five years; batch rows stay",
    )

    checkpoint_key_file: Path | None = Field(
        default=None, description="PEM of the Ed25519 key that signs checkpoints"
    )
    checkpoint_dir: Path | None = Field(
        default=None,
        description="folder of the signed checkpoints, best on another disk; "
        "none: checkpoints under home",
    )
    checkpoint_interval_s: int = Field(
        default=3600, ge=60, description="seconds between checkpoints: one an hour"
    )

    @field_validator("mqtt_url")
    @classmethod
    def _readable_url(cls, url: SecretStr | None) -> SecretStr | None:
        if url is not None:
            broker_address(url.get_secret_value())
        return url

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.receive_maximum < self.batch_size:
            raise ValueError(
                f"{PREFIX}RECEIVE_MAXIMUM must be at least {PREFIX}BATCH_SIZE: "
                "a batch that the broker does not hand out whole closes by age alone"
            )
        if (self.mqtt_cert_file is None) != (self.mqtt_key_file is None):
            raise ValueError(
                f"{PREFIX}MQTT_CERT_FILE and {PREFIX}MQTT_KEY_FILE are given together or not at all"
            )
        if self.seal_key is not None and self.seal_key_file is not None:
            raise ValueError(f"give {PREFIX}SEAL_KEY or {PREFIX}SEAL_KEY_FILE, not both")
        return self

    @property
    def broker(self) -> BrokerAddress | None:
        """Where the broker is, when it is not the embedded one."""
        return None if self.mqtt_url is None else broker_address(self.mqtt_url.get_secret_value())

    @property
    def transmission_graces(self) -> Graces:
        """How long after a period's end its record still is in time."""
        return Graces(
            self.transmission_grace_realtime_s,
            self.transmission_grace_minute_s,
            self.transmission_grace_hour_s,
            self.transmission_grace_day_s,
        )

    @property
    def broker_tls(self) -> TlsFiles:
        """The files a mqtts connection is made with."""
        return TlsFiles(self.mqtt_ca_file, self.mqtt_cert_file, self.mqtt_key_file)

    @property
    def checkpoint_folder(self) -> Path:
        """Where checkpoints are written."""
        return self.checkpoint_dir or self.home / "checkpoints"

    def describe(self) -> dict[str, str]:
        """Every variable and its value in force, fit to be printed: no secrets."""
        values: dict[str, object] = dict(self)
        return {PREFIX + name.upper(): _printable(value) for name, value in values.items()}


class SettingsError(Exception):
    """The settings cannot be used; the message names each variable and what is wrong with it."""


def read_settings() -> Settings:
    """Read the environment once. Raises SettingsError, whose words hold no value."""
    try:
        return Settings()
    except ValidationError as error:
        lines = [
            ", ".join(PREFIX + str(name).upper() for name in each["loc"]) + f": {each['msg']}"
            for each in error.errors(include_input=False, include_url=False, include_context=False)
        ]
    raise SettingsError("\n".join(line.removeprefix(": ") for line in lines))


def unknown_variables(environ: Mapping[str, str]) -> list[str]:
    """The QINGKONG_ variables that no setting reads, most likely misspelt, in order."""
    known = {PREFIX + name.upper() for name in Settings.model_fields} | FOREIGN
    return sorted(_ours(environ) - known)


def _ours(names: Iterable[str]) -> set[str]:
    # The variables are read whatever their case.
    return {name.upper() for name in names if name.upper().startswith(PREFIX)}


def _printable(value: object) -> str:
    if isinstance(value, SecretStr):
        return _without_password(value.get_secret_value())
    return "" if value is None else str(value)


def _without_password(url: str) -> str:
    """Scheme, user, host and path; whatever may hold a password is left out."""
    parts = urlsplit(url)
    if not parts.scheme or not parts.netloc:
        return HIDDEN
    account, at, place = parts.netloc.rpartition("@")
    user, colon, _ = account.partition(":")
    shown = f"{user}{colon}{HIDDEN if colon else ''}{at}{place}"
    return urlunsplit((parts.scheme, shown, parts.path, HIDDEN if parts.query else "", ""))
