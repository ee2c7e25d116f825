"""Gaps as people read them on a terminal, and as JSON values."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from rich import box
from rich.table import Table
from rich.text import Text

from schemas.registry_words import BEIJING
from services.rules.gaps import Gap, Mend

KINDS = {
    "missing": "missing 缺失",
    "invalid": "invalid 无效",
    "not_converted": "not converted 未折算",
    "not_judged": "not judged 未判定",
}


class NamedGap(NamedTuple):
    """A gap under its point's name."""

    name: str
    gap: Gap


def gaps_table(found: Iterable[NamedGap], now: datetime) -> Table:
    """One line a gap: why in both languages, and what may still be done until when."""
    table = Table(
        *("point 监测点\nfrom – to 起止", "hours\n小时", "kind 类别\nwhy 原因"),
        "what mends it 补救措施\nuntil 截止",
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        pad_edge=False,
    )
    for column in table.columns:
        column.overflow = "fold"
    for name, gap in found:
        table.add_row(
            Text(f"{name}\n{_ends(gap)}"),
            f"{gap.hours:,}",
            Text(f"{KINDS[gap.kind]}{_marks(gap.marks)}\n{gap.zh}\n{gap.en}"),
            Text("\n".join(_mend(one, now) for one in gap.mends)),
            end_section=True,
        )
    return table


def gap_json(named: NamedGap, now: datetime) -> dict[str, object]:
    """A gap; times in Beijing time, `open`: whether any of it can still be mended that way."""
    gap = named.gap
    return {
        "point": named.name,
        "since": _local(gap.since),
        "until": _local(gap.until),
        "hours": gap.hours,
        "kind": gap.kind,
        "reason": gap.reason,
        "seconds": dict(gap.seconds),
        "zh": gap.zh,
        "en": gap.en,
        "marks": list(gap.marks),
        "mends": [
            {
                "kind": one.kind,
                "zh": one.zh,
                "en": one.en,
                "first_due": _local(one.first_due),
                "last_due": _local(one.last_due),
                "open": _is_open(one, now),
                "doubts": list(one.doubts),
            }
            for one in gap.mends
        ],
    }


def _mend(one: Mend, now: datetime) -> str:
    said = f"{one.zh} {one.en}"
    if one.first_due is None or one.last_due is None:
        return said
    first, last = _minute(one.first_due), _minute(one.last_due)
    times = first if first == last else f"{first} – {last}"
    over = "" if _is_open(one, now) else " (over 已过期)"
    return f"{said}: {times}{' ?' if one.doubts else ''}{over}"


def _is_open(one: Mend, now: datetime) -> bool:
    return one.last_due is None or now < one.last_due


def _marks(marks: Sequence[int]) -> str:
    return f", mark 标记 {', '.join(map(str, marks))}" if marks else ""


def _ends(gap: Gap) -> str:
    return f"{_minute(gap.since)}\n{_minute(gap.until)}"


def _minute(at: datetime) -> str:
    return f"{at.astimezone(BEIJING):%Y-%m-%d %H:%M}"


def _local(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(BEIJING).isoformat()
