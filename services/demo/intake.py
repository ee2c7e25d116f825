"""What the ingest process says of itself, read from its metrics page; two readings make rates.

Pure: the page's text in, numbers out.
"""

from dataclasses import dataclass, field

from prometheus_client.parser import text_string_to_metric_families

_PREFIX = "qingkong_ingest_"


@dataclass(frozen=True, slots=True)
class Intake:
    """Totals since the ingest process started, and the monotonic second they were read at."""

    at_s: float
    messages: float = 0.0
    readings: float = 0.0
    stored: float = 0.0
    repeated: float = 0.0
    rejected: float = 0.0
    pending: float = 0.0
    lag_sum_s: float = 0.0
    lag_count: float = 0.0


@dataclass(frozen=True, slots=True)
class Rates:
    """Messages and readings a second, and the mean seconds from receipt to commit, if any."""

    messages: float = 0.0
    readings: float = 0.0
    lag_s: float | None = field(default=None)


def read_intake(page: str, at_s: float) -> Intake:
    """Read the metrics page of ingest; what it does not say counts as zero."""
    samples: dict[str, float] = {}
    for family in text_string_to_metric_families(page):
        for sample in family.samples:
            if not sample.name.startswith(_PREFIX):
                continue
            name = sample.name.removeprefix(_PREFIX)
            outcome = sample.labels.get("outcome", "")
            samples[name + outcome] = samples.get(name + outcome, 0.0) + sample.value
    return Intake(
        at_s=at_s,
        messages=samples.get("messages_received_total", 0.0),
        readings=samples.get("readings_stored_total", 0.0),
        stored=samples.get("frames_totalstored", 0.0),
        repeated=samples.get("frames_totalrepeated", 0.0),
        rejected=samples.get("frames_totalrejected", 0.0),
        pending=samples.get("messages_pending", 0.0),
        lag_sum_s=samples.get("publish_to_commit_seconds_sum", 0.0),
        lag_count=samples.get("publish_to_commit_seconds_count", 0.0),
    )


def rates(before: Intake, now: Intake) -> Rates:
    """What happened a second between two readings; nothing when ingest began anew between."""
    seconds = now.at_s - before.at_s
    if seconds <= 0 or now.messages < before.messages:
        return Rates()
    commits = now.lag_count - before.lag_count
    return Rates(
        (now.messages - before.messages) / seconds,
        (now.readings - before.readings) / seconds,
        (now.lag_sum_s - before.lag_sum_s) / commits if commits > 0 else None,
    )
