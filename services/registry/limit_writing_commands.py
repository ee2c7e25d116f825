"""`qingkong limits assign, change, correct, withdraw`: one limit at a time, each as a new belief."""

from typing import Annotated

import typer

from services.cases.limit_actions import (
    LimitActing,
    assign_limit,
    change_limit,
    correct_limit,
    withdraw_limit,
)
from services.registry.limit_concluding import conclude, refusing
from services.registry.limit_options import (
    Actor,
    AsJson,
    Averaging,
    Clause,
    Condition,
    Confidence,
    DatabaseUrl,
    DryRun,
    Maximum,
    Minimum,
    Origin,
    Oxygen,
    Quantity,
    Reason,
    Source,
    Standard,
    Unit,
    Verified,
    actor_of,
    asked,
    figures_of,
    moment_of,
)
from services.rules.limit_acts import Who
from services.rules.limit_places import Places
from services.rules.limit_said import Stated
from services.runtime.clock import utc_now
from services.store.registry_read import read_registry

Key = Annotated[int, typer.Argument(help="The limit's key 限值编号: see `qingkong limits list`.")]
From = Annotated[
    str, typer.Option("--from", help="2024-01-01 or 2024-01-01T08:00, Beijing time 起.")
]
To = Annotated[str | None, typer.Option("--to", help="Likewise, exclusive 止.")]


def assign(  # noqa: PLR0913, PLR0917 - typer: options are arguments
    point: Annotated[str, typer.Option(help="PLANT/OUTLET/out/CODE, e.g. P1/DA001/out/a21026.")],
    since: From,
    catalogue: Annotated[
        str | None, typer.Option(help="A row's key: see `qingkong limits catalogue` 标准目录.")
    ] = None,
    maximum: Maximum = None,
    minimum: Minimum = None,
    unit: Unit = None,
    averaging: Averaging = None,
    oxygen: Oxygen = None,
    quantity: Quantity = None,
    condition: Condition = None,
    origin: Origin = None,
    standard: Standard = None,
    clause: Clause = None,
    source: Source = None,
    confidence: Confidence = None,
    verified: Verified = None,
    fact: Annotated[
        list[str] | None,
        typer.Option(help="What is so at the plant, for the row: stack_height=30, fuel=coal 确认."),
    ] = None,
    until: To = None,
    reason: Reason = "",
    actor: Actor = None,
    dry_run: DryRun = False,  # noqa: FBT002 - typer: flags are booleans
    as_json: AsJson = False,  # noqa: FBT002 - typer: flags are booleans
    database_url: DatabaseUrl = None,
) -> None:
    """Put a limit on a point 设定限值: a row of the catalogue, or the figures of a permit.

    A row whose region, fuel, dates or conditions do not fit the plant is refused; what cannot be
    known from the registry is stated with --fact. Figures of a person's own are unverified 未核实
    unless --verified says that figure, oxygen, averaging and date were all read in --source.

    Example: qingkong limits assign --point P1/DA001/out/a21026 --max 35 --unit mg/m3
    --averaging hour --o2 6 --origin permit --standard 91150500… --clause 表5 --source 排污许可证
    --from 2024-01-01
    """
    now = utc_now()
    texts = (unit, quantity, averaging, condition, origin, standard, clause, confidence, source)
    figures = figures_of((maximum, minimum, oxygen), texts, verified)
    stated = Stated(
        moment_of("--from", since, now),
        None if until is None else moment_of("--to", until, now),
        *(catalogue, figures, fact or ()),
    )
    who = Who(actor_of(actor), now, reason)
    with asked(database_url, "registrar") as connection, refusing():
        by = LimitActing(connection, who, preview=dry_run)
        done = assign_limit(point, stated, by)
        places = Places(read_registry(connection))
    conclude(places, done, as_json)


