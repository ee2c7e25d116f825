"""Findings and rejects as people and programs read them. Pure."""

import string
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict

from rich.table import Table

from services.evidence.finding import Finding
from services.ingest.proof.rejects import Retried
from services.ingest.proof.verification import Report
from services.store.rejects import KeptReject

SHOWN = 100
DUMP_WIDTH = 16
PLAIN = frozenset((string.digits + string.ascii_letters + string.punctuation + " ").encode())


def report_json(report: Report) -> dict[str, object]:
    """The report for programs."""
    return {
        "clean": report.clean,
        "chains": {
            "slots": report.chains.slots,
            "batches": report.chains.batches,
            "frames": report.chains.frames,
            "readings": report.chains.readings,
            "frames_gone": report.chains.linked_only,
            "heads": report.chains.by_slot,
            "seconds": round(report.chain_s, 3),
        },
        "checkpoints": report.checkpoints,
        "deep": None
        if report.deep is None
        else {**asdict(report.deep), "seconds": round(report.deep_s, 3)},
        "findings": [
            {
                "kind": finding.kind.value,
                "warning": finding.warning,
                "detail": finding.detail,
                **finding.place._asdict(),
                "found": finding.found,
                "expected": finding.expected,
            }
            for finding in report.findings
        ],
    }


def summary_lines(report: Report) -> list[str]:
    """What was looked at, with rates."""
    chains = report.chains
    lines = [
        (
            f"chains 批次链: {chains.batches:,} batches 批次 with {chains.frames:,} frames 报文 in "
            f"{chains.slots} slots, {_rate(chains.batches, report.chain_s)} batches/s"
        )
    ]
    if chains.linked_only:
        lines.append(
            f"  of {chains.linked_only:,} batches retention has dropped the frames: "
            "only their links could be checked 仅校验链接"
        )
    if report.checkpoints:
        lines.append(f"checkpoints 检查点: {report.checkpoints:,} compared")
    if report.deep is not None:
        lines.append(
            f"readings 监测数据: {report.deep.readings:,} proven from {report.deep.frames:,} frames, "
            f"{_rate(report.deep.readings, report.deep_s)} readings/s"
        )
        if report.deep.not_checkable or report.deep.frames_gone:
            lines.append(
                f"  not checkable 无法校验: {report.deep.not_checkable:,} readings and the frames of "
                f"{report.deep.frames_gone:,} batches, dropped by retention"
            )
    return lines


def findings_table(findings: Sequence[Finding]) -> Table:
    """The first findings, with what was found and what should be there."""
    table = Table("what 问题", "where 位置", "sentence 说明", "found 实际", "expected 应为")
    for finding in findings[:SHOWN]:
        style = "yellow" if finding.warning else "red"
        row = (finding.detail, finding.found or "", finding.expected or "")
        table.add_row(f"[{style}]{finding.kind.value}[/]", _where(finding), *row)
    return table


def kinds_line(findings: Sequence[Finding]) -> str:
    """How many of each kind."""
    counted = Counter(finding.kind.value for finding in findings)
    return ", ".join(f"{count:,} {kind}" for kind, count in counted.most_common())


def rejects_table(rejects: Sequence[KeptReject]) -> Table:
    """Rejects, one a line."""
    table = Table(
        "id", "received 收到", "MN", "reason 原因", "codes", "detail 说明", "retried 重试"
    )
    for one in rejects:
        table.add_row(
            str(one.id),
            f"{one.received_at:%Y-%m-%d %H:%M:%S}Z",
            one.mn or "",
            one.reason,
            " ".join(one.codes),
            one.detail if one.policy is None else f"{one.detail} → {one.policy}",
            one.retried or "",
        )
    return table


def reject_json(one: KeptReject) -> dict[str, object]:
    """A reject for programs; bytes in hex."""
    said: dict[str, object] = one._asdict()
    return {**said, "received_at": one.received_at.isoformat(), "frame": one.frame.hex()}


def reject_lines(one: KeptReject) -> list[str]:
    """All that is kept of a reject, and its bytes."""
    fields = {
        "id": one.id,
        "batch, seq 批次": f"{one.batch}, {one.seq}",
        "topic": one.topic,
        "MN": one.mn or "none",
        "device 设备": one.device or "none",
        "reason 原因": one.reason,
        "detail 说明": one.detail,
        "codes": " ".join(one.codes) or "none",
        "whole 整帧": "yes" if one.whole else "no: the rest of the frame was stored",
        "received 收到": one.received_at.isoformat(),
        "policy 策略": _remedy(one),
        "retried 重试": one.retried or "never",
    }
    return [*(f"{name}: {value}" for name, value in fields.items()), "", *hex_lines(one.frame)]


def _remedy(one: KeptReject) -> str:
    """What to register so that the frame is accepted."""
    if one.policy is None:
        return "none would accept it"
    field, _, value = one.policy.partition(": ")
    entry = f"{field}: {value}" if value else f"policies: [{one.policy}]"
    return (
        f"{one.policy}: if the device cannot be mended, add `{entry}` to it in the registry, import "
        f"it, and `qingkong rejects retry {one.id}`"
    )


def hex_lines(frame: bytes) -> list[str]:
    """Bytes in hex and as text, sixteen a line."""
    parts = [frame[start : start + DUMP_WIDTH] for start in range(0, len(frame), DUMP_WIDTH)]
    return [
        f"{place * DUMP_WIDTH:06x}  {part.hex(' '):<{DUMP_WIDTH * 3}} {_text(part)}"
        for place, part in enumerate(parts)
    ]


def retried_table(retried: Sequence[Retried]) -> Table:
    """What became of each."""
    table = Table("id", "MN", "was 原因", "outcome 结果", "why 说明")
    for one in retried[:SHOWN]:
        table.add_row(
            str(one.reject.id), one.reject.mn or "", one.reject.reason, one.outcome, one.why
        )
    return table


def _text(part: bytes) -> str:
    return "".join(chr(byte) if byte in PLAIN else "." for byte in part)


def _where(finding: Finding) -> str:
    place = finding.place._asdict()
    return " ".join(f"{name} {value}" for name, value in place.items() if value is not None)


def _rate(count: int, seconds: float) -> str:
    return f"{count / seconds:,.0f}" if seconds > 0 else "-"
