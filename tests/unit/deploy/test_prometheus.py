import re
from pathlib import Path
from typing import TypedDict, cast

import pytest
import yaml
from prometheus_client import CollectorRegistry

from services.ingest.metrics import ingest_metrics

RULES = Path(__file__).parents[3] / "deploy" / "prometheus" / "rules.yaml"
# Prometheus' own, and the node exporter's.
FOREIGN = {"up", "node_filesystem_avail_bytes", "node_filesystem_size_bytes"}


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


@pytest.fixture
def declared() -> set[str]:
    registry = CollectorRegistry()
    ingest_metrics(registry)
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
