"""Counts of transmission as people read them on a terminal, and as JSON values."""

from collections.abc import Iterable
from typing import Literal

from rich import box
from rich.table import Table

from schemas.registry_words import BEIJING
from schemas.transmission import FrameCount, SeriesCount

Step = Literal["hour", "day"]
SERIES = {"realtime": "real 实时", "minute": "min. 分钟", "hour": "hour 小时", "day": "day 日"}
NOTHING = "–"


def series_table(counts: Iterable[SeriesCount], step: Step) -> Table:
    """One line a device (or part of it), series and step; the rate is arrived / due 传输率."""
    table = _table(
        *("MN\nplant 企业", "since 起\nseries 类型", "due\n应传", "in time\n及时", "late\n迟到"),
        *("miss.\n缺失", "rev.\n修正", "rate\n传输率"),
    )
    for row in counts:
        # An MN of 24 characters and all counts fit a terminal of 80 columns.
        table.add_row(
            f"{row.mn}\n{row.plant} {row.part}".rstrip(),
            f"{_since(row, step)}\n{SERIES[row.series]}",
            f"{row.due:,}" + (f"\n+{row.extra:,}" if row.extra else ""),
            *(f"{number:,}" for number in (row.in_time, row.late, row.missing, row.revised)),
            NOTHING if row.rate is None else f"{row.rate:.1%}",
        )
    return table


def frames_table(counts: Iterable[FrameCount], step: Step) -> Table:
    """One line a device and step of receipt; received = stored + repeated + rejected."""
    table = _table(
        *("MN\nreasons 拒收原因", "since\n起", "frames\n收到帧", "stored\n入库", "rep.\n重复"),
        *("rej.\n拒收", "resent\n补发"),
    )
    for row in counts:
        reasons = sorted(row.reasons.items(), key=lambda pair: (-pair[1], pair[0]))
        numbers = (row.received, row.stored, row.repeated, row.rejected, row.resent)
        table.add_row(
            "\n".join([row.mn, *(f"{reason} {count:,}" for reason, count in reasons)]),
            _since(row, step),
            *(f"{number:,}" for number in numbers),
        )
    return table


def transmission_json(
    series: Iterable[SeriesCount], frames: Iterable[FrameCount]
) -> dict[str, list[dict[str, object]]]:
    """Both lists, times in Beijing time, the rate from 0 to 1."""
    return {
        "series": [
            {
                **row._asdict(),
                "since": row.since.astimezone(BEIJING).isoformat(),
                "part": row.part or None,
                "arrived": row.arrived,
                "rate": row.rate,
            }
            for row in series
        ],
        "frames": [
            {**row._asdict(), "since": row.since.astimezone(BEIJING).isoformat()} for row in frames
        ],
    }


def _since(row: SeriesCount | FrameCount, step: Step) -> str:
    at = row.since.astimezone(BEIJING)
    return f"{at:%Y-%m-%d}" if step == "day" else f"{at:%m-%d %H:%M}"


def _table(*names: str) -> Table:
    """A table whose columns from the third on are numbers."""
    table = Table(*names, box=box.SIMPLE_HEAD, padding=0, pad_edge=False)
    for column in table.columns:
        column.no_wrap = True
    for column in table.columns[2:]:
        column.justify = "right"
    return table
