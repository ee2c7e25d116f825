"""The numbers of raising cases, each with what a rise of it means."""

from dataclasses import dataclass
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

NAMESPACE: Final = "qingkong_alerts"
LAG_S: Final = (0.05, 0.1, 0.25, 0.5, 1, 2, 5, 15, 60, 300)


@dataclass(frozen=True, slots=True)
class RaisingMetrics:
    """The metrics of one process that raises, or stands by."""

    raises: Gauge
    verdicts: Counter
    findings: Counter
    transitions: Counter
    lag_s: Histogram
    due_lag_s: Gauge
    pass_s: Histogram
    troubles: Counter
    reconnects: Counter


def raising_metrics(registry: CollectorRegistry) -> RaisingMetrics:
    """Declare them on the registry."""

    def counter(name: str, what: str, *labels: str) -> Counter:
        return Counter(name, what, labels, namespace=NAMESPACE, registry=registry)

    def histogram(name: str, what: str) -> Histogram:
        return Histogram(name, what, buckets=LAG_S, namespace=NAMESPACE, registry=registry)

    def gauge(name: str, what: str) -> Gauge:
        return Gauge(name, what, namespace=NAMESPACE, registry=registry)

    return RaisingMetrics(
        gauge("raising", "1 where this process raises cases; the sum over all is to be 1"),
        counter("verdicts_read", "Verdicts that might open or change a case"),
        counter("findings_read", "Findings that might open or change a case"),
        counter("transitions", "Events of cases; a rise: more is wrong", "kind", "what"),
        histogram(
            "raise_lag_seconds",
            "From the recording of a finding to the commit of its case; over 2: too slow",
        ),
        gauge("case_due_lag_seconds", "How long the oldest case has been due; a rise: too slow"),
        histogram("raise_pass_seconds", "How long a pass over what is new takes"),
        counter("raise_troubles", "Rounds that a setting or a race broke off; they are done again"),
        counter("raise_database_reconnects", "Lost connections of raising; nothing is lost"),
    )
