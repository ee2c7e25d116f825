"""`qingkong doctor`: look at everything, say what is wrong and what to do."""

import json
import os
import time
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from services.doctor.finding import Finding, Level, Words
from services.doctor.probe import examine
from services.runtime.settings import Settings, SettingsError, read_settings

MARKS = {Level.OK: "[green]✓[/]", Level.WARNING: "[yellow]![/]", Level.FAULT: "[red]✗[/]"}
HEADS = (Words("", ""), Words("where", "位置"), Words("found", "结果"), Words("do", "处理"))


class Language(StrEnum):
    """Of the table; --json holds both."""

    EN = "en"
    ZH = "zh"


def doctor(
    as_json: Annotated[
        bool, typer.Option("--json", help="For programs: one JSON document.")
    ] = False,
    lang: Annotated[
        Language | None, typer.Option(help="Language of the table; else as LANG says.")
    ] = None,
) -> None:
    """Check settings, database and broker by trying them out (检查环境); exit code 1 on a fault.

    Puts a session to sleep at the broker, publishes 5,000 messages for it, wakes it and counts;
    leaves nothing behind. Takes a second or two, at most about half a minute.
    """
    try:
        settings = read_settings()
    except SettingsError as error:
        typer.echo(error, err=True)
        raise typer.Exit(1) from error
    started = time.monotonic()
    findings = list(examine(settings, os.environ, lambda: datetime.now(UTC)))
    if as_json:
        typer.echo(_document(settings, findings))
    else:
        _print(findings, lang or _language(), time.monotonic() - started)
    if any(finding.level is Level.FAULT for finding in findings):
        raise typer.Exit(1)


def _language() -> Language:
    said = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG", "")
    return Language.ZH if said.startswith("zh") else Language.EN


def _say(words: Words, language: Language) -> str:
    return words.zh if language is Language.ZH else words.en


def _print(findings: list[Finding], language: Language, took_s: float) -> None:
    table = Table(box=None, pad_edge=False)
    for head in HEADS:
        table.add_column(_say(head, language), overflow="fold")
    for finding in findings:
        told = (finding.subject.value, finding.what, finding.do)
        # Text from servers is no markup.
        cells = [_say(words, language).replace("[", r"\[") for words in told]
        table.add_row(MARKS[finding.level], *cells)
    console = Console()
    console.print(table)
    faults = sum(finding.level is Level.FAULT for finding in findings)
    warnings = sum(finding.level is Level.WARNING for finding in findings)
    end = Words(
        f"faults: {faults}, warnings: {warnings}; took {took_s:.1f} s",
        f"{faults} 个故障，{warnings} 个警告，用时 {took_s:.1f} 秒",
    )
    console.print(_say(end, language))


def _document(settings: Settings, findings: list[Finding]) -> str:
    document = {
        "ok": not any(finding.level is Level.FAULT for finding in findings),
        "findings": [
            {
                "level": finding.level.value,
                "subject": finding.subject.name.lower(),
                "what": {"en": finding.what.en, "zh": finding.what.zh},
                "do": {"en": finding.do.en, "zh": finding.do.zh},
            }
            for finding in findings
        ],
        "settings": settings.describe(),
    }
    return json.dumps(document, ensure_ascii=False, indent=2)
