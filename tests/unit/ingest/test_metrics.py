import dataclasses
import re

from prometheus_client import CollectorRegistry, generate_latest

from services.ingest.metrics import NAMESPACE, ingest_metrics


def test_every_metric_is_named_after_ingest_and_says_what_a_rise_means() -> None:
    registry = CollectorRegistry()
    ingest_metrics(registry)

    families = list(registry.collect())

    assert {family.name.startswith(f"{NAMESPACE}_") for family in families} == {True}
    assert [family.name for family in families if len(family.documentation) < 40] == []


def test_every_field_of_the_dataclass_is_one_metric_of_the_registry() -> None:
    registry = CollectorRegistry()
    metrics = ingest_metrics(registry)

    names = {field.name for field in dataclasses.fields(metrics)}

    assert len(names) == len(list(registry.collect()))


def test_two_registries_do_not_share_a_count() -> None:
    first, second = CollectorRegistry(), CollectorRegistry()
    metrics = ingest_metrics(first)
    ingest_metrics(second)

    metrics.messages_received.inc()

    assert first.get_sample_value("qingkong_ingest_messages_received_total") == 1
    assert second.get_sample_value("qingkong_ingest_messages_received_total") == 0


def test_every_outcome_begins_at_zero() -> None:
    registry = CollectorRegistry()
    ingest_metrics(registry)

    page = generate_latest(registry).decode()

    outcomes = re.findall(
        r'^qingkong_ingest_frames_total\{outcome="(\w+)"\} 0\.0$', page, re.MULTILINE
    )
    assert sorted(outcomes) == ["rejected", "repeated", "stored"]
