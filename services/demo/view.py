"""How the demo looks: a snapshot in, a picture for the terminal or a plain line out. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from urllib.parse import urlsplit

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from schemas.alert import Severity
from services.cases.registering.standard import StandardCode
from services.demo.fleet import NOTHING_JUDGED, Happened, Tally
from services.demo.intake import Intake, Rates
from services.demo.kinds import kind_words
from services.rules.alerting.kind_words import KIND_WORDS
from services.rules.alerting.words import SEVERITIES
from services.store.alert_lists import ListedAlert
from services.store.judged_overview import Overview
from services.store.newest import NewestReading

BEIJING = timezone(timedelta(hours=8))
COLUMNS = 2
ONE_CLICK = "one click signs in 一键登录"
TALLIES_HEADING = "报文 sent; 24 h: 判 hours judged, 停 facilities off; now: 超 over, 缺 no data"
HEADINGS = ("盟市", "台", "报文", "判", "超", "缺", "停")
CASES_HEADING = "newest open cases 最新未结告警 (qingkong alerts list)"
STYLES = {
    Severity.BLUE: "blue",
    Severity.YELLOW: "yellow",
    Severity.ORANGE: "dark_orange",
    Severity.RED: "red",
}
HAPPENING_HEADING = "latest incidents, as they truly are 最近事件（真实情况）"


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where everything is, fit to be shown: no passwords."""

    database: str
    mqtt: str
    metrics: str
    judging_metrics: str
    console: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What there is to show at a moment."""

    intake: Intake
    rates: Rates
    readings: Sequence[NewestReading]
    trouble: str = ""
    tallies: Sequence[Tally] = ()
    happening: Sequence[Happened] = ()
    kept: int = 0
    """Frames in the database before this start."""
    judged: Overview = NOTHING_JUDGED
    cases: Sequence[ListedAlert] = ()
    """The newest that are open."""


def picture(
    snapshot: Snapshot, addresses: Addresses, codes: Mapping[str, StandardCode]
) -> RenderableType:
    """The live view: numbers, newest readings, addresses."""
    parts: list[RenderableType] = [
        Panel(
            _numbers(snapshot),
            title=f"[bold green]Qingkong 晴空 · {addresses.console} · {ONE_CLICK}[/]",
            title_align="left",
            subtitle="frames 条 since this start 自启动以来 · Ctrl-C stops, data kept 数据保留",
            subtitle_align="left",
        ),
        _tallies(snapshot.tallies),
        # Cases take the place of all incidents but one.
        _happening(snapshot.happening[:1] if snapshot.cases else snapshot.happening),
        *([_cases(snapshot.cases)] if snapshot.cases else []),
        _readings(snapshot.readings, codes),
        Text(
            f"database {addresses.database}\nMQTT     {addresses.mqtt}  {addresses.metrics}"
            f" :{urlsplit(addresses.judging_metrics).port}"
        ),
    ]
    if snapshot.trouble:
        parts.append(Text(snapshot.trouble, style="bold red"))
    return Group(*parts)


def plain_line(snapshot: Snapshot) -> str:
    """One line for logs and pipes."""
    line = "since this start 自启动以来 " + " ".join(_numbers(snapshot).plain.split())
    if snapshot.tallies:
        line += f" | {_judged(snapshot.tallies)}"
    if snapshot.cases:
        newest_case = snapshot.cases[0].alert
        line += f" | case 告警 {newest_case.severity.value} {newest_case.zh}"
    if snapshot.readings:
        newest = max(snapshot.readings, key=lambda reading: reading.time)
        line += (
            f" | {newest.time.astimezone(BEIJING):%H:%M:%S} {newest.plant} {newest.outlet} "
            f"{newest.code} {_spoken(newest)} {newest.flag or ''}"
        )
    return line + (f" | {snapshot.trouble}" if snapshot.trouble else "")


def _numbers(snapshot: Snapshot) -> Text:
    now, rate = snapshot.intake, snapshot.rates
    lag = "-" if rate.lag_s is None else f"{rate.lag_s * 1000:.0f} ms"
    return Text(
        f"{rate.messages:.1f} messages/s   {rate.readings:.1f} readings/s   lag 延迟 {lag}\n"
        f"stored 入库 {now.stored:,.0f}   repeated 重复 {now.repeated:,.0f}   "
        f"rejected 拒收 {now.rejected:,.0f}\n"
        f"pending 待确认 {now.pending:,.0f} messages   "
        f"kept in the database 库内累计 {snapshot.kept + now.stored:,.0f}"
    )


def _tallies(tallies: Sequence[Tally]) -> RenderableType:
    """The leagues with what their devices sent and what was judged of it, some beside each other."""
    table = Table(box=None, padding=(0, 1, 0, 0), header_style="dim")
    for _ in range(COLUMNS):
        for heading in HEADINGS:
            judged = {"超": "bold red", "缺": "yellow", "停": "magenta"}.get(heading, "")
            table.add_column(
                heading,
                justify="left" if heading == "盟市" else "right",
                no_wrap=True,
                style=judged,
            )
    cells = [
        (each.league, *map(_count, (each.devices, each.messages, *each[4:]))) for each in tallies
    ]
    for place in range(0, len(cells), COLUMNS):
        table.add_row(*[text for cell in cells[place : place + COLUMNS] for text in cell])
    return Group(Text(TALLIES_HEADING, style="dim"), table) if tallies else Text("")


def _count(number: int) -> str:
    return f"{number:,}" if number else "-"


def _judged(tallies: Sequence[Tally]) -> str:
    """What was judged in all leagues, in words."""
    hours = sum(each.hours for each in tallies)
    over, silent = sum(each.over for each in tallies), sum(each.silent for each in tallies)
    off = sum(each.off for each in tallies)
    return (
        f"judged 已判 {hours:,} outlet hours, now over 超标 {over}, no data 无数据 {silent}, "
        f"facilities off 设施停运 {off}"
    )


def _happening(incidents: Sequence[Happened]) -> RenderableType:
    """What happened last in the province, as it truly is."""
    text = Text(no_wrap=True, overflow="ellipsis")
    if incidents:
        text.append(HAPPENING_HEADING, style="dim")
    for each in incidents:
        at = f"{datetime.fromtimestamp(each.from_s, BEIJING):%H:%M}"
        text.append(f"\n{at} {each.place} {kind_words(each.kind)}", style="cyan")
        if not each.honest:
            text.append(" 弄虚作假 dishonest", style="bold red")
    return text


def _cases(cases: Sequence[ListedAlert]) -> RenderableType:
    """The newest open cases: severity, since when, what."""
    text = Text(CASES_HEADING, style="dim", no_wrap=True, overflow="ellipsis")
    for each in cases:
        case = each.alert
        words = KIND_WORDS[case.kind]
        text.append(
            f"\n{SEVERITIES[case.severity].removesuffix('色')} {case.severity.value} ",
            style=f"not dim bold {STYLES[case.severity]}",
        )
        text.append(f"{case.since.astimezone(BEIJING):%H:%M} {words.zh} {case.zh}", style="not dim")
    return text


def _readings(
    readings: Sequence[NewestReading], codes: Mapping[str, StandardCode]
) -> RenderableType:
    if not readings:
        return Text("The first readings are on their way ...")
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False)
    # What identifies a reading is never cut; on a narrow terminal names give way first.
    table.add_column("Time\n时间", no_wrap=True, min_width=8)
    table.add_column("Plant\n企业", no_wrap=True, ratio=3)
    table.add_column("Outlet\n排口", no_wrap=True, min_width=5)
    table.add_column("Code\n编码", no_wrap=True, min_width=6)
    table.add_column("Parameter\n因子", no_wrap=True, ratio=2)
    for heading, width in (("Value\n数值", 8), ("Conv.\n折算", 6)):
        table.add_column(heading, justify="right", no_wrap=True, min_width=width)
    table.add_column("Unit\n单位", no_wrap=True, min_width=5)
    table.add_column("Flag\n标记", no_wrap=True, min_width=4)
    for reading in readings:
        known = codes.get(reading.code)
        table.add_row(
            f"{reading.time.astimezone(BEIJING):%H:%M:%S}",
            reading.plant,
            reading.outlet,
            reading.code,
            known.name if known else "",
            _value(reading),
            _converted(reading),
            reading.unit,
            reading.flag or "",
            style="" if reading.flag == "N" else "yellow",
        )
    return table


def _value(reading: NewestReading) -> str:
    """A sentinel, or no number at all, is said to be none."""
    return "no value" if reading.value is None else f"{reading.value:g}"


def _converted(reading: NewestReading) -> str:
    if reading.converted is not None:
        return f"{reading.converted:g}"
    return "无效" if reading.value is None else "-"


def _spoken(reading: NewestReading) -> str:
    return "无效 no value" if reading.value is None else f"{reading.value:g} {reading.unit}"
