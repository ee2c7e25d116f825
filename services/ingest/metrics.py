"""Every number that ingest tells about itself, each with what a rise of it means.

Declared once, on a registry that is handed in; it must not know who counts.
"""

from dataclasses import dataclass
from enum import StrEnum

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

NAMESPACE = "qingkong_ingest"

# Seconds. A batch is written in milliseconds; what takes seconds is a sick server.
WRITE_S = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 15)
LAG_S = (0.01, 0.02, 0.05, 0.07, 0.1, 0.2, 0.5, 1, 2, 5, 15, 60, 300)
# Seconds between a device's own time and our receipt: minute records come a minute old.
DEVICE_LAG_S = (-600, -60, -5, 0, 5, 15, 60, 120, 300, 900, 3600, 21_600, 86_400)
FRAMES = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)


class Outcome(StrEnum):
    """What became of a frame; every frame has exactly one."""

    STORED = "stored"
    REPEATED = "repeated"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class IngestMetrics:
    """The metrics of one ingest process."""

    messages_received: Counter
    bytes_received: Counter
    frames: Counter
    readings_stored: Counter
    readings_revised: Counter
    rejects: Counter
    rejects_retried: Counter
    batches_committed: Counter
    batches_retried: Counter
    slow_path_batches: Counter
    mqtt_reconnects: Counter
    mqtt_sessions_lost: Counter
    database_reconnects: Counter
    registry_reloads: Counter
    crc_kind: Counter
    policy_frames: Counter
    batch_seconds: Histogram
    batch_frames: Histogram
    publish_to_commit: Histogram
    decode_seconds: Histogram
    device_lag: Histogram
    slots: Gauge
    slot_held: Gauge
    intake_stopped: Gauge
    messages_pending: Gauge
    receive_maximum: Gauge
    last_commit_timestamp_seconds: Gauge
    last_checkpoint_timestamp_seconds: Gauge
    retry_wait_seconds: Gauge


@dataclass(frozen=True, slots=True)
class _Declare:
    registry: CollectorRegistry

    def counter(self, name: str, meaning: str, *labels: str) -> Counter:
        return Counter(name, meaning, labels, namespace=NAMESPACE, registry=self.registry)

    def gauge(self, name: str, meaning: str, *labels: str) -> Gauge:
        return Gauge(name, meaning, labels, namespace=NAMESPACE, registry=self.registry)

    def histogram(self, name: str, meaning: str, buckets: tuple[float, ...]) -> Histogram:
        return Histogram(
            name, meaning, namespace=NAMESPACE, registry=self.registry, buckets=buckets
        )


