"""The numbers of an evaluator, each with what a rise of it means."""

from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

NAMESPACE = "qingkong_alerts"
ROUND_S = (0.005, 0.02, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300)


@dataclass(frozen=True, slots=True)
class EvaluatorMetrics:
    """The metrics of one evaluating process."""

    hours: Counter
    rows: Counter
    plants_left: Gauge
    due_lag_s: Gauge
    round_s: Histogram
    reconnects: Counter


def evaluator_metrics(registry: CollectorRegistry) -> EvaluatorMetrics:
    """Declare them on the registry."""
    return EvaluatorMetrics(
        Counter(
            "hours_judged",
            "Hours of plants that were judged; far more than hours that pass: a backlog is worked off",
            namespace=NAMESPACE,
            registry=registry,
        ),
        Counter(
            "rows_written",
            "Judgements that said something new",
            ["kind"],
            namespace=NAMESPACE,
            registry=registry,
        ),
        Gauge(
            "plants_left",
            "Plants that the last round could not judge, because what is set of a rule does not fit",
            namespace=NAMESPACE,
            registry=registry,
        ),
        Gauge(
            "due_lag_seconds",
            "How long the oldest work has been due; a rise: evaluators are too few or too slow",
            namespace=NAMESPACE,
            registry=registry,
        ),
        Histogram(
            "round_seconds",
            "How long a round over all waiting plants takes",
            buckets=ROUND_S,
            namespace=NAMESPACE,
            registry=registry,
        ),
        Counter(
            "database_reconnects",
            "Lost connections to the database; nothing is lost, work waits",
            namespace=NAMESPACE,
            registry=registry,
        ),
    )
