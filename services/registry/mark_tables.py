"""Marks, their kinds and the use of quotas as people read them on a terminal, and as JSON values."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from rich import box
from rich.table import Table
from rich.text import Text

from schemas.mark_entry import MarkPlaces
from schemas.marks import Mark
from schemas.registry_words import BEIJING
from services.rules.marks.kinds import MarkKind, kind_of
from services.rules.marks.quota import QuotaUse

ORIGINS: Mapping[str, str] = {
    "logger": "logger 数采仪",
    "plant": "plant 企业",
    "bureau": "bureau 部门",
}
REVIEWS: Mapping[str, str] = {
    "claimed": "claimed 待审核",
    "accepted": "accepted 已采纳",
    "rejected": "rejected 已驳回",
    "lapsed": "lapsed 逾期失效",
}
CONFIDENCES: Mapping[str, str] = {
    "high": "high 已核实",
    "medium": "medium 未核实",
    "low": "low 未核实",
    "ours": "ours 自拟",
}
NOTHING = "–"
OPEN = "open 未结束"
HOUR_S = 3600


def marks_table(marks: Iterable[Mark], places: MarkPlaces, late: frozenset[int]) -> Table:
    """One mark in two lines; `late`: keys of those entered after their deadline."""
    table = _table(
        "mark\n标记",
        "plant 企业\nsubject 对象",
        "kind 种类\nfrom – to 起止",
        "origin 来源\nreview 审核",
    )
    names = places.names()
    for mark in marks:
        plant, subject = names.get(mark.subject, (NOTHING, NOTHING))
        notes = [
            *(["planned 计划"] if mark.planned else []),
            *(["late 逾期"] if mark.mark in late else []),
        ]
        kind = kind_of(mark.kind)
        table.add_row(
            str(mark.mark),
            Text(f"{plant}\n{subject}"),
            Text(f"{kind.zh} {kind.en}\n{_ends(mark)}" + "".join(f"\n{note}" for note in notes)),
            f"{ORIGINS[mark.origin]}\n{REVIEWS[mark.review]}",
        )
    return table


def mark_json(mark: Mark, places: MarkPlaces, *, late: bool) -> dict[str, object]:
    """A mark with names in place of ids, times in Beijing time."""
    plant, subject = places.names().get(mark.subject, (None, None))
    point = None if mark.point is None else places.point_names().get(mark.point)
    times = {"since": mark.since, "until": mark.until, "entered_at": mark.entered_at}
    values: dict[str, object] = dict(mark._asdict())
    return {
        **values,
        **{name: None if at is None else at.astimezone(BEIJING).isoformat() for name, at in times.items()},
        "plant": plant,
        "subject": subject,
        "point": point,
        "review": mark.review.value,
        "late": late,
    }  # fmt: skip


def kinds_table(kinds: Iterable[MarkKind]) -> Table:
    """One kind in two lines, with what is known of it."""
    table = _table("key", "zh\nen", "effect 效力\npool 额度", "cap\n单次", "confidence\n核实")
    for kind in kinds:
        table.add_row(
            Text(kind.key.replace("/", "/\n", 1)),
            Text(f"{kind.zh}\n{kind.en}"),
            f"{kind.effect}\n{kind.pool or NOTHING}",
            _cap(kind),
            CONFIDENCES[kind.source.confidence],
        )
    return table


def kind_json(kind: MarkKind) -> dict[str, object]:
    """A kind; `cap_h` null without `cap_known` is not established."""
    return {
        **kind._asdict(),
        "key": kind.key,
        "cap_h": None if kind.cap_h is None else float(kind.cap_h),
        "source": kind.source.text,
        "confidence": kind.source.confidence,
    }


def quota_table(uses: Iterable[QuotaUse]) -> Table:
    """One pool a line, in hours."""
    table = _table(
        "pool 额度\nsince 起",
        *("allowed\n上限", "used\n已用", "of it claimed\n其中待审核", "planned\n计划"),
        *("left\n剩余", "projected\n预计", "level\n预警"),
    )
    for column in table.columns[1:]:
        column.justify = "right"
    for use in uses:
        table.add_row(
            f"{use.pool.zh}\n{use.since.astimezone(BEIJING):%Y-%m-%d}",
            *map(_hours, (use.allowed_s, use.used_s, use.claimed_s, use.planned_s)),
            *map(_hours, (use.remaining_s, use.projected_s)),
            _level(use),
        )
    return table


def quota_json(use: QuotaUse) -> dict[str, object]:
    """The use of a pool in seconds, from and to in Beijing time."""
    return {
        **use._asdict(),
        "pool": use.pool.name,
        "since": use.since.astimezone(BEIJING).isoformat(),
        "until": use.until.astimezone(BEIJING).isoformat(),
        "remaining_s": use.remaining_s,
        "exhausted": use.exhausted,
    }


def _level(use: QuotaUse) -> str:
    if use.exhausted:
        return "used up\n已超限"
    return NOTHING if use.warned_s is None else f">= {_hours(use.warned_s)} h"


def _hours(seconds: int | None) -> str:
    return "? 未知" if seconds is None else f"{seconds / HOUR_S:.1f}"


def _cap(kind: MarkKind) -> str:
    if not kind.cap_known:
        return "? 未知"
    return NOTHING if kind.cap_h is None else f"{kind.cap_h} h"


def _ends(mark: Mark) -> str:
    return f"{_at(mark.since)} – {OPEN if mark.until is None else _at(mark.until)}"


def _at(moment: datetime) -> str:
    return f"{moment.astimezone(BEIJING):%Y-%m-%d %H:%M}"


def _table(*names: str) -> Table:
    return Table(*names, box=box.SIMPLE_HEAD, padding=0, pad_edge=False, collapse_padding=False)