def ingest_metrics(registry: CollectorRegistry) -> IngestMetrics:
    """Declare all metrics of ingest on `registry`; once per registry (ValueError otherwise)."""
    declare = _Declare(registry)
    metrics = IngestMetrics(
        messages_received=declare.counter(
            "messages_received",
            "MQTT messages handed out by the broker, repeats among them. Rises with the load; "
            "standing still while devices are online means that nothing reaches us.",
        ),
        bytes_received=declare.counter(
            "bytes_received",
            "Bytes of those messages' payloads. Rising faster than the messages: longer frames.",
        ),
        frames=declare.counter(
            "frames",
            "Frames committed, by what became of them: stored, repeated (known already, harmless) "
            "or rejected (kept, replayable). Rising repeats: devices resend or the broker "
            "redelivers. Rising rejects: see rejects_total.",
            "outcome",
        ),
        readings_stored=declare.counter(
            "readings_stored", "Readings written to the hypertables. Rises with the load."
        ),
        readings_revised=declare.counter(
            "readings_revised",
            "Readings that took or lost belief after the first. A rise: devices send history "
            "again or amend it; a lasting one from few devices deserves a look.",
        ),
        rejects=declare.counter(
            "rejects",
            "Frames kept as rejects, by reason. A rise: devices changed their words, the registry "
            "misses a channel, or a clock is wrong; `qingkong rejects list` shows them.",
            "reason",
        ),
        rejects_retried=declare.counter(
            "rejects_retried",
            "Rejects fed in again because somebody asked for it, by what became of them. Rising "
            "rejected: the cause was not mended; `qingkong rejects list` names it.",
            "outcome",
        ),
        batches_committed=declare.counter(
            "batches_committed", "Batches committed and acknowledged. Standing still: no intake."
        ),
        batches_retried=declare.counter(
            "batches_retried",
            "Batches that failed and were tried again, by whose fault it was. A rise of "
            "temporary: the database or the way to it; item: unusable rows were sought out; "
            "setup: rights or migrations are wrong.",
            "fault",
        ),
        slow_path_batches=declare.counter(
            "slow_path_batches",
            "Batches that hit a key already stored and went the second way. A rise: history "
            "arrives that was not expected; throughput falls.",
        ),
        mqtt_reconnects=declare.counter(
            "mqtt_reconnects",
            "Connections to the broker after the first. A rise: network, broker restarts, or two "
            "processes under one client id.",
        ),
        mqtt_sessions_lost=declare.counter(
            "mqtt_sessions_lost",
            "Returns to a broker that had forgotten our session. Any rise: messages may be lost; "
            "compare the hours' accounts and have devices send again.",
        ),
        database_reconnects=declare.counter(
            "database_reconnects",
            "Connections to the database after the first. A rise: network or server restarts.",
        ),
        registry_reloads=declare.counter(
            "registry_reloads", "Times the registry was read anew. Rises when somebody mends it."
        ),
        crc_kind=declare.counter(
            "frames_crc",
            "Frames by the check sum they carried. A rise of any kind but that of the standard: "
            "loggers with a wrong implementation, or garbled lines.",
            "kind",
        ),
        policy_frames=declare.counter(
            "frames_policy",
            "Frames that only a registered policy let through, by the policy. A rise: devices "
            "deviate from HJ 212 and were allowed to; have them mended, then take the policy away.",
            "policy",
        ),
        batch_seconds=declare.histogram(
            "batch_seconds",
            "Seconds from the start of a batch's transaction to its commit. A rise: slow disk, "
            "locks, or too many chunks.",
            WRITE_S,
        ),
        batch_frames=declare.histogram(
            "batch_frames",
            "Frames in a batch. A rise to the batch size: a backlog is being worked off.",
            FRAMES,
        ),
        publish_to_commit=declare.histogram(
            "publish_to_commit_seconds",
            "Seconds from a message's receipt here to its commit. A rise: we do not keep up.",
            LAG_S,
        ),
        decode_seconds=declare.histogram(
            "decode_seconds",
            "Seconds of decoding and validation per batch. A rise per frame: many shapes of "
            "frames go through the general parser.",
            WRITE_S,
        ),
        device_lag=declare.histogram(
            "device_lag_seconds",
            "Seconds from the time a frame is dated to its receipt here; below zero: the device's "
            "clock is ahead. A rise: messages wait in devices, gateways or the broker's queue.",
            DEVICE_LAG_S,
        ),
        slots=declare.gauge("slots", "Slots configured; all workers should say the same."),
        slot_held=declare.gauge(
            "slot_held",
            "1 while this process holds the slot. The sum over workers below `slots`: a queue at "
            "the broker that nobody empties.",
            "slot",
        ),
        intake_stopped=declare.gauge(
            "intake_stopped",
            "1 while the share of rejects is over its limit and nothing is acknowledged. The "
            "broker keeps everything until a person has looked.",
        ),
        messages_pending=declare.gauge(
            "messages_pending",
            "Messages received and not yet acknowledged. At `receive_maximum`: the broker's queue "
            "is growing behind it.",
        ),
        receive_maximum=declare.gauge(
            "receive_maximum", "The most messages the broker may hand out unacknowledged."
        ),
        last_commit_timestamp_seconds=declare.gauge(
            "last_commit_timestamp_seconds",
            "Unix time of the last commit. Standing still while messages are pending: stuck.",
        ),
        last_checkpoint_timestamp_seconds=declare.gauge(
            "last_checkpoint_timestamp_seconds",
            "Unix time of the newest signed checkpoint in the database. Standing still for more "
            "than two intervals: evidence grows that no signature covers.",
        ),
        retry_wait_seconds=declare.gauge(
            "retry_wait_seconds",
            "Seconds since the oldest retry of rejects was asked for that is not done; 0: none "
            "waits. A lasting rise: it is large, or the command retries at the same time, or the "
            "database refuses; see the log.",
        ),
    )
    for outcome in Outcome:
        # A rate needs a zero to rise from.
        metrics.frames.labels(outcome=outcome)
        metrics.rejects_retried.labels(outcome=outcome)
    return metrics
