"""What this host's facts mean: misspelt variables and full disks. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from services.doctor.finding import NOTHING, Finding, Level, Subject, Words

WARNING_SHARE = 0.15
FAULT_SHARE = 0.05
# The least a disk needs besides: a day of a thousand outlets' readings.
FAULT_BYTES = 2 * 1024**3


@dataclass(frozen=True, slots=True)
class Disk:
    """A disk by one of its folders; sizes in bytes."""

    folder: Path
    total: int
    free: int


def judge_variables(unknown: Iterable[str]) -> list[Finding]:
    """A warning for each variable that nobody reads."""
    return [
        Finding(
            Level.WARNING,
            Subject.SETTINGS,
            Words(f"{name} is not a setting", f"{name} 不是有效的设置"),
            Words("correct its name; nobody reads it", "请更正名称；它不会被读取"),
        )
        for name in unknown
    ]


def judge_disks(disks: Iterable[Disk]) -> Iterator[Finding]:
    """Free space of each disk."""
    for disk in disks:
        share = disk.free / disk.total if disk.total else 0.0
        what = Words(
            f"{disk.folder}: {disk.free / 1e9:.1f} GB free ({share:.0%})",
            f"{disk.folder}：剩余 {disk.free / 1e9:.1f} GB（{share:.0%}）",
        )
        if share < FAULT_SHARE or disk.free < FAULT_BYTES:
            level = Level.FAULT
        else:
            level = Level.WARNING if share < WARNING_SHARE else Level.OK
        do = Words("enlarge the disk or clear it", "请扩容或清理磁盘")
        yield Finding(level, Subject.HOST, what, NOTHING if level is Level.OK else do)
