"""`qingkong rules`: every parameter of every rule, where it comes from, and what it is set to."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console

from schemas.registry_words import shown
from schemas.rule_settings import SettingVersion
from services.cases.setting_actions import Wish, known_parameter, set_parameter
from services.registry.limit_options import (
    Actor,
    AsJson,
    AsOf,
    At,
    DatabaseUrl,
    DryRun,
    actor_of,
    asked,
    known_below,
    moment_of,
    say,
)
from services.registry.rule_tables import (
    rule_json,
    rules_table,
    scope_text,
    setting_json,
    settings_table,
    value_text,
)
from services.rules.limit_acts import Refused, Who
from services.rules.limit_places import Places
from services.rules.settings_catalogue import (
    ListedParameter,
    in_force,
    listed_parameters,
)
from services.runtime.clock import utc_now
from services.runtime.options import stop
from services.store.accounting import one_snapshot
from services.store.registry_read import read_registry
from services.store.rule_settings import read_settings

app = typer.Typer(
    no_args_is_help=True,
    help="Parameters of the rules 规则参数: list them with their sources, set them, see their history."
    " Try: qingkong rules list --unverified",
)
Scope = Annotated[
    str,
    typer.Option(
        help="For whom 适用范围: all, region:1505, plant:P1, subject:P1/DA001, point:P1/DA001/out/…"
    ),
]
Name = Annotated[str, typer.Argument(help="A parameter: see `qingkong rules list`.")]
From = Annotated[
    str | None, typer.Option("--from", help="2025-03-01, Beijing time 起; default: now.")
]
To = Annotated[str | None, typer.Option("--to", help="Likewise, exclusive 止; default: open.")]
Reason = Annotated[str, typer.Option(help="Why 原因: by which rule or decision.")]


@app.command("list")
def list_(  # noqa: PLR0913, PLR0917 - typer: options are arguments
    text: Annotated[str, typer.Argument(help="Part of the name, or of what it is.")] = "",
    unverified: Annotated[  # noqa: FBT002 - typer: flags are booleans
        bool, typer.Option("--unverified", help="Only those nobody vouches for yet 未确认.")
    ] = False,
    scope: Scope = "all",
    at: At = None,
    as_of: AsOf = None,
    as_json: AsJson = False,  # noqa: FBT002 - typer: flags are booleans
    database_url: DatabaseUrl = None,
) -> None:
    """Show each parameter's value in force there and then, its default, source and confidence.

    A default of high confidence, not from memory, is established 已确认; so is what a bureau set.
    Every judgement that rests on another one says so.

    Example: qingkong rules list --scope plant:P1 --unverified
    """
    now = utc_now()
    moment = moment_of("--at", at, now)
    with asked(database_url, "api") as connection:
        below = known_below(connection, as_of, now)
        with one_snapshot(connection):
            places = Places(read_registry(connection))
            place = places.place(*places.scope(scope))
            settings = read_settings(connection, below)
    listed = [one for one in listed_parameters() if _reads(one, text)]
    found = in_force(settings, place, moment, listed)
    found = [one for one in found if not (unverified and one.established)]
    if as_json:
        told = [rule_json(one, _elsewhere(one.parameter.name, settings, moment)) for one in found]
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
    elif found:
        Console().print(rules_table(found))
    else:
        say("Nothing found: try fewer words, or leave --unverified out.")


@app.command("set")
def set_(  # noqa: PLR0913, PLR0917 - typer: options are arguments
    name: Name,
    value: Annotated[str, typer.Argument(help="Its value; lists and objects as JSON.")],
    reason: Reason,
    scope: Scope = "all",
    since: From = None,
    until: To = None,
    actor: Actor = None,
    dry_run: DryRun = False,  # noqa: FBT002 - typer: flags are booleans
    database_url: DatabaseUrl = None,
) -> None:
    """Set a parameter for all, or for a region, plant, subject or point; the nearest one counts.

    What was set before stays in its history. Hours that it concerns are judged anew.

    Example: qingkong rules set comparison_parameters.comparison_method rounded --scope plant:P1
    --from 2026-01-01 --reason 地方规定
    """
    _write((name, value), (scope, since, until), (actor, reason), dry_run, database_url)


@app.command()
def unset(  # noqa: PLR0913, PLR0917 - typer: options are arguments
    name: Name,
    reason: Reason,
    scope: Scope = "all",
    since: From = None,
    until: To = None,
    actor: Actor = None,
    dry_run: DryRun = False,  # noqa: FBT002 - typer: flags are booleans
    database_url: DatabaseUrl = None,
) -> None:
    """Set nothing there any more: what a wider scope sets counts, or the default.

    Example: qingkong rules unset comparison_parameters.comparison_method --scope plant:P1
    --reason 规定废止
    """
    _write((name, None), (scope, since, until), (actor, reason), dry_run, database_url)


@app.command()
def history(
    name: Name,
    as_of: AsOf = None,
    as_json: AsJson = False,  # noqa: FBT002 - typer: flags are booleans
    database_url: DatabaseUrl = None,
) -> None:
    """Show all that a parameter was ever set to: valid from and to, recorded when, by whom, why.

    Example: qingkong rules history comparison_parameters.comparison_method
    """
    listed = _named(name)
    now = utc_now()
    with asked(database_url, "api") as connection:
        settings = read_settings(connection, known_below(connection, as_of, now))
    found = [one for one in settings if one.name == listed.name]
    if as_json:
        typer.echo(json.dumps([setting_json(one) for one in found], ensure_ascii=False, indent=2))
        return
    source = listed.source
    typer.echo(f"{listed.name}: {listed.zh}\n{listed.en}")
    typer.echo(
        f"default 默认 {value_text(listed.default, listed.unit)}; {source.text} ({source.confidence})"
    )
    if found:
        Console().print(settings_table(found))
    else:
        say("It was never set 未曾设定.")


def _write(
    what: tuple[str, str | None],
    where: tuple[str, str | None, str | None],
    who: tuple[str | None, str],
    dry_run: bool,  # noqa: FBT001 - an option, handed on
    database_url: str | None,
) -> None:
    now = utc_now()
    scope, since, until = where
    begins = moment_of("--from", since, now)
    ends = None if until is None else moment_of("--to", until, now)
    wish = Wish(*what, scope, begins, ends)
    with asked(database_url, "registrar") as connection:
        try:
            done = set_parameter(
                connection, wish, Who(actor_of(who[0]), now, who[1]), preview=dry_run
            )
        except Refused as refused:
            stop(*refused.lines)
    listed, setting = done.parameter, done.setting
    told = "unset 取消" if setting.value is None else value_text(setting.value, listed.unit)
    typer.echo(f"{listed.name}: {told}, {scope_text(setting)}, {shown(begins)} → {shown(ends)}")
    if done.hours:
        say(f"{done.hours:,} hour{'' if done.hours == 1 else 's'} will be judged anew 重新判定.")
    if dry_run:
        say("Dry run: nothing was changed 试运行, 未写入.")


def _named(name: str) -> ListedParameter:
    try:
        return known_parameter(name)
    except Refused as refused:
        stop(*refused.lines)


def _reads(one: ListedParameter, text: str) -> bool:
    return text.casefold() in f"{one.name} {one.zh} {one.en}".casefold()


def _elsewhere(name: str, settings: Sequence[SettingVersion], at: datetime) -> list[SettingVersion]:
    """What narrower scopes set at that time, as recorded."""
    return [
        one
        for one in settings
        if one.name == name
        and one.scope != "all"
        and one.value is not None
        and (one.since is None or one.since <= at)
        and (one.until is None or at < one.until)
    ]
