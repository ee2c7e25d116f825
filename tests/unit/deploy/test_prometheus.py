import re
from pathlib import Path
from typing import TypedDict, cast

import pytest
import yaml
from prometheus_client import CollectorRegistry

from services.alerts.worker import process_metrics
from services.api.request_log import RequestMetrics
from services.ingest.metrics import ingest_metrics

DEPLOY = Path(__file__).parents[3] / "deploy"
RULES = DEPLOY / "prometheus" / "rules.yaml"
# Prometheus' own, and the node exporter's.
FOREIGN = {
    "up",
    "node_filesystem_avail_bytes",
    "node_filesystem_size_bytes",
    "node_timex_offset_seconds",
    "node_timex_sync_status",
}
JOBS = {"qingkong-ingest", "qingkong-alerts", "qingkong-api"}


class Rule(TypedDict):
    alert: str
    expr: str
    labels: dict[str, str]
    annotations: dict[str, str]


class Group(TypedDict):
    name: str
    rules: list[Rule]


def rules() -> list[Rule]:
    groups = cast("list[Group]", yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"])
    return [rule for group in groups for rule in group["rules"]]


@pytest.fixture(scope="module")
def registry() -> CollectorRegistry:
    """All that our processes measure."""
    registry = CollectorRegistry()
    ingest_metrics(registry)
    process_metrics(registry)
    RequestMetrics(registry)
    return registry


@pytest.fixture
def declared(registry: CollectorRegistry) -> set[str]:
    names: set[str] = set()
    for family in registry.collect():
        suffixes = {
            "counter": ["_total"],
            "histogram": ["_bucket", "_sum", "_count"],
        }.get(family.type, [""])
        names |= {family.name + suffix for suffix in suffixes}
    return names


@pytest.mark.parametrize("rule", [pytest.param(rule, id=rule["alert"]) for rule in rules()])
def test_a_rule_names_only_metrics_that_exist(rule: Rule, declared: set[str]) -> None:
    named = set(re.findall(r"\b(?:qingkong_|node_)\w+|\bup\b", rule["expr"]))

    assert named
    assert named - FOREIGN - declared == set()


@pytest.mark.parametrize("rule", [pytest.param(rule, id=rule["alert"]) for rule in rules()])
def test_a_rule_says_what_is_wrong_and_what_to_do(rule: Rule) -> None:
    assert rule["labels"]["severity"] in {"warning", "critical"}
    assert set(rule["annotations"]) == {"summary", "action"}


@pytest.mark.parametrize("rule", [pytest.param(rule, id=rule["alert"]) for rule in rules()])
def test_the_parentheses_of_an_expression_close(rule: Rule) -> None:
    assert rule["expr"].count("(") == rule["expr"].count(")")
    assert rule["expr"].count("{") == rule["expr"].count("}")


def test_the_jobs_of_the_rules_are_those_that_the_readme_has_scraped() -> None:
    readme = (DEPLOY / "README.md").read_text(encoding="utf-8")
    block = readme.split("## Prometheus")[1].split("```")[1].removeprefix("yaml")

    named = {job for rule in rules() for job in re.findall(r'job="([^"]+)"', rule["expr"])}
    configs = cast("list[dict[str, object]]", yaml.safe_load(block)["scrape_configs"])

    assert named == JOBS
    assert {config["job_name"] for config in configs} == JOBS


def test_no_two_rules_have_one_name() -> None:
    names = [rule["alert"] for rule in rules()]

    assert sorted(set(names)) == sorted(names)


@pytest.mark.parametrize(
    "rule",
    [
        pytest.param(rule, id=rule["alert"])
        for rule in rules()
        if "histogram_quantile" in rule["expr"]
    ],
)
def test_a_quantile_can_reach_its_threshold(rule: Rule, registry: CollectorRegistry) -> None:
    # A quantile beyond the last finite bucket is told as that bucket's end, and never more.
    [name] = re.findall(r"\bqingkong_\w+_bucket\b", rule["expr"])
    threshold = float(rule["expr"].rsplit(">", 1)[1])

    ends = [
        float(sample.labels["le"])
        for family in registry.collect()
        for sample in family.samples
        if sample.name == name
    ]

    assert threshold < sorted(ends)[-2]


@pytest.mark.parametrize(
    ("name", "expression"),
    [
        ("QingkongNobodyRaises", "sum(qingkong_alerts_raising) == 0"),
        ("QingkongSeveralRaise", "sum(qingkong_alerts_raising) > 1"),
        ("QingkongJudgingLate", "max(qingkong_alerts_due_lag_seconds) > 600"),
        ("QingkongCasesDueLate", "max(qingkong_alerts_case_due_lag_seconds) > 120"),
        ("QingkongNoticesWait", "max(qingkong_notify_outbox_age_seconds) > 900"),
        ("QingkongDeadLetters", "max(qingkong_notify_dead_letters) > 0"),
    ],
    ids=["nobody raises", "several raise", "judging", "cases", "outbox", "dead letters"],
)
def test_what_must_not_happen_to_alerts_is_watched(name: str, expression: str) -> None:
    [rule] = [rule for rule in rules() if rule["alert"] == name]

    assert expression in rule["expr"]


def test_every_lost_connection_of_an_alert_process_is_counted(declared: set[str]) -> None:
    [rule] = [rule for rule in rules() if rule["alert"] == "QingkongAlertsLosesDatabase"]

    counters = {
        name
        for name in declared
        if name.endswith("database_reconnects_total") and "ingest" not in name
    }

    assert len(counters) == 4
    assert {name for name in counters if f"increase({name}[" not in rule["expr"]} == set()
