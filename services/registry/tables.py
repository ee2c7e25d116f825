"""Differences, errors and accounts as people read them on a terminal."""

from collections.abc import Iterable

from rich import box
from rich.table import Table

from services.registry.difference import Difference
from services.registry.plan import shown
from services.registry.yaml_text import Problem
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


def problem_lines(file: str, problems: Iterable[Problem]) -> list[str]:
    """`file:line:column: path: sentence`, sorted by place."""
    return [
        f"{file}:{problem.line}:{problem.column}: "
        + (f"{problem.path}: " if problem.path else "")
        + problem.sentence
        for problem in sorted(problems)
    ]


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


def devices_table(accounts: Iterable[DeviceAccount]) -> Table:
    """One line a device."""
    table = Table(
        *("MN\nplant 企业", "contact\n最近联络", "lag\n滞后", "recv.\n收到"),
        *("stored\n入库", "rep.\n重复", "rej.\n拒收", "recov\n补收", "pend.\n在途"),
        box=box.SIMPLE_HEAD,
        padding=0,
        pad_edge=False,
    )
    # An MN of 24 characters and all counts fit a terminal of 80 columns.
    for column, width in zip(table.columns, (24, 10, 4, 6, 6, 4, 5, 5, 5), strict=True):
        column.no_wrap, column.min_width = True, width
    for column in table.columns[2:]:
        column.justify = "right"
    for row in accounts:
        share = row.reject_share
        rejected = f"{row.rejected:,}" + (f"\n{share:.1%}" if row.rejected and share else "")
        table.add_row(
            f"{row.mn or '?'}\n{_place(row)}",
            shown(row.last_contact).replace(" ", "\n", 1),
            "–" if row.lag_s is None else f"{row.lag_s:,.0f} s",
            *(f"{count:,}" for count in (row.received, row.stored, row.repeated)),
            rejected,
            *(f"{count:,}" for count in (row.recovered, row.pending)),
        )
    return table


def _place(row: DeviceAccount) -> str:
    if not row.plant:
        return "unknown 未注册"
    return row.plant if row.device in {"", row.mn} else f"{row.plant} {row.device}"


def hours_table(mn: str, hours: Iterable[HourAccount]) -> Table:
    """One line an hour; received = stored + repeated + rejected + pending."""
    table = Table(
        *("hour 小时", "received\n收到", "stored\n入库", "repeated\n重复", "rejected\n拒收"),
        *("recovered\n补收", "pending\n在途"),
        title=mn,
    )
    for column in table.columns[1:]:
        column.justify = "right"
    for row in hours:
        table.add_row(shown(row.hour), *(f"{count:,}" for count in row[1:]))
    return table


def balance_table(hours: Iterable[HourBalance]) -> Table:
    """One line for each hour of a device whose account does not come out even."""
    table = Table(
        *("MN", "hour 小时", "received\n收到", "stored\n入库", "repeated\n重复"),
        *("rejected\n拒收", "kept\n留存", "pending\n在途"),
    )
    for column in table.columns[2:]:
        column.justify = "right"
    for row in hours:
        table.add_row(row.mn or "?", shown(row.hour), *(f"{count:,}" for count in row[2:]))
    return table
