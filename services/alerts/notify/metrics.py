"""The numbers of whoever sends notices, each with what a rise of it means."""

from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

NAMESPACE = "qingkong_notify"
SEND_S = (0.05, 0.2, 0.5, 1, 2, 5, 10, 20, 30)


@dataclass(frozen=True, slots=True)
class NotifyMetrics:
    """The metrics of one notifying process."""

    outbox_age_s: Gauge
    waiting: Gauge
    dead_letters: Gauge
    notices: Counter
    sent: Counter
    failed: Counter
    dead: Counter
    send_s: Histogram
    reconnects: Counter


def notify_metrics(registry: CollectorRegistry) -> NotifyMetrics:
    """Declare them on the registry."""
    return NotifyMetrics(
        outbox_age_s=_gauge(
            registry,
            "outbox_age_seconds",
            "Age of the oldest message that was not sent; a rise: a receiver takes nothing",
        ),
        waiting=_gauge(registry, "waiting", "Messages that wait to be sent, retries included"),
        dead_letters=_gauge(
            registry,
            "dead_letters",
            "Messages given up; more than none: mend the receiver, `qingkong notify deliveries retry`",
        ),
        notices=_counter(
            registry, "notices", "Events for a receiver, by what became of them", "state"
        ),
        sent=_counter(registry, "sent", "Messages that arrived", "channel"),
        failed=_counter(
            registry,
            "failed",
            "Tries that failed; a rise: the receiver or the way to it",
            "channel",
        ),
        dead=_counter(
            registry, "dead", "Messages that were given up; somebody was not told", "channel"
        ),
        send_s=Histogram(
            "send_seconds",
            "How long a try takes",
            ["channel"],
            buckets=SEND_S,
            namespace=NAMESPACE,
            registry=registry,
        ),
        reconnects=Counter(
            "database_reconnects",
            "Lost connections to the database; nothing is lost, messages may go out twice",
            namespace=NAMESPACE,
            registry=registry,
        ),
    )


def _gauge(registry: CollectorRegistry, name: str, what: str) -> Gauge:
    return Gauge(name, what, namespace=NAMESPACE, registry=registry)


def _counter(registry: CollectorRegistry, name: str, what: str, label: str) -> Counter:
    return Counter(name, what, [label], namespace=NAMESPACE, registry=registry)
