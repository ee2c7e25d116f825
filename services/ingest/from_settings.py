"""What follows from the settings: the limits of believable times, and how a slot connects."""

from schemas.series import Series
from services.ingest.admit import DAY_US, ClockGuard
from services.ingest.broker import ConsumerSettings
from services.runtime.settings import Settings

TOPICS = ("hj212/+", "cems/v1/+")
# The tables of hours and days are never dropped; nothing measured is older than this.
FOREVER_DAYS = 36_525
MICROSECONDS = 1_000_000


def clock_guard(settings: Settings) -> ClockGuard:
    """The limits of believable times, from the settings."""
    return ClockGuard(
        future_us=settings.future_tolerance_s * MICROSECONDS,
        oldest_us={
            Series.REALTIME: settings.retention_realtime_days * DAY_US,
            Series.MINUTE: settings.retention_minute_days * DAY_US,
            Series.FIVE_MINUTE: settings.retention_minute_days * DAY_US,
            Series.STATE: settings.retention_minute_days * DAY_US,
            Series.HOUR: FOREVER_DAYS * DAY_US,
            Series.DAY: FOREVER_DAYS * DAY_US,
        },
    )


def consumer_settings(
    settings: Settings, mqtt_url: str, slot: int, *, expects_session: bool, retiring: bool = False
) -> ConsumerSettings:
    """How a slot connects: its client id, and its share of the topics."""
    prefix = settings.mqtt_client_prefix
    return ConsumerSettings(
        url=mqtt_url,
        client_id=f"{prefix}-{slot}",
        filters=tuple(f"$share/{prefix}/{topic}" for topic in TOPICS),
        receive_maximum=settings.receive_maximum,
        ca_path=settings.mqtt_ca_file,
        certificate_path=settings.mqtt_cert_file,
        key_path=settings.mqtt_key_file,
        expects_session=expects_session,
        retiring=retiring,
    )
