"""What the metrics page of ingest comes down to, and the rates between two readings of it."""

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from services.demo.intake import Intake, Rates, rates, read_intake
from services.ingest.metrics import ingest_metrics


def test_the_real_metrics_page_is_read() -> None:
    registry = CollectorRegistry()
    metrics = ingest_metrics(registry)
    metrics.messages_received.inc(9)
    metrics.readings_stored.inc(70)
    metrics.frames.labels(outcome="stored").inc(7)
    metrics.frames.labels(outcome="repeated").inc(2)
    metrics.frames.labels(outcome="rejected").inc(1)
    metrics.messages_pending.set(3)
    metrics.publish_to_commit.observe(0.25)

    intake = read_intake(generate_latest(registry).decode(), at_s=5.0)

    assert intake == Intake(5.0, 9, 70, 7, 2, 1, 3, 0.25, 1)


def test_an_empty_page_counts_as_zero() -> None:
    assert read_intake("", at_s=1.0) == Intake(1.0)


def test_rates_are_differences_over_the_time_between() -> None:
    before = Intake(10.0, messages=4, readings=40, lag_sum_s=1.0, lag_count=4)
    now = Intake(12.0, messages=10, readings=100, lag_sum_s=1.3, lag_count=10)

    outcome = rates(before, now)

    assert (outcome.messages, outcome.readings) == (3.0, 30.0)
    assert outcome.lag_s == pytest.approx(0.05)


def test_an_ingest_that_began_anew_gives_no_negative_rates() -> None:
    assert rates(Intake(1.0, messages=100), Intake(2.0, messages=3)) == Rates()


def test_without_a_commit_there_is_no_lag() -> None:
    assert rates(Intake(1.0), Intake(2.0)).lag_s is None
