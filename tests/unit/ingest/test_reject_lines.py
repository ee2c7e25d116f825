"""A reject tells people what to register, and programs by which name."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from services.ingest.proof.tables import reject_json, reject_lines, rejects_table
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
    assert f"→ {case.policy}" in str(list(rejects_table([shown]).columns[5].cells))


def test_where_no_policy_helps_that_is_said() -> None:
    lines = reject_lines(reject(None))

    assert "policy 策略: none would accept it" in lines
