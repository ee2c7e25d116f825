"""Differences, errors and accounts as people read them on a terminal."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from rich import box
from rich.cells import cell_len, set_cell_size
from rich.table import Table
from rich.text import Text

from schemas.registry_words import BEIJING
from services.cases.registering.difference import Difference
from services.store.accounting import DeviceAccount, HourAccount
from services.store.balance import HourBalance

VERBS = {"added": "added 新增", "changed": "changed 变更", "ended": "ended 终止"}
KINDS = {
    "region": "region 行政区",
    "plant": "plant 企业",
    "outlet": "outlet 排放口",
    "unit": "unit 生产设施",
    "facility": "facility 治理设施",
    "group": "group 设施组",
    "device": "device 数采仪",
    "mn": "MN",
    "point": "point 监测点",
    "channel": "channel 通道",
    "setting": "setting 通道参数",
}
LONGEST = 60
MOST_WARNINGS = 20
CONTACT = ("contact\n最近联络", "lag\n滞后")
COUNTS = (
    *("recv.\n收到", "stored\n入库", "rep.\n重复", "rej.\n拒收", "recov\n补收", "pend.\n在途"),
)
# An MN of 24 characters and all counts fit a terminal of 80 columns.
MN_WIDTH = 24
WHOLE_PERCENTS = 0.0995
NOTHING = "–"
UNITS = {"s": 1, "min": 60, "h": 3600}
MOST_DIGITS = 1000
DAY_S = 86_400


def warning_lines(warnings: Sequence[str]) -> list[str]:
    """What may be wrong, the first of very many."""
    lines = [f"Warning 注意: {one}" for one in warnings[:MOST_WARNINGS]]
    left = len(warnings) - len(lines)
    return [*lines, f"Warning 注意: and {left:,} more such"] if left else lines


def counts_table(difference: Difference) -> Table:
    """How many of each kind are added, changed, ended, unchanged."""
    table = Table("kind 类别", *VERBS.values(), "unchanged 未变")
    verbs = (*VERBS, "unchanged")
    for column in table.columns[1:]:
        column.justify = "right"
    for kind, name in KINDS.items():
        counts = [difference.counts.get((kind, verb), 0) for verb in verbs]
        if any(counts):
            table.add_row(name, *(f"{count:,}" if count else "" for count in counts))
    return table


def changes_table(difference: Difference, longest: int = LONGEST) -> Table:
    """The changes by name, at most `longest` of them."""
    table = Table("change 变更", "kind 类别", "name 名称", "details 内容")
    for change in difference.changes[:longest]:
        details = "\n".join(change.details)
        table.add_row(VERBS[change.verb], KINDS[change.kind], change.name, details)
    left = len(difference.changes) - longest
    if left > 0:
        table.add_row("…", "", f"and {left:,} more", "all are in registry_change")
    return table


def devices_table(accounts: Iterable[DeviceAccount], width: int = 80) -> Table:
    """One line a device: names are shortened first, so that `width` cells show all numbers whole.

    Where that is not enough, contact and lag move under the names, then commas are left out.
    """
    rows = list(accounts)
    for beside, comma in ((True, ","), (False, ","), (False, "")):
        heads = (*(CONTACT if beside else ()), *COUNTS)
        lines = [(*(_contact(row) if beside else ()), *_counts(row, comma)) for row in rows]
        widths = [_widest(column) for column in zip(heads, *lines, strict=True)]
        room = width - sum(widths) - len(widths)
        if room >= MN_WIDTH:
            break
    else:
        most = max((width - MN_WIDTH) // len(widths) - 1, 1)
        widths = [min(one, most) for one in widths]
    first = max(MN_WIDTH, min(room, max((cell_len(_place(row)) for row in rows), default=0)))
    head = "MN\nplant 企业" + ("" if beside else "\ncontact, lag 联络/滞后")
    table = _slim((head, first), *zip(heads, widths, strict=True))
    for row, line in zip(rows, lines, strict=True):
        names = [row.mn or "?", _shortened(_place(row), first)]
        if not beside:
            contact, lag = _contact(row)
            names.append(f"{contact[:16]} {lag}".replace("\n", " "))
        table.add_row(Text("\n".join(names)), *line)
    return table


def _counts(row: DeviceAccount, comma: str) -> tuple[str, ...]:
    numbers = (row.received, row.stored, row.repeated, row.rejected, row.recovered, row.pending)
    told = [f"{number:,}".replace(",", comma) for number in numbers]
    if row.rejected and row.reject_share:
        told[3] += f"\n{_percent(row.reject_share)}"
    return tuple(told)


def _shortened(name: str, width: int) -> str:
    if cell_len(name) <= width:
        return name
    return set_cell_size(name, width - 1).rstrip() + "…"


def _percent(share: float) -> str:
    """Whole percents from ten on, so that all of them take five cells at most."""
    told = f"{share:.0%}" if share >= WHOLE_PERCENTS else f"{share:.1%}"
    return told.replace("%", " %")


def _contact(row: DeviceAccount) -> tuple[str, str]:
    at = row.last_contact
    contact = NOTHING if at is None else f"{at.astimezone(BEIJING):%Y-%m-%d\n%H:%M:%S}"
    return contact, NOTHING if row.lag_s is None else _duration(row.lag_s)


def _duration(seconds: float) -> str:
    """At most three digits of the smallest unit that has no more of them, but for days."""
    for unit, size in UNITS.items():
        if round(abs(seconds) / size) < MOST_DIGITS:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds / DAY_S:,.0f} d"


def _place(row: DeviceAccount) -> str:
    if not row.plant:
        return "unknown 未注册"
    return row.plant if row.device in {"", row.mn} else f"{row.plant} {row.device}"


def hours_table(mn: str, hours: Iterable[HourAccount]) -> Table:
    """One line an hour; received = stored + repeated + rejected + pending."""
    rows = [(_hour(row.hour), *(f"{count:,}" for count in row[1:])) for row in hours]
    heads = ("received\n收到", "stored\n入库", "repeated\n重复", "rejected\n拒收")
    return _numbers(("hour 小时", *heads, "recovered\n补收", "pending\n在途"), rows, Text(mn))


def balance_table(hours: Iterable[HourBalance]) -> Table:
    """One line for each hour of a device whose account does not come out even."""
    rows = [
        (f"{row.mn or '?'}\n{_hour(row.hour)}", *(f"{count:,}" for count in row[2:]))
        for row in hours
    ]
    return _numbers(("MN\nhour 小时", *COUNTS[:4], "kept\n留存", COUNTS[-1]), rows)


def _hour(at: datetime) -> str:
    """Date and time, midnight too."""
    return f"{at.astimezone(BEIJING):%Y-%m-%d %H:%M}"


def _numbers(
    heads: tuple[str, ...], rows: Sequence[tuple[str, ...]], title: Text | None = None
) -> Table:
    """Names and then numbers, each column as wide as its widest cell."""
    widths = [_widest(column) for column in zip(heads, *rows, strict=True)]
    table = _slim(*zip(heads, [min(widths[0], MN_WIDTH), *widths[1:]], strict=True))
    table.title = title
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    return table


def _slim(first: tuple[str, int], *others: tuple[str, int]) -> Table:
    """Columns of fixed widths; what is longer goes on in the next line and is never cut."""
    table = Table(box=box.SIMPLE_HEAD, padding=0, show_edge=False)
    table.add_column(first[0], width=first[1], overflow="fold")
    for head, width in others:
        justify = "left" if head == CONTACT[0] else "right"
        table.add_column(head, width=width, justify=justify, overflow="fold")
    return table


def _widest(cells: Iterable[str]) -> int:
    return max(cell_len(line) for cell in cells for line in cell.split("\n"))
