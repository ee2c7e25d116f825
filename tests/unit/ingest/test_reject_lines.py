"""A reject tells people what to register, and programs by which name."""

import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from rich.console import Console, RenderableType
from rich.text import Text

from services.ingest.proof.rejects import Retried
from services.ingest.proof.tables import reject_json, reject_lines, reject_list, retried_report
from services.store.rejects import KeptReject


@dataclass(frozen=True)
class Case:
    """A policy as it is kept, and the entry of the registry that accepts by it."""

    policy: str
    entry: str


def reject(policy: str | None) -> KeptReject:
    return KeptReject(
        id=7,
        batch=1,
        seq=0,
        topic="hj212/M",
        mn="M",
        device=1,
        reason="bad_data_time",
        detail="a sentence",
        codes=[],
        whole=True,
        received_at=datetime(2026, 8, 1, tzinfo=UTC),
        frame=b"##",
        policy=policy,
        retried=None,
    )


@pytest.mark.parametrize(
    "case",
    [
        Case("long_data_time", "policies: [long_data_time]"),
        Case("crc: accept_modbus", "crc: accept_modbus"),
    ],
    ids=["a policy", "a check sum"],
)
def test_the_entry_that_accepts_it_is_spelt_out(case: Case) -> None:
    shown = reject(case.policy)

    (line,) = [line for line in reject_lines(shown) if line.startswith("policy")]

    assert f"`{case.entry}`" in line
    assert "rejects retry 7" in line
    assert reject_json(shown)["policy"] == case.policy


def test_where_no_policy_helps_that_is_said() -> None:
    lines = reject_lines(reject(None))

    assert "policy 策略: none would accept it" in lines


MN = "ABCDEFGHIJKLMNOPQRSTUVWX"
WHY = "unknown_device: no device holds this MN"


def printed(parts: Iterable[RenderableType]) -> list[str]:
    console = Console(file=io.StringIO(), width=80)
    for part in parts:
        console.print(part, soft_wrap=isinstance(part, Text))
    assert isinstance(console.file, io.StringIO)
    return [line.rstrip() for line in console.file.getvalue().splitlines()]


def test_the_list_shows_what_one_types_whole_at_80_columns() -> None:
    shown = reject("digit_runs_with_a_long_name")._replace(
        id=1_234_567, mn=MN, reason="mn_mismatch_between_places", detail="far too long " * 20
    )

    lines = printed(reject_list([shown]))

    assert len(lines[0]) <= 80
    assert f"1234567 2026-08-01 00:00:00Z {MN} mn_mismatch_between_places" in lines[0]
    assert "policy 策略: digit_runs_with_a_long_name" in lines[1]
    assert sum(line.count("far") for line in lines) == 20
    assert not any("…" in line for line in lines)


def test_a_reject_without_mn_nor_policy_is_listed_in_two_lines() -> None:
    lines = printed(reject_list([reject(None)._replace(mn=None, detail="[/] said it")]))

    assert lines[0].split()[-1] == "bad_data_time"
    assert lines[1] == "        [/] said it"
    assert lines[2].startswith("1 rejects")


def retried(outcome: str, why: str = "") -> Retried:
    return Retried(reject(None)._replace(mn=MN), outcome, why)


def test_a_retry_of_few_names_each_and_ends_with_the_total() -> None:
    lines = printed(retried_report([retried("stored"), retried("rejected", WHY)]))

    assert [line.split()[1] for line in lines if MN in line] == [MN, MN]
    assert f"  rejected 拒收 1 × {WHY}" in lines
    assert lines[-1].endswith(
        "2 retried 重试: 1 stored 入库, 0 repeated 重复, 1 rejected 拒收, 0 skipped 跳过"
    )


@pytest.mark.parametrize(("count", "named"), [(20, 20), (21, 0)], ids=["few", "many"])
def test_a_retry_of_many_tells_the_total_alone(count: int, named: int) -> None:
    lines = printed(retried_report([retried("skipped", "stored")] * count))

    assert sum(MN in line for line in lines) == named
    assert lines[-1].startswith(f"{count} retried")
    assert lines[-1].endswith(f"{count} skipped 跳过")


def test_of_many_sentences_the_most_frequent_are_told() -> None:
    done = [retried("rejected", f"reason: {number % 9}") for number in range(45)]

    lines = printed(retried_report(done))

    assert len(lines) == 7
    assert "4 more sentences" in lines[5]
