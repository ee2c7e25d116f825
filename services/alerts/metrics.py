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


LAG_S = (0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 5, 15, 60)


@dataclass(frozen=True, slots=True)
class LiveMetrics:
    """The metrics of judging running hours."""

    batches: Counter
    plants: Counter
    findings: Counter
    plants_left: Gauge
    lag_s: Histogram
    round_s: Histogram
    reconnects: Counter


def live_metrics(registry: CollectorRegistry) -> LiveMetrics:
    """Declare them on the registry."""
    return LiveMetrics(
        Counter(
            "live_batches",
            "Batches of readings that were heard; none while readings come: live judging stands",
            namespace=NAMESPACE,
            registry=registry,
        ),
        Counter(
            "live_plants",
            "Plants looked at closely, being near a limit; a rise: more of them are",
            namespace=NAMESPACE,
            registry=registry,
        ),
        Counter(
            "live_findings",
            "Rows written as something began, ended or fell",
            namespace=NAMESPACE,
            registry=registry,
        ),
        Gauge(
            "live_plants_left",
            "Plants whose running hour is not judged, because what is set of a rule does not fit",
            namespace=NAMESPACE,
            registry=registry,
        ),
        Histogram(
            "live_lag_seconds",
            "From the commit of the oldest batch of a round to its judgement; over 1: too slow",
            buckets=LAG_S,
            namespace=NAMESPACE,
            registry=registry,
        ),
        Histogram(
            "live_round_seconds",
            "How long a round of live judging takes",
            buckets=ROUND_S,
            namespace=NAMESPACE,
            registry=registry,
        ),
        Counter(
            "live_database_reconnects",
            "Lost connections of live judging; what was heard meanwhile is heard again",
            namespace=NAMESPACE,
            registry=registry,
        ),
    )