def change(  # noqa: PLR0913, PLR0917 - typer: options are arguments
    key: Key,
    since: From,
    maximum: Maximum = None,
    minimum: Minimum = None,
    unit: Unit = None,
    averaging: Averaging = None,
    oxygen: Oxygen = None,
    quantity: Quantity = None,
    condition: Condition = None,
    origin: Origin = None,
    standard: Standard = None,
    clause: Clause = None,
    source: Source = None,
    confidence: Confidence = None,
    verified: Verified = None,
    reason: Reason = "",
    actor: Actor = None,
    dry_run: DryRun = False,  # noqa: FBT002 - typer: flags are booleans
    as_json: AsJson = False,  # noqa: FBT002 - typer: flags are booleans
    database_url: DatabaseUrl = None,
) -> None:
    """Give a limit another figure from a date on 变更限值; before that date it stays what it was.

    What is not given stays as it is. Where stored verdicts would turn, --reason is needed.

    Example: qingkong limits change 17 --max 50 --from 2026-07-01 --standard 91150500… --reason 换证
    """
    now = utc_now()
    begins = moment_of("--from", since, now)
    texts = (unit, quantity, averaging, condition, origin, standard, clause, confidence, source)
    figures = figures_of((maximum, minimum, oxygen), texts, verified)
    who = Who(actor_of(actor), now, reason)
    with asked(database_url, "registrar") as connection, refusing():
        by = LimitActing(connection, who, preview=dry_run)
        done = change_limit(key, begins, figures, by)
        places = Places(read_registry(connection))
    conclude(places, done, as_json)


def correct(  # noqa: PLR0913, PLR0917 - typer: options are arguments
    key: Key,
    since: From,
    until: To = None,
    maximum: Maximum = None,
    minimum: Minimum = None,
    unit: Unit = None,
    averaging: Averaging = None,
    oxygen: Oxygen = None,
    quantity: Quantity = None,
    condition: Condition = None,
    origin: Origin = None,
    standard: Standard = None,
    clause: Clause = None,
    source: Source = None,
    confidence: Confidence = None,
    verified: Verified = None,
    reason: Reason = "",
    approver: Annotated[
        str | None, typer.Option(help="Who approves it 批准人; another one than --actor.")
    ] = None,
    actor: Actor = None,
    dry_run: DryRun = False,  # noqa: FBT002 - typer: flags are booleans
    as_json: AsJson = False,  # noqa: FBT002 - typer: flags are booleans
    database_url: DatabaseUrl = None,
) -> None:
    """Say what should have been believed over a time that is past 更正限值.

    It shows which stored verdicts would turn, and marks their hours to be judged anew; what was
    believed, and the verdicts that rest on it, stay and can be asked for with --as-of. Without --to
    it holds up to the limit's next change.

    Example: qingkong limits correct 17 --from 2025-03-01 --to 2025-04-01 --max 50 --reason 录入错误
    --approver 王 --dry-run
    """
    now = utc_now()
    begins = moment_of("--from", since, now)
    ends = None if until is None else moment_of("--to", until, now)
    texts = (unit, quantity, averaging, condition, origin, standard, clause, confidence, source)
    figures = figures_of((maximum, minimum, oxygen), texts, verified)
    who = Who(actor_of(actor), now, reason, approver)
    with asked(database_url, "registrar") as connection, refusing():
        by = LimitActing(connection, who, preview=dry_run)
        done = correct_limit(key, (begins, ends), figures, by)
        places = Places(read_registry(connection))
    conclude(places, done, as_json)


def withdraw(  # noqa: PLR0913, PLR0917 - typer: options are arguments
    key: Key,
    since: From,
    until: To = None,
    reason: Reason = "",
    actor: Actor = None,
    dry_run: DryRun = False,  # noqa: FBT002 - typer: flags are booleans
    as_json: AsJson = False,  # noqa: FBT002 - typer: flags are booleans
    database_url: DatabaseUrl = None,
) -> None:
    """Let a limit bind nothing from a date on 撤销限值; what it was before stays.

    Example: qingkong limits withdraw 17 --from 2026-07-01 --reason 排放口停用
    """
    now = utc_now()
    begins = moment_of("--from", since, now)
    ends = None if until is None else moment_of("--to", until, now)
    who = Who(actor_of(actor), now, reason)
    with asked(database_url, "registrar") as connection, refusing():
        by = LimitActing(connection, who, preview=dry_run)
        done = withdraw_limit(key, (begins, ends), by)
        places = Places(read_registry(connection))
    conclude(places, done, as_json)
