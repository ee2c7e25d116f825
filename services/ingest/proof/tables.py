"""Findings and rejects as people and programs read them. Pure."""

import string
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from rich import box
from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from services.evidence.finding import Finding
from services.ingest.proof.rejects import Retried
from services.ingest.proof.verification import Report
from services.store.rejects import KeptReject

SHOWN = 100
FEW = 20
REASONS = 5
MN_WIDTH = 24
INDENT = 8
OUTCOMES = {
    "stored": "stored 入库",
    "repeated": "repeated 重复",
    "rejected": "rejected 拒收",
    "skipped": "skipped 跳过",
}
DUMP_WIDTH = 16
NOT_COMPARED = (
    "histories 历史: NOT compared 未校验: judgements, limits, settings and marks are compared with"
    " signed checkpoints: make one by `qingkong checkpoint`, or give --against and --public-key"
)
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
        "histories": report.histories,
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
    lines += _histories(report)
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


def _histories(report: Report) -> list[str]:
    """The tables that only grow, as far as a checkpoint covers them."""
    if report.histories is None:
        return [NOT_COMPARED]
    rows = sum(report.histories.values())
    kept = {table: count for table, count in report.histories.items() if count}
    told = ", ".join(f"{table} {count:,}" for table, count in kept.items())
    return [f"histories 历史: {rows:,} rows up to the newest checkpoint", f"  {told}"][
        : 2 if told else 1
    ]


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


def reject_list(rejects: Sequence[KeptReject]) -> Iterator[RenderableType]:
    """Rejects: what one types in lines that are not to be broken, then the sentence beneath."""
    for one in rejects:
        at = f"{one.received_at:%Y-%m-%d %H:%M:%S}Z"
        yield Text(f"{one.id:>7} {at} {one.mn or '-':<{MN_WIDTH}} {one.reason}", "bold")
        facts = {
            "policy 策略": one.policy,
            "codes": " ".join(one.codes),
            "retried 重试": one.retried,
        }
        told = "; ".join(f"{name}: {fact}" for name, fact in facts.items() if fact)
        if told:
            yield Text(" " * INDENT + told)
        yield Padding(Text(one.detail), (0, 0, 0, INDENT))
    yield Text(f"{len(rejects):,} rejects 拒收; all of one: qingkong rejects show ID")


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


def retried_report(retried: Sequence[Retried]) -> Iterator[RenderableType]:
    """What became of each when they are few, and how many of each outcome in all."""
    if 0 < len(retried) <= FEW:
        table = Table(
            "id", "MN", "was 原因", "outcome 结果", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0)
        )
        for one in retried:
            reject = one.reject
            table.add_row(str(reject.id), Text(reject.mn or ""), reject.reason, one.outcome)
        for column in table.columns:
            column.no_wrap = True
        table.columns[1].no_wrap, table.columns[1].overflow = False, "fold"
        yield table
    whys = ((one.outcome, one.why) for one in retried if one.why and one.outcome != "skipped")
    reasons = Counter(whys)
    for (outcome, why), count in reasons.most_common(REASONS):
        yield Padding(Text(f"{OUTCOMES[outcome]} {count:,} × {why}"), (0, 0, 0, 2))
    if len(reasons) > REASONS:
        yield Text(f"  and {len(reasons) - REASONS:,} more sentences: qingkong rejects list")
    counted = Counter(one.outcome for one in retried)
    told = ", ".join(f"{counted[outcome]:,} {words}" for outcome, words in OUTCOMES.items())
    yield Text(f"{len(retried):,} retried 重试: {told}")


def _text(part: bytes) -> str:
    return "".join(chr(byte) if byte in PLAIN else "." for byte in part)


def _where(finding: Finding) -> str:
    place = finding.place._asdict()
    return " ".join(f"{name} {value}" for name, value in place.items() if value is not None)


def _rate(count: int, seconds: float) -> str:
    return f"{count / seconds:,.0f}" if seconds > 0 else "-"
