"""What the commands on limits and rules share: how they ask, connect, read times, and stop."""

import getpass
from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated

import typer

from services.rules.limit_figures import Figures
from services.rules.limit_places import PlaceError
from services.runtime.options import database_of, stop, time_said
from services.store.as_known import (
    BELIEFS,
    EVERYTHING,
    History,
    closed_position,
    position_at,
)
from services.store.connection import Role
from services.store.session import Session, StoreError, session

APPLICATION = "qingkong limits"
DatabaseUrl = Annotated[
    str | None,
    typer.Option(
        envvar="QINGKONG_DATABASE_URL", help="postgresql://…; default: QINGKONG_DATABASE_URL."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="For programs.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would change only.")]
Actor = Annotated[str | None, typer.Option(help="Who does it 操作人; default: you.")]
At = Annotated[
    str | None,
    typer.Option(help="In force then: 2025-03-01 or 2025-03-01T08:00, Beijing time; default: now."),
]
AsOf = Annotated[
    str | None,
    typer.Option(help="As known then: a time, or a position 历史位置; default: as known now."),
]

Maximum = Annotated[str | None, typer.Option("--max", help="At most 上限, e.g. 35.")]
Minimum = Annotated[str | None, typer.Option("--min", help="At least 下限; with --max: a range.")]
Unit = Annotated[str | None, typer.Option(help="Unit 单位: mg/m3, mg/L, kg/h, %, pH …")]
Averaging = Annotated[
    str | None, typer.Option(help="hour 小时, day 日, month 月, sample 单次 or instant 瞬时.")
]
Oxygen = Annotated[
    str | None, typer.Option("--o2", help="Reference oxygen in % 基准氧含量; 0: none.")
]
Quantity = Annotated[
    str | None,
    typer.Option(help="concentration, rate, removal or value; default: what the unit measures."),
]
Condition = Annotated[
    str | None, typer.Option(help="Binds only where so: water_temperature>12, load>=50% 条件.")
]
Origin = Annotated[
    str | None,
    typer.Option(
        help="standard 标准, permit 排污许可, ultra_low 超低, local 地方, order 行政命令."
    ),
]
Standard = Annotated[str | None, typer.Option(help="GB 13223-2011, or a permit's number 依据.")]
Clause = Annotated[str | None, typer.Option(help="Where in it: Table 1 条款.")]
Source = Annotated[str | None, typer.Option(help="The document it was read in 来源文件.")]
Confidence = Annotated[str | None, typer.Option(help="high, medium, low or ours 可信度.")]
Verified = Annotated[
    bool | None,
    typer.Option(
        "--verified/--unverified",
        help="Figure, oxygen, averaging and date were all read there 已核实/未核实.",
    ),
]
Reason = Annotated[str, typer.Option(help="Why 原因.")]


@contextmanager
def asked(given: str | None, role: Role) -> Generator[Session]:
    """A connection; whatever cannot be done is said in a sentence and ends the command with 1."""
    try:
        with session(database_of(given), role, APPLICATION) as connection:
            yield connection
    except (StoreError, PlaceError) as error:
        stop(str(error))


def moment_of(option: str, text: str | None, default: datetime) -> datetime:
    """A time in Beijing time unless it names its offset; raises typer.BadParameter."""
    if text is None:
        return default
    return time_said(option, text)


def known_below(
    connection: Session, text: str | None, now: datetime, history: History = BELIEFS
) -> int:
    """The position below which lies what `--as-of` asks for; raises typer.BadParameter."""
    if text is None:
        return EVERYTHING
    if text.isascii() and text.isdigit():
        closed, wanted = closed_position(connection), int(text)
        if wanted > closed:
            raise typer.BadParameter(
                f"--as-of {text}: up to there something may still be written; the last closed"
                f" position 已封闭位置 is {closed}"
            )
        return wanted
    at = moment_of("--as-of", text, now)
    if at > now:
        raise typer.BadParameter(f"--as-of {text} lies ahead: nobody knows yet what is known then")
    return position_at(connection, at, history)


def figures_of(
    numbers: tuple[str | None, str | None, str | None],
    texts: tuple[str | None, ...],
    verified: bool | None,  # noqa: FBT001 - an option, handed on
) -> Figures:
    """The options of a figure; `numbers` are at most, at least and oxygen.

    `texts` are unit, quantity, averaging, condition, origin, standard, clause, confidence and
    source. Raises typer.BadParameter.
    """
    high, low, oxygen = (
        decimal_of(option, text)
        for option, text in zip(("--max", "--min", "--o2"), numbers, strict=True)
    )
    unit, quantity, averaging, condition, origin, standard, clause, confidence, source = texts
    return Figures(
        *(high, low, unit, quantity, averaging, oxygen, condition, origin, standard, clause),
        *(confidence, verified, source),
    )


def decimal_of(option: str, text: str | None) -> Decimal | None:
    """A number as its digits say; raises typer.BadParameter."""
    if text is None:
        return None
    try:
        return Decimal(text.strip())
    except InvalidOperation:
        raise typer.BadParameter(f"{option} {text}: write digits, for instance 35 or 0.5") from None


def actor_of(given: str | None) -> str:
    """Who does it."""
    return given or getpass.getuser()


def say(sentence: str) -> None:
    """A line for people, beside the output."""
    typer.echo(sentence, err=True)
